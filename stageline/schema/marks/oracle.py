"""What gives Oracle away."""

from stageline.schema.mark import Mark

CODE = (
    Mark("VARCHAR2", 5, "VARCHAR2"),
    Mark("NVARCHAR2", 4, "NVARCHAR2"),
    Mark(
        "NUMBER", 2, "NUMBER columns", r"^\s*+(?:,\s*+)?\S++\s++NUMBER\b(?!\s*\(\s*38\s*,\s*0\s*\))"
    ),
    Mark("/", 3, "/ lines that run a block", r"^/[ \t]*$"),
    Mark("PCTFREE", 3, "PCTFREE", r"\bPCTFREE\s+\d+(?=[^;]*\b(?:INITRANS|STORAGE|TABLESPACE)\b)"),
    Mark("STORAGE", 2, "STORAGE (INITIAL ...)", r"\bSTORAGE\s*\(\s*INITIAL\b"),
    Mark(
        "ENABLE", 2, "constraints ... ENABLE", r"(?:NOT NULL(?<=\bNOT NULL)|\)(?<=\w\)))\s+ENABLE\b"
    ),
    Mark(":NEW.", 4, ":NEW in triggers"),
    Mark("SYSDATE", 2, "SYSDATE"),
    Mark("FROM DUAL", 2, "FROM DUAL"),
    Mark(".NEXTVAL", 2, "sequence.NEXTVAL"),
    Mark("NOMAXVALUE", 1, "NOMAXVALUE"),
    Mark("REM ", 4, "SQL*Plus remarks", r"^REM\s"),
    Mark("PROMPT", 4, "SQL*Plus prompts", r"^PROMPT\b"),
    Mark(
        "SET DEFINE",
        4,
        "SQL*Plus settings",
        r"^SET\s+(?:DEFINE|ECHO|SQLBLANKLINES|SERVEROUTPUT|FEEDBACK)\b",
    ),
    Mark("SQLBLANKLINES", 3, "SQL*Plus settings"),
    Mark("WHENEVER SQLERROR", 3, "WHENEVER SQLERROR"),
    Mark(
        "PACKAGE",
        3,
        "packages",
        r"^\s*CREATE\s+(?:OR\s+REPLACE\s+)?(?:(?:NON)?EDITIONABLE\s+)?PACKAGE\b",
    ),
    Mark("EDITIONABLE", 4, "EDITIONABLE", r"\bCREATE\b[^;]*\bEDITIONABLE\b"),
    Mark("NOCACHE", 1, "NOCACHE sequences"),
    Mark("USING INDEX", 2, "USING INDEX"),
    Mark("DBMS_", 3, "DBMS_ packages", r"\bDBMS_\w+\."),
    Mark("CLOB", 0.5, "CLOB columns"),
    Mark("BINARY_DOUBLE", 3, "BINARY_DOUBLE"),
    Mark("GLOBAL TEMPORARY TABLE", 0.5, "global temporary tables"),
    Mark("LOGGING", 1, "LOGGING", r"LOGGING\b(?:(?<=\bLOGGING)|(?<=\bNOLOGGING))"),
    Mark("SEGMENT CREATION", 4, "SEGMENT CREATION"),
)

HEADER = (
    Mark("ORACLE", 2, "a header comment says Oracle"),
    Mark("DDL FOR TABLE", 4, "a header comment says DDL for Table (SQL Developer)"),
    Mark("DBMS_METADATA", 3, "a header comment says DBMS_METADATA"),
)
