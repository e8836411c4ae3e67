"""The analysis as Markdown for a run's artifact: the summary of the page, with short tables.

Whatever comes from the dump is escaped, so that a name can neither break a table nor become a
link, an image or HTML.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from stageline.schema.analysis import Analysis, Relationship
from stageline.schema.model import Schema
from stageline.schema.page import JOB_FACTS
from stageline.schema.page.accounting import Accounting, count_statements
from stageline.schema.page.data import sort_relationships, sort_rules
from stageline.schema.page.findings import collect_findings, count_severities, label
from stageline.schema.page.summary import explain_level, make_figures, make_headline
from stageline.schema.page.text import clip, duration, number, share

ROWS = 50  # of one table
SAMPLE = 15  # rules shown
WORDS = 300  # characters of one cell

_SPECIAL = re.compile(r"([\\`*_\[\]<>|~&$]|^[-+#])")
_BREAKS = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+")
_LINK = re.compile(r"https?://[^\s<>()\"'`|\\]+")


def summarize(
    schema: Schema,
    analysis: Analysis,
    job: Mapping[str, object] | None = None,
    report_uri: str | None = None,
) -> str:
    """Markdown of at most ``ROWS`` rows a table; ``job`` as for ``render_page``.

    ``report_uri`` says where the whole page lies: an http address becomes a link, anything else
    is shown as it is.
    """
    account = count_statements(schema.statements)
    parts = (
        _head(schema, analysis, account, job or {}, report_uri),
        _figures(schema, analysis, account),
        _score(analysis),
        _findings(schema, analysis),
        _references(analysis),
        _rules(analysis),
        _statements(account),
    )
    return "\n".join(line for part in parts for line in part).rstrip() + "\n"


def escape(text: object) -> str:
    """``text`` on one line, with every sign escaped that Markdown gives a meaning."""
    return _SPECIAL.sub(r"\\\1", _BREAKS.sub(" ", clip(str(text), WORDS)).strip())


def code(text: str) -> str:
    """``text`` as a code span that is safe inside a table."""
    plain = _BREAKS.sub(" ", clip(text)).strip().replace("`", "'").replace("|", "\\|")
    return f"`{plain}`" if plain else ""


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]], total: int) -> Iterator[str]:
    """A heading that starts with ``#`` aligns its column to the right."""
    yield "| " + " | ".join(head.lstrip("#") for head in heads) + " |"
    yield "|" + "|".join("---:" if head.startswith("#") else "---" for head in heads) + "|"
    for row in rows:
        yield "| " + " | ".join(row) + " |"
    yield ""
    if total > ROWS:
        yield f"… and {total - ROWS:,} more in the report."
        yield ""


def _head(
    schema: Schema,
    analysis: Analysis,
    account: Accounting,
    job: Mapping[str, object],
    report_uri: str | None,
) -> Iterator[str]:
    complexity = analysis.complexity
    yield f"# {escape(analysis.schema_name or schema.name or 'Schema')}"
    yield ""
    facts = [
        f"{words}: {escape(duration(job[key]) if key == 'duration' else job[key])}"
        for key, words in JOB_FACTS
        if job.get(key) not in (None, "")
    ]
    if facts:
        yield " · ".join(facts)
        yield ""
    level = explain_level(complexity.migration_level)
    yield f"{escape(make_headline(schema))} {account.headline}."
    yield ""
    yield (
        f"**Complexity {number(complexity.score)} of 100** ({escape(complexity.level)}); "
        f"ora2pg level **{escape(complexity.migration_level)}**{': ' + level if level else ''}."
    )
    yield ""
    if report_uri:
        yield f"Full report: {_place(report_uri)}"
        yield ""


def _place(uri: str) -> str:
    return f"[report.html](<{uri}>)" if _LINK.fullmatch(uri) else code(uri)


def _figures(schema: Schema, analysis: Analysis, account: Accounting) -> Iterator[str]:
    counts = count_severities(collect_findings(schema, analysis))
    figures = make_figures(schema, analysis, account, counts)
    rows = ((figure.label, figure.value, figure.note) for figure in figures)
    yield from _table(("", "#Count", ""), rows, 0)


def _score(analysis: Analysis) -> Iterator[str]:
    terms = analysis.complexity.terms
    yield "## Score"
    yield ""
    rows = [
        (escape(label(t.name)), number(t.points), number(t.maximum), escape(t.formula))
        for t in terms
    ]
    total = ("**Sum**", f"**{number(analysis.complexity.score)}**", "", "")
    yield from _table(("Term", "#Points", "#Of", "Formula"), [*rows[:ROWS], total], len(rows))
    for text in analysis.complexity.recommendations[:ROWS]:
        yield f"- {escape(text)}"
    yield ""


def _findings(schema: Schema, analysis: Analysis) -> Iterator[str]:
    findings = collect_findings(schema, analysis)
    yield "## Findings"
    yield ""
    if not findings:
        yield "Nothing was found that needs attention."
        yield ""
        return
    rows = (
        (f.severity, escape(f.message), escape(f.advice), f"{f.line:,}" if f.line else "")
        for f in findings[:ROWS]
    )
    yield from _table(("Severity", "Finding", "Advice", "#Line"), rows, len(findings))


def _references(analysis: Analysis) -> Iterator[str]:
    ordered = sort_relationships(analysis.relationships.relationships)
    implied = [item for item in ordered if not item.declared]
    if not implied:
        return
    yield "## Strongest implied references"
    yield ""
    rows = (_reference(item) for item in implied[:ROWS])
    heads = ("Columns", "Refers to", "#Confidence", "Evidence")
    yield from _table(heads, rows, len(implied))


def _reference(item: Relationship) -> tuple[str, ...]:
    strongest = max(item.evidence, key=lambda e: e.weight, default=None)
    return (
        code(f"{item.table} ({', '.join(item.columns)})"),
        code(f"{item.referred_table} ({', '.join(item.referred_columns)})"),
        share(item.confidence),
        escape(strongest.text) if strongest else "",
    )


def _rules(analysis: Analysis) -> Iterator[str]:
    rules = sort_rules(analysis.rules.rules)
    if not rules:
        return
    yield f"## Business rules ({min(SAMPLE, len(rules))} of {len(rules):,})"
    yield ""
    rows = (
        (escape(label(rule.kind)), escape(rule.sentence), f"{rule.line:,}" if rule.line else "")
        for rule in rules[:SAMPLE]
    )
    yield from _table(("Kind", "Rule", "#Line"), rows, 0)


def _statements(account: Accounting) -> Iterator[str]:
    yield "## Statements"
    yield ""
    rows = (
        (escape(k.kind), f"{k.parsed:,}", f"{k.skipped:,}", f"{k.failed:,}")
        for k in account.kinds[:ROWS]
    )
    yield from _table(("Kind", "#Parsed", "#Skipped", "#Failed"), rows, len(account.kinds))
    if account.failed:
        yield "### Not read"
        yield ""
        failed = (
            (f"{s.line:,}", escape(s.kind), escape(s.reason or "no reason given"))
            for s in account.failed[:ROWS]
        )
        yield from _table(("#Line", "Kind", "Reason"), failed, len(account.failed))
