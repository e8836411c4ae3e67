"""What gives DuckDB away."""

from stageline.schema.mark import Mark

CODE = (
    Mark("HUGEINT", 4, "HUGEINT"),
    Mark("UBIGINT", 3, "unsigned types", r"\bU(?:TINY|SMALL|BIG)INT\b|\bUINTEGER\b"),
    Mark("UINTEGER", 3, "unsigned types"),
    Mark("UTINYINT", 3, "unsigned types"),
    Mark("USMALLINT", 3, "unsigned types"),
    Mark("READ_CSV", 4, "read_csv()", r"\bREAD_(?:CSV|PARQUET|JSON)(?:_AUTO)?\s*\("),
    Mark("READ_PARQUET", 4, "read_parquet()"),
    Mark("STRUCT(", 3, "STRUCT(...)", r"\bSTRUCT\s*\(\s*\"?\w+\"?\s+[A-Z]"),
    Mark("MAP(", 3, "MAP(...)", r"\s+MAP\s*\(\s*\w+\s*,\s*\w+\s*\)"),
    Mark("MACRO", 4, "macros", r"\bCREATE\s+(?:OR\s+REPLACE\s+)?(?:TEMP\s+)?MACRO\b"),
    Mark("UNION(", 2, "UNION types", r"\s+UNION\s*\(\s*\w+\s+[A-Z]"),
    Mark("FORMAT PARQUET", 4, "Parquet files", r"\bFORMAT\s+'?PARQUET\b"),
    Mark(
        "COPY ",
        2,
        "COPY ... FROM a file",
        r"^COPY\s+\S+(?:\s*\([^)]*\))?\s+FROM\s+''\s*(?:\((?:FORMAT|HEADER|DELIMITER|A"
        r"UTO_DETECT)\b|;)",
    ),
    Mark("INSTALL ", 3, "extensions", r"^\s*(?:INSTALL|LOAD)\s+\w+\s*;"),
    Mark("LIST_VALUE", 3, "list_value()"),
    Mark("VARCHAR[]", 1.5, "VARCHAR[]"),
)

HEADER = (Mark("DUCKDB", 2, "a header comment says DuckDB"),)
