"""The terms of the score: one function each, wired in ``TERMS``.

A term grows with its measure but never beyond its maximum: ``maximum × m ÷ (m + half)``, where
``half`` is the measure that earns half of the points. The scale is this project's own; the
maxima add up to 100. Points are quarters, so that their sum is exact.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from stageline.schema.analysis import Term, qualified
from stageline.schema.complexity.facts import SHOWN, Facts, top


def grade(
    name: str, maximum: int, half: float, measure: float, what: str, objects: tuple[str, ...]
) -> Term:
    """A term from its measure (≥ 0); ``what`` says in words how the measure is counted."""
    measure = round(measure, 2)
    points = round(4 * maximum * measure / (measure + half)) / 4 if measure > 0 else 0.0
    formula = f"{maximum} × m ÷ (m + {half:g}), m = {what}"
    return Term(name, points, float(maximum), measure, formula, objects)


def size(facts: Facts) -> Term:
    columns = sum(len(table.columns) for table in facts.schema.tables)
    largest = top((qualified(t.name, t.schema), len(t.columns)) for t in facts.schema.tables)
    measure = facts.tables + columns / 20 + len(facts.schema.views) / 2
    return grade("size", 20, 150, measure, "tables + columns ÷ 20 + views ÷ 2", largest)


def coupling(facts: Facts) -> Term:
    found = facts.relationships
    touched = Counter(r.referred_table for r in facts.likely)
    touched.update(r.table for r in facts.likely if r.table != r.referred_table)
    in_cycles = len({table for cycle in found.cycles for table in cycle})
    measure = len(facts.likely) + 5 * in_cycles + 3 * len(found.polymorphic)
    what = "likely relationships + 5 × tables in cycles + 3 × polymorphic pairs"
    return grade("coupling", 20, 150, measure, what, top(touched.items()))


def code(facts: Facts) -> Term:
    profiles = facts.rules.profiles
    lines = sum(profile.size for profile in profiles) + facts.view_lines
    decisions = sum(profile.branches - 1 for profile in profiles)
    weights: Counter[str] = Counter()
    for profile in profiles:
        weights[profile.name] += profile.size + 10 * (profile.branches - 1)
    what = "lines of code in routines, triggers and views + 10 × branches"
    return grade("code", 25, 2_000, lines + 10 * decisions, what, top(weights.items()))


def type_lossiness(facts: Facts) -> Term:
    columns = facts.types.columns
    weights = {"high": 3, "medium": 1, "low": 0}
    spoiled = Counter(column.table for column in columns if column.lossy)
    trouble = sum(weights[found.severity] for found in facts.types.inconsistencies)
    measure = 100 * (sum(column.lossy for column in columns) + trouble) / max(1, len(columns))
    what = "100 × (lossy columns + 3 × high + 1 × medium inconsistencies) ÷ columns"
    return grade("type lossiness", 15, 40, measure, what, top(spoiled.items()))


def integrity_gaps(facts: Facts) -> Term:
    dangling = tuple(sorted(facts.relationships.dangling))
    gaps = len(facts.keyless) + len(facts.undeclared) + len(dangling)
    objects = (*facts.keyless[: SHOWN // 2], *facts.undeclared, *dangling)
    what = "100 × (tables without primary key + undeclared + dangling references) ÷ tables"
    measure = 100 * gaps / max(1, facts.tables)
    return grade("integrity gaps", 15, 60, measure, what, objects[:SHOWN])


def noise(facts: Facts) -> Term:
    measure = 100 * len(facts.noise) / max(1, facts.tables)
    what = "100 × backup, temporary and copied tables ÷ tables"
    return grade("noise", 5, 10, measure, what, tuple(facts.noise)[:SHOWN])


TERMS: tuple[Callable[[Facts], Term], ...] = (
    size,
    coupling,
    code,
    type_lossiness,
    integrity_gaps,
    noise,
)

LEVELS = ((20, "simple"), (40, "moderate"), (60, "demanding"), (80, "hard"), (101, "extreme"))


def name_level(score: float) -> str:
    """A word for a score."""
    return next(word for limit, word in LEVELS if score < limit)
