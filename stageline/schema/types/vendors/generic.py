"""Names of the SQL standard and those that several vendors share with one meaning.

Source: ISO/IEC 9075-2, "data type" (6.1); https://jakewheat.github.io/sql-overview/
"""

from __future__ import annotations

from stageline.schema.types.vendors import Vendor, name_types

_BARE = "no precision: how large and how exact is left to the server"

TYPES = name_types(
    {
        "boolean": "boolean, bool",
        "int8": "tinyint",
        "int16": "smallint, int2",
        "int64": "bigint, int8, long integer",
        "float32": "real, float4",
        "float64": "float, double precision, double, float8",
        "string": "varchar, char, character, character varying, char varying, nchar, nvarchar, "
        "national character, national character varying, national char, national char varying, "
        "national varchar, nchar varying, bpchar, string",
        "text": "text, clob, nclob, character large object, char large object, "
        "national character large object, longtext, long varchar",
        "binary": "blob, binary large object, binary, varbinary, binary varying, bytea, bytes, "
        "longblob",
        "bit": "bit, bit varying, varbit",
        "date": "date",
        "time": "time, time without time zone",
        "timetz": "time with time zone, timetz",
        "timestamp": "timestamp, timestamp without time zone, datetime, smalldatetime",
        "timestamptz": "timestamp with time zone, timestamptz, timestamp with local time zone",
        "interval": "interval",
        "uuid": "uuid, guid, uniqueidentifier",
        "json": "json, jsonb",
        "xml": "xml",
        "array": "array, list, multiset",
        "map": "map",
        "struct": "struct, row, record",
        "geometry": "geometry, geography, point, polygon, linestring",
        "vector": "vector",
    }
) | {
    "int": Vendor("int32"),
    "integer": Vendor("int32"),
    "decimal": Vendor("decimal", bare=_BARE),
    "dec": Vendor("decimal", bare=_BARE),
    "numeric": Vendor("decimal", bare=_BARE),
    "number": Vendor("decimal", bare=_BARE, whole=True),
    "money": Vendor("decimal", loss="scale and symbol follow the server, not the column"),
    "serial": Vendor("int32", identity=True),
    "bigserial": Vendor("int64", identity=True),
    "smallserial": Vendor("int16", identity=True),
}
