"""Statements that say in which schema the following ones work."""

from __future__ import annotations

from stageline.schema.ddl.replay import apply
from stageline.schema.ddl.session import Handler, Session
from stageline.schema.tokens import Tokens, string_value, unquote

_OWN = frozenset({"pg_catalog", "", "$user", "default"})
_SYSTEM = frozenset({"master", "tempdb", "mysql", "sysmaster"})
REASON = "sets where the following statements work"


def use(tokens: Tokens, index: int, session: Session) -> str | None:
    """USE x, USE SCHEMA x, DATABASE x."""
    at = index
    explicit = tokens.upper[at] == "SCHEMA"
    if tokens.upper[at] in ("SCHEMA", "DATABASE", "CATALOG", "ROLE", "WAREHOUSE", "SECONDARY"):
        at += 1
        if not explicit and tokens.upper[index] != "DATABASE":
            return REASON
    parts, _ = session.parts(tokens, at)
    if explicit or (session.dialect.use_sets_schema and tokens.upper[index] != "DATABASE"):
        session.work_in(parts[-1])
    if unquote(parts[0]).casefold() not in _SYSTEM:
        session.database = unquote(parts[0])
        if session.dialect.databases_part:
            session.connect(session.dialect.fold(parts[0]))
    return REASON


def set_path(tokens: Tokens, index: int, session: Session) -> str | None:
    """SET search_path = a, b; SET SCHEMA a; SET CURRENT SCHEMA = a; the first one counts.

    Db2's CURRENT PATH finds routines and types; nothing is made there.
    """
    at = index + 1
    if tokens.upper[at] == "PATH":
        return REASON
    while tokens.upper[at] in ("=", "TO", "SCHEMA", "SQLID"):
        at += 1
    for begin, _ in tokens.split(at, tokens.size):
        if unquote(tokens.words[begin]).casefold() not in _OWN:
            session.work_in(tokens.words[begin].strip("'"))
            return REASON
    session.work_in(None)
    return REASON


def alter_session(tokens: Tokens, index: int, session: Session) -> str | None:
    """ALTER SESSION SET CURRENT_SCHEMA = x (Oracle)."""
    at = tokens.find(index, tokens.size, "CURRENT_SCHEMA")
    return set_path(tokens, at, session) if at < tokens.size else REASON


def create_schema(tokens: Tokens, index: int, session: Session) -> str | None:
    """CREATE SCHEMA holds no objects, but may be followed by CREATE statements of its own."""
    if tokens.upper[index + 1] == "LINK":
        return "a link to another database"
    at = index + (4 if tokens.upper[index + 1] == "IF" else 1)
    if tokens.upper[at] == "AUTHORIZATION":
        at += 1
    parts, at = session.parts(tokens, at)
    if session.database is None and tokens.upper[index] == "DATABASE":
        session.database = unquote(parts[-1])
    inner = [i for i in range(at, tokens.size) if tokens.upper[i] == "CREATE"]
    if not inner:
        return "schemas and databases are named by their objects"
    outer = session.schema
    session.work_in(parts[-1])
    for begin, end in zip(inner, [*inner[1:], tokens.size], strict=True):
        text = tokens.slice(begin, end)
        apply(Tokens(text, session.dialect.lexis, tokens.line_at(begin)), session)
    session.work_in(outer)
    return None


def set_user(tokens: Tokens, index: int, session: Session) -> str | None:
    """SETUSER ['owner']: whose the tables are that follow (Sybase ASE)."""
    session.work_in(string_value(tokens.words[index]) or None)
    return "qualifies the names that follow"


HANDLERS: dict[tuple[str, str], Handler] = {
    ("USE", ""): use,
    ("DATABASE", ""): use,
    ("SETUSER", ""): set_user,
    ("CREATE", "SCHEMA"): create_schema,
    ("CREATE", "DATABASE"): create_schema,
    ("SET", "SEARCH_PATH"): set_path,
    ("SET", "SCHEMA"): set_path,
    ("SET", "CURRENT"): set_path,
    ("SET", "CURRENT_SCHEMA"): set_path,
    ("ALTER", "SESSION"): alter_session,
}
