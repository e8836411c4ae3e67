"""CREATE INDEX, in all its kinds."""

from __future__ import annotations

from dataclasses import replace

from stageline.schema.ddl.drafts import Refused
from stageline.schema.ddl.entries import column_entry, read_columns, read_where
from stageline.schema.ddl.session import Handler, Session
from stageline.schema.model import Index
from stageline.schema.tokens import Tokens

_METHODS = frozenset({"BITMAP", "FULLTEXT", "SPATIAL", "COLUMNSTORE", "XML", "SEARCH", "VECTOR"})

_STORAGE = frozenset({"STOGROUP", "VCAT", "INDEX"})


def create_index(tokens: Tokens, index: int, session: Session) -> str | None:
    modifiers = tokens.upper[:index]
    at = index + 1
    while tokens.upper[at] in ("CONCURRENTLY", "IF", "NOT", "EXISTS"):
        at += 1
    if tokens.words[at] == "(" and at + 2 < tokens.size and tokens.upper[at + 2] == "ON":
        at += 1  # CREATE INDEX (name ON table (columns)) (Ingres)
    if "JOIN" in modifiers:
        return "an index over a query"
    name = None
    if tokens.upper[at] not in ("ON", "("):
        name, at = session.name(tokens, at)
    early = at if tokens.words[at] == "(" else 0
    if tokens.upper[at] == "FOR" and tokens.upper[at + 1] == "SYSTEM":  # NAME x (Db2 for i)
        at += 4
    on = tokens.find(at, tokens.size, "ON", "FOR")
    if on >= tokens.size:
        raise Refused("an index needs ON and a table")
    start = on + (2 if _says_kind(tokens, on + 1) else 1)
    table_name, after = session.name(tokens, start)
    if start > on + 1 and tokens.upper[on + 1] == "CLUSTER":
        return "an index on a cluster of tables"
    view = session.catalog.views.find(table_name)
    if view is not None and session.catalog.tables.find(table_name) is None:
        return f"an index on the view {view.name}"
    table = session.table(table_name)
    method = next((word.lower() for word in modifiers if word in _METHODS), None)
    method = method or _method(tokens, at)
    spelled = name.name if name else None
    known = table.index_named(spelled) if spelled else None
    if known is not None:
        return f"duplicate of index {spelled} in line {known.line}"
    columns = _columns(tokens, early or after)  # the list may stand before ON (Teradata)
    where = read_where(tokens, after, tokens.size)
    unique = "UNIQUE" in modifiers
    table.indexes.append(Index(columns, spelled, unique, method, where, tokens.line_at(0)))
    return None


def _says_kind(tokens: Tokens, at: int) -> bool:
    """Whether a word before the table's name says what it is, and is not the name itself."""
    return tokens.upper[at] in ("ONLY", "CLUSTER", "TABLE") and tokens.words[at + 1] not in "(."


def _method(tokens: Tokens, at: int) -> str | None:
    """``USING btree``, but not where it names the index's storage."""
    using = tokens.find(at, tokens.size, "USING")
    if using >= tokens.size or tokens.words[using + 1] == "(":
        return None
    return None if tokens.upper[using + 1] in _STORAGE else tokens.words[using + 1].lower()


def _columns(tokens: Tokens, at: int) -> tuple[str, ...]:
    """The indexed columns: the first list behind the table, or Firebird's COMPUTED BY."""
    opening = tokens.find(at, tokens.size, "(", "WITH")
    if tokens.words[opening] != "(":
        return ()
    if tokens.upper[opening - 1] in ("BY", "COMPUTED"):
        return (tokens.slice(opening + 1, tokens.pairs[opening]),)
    return tuple(read_columns(tokens, opening))


def modify(tokens: Tokens, index: int, session: Session) -> str | None:  # noqa: ARG001
    """MODIFY table TO structure UNIQUE ON columns: its storage keeps rows apart (Ingres)."""
    name, at = session.name(tokens, 1)
    end = tokens.find(at, tokens.size, "WITH")
    on = tokens.find(at, end, "ON")
    if tokens.upper[at] != "TO" or tokens.upper[at + 2] != "UNIQUE" or on >= end:
        return "changes nothing that the model holds"
    columns = tuple(column_entry(tokens, begin, last) for begin, last in tokens.split(on + 1, end))
    method = tokens.words[at + 1].lower()
    session.table(name).indexes.append(Index(columns, None, True, method, None, tokens.line_at(0)))
    return None


def create_key(tokens: Tokens, index: int, session: Session) -> str | None:
    """CREATE PRIMARY KEY [name] ON table (columns) (H2)."""
    on = tokens.find(index, tokens.size, "ON")
    if tokens.upper[index - 1] != "PRIMARY" or on >= tokens.size:
        return "not part of the schema model"
    name, after = session.name(tokens, on + 1)
    session.table(name).primary_key = list(_columns(tokens, after))
    return None


def drop_index(tokens: Tokens, index: int, session: Session) -> str | None:
    """DROP INDEX [IF EXISTS] name [ON table], or table.name (T-SQL)."""
    at = index + 1
    while tokens.upper[at] in ("CONCURRENTLY", "IF", "EXISTS"):
        at += 1
    name, _ = session.name(tokens, at)
    on = tokens.find(at, tokens.size, "ON")
    if on < tokens.size:
        table_name, _ = session.name(tokens, on + 1)
        table = session.catalog.tables.find(table_name)
        tables = [table] if table else []
    else:
        tables = list(session.catalog.tables)
    for table in tables:
        kept = [i for i in table.indexes if (i.name or "").casefold() != name.name.casefold()]
        if len(kept) < len(table.indexes):
            table.indexes = kept
            return None
    return f"there is no index {name.name}"


def rename_index(tokens: Tokens, index: int, session: Session) -> str | None:
    """ALTER INDEX a RENAME TO b, RENAME INDEX a TO b; other changes do not matter."""
    at = index + (3 if tokens.upper[index + 1] == "IF" else 1)
    name, at = session.name(tokens, at)
    to = tokens.find(at, tokens.size, "TO")
    renames = tokens.upper[0] == "RENAME" or tokens.upper[to - 1] == "RENAME"
    if to >= tokens.size or not renames:
        return "changes nothing that the model holds"
    new, _ = session.name(tokens, to + 1)
    for table in session.catalog.tables:
        for position, item in enumerate(table.indexes):
            if (item.name or "").casefold() == name.name.casefold():
                table.indexes[position] = replace(item, name=new.name)
                table.index_places = None
                return None
    return f"there is no index {name.name}"


HANDLERS: dict[tuple[str, str], Handler] = {
    ("CREATE", "INDEX"): create_index,
    ("CREATE", "KEY"): create_key,
    ("MODIFY", ""): modify,
    ("DROP", "INDEX"): drop_index,
    ("ALTER", "INDEX"): rename_index,
    ("RENAME", "INDEX"): rename_index,
}
