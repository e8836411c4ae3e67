"""What gives Snowflake away."""

from stageline.schema.mark import Mark

CODE = (
    Mark(
        "CREATE OR REPLACE",
        2.5,
        "CREATE OR REPLACE TABLE",
        r"\bCREATE\s+OR\s+REPLACE\s+(?:TRANSIENT\s+|TEMPORARY\s+|DYNAMIC\s+)?TABLE\b",
    ),
    Mark("VARIANT", 4, "VARIANT columns", r"\s(?:VARIANT)\b\s*(?:,|\)|NOT|COMMENT|\n)"),
    Mark("TIMESTAMP_", 4, "TIMESTAMP_NTZ/LTZ/TZ", r"\bTIMESTAMP_(?:NTZ|LTZ|TZ)\b"),
    Mark("NUMBER(38,0)", 4, "NUMBER(38,0)"),
    Mark("VARCHAR(16777216)", 5, "VARCHAR(16777216)"),
    Mark("WAREHOUSE", 4, "warehouses", r"\b(?:USE|CREATE|ALTER)\b[^;]*\bWAREHOUSE\b"),
    Mark("FILE FORMAT", 4, "file formats", r"\bCREATE\s+(?:OR\s+REPLACE\s+)?FILE\s+FORMAT\b"),
    Mark("STAGE", 3, "stages", r"\bCREATE\s+(?:OR\s+REPLACE\s+)?(?:TEMPORARY\s+)?STAGE\b"),
    Mark("CLUSTER BY", 2, "CLUSTER BY", r"\)\s*CLUSTER\s+BY\s*\("),
    Mark("TRANSIENT TABLE", 4, "transient tables"),
    Mark("AUTOINCREMENT START", 4, "AUTOINCREMENT START", r"\bAUTOINCREMENT\s+START\b"),
    Mark("AUTOINCREMENT", 1.5, "AUTOINCREMENT", r"(?<!KEY)\s+AUTOINCREMENT\b"),
    Mark("DATA_RETENTION_TIME", 4, "DATA_RETENTION_TIME", r"\bDATA_RETENTION_TIME_IN_DAYS\b"),
    Mark("COPY GRANTS", 4, "COPY GRANTS"),
    Mark("CHANGE_TRACKING", 2, "CHANGE_TRACKING", r"\bCHANGE_TRACKING\s*=\s*(?:TRUE|FALSE)\b"),
    Mark("CURRENT_TIMESTAMP(", 0.5, "CURRENT_TIMESTAMP()"),
    Mark(
        "STREAM", 3, "streams and tasks", r"\bCREATE\s+(?:OR\s+REPLACE\s+)?(?:STREAM|TASK|PIPE)\b"
    ),
    Mark("MASKING POLICY", 4, "masking policies"),
)

HEADER = (Mark("SNOWFLAKE", 2, "a header comment says Snowflake"),)
