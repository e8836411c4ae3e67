"""What ``read_schema`` says of a dump is what a real PostgreSQL says after loading it."""

from __future__ import annotations

import os
import pwd
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from stageline.schema import read_schema
from stageline.schema.model import Schema

DUMP = Path(__file__).with_name("library.sql")
BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
pytestmark = pytest.mark.skipif(not BINARIES, reason="PostgreSQL's server is not installed")


def run(*command: str) -> str:
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd="/")
    return done.stdout


@pytest.fixture(scope="module")
def psql() -> Iterator[tuple[str, ...]]:
    """A throw-away server on a socket of its own, with the dump loaded; yields a psql command."""
    with tempfile.TemporaryDirectory(prefix="pg") as home:
        as_user: tuple[str, ...] = ()
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            os.chown(home, pwd.getpwnam("postgres").pw_uid, -1)
            as_user = ("runuser", "-u", "postgres", "--")
        control = (*as_user, str(BINARIES[-1].with_name("pg_ctl")), "-D", f"{home}/data")
        run(*control, "initdb", "-o", "-A trust -U stageline")
        options = f"-k {home} -c listen_addresses='' -c fsync=off"
        run(*control, "-w", "-o", options, "-l", f"{home}/log", "start")
        url = f"postgresql://stageline@/postgres?host={home}"
        client = ("psql", "-XqAt", "-F|", "-v", "ON_ERROR_STOP=1", url)
        try:
            run(*client, "-f", str(DUMP))
            yield (*client, "-c")
        finally:
            run(*control, "-m", "immediate", "stop")


@pytest.fixture(scope="module")
def schema() -> Schema:
    return read_schema(DUMP)


def rows(psql: tuple[str, ...], query: str) -> set[tuple[str, ...]]:
    return {tuple(line.split("|")) for line in run(*psql, query).splitlines()}


def test_columns_in_order_with_nullability(psql: tuple[str, ...], schema: Schema) -> None:
    catalog = rows(
        psql,
        """select c.relname, a.attname, row_number() over (partition by c.oid order by a.attnum),
                  not a.attnotnull
           from pg_attribute a join pg_class c on c.oid = a.attrelid
           where c.relkind in ('r', 'p')
             and c.relnamespace in ('public'::regnamespace, 'loans'::regnamespace)
             and a.attnum > 0 and not a.attisdropped""",
    )
    read = {
        (table.name, column.name, str(position), "t" if column.nullable else "f")
        for table in schema.tables
        for position, column in enumerate(table.columns, 1)
    }
    assert read == catalog


CONSTRAINTS = """
    select k.conrelid::regclass::text, string_agg(a.attname, ',' order by u.n),
           coalesce(max(k.confrelid::regclass::text), ''),
           coalesce(string_agg(f.attname, ',' order by u.n), ''), k.confdeltype
    from pg_constraint k
    cross join unnest(k.conkey, k.confkey) with ordinality u(c, r, n)
    join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.c
    left join pg_attribute f on f.attrelid = k.confrelid and f.attnum = u.r
    where k.contype = '{kind}' and k.connamespace::regnamespace::text in ('public', 'loans')
    group by k.oid, k.conrelid, k.confdeltype"""


def shown(name: str, schema: str | None) -> str:
    """As regclass shows a table: public is on the search path."""
    return name if schema in {None, "public"} else f"{schema}.{name}"


def test_primary_keys(psql: tuple[str, ...], schema: Schema) -> None:
    catalog = {row[:2] for row in rows(psql, CONSTRAINTS.format(kind="p"))}
    read = {
        (shown(t.name, t.schema), ",".join(t.primary_key)) for t in schema.tables if t.primary_key
    }
    assert read == catalog


def test_unique_constraints(psql: tuple[str, ...], schema: Schema) -> None:
    catalog = {row[:2] for row in rows(psql, CONSTRAINTS.format(kind="u"))}
    read = {
        (shown(t.name, t.schema), ",".join(u.columns))
        for t in schema.tables
        for u in t.unique_constraints
    }
    assert read == catalog


def test_foreign_keys_with_their_actions(psql: tuple[str, ...], schema: Schema) -> None:
    action = {None: "a", "RESTRICT": "r", "CASCADE": "c", "SET NULL": "n"}
    read = {
        (
            shown(t.name, t.schema),
            ",".join(key.columns),
            shown(key.referred_table, key.referred_schema),
            ",".join(key.referred_columns),
            action[key.on_delete],
        )
        for t in schema.tables
        for key in t.foreign_keys
    }
    assert read == rows(psql, CONSTRAINTS.format(kind="f"))


OURS = "in ('public'::regnamespace, 'loans'::regnamespace)"


@pytest.mark.parametrize(
    ("attribute", "query"),
    [
        (
            "views",
            f"select relname from pg_class where relkind in ('v', 'm') and relnamespace {OURS}",
        ),
        ("triggers", "select tgname from pg_trigger where not tgisinternal"),
        ("routines", f"select proname from pg_proc where pronamespace {OURS}"),
        ("sequences", "select relname from pg_class where relkind = 'S'"),
        (
            "types",
            f"select typname from pg_type where typtype in ('e', 'd') and typnamespace {OURS}",
        ),
    ],
)
def test_objects(psql: tuple[str, ...], schema: Schema, attribute: str, query: str) -> None:
    assert {(found.name,) for found in getattr(schema, attribute)} == rows(psql, query)
