"""Names (and where plain, types) of the columns that a SELECT yields."""

from __future__ import annotations

from stageline.schema.ddl.drafts import Refused, TableDraft
from stageline.schema.ddl.session import Session
from stageline.schema.tokens import Tokens, keywords, unquote

_QUANTIFIERS = frozenset({"DISTINCT", "ALL", "UNIQUE", "DISTINCTROW", "SQL_CALC_FOUND_ROWS"})
_LIMITS = frozenset({"TOP", "FIRST", "SKIP"})
_CASTS = frozenset({"CAST", "TRY_CAST", "SAFE_CAST"})


def select_columns(tokens: Tokens, begin: int, end: int, session: Session) -> list[tuple[str, str]]:
    """(name, type) of each column; empty when a ``*`` stands for a table that is not known."""
    select = begin if tokens.upper[begin] == "SELECT" else tokens.find(begin, end, "SELECT")
    if select >= end:
        return []
    start = _behind_quantifiers(tokens, select + 1)
    stop = tokens.find(start, end, "FROM", "INTO", "UNION", "WHERE", "LIMIT")
    sources = _sources(tokens, tokens.find(stop, end, "FROM"), end, session)
    columns: list[tuple[str, str]] = []
    for first, last in tokens.split(start, stop):
        if tokens.words[last - 1] == "*" and last - first in (1, 3):
            found = _star(tokens, first, last, sources)
            if found is None:
                return []
            columns += found
        else:
            columns.append(_item(tokens, first, last, sources))
    serial = session.dialect.serial_types
    return [(name, serial.get(type_.upper(), type_)) for name, type_ in columns]


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


def _item(tokens: Tokens, first: int, last: int, sources: dict[str, TableDraft]) -> tuple[str, str]:
    words = tokens.words
    name = words[last - 1]
    if last - first > 1 and not tokens.is_name(last - 1) and name[:1] not in "'\"":
        name = words[first] if tokens.is_name(first) else "?column?"
    expression = last - (
        2 if tokens.upper[last - 2] == "AS" else 1 if last - first in (2, 4) else 0
    )
    type_ = ""
    if expression - first == 1:
        owners = list(sources.values())
    elif expression - first == 3 and words[first + 1] == ".":
        owner = sources.get(unquote(words[first]).casefold())
        owners = [owner] if owner else []
    else:
        owners = []
    for table in owners:
        position = table.position(unquote(words[expression - 1]))
        if position >= 0:
            type_ = table.columns[position].type
            break
    return unquote(name), type_ or _cast(tokens, first, expression)


def _cast(tokens: Tokens, first: int, last: int) -> str:
    """The type that ``CAST(x AS type)`` or ``x::type`` gives to a whole expression."""
    if tokens.upper[first] in _CASTS and tokens.after(first + 1) == last:
        begin = tokens.find(first + 2, last - 1, "AS")
        return tokens.squeeze(begin + 1, last - 1)
    if last - first > 2 and tokens.words[first + 1] == "::":
        return tokens.squeeze(first + 2, last)
    return ""


def _star(
    tokens: Tokens, first: int, last: int, sources: dict[str, TableDraft]
) -> list[tuple[str, str]] | None:
    if last - first == 3:
        owner = sources.get(unquote(tokens.words[first]).casefold())
        tables = [owner] if owner else []
    else:
        tables = list(dict.fromkeys(sources.values()))
    if not tables:
        return None
    return [(column.name, column.type) for table in tables for column in table.columns]


def _sources(tokens: Tokens, at: int, end: int, session: Session) -> dict[str, TableDraft]:
    """The known tables of the FROM clause under their aliases."""
    stop = tokens.find(at, end, "WHERE", "GROUP", "ORDER", "UNION", "HAVING", "LIMIT")
    sources: dict[str, TableDraft] = {}
    index = at
    while index < stop:
        if tokens.upper[index] not in ("FROM", "JOIN", ","):
            index = tokens.after(index)
            continue
        try:
            name, index = session.name(tokens, index + 1)
        except Refused:
            index += 1
            continue
        table = session.catalog.tables.find(name)
        alias = index + 1 if tokens.upper[index] == "AS" else index
        if table is not None:
            sources[_alias(tokens, alias, stop, name.name)] = table
    return sources


def _alias(tokens: Tokens, at: int, stop: int, name: str) -> str:
    taken = at < stop and tokens.is_name(at) and tokens.upper[at] not in _JOINING
    return (unquote(tokens.words[at]) if taken else name).casefold()


_JOINING = keywords("INNER LEFT RIGHT FULL CROSS JOIN NATURAL ON USING OUTER WITH AS STRAIGHT_JOIN")
