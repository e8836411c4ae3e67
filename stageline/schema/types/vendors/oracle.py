"""Oracle. https://docs.oracle.com/en/database/oracle/oracle-database/23/sqlrf/Data-Types.html"""

from __future__ import annotations

from stageline.schema.types.vendors import Vendor, name_types

UNIT = "byte"

_BARE = "NUMBER without precision holds up to 40 digits at any scale: the range is not declared"
_FLOAT = "FLOAT is a NUMBER with binary precision: decimal digits may change as a binary float"
_LONG = "LONG: one a table, no WHERE, deprecated since Oracle 8i in favour of LOBs"

TYPES = name_types(
    {
        "string": "varchar, varchar2, nvarchar2, nvarchar, char, nchar, character, "
        "character varying",
        "text": "clob, nclob",
        "binary": "raw, blob",
        "float32": "binary_float",
        "float64": "binary_double",
        "timestamp": "timestamp",
        "timestamptz": "timestamp with time zone",
        "interval": "interval year to month, interval day to second",
        "xml": "xmltype, sys.xmltype",
        "geometry": "sdo_geometry, mdsys.sdo_geometry, st_geometry, sdo_topo_geometry, "
        "sdo_georaster",
        "json": "json",
        "vector": "vector",
        "boolean": "boolean",
    }
) | {
    "number": Vendor("decimal", bare=_BARE, whole=True),
    "numeric": Vendor("decimal", whole=True, precision=38, scale=0),
    "decimal": Vendor("decimal", whole=True, precision=38, scale=0),
    "dec": Vendor("decimal", whole=True, precision=38, scale=0),
    "integer": Vendor("decimal", precision=38, scale=0),
    "int": Vendor("decimal", precision=38, scale=0),
    "smallint": Vendor("decimal", precision=38, scale=0),
    "float": Vendor("float64", loss=_FLOAT),
    "real": Vendor("float64", loss=_FLOAT),
    "double precision": Vendor("float64", loss=_FLOAT),
    "date": Vendor("timestamp", loss="DATE carries a time of day (to the second) as well"),
    "timestamp with local time zone": Vendor(
        "timestamptz", loss="the zone of the writer is not kept: values are shown in the reader's"
    ),
    "long": Vendor("text", deprecated=_LONG),
    "long raw": Vendor("binary", deprecated=_LONG),
    "rowid": Vendor("rowid", loss="the physical place of a row changes when it is moved"),
    "urowid": Vendor("rowid", loss="the physical place of a row changes when it is moved"),
    "bfile": Vendor("reference", loss="the bytes lie in a file of the server, not in the table"),
    "anydata": Vendor("any", loss="each value carries its own type"),
    "sys.anydata": Vendor("any", loss="each value carries its own type"),
    "ref": Vendor("reference", loss="a pointer to a row object"),
    "uritype": Vendor("reference", loss="an Oracle object type"),
    "httpuritype": Vendor("reference", loss="an Oracle object type"),
    "ordimage": Vendor("binary", loss="an Oracle Multimedia object", deprecated="gone since 19c"),
    "mlslabel": Vendor("string", deprecated="kept for old versions only"),
}
