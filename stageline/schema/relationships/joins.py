"""Equalities between columns of two tables, found in views, routines, triggers and checks.

A body is read with patterns, not parsed: every ``a.x = b.y`` whose two sides can be resolved
to columns of known tables counts. Aliases are taken from the whole body.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from stageline.schema.model import Schema
from stageline.schema.relationships.catalogue import Catalogue, Entry

LONGEST_BODY = 200_000  # characters of one body that are read
MOST_ALIASES = 4  # tables that one alias may stand for before it says nothing

_NAME = r"(?:\[[^\]\n]{1,128}\]|\"[^\"\n]{1,128}\"|`[^`\n]{1,128}`|[^\W\d][\w$#]*)"
_DOTTED = rf"(?::?{_NAME}\s*\.\s*){{1,3}}{_NAME}"
_NOISE = re.compile(r"'(?:[^']|'')*'|--[^\n]*|/\*.*?\*/", re.DOTALL)
_EQUAL = re.compile(rf"({_DOTTED})\s*=\s*({_DOTTED})(?!\s*\()")
_USING = re.compile(
    rf"\bfrom\s+({_NAME}).{{0,400}}?\bjoin\s+({_NAME})[^()]{{0,80}}\busing\s*\(([^()]*)\)",
    re.IGNORECASE | re.DOTALL,
)
# Words that follow a table's name and are no alias; ``from`` must be left for the next source.
_NO_ALIAS = (
    "on where set join inner left right full cross outer natural using group order having union"
    " select values as and or limit with when then from into end for"
)
_SOURCE = re.compile(
    rf"(?:\b(?:from|join|update|into)\b|,)\s*\(?\s*(?:outer\s+)?\(?((?:{_NAME}\s*[.:]\s*){{0,3}}{_NAME})"
    rf"(?:\s+(?:as\s+)?(?!(?:{'|'.join(_NO_ALIAS.split())})\b)({_NAME}))?",
    re.IGNORECASE,
)


Place = tuple[int, str]  # a table's number and a column's name


@dataclass(frozen=True, slots=True)
class Join:
    """Two columns that some code sets equal; ``place`` says where."""

    left: Place
    right: Place
    place: str


def find_joins(catalogue: Catalogue) -> list[Join]:
    """All joins of the schema's code, in the order of the objects' kinds and names."""
    joins: dict[tuple[Place, Place], Join] = {}
    for place, text, own in list_bodies(catalogue.schema):
        for left, right in _read_body(catalogue, text, own):
            if left != right:
                first, second = sorted((left, right))
                joins.setdefault((first, second), Join(first, second, place))
    return [joins[pair] for pair in sorted(joins)]


def list_bodies(schema: Schema) -> Iterator[tuple[str, str, str | None]]:
    for view in sorted(schema.views, key=lambda v: (v.name, v.schema or "", v.line)):
        yield f"view {view.name}", view.query, None
    for routine in sorted(schema.routines, key=lambda r: (r.name, r.schema or "", r.body)):
        yield f"{routine.kind} {routine.name}", routine.body, None
    for trigger in sorted(schema.triggers, key=lambda t: (t.name, t.table, t.body)):
        yield f"trigger {trigger.name}", trigger.body, trigger.table


def _read_body(catalogue: Catalogue, text: str, own: str | None) -> Iterator[tuple[Place, Place]]:
    text = _NOISE.sub(" ", text[:LONGEST_BODY])
    if "=" not in text and "using" not in text.lower():
        return
    aliases = _collect_aliases(catalogue, text, own)
    for found in _EQUAL.finditer(text):
        for left in _resolve(catalogue, aliases, found[1]):
            for right in _resolve(catalogue, aliases, found[2]):
                yield left, right
    for found in _USING.finditer(text):
        for name in found[3].split(",")[:4]:
            sides = [_resolve(catalogue, aliases, f"{found[i]}.{name.strip()}") for i in (1, 2)]
            if sides[0] and sides[1]:
                yield sides[0][0], sides[1][0]


def _collect_aliases(catalogue: Catalogue, text: str, own: str | None) -> dict[str, list[Entry]]:
    aliases: dict[str, list[Entry]] = {}
    for found in _SOURCE.finditer(text):
        entry = catalogue.find(_bare(found[1]), None)
        if entry is None:
            continue
        names = [_bare(found[1])]
        if found[2]:
            names.append(_bare(found[2]))
        for name in names:
            held = aliases.setdefault(name.lower(), [])
            if entry not in held and len(held) <= MOST_ALIASES:
                held.append(entry)
    mine = catalogue.find(own, None) if own else None
    if mine:
        aliases.update({name: [mine] for name in ("new", "old", ":new", ":old", "inserted")})
    return aliases


def _resolve(catalogue: Catalogue, aliases: dict[str, list[Entry]], text: str) -> list[Place]:
    parts = [part.strip() for part in text.split(".")]
    entries = aliases.get(_strip(parts[-2]).lower(), [])
    if len(entries) > MOST_ALIASES:
        return []
    found = ((entry, catalogue.column(entry, _strip(parts[-1]))) for entry in entries)
    return [(entry.number, column.name) for entry, column in found if column is not None]


def _bare(name: str) -> str:
    return _strip(re.split(r"[.:]", name)[-1])


def _strip(name: str) -> str:
    return name.strip().strip('[]"`')
