"""COMMENT ON, and the extended property that is SQL Server's comment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from stageline.schema.ddl.alter_column import locate, put
from stageline.schema.ddl.drafts import Refused
from stageline.schema.ddl.routine import comment_routine
from stageline.schema.ddl.session import Handler, Session
from stageline.schema.tokens import Tokens, string_value, unquote

_IGNORED = "a comment on what the model does not describe"


def comment_on(tokens: Tokens, index: int, session: Session) -> str | None:
    """COMMENT [IF EXISTS] ON object IS 'text'; ``index`` is that of ON.

    Teradata's IS is AS, or left out."""
    at = index + (3 if tokens.upper[index] == "IF" else 1)
    while tokens.upper[at] in ("MATERIALIZED", "FOREIGN", "EXTERNAL"):
        at += 1
    target = _TARGETS.get(tokens.upper[at])
    stop = tokens.find(at, tokens.size, "IS", "AS")
    if target is None:
        return _db2_comment(tokens, at, session)
    if stop >= tokens.size and tokens.words[tokens.size - 1][-1:] == "'":
        stop = tokens.size - 2
    if stop >= tokens.size:
        raise Refused("a comment needs IS and a text")
    literal = tokens.words[stop + 1]
    text = None if literal.upper() == "NULL" else string_value(literal)
    parts, _ = session.parts(tokens, at + 1)
    return target(session, parts, text)


def _db2_comment(tokens: Tokens, at: int, session: Session) -> str | None:
    """COMMENT ON table (column IS 'text', ...) (Db2)."""
    if not tokens.is_name(at):
        return _IGNORED
    name, after = session.name(tokens, at)
    table = session.catalog.tables.find(name)
    if tokens.upper[after] in ("AS", "IS"):
        return _teradata_comment(tokens, at, after, session)
    if table is None or tokens.words[after] != "(":
        return _IGNORED
    for begin, end in tokens.elements(after):
        if tokens.upper[begin + 1] == "IS" and end - begin > 2:
            position = locate(table, unquote(tokens.words[begin]))
            put(table, position, comment=string_value(tokens.words[begin + 2]))
    return None


def _teradata_comment(tokens: Tokens, at: int, stop: int, session: Session) -> str | None:
    """COMMENT ON name AS (or IS) 'text': a table or view, or else a column of it."""
    parts, _ = session.parts(tokens, at)
    text = string_value(tokens.words[stop + 1])
    name = session.qualify(parts)
    if session.catalog.tables.find(name) or session.catalog.views.find(name):
        return on_table(session, parts, text)
    if len(parts) < 2 or session.catalog.tables.find(session.qualify(parts[:-1])) is None:
        return _IGNORED
    return on_column(session, parts, text)


def label_on(tokens: Tokens, index: int, session: Session) -> str | None:
    """LABEL ON TABLE t IS 'text', ON COLUMN t.c IS, ON [COLUMN] t (c [TEXT] IS 'text', ...) (Db2).

    It stands in for a comment that is not there.
    """
    at = index + (2 if tokens.upper[index + 1] in ("TABLE", "COLUMN", "VIEW") else 1)
    parts, after = session.parts(tokens, at)
    if tokens.words[after] != "(":
        return _label(session, tokens, parts, after)
    for begin, end in tokens.elements(after):
        if end - begin > 2:
            _label(session, tokens, [*parts, tokens.words[begin]], end - 2)
    return None


def _label(session: Session, tokens: Tokens, parts: list[str], at: int) -> str | None:
    """Label the table that ``parts`` name, or else a column of it; ``at`` is that of [TEXT] IS."""
    at += tokens.upper[at] == "TEXT"
    text = string_value(tokens.words[at + 1])
    table = session.catalog.tables.find(session.qualify(parts))
    if table is not None:
        table.comment = table.comment or text
        return None
    table = session.catalog.tables.find(session.qualify(parts[:-1])) if len(parts) > 1 else None
    if table is None:
        return _IGNORED
    position = locate(table, unquote(parts[-1]))
    put(table, position, comment=table.columns[position].comment or text)
    return None


def on_table(session: Session, parts: list[str], text: str | None) -> str | None:
    name = session.qualify(parts)
    table = session.catalog.tables.find(name)
    if table is None:
        return on_view(session, parts, text)
    table.comment = text
    return None


def on_view(session: Session, parts: list[str], text: str | None) -> str | None:
    key = session.catalog.views.key(session.qualify(parts))
    if key is None:
        raise Refused(f"{unquote(parts[-1])} is not defined before this comment")
    views = session.catalog.views.items
    views[key] = replace(views[key], comment=text)
    return None


def on_column(session: Session, parts: list[str], text: str | None) -> str | None:
    if len(parts) < 2:
        raise Refused("the comment on a column needs its table")
    name = session.qualify(parts[:-1])
    table = session.catalog.tables.find(name)
    if table is None:
        if session.catalog.views.find(name) is not None:
            return "a comment on a view's column"
        raise Refused(f"table {name.name} is not defined before this comment")
    put(table, locate(table, unquote(parts[-1])), comment=text)
    return None


def _on_routine(session: Session, parts: list[str], text: str | None) -> str | None:
    found = comment_routine(session, session.qualify(parts).key, text or "")
    return None if found else f"there is no routine {unquote(parts[-1])}"


_TARGETS: dict[str, Callable[[Session, list[str], str | None], str | None]] = {
    "TABLE": on_table,
    "VIEW": on_view,
    "COLUMN": on_column,
    "FUNCTION": _on_routine,
    "PROCEDURE": _on_routine,
    "AGGREGATE": _on_routine,
}

HANDLERS: dict[tuple[str, str], Handler] = {
    ("COMMENT", "ON"): comment_on,
    ("COMMENT", "IF"): comment_on,
    ("LABEL", "ON"): label_on,
}
