"""CREATE TABLE in its many forms."""

from __future__ import annotations

from dataclasses import replace

from stageline.schema.ddl import history
from stageline.schema.ddl.column import add_column, read_column
from stageline.schema.ddl.column_spec import ColumnSpec
from stageline.schema.ddl.constraint import CONSTRAINTS, read_constraints
from stageline.schema.ddl.drafts import Refused, TableDraft, TableKind
from stageline.schema.ddl.entries import read_columns
from stageline.schema.ddl.literal import literal_value, read_description
from stageline.schema.ddl.session import Handler, Session
from stageline.schema.ddl.table_source import CLAUSES as SOURCES
from stageline.schema.ddl.table_source import adopt, copy_like
from stageline.schema.model import Index, UniqueConstraint
from stageline.schema.tokens import Tokens, unquote

_KINDS: dict[str, TableKind] = {
    "TEMPORARY": "temporary", "TEMP": "temporary", "VOLATILE": "temporary",
    "EXTERNAL": "external", "FOREIGN": "external", "VIRTUAL": "virtual",
}  # fmt: skip
_EXISTS = ("IF", "NOT", "EXISTS")
_TYPED = ("OF", "UNDER")


def create_table(tokens: Tokens, index: int, session: Session) -> str | None:
    """Replay CREATE TABLE; ``index`` is that of TABLE."""
    modifiers = tokens.upper[:index]
    at = index + 1
    if tuple(tokens.upper[at : at + 3]) == _EXISTS:
        at += 3
    if "EXTERNAL" in modifiers and tokens.words[at][:1] == "'" and tokens.words[at + 1] != ".":
        return "an export of rows into a file"
    name, at = session.name(tokens, at)
    if name.key.startswith(session.dialect.internal_prefix):
        return "a table of the server's own"
    existing = session.catalog.tables.exact(name)
    if existing is not None:
        if "REPLACE" not in modifiers:
            return f"duplicate of {name.name} in line {existing.line}"
        session.catalog.drop_table(name)
    kind: TableKind = next((_KINDS[word] for word in modifiers if word in _KINDS), "table")
    if name.name.startswith("#"):
        kind = "temporary"
    table = TableDraft(name, tokens.line_at(0), kind)
    try:
        _read_definition(tokens, at, table, session)
    finally:  # what refers to the table should find it, whatever is missing of it
        session.catalog.tables.add(name, table)
        for key in table.foreign_keys:
            session.catalog.refer(key)
    if tokens.unclosed:
        raise Refused(f"cut off before its closing parenthesis; {len(table.columns)} columns kept")
    return None


def _read_definition(tokens: Tokens, at: int, table: TableDraft, session: Session) -> None:
    """What follows the name: a list, and clauses that take columns from elsewhere."""
    if tokens.words[at] == ",":  # NAME, NO FALLBACK, ... (columns) (Teradata)
        while at < tokens.size and tokens.words[at] != "(":
            at += 1
    list_at = at
    while at < tokens.size:
        if tokens.words[at] == "(":
            if tokens.upper[at + 1] in ("SELECT", "WITH"):
                at += 1
                continue
            behind = not table.columns and tokens.words[at - 1] == ")"  # CLUSTER BY (a) (...)
            if at == list_at or behind:
                read_list(tokens, at, table, session)
            at = tokens.after(at)
            continue
        word = tokens.upper[at]
        clause = _CLAUSES.get(word)
        if clause is None:
            at += 1
            continue
        at = clause(tokens, at, table, session)
        if not table.columns or word in _TYPED:  # else a list belongs to the clause
            list_at = at


def read_list(tokens: Tokens, opening: int, table: TableDraft, session: Session) -> None:
    """The elements between the parentheses: columns, constraints and LIKE."""
    for begin, end in tokens.elements(opening):
        word = tokens.upper[begin]
        if word == "LIKE":
            copy_like(tokens, begin, table, session)
        elif word in CONSTRAINTS and read_constraints(tokens, begin, end, table, session):
            continue
        elif word != "CONSTRAINT" and tokens.is_name(begin):
            _read_element(tokens, begin, end, table, session)


def _read_element(
    tokens: Tokens, begin: int, end: int, table: TableDraft, session: Session
) -> None:
    spec = read_column(tokens, begin + 1, end, session)
    if spec.rest:
        read_constraints(tokens, begin + 1 + spec.rest, end, table, session)
    token = tokens.words[begin]
    position = table.position(unquote(token)) if table.parents or not spec.type else -1
    if position >= 0:  # merges with a column that a parent or a type brings
        inherited = table.columns.pop(position)
        table.column_places = None
        if not spec.type:
            spec = replace(spec, type=inherited.type)
        add_column(table, token, spec, tokens.line_at(begin), position)
        return
    add_column(table, token, spec, tokens.line_at(begin))


def _partition(tokens: Tokens, at: int, table: TableDraft, session: Session) -> int:
    """PARTITION OF parent makes a partition; PARTITION BY says nothing about columns."""
    if (tokens.upper[at + 1], tokens.words[at + 2]) == ("COLUMNS", "("):  # BigQuery
        read_list(tokens, at + 2, table, session)
        return tokens.after(at + 2)
    if tokens.upper[at + 1] != "OF":
        return _skip_rest(tokens, at)
    name, after = session.name(tokens, at + 2)
    table.kind = "partition"
    table.inherits.append(name.name)
    parent = session.catalog.tables.find(name)
    if parent is None:
        raise Refused(f"table {name.name}, whose partition it is, is not defined before it")
    adopt(table, parent, session)
    if tokens.words[after] == "(":
        read_list(tokens, after, table, session)
        after = tokens.after(after)
    return _skip_rest(tokens, after)


def _partitioned(tokens: Tokens, at: int, table: TableDraft, session: Session) -> int:
    """PARTITIONED BY (column type, ...) declares columns (Hive); without types it names them."""
    opening = at + 2
    if tokens.words[opening] != "(":
        return at + 1
    for begin, end in tokens.elements(opening):
        named = table.position(unquote(tokens.words[begin])) >= 0
        if not named and end - begin > 1 and tokens.is_name(begin + 1):
            _read_element(tokens, begin, end, table, session)
    return tokens.after(opening)


def _primary(tokens: Tokens, at: int, table: TableDraft, session: Session) -> int:  # noqa: ARG001
    """PRIMARY KEY (columns) behind the list (ClickHouse, Doris)."""
    if tokens.upper[at + 1] != "KEY" or tokens.words[at + 2] != "(" or table.primary_key:
        return at + 1
    table.primary_key = read_columns(tokens, at + 2)
    return tokens.after(at + 2)


def _unique(tokens: Tokens, at: int, table: TableDraft, session: Session) -> int:  # noqa: ARG001
    """UNIQUE KEY (columns) behind the list (Doris)."""
    if tokens.upper[at + 1] != "KEY" or tokens.words[at + 2] != "(":
        return at + 1
    columns = tuple(read_columns(tokens, at + 2))
    table.uniques.append(UniqueConstraint(columns, None, tokens.line_at(at)))
    return tokens.after(at + 2)


def _with(tokens: Tokens, at: int, table: TableDraft, session: Session) -> int:
    history.read(tokens, at + 1, table, session)
    return _pass(tokens, at)


def _index(tokens: Tokens, at: int, table: TableDraft, session: Session) -> int:  # noqa: ARG001
    """[UNIQUE] [PRIMARY] INDEX [name] (columns) behind the list (Teradata)."""
    opening = at + (1 if tokens.words[at + 1] == "(" else 2)
    if tokens.words[opening] != "(" or not table.columns:
        return at + 1
    name = unquote(tokens.words[at + 1]) if opening > at + 1 else None
    unique = "UNIQUE" in tokens.upper[at - 2 : at]
    columns = tuple(read_columns(tokens, opening))
    table.indexes.append(Index(columns, name, unique, None, None, tokens.line_at(at)))
    return tokens.after(opening)


def _skip_rest(tokens: Tokens, at: int) -> int:
    """Partition bounds hold lists in parentheses that are no column lists."""
    return tokens.find(
        at + 1, tokens.size, "AS", "COMMENT", "INHERITS", "OPTIONS", "PRIMARY", "INDEX"
    )


def _using(tokens: Tokens, at: int, table: TableDraft, session: Session) -> int:
    """USING module (columns, option = value) of a virtual table (SQLite).

    Elsewhere it names a storage, or lists the options of an external table (Informix).
    """
    if table.kind != "virtual":
        return tokens.after(at + 1) if tokens.words[at + 1] == "(" else at + 1
    opening = tokens.find(at, tokens.size, "(")
    if opening >= tokens.size:
        return tokens.size
    module = tokens.upper[at + 1]
    for first, end in tokens.elements(opening):
        begin = first + (tokens.words[first] == "+")  # a column that is only stored (rtree)
        if not tokens.is_name(begin) or "=" in tokens.words[begin:end]:
            continue
        if module.startswith("FTS"):  # types are words without effect
            add_column(table, tokens.words[begin], ColumnSpec(), tokens.line_at(begin))
        else:
            _read_element(tokens, begin, end, table, session)
    return tokens.size


def _comment(tokens: Tokens, at: int, table: TableDraft, session: Session) -> int:
    value = at + (2 if tokens.words[at + 1] in ("=", "IS") else 1)
    if tokens.words[value][:1] in ("'", '"'):
        table.comment = literal_value(tokens.words[value], session.dialect.lexis) or None
    return value + 1


def _options(tokens: Tokens, at: int, table: TableDraft, session: Session) -> int:  # noqa: ARG001
    if tokens.words[at + 1] != "(":
        return at + 1
    table.comment = read_description(tokens, at + 1) or table.comment
    return tokens.after(at + 1)


def _pass(tokens: Tokens, at: int) -> int:
    """Behind a word and the list that belongs to it."""
    return tokens.after(at + 1) if tokens.words[at + 1] == "(" else at + 1


def _system_name(tokens: Tokens, at: int, table: TableDraft, session: Session) -> int:  # noqa: ARG001
    """FOR SYSTEM NAME name: the short name of the table (Db2 for i)."""
    return at + 4 if tokens.upper[at + 1] == "SYSTEM" else _pass(tokens, at)


def _cluster(tokens: Tokens, at: int, table: TableDraft, session: Session) -> int:  # noqa: ARG001
    """ON CLUSTER name may stand before the list (ClickHouse)."""
    return at + 3 if tokens.upper[at + 1] == "CLUSTER" else _pass(tokens, at)


def _external(tokens: Tokens, at: int, table: TableDraft, session: Session) -> int:  # noqa: ARG001
    """EXTERNAL [FILE] 'name' before the list (Firebird)."""
    value = at + (2 if tokens.upper[at + 1] == "FILE" else 1)
    if tokens.words[value][:1] != "'":
        return _pass(tokens, at)
    table.kind = "external"
    return value + 1


def _organization(tokens: Tokens, at: int, table: TableDraft, session: Session) -> int:  # noqa: ARG001
    """ORGANIZATION EXTERNAL: the rows lie in a file (Oracle)."""
    if tokens.upper[at + 1] == "EXTERNAL":
        table.kind = "external"
    return tokens.after(at + 2) if tokens.words[at + 2] == "(" else at + 2


def _sharing(tokens: Tokens, at: int, table: TableDraft, session: Session) -> int:  # noqa: ARG001
    """SHARING = METADATA before the list (Oracle)."""
    return at + 3 if tokens.words[at + 1] == "=" else at + 1


_CLAUSES = {
    **SOURCES,
    "FOR": _system_name,
    "SHARING": _sharing,
    "ON": _cluster,
    "EXTERNAL": _external,
    "ORGANIZATION": _organization,
    "PARTITION": _partition,
    "PARTITIONED": _partitioned,
    "PRIMARY": _primary,
    "UNIQUE": _unique,
    "WITH": _with,
    "INDEX": _index,
    "USING": _using,
    "COMMENT": _comment,
    "OPTIONS": _options,
}

HANDLERS: dict[tuple[str, str], Handler] = {("CREATE", "TABLE"): create_table}
