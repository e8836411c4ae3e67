"""Sequences and generators."""

from __future__ import annotations

from dataclasses import replace

from stageline.schema.ddl.session import Handler, Session
from stageline.schema.model import Sequence
from stageline.schema.tokens import Tokens


def create_sequence(tokens: Tokens, index: int, session: Session) -> str | None:
    at = index + 1
    while tokens.upper[at] in ("IF", "NOT", "EXISTS"):
        at += 1
    name, at = session.name(tokens, at)
    existing = session.catalog.sequences.exact(name)
    if existing is not None and "REPLACE" not in tokens.upper[:index]:
        return f"duplicate of {name.name} in line {existing.line}"
    sequence = Sequence(
        name.name,
        name.schema,
        _value(tokens, at, "START", "WITH"),
        _value(tokens, at, "INCREMENT", "BY"),
        tokens.line_at(0),
    )
    session.catalog.sequences.add(name, sequence)
    return None


def _value(tokens: Tokens, at: int, word: str, filler: str) -> str | None:
    found = tokens.find(at, tokens.size, word)
    if found >= tokens.size:
        return None
    begin = found + 1
    while tokens.upper[begin] in (filler, "="):
        begin += 1
    end = begin + (2 if tokens.words[begin] == "-" else 1)
    return tokens.squeeze(begin, end) or None


def alter_sequence(tokens: Tokens, index: int, session: Session) -> str | None:
    """ALTER SEQUENCE ... RESTART WITH n, INCREMENT BY n, RENAME TO, SET SCHEMA."""
    at = index + (3 if tokens.upper[index + 1] == "IF" else 1)
    name, at = session.name(tokens, at)
    sequence = session.catalog.sequences.find(name)
    if sequence is None:
        return f"there is no sequence {name.name}"
    if tokens.upper[at] == "RENAME":
        new, _ = session.name(tokens, at + 2)
        session.catalog.sequences.remove(name)
        kept = new._replace(schema=name.schema, schema_key=name.schema_key)
        session.catalog.sequences.add(kept, replace(sequence, name=new.name))
        return None
    start = _value(tokens, at, "RESTART", "WITH") or sequence.start
    step = _value(tokens, at, "INCREMENT", "BY") or sequence.increment
    key = session.catalog.sequences.key(name)
    if key is not None:
        session.catalog.sequences.items[key] = replace(sequence, start=start, increment=step)
    return None


def drop_sequence(tokens: Tokens, index: int, session: Session) -> str | None:
    at = index + (3 if tokens.upper[index + 1] == "IF" else 1)
    dropped = False
    for begin, _ in tokens.split(at, tokens.size):
        name, _ = session.name(tokens, begin)
        dropped = session.catalog.sequences.remove(name) is not None or dropped
    return None if dropped else "there is no such sequence"


def sequence_name(table: str, column: str) -> str:
    """``table_column_seq`` in at most 63 bytes, the longer part cut first (PostgreSQL's
    makeObjectName)."""
    room = 63 - len("__seq")
    while len(table) + len(column) > room:
        if len(table) > len(column):
            table = table[:-1]
        else:
            column = column[:-1]
    return f"{table}_{column}_seq"


HANDLERS: dict[tuple[str, str], Handler] = {
    (verb, kind): handler
    for kind in ("SEQUENCE", "GENERATOR")
    for verb, handler in (
        ("CREATE", create_sequence),
        ("ALTER", alter_sequence),
        ("DROP", drop_sequence),
    )
}
