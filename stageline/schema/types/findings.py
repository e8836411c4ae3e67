"""What the type analysis says in a report."""

from __future__ import annotations

from collections import Counter
from typing import Any

from stageline.schema.analysis import Inconsistency, TypeAnalysis
from stageline.schema.types.smells import list_names
from stageline.step import Findings

_MOST = 50
_FEW = 8
_ORDER = {"high": 0, "medium": 1, "low": 2}


def _most_serious(types: TypeAnalysis) -> list[Inconsistency]:
    return sorted(types.inconsistencies, key=lambda found: _ORDER[found.severity])


def _counts(types: TypeAnalysis) -> dict[str, Any]:
    return {
        "columns": len(types.columns),
        "vendor_types": len({column.vendor.casefold() for column in types.columns}),
        "lossy_columns": sum(column.lossy for column in types.columns),
        "unknown_types": sum(column.canonical == "unknown" for column in types.columns),
        "inconsistencies": len(types.inconsistencies),
        "by_severity": dict(sorted(Counter(i.severity for i in types.inconsistencies).items())),
        "by_kind": dict(sorted(Counter(i.kind for i in types.inconsistencies).items())),
        "by_canonical": dict(sorted(Counter(c.canonical for c in types.columns).items())),
    }


def _lossy(types: TypeAnalysis) -> list[dict[str, Any]]:
    """Reasons of loss, the most frequent first, each with some of its columns."""
    reasons: dict[str, list[str]] = {}
    for column in types.columns:
        if column.reason:
            reasons.setdefault(column.reason, []).append(f"{column.table}.{column.column}")
    ranked = sorted(reasons.items(), key=lambda item: (-len(item[1]), item[0]))
    return [
        {"reason": reason, "count": len(names), "columns": names[:_MOST]}
        for reason, names in ranked[:_MOST]
    ]


def _describe_losses(types: TypeAnalysis) -> list[str]:
    lossy = sum(column.lossy for column in types.columns)
    if not lossy:
        return ["Every column's type maps to a neutral one without loss."]
    worst = _lossy(types)[0]
    share = 100 * lossy / len(types.columns)
    return [
        f"{lossy} of {len(types.columns)} columns ({share:.0f} %) lose something on the way to a "
        f"neutral type; the most frequent reason: {worst['reason']} "
        f"({list_names(tuple(worst['columns']), 4)})."
    ]


def type_findings(types: TypeAnalysis) -> Findings:
    """Counts, the most serious inconsistencies and what to do; lists are cut at 50 entries."""
    serious = _most_serious(types)
    items = [
        {
            "kind": found.kind,
            "severity": found.severity,
            "message": found.message,
            "columns": list(found.columns[:_MOST]),
            "recommendation": found.recommendation,
            "line": found.line,
        }
        for found in serious[:_MOST]
    ]
    lossy = _lossy(types)
    advice = dict.fromkeys(found.recommendation for found in serious if found.severity != "low")
    insights = _describe_losses(types) if types.columns else []
    insights += [f"{i.message} (line {i.line})." for i in serious[:_FEW] if i.severity != "low"]
    unknown = _counts(types)["unknown_types"]
    return Findings(
        items_processed=len(types.columns),
        results={"counts": _counts(types), "inconsistencies": items, "losses": lossy},
        insights=tuple(insights),
        recommendations=tuple(advice)[:_FEW],
        warnings=(f"{unknown} columns have a type that no table knows.",) if unknown else (),
    )
