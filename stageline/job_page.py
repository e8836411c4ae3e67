"""The page of any job, whatever its steps: what happened, and what they found."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from stageline.job import JobRecord, StepReport

_SHOWN_INSIGHTS = 12
_STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse}td,th{text-align:left;padding:.2rem .8rem .2rem 0}"
    "pre{white-space:pre-wrap}"
)


def job_page(record: JobRecord, reports: Mapping[str, StepReport]) -> bytes:
    """A self-contained page about any job, also a failed one. Everything shown is escaped."""
    title = escape(f"{record.job_id} {record.stage_id}")
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{_STYLE}</style></head><body>{job_body(record, reports)}</body></html>\n"
    ).encode()


def job_body(record: JobRecord, reports: Mapping[str, StepReport]) -> str:
    """The inside of the page: what happened, step by step, and what the steps found."""
    heading = f"<h2>{escape(record.stage_id)} {escape(record.job_id)}: {record.status}</h2>"
    about = (
        f"<p>Journey {escape(record.journey_id)}, triggered by {escape(record.triggered_by)}, "
        f"{record.duration_seconds:.1f} s. Report: <code>{escape(record.locations['page'])}"
        "</code></p>"
    )
    rows = "".join(
        f"<tr><td>{escape(s.step_id)}</td><td>{s.status}{' (cached)' if s.cached else ''}</td>"
        f"<td>{s.items_processed:,}</td><td>{s.duration_seconds:.2f} s</td>"
        f"<td>{escape(s.reason or '')}</td></tr>"
        for s in record.steps
    )
    table = (
        "<table><thead><tr><th>step</th><th>status</th><th>items</th><th>time</th><th></th></tr>"
        f"</thead><tbody>{rows}</tbody></table>"
    )
    return heading + about + _failure(record) + table + _insights(reports)


def _failure(record: JobRecord) -> str:
    error = record.error
    if error is None:
        return ""
    return (
        f"<p><strong>{error.category}</strong>: {escape(error.message)}</p>"
        f"<p>{escape(error.advice)}</p>"
    )


def _insights(reports: Mapping[str, StepReport]) -> str:
    parts = []
    for report in reports.values():
        if report.insights:
            items = "".join(f"<li>{escape(i)}</li>" for i in report.insights[:_SHOWN_INSIGHTS])
            parts.append(f"<h3>{escape(report.title)}</h3><ul>{items}</ul>")
    return "".join(parts)
