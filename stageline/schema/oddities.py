"""Declarations that are read as written, but that no server would take: told, never dropped."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain, islice

from stageline.schema.model import ForeignKey, Routine, Schema, Table, Trigger
from stageline.schema.rules.tokens import LIMIT

_PLAIN = re.compile(r"[^\W\d][\w$#@]*")


def find_oddities(schema: Schema, most: int) -> tuple[str, ...]:
    """What is odd about columns and keys, each with table and line; the first ``most`` of them.

    Told are columns and members of keys that occur twice, keys on columns that the table does not
    have, and foreign keys whose two sides differ in length. What a key says in an expression is
    not looked at, nor keys of tables whose columns the dump does not list. Bodies that are too
    long to be read for rules as a whole are told as well.
    """
    tables = (odd for table in schema.tables for odd in _table(table, schema))
    return tuple(islice(chain(tables, _long_bodies(schema)), most))


def _long_bodies(schema: Schema) -> Iterator[str]:
    bodies: tuple[Routine | Trigger, ...] = (*schema.routines, *schema.triggers)
    for code in bodies:
        if len(code.body) > LIMIT:
            yield (
                f"Line {code.line}: the body of {code.name} has {len(code.body):,} characters; "
                f"its rules, size and branches are those of the first {LIMIT:,}"
            )


def _table(table: Table, schema: Schema) -> Iterator[str]:
    names = [column.name for column in table.columns]
    place = f"Line {table.line}: table {table.name}"
    if double := _double(names):
        yield f"{place} declares column {double} twice"
    yield from _key(table.primary_key, "its primary key", place, table)
    for unique in table.unique_constraints:
        at = f"Line {unique.line or table.line}: table {table.name}"
        yield from _key(unique.columns, "a unique constraint", at, table)
    for key in table.foreign_keys:
        yield from _foreign(key, table, schema)


def _foreign(key: ForeignKey, table: Table, schema: Schema) -> Iterator[str]:
    place = f"Line {key.line or table.line}: table {table.name}"
    what = f"its foreign key to {key.referred_table}"
    if not key.columns:
        yield f"{place}: {what} names no column"
    yield from _key(key.columns, what, place, table)
    if key.referred_columns and len(key.referred_columns) != len(key.columns):
        sides = f"{len(key.columns)} and {len(key.referred_columns)} columns"
        yield f"{place}: {what} has {sides} on its two sides"
    target = schema.table(key.referred_table, key.referred_schema)
    if target is not None:
        yield from _missing(key.referred_columns, what, place, target)


def _key(columns: Sequence[str], what: str, place: str, table: Table) -> Iterator[str]:
    if double := _double(columns):
        yield f"{place}: {what} names {double} twice"
    yield from _missing(columns, what, place, table)


def _missing(columns: Sequence[str], what: str, place: str, table: Table) -> Iterator[str]:
    known = {column.name for column in table.columns}
    lost = [name for name in columns if name not in known and _PLAIN.fullmatch(name)]
    if lost and known:
        yield f"{place}: {what} needs {', '.join(lost)}, which {table.name} does not have"


def _double(names: Sequence[str]) -> str | None:
    """The first name that occurs again."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return None
