"""What the terms, the costs and the risks of the assessment have in common."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from stageline.schema.analysis import (
    Relationship,
    Relationships,
    RoutineProfile,
    RuleCatalogue,
    TypeAnalysis,
    qualified,
)
from stageline.schema.complexity.noise import find_noise
from stageline.schema.model import Schema
from stageline.schema.rules.tokens import count_lines, tokenize

LIKELY = 0.5  # confidence from which an implied relationship counts
SHOWN = 20  # objects that a term or a risk names


@dataclass(frozen=True)
class Facts:
    """The four results that the assessment rests on, and what is derived from them once."""

    schema: Schema
    relationships: Relationships
    types: TypeAnalysis
    rules: RuleCatalogue

    @cached_property
    def tables(self) -> int:
        return len(self.schema.tables)

    @cached_property
    def noise(self) -> dict[str, str]:
        """Backup, temporary and copied tables, each with the reason; sorted."""
        return find_noise(self.schema)

    @cached_property
    def keyless(self) -> tuple[str, ...]:
        """Base tables without a primary key; sorted."""
        return tuple(
            sorted(
                qualified(table.name, table.schema)
                for table in self.schema.tables
                if table.kind in {"table", "partition"}
                and not table.primary_key
                and not table.inherits
            )
        )

    @cached_property
    def likely(self) -> tuple[Relationship, ...]:
        """Declared relationships and implied ones that are more likely than not."""
        found = self.relationships.relationships
        return tuple(one for one in found if one.declared or one.confidence >= LIKELY)

    @cached_property
    def undeclared(self) -> tuple[str, ...]:
        """Likely implied references as ``table.column -> table``; sorted."""
        implied = (one for one in self.likely if not one.declared)
        return tuple(
            sorted(f"{r.table}.{'+'.join(r.columns)} → {r.referred_table}" for r in implied)
        )

    @cached_property
    def view_lines(self) -> int:
        """Lines of view queries without comments and blank lines."""
        dialect = self.schema.dialect
        return sum(count_lines(tokenize(v.query, dialect), v.query) for v in self.schema.views)

    @cached_property
    def heaviest(self) -> tuple[RoutineProfile, ...]:
        """Bodies by branches, then size, then name."""
        return tuple(sorted(self.rules.profiles, key=lambda p: (-p.branches, -p.size, p.name)))


def top(counts: Iterable[tuple[str, float]], most: int = SHOWN) -> tuple[str, ...]:
    """Names by their count, largest first, then by name; without those that count nothing."""
    ranked = sorted(((-count, name) for name, count in counts if count > 0))
    return tuple(name for _, name in ranked[:most])
