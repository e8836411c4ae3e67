"""SQLite: any name is a type, and the name's affinity decides. https://www.sqlite.org/datatype3.html"""

from __future__ import annotations

from stageline.schema.types.vendors import Vendor, name_types

_TIME = "SQLite keeps it as text, a Julian day or Unix seconds: the form is the program's choice"
_EXACT = "exact only while the value is a whole number of 64 bits; else a binary float"

TYPES = name_types({"text": "text, clob, longtext, mediumtext, tinytext"}) | {
    "integer": Vendor("int64"),
    "int": Vendor("int64"),
    "boolean": Vendor("boolean"),
    "bool": Vendor("boolean"),
    "any": Vendor("any", loss="each value carries its own type"),
    "": Vendor("any", loss="no type is declared: each value carries its own"),
    "date": Vendor("date", loss=_TIME),
    "datetime": Vendor("timestamp", loss=_TIME),
    "timestamp": Vendor("timestamp", loss=_TIME),
    "timestamp without time zone": Vendor("timestamp", loss=_TIME),
    "timestamp with time zone": Vendor("timestamptz", loss=_TIME),
    "time": Vendor("time", loss=_TIME),
    "decimal": Vendor("decimal", loss=_EXACT),
    "numeric": Vendor("decimal", loss=_EXACT),
    "money": Vendor("decimal", loss=_EXACT),
    "blob": Vendor("binary"),
    "real": Vendor("float64"),
    "blob sub_type text": Vendor("binary", loss="a Firebird name that means bytes to SQLite"),
}

# Section 3.1 of the page, in its order: the first substring that occurs decides.
FALLBACK = (
    ("int", "int64"),
    ("char", "text"),
    ("clob", "text"),
    ("text", "text"),
    ("blob", "binary"),
    ("real", "float64"),
    ("floa", "float64"),
    ("doub", "float64"),
    ("", "decimal"),
)
FALLBACK_LOSS = "a free-form name: only its affinity is known"
