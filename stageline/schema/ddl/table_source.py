"""Columns that a table takes from elsewhere: from another table, a type or a query."""

from __future__ import annotations

import re
from dataclasses import replace

from stageline.schema.ddl.drafts import Refused, TableDraft
from stageline.schema.ddl.selects import select_columns
from stageline.schema.ddl.sequence import sequence_name
from stageline.schema.ddl.session import Session
from stageline.schema.model import Column, UserType
from stageline.schema.tokens import Tokens

_NOT_NULL = re.compile(r"\s+NOT\s+NULL$", re.IGNORECASE)


def copy_like(
    tokens: Tokens, at: int, table: TableDraft, session: Session, *, whole: bool = False
) -> int:
    """LIKE another table: its columns, and what the options or the dialect add."""
    name, after = session.name(tokens, at + 1)
    source = session.catalog.tables.find(name)
    if source is None:
        type_ = session.catalog.types.find(name)
        if type_ is None or type_.kind != "table":
            raise Refused(f"table {name.name}, which it is to be like, is not defined before it")
        table.columns += _attributes(type_, tokens.line_at(at))
        return after
    options = set()
    while tokens.upper[after] in ("INCLUDING", "EXCLUDING"):
        if tokens.upper[after] == "INCLUDING":
            options.add(tokens.upper[after + 1])
        after += 2
    line = tokens.line_at(at)
    session.copy_columns(len(source.columns))
    for column in source.columns:
        table.columns.append(replace(_alike(column, source, options, session), line=line))
    whole = whole or session.dialect.like_copies_keys or "ALL" in options
    if whole or "INDEXES" in options:
        table.primary_key = list(source.primary_key)
        table.uniques += source.uniques
        table.indexes += source.indexes
    if whole or "CONSTRAINTS" in options:
        table.checks += source.checks
    return after


def _alike(column: Column, source: TableDraft, options: set[str], session: Session) -> Column:
    """A copied column. Where serial is a type, defaults and identity come only when asked for."""
    copied = inherited(column, source, session)
    if not session.dialect.serial_types or "ALL" in options:
        return copied
    default = copied.default if "DEFAULTS" in options else None
    return replace(copied, default=default, identity=copied.identity and "IDENTITY" in options)


def inherited(column: Column, parent: TableDraft, session: Session) -> Column:
    """A serial column is inherited as a number that comes from the parent's sequence."""
    type_ = session.dialect.serial_types.get(column.type.upper())
    if type_ is None:
        return column
    sequence = sequence_name(parent.name.name, column.name)
    return replace(column, type=type_, default=f"nextval('{sequence}'::regclass)")


def _inherits(tokens: Tokens, at: int, table: TableDraft, session: Session) -> int:
    """INHERITS (a, b): columns of the parents come first, their checks are inherited."""
    if tokens.words[at + 1] != "(":
        return at + 1
    own, table.columns = table.columns, []
    for begin, _ in tokens.elements(at + 1):
        name, _ = session.name(tokens, begin)
        table.inherits.append(name.name)
        parent = session.catalog.tables.find(name)
        if parent is not None:
            adopt(table, parent, session)
    for column in own:
        position = table.position(column.name)
        if position >= 0:
            table.columns[position] = column
            table.column_places = None
        else:
            table.columns.append(column)
    return tokens.after(at + 1)


def _under(tokens: Tokens, at: int, table: TableDraft, session: Session) -> int:
    """UNDER table: its columns come first (Informix, Db2, PostgreSQL's kin)."""
    name, after = session.name(tokens, at + 1)
    parent = session.catalog.tables.find(name)
    table.inherits.append(name.name)
    if parent is not None:
        adopt(table, parent, session)
    return after


def adopt(table: TableDraft, parent: TableDraft, session: Session) -> None:
    """Make ``table`` a child of ``parent``: columns and checks that it lacks are copied."""
    session.copy_columns(len(parent.columns))
    table.parents.append(parent)
    parent.children.append(table)
    known = {column.name for column in table.columns}
    table.columns += [
        inherited(column, parent, session) for column in parent.columns if column.name not in known
    ]
    table.checks += [check for check in parent.checks if check not in table.checks]


def _as(tokens: Tokens, at: int, table: TableDraft, session: Session) -> int:
    """AS SELECT: columns of the select list, unless the table lists its own."""
    begin = at + 1
    while tokens.words[begin] == "(":
        begin += 1
    if tokens.upper[begin] not in ("SELECT", "WITH", "SEL", "FROM", "TABLE"):
        return _as_table(tokens, at, table, session)
    line = tokens.line_at(begin)
    found = [
        Column(name, type_, True, None, line)
        for name, type_ in select_columns(tokens, begin, tokens.size, session)
    ]
    if session.dialect.list_adds_to_select:
        own = {column.name.casefold(): column for column in table.columns}
        selected = [own.pop(column.name.casefold(), column) for column in found]
        table.columns = [*own.values(), *selected]
    elif not table.columns:
        table.columns = found
    elif len(found) == len(table.columns):
        pairs = zip(table.columns, found, strict=True)
        table.columns = [replace(c, type=c.type or selected.type) for c, selected in pairs]
    return tokens.size


def _as_table(tokens: Tokens, at: int, table: TableDraft, session: Session) -> int:
    """AS name: the columns of that table, if it is one (ClickHouse)."""
    if table.columns or not tokens.is_name(at + 1):
        return at + 1
    name, _ = session.name(tokens, at + 1)
    known = session.catalog.tables.find(name) is not None
    return copy_like(tokens, at, table, session) if known else at + 1


def _of(tokens: Tokens, at: int, table: TableDraft, session: Session) -> int:
    """OF type: the attributes of a composite or object type are the columns."""
    name, after = session.name(tokens, at + (2 if tokens.upper[at + 1] == "TYPE" else 1))
    type_: UserType | None = session.catalog.types.find(name)
    table.columns += _attributes(type_, tokens.line_at(at)) if type_ else []
    return after


def _attributes(type_: UserType, line: int) -> list[Column]:
    """The attributes of a type as columns."""
    columns = []
    for label in type_.labels:
        attribute, _, rest = label.partition(" ")
        plain = _NOT_NULL.sub("", rest)
        columns.append(Column(attribute, plain, plain == rest, None, line))
    return columns


def _clone(tokens: Tokens, at: int, table: TableDraft, session: Session) -> int:
    """CLONE another table (Snowflake, BigQuery): all of it; COPY FROM a file says nothing."""
    if tokens.upper[at + 1] in ("FROM", "GRANTS"):
        return at + 2
    return copy_like(tokens, at, table, session, whole=True)


CLAUSES = {
    "LIKE": copy_like,
    "SAMEAS": copy_like,
    "INHERITS": _inherits,
    "UNDER": _under,
    "AS": _as,
    "SELECT": lambda tokens, at, table, session: _as(tokens, at - 1, table, session),
    "OF": _of,
    "CLONE": _clone,
    "COPY": _clone,
}
