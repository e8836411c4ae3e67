"""The dialect of a dump: by its code first, by its header comments next, never by its data."""

from __future__ import annotations

from pathlib import Path

import pytest

from stageline.schema.detection import detect_dialect

DUMPS = Path(__file__).resolve().parents[4] / "shared" / "schemas" / "dumps"

SNIPPETS = {
    "mysql-dump": (
        "mysql",
        "-- MySQL dump 10.13\n/*!40101 SET NAMES utf8 */;\nCREATE TABLE `t` (\n"
        "  `id` int(11) NOT NULL AUTO_INCREMENT,\n  PRIMARY KEY (`id`)\n"
        ") ENGINE=InnoDB DEFAULT CHARSET=latin1;\n",
    ),
    "mariadb-dump": (
        "mysql",
        "/*M!999999\\- enable the sandbox mode */\n-- MariaDB dump 10.19\nCREATE TABLE `t` (\n"
        "  `id` int(11) NOT NULL,\n  KEY `k` (`id`)\n);\n",
    ),
    "mysql-by-hand": ("mysql", "create table t (id int unsigned auto_increment primary key);"),
    "pg-dump": (
        "postgresql",
        "--\n-- PostgreSQL database dump\n--\nSET standard_conforming_strings = on;\nCREATE TABLE "
        "public.t (\n    id integer NOT NULL,\n    n character varying(3)\n);\n"
        "ALTER TABLE public.t OWNER TO me;\nCOPY public.t (id) FROM stdin;\n"
        "1\tAUTO_INCREMENT\n\\.\n",
    ),
    "postgresql-by-hand": ("postgresql", "CREATE TABLE t (id bigserial, d jsonb, z timestamptz);"),
    "oracle-metadata": (
        "oracle",
        '  CREATE TABLE "HR"."T" \n   (\t"ID" NUMBER(10,0) NOT NULL ENABLE, \n'
        '\t"N" VARCHAR2(20 BYTE)\n'
        "   ) SEGMENT CREATION IMMEDIATE \n  PCTFREE 10 PCTUSED 40 INITRANS 1\n/\n",
    ),
    "sql-server-script": (
        "mssql",
        "SET ANSI_NULLS ON\nGO\nCREATE TABLE [dbo].[T](\n\t[Id] [int] IDENTITY(1,1) NOT NULL\n"
        ") ON [PRIMARY]\nGO\n",
    ),
    "sqlite-dump": (
        "sqlite",
        "PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\nCREATE TABLE t(id INTEGER PRIMARY KEY "
        "AUTOINCREMENT, n TEXT);\nINSERT INTO t VALUES(1,'ENGINE=InnoDB');\nCOMMIT;\n",
    ),
    "informix-dbschema": (
        "informix",
        '{ TABLE "informix".t row size = 54 number of columns = 2 index size = 9 }\ncreate table '
        '"informix".t\n  (\n    id serial not null ,\n    d datetime year to second\n  ) '
        "extent size 16 next size 16 lock mode row;\n",
    ),
    "db2look": (
        "db2",
        "-- This CLP file was created using DB2LOOK Version 11.5\nCONNECT TO SAMPLE;\nCREATE TABLE "
        '"ME"."T" (\n  "ID" INTEGER NOT NULL )\n IN "USERSPACE1" ORGANIZE BY ROW;\n',
    ),
    "snowflake": (
        "snowflake",
        "create or replace TABLE T (\n  V VARIANT,\n  D TIMESTAMP_NTZ(9)\n);",
    ),
    "redshift": ("redshift", "CREATE TABLE t (id integer ENCODE az64) DISTSTYLE KEY SORTKEY (id);"),
    "bigquery": (
        "bigquery",
        "CREATE TABLE `p.d.t` (id INT64, n STRING, a ARRAY<STRUCT<x INT64>>);",
    ),
    "duckdb": ("duckdb", "CREATE TABLE t (h HUGEINT, u UBIGINT, s STRUCT(a INTEGER));"),
    "firebird": (
        "firebird",
        "SET SQL DIALECT 3;\nSET TERM ^ ;\nCREATE GENERATOR g^\nSET TERM ; ^\n",
    ),
    "generic": (
        "generic",
        "CREATE TABLE t (\n  id INTEGER NOT NULL,\n  n VARCHAR(20),\n  PRIMARY KEY (id)\n);\n",
    ),
    "data-does-not-count": (
        "generic",
        "CREATE TABLE t (n VARCHAR(99));\nINSERT INTO t VALUES ('VARCHAR2 ENGINE=InnoDB jsonb "
        "GETDATE()');\n/* see AUTO_INCREMENT, PRAGMA x, EXTENT SIZE */\n" + "-- x\n" * 1200,
    ),
}


@pytest.mark.parametrize(("dialect", "text"), SNIPPETS.values(), ids=SNIPPETS)
def test_a_dialect_is_told_by_its_marks(dialect: str, text: str) -> None:
    found = detect_dialect(text.encode())
    assert found.dialect == dialect
    assert 0 <= found.confidence <= 1
    assert found.evidence


def test_more_marks_make_it_surer() -> None:
    few = detect_dialect(b"CREATE TABLE t (n VARCHAR2(3));")
    many = detect_dialect(b"CREATE TABLE t (n VARCHAR2(3), d DATE DEFAULT SYSDATE);\n/\nPROMPT x\n")
    assert (few.dialect, many.dialect) == ("oracle", "oracle")
    assert few.confidence < many.confidence


@pytest.mark.parametrize("head", [b"", b"\xff\xfe\x00", b"\x80" * 50, b"'" * 5000, b"/*" * 5000])
def test_nothing_and_garbage_are_generic(head: bytes) -> None:
    assert detect_dialect(head).dialect == "generic"


@pytest.mark.skipif(not DUMPS.is_dir(), reason="the shared dumps are not beside this checkout")
def test_every_shared_dump_is_told() -> None:
    wrong = {
        f"{path.parent.name}/{path.stem}": found
        for path in sorted(DUMPS.glob("*/*.sql"))
        if (found := detect_dialect(path.read_bytes()).dialect) != path.parent.name
    }
    assert wrong == {}


@pytest.mark.parametrize(
    ("sql", "dialect"),
    [
        (b"REM made by hand\nselect 1 from a;\n", "oracle"),  # a line that is the first of all
        (b"create table t (a unidentity(1,1));\n", "generic"),  # the end of a longer word
        (b"create table t (a int identity (1,1));\n", "mssql"),
    ],
)
def test_marks_count_from_the_start_of_lines_and_words(sql: bytes, dialect: str) -> None:
    assert detect_dialect(sql).dialect == dialect
