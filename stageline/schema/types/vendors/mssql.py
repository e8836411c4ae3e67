"""Microsoft SQL Server and Sybase ASE.

https://learn.microsoft.com/en-us/sql/t-sql/data-types/data-types-transact-sql
"""

from __future__ import annotations

from stageline.schema.types.vendors import Vendor, name_types

ALIASES = ("sqlserver", "tsql", "sybase")

_LOB = "TEXT, NTEXT and IMAGE are announced for removal; use VARCHAR(MAX) or VARBINARY(MAX)"
_FOUR = "four digits after the point: divisions round early"
_ROUND = "rounded to 1/300 of a second"

TYPES = name_types(
    {
        "boolean": "bit",
        "int64": "bigint",
        "string": "varchar, char, nvarchar, nchar, sysname, character, character varying, "
        "univarchar, unichar",
        "text": "varchar(max), nvarchar(max), char varying(max), unitext",
        "binary": "binary, varbinary, varbinary(max)",
        "float64": "float",
        "float32": "real",
        "timestamp": "datetime2, bigdatetime",
        "timestamptz": "datetimeoffset",
        "uuid": "uniqueidentifier",
        "geometry": "geometry, geography",
        "xml": "xml",
        "json": "json",
        "vector": "vector",
        "date": "date",
        "time": "time",
    }
) | {
    "tinyint": Vendor("int16", loss="TINYINT runs from 0 to 255 here, not from -128 to 127"),
    "decimal": Vendor("decimal", precision=18, scale=0),
    "numeric": Vendor("decimal", precision=18, scale=0),
    "money": Vendor("decimal", precision=19, scale=4, loss=_FOUR),
    "smallmoney": Vendor("decimal", precision=10, scale=4, loss=_FOUR),
    "datetime": Vendor("timestamp", loss=_ROUND),
    "smalldatetime": Vendor("timestamp", loss="seconds are rounded to the minute"),
    "text": Vendor("text", deprecated=_LOB),
    "ntext": Vendor("text", deprecated=_LOB),
    "image": Vendor("binary", deprecated=_LOB),
    "timestamp": Vendor(
        "binary",
        length=8,
        loss="a row version that the server writes, not a time",
        deprecated="TIMESTAMP is the deprecated name of ROWVERSION",
    ),
    "rowversion": Vendor("binary", length=8, loss="a row version that the server writes"),
    "hierarchyid": Vendor("binary", loss="a path in a tree that only its methods can read"),
    "sql_variant": Vendor("any", loss="each value carries its own type"),
    "cursor": Vendor("reference", loss="a cursor, not a value"),
    "table": Vendor("array", loss="rows in a column"),
}
