"""The actions of ALTER TABLE that take something away."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from stageline.schema.ddl.alter_column import locate, put
from stageline.schema.ddl.drafts import KeyDraft, TableDraft
from stageline.schema.model import Check, Index, UniqueConstraint
from stageline.schema.tokens import unquote

if TYPE_CHECKING:
    from stageline.schema.ddl.alter_table import Action


def drop(action: Action) -> bool:
    tokens, at = action.tokens, action.begin + 1
    what = _DROPS.get(tokens.upper[at])
    if what is not None:
        return what(action, at + 1)
    spans = tokens.elements(at) if tokens.words[at] == "(" else [(at, action.end)]
    for begin, _ in spans:
        if not drop_constraint(action.table, unquote(tokens.words[begin])):
            drop_column(action.table, unquote(tokens.words[begin]))
    return True


def drop_again(action: Action, what: str) -> None:
    """``DROP COLUMN a, b``: the second name stands without a verb (T-SQL)."""
    _DROPS.get(what, _column)(action, action.begin)


def _skip_exists(action: Action, at: int) -> tuple[int, bool]:
    lenient = action.tokens.upper[at] == "IF"
    return (at + 2 if lenient else at), lenient


def _column(action: Action, at: int) -> bool:
    at, lenient = _skip_exists(action, at)
    tokens = action.tokens
    spans = tokens.elements(at) if tokens.words[at] == "(" else [(at, at + 1)]
    for begin, _ in spans:
        name = unquote(tokens.words[begin])
        if not lenient or action.table.position(name) >= 0:
            drop_column(action.table, name)
    return True


def drop_column(table: TableDraft, name: str) -> None:
    """Drop a column with the keys and indexes that need it."""
    position = locate(table, name)
    name = table.columns[position].name
    wanted = name.casefold()
    for child in table.children:
        if child.position(name) >= 0:
            drop_column(child, name)
    del table.columns[position]
    table.column_places = None

    def mentions(columns: tuple[str, ...] | list[str]) -> bool:
        return any(column.casefold() == wanted for column in columns)

    word = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE)
    table.checks = [c for c in table.checks if not word.search(c.expression)]
    if mentions(table.primary_key):
        table.primary_key = []
    table.uniques = [u for u in table.uniques if not mentions(u.columns)]
    table.foreign_keys = [k for k in table.foreign_keys if not mentions(k.columns)]
    table.indexes = [i for i in table.indexes if not mentions(i.columns)]


def _constraint(action: Action, at: int) -> bool:
    at, _ = _skip_exists(action, at)
    tokens = action.tokens
    spans = tokens.elements(at) if tokens.words[at] == "(" else [(at, at + 1)]
    for begin, _ in spans:
        parts, _ = action.session.parts(tokens, begin)
        drop_constraint(action.table, unquote(parts[-1]))
    return True


def drop_constraint(table: TableDraft, name: str) -> bool:
    """Drop the constraint or index of that name, whatever it is; whether there was one."""
    wanted = name.casefold()
    before = _size(table)
    if (table.primary_key_name or _default_key_name(table)).casefold() == wanted:
        table.primary_key, table.primary_key_name = [], None
        return True

    def stays(part: KeyDraft | UniqueConstraint | Check | Index, suffix: str) -> bool:
        return (part.name or _default_name(table, part.columns, suffix)).casefold() != wanted

    table.foreign_keys = [k for k in table.foreign_keys if stays(k, "fkey")]
    table.uniques = [u for u in table.uniques if stays(u, "key")]
    table.checks = [c for c in table.checks if stays(c, "check")]
    table.indexes = [i for i in table.indexes if stays(i, "idx")]
    return _size(table) < before


def _size(table: TableDraft) -> int:
    parts = (table.foreign_keys, table.uniques, table.checks, table.indexes)
    return sum(len(part) for part in parts)


def _default_name(table: TableDraft, columns: Sequence[str], suffix: str) -> str:
    """What PostgreSQL calls a constraint or index that nobody named."""
    return "_".join((table.name.name, *columns, suffix))


def _default_key_name(table: TableDraft) -> str:
    """What PostgreSQL calls a primary key that nobody named."""
    return f"{table.name.name}_pkey" if table.primary_key else "\0"


def _primary(action: Action, at: int) -> bool:  # noqa: ARG001
    action.table.primary_key, action.table.primary_key_name = [], None
    return True


def _foreign(action: Action, at: int) -> bool:
    if action.tokens.upper[at] == "KEY":
        at += 1
    return _constraint(action, at)


def _default(action: Action, at: int) -> bool:
    if action.tokens.upper[at] == "FOR":
        put(action.table, locate(action.table, unquote(action.tokens.words[at + 1])), default=None)
    return True


def _unique(action: Action, at: int) -> bool:
    """``DROP UNIQUE (columns)`` (Oracle) or by name."""
    tokens = action.tokens
    if tokens.words[at] != "(":
        return _constraint(action, at)
    columns = {unquote(tokens.words[begin]).casefold() for begin, _ in tokens.elements(at)}
    table = action.table
    table.uniques = [u for u in table.uniques if {c.casefold() for c in u.columns} != columns]
    return True


def _nothing(action: Action, at: int) -> bool:  # noqa: ARG001
    return False


def rename_constraint(table: TableDraft, old: str, new: str) -> None:
    """Rename a constraint or index of the table."""
    wanted = old.casefold()
    if (table.primary_key_name or "").casefold() == wanted:
        table.primary_key_name = new
    for key in table.foreign_keys:
        if (key.name or "").casefold() == wanted:
            key.name = new
    table.uniques = [
        replace(u, name=new) if (u.name or "").casefold() == wanted else u for u in table.uniques
    ]
    table.checks = [
        replace(c, name=new) if (c.name or "").casefold() == wanted else c for c in table.checks
    ]
    table.indexes = [
        replace(i, name=new) if (i.name or "").casefold() == wanted else i for i in table.indexes
    ]


_DROPS: dict[str, Callable[[Action, int], bool]] = {
    "COLUMN": _column,
    "CONSTRAINT": _constraint,
    "PRIMARY": _primary,
    "FOREIGN": _foreign,
    "INDEX": _constraint,
    "KEY": _constraint,
    "CHECK": _constraint,
    "DEFAULT": _default,
    "UNIQUE": _unique,
    "PARTITION": _nothing,
    "SUBPARTITION": _nothing,
    "PERIOD": _nothing,
    "ROW": _nothing,
}
