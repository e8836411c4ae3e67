"""What gives BigQuery away."""

from stageline.schema.mark import Mark

CODE = (
    Mark("INT64", 5, "INT64"),
    Mark("FLOAT64", 4, "FLOAT64"),
    Mark("STRUCT<", 4, "STRUCT<...>"),
    Mark("ARRAY<", 3, "ARRAY<...>"),
    Mark("STRING", 2, "STRING columns", r"^\s*+\S++\s++STRING\b\s*(?:,|NOT|OPTIONS|\)|\n)"),
    Mark(
        "OPTIONS",
        3,
        "OPTIONS (...)",
        r"\bOPTIONS\s*\(\s*(?:DESCRIPTION|EXPIRATION|LABELS|FRIENDLY_NAME|REQUIRE)\b",
    ),
    Mark(
        "PARTITION BY",
        1,
        "PARTITION BY an expression",
        r"\)\s*PARTITION\s+BY\s+(?:DATE|TIMESTAMP_TRUNC|DATE_TRUNC|RANGE_BUCKET)?\s*" r"\(?_?\w+",
    ),
    Mark("NOT ENFORCED", 2, "NOT ENFORCED", r"\bNOT\s+ENFORCED\b"),
    Mark("BIGNUMERIC", 4, "BIGNUMERIC"),
    Mark("GENERATE_UUID", 3, "GENERATE_UUID()"),
    Mark("`", 1.5, "`project.dataset.table`", r"`[\w-]+\.\w+(?:\.\w+)?`"),
    Mark("SAFE_CAST", 3, "SAFE_CAST"),
    Mark("CREATE TEMP FUNCTION", 3, "CREATE TEMP FUNCTION"),
)

HEADER = (Mark("BIGQUERY", 2, "a header comment says BigQuery"),)
