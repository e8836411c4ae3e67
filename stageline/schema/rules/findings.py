"""What the catalogue of rules says in a report."""

from __future__ import annotations

from collections import Counter
from typing import Any

from stageline.schema.analysis import RoutineProfile, Rule, RuleCatalogue
from stageline.step import Findings

_MOST = 100
_FEW = 6
_HARD = 10  # branches from which McCabe (1976) advises to split a routine


def _counts(rules: RuleCatalogue) -> dict[str, Any]:
    return {
        "rules": len(rules.rules),
        "by_kind": dict(sorted(Counter(rule.kind for rule in rules.rules).items())),
        "tables_with_rules": len({table for rule in rules.rules for table in rule.tables}),
        "code_bodies": len(rules.profiles),
        "code_lines": sum(profile.size for profile in rules.profiles),
        "hard_bodies": sum(profile.branches > _HARD for profile in rules.profiles),
    }


def _rows(rules: tuple[Rule, ...]) -> list[dict[str, Any]]:
    """The first rules of every kind in turn, so that no kind crowds out another."""
    by_kind: dict[str, list[Rule]] = {}
    for rule in rules:
        by_kind.setdefault(rule.kind, []).append(rule)
    share = max(1, _MOST // max(1, len(by_kind)))
    chosen = [rule for kind in sorted(by_kind) for rule in by_kind[kind][:share]]
    return [
        {"kind": r.kind, "sentence": r.sentence, "tables": list(r.tables[:10]), "line": r.line}
        for r in chosen
    ]


def _hardest(rules: RuleCatalogue) -> list[RoutineProfile]:
    return sorted(rules.profiles, key=lambda p: (-p.branches, -p.size, p.name))[:20]


def _insights(rules: RuleCatalogue) -> list[str]:
    lines = []
    counts = Counter(table for rule in rules.rules for table in rule.tables)
    if counts:
        table, count = min(counts.items(), key=lambda item: (-item[1], item[0]))
        lines.append(f"{table} carries the most rules: {count}.")
    coded = [rule for rule in rules.rules if rule.kind in {"trigger", "routine"}]
    lines += [f"{rule.sentence} ({rule.name}, line {rule.line})" for rule in coded[:_FEW]]
    hard = [profile for profile in _hardest(rules) if profile.branches > _HARD]
    lines += [
        f"The {p.kind} {p.name} has {p.branches} branches in {p.size} lines (line {p.line})."
        for p in hard[:3]
    ]
    return lines


def _recommendations(rules: RuleCatalogue) -> list[str]:
    lines = []
    coded = sorted({r.name or "" for r in rules.rules if r.kind in {"trigger", "routine"}} - {""})
    if coded:
        more = f" and {len(coded) - _FEW} more" if len(coded) > _FEW else ""
        lines.append(
            f"Agree with the business on the rules in {', '.join(coded[:_FEW])}{more} before the "
            "code is moved: they exist nowhere else."
        )
    lines += [
        f"Split the {p.kind} {p.name} ({p.branches} branches) before translating it."
        for p in _hardest(rules)[:3]
        if p.branches > 2 * _HARD
    ]
    filters = sorted({rule.name or "" for rule in rules.rules if rule.kind == "view_filter"} - {""})
    if filters:
        lines.append(f"Test that {', '.join(filters[:_FEW])} return the same rows after the move.")
    return lines


def rule_findings(rules: RuleCatalogue) -> Findings:
    """Counts, a choice of rules of every kind, the hardest bodies; lists are bounded."""
    hardest = [
        {"name": p.name, "kind": p.kind, "size": p.size, "branches": p.branches,
         "reads": list(p.reads[:20]), "writes": list(p.writes[:20]), "calls": list(p.calls[:20]),
         "raises": list(p.raises[:20]), "line": p.line}
        for p in _hardest(rules)
    ]  # fmt: skip
    return Findings(
        items_processed=len(rules.rules),
        results={"counts": _counts(rules), "rules": _rows(rules.rules), "hardest": hardest},
        insights=tuple(_insights(rules)),
        recommendations=tuple(_recommendations(rules)),
    )
