"""References by several columns together: a table that holds all columns of another's key.

Composite keys are too rare in schemas with declared keys to fit a model to; the log-odds below
are set by hand, in the open, and every proposal lists what it rests on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import exp

from stageline.schema.analysis import Evidence
from stageline.schema.relationships.catalogue import Catalogue, Entry
from stageline.schema.relationships.kinds import compare_types, family_of
from stageline.schema.relationships.names import Tokens, glue, is_attribute, is_generic, tokenise

MOST_TABLES = 200  # tables that one key is compared with
LARGEST_KEY = 5  # columns

_KEY_FAMILIES = ("integer", "text", "identifier", "other")
LOG_ODDS = {
    "bias": -3.0,
    "owned": 1.2,
    "key_named": 2.4,
    "role_named": 3.5,
    "three": 0.6,
    "named": 0.9,
    "indexed": 0.6,
    "copy": -2.5,
    "same_key": -3.0,
    "rival": -1.0,
    "sole": 1.9,
}
_WORDS = {
    "owned": "{columns} of the key belong to {target} alone",
    "key_named": "a column of the key is named after {target}",
    "role_named": "the columns begin with the name of {target}, before the names of its key",
    "three": "{count} columns agree with the key of {target} in name and type",
    "named": "{source} is named after {target}",
    "indexed": "an index or key of {source} begins with these columns",
    "copy": "{target} looks like a copy",
    "same_key": "{source} has the same key, as tables side by side have",
    "rival": "other tables have the same key",
    "sole": "{target} is the only table with this key",
}


@dataclass(frozen=True, slots=True)
class Composite:
    """A proposal with its probability and what it rests on."""

    source: Entry
    columns: tuple[str, ...]
    target: Entry
    referred: tuple[str, ...]
    confidence: float
    evidence: tuple[Evidence, ...]


def infer_composites(catalogue: Catalogue, single: set[tuple[int, str]]) -> list[Composite]:
    """Propose references to composite keys; ``single`` holds the (table number, column) pairs
    that refer to something by themselves. The best target for each set of columns is kept."""
    holders = _index_columns(catalogue)
    best: dict[tuple[int, frozenset[str]], Composite] = {}
    for target in catalogue.entries:
        for key in _composite_keys(target):
            for proposal in _match_key(catalogue, holders, single, target, key):
                place = (proposal.source.number, frozenset(proposal.columns))
                held = best.get(place)
                if held is None or proposal.confidence > held.confidence:
                    best[place] = proposal
    return [best[place] for place in sorted(best, key=lambda p: (p[0], sorted(p[1])))]


def _index_columns(catalogue: Catalogue) -> dict[str, list[Entry]]:
    holders: dict[str, list[Entry]] = {}
    for entry in catalogue.entries:
        for text in dict.fromkeys(_tails(entry)):
            holders.setdefault(text, []).append(entry)
    return holders


def _tails(entry: Entry) -> Iterator[str]:
    for column in entry.table.columns:
        tokens = tokenise(column.name)
        yield glue(tokens)
        if len(tokens) > 2:
            yield glue(tokens[1:])


def _composite_keys(entry: Entry) -> list[tuple[str, ...]]:
    keys = [entry.table.primary_key, *(c.columns for c in entry.table.unique_constraints)]
    keys += [i.columns for i in entry.table.indexes if i.unique and not i.where]
    fitting = [key for key in keys if 1 < len(key) <= LARGEST_KEY]
    return list({tuple(sorted(key)): key for key in fitting}.values())


def _match_key(
    catalogue: Catalogue,
    holders: dict[str, list[Entry]],
    single: set[tuple[int, str]],
    target: Entry,
    key: tuple[str, ...],
) -> Iterator[Composite]:
    plain = [glue(tokenise(name)) for name in key if not is_generic(tokenise(name))]
    if not plain:
        return
    rarest = min(plain, key=lambda text: len(holders.get(text, ())))
    tables = holders.get(rarest, [])
    if len(tables) > MOST_TABLES:
        return
    for source in tables:
        columns = _find_columns(catalogue, source, target, key) if source is not target else None
        if columns:
            rivals = sum(set(key) == set(other.table.primary_key) for other in tables) - 1
            yield _judge(single, source, columns, target, key, rivals)


def _find_columns(
    catalogue: Catalogue, source: Entry, target: Entry, key: tuple[str, ...]
) -> tuple[str, ...] | None:
    """The columns of ``source`` that repeat the key, all plain or all after one role word; a
    bare ``id`` may stand behind the target's name."""
    by_text: dict[str, str] = {}
    for column in source.table.columns:
        by_text.setdefault(glue(tokenise(column.name)), column.name)
    first = {tokens[0] for name in by_text.values() if len(tokens := tokenise(name)) > 1}
    for role in ("", *sorted(first)):
        names = [_find_one(by_text, role, tokenise(name), target) for name in key]
        found = tuple(name for name in names if name is not None)
        if len(set(found)) == len(key) and _types_agree(catalogue, source, found, target, key):
            return found
    return None


def _find_one(by_text: dict[str, str], role: str, name: Tokens, target: Entry) -> str | None:
    if role or not is_generic(name):
        return by_text.get(role + glue(name))
    initials = ("".join(word[0] for word in target.tokens),)
    tries = (by_text.get(glue((*start, *name))) for start in (target.core, target.tokens, initials))
    return next((found for found in tries if found), None)


def _types_agree(
    catalogue: Catalogue,
    source: Entry,
    columns: tuple[str, ...],
    target: Entry,
    key: tuple[str, ...],
) -> bool:
    for mine, other in zip(columns, key, strict=True):
        one, two = catalogue.column(source, mine), catalogue.column(target, other)
        if one is None or two is None or compare_types(one.type, two.type) == "different":
            return False
        if family_of(two.type) not in _KEY_FAMILIES:
            return False
    return True


def _is_named(column: str, names: set[str]) -> bool:
    tokens = tokenise(column)
    return is_generic(tokens) or any(glue(tokens[:cut]) in names for cut in range(1, len(tokens)))


def _judge(
    single: set[tuple[int, str]],
    source: Entry,
    columns: tuple[str, ...],
    target: Entry,
    key: tuple[str, ...],
    rivals: int,
) -> Composite:
    owned = [name for name in key if (target.number, name) not in single]
    leading = [source.table.primary_key, *(i.columns for i in source.table.indexes)]
    mine = set(source.table.primary_key)
    own_names = {glue(target.core), glue(target.core[-1:])}
    flags = {
        "owned": bool(owned),
        "key_named": any(_is_named(name, own_names) for name in owned),
        "role_named": columns != key and all(_is_named(name, own_names) for name in columns),
        "three": len(key) > 2,
        "named": source.core[: len(target.core)] == target.core,
        "indexed": any(set(names[: len(columns)]) == set(columns) for names in leading),
        "copy": target.copy and not source.copy,
        "same_key": mine == set(columns),
        "rival": rivals > 0,
        "sole": rivals == 0
        and columns == key
        and not any(is_attribute(tokenise(name)) for name in key),
    }
    words = {
        "columns": ", ".join(owned),
        "count": len(key),
        "source": source.name,
        "target": target.name,
    }
    evidence = [
        Evidence(name, _WORDS[name].format(**words), LOG_ODDS[name])
        for name, holds in flags.items()
        if holds
    ]
    total = LOG_ODDS["bias"] + sum(reason.weight for reason in evidence)
    confidence = round(1 / (1 + exp(-total)), 3)
    return Composite(source, columns, target, key, confidence, tuple(evidence))
