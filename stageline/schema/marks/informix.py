"""What gives Informix away."""

from stageline.schema.mark import Mark

CODE = (
    Mark("EXTENT SIZE", 5, "EXTENT SIZE"),
    Mark("LOCK MODE", 4, "LOCK MODE ROW/PAGE", r"\bLOCK\s+MODE\s+\(?(?:ROW|PAGE)\b"),
    Mark(
        "DATETIME YEAR",
        5,
        "DATETIME YEAR TO ...",
        r"\bDATETIME\s+(?:YEAR|MONTH|DAY|HOUR|MINUTE)\s+TO\b",
    ),
    Mark("DATETIME HOUR", 5, "DATETIME HOUR TO ...", r"\bDATETIME\s+HOUR\s+TO\b"),
    Mark("CURRENT YEAR", 4, "CURRENT YEAR TO ...", r"\bCURRENT\s+YEAR\s+TO\b"),
    Mark("LVARCHAR", 4, "LVARCHAR"),
    Mark("SERIAL", 2, "SERIAL(n) columns", r"\bSERIAL(?:8?\s*\(\s*\d+\s*\)|8\b)"),
    Mark("SERIAL", 0.5, "SERIAL columns"),
    Mark("END PROCEDURE", 4, "END PROCEDURE", r"\bEND\s+(?:PROCEDURE|FUNCTION)\b"),
    Mark("END FUNCTION", 4, "END FUNCTION"),
    Mark('"INFORMIX"', 5, 'the owner "informix"'),
    Mark("ROW SIZE =", 4, "dbschema comments", r"\bROW SIZE = \d+ NUMBER OF COLUMNS\b"),
    Mark(
        "REVOKE ALL ON",
        1,
        "REVOKE ALL ... FROM PUBLIC",
        r"^REVOKE ALL ON\b[^;]*\bFROM\b[^;]*\bPUBLIC\b",
    ),
    Mark(
        "CONSTRAINT",
        3,
        "constraint names behind constraints",
        r"\)\s+CONSTRAINT\s+(?:\"\w+\"\s*\.\s*)?\w+\s*(?:,|\n\s*\)|\)\s*;)",
    ),
    Mark("BUFFERED LOG", 4, "WITH BUFFERED LOG", r"\bWITH\s+(?:BUFFERED\s+)?LOG\b"),
    Mark("IN TABLE", 3, "BYTE/TEXT IN TABLE", r"\b(?:BYTE|TEXT)\s+IN\s+TABLE\b"),
    Mark("SMALLFLOAT", 3, "SMALLFLOAT"),
    Mark(
        "REFERENCING",
        1,
        "REFERENCING OLD AS",
        r"\bREFERENCING\s+(?:OLD|NEW)\b[^;]*\bFOR\s+EACH\s+ROW\s*(?:WHEN\b[^;]*)?\(\s*"
        r"(?:EXECUTE|INSERT|UPDATE|DELETE)\b",
    ),
    Mark(
        "EXECUTE PROCEDURE",
        2,
        "triggers with actions in parentheses",
        r"\(\s*EXECUTE\s+PROCEDURE\b",
    ),
    Mark("NEXT SIZE", 2, "NEXT SIZE", r"\bNEXT\s+SIZE\s+\d"),
    Mark("ON EXCEPTION", 3, "ON EXCEPTION", r"\bON\s+EXCEPTION\s+(?:IN|SET)\b"),
    Mark("FRAGMENT BY", 4, "FRAGMENT BY"),
    Mark("IN DATADBS", 2, "dbspaces", r"\)\s*IN\s+\w*DBS\w*"),
    Mark("USING BTREE", 2, "USING btree behind the columns", r"\)\s+USING\s+BTREE\b"),
    Mark("DBINFO(", 4, "DBINFO()", r"\bDBINFO\s*\("),
    Mark("LET ", 1.5, "LET assignments", r"^\s*LET\s+\w+\s*="),
    Mark("UNLOAD TO", 3, "UNLOAD TO"),
    Mark(
        "INTERVAL",
        2,
        "INTERVAL ... TO columns",
        r"\bINTERVAL\s+(?:YEAR|MONTH|DAY|HOUR|MINUTE|SECOND)\s*(?:\(\d\))?\s+TO\b",
    ),
    Mark("MONEY(", 2, "MONEY(p,s)", r"\bMONEY\s*\(\s*\d"),
    Mark("RETURNING ", 1, "procedures RETURNING", r"\bPROCEDURE\b[^;]*\)\s*RETURNING\b"),
    Mark(
        "UPDATE STATISTICS",
        1,
        "UPDATE STATISTICS FOR",
        r"\bUPDATE\s+STATISTICS\s+(?:HIGH|MEDIUM|LOW|FOR)\b",
    ),
    Mark("PUBLIC", 1, "AS owner behind grants", r"^(?:GRANT|REVOKE)\b[^;]*\"?\s+AS\s+\"\w+\""),
)

HEADER = (
    Mark("INFORMIX", 2, "a header comment says Informix"),
    Mark("DBSCHEMA SCHEMA UTILITY", 5, "a header comment says DBSCHEMA"),
    Mark("DBEXPORT", 3, "a header comment says dbexport"),
)
