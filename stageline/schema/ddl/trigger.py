"""Triggers of all dialects: for which table, when, and what they do."""

from __future__ import annotations

from itertools import pairwise

from stageline.schema.ddl.drafts import Refused
from stageline.schema.ddl.key_trigger import read_key
from stageline.schema.ddl.session import Handler, Session
from stageline.schema.model import Trigger
from stageline.schema.tokens import Name, Tokens, keywords

_TIMINGS = {"BEFORE": "BEFORE", "AFTER": "AFTER", "INSTEAD": "INSTEAD OF"}
_CHANGES = frozenset({"CREATE", "ALTER", "DROP"})
_EVENTS = _CHANGES | {"INSERT", "UPDATE", "DELETE", "TRUNCATE", "LOGON", "DDL", "STARTUP"}
_STARTS = keywords("BEGIN DECLARE EXECUTE CALL SET UPDATE INSERT DELETE")
_BEHIND = _EVENTS | {"BEFORE", "AFTER", "FOR", "INSTEAD", "OF", ",", "WITH"}

_TRANSACTIONS = tuple(["TRANSACTION", word] for word in ("START", "COMMIT", "ROLLBACK"))


def create_trigger(tokens: Tokens, index: int, session: Session) -> str | None:
    at = index + 1
    if tokens.upper[index - 1] == "CONSTRAINT" and "RI_FKEY" in tokens.text.upper():
        return read_key(tokens, session)
    while tokens.upper[at] in ("IF", "NOT", "EXISTS"):
        at += 1
    name, at = session.name(tokens, at)
    table, body = _table(tokens, at, session)
    head = tokens.upper[at:body]
    timing = next((_TIMINGS[word] for word in head if word in _TIMINGS), None)
    if timing is None and any(pair[0] == "FOR" and pair[1] in _EVENTS for pair in pairwise(head)):
        timing = "AFTER"  # FOR INSERT (T-SQL)
    events = dict.fromkeys(word for word in head if word in _EVENTS)
    begin = _body_start(tokens, body)
    if tokens.upper[begin] == "COMPOUND":
        timing = "COMPOUND"
    trigger = Trigger(
        name=name.name,
        table=_spelling(table, session) if table else "",
        schema=(table.schema if table else None) or name.schema,
        timing=timing,
        events=tuple(events),
        routine=_routine(tokens, body, session),
        body=tokens.slice(begin, tokens.size),
        line=tokens.line_at(0),
    )
    owner = (table.schema_key, table.key) if table else (None, "")
    key = (owner, name.key)
    if key in session.catalog.triggers and not {"REPLACE", "ALTER"} & set(tokens.upper[:index]):
        return f"duplicate of {name.name} in line {session.catalog.triggers[key].line}"
    session.catalog.triggers[key] = trigger
    return None


def _spelling(table: Name, session: Session) -> str:
    draft = session.catalog.tables.find(table)
    return draft.name.name if draft else table.name


def _table(tokens: Tokens, at: int, session: Session) -> tuple[Name | None, int]:
    """The table, and the index behind its name: ``ON table``, or ``FOR table`` (Firebird)."""
    upper = tokens.upper
    if upper[at] == "FOR" and upper[at + 1] not in _EVENTS:
        name, after = session.name(tokens, at + 1)
        while upper[after] in _EVENTS | {"ACTIVE", "INACTIVE", "BEFORE", "AFTER", "OR", "POSITION"}:
            after += 2 if upper[after] == "POSITION" else 1
        return name, after
    on = at
    while on < tokens.size and upper[on] != "ON":
        on += 1
    body = tokens.find(at, tokens.size, "AS", "EXTERNAL")
    if body < on and (_CHANGES | {"ANY"}) & set(upper[at:body]):  # of any object (Firebird)
        return None, body
    if on >= tokens.size:
        raise Refused("a trigger needs ON and a table")
    if upper[on + 1] in ("CONNECT", "DISCONNECT") or upper[on + 1 : on + 3] in _TRANSACTIONS:
        return None, on + 2  # of the database (Firebird)
    if upper[on + 1] in ("DATABASE", "SCHEMA", "ALL"):
        return None, on + 2
    if upper[on + 1] == "NESTED":
        on = tokens.find(on, tokens.size, "OF")
    name, after = session.name(tokens, on + 1)
    while upper[after] in _BEHIND and upper[after + 1] != "EACH":  # T-SQL, Firebird
        after += 1
    return name, after


def _body_start(tokens: Tokens, at: int) -> int:
    """The first word of the action."""
    while at < tokens.size:
        word = tokens.upper[at]
        if word == "AS" and tokens.upper[at - 1] not in ("NEW", "OLD", "NEW_TABLE", "TABLE"):
            follower = tokens.upper[at + 2]
            if follower not in ("OLD", "NEW", "FOR", "NEW_TABLE", "OLD_TABLE", "REFERENCING"):
                return at + 1
        elif (
            word in _STARTS
            or (word == "COMPOUND" and tokens.upper[at + 1] == "TRIGGER")  # Oracle
            or (word == "(" and tokens.upper[at + 1] in ("EXECUTE", "INSERT", "UPDATE", "DELETE"))
        ):
            return at
        elif word == "ROW" and tokens.upper[at + 1] not in ("WHEN", "MODE", "FOLLOWS", "AS"):
            return at + 1
        at += 1
    return tokens.size


def _routine(tokens: Tokens, at: int, session: Session) -> str | None:
    """The function of ``EXECUTE FUNCTION f()``; None where the body is inline."""
    while at < tokens.size and tokens.upper[at] != "EXECUTE":
        if tokens.upper[at] in ("BEGIN", "DECLARE"):
            return None
        at += 1
    if tokens.upper[at + 1] not in ("PROCEDURE", "FUNCTION"):
        return None
    name, _ = session.name(tokens, at + 2)
    return name.name


def drop_trigger(tokens: Tokens, index: int, session: Session) -> str | None:
    at = index + (3 if tokens.upper[index + 1] == "IF" else 1)
    name, at = session.name(tokens, at)
    wanted = name.key.casefold()
    owner = None
    if tokens.upper[at] == "ON" and tokens.is_name(at + 1):
        owner = session.name(tokens, at + 1)[0].key.casefold()
    triggers = session.catalog.triggers
    for key in list(triggers):
        if key[1].casefold() == wanted and owner in (None, key[0][1].casefold()):
            del triggers[key]
            return None
    return f"there is no trigger {name.name}"


HANDLERS: dict[tuple[str, str], Handler] = {
    ("CREATE", "TRIGGER"): create_trigger,
    ("DROP", "TRIGGER"): drop_trigger,
}
