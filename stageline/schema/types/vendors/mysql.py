"""MySQL and MariaDB. https://dev.mysql.com/doc/refman/8.4/en/data-types.html"""

from __future__ import annotations

from stageline.schema.types.vendors import Vendor, name_types

ALIASES = ("mariadb",)

_BIG = "values above 9,223,372,036,854,775,807 do not fit a signed 64-bit number"
_ZONE = "stored in UTC and shown in the session's zone; ends in 2038; may hold a zero date"
_DISPLAY = "FLOAT and DOUBLE with digits round on write and are deprecated since MySQL 8.0.17"

TYPES = name_types(
    {
        "float32": "float, float4",
        "float64": "double, double precision, float8, real",
        "string": "varchar, char, character, character varying, nvarchar, nchar, national varchar, "
        "national char, varcharacter",
        "binary": "binary, varbinary, tinyblob, blob, mediumblob, longblob, char byte",
        "json": "json",
        "geometry": "geometry, point, linestring, polygon, multipoint, multilinestring, "
        "multipolygon, geometrycollection, geomcollection",
        "network": "inet4, inet6",
        "uuid": "uuid",
        "boolean": "bool, boolean, tinyint(1), bit(1)",
        "text": "long, long varchar",
    }
) | {
    "tinyint": Vendor("int8", unsigned="int16"),
    "smallint": Vendor("int16", unsigned="int32"),
    "mediumint": Vendor("int32", unsigned="int32"),
    "middleint": Vendor("int32", unsigned="int32"),
    "int": Vendor("int32", unsigned="int64"),
    "integer": Vendor("int32", unsigned="int64"),
    "int1": Vendor("int8", unsigned="int16"),
    "int2": Vendor("int16", unsigned="int32"),
    "int3": Vendor("int32", unsigned="int32"),
    "int4": Vendor("int32", unsigned="int64"),
    "bigint": Vendor("int64"),
    "int8": Vendor("int64"),
    "bigint unsigned": Vendor("int64", loss=_BIG),
    "int8 unsigned": Vendor("int64", loss=_BIG),
    "bigint unsigned zerofill": Vendor("int64", loss=_BIG),
    "serial": Vendor("int64", loss=_BIG, identity=True),
    "decimal": Vendor("decimal", precision=10, scale=0),
    "numeric": Vendor("decimal", precision=10, scale=0),
    "dec": Vendor("decimal", precision=10, scale=0),
    "fixed": Vendor("decimal", precision=10, scale=0),
    "float(m,d)": Vendor("float32", deprecated=_DISPLAY),
    "double(m,d)": Vendor("float64", deprecated=_DISPLAY),
    "double precision(m,d)": Vendor("float64", deprecated=_DISPLAY),
    "real(m,d)": Vendor("float64", deprecated=_DISPLAY),
    "bit": Vendor("bit", length=1),
    "date": Vendor("date"),
    "datetime": Vendor("timestamp"),
    "timestamp": Vendor("timestamptz", loss=_ZONE),
    "time": Vendor("time", loss="holds spans from -838 to 838 hours, not only a time of day"),
    "year": Vendor("int16", loss="a year from 1901 to 2155 or 0, shown with four digits"),
    "year(2)": Vendor(
        "int16",
        loss="the century is lost",
        deprecated="YEAR(2) left MySQL with 5.7; the century has to be guessed",
    ),
    "enum": Vendor("enum"),
    "set": Vendor("set", loss="a bit mask of labels: other systems need a table or an array"),
    "tinytext": Vendor("text", length=255, unit="byte"),
    "text": Vendor("text", length=65_535, unit="byte"),
    "mediumtext": Vendor("text", length=16_777_215, unit="byte"),
    "longtext": Vendor("text"),
}
