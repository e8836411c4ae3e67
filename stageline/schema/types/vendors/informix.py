"""IBM Informix. https://www.ibm.com/docs/en/informix-servers/15.0.0?topic=types-summary-data"""

from __future__ import annotations

from stageline.schema.types.vendors import Vendor, name_types

UNIT = "byte"

_FIELDS = ("year", "month", "day", "hour", "minute", "second", "fraction")
_FLOATING = "DECIMAL without a scale is a decimal floating point here, unless the database is ANSI"
_SIMPLE = "a simple large object: no search, no random access; CLOB and BLOB replace it"
_PART = "only a part of a date or time is kept"


def _qualified(first: int, last: int) -> Vendor:
    """The type of DATETIME ``first`` TO ``last``."""
    if first == 0 and last >= 3:
        return Vendor("timestamp")
    if first == 3:
        return Vendor("time")
    if first == 0 and last == 2:
        return Vendor("date")
    return Vendor("date" if first == 0 else "string", loss=_PART)


TYPES = (
    name_types(
        {
            "string": "char, character, varchar, nchar, nvarchar, character varying, lvarchar",
            "int16": "smallint",
            "int32": "int, integer",
            "int64": "bigint, int8",
            "float64": "float, double precision",
            "float32": "smallfloat, real",
            "date": "date",
            "boolean": "boolean",
            "text": "clob",
            "binary": "blob",
            "json": "json, bson",
            "struct": "row",
            "array": "list, multiset",
            "geometry": "st_geometry, st_point, st_polygon, st_linestring, geopoint",
            "timestamp": "datetime",
            "interval": "interval",
            "search": "bts",
        }
    )
    | {
        f"datetime {_FIELDS[first]} to {_FIELDS[last]}": _qualified(first, last)
        for first in range(7)
        for last in range(first, 7)
    }
    | {
        "serial": Vendor("int32", identity=True),
        "serial8": Vendor("int64", identity=True),
        "bigserial": Vendor("int64", identity=True),
        "decimal": Vendor("decimal", bare=_FLOATING, precision=16, whole=True),
        "decimal(p)": Vendor("decimal", loss=_FLOATING),
        "dec": Vendor("decimal", bare=_FLOATING, precision=16, whole=True),
        "dec(p)": Vendor("decimal", loss=_FLOATING),
        "numeric": Vendor("decimal", bare=_FLOATING, precision=16, whole=True),
        "numeric(p)": Vendor("decimal", loss=_FLOATING),
        "money": Vendor(
            "decimal", precision=16, scale=2, loss="symbol and format follow DBMONEY of the client"
        ),
        "lvarchar": Vendor("string", length=2048),
        "text": Vendor("text", loss=_SIMPLE, deprecated=f"TEXT is {_SIMPLE}"),
        "byte": Vendor("binary", loss=_SIMPLE, deprecated=f"BYTE is {_SIMPLE}"),
        "set": Vendor("array", loss="a collection without order or duplicates"),
        "collection": Vendor("array", loss="a collection of undeclared kind"),
        "idssecuritylabel": Vendor("string", loss="a security label that only the server reads"),
        "timeseries": Vendor("array", loss="a TimeSeries that only its functions can read"),
    }
)
