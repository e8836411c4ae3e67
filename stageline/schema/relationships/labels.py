"""Which tables the values of a type column mean: its checks, labels, data, and code."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from stageline.schema.model import Column
from stageline.schema.relationships.catalogue import Alias, Catalogue, Entry
from stageline.schema.relationships.inclusion import Values
from stageline.schema.relationships.joins import LONGEST_BODY, list_bodies
from stageline.schema.relationships.kinds import compare_types
from stageline.schema.relationships.names import abbreviates, fold, glue, tokenise

MOST_LABELS = 200  # values of one column that are looked at
SHORT = 2  # letters of a value that can only be a code

_STRING = re.compile(r"'([^']{1,64})'")
_WORD = re.compile(r"\w+")
_COMPARED = re.compile(r"(\w+)\s*(?:=|<>|!=|\bin\s*\()\s*((?:'[^']{0,64}'[\s,]*)+)", re.IGNORECASE)
_INSERTED = re.compile(
    r"\binsert\s+into\s+([^\s(]{1,300})\s*\(([^()]{1,4000})\)\s*values\s*\(", re.IGNORECASE
)
_VALUE = re.compile(r"\s*('(?:[^']|'')*'|[^,()']*)\s*([,)(]?)")


@dataclass(frozen=True, slots=True)
class Labels:
    """The known values of a type column, and the kinds of places that they come from."""

    known: frozenset[str]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Body:
    """A piece of code: its words, and the texts that it compares or inserts, by column."""

    words: frozenset[str]
    texts: Mapping[str, frozenset[str]]


def read_code(catalogue: Catalogue) -> list[Body]:
    """What each view, routine and trigger compares with texts or inserts as texts."""
    return [_read_body(text[:LONGEST_BODY]) for _, text, _ in list_bodies(catalogue.schema)]


def _read_body(text: str) -> Body:
    texts: dict[str, set[str]] = {}
    for column, value in (*_read_comparisons(text), *_read_inserts(text)):
        texts.setdefault(column.casefold(), set()).add(value)
    return Body(
        frozenset(word.casefold() for word in _WORD.findall(text)),
        {column: frozenset(found) for column, found in texts.items()},
    )


def _read_comparisons(text: str) -> Iterator[tuple[str, str]]:
    for found in _COMPARED.finditer(text):
        yield from ((found[1], value) for value in _STRING.findall(found[2]))


def _read_inserts(text: str) -> Iterator[tuple[str, str]]:
    for found in _INSERTED.finditer(text):
        at = found.end()
        for column in found[2].split(","):
            value = _VALUE.match(text, at)
            if value is None or value[2] not in (",", ")"):
                break
            if value[1].startswith("'"):
                yield column.strip().strip('"`[]'), value[1][1:-1]
            at = value.end()


def collect_labels(
    catalogue: Catalogue, values: Values, code: Iterable[Body], entry: Entry, column: Column
) -> Labels:
    """The values that the type column is known to take, from wherever the dump has them."""
    name, table = column.name.casefold(), entry.table.name.casefold()
    checks = (c.expression for c in entry.table.checks if name in _fold_words(c.expression))
    types = (
        t.labels for t in catalogue.schema.types if t.name.casefold() == column.type.casefold()
    )
    places: dict[str, set[str]] = {
        "its check": {text for check in checks for text in _STRING.findall(check)},
        "its type": {*_STRING.findall(column.type), *(label for found in types for label in found)},
        "the data": set(values.of(entry, column.name)),
        "code": {text for body in code if table in body.words for text in body.texts.get(name, ())},
    }
    known = sorted(set().union(*places.values()))[:MOST_LABELS]
    return Labels(frozenset(known), tuple(place for place, found in places.items() if found))


def _fold_words(text: str) -> set[str]:
    return {word.casefold() for word in _WORD.findall(text)}


def name_tables(
    catalogue: Catalogue, labels: Labels, entry: Entry, identity: Column, inbound: Mapping[str, int]
) -> tuple[str, ...]:
    """The names of the tables that the labels mean and whose key the id column can hold."""
    fitting = _Fitting(catalogue, entry, identity, inbound)
    found = {fitting.match(label) for label in labels.known}
    return tuple(sorted(name for name in found if name))


@dataclass(slots=True)
class _Fitting:
    """The tables that one id column may point at."""

    catalogue: Catalogue
    source: Entry
    identity: Column
    inbound: Mapping[str, int]

    def match(self, label: str) -> str | None:
        """The table that a value names in full, as a part of its name, or as a short code."""
        tokens = tokenise(re.split(r"[.\\/:]", label)[-1])
        text = glue(tokens)
        if not text or text.isdigit():
            return None
        for synonym in self.catalogue.schema.synonyms:
            if glue(tokenise(synonym.name)) == text:
                entry = self.catalogue.find(synonym.target, synonym.target_schema)
                return entry.name if entry else None
        if len(text) <= SHORT:
            return self._guess(text)
        named = self._best(self.catalogue.by_name.get(text, ()))
        return named or (self._shorten(text) if len(tokens) == 1 else None)

    def _best(self, aliases: Iterable[Alias]) -> str | None:
        whole = [a for a in aliases if a.kind in ("full", "bare", "tail", "head")]
        fitting = [a for a in whole if a.share == 1.0 or self._fits(a.key.entry)]
        ranked = sorted(fitting, key=lambda a: (-a.share, *self._rank(a.key.entry)))
        return ranked[0].key.entry.name if ranked else None

    def _shorten(self, text: str) -> str | None:
        """``ORD`` for ``svc_order``: the value abbreviates a word of the table's name."""
        found = [
            entry
            for entry in self.catalogue.entries
            if any(abbreviates(text, word) or fold(word) == text for word in entry.core[-1:])
            and self._fits(entry)
        ]
        return min(found, key=self._rank).name if found else None

    def _guess(self, text: str) -> str | None:
        """``A`` for ``acct``: of the tables that begin so, that which is referred to most."""
        found = [
            entry
            for entry in self.catalogue.entries
            if entry.core and entry.core[0].startswith(text) and self._fits(entry)
        ]
        best = min(found, key=self._rank, default=None)
        return best.name if best and self.inbound.get(best.name, 0) > 1 else None

    def _rank(self, entry: Entry) -> tuple[int, int, int]:
        return (-self.inbound.get(entry.name, 0), len(entry.tokens), entry.number)

    def _fits(self, entry: Entry) -> bool:
        keys = self.catalogue.keys.get(entry.number, ())
        return (
            not entry.copy
            and entry is not self.source
            and any(
                compare_types(self.identity.type, key.column.type) != "different" for key in keys
            )
        )
