"""DROP TABLE and the renaming of tables."""

from __future__ import annotations

from stageline.schema.ddl import alter_column
from stageline.schema.ddl.drafts import Refused
from stageline.schema.ddl.session import Handler, Session
from stageline.schema.tokens import Tokens, unquote

NO_TABLE = "there is no such table at this point"


def drop_table(tokens: Tokens, index: int, session: Session) -> str | None:
    at = index + (3 if tokens.upper[index + 1] == "IF" else 1)
    dropped = False
    for begin, _ in tokens.split(at, tokens.size):
        name, after = session.name(tokens, begin)
        table = session.catalog.drop_table(name)
        dropped = dropped or table is not None
        if table is not None and "CASCADE" in tokens.upper[after:]:
            _cascade(session)
            table.referrers.clear()
    return None if dropped else NO_TABLE


def _cascade(session: Session) -> None:
    """DROP ... CASCADE takes the foreign keys that refer to the table along."""
    for table in session.catalog.tables:
        table.foreign_keys = [
            key for key in table.foreign_keys if key.target is None or not key.target.dropped
        ]


def rename_table(tokens: Tokens, index: int, session: Session) -> str | None:
    """RENAME TABLE a TO b, c TO d (MySQL, Db2, Informix)."""
    for begin, end in tokens.split(index + 1, tokens.size):
        _rename(tokens, begin, end, session)
    return None


def rename(tokens: Tokens, index: int, session: Session) -> str | None:
    """RENAME a TO b (Oracle, Teradata); ``index`` is that of the old name."""
    _rename(tokens, index, tokens.size, session)
    return None


def rename_column(tokens: Tokens, index: int, session: Session) -> str | None:
    """RENAME COLUMN table.a TO b (Informix)."""
    parts, at = session.parts(tokens, index + 1)
    if len(parts) < 2 or tokens.upper[at] != "TO":
        raise Refused("RENAME COLUMN needs table.column TO name")
    table = session.table(session.qualify(parts[:-1]))
    alter_column.rename(table, unquote(parts[-1]), unquote(tokens.words[at + 1]))
    return None


def _rename(tokens: Tokens, begin: int, end: int, session: Session) -> None:
    old, at = session.name(tokens, begin)
    if tokens.upper[at] not in ("TO", "AS") or at >= end:
        raise Refused("a new name was expected behind TO")
    new, after = session.name(tokens, at + 1)
    table = session.table(old)
    if after - at == 2:
        new = new._replace(schema=table.name.schema, schema_key=table.name.schema_key)
    session.catalog.rename_table(table, new)


HANDLERS: dict[tuple[str, str], Handler] = {
    ("DROP", "TABLE"): drop_table,
    ("RENAME", "TABLE"): rename_table,
    ("RENAME", "COLUMN"): rename_column,
    ("RENAME", ""): rename,
}
