# ruff: noqa: E501 - a statement a line reads better
"""One column at a time: its type, default and clauses in every dialect's spelling."""

from __future__ import annotations

import pytest

from stageline.schema import Column, read_schema


def column(sql: str, dialect: str) -> Column:
    schema = read_schema(f"CREATE TABLE t (first_one INT, {sql});".encode(), dialect)
    (table,) = schema.tables
    assert [c.name for c in table.columns[:1]] == ["first_one"]
    assert len(table.columns) == 2, table.columns
    return table.columns[1]


TYPES = [
    ("generic", "a integer NOT NULL", "integer"),
    ("postgresql", "a double precision NOT NULL", "double precision"),
    ("postgresql", "a timestamp with time zone DEFAULT now()", "timestamp with time zone"),
    ("postgresql", "a timestamp(3) without time zone", "timestamp(3) without time zone"),
    ("postgresql", "a character varying(10)[] NOT NULL", "character varying(10)[]"),
    ("postgresql", "a text[]", "text[]"),
    ("postgresql", "a public.mpaa_rating DEFAULT 'G'::public.mpaa_rating", "public.mpaa_rating"),
    ("postgresql", "a numeric( 10,\n 2 ) NOT NULL", "numeric( 10, 2 )"),
    ("postgresql", "a interval year to month", "interval year to month"),
    ("postgresql", "a bit varying(5)", "bit varying(5)"),
    ("mysql", "a int(10) unsigned zerofill NOT NULL", "int(10) unsigned zerofill"),
    ("mysql", "a enum('x','y, z',')') NOT NULL", "enum('x','y, z',')')"),
    ("mysql", "a varchar(10) CHARACTER SET latin1 COLLATE latin1_bin NOT NULL", "varchar(10)"),
    ("mysql", "a national varchar(10)", "national varchar(10)"),
    ("mysql", "a decimal(10,2) unsigned DEFAULT '0.00'", "decimal(10,2) unsigned"),
    ("oracle", "a VARCHAR2(10 CHAR) NOT NULL ENABLE", "VARCHAR2(10 CHAR)"),
    ("oracle", "a NUMBER(*,0)", "NUMBER(*,0)"),
    ("oracle", "a INTERVAL DAY (3) TO SECOND (2)", "INTERVAL DAY (3) TO SECOND (2)"),
    ("oracle", "a TIMESTAMP (6) WITH LOCAL TIME ZONE", "TIMESTAMP (6) WITH LOCAL TIME ZONE"),
    ("oracle", "a LONG RAW", "LONG RAW"),
    ("oracle", "a MDSYS.SDO_GEOMETRY", "MDSYS.SDO_GEOMETRY"),
    ("mssql", "[a] [nvarchar](max) NULL", "[nvarchar](max)"),
    ("mssql", "[a] [dbo].[Flag] NOT NULL", "[dbo].[Flag]"),
    ("mssql", "a decimal(18, 2) NOT NULL", "decimal(18, 2)"),
    ("informix", "a DATETIME YEAR TO FRACTION(3) default CURRENT YEAR TO FRACTION(3)",
     "DATETIME YEAR TO FRACTION(3)"),
    ("informix", "a interval hour(4) to minute not null", "interval hour(4) to minute"),
    ("informix", "a BYTE IN TABLE", "BYTE IN TABLE"),
    ("informix", "a LIST(varchar(10) not null)", "LIST(varchar(10) not null)"),
    ("informix", "a decimal(12,0) not null", "decimal(12,0)"),
    ("informix", "a serial8(100) not null", "serial8(100)"),
    ("db2", "a CHAR(8) FOR BIT DATA NOT NULL", "CHAR(8) FOR BIT DATA"),
    ("db2", "a CHARACTER LARGE OBJECT(1M) NOT LOGGED", "CHARACTER LARGE OBJECT(1M) NOT LOGGED"),
    ("sqlite", "a unsigned big int DEFAULT 1", "unsigned big int"),
    ("sqlite", "a my own type NOT NULL", "my own type"),
    ("sqlite", "a", ""),
    ("sqlite", "a PRIMARY KEY", ""),
    ("bigquery", "a STRUCT<x INT64, y ARRAY<STRING>> NOT NULL", "STRUCT<x INT64, y ARRAY<STRING>>"),
    ("bigquery", "a ARRAY<STRUCT<x INT64, y STRING>> OPTIONS(description='q, r')",
     "ARRAY<STRUCT<x INT64, y STRING>>"),
    ("duckdb", "a STRUCT(x INTEGER, y VARCHAR[])", "STRUCT(x INTEGER, y VARCHAR[])"),
    ("duckdb", "a MAP(VARCHAR, INTEGER)", "MAP(VARCHAR, INTEGER)"),
    ("snowflake", "a TIMESTAMP_NTZ(9) DEFAULT CURRENT_TIMESTAMP()", "TIMESTAMP_NTZ(9)"),
    ("snowflake", "a NUMBER(38,0) AUTOINCREMENT START 1 INCREMENT 1", "NUMBER(38,0)"),
    ("redshift", "a varchar(20) ENCODE lzo DISTKEY", "varchar(20)"),
    ("firebird", "a BLOB SUB_TYPE TEXT SEGMENT SIZE 80 NOT NULL", "BLOB SUB_TYPE TEXT SEGMENT SIZE 80"),
    ("firebird", "a VARCHAR(15) [5]", "VARCHAR(15) [5]"),
    ("generic", "a int FANCY CLAUSE (1, 2) NOT NULL", "int"),
]  # fmt: skip


@pytest.mark.parametrize(("dialect", "sql", "expected"), TYPES)
def test_type(dialect: str, sql: str, expected: str) -> None:
    found = column(sql, dialect)
    assert found.type == expected
    assert found.name == "a"
    # each case that says NOT NULL behind its type is not null; nothing else is
    said = "NOT NULL" in sql.upper().replace(expected.upper(), "") or "primary" in sql.lower()
    if dialect != "sqlite":
        assert found.nullable is not (said or "AUTOINCREMENT" in sql)


DEFAULTS = [
    ("postgresql", "a text DEFAULT 'x'::character varying NOT NULL", "'x'::character varying"),
    ("postgresql", "a text NOT NULL DEFAULT nextval('s'::regclass)", "nextval('s'::regclass)"),
    ("postgresql", "a int[] DEFAULT '{1,2}'::int[] CHECK (a IS NOT NULL)", "'{1,2}'::int[]"),
    ("postgresql", "a text DEFAULT E'it\\'s, so' NOT NULL", "E'it\\'s, so'"),
    ("mysql", "a datetime DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP COMMENT 'x'",
     "CURRENT_TIMESTAMP"),
    ("mysql", "a varchar(9) NOT NULL DEFAULT '' COMMENT 'a, b'", "''"),
    ("mysql", "a int DEFAULT NULL COMMENT 'not null'", "NULL"),
    ("mysql", "a int DEFAULT -1", "-1"),
    ("mssql", "a int NOT NULL CONSTRAINT df DEFAULT ((0))", "((0))"),
    ("mssql", "a datetime DEFAULT (getdate()) NOT NULL", "(getdate())"),
    ("oracle", "a DATE DEFAULT SYSDATE NOT NULL ENABLE", "SYSDATE"),
    ("oracle", "a NUMBER DEFAULT ON NULL seq.nextval NOT NULL", "seq.nextval"),
    ("informix", "a date default TODAY not null", "TODAY"),
    ("informix", "a datetime year to second default current year to second not null",
     "current year to second"),
    ("db2", "a INT NOT NULL WITH DEFAULT 5", "5"),
    ("db2", "a INT NOT NULL WITH DEFAULT", "DEFAULT"),
    ("sqlite", "a int DEFAULT (strftime('%s', 'now')) NOT NULL", "(strftime('%s', 'now'))"),
    ("firebird", "a TIMESTAMP DEFAULT 'NOW' NOT NULL", "'NOW'"),
    ("snowflake", "a int DEFAULT s.NEXTVAL COMMENT 'c'", "s.NEXTVAL"),
]  # fmt: skip


@pytest.mark.parametrize(("dialect", "sql", "expected"), DEFAULTS)
def test_default(dialect: str, sql: str, expected: str) -> None:
    found = column(sql, dialect)
    assert found.default == expected
    assert found.nullable is (" NOT NULL" not in sql.upper().replace("IS NOT NULL", ""))


@pytest.mark.parametrize(
    ("dialect", "sql"),
    [
        ("mysql", "a int NOT NULL AUTO_INCREMENT"),
        ("mssql", "a int IDENTITY(1,1) NOT NULL"),
        ("postgresql", "a int GENERATED BY DEFAULT AS IDENTITY (START WITH 5)"),
        ("oracle", "a NUMBER GENERATED ALWAYS AS IDENTITY"),
        ("db2", "a INT NOT NULL GENERATED ALWAYS AS IDENTITY (START WITH 1, INCREMENT BY 1)"),
        ("sqlite", "a INTEGER PRIMARY KEY AUTOINCREMENT"),
    ],
)
def test_identity(dialect: str, sql: str) -> None:
    assert column(sql, dialect).identity


@pytest.mark.parametrize(
    ("dialect", "sql", "expected"),
    [
        ("postgresql", "a numeric GENERATED ALWAYS AS (b * 2) STORED", "b * 2"),
        ("mysql", "a int AS (b + 1) VIRTUAL NOT NULL", "b + 1"),
        ("mssql", "a AS (b + 1) PERSISTED", "b + 1"),
        ("mssql", "a AS b + c", "b + c"),
        ("firebird", "a COMPUTED BY (x || ', ' || y)", "x || ', ' || y"),
        ("oracle", "a NUMBER GENERATED ALWAYS AS (b * 2) VIRTUAL", "b * 2"),
        ("mssql", "a datetime2 GENERATED ALWAYS AS ROW START NOT NULL", "ROW START"),
    ],
)
def test_generated(dialect: str, sql: str, expected: str) -> None:
    assert column(sql, dialect).generated == expected


def test_comments_of_columns() -> None:
    assert column("a int COMMENT 'it''s \\\"so\\\"'", "mysql").comment is not None
    assert column("a int COMMENT 'plain'", "snowflake").comment == "plain"
    assert column('a INT64 OPTIONS(description="d")', "bigquery").comment == "d"


def test_columns_named_like_clauses() -> None:
    sql = b"CREATE TABLE t (key varchar(20), index integer, period int, comment text, type text);"
    (table,) = read_schema(sql, "postgresql").tables
    assert [c.name for c in table.columns] == ["key", "index", "period", "comment", "type"]
    assert table.indexes == ()


def test_one_spelling_of_a_column_read_once_has_its_own_lines() -> None:
    sql = b"CREATE TABLE t (\n a int\n   REFERENCES u (x),\n b int\n   REFERENCES u (x));"
    (table,) = read_schema(sql, "postgresql").tables
    assert [c.line for c in table.columns] == [2, 4]
    assert [k.line for k in table.foreign_keys] == [3, 5]
    assert [k.columns for k in table.foreign_keys] == [("a",), ("b",)]


def test_columns_that_differ_in_one_string_keep_their_own() -> None:
    sql = b"""CREATE TABLE t (
  a varchar(9) DEFAULT 'one' NOT NULL, b varchar(9) DEFAULT 'two' NOT NULL,
  c enum('x'), d enum('y'), e int COMMENT 'first', f int COMMENT 'second',
  g text CHECK (g <> 'no'), h text CHECK (h <> 'yes'));"""
    (table,) = read_schema(sql, "mysql").tables
    assert [c.default for c in table.columns[:2]] == ["'one'", "'two'"]
    assert [c.type for c in table.columns[2:4]] == ["enum('x')", "enum('y')"]
    assert [c.comment for c in table.columns[4:6]] == ["first", "second"]
    assert [(c.expression, c.columns) for c in table.checks] == [
        ("g <> 'no'", ("g",)), ("h <> 'yes'", ("h",))
    ]  # fmt: skip
