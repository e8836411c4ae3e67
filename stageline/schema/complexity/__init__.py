"""How hard a schema is to migrate: a score that explains itself, costs, risks, advice."""

from __future__ import annotations

from stageline.schema.analysis import Complexity, Relationships, RuleCatalogue, TypeAnalysis
from stageline.schema.complexity.costs import list_costs, migration_level
from stageline.schema.complexity.facts import Facts
from stageline.schema.complexity.findings import complexity_findings
from stageline.schema.complexity.risks import list_risks, recommend
from stageline.schema.complexity.terms import TERMS, name_level
from stageline.schema.model import Schema

__all__ = ["assess_complexity", "complexity_findings"]


def assess_complexity(
    schema: Schema, relationships: Relationships, types: TypeAnalysis, rules: RuleCatalogue
) -> Complexity:
    """Score a schema from 0 (empty) to 100; the terms' points add up to the score exactly.

    Comments, formatting of names and the order of statements change neither the score nor the
    objects that are named.
    """
    facts = Facts(schema, relationships, types, rules)
    terms = tuple(measure(facts) for measure in TERMS)
    score = sum(term.points for term in terms)
    costs = list_costs(schema)
    risks = list_risks(facts)
    return Complexity(
        score=score,
        level=name_level(score),
        terms=terms,
        cost_units=costs,
        migration_level=migration_level(schema, costs),
        risks=risks,
        recommendations=recommend(risks),
    )
