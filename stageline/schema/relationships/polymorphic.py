"""Pairs of a type column and an id column that together point at one of several tables."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stageline.schema.analysis import PolymorphicPair
from stageline.schema.model import Column
from stageline.schema.relationships.catalogue import Catalogue, Entry
from stageline.schema.relationships.inclusion import Values
from stageline.schema.relationships.kinds import family_of
from stageline.schema.relationships.names import Tokens, fold, glue, stem, tokenise, words

_TYPE_WORDS = words("type kind class table tbl tablename model entity")
_ID_WORDS = words("id key uid uuid pk no nr ref")
_OBJECT_WORDS = words("object obj entity item record row resource target source ref content")
_STRING = re.compile(r"'([^']{1,64})'")


def find_pairs(
    catalogue: Catalogue, values: Values, resolved: set[tuple[int, str]]
) -> list[PolymorphicPair]:
    """Pairs such as ``commentable_type, commentable_id``, in the order of tables and columns.

    An id column that is ``resolved``, that is to say refers to one table, is no part of a pair.
    The candidates come from the type column's values: its CHECK, its enumeration, its data.
    """
    return [
        pair
        for entry in catalogue.entries
        for pair in _find_in_table(catalogue, values, entry, resolved)
    ]


def _find_in_table(
    catalogue: Catalogue, values: Values, entry: Entry, resolved: set[tuple[int, str]]
) -> Iterator[PolymorphicPair]:
    columns = [(tokenise(column.name), column) for column in entry.table.columns]
    ids = {
        tuple(map(fold, tokens[:-1])): column
        for tokens, column in columns
        if len(tokens) > 1
        and tokens[-1] in _ID_WORDS
        and (entry.number, column.name) not in resolved
        and (column.name,) != entry.table.primary_key
    }
    paired = {tuple(map(fold, tokens[:-1])) for tokens, _ in columns if tokens[-1:] == ("type",)}
    free = {key: column for key, column in ids.items() if key not in paired}
    for tokens, column in columns:
        found = _partner(tokens, ids, free)
        if found is None or not _may_tell_types(column):
            continue
        candidates = _name_tables(catalogue, values, entry, column)
        if candidates or tokens[-1] in _TYPE_WORDS or len(tokens) > 2:
            text = f"{column.name} says which kind of row {found.name} identifies"
            yield PolymorphicPair(entry.name, column.name, found.name, candidates, text)


def _partner(
    tokens: Tokens, ids: dict[Tokens, Column], free: dict[Tokens, Column]
) -> Column | None:
    """The id column of the same stem, or ``object_id`` beside ``content_type_id``."""
    said = stem(tokens)
    if not said or said[-1] not in _TYPE_WORDS:
        return None
    own = ids.get(tuple(map(fold, said[:-1])))
    if own is not None and len(said) > 1:
        return own
    loose = [
        column
        for key, column in free.items()
        if len(key) == 1 and key[0] in map(fold, _OBJECT_WORDS)
    ]
    generic = len(said) == 1 or said[0] in _OBJECT_WORDS
    return loose[0] if generic and len(loose) == 1 else None


def _may_tell_types(column: Column) -> bool:
    return family_of(column.type) in ("text", "integer", "other")


def _name_tables(
    catalogue: Catalogue, values: Values, entry: Entry, column: Column
) -> tuple[str, ...]:
    """The tables that the type column's known values name."""
    known = set(values.of(entry, column.name))
    known.update(_STRING.findall(column.type if "(" in column.type else ""))
    for check in entry.table.checks:
        if column.name.casefold() in check.expression.casefold():
            known.update(_STRING.findall(check.expression))
    for user_type in catalogue.schema.types:
        if user_type.name.casefold() == column.type.casefold():
            known.update(user_type.labels)
    found = set()
    for value in known:
        text = glue(tokenise(re.split(r"[.\\/]", value)[-1]))
        for alias in catalogue.by_name.get(text, ())[:1]:
            if alias.kind in ("full", "bare") or alias.share >= 0.6:
                found.add(alias.key.entry.name)
    return tuple(sorted(found))
