"""Amazon Redshift. https://docs.aws.amazon.com/redshift/latest/dg/c_Supported_data_types.html"""

from __future__ import annotations

from stageline.schema.types.vendors import Vendor, name_types

UNIT = "byte"
TYPES = name_types(
    {
        "string": "varchar, character varying, nvarchar, char, character, nchar, bpchar",
        "text": "varchar(max)",
        "binary": "varbyte, varbinary, binary varying",
        "float32": "real, float4",
        "float64": "float, float8, double precision",
        "json": "super",
        "geometry": "geometry, geography",
    }
) | {
    "text": Vendor("string", length=256, loss="TEXT is VARCHAR(256) here"),
    "decimal": Vendor("decimal", precision=18, scale=0),
    "numeric": Vendor("decimal", precision=18, scale=0),
    "hllsketch": Vendor("binary", loss="a sketch that only Redshift's functions can read"),
}
