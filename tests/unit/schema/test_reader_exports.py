"""What exports of servers and their tools write, in the smallest dump that shows it."""

from __future__ import annotations

import pytest

from stageline.schema import Schema, Table, read_schema


def read(sql: str, dialect: str | None = None) -> Schema:
    """The schema of a dump in which every statement can be read."""
    schema = read_schema(sql.encode(), dialect)
    assert [(s.line, s.reason) for s in schema.statements if s.status == "failed"] == []
    return schema


def columns(table: Table) -> list[tuple[str, str, bool]]:
    return [(column.name, column.type, column.nullable) for column in table.columns]


@pytest.mark.parametrize(
    ("dialect", "query", "kind"),
    [
        ("mssql", "SELECT TOP (5) PERCENT a, b AS c INTO copy FROM base", "table"),
        ("mssql", "SELECT TOP 5 WITH TIES a, b c INTO #copy FROM base", "temporary"),
        ("postgresql", "SELECT a, b AS c INTO copy FROM base", "table"),
        (
            "postgresql",
            "WITH q AS (SELECT 1) SELECT a, b AS c INTO TEMP copy FROM base",
            "temporary",
        ),
        (
            "informix",
            "select skip 2 first 3 a, b c from base into temp copy with no log",
            "temporary",
        ),
        ("informix", "select a, b c from base into raw copy", "table"),
    ],
)
def test_select_into_makes_a_table(dialect: str, query: str, kind: str) -> None:
    schema = read(f"CREATE TABLE base (a integer NOT NULL, b char(3));\n{query};", dialect)
    copy = schema.tables[1]
    assert (copy.name.lstrip("#"), copy.kind) == ("copy", kind)
    assert columns(copy) == [("a", "integer", True), ("c", "char(3)", True)]


@pytest.mark.parametrize(
    ("dialect", "query"),
    [
        ("informix", "select a into x from base"),
        ("mysql", "SELECT a INTO @x FROM base"),
        ("mssql", "SELECT a FROM base WHERE b = 'INTO x'"),
        ("oracle", "SELECT a INTO x FROM base"),
    ],
)
def test_select_into_a_variable_makes_none(dialect: str, query: str) -> None:
    schema = read(f"CREATE TABLE base (a integer);\n{query};", dialect)
    assert [table.name for table in schema.tables] == ["base"]


def test_serial_of_mysql_is_unique() -> None:
    (table,) = read("CREATE TABLE t (id SERIAL, n INT,\n k serial COMMENT 'x');", "mysql").tables
    assert [unique.columns for unique in table.unique_constraints] == [("id",), ("k",)]


def test_oracle_sharing_unused_and_clusters() -> None:
    (table,) = read(
        """CREATE CLUSTER "HR"."CL" ("A" NUMBER) SIZE 512;
  CREATE TABLE "HR"."T" SHARING=METADATA
   ("A" NUMBER NOT NULL ENABLE, "B" DATE, "C" DATE, "D" DATE);
  CREATE INDEX "HR"."CI" ON CLUSTER "HR"."CL" TABLESPACE "USERS";
  ALTER TABLE "HR"."T" SET UNUSED ("B", "C");
  ALTER TABLE "HR"."T" SET UNUSED COLUMN "D";
""",
        "oracle",
    ).tables
    assert columns(table) == [("A", "NUMBER", False)]


def test_an_index_on_a_table_called_cluster() -> None:
    (table,) = read("CREATE TABLE cluster (a int);\nCREATE INDEX i ON cluster (a);").tables
    assert [index.columns for index in table.indexes] == [("a",)]


def test_columns_of_typed_tables_keep_their_options() -> None:
    schema = read(
        """CREATE TYPE c AS (a integer, b text);
CREATE TABLE t OF c (PRIMARY KEY (a), b WITH OPTIONS DEFAULT 'x');""",
        "postgresql",
    )
    assert columns(schema.tables[0]) == [("a", "integer", False), ("b", "text", True)]
    assert schema.tables[0].columns[1].default == "'x'"
    (row,) = read("create row type r (a int not null, b date);\ncreate table t of type r;").tables
    assert columns(row) == [("a", "int", False), ("b", "date", True)]


def test_partitions_take_numbers_from_the_sequence_of_the_whole() -> None:
    schema = read(
        """CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY, d date) PARTITION BY RANGE (d);
CREATE TABLE p PARTITION OF t DEFAULT;""",
        "postgresql",
    )
    assert [sequence.name for sequence in schema.sequences] == ["t_id_seq"]


@pytest.mark.parametrize(
    ("made", "dropped"),
    [
        ("a double precision, b timestamp with time zone", "float8, timestamptz"),
        ("x int4, OUT y text", "integer"),
        ("VARIADIC x varchar(10)[] DEFAULT '{}'", "character varying[]"),
        ("x s.mood, INOUT y bool", "s.mood, boolean"),
    ],
)
def test_overloads_are_dropped_by_their_types(made: str, dropped: str) -> None:
    schema = read(
        f"""CREATE FUNCTION f(first char) RETURNS int LANGUAGE sql AS 'select 1';
CREATE FUNCTION f({made}) LANGUAGE sql AS 'select 2';
CREATE OR REPLACE FUNCTION f(character) RETURNS int LANGUAGE sql AS 'select 3';
DROP FUNCTION f({dropped});""",
        "postgresql",
    )
    assert [routine.body for routine in schema.routines] == ["select 3"]


def test_keys_of_sql_anywhere_that_are_not_null() -> None:
    schema = read(
        """CREATE TABLE "DBA"."p" ("id" integer NOT NULL, PRIMARY KEY ("id" ASC))
go
CREATE TABLE "DBA"."c" ("pid" integer NOT NULL)
go
ALTER TABLE "DBA"."c" ADD CONSTRAINT "fk" NOT NULL FOREIGN KEY ("pid" ASC)
  REFERENCES "DBA"."p" ("id")
go
"""
    )
    (key,) = schema.tables[1].foreign_keys
    assert (key.name, key.columns, key.referred_table) == ("fk", ("pid",), "p")
    assert [column.name for column in schema.tables[1].columns] == ["pid"]


def test_storage_and_indexes_of_ingres() -> None:
    schema = read(
        r"""create table emp (eno integer4 not null not default, name varchar(20) with null)
\p\g
modify emp to btree unique on
    eno,
    name
with leaffill = 70
\p\g
modify emp to heap
\p\g
create unique index (emp_u on emp (name) with structure = hash)
\p\g
"""
    )
    (emp,) = schema.tables
    assert [(i.name, i.columns, i.unique) for i in emp.indexes] == [
        (None, ("eno", "name"), True),
        ("emp_u", ("name",), True),
    ]


def test_projects_of_bigquery_with_dashes() -> None:
    schema = read(
        """CREATE TABLE my-shop-1.sales.t (id INT64 NOT NULL, a STRING);
ALTER TABLE my-shop-1.sales.t ADD COLUMN b STRING;
CREATE VIEW my-shop-1.sales.v AS SELECT id FROM my-shop-1.sales.t;""",
        "bigquery",
    )
    (table,) = schema.tables
    assert (table.schema, table.name, len(table.columns)) == ("sales", "t", 3)
    assert [(view.schema, view.name) for view in schema.views] == [("sales", "v")]


def test_versioning_of_db2_is_no_column() -> None:
    (table,) = read(
        """CREATE TABLE "APP     "."T" ("A" INTEGER NOT NULL);
ALTER TABLE "APP     "."T" ADD VERSIONING USE HISTORY TABLE "APP     "."H";""",
        "db2",
    ).tables
    assert columns(table) == [("A", "INTEGER", False)]


def test_keys_dropped_before_their_tables_are_made() -> None:
    schema = read_schema(
        b"""IF EXISTS (SELECT * FROM sysobjects WHERE name = 'fk')
ALTER TABLE [dbo].[t] DROP CONSTRAINT [fk], [ck]
GO
ALTER TABLE [dbo].[t] DROP CONSTRAINT [fk], COLUMN [a]
GO
ALTER TABLE [dbo].[t] ADD [b] [int] NULL
GO
""",
        "mssql",
    )
    alters = [s for s in schema.statements if s.kind == "alter table"]
    assert [(s.status, s.reason) for s in alters] == [
        ("skipped", "there is no such table at this point"),
        ("skipped", "there is no such table at this point"),
        ("failed", "table t is not defined before this statement"),
    ]


@pytest.mark.parametrize("event", ["CONNECT", "DISCONNECT", "TRANSACTION COMMIT"])
def test_triggers_of_the_database_have_no_table(event: str) -> None:
    schema = read(
        f"""SET TERM ^ ;
CREATE TRIGGER t ACTIVE ON {event} POSITION 0 AS BEGIN END ^
SET TERM ; ^""",
        "firebird",
    )
    assert [(trigger.name, trigger.table) for trigger in schema.triggers] == [("t", "")]
