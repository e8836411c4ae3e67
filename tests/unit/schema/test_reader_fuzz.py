# ruff: noqa: E501 - a statement a line reads better
"""Damaged dumps: cuts, flipped bytes, odd encodings and hostile sizes. Only ``InputError`` may
come out, the same bytes give the same schema, and no byte is lost."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stageline.errors import InputError
from stageline.schema import read_schema
from stageline.schema.dialect import dialects

SAMPLE = b"""-- a dump with a bit of everything
/*!40101 SET NAMES utf8 */;
CREATE TABLE `p` (`id` int(10) unsigned NOT NULL AUTO_INCREMENT, `v` enum('a','b''c') DEFAULT 'a',
  n decimal(10,2) CHECK (n > 0), PRIMARY KEY (`id`), KEY k (v(3)), CONSTRAINT u UNIQUE (v, n))
  ENGINE=InnoDB COMMENT='x';
create table "informix".t (a serial not null, b datetime year to second default current year to
  second, c STRUCT<x INT64, y ARRAY<STRING>>, d AS (a + 1) PERSISTED, foreign key (a) references
  p (id) on delete cascade constraint fk1) lock mode row;
ALTER TABLE ONLY t ADD CONSTRAINT f FOREIGN KEY (b) REFERENCES s.p (id) ON DELETE SET NULL;
alter table t add constraint primary key (a) constraint pk_t, drop column z, modify (b int);
CREATE UNIQUE INDEX i ON t USING btree (lower(a), b DESC) WHERE (a > 0);
CREATE OR REPLACE VIEW v (x) AS SELECT a, t.b AS c, count(*) FROM t JOIN p ON t.a = p.id;
CREATE TRIGGER g BEFORE INSERT OR UPDATE ON t FOR EACH ROW EXECUTE PROCEDURE f('x');
CREATE FUNCTION f(a int, b text) RETURNS trigger AS $_$ BEGIN RETURN NEW; END $_$ LANGUAGE plpgsql;
CREATE TYPE e AS ENUM ('a', 'b'); CREATE DOMAIN d AS int CHECK (VALUE > 0);
CREATE SEQUENCE s START WITH 5 INCREMENT BY -1; COMMENT ON COLUMN t.a IS 'it''s';
EXEC sp_rename 'dbo.t.a', 'b', 'COLUMN'
GO
IF NOT EXISTS (SELECT 1) CREATE TABLE [dbo].[q]([x] [int] IDENTITY(1,1) NOT NULL) ON [PRIMARY]
GO
DO $$ BEGIN ALTER TABLE t ADD z int; EXECUTE 'CREATE TABLE y (a int)'; END $$;
INSERT INTO p (id, v) VALUES (1, 'a;b'), (2, NULL);
COPY t (a, b) FROM stdin;
1\tx\\ty
\\.
CREATE TABLE l (LIKE t INCLUDING ALL); CREATE TABLE c () INHERITS (t); DROP TABLE IF EXISTS p CASCADE;
"""
NAMES = sorted(dialects())
FAST = settings(
    max_examples=120, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)


def check(data: bytes, dialect: str | None) -> None:
    try:
        schema = read_schema(data, dialect)
    except InputError:
        return
    assert read_schema(data, dialect) == schema
    at = 0
    for statement in schema.statements:
        assert statement.start == at
        at = statement.end
    for table in schema.tables:
        names = {column.name for column in table.columns}
        assert all(isinstance(name, str) for name in names)


@pytest.mark.parametrize("dialect", NAMES)
def test_the_sample_reads_in_every_dialect(dialect: str) -> None:
    check(SAMPLE, dialect)
    assert read_schema(SAMPLE, dialect).tables


@given(st.sampled_from(NAMES), st.integers(0, len(SAMPLE)), st.integers(0, len(SAMPLE)))
@FAST
def test_cuts(dialect: str, one: int, other: int) -> None:
    check(SAMPLE[:one] + SAMPLE[other:], dialect)


@given(
    st.sampled_from([*NAMES, None]),
    st.lists(st.tuples(st.integers(0, len(SAMPLE) - 1), st.integers(0, 255)), max_size=12),
)
@FAST
def test_flipped_bytes(dialect: str | None, flips: list[tuple[int, int]]) -> None:
    data = bytearray(SAMPLE)
    for place, value in flips:
        data[place] = value
    check(bytes(data), dialect)


WORDS = [w.encode() for w in SAMPLE.decode().split()]


@given(st.sampled_from(NAMES), st.lists(st.sampled_from(WORDS), max_size=60))
@FAST
def test_word_salad(dialect: str, words: list[bytes]) -> None:
    check(b"CREATE TABLE x (" + b" ".join(words), dialect)
    check(b"ALTER TABLE t " + b" ".join(words), dialect)
    check(b" ".join(words) or b";", dialect)


@given(st.binary(max_size=300), st.sampled_from([*NAMES, None]))
@FAST
def test_any_bytes(data: bytes, dialect: str | None) -> None:
    check(data, dialect)


@pytest.mark.parametrize(
    "data",
    [
        b"CREATE TABLE t (" + b"(" * 5000,
        b"CREATE TABLE t (a int" + b")" * 5000,
        b"CREATE TABLE t (a int DEFAULT '" + b"x''" * 50000,
        b"CREATE TABLE t (" + b"a int," * 20000 + b"z int);",
        b"CREATE TABLE " + b"n" * 10000 + b" (" + b"c" * 10000 + b" int);",
        b"CREATE VIEW v AS SELECT " + b"/*" * 20000,
        b"ALTER TABLE t " + b"ADD COLUMN a int, " * 5000 + b"ADD b int;",
        b"CREATE TABLE t (a " + b"ARRAY<" * 3000 + b"int" + b">" * 3000 + b");",
        b"CREATE FUNCTION f() RETURNS int AS $$" + b"select '" * 20000,
        b"COMMENT ON TABLE t IS '" + b"\\'" * 50000,
        b"CREATE INDEX i ON t (" + b"lower(" * 3000 + b"a" + b")" * 3000 + b");",
    ],
    ids=lambda data: data[:24].decode(),
)
def test_hostile_sizes_are_read_in_bounded_time(data: bytes) -> None:
    for dialect in ("mysql", "postgresql", "mssql", "generic"):
        started = time.process_time()
        with suppress(InputError):
            read_schema(data, dialect)
        assert time.process_time() - started < 10  # a guard against quadratic time, not a timing


def test_cyclic_keys_and_keys_to_missing_tables() -> None:
    schema = read_schema(
        b"CREATE TABLE a (i int PRIMARY KEY, b int REFERENCES b); CREATE TABLE b (i int PRIMARY KEY,"
        b" a int REFERENCES a, c int REFERENCES a (nope), d int REFERENCES missing (x, y));",
        "postgresql",
    )
    assert [k.referred_columns for t in schema.tables for k in t.foreign_keys] == [
        ("i",), ("i",), ("nope",), ("x", "y")
    ]  # fmt: skip


@pytest.mark.parametrize("data", [b"", b"\x00\x01\x02PK\x03\x04" * 50])
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(InputError):
        read_schema(data)


def test_unknown_dialects_are_refused_with_the_known_ones() -> None:
    with pytest.raises(InputError, match=r"cobol.*informix.*postgresql"):
        read_schema(b"SELECT 1;", "cobol")
    assert read_schema(b"SELECT 1;", "MariaDB").dialect == "mysql"
    assert read_schema(b"SELECT 1;", "SQL Server").dialect == "mssql"


def test_a_dump_without_ddl_accounts_for_its_statements() -> None:
    schema = read_schema(b"SELECT 1;\n-- nothing\nGRANT ALL ON x TO y;\n", "postgresql")
    assert schema.tables == ()
    assert [s.kind for s in schema.statements][:2] == ["select", "grant"]
