"""Whether the values that a dump inserts into a column are values of a key."""

from __future__ import annotations

from dataclasses import dataclass, field

from stageline.schema.relationships.catalogue import Catalogue, Entry

# Written where a reference is absent and the column cannot be NULL.
SENTINELS = frozenset(("", "0", "-1", "NULL"))


@dataclass(frozen=True, slots=True)
class Inclusion:
    """``values`` distinct values of the column were seen, ``found`` of them in the key;
    ``complete`` says that the key's sample holds all its rows."""

    values: int
    found: int
    complete: bool

    @property
    def refutes(self) -> bool:
        """A value that the complete key does not have: no such reference holds in this data."""
        return self.complete and self.found < self.values

    @property
    def support(self) -> float:
        """How much the data speaks for it, in [0, 1]: few values are in a key by chance."""
        if not self.values or self.found < self.values:
            return 0.0
        return min(self.values / 10, 1.0)


@dataclass(slots=True)
class Values:
    """The distinct sampled values of columns, worked out when first asked for."""

    catalogue: Catalogue
    known: dict[tuple[int, str], frozenset[str]] = field(default_factory=dict)

    def of(self, entry: Entry, column: str) -> frozenset[str]:
        place = (entry.number, column)
        if place not in self.known:
            self.known[place] = self._collect(entry, column)
        return self.known[place]

    def _collect(self, entry: Entry, column: str) -> frozenset[str]:
        sample, fold = entry.table.sample, self.catalogue.schema.fold
        if sample is None:
            return frozenset()
        names = [fold(name) for name in sample.columns or (c.name for c in entry.table.columns)]
        if fold(column) not in names:
            return frozenset()
        at = names.index(fold(column))
        values = (row[at] for row in sample.rows if len(row) > at)
        return frozenset(value.strip() for value in values if value is not None)


def compare_values(
    values: Values, source: tuple[Entry, str], target: tuple[Entry, str]
) -> Inclusion | None:
    """Compare a column's sample with a key's; ``None`` when either side has no rows."""
    mine, keys = values.of(*source) - SENTINELS, values.of(*target)
    sample = target[0].table.sample
    if not mine or not keys or sample is None:
        return None
    complete = sample.complete and len(sample.rows) > 1  # one row may stand for a lost batch
    return Inclusion(len(mine), len(mine & keys), complete)
