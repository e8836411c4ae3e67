"""What gives MySQL and MariaDB away."""

from stageline.schema.mark import Mark

CODE = (
    Mark("AUTO_INCREMENT", 4, "AUTO_INCREMENT"),
    Mark("ENGINE", 4, "ENGINE = storage engine", r"\)[^;()]*\bENGINE\s*=\s*\w"),
    Mark("/*!", 4, "conditional comments", r"/\*!\d{5}"),
    Mark("/*M!", 4, "MariaDB conditional comments", r"/\*M!\d{5}"),
    Mark("DELIMITER", 3, "DELIMITER commands", r"^[ \t]*DELIMITER[ \t]+\S"),
    Mark("UNSIGNED", 3, "unsigned integers", r"INT(?:EGER)?\s*(?:\(\s*\d+\s*\))?\s+UNSIGNED"),
    Mark(
        "TINYINT(", 2, "integer types with display width", r"\b(?:TINY|SMALL|MEDIUM|BIG)INT\s*\(\d"
    ),
    Mark(" INT(", 2, "integer types with display width", r"\bINT\s*\(\d+\)"),
    Mark("`", 3, "names in backticks", r"\b(?:TABLE|INTO|EXISTS|KEY|VIEW)\s*\(?`"),
    Mark("MEDIUMTEXT", 3, "MEDIUMTEXT"),
    Mark("LONGTEXT", 3, "LONGTEXT"),
    Mark("MEDIUMINT", 3, "MEDIUMINT"),
    Mark("ENUM", 2, "ENUM column types", r"^\s*+\S++\s++ENUM\s*\("),
    Mark("CHARSET", 3, "CHARSET options", r"\bCHARSET\s*=|\bCHARACTER SET\s+\w+\s+COLLATE\b"),
    Mark("ON UPDATE CURRENT_TIMESTAMP", 3, "ON UPDATE CURRENT_TIMESTAMP"),
    Mark("LOCK TABLES", 3, "LOCK TABLES ... WRITE", r"\bLOCK TABLES\b.*\bWRITE\b"),
    Mark("COMMENT ''", 2, "column comments inline", r"\bCOMMENT\s+''\s*[,\n)]"),
    Mark("FOREIGN_KEY_CHECKS", 4, "FOREIGN_KEY_CHECKS"),
    Mark("FULLTEXT", 2, "FULLTEXT keys", r"\bFULLTEXT\s+(?:KEY|INDEX)\b"),
    Mark(" KEY ", 2, "KEY inside a table", r"^\s*(?:UNIQUE\s+)?KEY\s+[`\w]+\s*\("),
)

HEADER = (
    Mark("MYSQL DUMP", 5, "a header comment says MySQL dump"),
    Mark("MARIADB DUMP", 5, "a header comment says MariaDB dump"),
    Mark("PHPMYADMIN", 5, "a header comment says phpMyAdmin"),
    Mark("HEIDISQL", 2, "a header comment says HeidiSQL"),
    Mark("MYDUMPER", 4, "a header comment says mydumper"),
    Mark("MYSQL", 2, "a header comment says MySQL"),
    Mark("MARIADB", 2, "a header comment says MariaDB"),
    Mark("MYSQL WORKBENCH", 3, "a header comment says MySQL Workbench"),
)
