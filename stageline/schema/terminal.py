"""The analysis in a terminal: a plain text of at most 25 lines and 100 columns."""

from __future__ import annotations

import re

from stageline.schema.analysis import Analysis
from stageline.schema.model import Schema
from stageline.schema.page.accounting import count_statements
from stageline.schema.page.findings import Finding, collect_findings, count_severities, pick_first
from stageline.schema.page.summary import make_figures, make_headline
from stageline.schema.page.text import clip, number

WIDTH = 100
FINDINGS = 10  # lines of the table

# Escape sequences and controls in a name could rewrite what the terminal shows, and marks of
# writing direction could reorder it.
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+")


def format_findings(schema: Schema, analysis: Analysis) -> str:
    """Counts, score and the worst findings; no colours, no trailing newline."""
    findings = collect_findings(schema, analysis)
    account = count_statements(schema.statements)
    counts = count_severities(findings)
    complexity = analysis.complexity
    figures = make_figures(schema, analysis, account, counts)
    lines = [
        f"{make_headline(schema)} {account.headline}.",
        f"Complexity {number(complexity.score)} of 100 ({complexity.level}), "
        f"ora2pg level {complexity.migration_level}.",
        "",
        *(f"{figure.label:<22}{figure.value:>8}  {figure.note}" for figure in figures),
        "",
        *(_table(findings) if schema.tables else _without_tables(schema)),
    ]
    return "\n".join(clip(_UNSAFE.sub(" ", line), WIDTH).rstrip() for line in lines)


def _table(findings: tuple[Finding, ...]) -> list[str]:
    if not findings:
        return ["No findings."]
    first = pick_first(findings, FINDINGS)
    left = len(findings) - sum(1 + more for _, more in first)
    tail = [f"… and {left:,} more in the report"] if left else []
    rows = [_row(finding, more) for finding, more in first]
    return [f"{'Severity':<9} {'Line':>7}  Finding", *rows, *tail]


def _without_tables(schema: Schema) -> list[str]:
    """A score of 0 for a dump without tables must not read as good news."""
    failed = next((s for s in schema.statements if s.status == "failed"), None)
    said = ["There is nothing to assess: no CREATE TABLE was read. Is this a dump with its schema?"]
    if failed:
        said.append(f"The first statement that failed is in line {failed.line:,}: {failed.reason}")
    return said


def _row(finding: Finding, more: int) -> str:
    line = f"{finding.line:,}" if finding.line else ""
    alike = f" (+ {more:,} alike)" if more else ""
    message = clip(_UNSAFE.sub(" ", finding.message), WIDTH - 19 - len(alike))
    return f"{finding.severity:<9} {line:>7}  {message}{alike}"
