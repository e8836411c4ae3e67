"""Tables of past rows that the server makes for a system-versioned table (T-SQL)."""

from __future__ import annotations

from dataclasses import replace

from stageline.schema.ddl.drafts import TableDraft
from stageline.schema.ddl.session import Session
from stageline.schema.tokens import Tokens


def read(tokens: Tokens, opening: int, table: TableDraft, session: Session) -> bool:
    """``(SYSTEM_VERSIONING = ON (HISTORY_TABLE = name))``: whether it makes a table."""
    words = range(opening + 1, tokens.pairs.get(opening, opening))
    at = next((at for at in words if tokens.upper[at] == "HISTORY_TABLE"), None)
    return at is not None and tokens.words[at + 1] == "=" and _add(tokens, at + 2, table, session)


def _add(tokens: Tokens, at: int, table: TableDraft, session: Session) -> bool:
    """The same columns without keys, unless the dump has made the table before."""
    name, _ = session.name(tokens, at)
    if session.catalog.tables.exact(name) is not None:
        return False
    made = TableDraft(name, tokens.line_at(at))
    session.copy_columns(len(table.columns))
    keys = {column.casefold() for column in table.primary_key}
    made.columns = [
        replace(
            column,
            nullable=column.nullable and column.name.casefold() not in keys,
            default=None,
            identity=False,
            generated=None,
        )
        for column in table.columns
    ]
    session.catalog.tables.add(name, made)
    return True
