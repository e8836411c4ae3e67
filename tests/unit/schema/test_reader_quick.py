"""The short way through plain statements says what the way over the tokens says."""

from __future__ import annotations

import pytest

from stageline.schema import read_schema
from stageline.schema.model import Table

DIALECTS = ("postgresql", "mysql", "mssql", "oracle", "db2", "firebird", "informix", "generic")
REST = (
    "int",
    "varchar ( 10 )",
    "decimal(10, 2) NOT NULL",
    "double precision DEFAULT -1.5",
    "timestamp without time zone DEFAULT now() NOT NULL",
    "varchar(20) CHARACTER SET utf8 COLLATE utf8_bin NOT NULL DEFAULT 'a b'",
    "int unsigned NULL DEFAULT NULL",
    "int NOT NULL AUTO_INCREMENT PRIMARY KEY",
    "int IDENTITY (1, 1) NOT NULL",
    "serial PRIMARY KEY",
    "text DEFAULT 'x'::character varying",
    "char(3) NOT NULL UNIQUE",
    "int REFERENCES other",
    "int NOT NULL REFERENCES s.other (id) ON DELETE SET NULL ON UPDATE CASCADE",
    "int DEFAULT ((0)) PRIMARY KEY REFERENCES other(id)",
)


def _read(rest: str, dialect: str) -> Table:
    return read_schema(f"CREATE TABLE t (\n  a {rest},\n  b int\n);\n".encode(), dialect).tables[0]


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("rest", REST)
def test_both_ways_read_a_column_alike(rest: str, dialect: str) -> None:
    assert _read(rest, dialect) == _read(f"{rest} ENABLE", dialect)


def test_a_comment_in_dollars_is_read() -> None:
    text = b"CREATE TABLE t (a int);COMMENT ON TABLE t IS $$it's$$;COMMENT ON COLUMN t.a IS $$b$$;"
    table = read_schema(text, "postgresql").tables[0]
    assert (table.comment, table.columns[0].comment) == ("it's", "b")
