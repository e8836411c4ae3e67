"""SELECT ... INTO table: a query that makes a table of its rows."""

from __future__ import annotations

from stageline.schema.ddl.drafts import TableDraft, TableKind
from stageline.schema.ddl.selects import select_columns
from stageline.schema.ddl.session import Handler, Session
from stageline.schema.model import Column
from stageline.schema.tokens import Tokens

_KINDS: dict[str, TableKind] = {
    "TEMP": "temporary", "TEMPORARY": "temporary", "SCRATCH": "temporary", "EXTERNAL": "external",
}  # fmt: skip
_BETWEEN = {*_KINDS, "TABLE", "UNLOGGED", "LOCAL", "GLOBAL", "STANDARD", "RAW"}


def select_into(tokens: Tokens, index: int, session: Session) -> str | None:  # noqa: ARG001
    """Make the table; a query into variables or a file makes none."""
    at = tokens.find(0, tokens.size, "INTO") + 1
    place = "behind" if tokens.find(0, at - 1, "FROM") < at - 1 else "before"
    if place != session.dialect.select_into:
        return "a query"
    kind: TableKind = "table"
    while tokens.upper[at] in _BETWEEN and tokens.is_name(at + 1):
        kind = _KINDS.get(tokens.upper[at], kind)
        at += 1
    if at > tokens.size or not tokens.is_name(at) or tokens.words[at][:1] in "@:'":
        return "a query"
    return _make(tokens, at, kind, session)


def _make(tokens: Tokens, at: int, kind: TableKind, session: Session) -> str | None:
    name, _ = session.name(tokens, at)
    existing = session.catalog.tables.exact(name)
    if existing is not None:
        return f"duplicate of {name.name} in line {existing.line}"
    line = tokens.line_at(0)
    table = TableDraft(name, line, "temporary" if name.name.startswith("#") else kind)
    table.columns = [
        Column(column, type_, True, None, line)
        for column, type_ in select_columns(tokens, 0, tokens.size, session)
    ]
    session.catalog.tables.add(name, table)
    return None


HANDLERS: dict[tuple[str, str], Handler] = {
    ("SELECT", ""): select_into,
    ("WITH", ""): select_into,
}
