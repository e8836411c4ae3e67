"""Constraints of a table: primary, foreign, unique, check, and the indexes declared inside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from stageline.schema.ddl.actions import read_actions
from stageline.schema.ddl.drafts import KeyDraft, TableDraft, put
from stageline.schema.ddl.entries import column_entry, entries, read_columns, read_where
from stageline.schema.ddl.session import Session
from stageline.schema.model import Check, Index, UniqueConstraint
from stageline.schema.tokens import Tokens, keywords, unquote

# What may stand between UNIQUE or KEY and its column list without being a name.
INDEX_NOISE = keywords(
    "WITHOUT KEY INDEX CLUSTERED NONCLUSTERED NULLS NOT DISTINCT USING BTREE HASH RTREE GIN GIST"
)
_INDEX_KINDS = keywords("FULLTEXT SPATIAL VECTOR INVERTED")
_INDEX_WORDS = _INDEX_KINDS | {"UNIQUE", "KEY", "INDEX"}


@dataclass(slots=True)
class Clause:
    """One table constraint being read: where it stands, for which table, under which name."""

    tokens: Tokens
    begin: int
    end: int
    table: TableDraft
    session: Session
    name: str | None = None

    @property
    def line(self) -> int:
        return self.tokens.line_at(self.begin)


def read_constraints(
    tokens: Tokens, begin: int, end: int, table: TableDraft, session: Session
) -> bool:
    """Read an element of a table's list if it is a constraint; SQLite needs no commas between."""
    index: int | None = begin
    seen = False
    while index is not None and index < end:
        clause = Clause(tokens, index, end, table, session)
        after = read_constraint(clause, index)
        if after is None and not seen:
            return False
        seen = True
        index = after if after is not None else _next_constraint(tokens, index + 1, end)
    return seen


def _next_constraint(tokens: Tokens, index: int, end: int) -> int | None:
    found = tokens.find(index, end, "CONSTRAINT", "PRIMARY", "FOREIGN", "UNIQUE", "CHECK")
    return found if found < end else None


def read_constraint(clause: Clause, index: int) -> int | None:
    """Read one constraint at ``index``: the index behind it, or None if there is none."""
    reader = CONSTRAINTS.get(clause.tokens.upper[index])
    if reader is None:
        return None
    return reader(clause, index)


def _constraint(clause: Clause, index: int) -> int | None:
    tokens, upper = clause.tokens, clause.tokens.upper
    unnamed = upper[index + 1] in ("PRIMARY", "FOREIGN", "CHECK", "UNIQUE") and (
        upper[index + 2] in ("KEY", "(") or tokens.words[index + 2] == "("
    )
    after = index + 1
    if not unnamed:
        parts, after = clause.session.parts(tokens, after)
        clause.name = unquote(parts[-1])
    if (upper[after], upper[after + 1]) == ("NOT", "NULL") and upper[after + 2] == "FOREIGN":
        after += 2  # SQL Anywhere
    if upper[after] == "ASSUME":  # for the optimizer only (ClickHouse)
        return clause.end
    return read_constraint(clause, after)


def _trailing_name(clause: Clause, index: int) -> tuple[str | None, int]:
    """``CONSTRAINT name`` behind the constraint (Informix)."""
    tokens = clause.tokens
    if (
        clause.session.dialect.name_trails
        and tokens.upper[index] == "CONSTRAINT"
        and index < clause.end
    ):
        parts, after = clause.session.parts(tokens, index + 1)
        return unquote(parts[-1]), after
    return clause.name, index


def _opening(clause: Clause, index: int) -> int | None:
    found = clause.tokens.find(index, clause.end, "(")
    return found if found < clause.end else None


def _primary(clause: Clause, index: int) -> int | None:
    table = clause.table
    if clause.tokens.upper[index + 1] != "KEY":
        return None
    opening = _opening(clause, index + 2)
    if opening is None:
        named = _by_index(clause, index + 2)
        if named is None:
            return None
        table.primary_key, table.primary_key_name = list(named.columns), clause.name or named.name
        return clause.end
    columns = _key_columns(clause.tokens, opening)
    clause.name, after = _trailing_name(clause, clause.tokens.after(opening))
    table.primary_key, table.primary_key_name = columns, clause.name
    return _skip_options(clause, after)


def _key_columns(tokens: Tokens, opening: int) -> list[str]:
    """The columns of a primary key; some may be grouped: ``((a, b), c)`` (Cassandra)."""
    columns: list[str] = []
    for begin, end in entries(tokens, opening):
        if tokens.words[begin] == "(" and tokens.after(begin) == end:
            columns += read_columns(tokens, begin)
        else:
            columns.append(column_entry(tokens, begin, end))
    return columns


def _by_index(clause: Clause, index: int) -> Index | None:
    """``USING INDEX name`` makes a constraint of an index (PostgreSQL)."""
    tokens = clause.tokens
    if (tokens.upper[index], tokens.upper[index + 1]) != ("USING", "INDEX"):
        return None
    name = unquote(tokens.words[index + 2]).casefold()
    found = next((i for i in clause.table.indexes if (i.name or "").casefold() == name), None)
    if found is not None:
        clause.table.indexes.remove(found)
        clause.table.index_places = None
    return found


def _skip_options(clause: Clause, index: int) -> int:
    """Pass over USING INDEX, WITH (...), ON filegroup up to the next constraint."""
    upper = clause.tokens.upper
    while index < clause.end and upper[index] not in _STARTS:
        index = clause.tokens.after(index)
    return min(index, clause.end)


def _unique(clause: Clause, index: int) -> int | None:
    tokens = clause.tokens
    opening = _opening(clause, index + 1)
    if opening is None:
        named = _by_index(clause, index + 1)
        if named is None:
            return None
        unique = UniqueConstraint(named.columns, clause.name or named.name, clause.line)
        clause.table.uniques.append(unique)
        return clause.end
    if opening > index + 7:
        return None
    if not _is_list_of_names(tokens, opening):
        return None
    name = clause.name
    for at in range(index + 1, opening):
        if name is None and tokens.upper[at] not in INDEX_NOISE and tokens.is_name(at):
            name = unquote(tokens.words[at])
    columns = tuple(read_columns(tokens, opening))
    clause.name, after = _trailing_name(clause, tokens.after(opening))
    clause.table.uniques.append(UniqueConstraint(columns, clause.name or name, clause.line))
    return _skip_options(clause, after)


def _is_list_of_names(tokens: Tokens, opening: int) -> bool:
    """``key (10)`` is a column's type, ``key (a)`` an index."""
    return not tokens.words[opening + 1].isdigit()


def _foreign(clause: Clause, index: int) -> int | None:
    tokens = clause.tokens
    opening = _opening(clause, index + 1)
    if tokens.upper[index + 1] != "KEY" or opening is None:
        return None
    if clause.name is None and opening == index + 3:
        clause.name = unquote(tokens.words[index + 2])  # FOREIGN KEY name (...) (MySQL)
    columns = read_columns(tokens, opening)
    at = tokens.after(opening)
    if tokens.upper[at] == "CONSTRAINT":  # FOREIGN KEY (...) CONSTRAINT name REFERENCES (Informix)
        parts, at = clause.session.parts(tokens, at + 1)
        clause.name = unquote(parts[-1])
    if tokens.upper[at] != "REFERENCES" or at >= clause.end:
        return None
    return _add_key(clause, columns, at)


def behind_references(tokens: Tokens, index: int) -> int:
    """Where the name behind REFERENCES starts: WITH [NO] CHECK OPTION may precede it (Teradata)."""
    if tokens.upper[index + 1] != "WITH":
        return index + 1
    return tokens.find(index + 1, tokens.size - 1, "OPTION") + 1


def _add_key(clause: Clause, columns: list[str], references: int) -> int:
    tokens = clause.tokens
    referred, at = clause.session.name(tokens, behind_references(tokens, references))
    referred_columns: list[str] = []
    if tokens.words[at] == "(" and at < clause.end:
        referred_columns = read_columns(tokens, at)
        at = tokens.after(at)
    actions, at = read_actions(tokens, at, clause.end)
    name, at = _trailing_name(clause, at)
    more, at = read_actions(tokens, at, clause.end)
    clause.table.foreign_keys.append(
        KeyDraft(
            columns, referred, referred_columns, name,
            actions.on_delete or more.on_delete, actions.on_update or more.on_update,
            actions.enforced and more.enforced, clause.line,
        )
    )  # fmt: skip
    return _skip_options(clause, at)


def _check(clause: Clause, index: int) -> int | None:
    tokens = clause.tokens
    if index > clause.begin and tokens.upper[index + 1] not in ("(", "NOT", ""):
        expression = tokens.slice(index + 1, clause.end)  # without parentheses (ClickHouse)
        clause.table.checks.append(Check(expression, (), clause.name, clause.line))
        return clause.end
    at = tokens.find(index + 1, min(index + 4, clause.end), "(")
    if tokens.words[at] != "(" or at >= clause.end:
        return None
    expression = tokens.slice(at + 1, tokens.pairs[at])
    name, after = _trailing_name(clause, tokens.after(at))
    clause.table.checks.append(Check(expression, (), name, clause.line))
    return _skip_options(clause, after)


def _clustered(clause: Clause, index: int) -> int | None:
    """``CLUSTER PRIMARY KEY (columns)`` (Dameng)."""
    keyed = clause.tokens.upper[index + 1] in ("PRIMARY", "UNIQUE")
    return read_constraint(clause, index + 1) if keyed else None


def _not_null(clause: Clause, index: int) -> int | None:
    """``CONSTRAINT name NOT NULL column`` (PostgreSQL), ``NOT CLUSTER PRIMARY KEY`` (Dameng)."""
    tokens = clause.tokens
    if tokens.upper[index + 1] == "CLUSTER":
        return _clustered(clause, index + 1)
    if tokens.upper[index + 1] != "NULL" or not tokens.is_name(index + 2):
        return None
    position = clause.table.position(unquote(tokens.words[index + 2]))
    if position >= 0:
        put(clause.table, position, nullable=False)
    return clause.end


def _index(clause: Clause, index: int) -> int | None:
    """``KEY name (columns)`` inside CREATE TABLE (MySQL, SQL Server)."""
    tokens, upper = clause.tokens, clause.tokens.upper
    at = index
    while upper[at] in _INDEX_WORDS and at < index + 3:
        at += 1
    kind = tokens.find(at, clause.end, "TYPE")
    if upper[index] == "INDEX" and at + 1 < kind < clause.end:
        return _typed_index(clause, at, kind)
    if "COLUMNSTORE" in upper[at + 1 : at + 4]:
        return _columnstore(clause, at)
    opening = _opening(clause, at)
    if opening is None or opening > at + 5 or not _is_list_of_names(tokens, opening):
        return None
    if opening > at and not tokens.is_name(at):
        return None
    name = unquote(tokens.words[at]) if opening > at and upper[at] != "USING" else None
    method = upper[index].lower() if upper[index] in _INDEX_KINDS else None
    unique = "UNIQUE" in upper[index:opening]
    columns = tuple(read_columns(tokens, opening))
    where = read_where(tokens, tokens.after(opening), clause.end)
    clause.table.indexes.append(Index(columns, name, unique, method, where, clause.line))
    return clause.end


def _columnstore(clause: Clause, at: int) -> int:
    """``INDEX name [NON]CLUSTERED COLUMNSTORE [(columns)]``; without, of all columns (T-SQL)."""
    tokens = clause.tokens
    opening = tokens.find(at, clause.end, "(", "ORDER", "WITH")
    listed = tokens.words[opening] == "(" and opening < clause.end
    columns = tuple(read_columns(tokens, opening)) if listed else ()
    where = read_where(tokens, opening, clause.end)
    name = unquote(tokens.words[at])
    clause.table.indexes.append(Index(columns, name, False, "columnstore", where, clause.line))
    return clause.end


def _family(clause: Clause, index: int) -> int | None:
    """``FAMILY name (columns)`` says how columns are stored (CockroachDB)."""
    tokens = clause.tokens
    opening = _opening(clause, index + 1)
    if opening is None or opening > index + 2 or not _is_list_of_names(tokens, opening):
        return None
    return clause.end if tokens.after(opening) >= clause.end else None


def _projection(clause: Clause, index: int) -> int | None:
    """``PROJECTION name (SELECT ...)`` is another order of the rows (ClickHouse)."""
    return clause.end if clause.tokens.upper[index + 3] in ("SELECT", "WITH") else None


def _typed_index(clause: Clause, at: int, kind: int) -> int:
    """``INDEX name expression TYPE method`` (ClickHouse)."""
    tokens = clause.tokens
    name, method = unquote(tokens.words[at]), tokens.words[kind + 1].lower()
    listed = tokens.words[at + 1] == "(" and tokens.after(at + 1) == kind
    columns = read_columns(tokens, at + 1) if listed else [tokens.squeeze(at + 1, kind)]
    index = Index(tuple(columns), name, False, method, None, clause.line)
    clause.table.indexes.append(index)
    return clause.end


def _exclude(clause: Clause, index: int) -> int | None:
    """An exclusion constraint is kept as the index that it is."""
    tokens = clause.tokens
    opening = _opening(clause, index + 1)
    if opening is None or tokens.upper[index + 1] not in ("USING", "("):
        return None
    columns = tuple(
        tokens.squeeze(begin, tokens.find(begin, end, "WITH"))
        for begin, end in tokens.elements(opening)
    )
    clause.table.indexes.append(Index(columns, clause.name, False, "exclude", None, clause.line))
    return clause.end


def _ignored(*followers: str) -> Callable[[Clause, int], int | None]:
    """A clause of the table that is neither column nor constraint, told by its next word."""

    def ignore(clause: Clause, index: int) -> int | None:
        return clause.end if clause.tokens.upper[index + 1] in followers else None

    return ignore


CONSTRAINTS: dict[str, Callable[[Clause, int], int | None]] = {
    "CONSTRAINT": _constraint,
    "PRIMARY": _primary,
    "UNIQUE": _unique,
    "FOREIGN": _foreign,
    "CHECK": _check,
    "NOT": _not_null,
    "CLUSTER": _clustered,
    "SHARD": _ignored("KEY"),
    "SORT": _ignored("KEY"),
    "KEY": _index,
    "INDEX": _index,
    "FULLTEXT": _index,
    "SPATIAL": _index,
    "VECTOR": _index,
    "INVERTED": _index,
    "EXCLUDE": _exclude,
    "PERIOD": _ignored("FOR", "SYSTEM_TIME", "BUSINESS_TIME"),
    "SUPPLEMENTAL": _ignored("LOG"),
    "DISTRIBUTE": _ignored("BY"),
    "PARTITION": _ignored("BY"),
    "WATERMARK": _ignored("FOR"),
    "FAMILY": _family,
    "PROJECTION": _projection,
}
_STARTS = frozenset({"CONSTRAINT", "PRIMARY", "UNIQUE", "FOREIGN", "CHECK"})
