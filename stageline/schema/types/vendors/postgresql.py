"""PostgreSQL. https://www.postgresql.org/docs/current/datatype.html"""

from __future__ import annotations

from stageline.schema.types.vendors import Vendor, name_types

ALIASES = ("postgres", "greenplum", "cockroachdb", "edb")

_OLD_TIME = "removed from PostgreSQL with version 12"
_CATALOG = "names an object of this server's catalog; the number means nothing elsewhere"

TYPES = name_types(
    {
        "boolean": "boolean, bool",
        "int16": "int2, smallint",
        "int32": "int4, integer, int",
        "int64": "int8, bigint",
        "float32": "float4, real",
        "float64": "float8, double precision, float",
        "text": "text, citext, ltree, lquery",
        "string": "varchar, character varying, char, character, bpchar, name",
        "binary": "bytea, lo",
        "bit": "bit, bit varying, varbit",
        "timestamp": "timestamp, timestamp without time zone",
        "timestamptz": "timestamptz, timestamp with time zone",
        "timetz": "timetz, time with time zone",
        "time": "time, time without time zone",
        "interval": "interval",
        "json": "json, jsonb, jsonpath",
        "map": "hstore",
        "network": "inet, cidr, macaddr, macaddr8",
        "range": "int4range, int8range, numrange, tsrange, tstzrange, daterange, int4multirange, "
        "int8multirange, nummultirange, tsmultirange, tstzmultirange, datemultirange",
        "search": "tsvector, tsquery",
        "geometry": "point, line, lseg, box, path, polygon, circle, geometry, geography, raster, "
        "box2d, box3d, cube",
        "vector": "vector, halfvec, sparsevec",
    }
) | {
    "numeric": Vendor("decimal", bare="no precision: up to 131,072 digits before the point"),
    "decimal": Vendor("decimal", bare="no precision: up to 131,072 digits before the point"),
    "serial": Vendor("int32", identity=True),
    "serial4": Vendor("int32", identity=True),
    "bigserial": Vendor("int64", identity=True),
    "serial8": Vendor("int64", identity=True),
    "smallserial": Vendor("int16", identity=True),
    "serial2": Vendor("int16", identity=True),
    "money": Vendor(
        "decimal",
        loss="scale and symbol follow lc_monetary of the server, not the column",
        deprecated="MONEY depends on the server's locale; NUMERIC with a currency column does not",
        precision=19,
        scale=2,
    ),
    "abstime": Vendor("timestamptz", deprecated=_OLD_TIME),
    "reltime": Vendor("interval", deprecated=_OLD_TIME),
    "tinterval": Vendor("range", deprecated=_OLD_TIME),
    "timespan": Vendor("interval", deprecated="an old name of INTERVAL"),
    "oid": Vendor("int64", loss="an object identifier of this server (unsigned 32 bits)"),
    "xid": Vendor("int64", loss=_CATALOG),
    "regclass": Vendor("reference", loss=_CATALOG),
    "regproc": Vendor("reference", loss=_CATALOG),
    "regtype": Vendor("reference", loss=_CATALOG),
    "pg_lsn": Vendor("string", loss=_CATALOG),
    "tid": Vendor("rowid", loss="the physical place of a row"),
}
