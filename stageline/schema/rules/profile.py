"""What a routine or trigger reads, writes, calls and raises, and how large it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from stageline.schema.analysis import RoutineProfile, qualified
from stageline.schema.model import Schema
from stageline.schema.rules.actions import note_texts, read_refusal
from stageline.schema.rules.tokens import Token, count_lines, tokenize

_READING = frozenset({"FROM", "JOIN", "USING"})
_WRITING = frozenset({"INTO", "UPDATE", "DELETE", "TRUNCATE", "MERGE"})
_BETWEEN = frozenset({"TABLE", "ONLY", "FROM", "INTO", "IGNORE", "LATERAL", "LOW_PRIORITY", "TOP"})
_CALLING = frozenset({"CALL", "EXEC", "EXECUTE", "PERFORM"})
_NOT_CALLED = frozenset({"IMMEDIATE", "AS", "ON", "FUNCTION", "PROCEDURE", "STATEMENT", "BLOCK"})
_DECISIONS = frozenset(
    {"IF", "ELSIF", "ELSEIF", "ELIF", "WHEN", "WHILE", "FOREACH", "UNTIL", "IIF", "DECODE"}
)
_BEFORE_LOOP = frozenset({";", "BEGIN", "THEN", "ELSE", "LOOP", "DO", ":", ">>", "AS", "IS", ""})
_RAISING = frozenset(
    {"RAISE", "SIGNAL", "RAISERROR", "THROW", "EXCEPTION", "RAISE_APPLICATION_ERROR"}
)
_RAISE_REACH = 40  # tokens of a statement in which a message is looked for
_MOST_TABLES_IN_FROM = 50


@dataclass(frozen=True, slots=True)
class Catalog:
    """The names that code can mean, folded, each with the spelling that reports show."""

    tables: Mapping[str, str]
    routines: Mapping[str, str]
    columns: Mapping[str, Mapping[str, str]]  # by qualified table, then folded name

    @classmethod
    def of(cls, schema: Schema) -> Catalog:
        held = [(table.name, table.schema) for table in schema.tables]
        held += [(view.name, view.schema) for view in schema.views]
        held += [(synonym.name, synonym.schema) for synonym in schema.synonyms]
        tables = dict(_spellings(held))
        routines = dict(_spellings((r.name, r.schema) for r in schema.routines))
        columns = {
            qualified(table.name, table.schema): {c.name.casefold(): c.name for c in table.columns}
            for table in schema.tables
        }
        return cls(tables, routines, columns)

    def column(self, table: str, name: str) -> str:
        """``table.column`` in the spelling of the dump."""
        return f"{table}.{self.columns.get(table, {}).get(name.casefold(), name)}"


def _spellings(names: Iterable[tuple[str, str | None]]) -> Iterator[tuple[str, str]]:
    """Unqualified names first, so that a qualified one of the same spelling wins; sorted."""
    listed = sorted(set(names), key=lambda pair: (pair[0], pair[1] or ""), reverse=True)
    yield from ((name.casefold(), qualified(name, schema)) for name, schema in listed)
    yield from (
        (qualified(name, schema).casefold(), qualified(name, schema)) for name, schema in listed
    )


def read_name(tokens: list[Token], place: int) -> tuple[str, int]:
    """The dotted name at ``place``, folded, and the place behind it."""
    parts = []
    while place < len(tokens) and tokens[place].kind in {"word", "name", "string"}:
        parts.append(tokens[place].text)
        place += 1
        if place < len(tokens) and tokens[place].key in {".", ":"}:
            place += 1
        else:
            break
    return ".".join(parts).casefold(), place


def look_up(names: Mapping[str, str], name: str) -> str | None:
    """The object of a name: as it is, as ``schema.name``, or as its last part."""
    if name in names:
        return names[name]
    parts = name.split(".")
    return names.get(".".join(parts[-2:])) or (names.get(parts[-1]) if len(parts) > 1 else None)


def find_sources(tokens: list[Token], catalog: Catalog) -> Iterator[tuple[str, str]]:
    """Known tables and views behind FROM and JOIN, comma lists included, each with its alias."""
    for place, token in enumerate(tokens):
        if token.key not in _READING or (place and tokens[place - 1].key == "DELETE"):
            continue
        here = place + 1
        for _ in range(_MOST_TABLES_IN_FROM):
            while here < len(tokens) and tokens[here].key in {"(", "ONLY", "LATERAL"}:
                here += 1
            name, here = read_name(tokens, here)
            found = look_up(catalog.tables, name)
            here += here < len(tokens) and tokens[here].key == "AS"
            aliased = here < len(tokens) and tokens[here].kind in {"word", "name"}
            if found:
                yield found, tokens[here].text.casefold() if aliased else ""
            here += aliased
            if here >= len(tokens) or tokens[here].key != ",":
                break
            here += 1


def find_reads(tokens: list[Token], catalog: Catalog) -> Iterator[str]:
    """Known tables and views that are selected from."""
    return (table for table, _ in find_sources(tokens, catalog))


def find_writes(tokens: list[Token], catalog: Catalog) -> Iterator[str]:
    """Known tables behind INSERT INTO, UPDATE, DELETE, MERGE and TRUNCATE; T-SQL may name an
    alias there."""
    aliases = {alias: table for table, alias in find_sources(tokens, catalog) if alias}
    for place, token in enumerate(tokens):
        if token.key not in _WRITING or (place and tokens[place - 1].key in {"FOR", "SELECT"}):
            continue
        if token.key == "INTO" and not _inserts(tokens, place):
            continue
        here = place + 1
        while here < len(tokens) and tokens[here].key in _BETWEEN:
            here += 1
        name, here = read_name(tokens, here)
        found = look_up(catalog.tables, name) or aliases.get(name)
        if found:
            yield found


def _inserts(tokens: list[Token], place: int) -> bool:
    """INSERT ... INTO, not SELECT ... INTO a variable."""
    before = {token.key for token in tokens[max(0, place - 3) : place]}
    return not before.isdisjoint({"INSERT", "REPLACE", "MERGE"})


def find_calls(tokens: list[Token], catalog: Catalog, own: str) -> Iterator[str]:
    """Routines of the schema that are called, and whatever CALL and EXEC name."""
    for place, token in enumerate(tokens):
        if token.key in _CALLING and place + 1 < len(tokens):
            here = place + 1 + (tokens[place + 1].key in {"PROCEDURE", "FUNCTION"})
            name, behind = read_name(tokens, here)
            named = name and tokens[here].kind != "string" and not name.startswith(("@", ":"))
            if named and name.upper() not in _NOT_CALLED and behind > here:
                yield look_up(catalog.routines, name) or name
        elif (
            token.kind in {"word", "name"} and place and tokens[place - 1].key not in {".", "INTO"}
        ):
            name, behind = read_name(tokens, place)
            called = behind < len(tokens) and tokens[behind].key == "("
            found = look_up(catalog.routines, name) if called else None
            if found and found.casefold() != own.casefold():
                yield found


def find_raises(tokens: list[Token]) -> Iterator[str]:
    """Messages, or names of exceptions, of everything that refuses."""
    texts: dict[str, str] = {}
    for place, token in enumerate(tokens):
        if token.kind == "string":
            note_texts(tokens[max(0, place - 2) : place + 2], texts)
        if token.key in _RAISING and (
            place == 0 or tokens[place - 1].key not in {"ON", "END", "RAISE"}
        ):
            reach = tokens[place : place + _RAISE_REACH]
            stop = next((i for i, one in enumerate(reach) if one.key == ";"), len(reach))
            if token.key == "RAISE" and stop > 2 and reach[1].key == "(":
                reach = reach[2:]
            handler = token.key == "EXCEPTION" and stop > 1 and reach[1].key == "WHEN"
            refusal = None if handler or not stop else read_refusal([token, *reach[1:stop]], texts)
            if refusal and refusal.message:
                yield refusal.message


def count_branches(tokens: list[Token]) -> int:
    """McCabe's number: decision points + 1. Boolean operators do not count."""
    count = 1
    for place, token in enumerate(tokens):
        before = tokens[place - 1].key if place else ""
        if before in {"END", "DROP"}:
            continue
        loop = token.key == "FOR" and before in _BEFORE_LOOP
        exists = token.key == "IF" and place + 1 < len(tokens) and tokens[place + 1].key == "NOT"
        ddl = exists and before in {"TABLE", "INDEX", "VIEW"}
        count += (token.key in _DECISIONS or loop) and not ddl
    return count


def _sorted(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(names)))


def profile(
    name: str, kind: str, code: str, line: int, table: str | None, catalog: Catalog, dialect: str
) -> RoutineProfile:
    """Measure one body. Comments and the order of routines have no influence."""
    tokens = tokenize(code, dialect)
    writes = _sorted(find_writes(tokens, catalog))
    return RoutineProfile(
        name, kind,
        reads=_sorted(find_reads(tokens, catalog)),
        writes=writes,
        calls=_sorted(find_calls(tokens, catalog, name)),
        raises=_sorted(find_raises(tokens)),
        size=count_lines(tokens, code),
        branches=count_branches(tokens),
        line=line,
        table=table,
    )  # fmt: skip
