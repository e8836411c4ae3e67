"""Firebird. https://firebirdsql.org/file/documentation/html/en/refdocs/fblangref50/"""

from __future__ import annotations

from stageline.schema.types.vendors import Vendor, name_types

ALIASES = ("interbase",)

_USER = "a sub type of the application: only its programs can read the bytes"

TYPES = name_types(
    {
        "string": "char, varchar, character, character varying, cstring, nchar",
        "text": "blob sub_type text, blob sub_type 1",
        "binary": "blob, blob sub_type binary, blob sub_type 0, binary, varbinary",
        "float32": "float, real",
        "float64": "double precision",
        "timestamptz": "timestamp with time zone",
        "timetz": "time with time zone",
        "boolean": "boolean",
    }
) | {
    "numeric": Vendor("decimal", precision=9, scale=0),
    "decimal": Vendor("decimal", precision=9, scale=0),
    "int128": Vendor("decimal", precision=38, scale=0, loss="128 bits do not fit int64"),
    "decfloat": Vendor("decimal", precision=34, loss="decimal floating point: 16 or 34 digits"),
    "blob sub_type": Vendor("binary", loss=_USER),
    "blob(n,1)": Vendor("text"),
}
