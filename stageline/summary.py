"""A job's findings as markdown, for places that show markdown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from stageline.job import JobRecord, StepReport

_MAX_LINES = 50
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|#!~$&])")


def plain(text: object) -> str:
    """``text`` as one line that markdown and HTML show as it is."""
    return _SPECIAL.sub(r"\\\1", " ".join(str(text).split())).replace("\\<", "&lt;")


def summary_markdown(record: JobRecord, reports: Mapping[str, StepReport]) -> str:
    """What happened, a table of the steps, and where everything lies."""
    rows = [
        f"| {plain(s.step_id)} | {s.status}{' (cached)' if s.cached else ''} "
        f"| {s.items_processed:,} | {s.duration_seconds:.2f} | {plain(s.reason or '')} |"
        for s in record.steps
    ]
    lines = [
        f"# {record.job_id}: {record.status}",
        f"Journey **{plain(record.journey_id)}**, stage **{plain(record.stage_id)}**, "
        f"{record.duration_seconds:.1f} s, triggered by {plain(record.triggered_by)}.",
        "",
        *_failure(record),
        "| step | status | items | seconds | |",
        "|---|---|---:|---:|---|",
        *rows,
        "",
        *_counts(reports),
        "## Where",
        *(f"- {name}: {_location(place)}" for name, place in sorted(record.locations.items())),
    ]
    return "\n".join(lines) + "\n"


def findings_markdown(reports: Mapping[str, StepReport]) -> str:
    """What the steps found and what they recommend, step by step."""
    lines: list[str] = []
    for report in reports.values():
        if not (report.insights or report.recommendations):
            continue
        lines += [f"## {plain(report.title)}", ""]
        lines += _bullets(report.insights)
        if report.recommendations:
            lines += ["", "**To do**", "", *_bullets(report.recommendations)]
        lines.append("")
    return "\n".join(lines)


def _failure(record: JobRecord) -> list[str]:
    if record.error is None:
        return []
    return [f"**{record.error.category}**: {plain(record.error.message)}", "",
            plain(record.error.advice), ""]  # fmt: skip


def _counts(reports: Mapping[str, StepReport]) -> list[str]:
    """A table of counts; a step is named in its first row only."""
    rows = [
        f"| {'' if index else plain(report.step_id)} | {plain(name.replace('_', ' '))} "
        f"| {value:,} |"
        for report in reports.values()
        for index, (name, value) in enumerate(_numbers(report.results))
    ]
    return ["| step | found | count |", "|---|---|---:|", *rows, ""] if rows else []


def _numbers(results: Mapping[str, Any]) -> list[tuple[str, int | float]]:
    counts = results.get("counts")
    found = counts if isinstance(counts, Mapping) else results
    return [(n, v) for n, v in found.items() if isinstance(v, int | float)
            and not isinstance(v, bool)]  # fmt: skip


def _location(place: str) -> str:
    return f"[{plain(place)}]({place})" if place.startswith("https://") else f"`{place}`"


def _bullets(texts: tuple[str, ...]) -> list[str]:
    shown = [f"- {plain(text)}" for text in texts[:_MAX_LINES]]
    rest = len(texts) - _MAX_LINES
    return [*shown, f"- ... and {rest:,} more in the report"] if rest > 0 else shown
