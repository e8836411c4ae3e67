"""Names (and where plain, types) of the columns that a SELECT yields."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from stageline.schema.ddl.drafts import Refused
from stageline.schema.ddl.session import Session
from stageline.schema.tokens import Tokens, keywords, unquote

MAX_DEPTH = 32  # of queries within queries; what lies deeper is not looked into
_QUANTIFIERS = frozenset({"DISTINCT", "ALL", "UNIQUE", "DISTINCTROW", "SQL_CALC_FOUND_ROWS"})
_LIMITS = frozenset({"TOP", "FIRST", "SKIP"})
_CASTS = frozenset({"CAST", "TRY_CAST", "SAFE_CAST"})
_JOINING = keywords("INNER LEFT RIGHT FULL CROSS JOIN NATURAL ON USING OUTER WITH AS STRAIGHT_JOIN")
_QUERIES = frozenset({"SELECT", "WITH"})
_BEHIND_SOURCES = ("SELECT", "WHERE", "GROUP", "ORDER", "UNION", "HAVING", "LIMIT")
Columns = list[tuple[str, str]]  # name and type of each


@dataclass(frozen=True, slots=True)
class _Source:
    """What a FROM clause names, under its alias. ``merged`` are the columns that it has in common
    with the sources before it, and that are there once (USING, NATURAL)."""

    alias: str
    columns: Columns
    merged: frozenset[str] = frozenset()

    def type_of(self, name: str) -> str:
        """The type of a column: spelled exactly so, else up to case."""
        wanted = name.casefold()
        exact = next((type_ for known, type_ in self.columns if known == name), None)
        if exact is not None:
            return exact
        return next((type_ for known, type_ in self.columns if known.casefold() == wanted), "")


@dataclass(frozen=True, slots=True)
class _Scope:
    """``queries`` are those that a WITH clause names."""

    session: Session
    queries: dict[str, Columns] = field(default_factory=dict)
    depth: int = 0

    def within(self) -> _Scope:
        return replace(self, queries=dict(self.queries), depth=self.depth + 1)


def select_columns(tokens: Tokens, begin: int, end: int, session: Session) -> Columns:
    """(name, type) of each column; empty when a ``*`` stands for a table that is not known.

    Raises ``Refused`` when it stands for too many columns.
    """
    serial = session.dialect.serial_types
    found = _columns(tokens, begin, end, _Scope(session))
    return [(name, serial.get(type_.upper(), type_)) for name, type_ in found]


def _columns(tokens: Tokens, begin: int, end: int, scope: _Scope) -> Columns:
    while tokens.words[begin] == "(" and begin < end:
        begin, end = begin + 1, min(end, tokens.pairs[begin])
    if tokens.upper[begin] == "WITH":
        _name_queries(tokens, begin, end, scope)
    select = begin if tokens.upper[begin] == "SELECT" else tokens.find(begin, end, "SELECT")
    ahead = tokens.upper[begin] in ("FROM", "TABLE")  # FROM t [SELECT a] (DuckDB), TABLE t
    if select >= end:
        return _everything(tokens, begin, end, scope) if ahead else []
    start = _behind_quantifiers(tokens, select + 1)
    stop = tokens.find(start, end, "FROM", "INTO", "UNION", "WHERE", "LIMIT")
    at = begin if ahead else tokens.find(stop, end, "FROM")
    sources: list[_Source] = []
    if at < end:
        sources = _sources(tokens, at, tokens.find(at, end, *_BEHIND_SOURCES), scope)
    columns: Columns = []
    for first, last in tokens.split(start, stop):
        star = _star_at(tokens, first, last)
        found = _star(tokens, first, star, last, sources) if star >= 0 else None
        if star >= 0 and not found:
            return []
        columns += found or [_item(tokens, first, last, sources)]
        scope.session.copy_columns(len(found or ()))
    return columns


def _everything(tokens: Tokens, at: int, end: int, scope: _Scope) -> Columns:
    """All columns of the tables behind the FROM or TABLE at ``at``."""
    sources = _sources(tokens, at, tokens.find(at, end, *_BEHIND_SOURCES), scope)
    columns = _joined(sources)
    scope.session.copy_columns(len(columns))
    return columns


def _name_queries(tokens: Tokens, at: int, end: int, scope: _Scope) -> None:
    """WITH name [(columns)] AS (query), ...: what the names stand for."""
    at += 2 if tokens.upper[at + 1] == "RECURSIVE" else 1
    while at < end and tokens.is_name(at):
        name, names = unquote(tokens.words[at]).casefold(), []
        at += 1
        if tokens.words[at] == "(":
            names = [unquote(tokens.words[first]) for first, _ in tokens.elements(at)]
            at = tokens.after(at)
        opening = tokens.find(at, end, "(")
        if opening >= end:
            return
        scope.queries[name] = _named(_inner(tokens, opening, scope), names)
        at = tokens.after(opening) + 1
        if tokens.words[at - 1] != ",":
            return


def _inner(tokens: Tokens, opening: int, scope: _Scope) -> Columns:
    """The columns of the query in the parentheses that open here."""
    if scope.depth >= MAX_DEPTH:
        return []
    return _columns(tokens, opening + 1, tokens.pairs[opening], scope.within())


def _named(columns: Columns, names: list[str]) -> Columns:
    """The columns under other names; the types are kept if there are as many."""
    if len(names) == len(columns):
        return [(name, type_) for name, (_, type_) in zip(names, columns, strict=True)]
    return [(name, "") for name in names] or columns


def _behind_quantifiers(tokens: Tokens, at: int) -> int:
    """Behind DISTINCT, ``TOP (10) PERCENT`` (T-SQL), ``SKIP 5 FIRST 10`` (Informix)."""
    while tokens.upper[at] in _QUANTIFIERS or _counts(tokens, at):
        at += 2 if _counts(tokens, at) else 1
        if tokens.words[at - 1] == "(":
            at = tokens.after(at - 1)
        at += tokens.upper[at] == "PERCENT"
        at += 2 * (tokens.upper[at : at + 2] == ["WITH", "TIES"])
    return at


def _counts(tokens: Tokens, at: int) -> bool:
    """Whether a word says how many rows there are to be."""
    return tokens.upper[at] in _LIMITS and (
        tokens.words[at + 1] == "(" or tokens.words[at + 1].isdigit()
    )


def _item(tokens: Tokens, first: int, last: int, sources: list[_Source]) -> tuple[str, str]:
    words = tokens.words
    name = words[last - 1]
    if last - first > 1 and not tokens.is_name(last - 1) and name[:1] not in "'\"":
        name = words[first] if tokens.is_name(first) else "?column?"
    expression = last - (
        2 if tokens.upper[last - 2] == "AS" else 1 if last - first in (2, 4) else 0
    )
    owners: list[_Source] = []
    if expression - first == 1:
        owners = sources
    elif expression - first == 3 and words[first + 1] == ".":
        owners = _owners(words[first], sources)
    column = unquote(words[expression - 1])
    type_ = next((found for found in (s.type_of(column) for s in owners) if found), "")
    return unquote(name), type_ or _cast(tokens, first, expression)


def _cast(tokens: Tokens, first: int, last: int) -> str:
    """The type that ``CAST(x AS type)`` or ``x::type`` gives to a whole expression."""
    if tokens.upper[first] in _CASTS and tokens.after(first + 1) == last:
        begin = tokens.find(first + 2, last - 1, "AS")
        return tokens.squeeze(begin + 1, last - 1)
    if last - first > 2 and tokens.words[first + 1] == "::":
        return tokens.squeeze(first + 2, last)
    return ""


def _owners(alias: str, sources: list[_Source]) -> list[_Source]:
    wanted = unquote(alias).casefold()
    return [source for source in sources if source.alias == wanted]


def _star_at(tokens: Tokens, first: int, last: int) -> int:
    """Where ``*`` or ``name.*`` has its star, if an item is one; else -1."""
    star = first + 2 if tokens.words[first + 1] == "." else first
    if tokens.words[star] != "*" or star >= last:
        return -1
    follower = tokens.upper[star + 1]
    return star if star + 1 == last or follower in ("EXCEPT", "EXCLUDE", "REPLACE") else -1


def _star(tokens: Tokens, first: int, star: int, last: int, sources: list[_Source]) -> Columns:
    """The columns that the star stands for, without those of EXCEPT or EXCLUDE."""
    if star > first:
        columns = [column for s in _owners(tokens.words[first], sources) for column in s.columns]
    else:
        columns = _joined(sources)
    if tokens.upper[star + 1] not in ("EXCEPT", "EXCLUDE") or star + 1 >= last:
        return columns
    words = tokens.words[star + 2 : tokens.after(star + 2)]
    left_out = {unquote(word).casefold() for word in words}
    return [column for column in columns if column[0].casefold() not in left_out]


def _joined(sources: list[_Source]) -> Columns:
    """All columns; those that a source has in common with what is before it come first."""
    columns: Columns = []
    for source in sources:
        common = [c for c in columns if c[0].casefold() in source.merged]
        columns = [
            *common,
            *(c for c in columns if c not in common),
            *(c for c in source.columns if c[0].casefold() not in source.merged),
        ]
    return columns


def _sources(tokens: Tokens, at: int, stop: int, scope: _Scope) -> list[_Source]:
    """The known tables and queries behind the FROM, or the parenthesis, at ``at``."""
    found, at = _source(tokens, at + 1, stop, scope)
    natural = False
    while at < stop:
        word = tokens.upper[at]
        if word in ("JOIN", ","):
            more, at = _source(tokens, at + 1, stop, scope)
            names = {name.casefold() for s in found for name, _ in s.columns} if natural else set()
            found += [_merged(source, names) for source in more]
            natural = False
        elif word == "USING" and found and tokens.words[at + 1] == "(":
            names = {unquote(tokens.words[i]).casefold() for i, _ in tokens.elements(at + 1)}
            found[-1] = _merged(found[-1], names)
            at = tokens.after(at + 1)
        else:
            natural = natural or word == "NATURAL"
            at = tokens.after(at)
    return found


def _merged(source: _Source, names: set[str]) -> _Source:
    common = names & {name.casefold() for name, _ in source.columns}
    return replace(source, merged=frozenset(common)) if common else source


def _source(tokens: Tokens, at: int, stop: int, scope: _Scope) -> tuple[list[_Source], int]:
    """One table, query or parenthesised join, with the index behind it."""
    while tokens.upper[at] in ("LATERAL", "ONLY") and at < stop:
        at += 1
    if tokens.words[at] == "(":
        if tokens.upper[at + 1] not in _QUERIES and tokens.words[at + 1] != "(":
            joined = _sources(tokens, at, min(stop, tokens.pairs[at]), scope)
            return joined, tokens.after(at)
        return _query(tokens, at, stop, scope)
    try:
        name, behind = scope.session.name(tokens, at)
    except Refused:
        return [], at + 1
    catalog = scope.session.catalog
    columns = scope.queries.get(name.key.casefold()) if behind == at + 1 else None
    if columns is None and (table := catalog.tables.find(name)) is not None:
        columns = [(column.name, column.type) for column in table.columns]
    if columns is None and (view := catalog.views.find(name)) is not None:
        columns = [(column, "") for column in view.columns]
    alias = _alias(tokens, behind, stop, name.name)
    return ([_Source(alias, columns)] if columns is not None else []), behind


def _query(tokens: Tokens, at: int, stop: int, scope: _Scope) -> tuple[list[_Source], int]:
    """``(query) alias [(columns)]``, or parentheses around a join that starts with some."""
    behind = tokens.after(at)
    if scope.depth >= MAX_DEPTH:
        return [], behind
    inner = scope.within()
    if tokens.upper[at + 1] not in _QUERIES and not _alias(tokens, behind, stop, ""):
        return _sources(tokens, at, min(stop, tokens.pairs[at]), inner), behind
    columns = _inner(tokens, at, scope)
    alias = _alias(tokens, behind, stop, "")
    listed = behind + 1 + (tokens.upper[behind] == "AS")
    if alias and tokens.words[listed] == "(" and listed < stop:
        names = [unquote(tokens.words[first]) for first, _ in tokens.elements(listed)]
        return [_Source(alias, _named(columns, names))], tokens.after(listed)
    return [_Source(alias, columns)], behind


def _alias(tokens: Tokens, at: int, stop: int, name: str) -> str:
    at += tokens.upper[at] == "AS"
    taken = at < stop and tokens.is_name(at) and tokens.upper[at] not in _JOINING
    return (unquote(tokens.words[at]) if taken else name).casefold()
