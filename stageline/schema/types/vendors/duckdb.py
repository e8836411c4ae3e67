"""DuckDB. https://duckdb.org/docs/stable/sql/data_types/overview"""

from __future__ import annotations

from stageline.schema.types.vendors import Vendor, name_types

TYPES = name_types(
    {
        "string": "varchar, char, bpchar",
        "text": "text, string",
        "binary": "blob, bytea, binary, varbinary",
        "int8": "tinyint, int1",
        "int16": "smallint, int2, short, utinyint",
        "int32": "integer, int, int4, signed, usmallint",
        "int64": "bigint, int8, long, uinteger",
        "float32": "float, float4, real",
        "float64": "double, float8",
        "timestamp": "timestamp, datetime, timestamp_s, timestamp_ms, timestamp_us",
        "timestamptz": "timestamptz, timestamp with time zone",
        "boolean": "boolean, bool, logical",
        "struct": "struct",
        "map": "map",
        "array": "list, array",
    }
) | {
    "timestamp_ns": Vendor("timestamp", loss="nanoseconds"),
    "hugeint": Vendor("decimal", precision=39, scale=0, loss="128 bits do not fit int64"),
    "uhugeint": Vendor("decimal", precision=39, scale=0, loss="128 bits do not fit int64"),
    "ubigint": Vendor("int64", loss="values above 9,223,372,036,854,775,807 do not fit"),
    "decimal": Vendor("decimal", precision=18, scale=3),
    "numeric": Vendor("decimal", precision=18, scale=3),
    "union": Vendor("any", loss="one of several types a value"),
    "bit": Vendor("bit"),
    "enum": Vendor("enum"),
}
