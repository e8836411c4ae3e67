"""Families of tables that mirror others: ``old_order`` and ``old_line`` beside ``order`` and
``line``. A column of one family means a table of the same family."""

from __future__ import annotations

from dataclasses import dataclass, field

from stageline.schema.relationships.catalogue import Catalogue, Entry
from stageline.schema.relationships.names import Tokens

_LEAST = 2  # columns that twins have in common, and two in three of the smaller one's


@dataclass(slots=True)
class Twins:
    """Tables by their names as words, and what stands before the names of each one's family."""

    catalogue: Catalogue
    tables: dict[Tokens, list[Entry]] = field(init=False)
    families: dict[int, tuple[Tokens, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.tables = {}
        for entry in self.catalogue.entries:
            self.tables.setdefault(entry.tokens, []).append(entry)

    def in_family(self, source: Entry, target: Entry) -> Entry | None:
        """The twin of ``target`` in the family of ``source``, if there is one."""
        prefixes = self.families.get(source.number)
        if prefixes is None:
            prefixes = self.families[source.number] = self._find_prefixes(source)
        for prefix in prefixes:
            for twin in self.tables.get(prefix + target.tokens, ()):
                if twin is not source and _are_alike(twin, target):
                    return twin
        return None

    def _find_prefixes(self, source: Entry) -> tuple[Tokens, ...]:
        places = range(1, len(source.tokens))
        return tuple(source.tokens[:at] for at in places if self._has_twin(source, at))

    def _has_twin(self, source: Entry, at: int) -> bool:
        return any(_are_alike(source, twin) for twin in self.tables.get(source.tokens[at:], ()))


def _are_alike(one: Entry, other: Entry) -> bool:
    """Whether two tables of one schema share most of their columns."""
    if one is other or one.table.schema != other.table.schema:
        return False
    shared = len(one.columns.keys() & other.columns.keys())
    return shared >= _LEAST and 3 * shared >= 2 * min(len(one.columns), len(other.columns))
