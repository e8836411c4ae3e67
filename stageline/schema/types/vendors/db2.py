"""IBM Db2 (LUW, z/OS, i). https://www.ibm.com/docs/en/db2/11.5?topic=elements-data-types"""

from __future__ import annotations

from stageline.schema.types.vendors import Vendor, name_types

UNIT = "byte"

TYPES = name_types(
    {
        "string": "varchar, char, character, character varying, vargraphic, graphic, nchar, "
        "nvarchar",
        "text": "clob, dbclob, nclob, character large object",
        "binary": "blob, binary, varbinary, char for bit data, varchar for bit data, "
        "character for bit data, character varying for bit data, long varchar for bit data",
        "float64": "double, float, double precision",
        "timestamp": "timestamp",
        "timestamptz": "timestamp with time zone",
        "boolean": "boolean",
        "xml": "xml",
        "geometry": "st_geometry, st_point, st_polygon, st_linestring",
    }
) | {
    "decimal": Vendor("decimal", precision=5, scale=0),
    "numeric": Vendor("decimal", precision=5, scale=0),
    "dec": Vendor("decimal", precision=5, scale=0),
    "num": Vendor("decimal", precision=5, scale=0),
    "decfloat": Vendor("decimal", precision=34, loss="decimal floating point: 16 or 34 digits"),
    "long varchar": Vendor("text", deprecated="LONG VARCHAR is deprecated; use VARCHAR or CLOB"),
    "long vargraphic": Vendor("text", deprecated="LONG VARGRAPHIC is deprecated; use DBCLOB"),
    "rowid": Vendor("rowid", loss="the physical place of a row"),
    "datalink": Vendor("reference", loss="a file kept outside the database"),
}
