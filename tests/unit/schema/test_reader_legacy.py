"""What the scripts of older systems hold: Db2 for i, Sybase, SQL Anywhere, Teradata, Informix."""

from __future__ import annotations

import pytest

from stageline.schema import read_schema
from stageline.schema.detection import detect_dialect
from stageline.schema.model import Schema


def read(sql: str, dialect: str | None = None) -> Schema:
    schema = read_schema(sql.encode(), dialect)
    assert not [s for s in schema.statements if s.status == "failed"]
    return schema


def test_db2_for_i_separates_names_by_slashes() -> None:
    schema = read(
        """CREATE OR REPLACE TABLE LIB/ORDERS (
  ORDER_NO FOR COLUMN ORDNO INTEGER NOT NULL, ITEM FOR COLUMN ITM CHAR(9) NOT NULL DEFAULT '',
  CONSTRAINT PK_ORD PRIMARY KEY (ORDER_NO))
RCDFMT ORDERSR;
RENAME TABLE LIB/ORDERS TO ALL_ORDERS FOR SYSTEM NAME ORDERS;
COMMENT ON TABLE LIB/ALL_ORDERS IS 'what was ordered';
COMMENT ON COLUMN LIB/ALL_ORDERS.ITEM IS 'what it is';
LABEL ON COLUMN LIB/ALL_ORDERS.ORDER_NO TEXT IS 'Number';
CREATE INDEX LIB/IX ON LIB/ALL_ORDERS (ITEM);
"""
    )
    assert schema.dialect == "db2"
    (table,) = schema.tables
    assert (table.schema, table.name, table.comment) == ("LIB", "ALL_ORDERS", "what was ordered")
    assert table.primary_key == ("ORDER_NO",)
    assert [column.comment for column in table.columns] == ["Number", "what it is"]
    assert [(index.name, index.columns) for index in table.indexes] == [("IX", ("ITEM",))]


def test_db2_for_zos_in_a_job() -> None:
    schema = read(
        """//MAKE    JOB 1,'make',CLASS=A
//*
//STEP     EXEC PGM=IKJEFT01
//SYSTSIN  DD *
  DSN SYSTEM(D1)
  RUN PROGRAM(DSNTIAD)
/*
//SYSIN    DD *
CREATE TABLESPACE TS IN DB USING STOGROUP SG;
CREATE TABLE O.A (X INTEGER NOT NULL) IN DB.TS;
/*
//*
//SYSIN    DD *
CREATE TABLE O.B (X INTEGER) IN DB.TS;
/*
//
"""
    )
    assert schema.dialect == "db2"
    assert [table.name for table in schema.tables] == ["A", "B"]


def test_sybase_keys_by_procedure() -> None:
    schema = read(
        """use shop
go
setuser 'owner'
go
create table item (no int not null, kind int not null,)
exec sp_primarykey item, no
create unique index i on item(no)
go
create table line (no int not null, item int null)
go
sp_foreignkey line, item, item
go
setuser
go
create table other (a int)
go
"""
    )
    assert schema.dialect == "mssql"
    item, line, other = schema.tables
    assert (item.schema, item.primary_key, other.schema) == ("owner", ("no",), None)
    (key,) = line.foreign_keys
    assert (key.columns, key.referred_table, key.referred_columns) == (("item",), "item", ("no",))
    assert not key.enforced and item.indexes[0].unique


def test_sql_anywhere_is_not_snowflake() -> None:
    sql = b'CREATE TABLE "DBA"."t" ("a" INTEGER NOT NULL DEFAULT AUTOINCREMENT, PRIMARY KEY ("a"));'
    assert detect_dialect(sql).dialect == "generic"
    assert detect_dialect(b"create table t (a integer autoincrement start 1);").dialect != "generic"


def test_teradata_indexes_comments_and_templates() -> None:
    schema = read(
        """CREATE MULTISET TABLE {{ params.stage }}.{{ params.name }}, NO FALLBACK
( a INTEGER, b DATE ) PRIMARY INDEX (a);
CREATE MULTISET TABLE {env}_db.t{suffix} , FALLBACK ( a INTEGER, b DATE )
UNIQUE PRIMARY INDEX up (a) PARTITION BY RANGE_N(b BETWEEN DATE '2020-01-01' AND DATE '2030-12-31'
EACH INTERVAL '1' DAY) INDEX ix (b);
COMMENT ON {env}_db.t{suffix} AS 'things';
COMMENT ON {env}_db.t{suffix}.b AS 'day';
"""
    )
    first, second = schema.tables
    assert (first.schema, first.name) == ("{{ params.stage }}", "{{ params.name }}")
    assert [column.name for column in first.columns] == ["a", "b"]
    assert (second.schema, second.name, second.comment) == ("{env}_db", "t{suffix}", "things")
    assert second.columns[1].comment == "day"
    indexes = [(i.name, i.columns, i.unique) for table in schema.tables for i in table.indexes]
    assert indexes == [(None, ("a",), False), ("up", ("a",), True), ("ix", ("b",), False)]


def test_keys_that_old_postgresql_wrote_as_triggers() -> None:
    trigger = (
        'CREATE CONSTRAINT TRIGGER "{}" AFTER {} NOT DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW '
        """EXECUTE PROCEDURE "RI_FKey_{}" ('{}', 'line', 'item', 'UNSPECIFIED', {});\n"""
    )
    one, two = "'item', 'no'", "'a', 'b', 'c', 'd'"
    schema = read(
        'CREATE TABLE "item" ("no" integer NOT NULL, "b" integer, "d" integer);\n'
        'CREATE TABLE "line" ("item" integer, "a" integer, "c" integer);\n'
        + trigger.format("k", 'DELETE ON "item" FROM "line"', "cascade_del", "k", one)
        + trigger.format("k", 'INSERT OR UPDATE ON "line" FROM "item"', "check_ins", "k", one)
        + trigger.format("k", 'UPDATE ON "item" FROM "line"', "noaction_upd", "k", one)
        + trigger.format("<unnamed>", 'UPDATE ON "item"', "setnull_upd", "<unnamed>", two)
        + trigger.format("<unnamed>", 'INSERT ON "line"', "check_ins", "<unnamed>", two),
        "postgresql",
    )
    assert not schema.triggers
    first, second = schema.tables[1].foreign_keys
    assert (first.name, first.columns, first.referred_columns) == ("k", ("item",), ("no",))
    assert (first.referred_table, first.on_delete, first.on_update) == ("item", "CASCADE", None)
    assert (second.name, second.columns, second.referred_columns) == (None, ("a", "c"), ("b", "d"))
    assert second.on_update == "SET NULL"


def test_the_header_of_dbschema_costs_nothing() -> None:
    schema = read(
        """
DBSCHEMA Schema Utility       INFORMIX-SQL Version 9.40
Copyright IBM Corporation 1996, 2004
Software Serial Number AAA#B000000



create procedure "own".p(a integer)
returning integer;
define b integer;
let b = a;
return b;
end procedure;
"""
    )
    assert [(r.name, r.schema) for r in schema.routines] == [("p", "own")]


def test_commands_of_the_shell_between_statements() -> None:
    schema = read(
        """!echo "making the tables; please wait"
create table item (item_no serial not null, name char(20)) extent size 16 lock mode row;
! date
create unique index ix_item on item (item_no);
""",
        "informix",
    )
    (table,) = schema.tables
    assert [column.name for column in table.columns] == ["item_no", "name"]
    assert [(index.name, index.unique) for index in table.indexes] == [("ix_item", True)]


def test_defaults_and_rules_that_are_bound() -> None:
    schema = read(
        """CREATE DEFAULT dbo.df_zero AS 0
GO
create rule rl_part as @part >= 0 and @part <= 1
GO
create rule rl_kind as @kind in ('a', 'b')
GO
EXEC sp_addtype 'kind', 'char(1)', 'not null'
GO
sp_bindrule rl_kind, kind
GO
CREATE TABLE [dbo].[Share] ([Id] [int] NOT NULL, [Part] [decimal](5, 4) NOT NULL, [Sort] [kind])
GO
EXEC sp_bindefault N'[dbo].[df_zero]', N'[dbo].[Share].[Part]'
GO
EXEC sp_bindefault 'df_unknown', 'Share.Id'
GO
EXEC sp_bindefault 'df_zero', 'Elsewhere.Id'
GO
sp_bindrule "rl_part", "Share.Part"
GO
"""
    )
    (table,) = schema.tables
    assert [column.default for column in table.columns] == [None, "0", None]
    (check,) = table.checks
    assert (check.name, check.expression) == ("rl_part", "Part >= 0 and Part <= 1")
    assert check.columns == ("Part",)
    assert [c.expression for c in schema.types[0].checks] == ["VALUE in ('a', 'b')"]


def test_a_rule_that_rewrites_is_none_to_bind() -> None:
    schema = read(
        """CREATE TABLE log (id integer NOT NULL, note text);
CREATE RULE log_stays AS ON DELETE TO log DO INSTEAD NOTHING;
""",
        "postgresql",
    )
    assert [(s.kind, s.status) for s in schema.statements][1] == ("create rule", "skipped")


@pytest.mark.parametrize("type_", ["serial", "SERIAL (100)", "serial8(7)", "bigserial"])
def test_serial_columns_are_never_null(type_: str) -> None:
    schema = read(f"create table part (a {type_}, b integer, c smallint);", "informix")
    assert [column.nullable for column in schema.tables[0].columns] == [False, True, True]


def test_db2_adds_columns_without_commas() -> None:
    schema = read(
        """CREATE TABLE part (a INTEGER NOT NULL) /

ALTER TABLE part
  ADD b BLOB DEFAULT NULL
  ADD c INT NOT NULL DEFAULT 0
  ADD CONSTRAINT pk_part PRIMARY KEY (a)
  ADD d VARCHAR(9) DEFAULT 'x'
/

ALTER TABLE part ADD e INT NOT NULL DEFAULT 1 /
""",
        "db2",
    )
    (table,) = schema.tables
    found = [(column.name, column.nullable, column.default) for column in table.columns]
    assert found == [
        ("a", False, None), ("b", True, "NULL"), ("c", False, "0"), ("d", True, "'x'"),
        ("e", False, "1"),
    ]  # fmt: skip
    assert table.primary_key == ("a",)
