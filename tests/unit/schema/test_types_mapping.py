"""Vendor types are taken apart and mapped as their manuals say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stageline.schema.model import Column, Schema, Table, UserType
from stageline.schema.types import CANONICAL, analyze_types
from stageline.schema.types.mapping import Resolver
from stageline.schema.types.vendors import vendor_tables

# dialect, vendor type, canonical, and what else must be known of it
CASES = [
    ("mysql", "int(11) unsigned zerofill", "int64", {"unsigned": True, "lossy": False}),
    ("mysql", "bigint(20) unsigned", "int64", {"unsigned": True, "lossy": True}),
    ("mysql", "tinyint(1)", "boolean", {}),
    ("mysql", "tinyint(4)", "int8", {}),
    ("mysql", "tinyint unsigned", "int16", {}),
    ("mysql", "enum('a','it''s','(c')", "enum", {"labels": ("a", "it's", "(c")}),
    ("mysql", "set('x','y')", "set", {"labels": ("x", "y"), "lossy": True}),
    ("mysql", "decimal(10,2)", "decimal", {"precision": 10, "scale": 2, "lossy": False}),
    ("mysql", "varchar(20) character set utf8mb4", "string", {"length": 20, "length_unit": "char"}),
    ("mysql", "mediumtext", "text", {"length": 16_777_215, "length_unit": "byte"}),
    ("mysql", "bit(8)", "bit", {"length": 8}),
    ("mysql", "bit(1)", "boolean", {}),
    ("mysql", "year(4)", "int16", {"lossy": True}),
    ("mysql", "json", "json", {}),
    ("mysql", "point", "geometry", {}),
    ("mysql", "datetime(6)", "timestamp", {"precision": 6}),
    ("mariadb", "timestamp", "timestamptz", {"lossy": True}),
    ("postgresql", "character varying(10)[]", "array", {"length": 10, "array": True}),
    ("postgresql", "_int4", "array", {"array": True}),
    ("postgresql", "timestamp(3) with time zone", "timestamptz", {"precision": 3}),
    ("postgresql", "interval day to second(3)", "interval", {"precision": 3}),
    ("postgresql", "bigserial", "int64", {"identity": True}),
    ("postgresql", "varchar", "text", {"length": None}),
    ("postgresql", "char", "string", {"length": 1}),
    ("postgresql", "numeric", "decimal", {"lossy": True, "precision": None}),
    ("postgresql", "int4range", "range", {}),
    ("postgresql", "inet", "network", {}),
    ("postgresql", "tsvector", "search", {}),
    ("postgresql", "money", "decimal", {"lossy": True}),
    ("postgresql", "double precision", "float64", {}),
    ("postgresql", "float(20)", "float32", {}),
    ("postgresql", "pg_catalog.bool", "boolean", {}),
    ("oracle", "NUMBER", "decimal", {"lossy": True}),
    ("oracle", "NUMBER(9)", "int32", {"precision": 9, "scale": 0, "lossy": False}),
    ("oracle", "NUMBER(10,2)", "decimal", {"precision": 10, "scale": 2}),
    ("oracle", "NUMBER(*,0)", "decimal", {"precision": 38, "scale": 0}),
    ("oracle", "NUMBER(5,-2)", "decimal", {"scale": -2}),
    ("oracle", "VARCHAR2(20 CHAR)", "string", {"length": 20, "length_unit": "char"}),
    ("oracle", "VARCHAR2(20)", "string", {"length": 20, "length_unit": "byte"}),
    ("oracle", "DATE", "timestamp", {"lossy": True}),
    ("oracle", "LONG RAW", "binary", {}),
    ("oracle", "SYS.XMLTYPE", "xml", {}),
    ("oracle", "ROWID", "rowid", {"lossy": True}),
    ("oracle", "TIMESTAMP(6) WITH LOCAL TIME ZONE", "timestamptz", {"lossy": True}),
    ("oracle", "INTERVAL DAY(2) TO SECOND(6)", "interval", {}),
    ("mssql", "[nvarchar](max)", "text", {}),
    ("mssql", "nvarchar (50)", "string", {"length": 50, "length_unit": "char"}),
    ("mssql", "int identity(1,1)", "int32", {"identity": True}),
    ("mssql", "tinyint", "int16", {"lossy": True}),
    ("mssql", "money", "decimal", {"precision": 19, "scale": 4, "lossy": True}),
    ("mssql", "datetime2(7)", "timestamp", {"precision": 7, "lossy": False}),
    ("mssql", "timestamp", "binary", {"length": 8}),
    ("mssql", "hierarchyid", "binary", {"lossy": True}),
    ("mssql", "sql_variant", "any", {"lossy": True}),
    ("informix", "DATETIME YEAR TO FRACTION(3)", "timestamp", {"precision": 3}),
    ("informix", "datetime hour to minute", "time", {}),
    ("informix", "datetime year to day", "date", {"lossy": False}),
    ("informix", "datetime month to day", "text", {"lossy": True}),
    ("informix", "interval day(3) to second", "interval", {}),
    ("informix", "serial8(1000)", "int64", {"identity": True, "precision": None}),
    ("informix", "DECIMAL(12,0)", "int64", {"precision": 12, "scale": 0}),
    ("informix", "decimal(10)", "decimal", {"scale": None, "lossy": True}),
    ("informix", "lvarchar", "string", {"length": 2048}),
    ("informix", "varchar(255,10)", "string", {"length": 255}),
    ("informix", "clob in sbspace1", "text", {"lossy": False}),
    ("informix", "byte in table", "binary", {"lossy": True}),
    ("informix", "money(16,2)", "decimal", {"precision": 16, "scale": 2, "lossy": True}),
    ("informix", "set(int not null)", "array", {}),
    ("db2", "CHAR(10) FOR BIT DATA", "binary", {"length": 10}),
    ("db2", "CLOB(1M) INLINE LENGTH 100", "text", {"length": 1 << 20}),
    ("db2", "DECFLOAT(16)", "decimal", {"precision": 16, "lossy": True}),
    ("db2", "VARGRAPHIC(20)", "string", {"length": 20}),
    ("bigquery", "ARRAY<STRUCT<a INT64, b STRING>>", "array", {"lossy": True}),
    ("bigquery", "STRUCT<a INT64>", "struct", {}),
    ("bigquery", "STRING(10)", "string", {"length": 10}),
    ("snowflake", "VARIANT", "json", {}),
    ("snowflake", "NUMBER(38,0)", "decimal", {"precision": 38, "scale": 0}),
    ("snowflake", "TIMESTAMP_NTZ(9)", "timestamp", {"precision": 9}),
    ("firebird", "BLOB SUB_TYPE TEXT SEGMENT SIZE 80", "text", {}),
    ("firebird", "BLOB(400,1)", "text", {"length": None}),
    ("firebird", "VARCHAR(15) [5]", "array", {"array": True}),
    ("duckdb", "INTEGER[]", "array", {"array": True}),
    ("duckdb", "HUGEINT", "decimal", {"lossy": True}),
    ("redshift", "SUPER", "json", {}),
    ("sqlite", "", "any", {"lossy": True}),
    ("sqlite", "unsigned big int", "decimal", {"lossy": True}),
    ("sqlite", "my_floating_type", "float64", {"lossy": True}),
    ("sqlite", "varchar(20)", "string", {"length": 20}),
    ("generic", "nvarchar2(5)", "string", {"length": 5}),
    ("a dialect of nobody", "integer", "int32", {}),
    ("postgresql", "no_such_type", "unknown", {"lossy": True}),
]


@pytest.mark.parametrize(
    ("dialect", "vendor", "canonical", "details"), CASES, ids=[f"{c[0]}-{c[1]}" for c in CASES]
)
def test_vendor_types(
    dialect: str, vendor: str, canonical: str, details: dict[str, object]
) -> None:
    found = Resolver.of(Schema(dialect)).resolve(vendor)
    assert found.canonical == canonical
    assert {name: getattr(found, name) for name in details} == details
    assert found.lossy == (found.reason is not None)


def test_every_vendor_entry_maps_to_a_documented_name() -> None:
    for name, table in vendor_tables().items():
        for vendor, entry in table.types.items():
            assert entry.canonical in CANONICAL, (name, vendor)
            assert entry.unsigned is None or entry.unsigned in CANONICAL
            assert vendor == vendor.lower()


def test_domains_and_enums_of_the_schema_are_resolved() -> None:
    types = (
        UserType("price", "shop", "domain", base="NUMERIC(10,2)"),
        UserType("net_price", "shop", "domain", base="shop.price"),
        UserType("color", None, "enum", labels=("red", "blue")),
        UserType("address", None, "composite"),
    )
    columns = tuple(
        Column(f"c{i}", text)
        for i, text in enumerate(["shop.net_price", '"color"', "address", "color[]"])
    )
    found = analyze_types(Schema("postgresql", (Table("t", columns=columns),), types=types)).columns
    assert [c.canonical for c in found] == ["decimal", "enum", "struct", "array"]
    assert (found[0].vendor, found[0].precision, found[0].scale) == ("shop.net_price", 10, 2)
    assert found[1].labels == ("red", "blue")


def test_domains_that_refer_to_each_other_end() -> None:
    types = (UserType("a", base="b"), UserType("b", base="a"))
    schema = Schema("postgresql", (Table("t", columns=(Column("x", "a"),)),), types=types)
    assert analyze_types(schema).columns[0].canonical == "unknown"


@given(
    st.text(alphabet="intvarchaenum()<>[],'\"` .0189xé", max_size=60),
    st.sampled_from(sorted(vendor_tables())),
)
def test_any_text_is_mapped_to_something(text: str, dialect: str) -> None:
    assert Resolver.of(Schema(dialect)).resolve(text).canonical in CANONICAL


def test_a_huge_type_is_bounded() -> None:
    labels = ",".join(f"'l{i}'" for i in range(200_000))
    found = Resolver.of(Schema("mysql")).resolve(f"enum({labels})")
    assert found.canonical in CANONICAL


def test_columns_carry_table_and_line() -> None:
    table = Table("t", "app", (Column("id", "int", line=7, identity=True),))
    (found,) = analyze_types(Schema("mysql", (table,))).columns
    assert (found.table, found.column, found.line, found.identity) == ("app.t", "id", 7, True)


def test_a_computed_column_has_no_type_of_its_own() -> None:
    table = Table("t", columns=(Column("total", "", generated="price * amount"), Column("x", "")))
    computed, bare = analyze_types(Schema("mssql", (table,))).columns
    assert (computed.canonical, computed.lossy) == ("any", True)
    assert bare.canonical == "unknown"
