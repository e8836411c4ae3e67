"""What gives Amazon Redshift away."""

from stageline.schema.mark import Mark

CODE = (
    Mark("DISTKEY", 6, "distribution keys"),
    Mark("DISTSTYLE", 6, "DISTSTYLE"),
    Mark("SORTKEY", 6, "sort keys"),
    Mark(
        "ENCODE",
        5,
        "column encodings",
        r"\bENCODE\s+(?:RAW|LZO|ZSTD|AZ64|BYTEDICT|DELTA|RUNLENGTH|TEXT255|AUTO)\b",
    ),
    Mark("SUPER", 3, "SUPER columns", r"^\s*+\S++\s++SUPER\b\s*(?:,|NOT|NULL|\n)"),
    Mark("PG_CATALOG", -2, "pg_catalog"),
)

HEADER = (Mark("REDSHIFT", 2.5, "a header comment says Redshift"),)
