"""One list of findings, worst first, gathered from what the analyses say apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from stageline.schema.analysis import Analysis, Severity
from stageline.schema.model import Schema, Statement
from stageline.schema.page.text import plural

SEVERITIES: tuple[Severity, ...] = ("high", "medium", "low")
RISK_AREA = "risk area"


@dataclass(frozen=True, slots=True)
class Finding:
    """``objects`` are qualified names of tables or ``table.column``; ``line`` 0 is unknown."""

    severity: Severity
    kind: str
    message: str
    objects: tuple[str, ...]
    advice: str
    line: int = 0


def collect_findings(schema: Schema, analysis: Analysis) -> tuple[Finding, ...]:
    """Every finding by severity; inside a severity the wide ones (risk areas) come first."""
    found: Iterable[Finding] = (
        *_risk_areas(schema, analysis),
        *_dangling_keys(analysis),
        *_unread_statements(schema),
        *_inconsistent_types(analysis),
    )
    return tuple(sorted(found, key=lambda finding: SEVERITIES.index(finding.severity)))


def count_severities(findings: Iterable[Finding]) -> dict[Severity, int]:
    """How many findings each severity has, zeros included, worst first."""
    counts = dict.fromkeys(SEVERITIES, 0)
    for finding in findings:
        counts[finding.severity] += 1
    return counts


def pick_first(findings: Iterable[Finding], most: int = 6) -> list[tuple[Finding, int]]:
    """The first finding of each kind, worst kinds first, and how many more are like it."""
    alike: dict[tuple[Severity, str], list[Finding]] = {}
    for finding in findings:
        key = finding.message if finding.kind == RISK_AREA else finding.kind
        alike.setdefault((finding.severity, key), []).append(finding)
    return [(group[0], len(group) - 1) for group in alike.values()][:most]


def label(kind: str) -> str:
    """``money_in_float`` as people write it."""
    words = kind.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def _risk_areas(schema: Schema, analysis: Analysis) -> Iterator[Finding]:
    """Without the area of unread statements: these are found one by one, with their lines."""
    unread = {
        f"{s.kind}: {s.reason or 'no reason'}" for s in schema.statements if s.status == "failed"
    }
    for risk in analysis.complexity.risks:
        if not (risk.objects and unread.issuperset(risk.objects)):
            yield Finding(risk.severity, RISK_AREA, risk.title, risk.objects, risk.advice)


def _dangling_keys(analysis: Analysis) -> Iterator[Finding]:
    """None where a risk area already lists them."""
    listed = {name for risk in analysis.complexity.risks for name in risk.objects}
    if listed.intersection(analysis.relationships.dangling):
        return
    for text in analysis.relationships.dangling:
        yield Finding(
            "high",
            "dangling key",
            f"A declared key points at nothing in this dump: {text}",
            (),
            "Add the missing table to the dump, or drop the key before the migration.",
        )


def _unread_statements(schema: Schema) -> Iterator[Finding]:
    by_kind: dict[str, list[Statement]] = {}
    for statement in schema.statements:
        if statement.status == "failed":
            by_kind.setdefault(statement.kind, []).append(statement)
    for kind, unread in by_kind.items():
        yield _unread(kind, unread)


def _unread(kind: str, unread: list[Statement]) -> Finding:
    count = sum(statement.count for statement in unread)
    reason = unread[0].reason or "no reason given"
    return Finding(
        "high",
        "statement not read",
        f"{plural(count, 'statement')} “{kind}” could not be read; the first one: {reason}",
        (),
        "What is declared there is missing from this analysis; look at it by hand.",
        unread[0].line,
    )


def _inconsistent_types(analysis: Analysis) -> Iterator[Finding]:
    ordered = sorted(analysis.types.inconsistencies, key=lambda i: (i.kind, i.line, i.message))
    for item in ordered:
        yield Finding(
            item.severity, item.kind, item.message, item.columns, item.recommendation, item.line
        )
