"""Views and materialized views."""

from __future__ import annotations

from dataclasses import replace

from stageline.schema.ddl.drafts import Refused
from stageline.schema.ddl.selects import select_columns
from stageline.schema.ddl.session import Handler, Session
from stageline.schema.model import View
from stageline.schema.tokens import Tokens, unquote


def create_view(tokens: Tokens, index: int, session: Session) -> str | None:
    at = index + 1
    while tokens.upper[at] in ("IF", "NOT", "EXISTS"):
        at += 1
    if tokens.upper[at] == "LOG" and tokens.upper[at + 1] == "ON":
        return "a log of changes for materialized views"
    name, at = session.name(tokens, at)
    modifiers = tokens.upper[:index]
    existing = session.catalog.views.exact(name)
    if existing is not None and not {"REPLACE", "ALTER"} & set(modifiers):
        return f"duplicate of {name.name} in line {existing.line}"
    columns: tuple[str, ...] = ()
    if tokens.words[at] == "(":
        spans = tokens.elements(at)
        columns = tuple(unquote(tokens.words[begin]) for begin, _ in spans)
        at = tokens.after(at)
    begin = _query_start(tokens, at)
    end = _query_end(tokens, begin)
    if not columns:
        found = select_columns(tokens, begin, end, session)
        columns = tuple(column for column, _ in found)
    query = tokens.slice(begin, end)
    materialized = "MATERIALIZED" in modifiers or "SNAPSHOT" in modifiers
    line = tokens.line_at(0)
    view = View(name.name, name.schema, columns, query, materialized, None, line)
    session.catalog.views.add(name, view)
    return None


def _query_start(tokens: Tokens, at: int) -> int:
    """Behind the AS that is followed by a query."""
    while at < tokens.size:
        at = tokens.find(at, tokens.size, "AS", "SELECT")
        if tokens.upper[at] == "SELECT":
            return at
        if tokens.upper[at + 1] in ("SELECT", "WITH", "(", "VALUES", "TABLE", "FROM", "LOCKING"):
            return at + 1
        at += 1
    return tokens.size


def _query_end(tokens: Tokens, begin: int) -> int:
    """Before WITH CHECK OPTION, WITH READ ONLY, WITH NO DATA."""
    end = tokens.size
    if end - 3 > begin and tokens.upper[end - 1] in ("OPTION", "ONLY", "DATA"):
        for at in range(end - 1, max(begin, end - 6), -1):
            if tokens.upper[at] == "WITH":
                return at
    return end


def drop_view(tokens: Tokens, index: int, session: Session) -> str | None:
    at = index + 1
    if tokens.upper[at] == "IF":
        at += 2
    dropped = False
    for begin, _ in tokens.split(at, tokens.size):
        name, _ = session.name(tokens, begin)
        dropped = session.catalog.views.remove(name) is not None or dropped
    return None if dropped else "there is no such view"


def alter_view(tokens: Tokens, index: int, session: Session) -> str | None:
    """ALTER VIEW with a new query (MySQL, T-SQL) or RENAME TO."""
    name, at = session.name(tokens, index + (3 if tokens.upper[index + 1] == "IF" else 1))
    view = session.catalog.views.find(name)
    if view is None:
        raise Refused(f"view {name.name} is not defined before this statement")
    if tokens.upper[at] == "RENAME" and tokens.upper[at + 1] == "TO":
        session.catalog.views.remove(name)
        new, _ = session.name(tokens, at + 2)
        session.catalog.views.add(new, replace(view, name=new.name))
        return None
    begin = _query_start(tokens, at)
    if begin >= tokens.size:
        return "changes nothing that the model holds"
    session.catalog.views.remove(name)
    return create_view(tokens, index, session)


HANDLERS: dict[tuple[str, str], Handler] = {
    ("CREATE", "VIEW"): create_view,
    ("CREATE", "SNAPSHOT"): create_view,
    ("DROP", "VIEW"): drop_view,
    ("ALTER", "VIEW"): alter_view,
}
