"""What gives Firebird and InterBase away."""

from stageline.schema.mark import Mark

CODE = (
    Mark("SET TERM", 5, "SET TERM", r"^\s*SET\s+TERM\s+\S"),
    Mark("SET SQL DIALECT", 5, "SET SQL DIALECT"),
    Mark("SUB_TYPE", 3, "BLOB SUB_TYPE", r"\bSUB_TYPE\s+(?:\w|-)"),
    Mark("SEGMENT SIZE", 3, "SEGMENT SIZE"),
    Mark("SET GENERATOR", 5, "generators"),
    Mark("CREATE GENERATOR", 5, "generators"),
    Mark("GEN_ID", 4, "GEN_ID()", r"\bGEN_ID\s*\("),
    Mark("COMPUTED BY", 3, "COMPUTED BY", r"\bCOMPUTED\s+BY\s*\("),
    Mark("CREATE EXCEPTION", 4, "exceptions"),
    Mark("SUSPEND", 3, "SUSPEND", r"^\s*SUSPEND\s*;"),
    Mark("ACTIVE BEFORE", 4, "ACTIVE BEFORE", r"\bACTIVE\s+(?:BEFORE|AFTER)\b"),
    Mark("DECLARE VARIABLE", 3, "DECLARE VARIABLE"),
    Mark("RECREATE", 4, "RECREATE", r"^\s*RECREATE\s+\w"),
    Mark("RDB$", 4, "RDB$ tables", r"\bRDB\$"),
    Mark(
        "DESCENDING INDEX",
        3,
        "descending indexes",
        r"\bCREATE\s+(?:UNIQUE\s+)?DESC(?:ENDING)?\s+INDEX\b",
    ),
    Mark("EXECUTE BLOCK", 2, "EXECUTE BLOCK"),
    Mark("NEXT VALUE FOR", 0.5, "NEXT VALUE FOR"),
    Mark("POSITION 0", 2, "trigger positions", r"\b(?:INSERT|UPDATE|DELETE)\s+POSITION\s+\d"),
)

HEADER = (
    Mark("FIREBIRD", 2, "a header comment says Firebird"),
    Mark("INTERBASE", 2, "a header comment says InterBase"),
    Mark("IBEXPERT", 4, "a header comment says IBExpert"),
)
