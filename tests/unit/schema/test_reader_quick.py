"""The short way through plain statements says what the way over the tokens says."""

from __future__ import annotations

import pytest

from stageline.schema import read_schema
from stageline.schema.ddl import quick
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
    "int UNIQUE NOT NULL",
    "int CONSTRAINT c NOT NULL",
    "int NOT NULL CONSTRAINT c PRIMARY KEY",
    "int CONSTRAINT c UNIQUE REFERENCES other (id) NOT NULL",
    "date DEFAULT to_date('2030-05-28, 1', 'yyyy-mm-dd') NOT NULL",
    "char DEFAULT'x'",
    "int DEFAULT(0) UNIQUE",
    "int UNIQUE DEFAULT ('a') PRIMARY KEY",
)
STATEMENTS = (
    "DROP TABLE t",
    "DROP TABLE IF EXISTS s.t",
    "DROP TABLE if",
    "DROP TABLE u CASCADE",
    "ALTER TABLE t ADD CONSTRAINT k PRIMARY KEY NONCLUSTERED (a)",
    "ALTER TABLE t ADD CONSTRAINT d DEFAULT (getdate()) FOR b",
    "ALTER TABLE t WITH NOCHECK ADD CONSTRAINT d DEFAULT ('') FOR b, DEFAULT (0) FOR a",
    "ALTER TABLE t ADD CONSTRAINT d DEFAULT (1) FOR nowhere",
    "CREATE DESC INDEX i ON t (a)",
    "CREATE UNIQUE CLUSTER INDEX i ON t (a, b DESC)",
    "CREATE INDEX i ON t (lower(b), a) USING btree",
    "CREATE INDEX i ON t (b (10)) USING hash IN dbs",
    "CREATE INDEX [i] ON [t]([a]) ON [PRIMARY]",
    'CREATE TABLE u ("a"int,\n `b`varchar(9) NOT NULL, "c"(1), c"d" int)',
    "CREATE TABLE u (a int, b int, UNIQUE n (a),\n UNIQUE KEY m (a), UNIQUE INDEX (b))",
    "CREATE TABLE u (a int, b int, UNIQUE CLUSTERED (a), UNIQUE HASH (b), UNIQUE KEY KEY (b))",
    "CREATE TABLE u (a int,\n primary key (a) constraint s.k, unique (a) constraint m,\n"
    " check (a > 0) constraint c, foreign key (a) references t (a) constraint f)",
    "CREATE TABLE u (a int NOT NULL\n\n REFERENCES\n t (a) ON DELETE CASCADE,\n b\n int\n UNIQUE\n"
    " REFERENCES t)",
    "CREATE TABLE u (a int) engine x;\nCREATE TABLE v (a int) engine x;\nCREATE TABLE w (a int) "
    "engine x comment 'c';\nCREATE TABLE x (a int) engine x comment 'c'",
    "ALTER TABLE t ADD CONSTRAINT\n (\n PRIMARY KEY (a)\n CONSTRAINT k)",
    "ALTER TABLE t ADD CONSTRAINT (\n FOREIGN KEY (a) REFERENCES s.t\n CONSTRAINT s\n .k )",
    "ALTER TABLE t ADD CONSTRAINT (UNIQUE (a) CONSTRAINT k",
    "CREATE SYNONYM n FOR s.t",
    "CREATE SYNONYM n FOR d:s.t",
    "CREATE SYNONYM n FOR s.t;\nCREATE SYNONYM n FOR t;\nCREATE SYNONYM m FOR d.s.t",
    "CREATE SYNONYM if FOR t",
    "CREATE SYNONYM n FOR table",
    "CREATE TABLE ü (ä int NOT NULL, b ſmallint NULL, `é` varchar(9), UNIQUE (b, ä))",
    'CREATE TABLE u ("a,b" int, `c d` int, UNIQUE ("a,b"), UNIQUE ("a,b", `c d`), KEY k (`c d`))',
    "CREATE TABLE u (",
    "CREATE TABLE u (a int, ",
    "CREATE TABLE u (a int) b int)",
    "CREATE TABLE u (a int, b int) WITH (c int, d int)",
)


def _read(rest: str, dialect: str) -> Table:
    return read_schema(f"CREATE TABLE t (\n  a {rest},\n  b int\n);\n".encode(), dialect).tables[0]


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("rest", REST)
def test_both_ways_read_a_column_alike(rest: str, dialect: str) -> None:
    assert _read(rest, dialect) == _read(f"{rest} ENABLE", dialect)


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("statement", STATEMENTS)
def test_both_ways_apply_a_statement_alike(
    statement: str, dialect: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = f"CREATE TABLE t (a int,\n b varchar(9));\nCREATE TABLE s.t (a int);\n{statement};\n"
    quickly = read_schema(text.encode(), dialect)
    monkeypatch.setattr(quick, "QUICK", {})
    slowly = read_schema(text.encode(), dialect)
    assert (quickly, quickly.statements) == (slowly, slowly.statements)


def test_a_comment_in_dollars_is_read() -> None:
    text = b"CREATE TABLE t (a int);COMMENT ON TABLE t IS $$it's$$;COMMENT ON COLUMN t.a IS $$b$$;"
    table = read_schema(text, "postgresql").tables[0]
    assert (table.comment, table.columns[0].comment) == ("it's", "b")
