"""Defaults and rules that stand by themselves and are bound to columns or types (T-SQL)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from stageline.schema.ddl.alter_column import locate
from stageline.schema.ddl.drafts import put
from stageline.schema.ddl.session import Handler, Session
from stageline.schema.model import Check
from stageline.schema.tokens import Name, Tokens, unquote

_OTHER = "not part of the schema model"


def create_default(tokens: Tokens, index: int, session: Session) -> str | None:
    """CREATE DEFAULT name AS value."""
    name, at = session.name(tokens, index + 1)
    if tokens.upper[at] != "AS":
        return _OTHER
    session.catalog.defaults.add(name, tokens.slice(at + 1, tokens.size))
    return None


def create_rule(tokens: Tokens, index: int, session: Session) -> str | None:
    """CREATE RULE name AS condition, in which a variable stands for the value."""
    name, at = session.name(tokens, index + 1)
    if tokens.upper[at] != "AS" or tokens.upper[at + 1] == "ON":  # a rule of PostgreSQL rewrites
        return _OTHER
    session.catalog.rules.add(name, tokens.slice(at + 1, tokens.size))
    return None


def bind_default(name: Name, target: list[str], session: Session) -> str | None:
    """The default is that of a column (``table.column``), or of a type from now on."""
    value = session.catalog.defaults.find(name)
    if value is None:
        return "a default that is not defined here"
    if len(target) == 1:
        return _change_type(target, session, default=value)
    table = session.catalog.tables.find(session.qualify(target[:-1]))
    if table is None:
        return "a default of a table that is not defined here"
    put(table, locate(table, unquote(target[-1])), default=value)
    return None


def bind_rule(name: Name, target: list[str], session: Session, line: int) -> str | None:
    """The rule is a check of a column (``table.column``), or of a type."""
    condition = session.catalog.rules.find(name)
    if condition is None:
        return "a rule that is not defined here"
    if len(target) == 1:
        check = Check(_about(condition, "VALUE"), (), name.name, line)
        return _change_type(target, session, checks=(check,))
    table = session.catalog.tables.find(session.qualify(target[:-1]))
    if table is None:
        return "a rule of a table that is not defined here"
    column = table.columns[locate(table, unquote(target[-1]))].name
    table.checks.append(Check(_about(condition, column), (), name.name, line))
    return None


def _about(condition: str, value: str) -> str:
    """The condition with ``value`` where its variable stands."""
    return re.sub(r"(?<![@\w])@[\w#$]+", lambda _: value, condition)


def _change_type(target: list[str], session: Session, **changes: Any) -> str | None:
    key = session.catalog.types.key(session.qualify(target))
    if key is None:
        return "a type that is not defined here"
    session.catalog.types.items[key] = replace(session.catalog.types.items[key], **changes)
    return None


HANDLERS: dict[tuple[str, str], Handler] = {
    ("CREATE", "DEFAULT"): create_default,
    ("CREATE", "RULE"): create_rule,
}
