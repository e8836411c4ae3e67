"""What gives Db2 away."""

from stageline.schema.mark import Mark

CODE = (
    Mark("@", 3, "@ at the end of statements", r"@(?:(?<=^@)|(?<=[)\s\w]@))[ \t]*$"),
    Mark("--#SET TERMINATOR", 5, "--#SET TERMINATOR"),
    Mark("CONNECT TO", 3, "CONNECT TO", r"^CONNECT\s+TO\s"),
    Mark("CONNECT RESET", 4, "CONNECT RESET"),
    Mark(
        "GENERATED",
        1.5,
        "identity columns",
        r"\bGENERATED\s+(?:ALWAYS|BY\s+DEFAULT)\s+AS\s+IDENTITY\b",
    ),
    Mark(
        "AS IDENTITY",
        2,
        "identity columns with ranges",
        r"\bAS\s+IDENTITY\s*\([^)]*\bNO\s+(?:CYCLE|ORDER|CACHE)\b",
    ),
    Mark("ORGANIZE BY", 4, "ORGANIZE BY"),
    Mark("FOR BIT DATA", 4, "FOR BIT DATA"),
    Mark("COMPRESS YES", 3, "COMPRESS YES", r"\bCOMPRESS\s+(?:YES|NO)\b"),
    Mark("NOT LOGGED", 3, "NOT LOGGED LOBs", r"\b(?:NOT\s+)?LOGGED\s+(?:NOT\s+)?COMPACT\b"),
    Mark("CCSID", 3, "CCSID"),
    Mark("GRAPHIC", 2, "graphic types", r"GRAPHIC(?:(?<=\bGRAPHIC)|(?<=\bVARGRAPHIC))\s*\("),
    Mark("DBCLOB", 3, "DBCLOB"),
    Mark("BUFFERPOOL", 4, "buffer pools"),
    Mark("MODE DB2SQL", 5, "MODE DB2SQL"),
    Mark("BEGIN ATOMIC", 2, "BEGIN ATOMIC"),
    Mark("INDEX IN", 3, "INDEX IN", r"\bIN\s+\"?\w+\"?\s+INDEX\s+IN\b"),
    Mark("LANGUAGE SQL", 1, "LANGUAGE SQL"),
    Mark(
        "CURRENT SCHEMA",
        3,
        "SET CURRENT SCHEMA",
        r"\bSET\s+(?:CURRENT\s+)?(?:SCHEMA|PATH)\s*=?\s*\"?\w",
    ),
    Mark("DATA CAPTURE", 4, "DATA CAPTURE"),
    Mark(
        "REFERENCING",
        2,
        "REFERENCING NEW AS",
        r"\bREFERENCING\s+(?:NEW|OLD)\s+AS\s+\w+\s+(?:OLD\s+AS\s+\w+\s+)?FOR\s+EACH\s+"
        r"ROW\s+(?:MODE\s+DB2SQL\s+)?(?:WHEN\b[^;]*\)\s*)?BEGIN\b",
    ),
    Mark("SYSIBM.", 4, "SYSIBM"),
    Mark("VARCHAR(", 0.5, "OCTETS lengths", r"\(\d+\s+OCTETS\)"),
    Mark("ENFORCED", 1, "NOT ENFORCED", r"\b(?:NOT\s+)?ENFORCED\s+(?:TRUSTED|ENABLE\s+QUERY)\b"),
    Mark("RUNSTATS", 3, "RUNSTATS"),
    # Db2 for z/OS
    Mark(" DD ", 5, "a job (z/OS)", r"^//\w+\s+DD\s"),
    Mark("STOGROUP", 4, "storage groups (z/OS)", r"\bSTOGROUP\s+\w"),
    # Db2 for i
    Mark("FOR COLUMN", 4, "short names of columns", r"\s\w+\s+FOR\s+COLUMN\s+\w"),
    Mark("RCDFMT", 5, "RCDFMT", r"\bRCDFMT\s+\w"),
    Mark("LABEL ON", 4, "LABEL ON", r"^LABEL\s+ON\s+(?:TABLE|COLUMN|VIEW|INDEX)\b"),
    Mark("SYSTEM NAME", 4, "short names", r"\bFOR\s+SYSTEM\s+NAME\s+\w"),
)

HEADER = (
    Mark("DB2", 2, "a header comment says Db2"),
    Mark("DB2LOOK", 4, "a header comment says db2look"),
    Mark("THIS CLP FILE WAS CREATED USING DB2LOOK", 4, "a header comment says db2look"),
)
