"""What the assessment says in a report."""

from __future__ import annotations

from stageline.schema.analysis import Complexity
from stageline.schema.complexity.costs import UNITS_A_DAY
from stageline.step import Findings


def complexity_findings(complexity: Complexity) -> Findings:
    """The score with its terms, ora2pg's units and level, and the risks."""
    units = round(sum(cost.cost for cost in complexity.cost_units), 2)
    terms = [
        {"name": t.name, "points": t.points, "maximum": t.maximum, "measure": t.measure,
         "formula": t.formula, "objects": list(t.objects)}
        for t in complexity.terms
    ]  # fmt: skip
    costs = [
        {"kind": c.kind, "count": c.count, "unit": c.unit, "cost": c.cost}
        for c in complexity.cost_units
    ]
    risks = [
        {"title": r.title, "severity": r.severity, "objects": list(r.objects), "advice": r.advice}
        for r in complexity.risks
    ]
    return Findings(
        items_processed=len(complexity.terms),
        results={
            "counts": {
                "score": complexity.score,
                "level": complexity.level,
                "migration_level": complexity.migration_level,
                "cost_units": units,
                "person_days": round(units / UNITS_A_DAY, 1),
                "risks": len(complexity.risks),
            },
            "terms": terms,
            "cost_units": costs,
            "risks": risks,
        },
        insights=_insights(complexity, units),
        recommendations=complexity.recommendations,
    )


def _insights(complexity: Complexity, units: float) -> tuple[str, ...]:
    lines = [
        f"The schema is {complexity.level} to migrate: {complexity.score:g} of 100 points.",
        f"ora2pg's units: {units:,g} ({units / UNITS_A_DAY:.1f} person days), level "
        f"{complexity.migration_level}.",
    ]
    ranked = sorted(complexity.terms, key=lambda term: (-term.points, term.name))
    for term in ranked[:2]:
        if term.points and term.objects:
            named = ", ".join(term.objects[:3])
            lines.append(
                f"{term.points:g} points come from {term.name}, first of all from {named}."
            )
    return tuple(lines)
