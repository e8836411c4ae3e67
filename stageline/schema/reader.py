"""Read a dump into the model: split, replay in order, freeze."""

from __future__ import annotations

import os
import re
from pathlib import Path

from stageline.schema.ddl.freeze import freeze_sequences, freeze_tables
from stageline.schema.ddl.quick import apply_quickly
from stageline.schema.ddl.replay import Verdict, apply
from stageline.schema.ddl.samples import read_data
from stageline.schema.ddl.session import Session
from stageline.schema.detection import detect_dialect
from stageline.schema.dialect import Dialect, find_dialect
from stageline.schema.model import Schema, Statement
from stageline.schema.piece import Piece
from stageline.schema.record import twin_of
from stageline.schema.source import Source, open_source
from stageline.schema.splitter import split
from stageline.schema.tokens import Tokens

_Open = twin_of(Statement)
_FIRST_WORD = re.compile(r"[A-Za-z]\w*+")
# Statements of such verbs that make something: Teradata's CREATE OR REPLACE, and SELECT INTO.
_EXCEPTIONS = {
    "REPLACE": re.compile(
        r"\AREPLACE\s+(?:VIEW|MACRO|PROCEDURE|FUNCTION|TRIGGER|RECURSIVE\s+VIEW)\b", re.IGNORECASE
    ),
    "SELECT": re.compile(r"\bINTO\s", re.IGNORECASE),
}
_TRANSACTION = 4  # BEGIN TRANSACTION name: fewer tokens than any block
# The database in ``\connect [options] ["dbname='name'" | name] [user]`` (psql).
_CONNECTED = re.compile(
    r"\s+(?:-reuse-previous=\w+\s+)?(?:\"dbname='([^'\n]+)'\"|\"([^\"\n]+)\"|'([^'\n]+)'|(\S+))"
)
# Statements that say nothing about the schema, by their first word.
_NO_SCHEMA = {
    "GRANT": "privileges are not part of the model",
    "REVOKE": "privileges are not part of the model",
    "DENY": "privileges are not part of the model",
    "INSERT": "data", "UPDATE": "data", "DELETE": "data", "REPLACE": "data", "MERGE": "data",
    "COPY": "data", "LOAD": "data", "UNLOAD": "data", "TRUNCATE": "data", "SELECT": "a query",
    "COMMIT": "transaction control",
    "ROLLBACK": "transaction control", "START": "transaction control",
    "SAVEPOINT": "transaction control",
    "LOCK": "a lock", "UNLOCK": "a lock", "ANALYZE": "statistics", "VACUUM": "maintenance",
    "PRAGMA": "a setting", "PRINT": "a message", "RAISERROR": "a message",
}  # fmt: skip


def read_schema(
    path_or_bytes: str | os.PathLike[str] | bytes, dialect: str | None = None
) -> Schema:
    """Read a dump: a path, or its bytes. ``dialect`` None or ``auto`` detects it.

    A statement that cannot be read or applied costs only itself; ``Schema.statements`` accounts
    for every byte. Raises ``InputError`` for an unknown dialect, and for what is no text.
    """
    chosen = None if dialect in (None, "", "auto") else find_dialect(str(dialect))
    with open_source(path_or_bytes) as source:
        if chosen is None:
            chosen = find_dialect(detect_dialect(source.head()).dialect)
        return _read(source, chosen)


def _read(source: Source, dialect: Dialect) -> Schema:
    session = Session(dialect)
    statements = tuple([_account(piece, session) for piece in split(source, dialect.lexis)])
    catalogs = tuple(session.catalogs.values()) or (session.catalog,)
    return Schema(
        dialect=dialect.name,
        tables=tuple(table for catalog in catalogs for table in freeze_tables(session, catalog)),
        views=tuple(view for catalog in catalogs for view in catalog.views),
        triggers=tuple(made for catalog in catalogs for made in catalog.triggers.values()),
        routines=tuple(made for catalog in catalogs for made in catalog.routines.values()),
        sequences=tuple(made for c in catalogs for made in freeze_sequences(c, dialect)),
        types=tuple(type_ for catalog in catalogs for type_ in catalog.types),
        synonyms=tuple(synonym for catalog in catalogs for synonym in catalog.synonyms),
        statements=statements,
        name=session.database or Path(source.name).stem,
        encoding=source.encoding,
        size=source.size,
        digest=source.digest,
        case_rule=dialect.case_rule,
    )


def _account(piece: Piece, session: Session) -> Statement:
    """Replay one piece, and say what became of it."""
    kind, status, reason = _READERS[piece.kind](piece, session)
    if piece.fault and status != "failed" and kind != "unknown":  # prose may hold any quote
        status, reason = "failed", piece.fault
    made = _Open()
    made.kind = kind
    made.line = piece.line
    made.status = status
    made.reason = reason
    made.start = piece.start
    made.end = piece.end
    made.count = piece.count
    made.__class__ = Statement
    return made  # type: ignore[no-any-return]


def _sql(piece: Piece, session: Session) -> Verdict:
    first = _FIRST_WORD.match(piece.text)
    verb = first[0].upper() if first else ""
    reason = _NO_SCHEMA.get(verb)
    if reason is not None:
        exception = _EXCEPTIONS.get(verb)
        if exception is None or exception.search(piece.text) is None:
            return verb.lower(), "skipped", reason
    verdict = apply_quickly(verb, piece.text, piece.line, session)
    if verdict is not None:
        return verdict
    tokens = Tokens(piece.text, session.dialect.lexis, piece.line)
    if not tokens.size:
        return "blank", "skipped", "no statement"
    if verb == "BEGIN" and tokens.size < _TRANSACTION:
        return "begin", "skipped", "transaction control"
    return apply(tokens, session)


def _client(piece: Piece, session: Session) -> Verdict:
    """A command for a client; psql's ``\\connect`` puts the names back to the default schema."""
    if piece.text.startswith(("\\c ", "\\connect ")):
        session.work_in(None)
        named = _CONNECTED.search(piece.text)
        if named is not None and named[4] != "-":  # - is the same database, as another user
            session.connect(next(group for group in named.groups() if group))
    return "client", "skipped", "a command for a client program"


def _blank(piece: Piece, session: Session) -> Verdict:  # noqa: ARG001
    return "blank", "skipped", "no statement"


_READERS = {"sql": _sql, "data": read_data, "client": _client, "blank": _blank}
