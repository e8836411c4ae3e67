"""Snowflake. https://docs.snowflake.com/en/sql-reference/intro-summary-data-types"""

from __future__ import annotations

from stageline.schema.types.vendors import Vendor, name_types

_NUMBERS = (
    "number", "decimal", "numeric", "dec", "int", "integer", "bigint", "smallint", "tinyint",
    "byteint",
)  # fmt: skip

TYPES = name_types(
    {
        "string": "varchar, char, character, nchar, nvarchar, nvarchar2, char varying",
        "text": "string, text",
        "binary": "binary, varbinary",
        "float64": "float, float4, float8, double, double precision, real",
        "timestamp": "datetime, timestamp, timestamp_ntz, timestampntz, "
        "timestamp without time zone",
        "timestamptz": "timestamp_ltz, timestampltz, timestamp_tz, timestamptz, "
        "timestamp with time zone, timestamp with local time zone",
        "json": "variant, object, array",
        "map": "map",
        "geometry": "geography, geometry",
        "vector": "vector",
        "boolean": "boolean",
    }
) | {name: Vendor("decimal", precision=38, scale=0, whole=True) for name in _NUMBERS}
