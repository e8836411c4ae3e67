"""BigQuery. https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types"""

from __future__ import annotations

from stageline.schema.types.vendors import Vendor, name_types

TYPES = name_types(
    {
        "int64": "int64, int, smallint, integer, bigint, tinyint, byteint",
        "float64": "float64",
        "string": "string",
        "binary": "bytes",
        "timestamp": "datetime",
        "timestamptz": "timestamp",
        "boolean": "bool, boolean",
        "json": "json",
        "geometry": "geography",
        "struct": "struct, record",
        "range": "range",
        "interval": "interval",
    }
) | {
    "numeric": Vendor("decimal", precision=38, scale=9),
    "decimal": Vendor("decimal", precision=38, scale=9),
    "bignumeric": Vendor("decimal", precision=76, scale=38),
    "bigdecimal": Vendor("decimal", precision=76, scale=38),
    "array": Vendor("array", loss="repeated values in a row: elsewhere a table of their own"),
}
