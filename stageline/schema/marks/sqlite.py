"""What gives SQLite away."""

from stageline.schema.mark import Mark

CODE = (
    Mark(
        "AUTOINCREMENT",
        3,
        "INTEGER PRIMARY KEY AUTOINCREMENT",
        r"\bPRIMARY\s+KEY\s+(?:ASC\s+)?AUTOINCREMENT\b",
    ),
    Mark("PRAGMA", 4, "PRAGMA", r"^\s*PRAGMA\s+\w+"),
    Mark("WITHOUT ROWID", 5, "WITHOUT ROWID"),
    Mark(
        "INTEGER",
        2,
        "INTEGER PRIMARY KEY columns",
        r"^\s*+\S++\s++INTEGER\s+(?:NOT\s+NULL\s+)?PRIMARY\s+KEY\b(?!\s+(?:IDENTITY|GENER" "ATED))",
    ),
    Mark("COLLATE NOCASE", 3, "COLLATE NOCASE"),
    Mark("SQLITE_SEQUENCE", 5, "sqlite_sequence"),
    Mark("USING FTS", 5, "FTS tables", r"\bUSING\s+FTS[345]\b"),
    Mark("CREATE VIRTUAL TABLE", 3, "virtual tables"),
    Mark("INSERT OR ", 2, "INSERT OR ...", r"\bINSERT\s+OR\s+(?:IGNORE|REPLACE)\b"),
    Mark("[", 1.5, "names in brackets", r"\b(?:TABLE|INTO|REFERENCES|KEY|EXISTS)\s*\(?\s*\[\w+\]"),
    Mark("] INTEGER", 2, "INTEGER columns with names in brackets"),
    Mark("DATETIME('", 3, "datetime('now')", r"\b(?:DATETIME|STRFTIME|JULIANDAY)\s*\(\s*''"),
    Mark("STRFTIME(", 2, "strftime()"),
    Mark("ROWID", 3, "rowid", r"\b(?:NEW|OLD)\.ROWID\b"),
    Mark("TEXT", 0.5, "text columns", r"^\s*+\S++\s++TEXT\b"),
    Mark("DATETIME", 0.5, "datetime columns", r"^\s*+\S++\s++DATETIME\b"),
    Mark("BEGIN TRANSACTION", 0.5, "BEGIN TRANSACTION", "^BEGIN TRANSACTION;"),
    Mark("[]", -1, "array types"),
)

HEADER = (
    Mark("SQLITE", 2, "a header comment says SQLite"),
    Mark("SQLITESTUDIO", 4, "a header comment says SQLiteStudio"),
)
