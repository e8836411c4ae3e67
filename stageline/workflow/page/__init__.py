"""What is shown of a job that ran a workflow document: its page, its summaries, its excerpt.

The page asks nothing of the network; its style and script are named by their hashes in a content
security policy, so that nothing that came with a document or out of a tool can ever run. It is
made for jobs that failed or were cancelled as well.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup

from stageline.job import JobRecord, StepReport
from stageline.view import Presentation
from stageline.workflow.document import Workflow, walk
from stageline.workflow.drawing import draw
from stageline.workflow.page.assets import load_assets
from stageline.workflow.page.markdown import summary_markdown
from stageline.workflow.page.rows import Output, Row, make_rows, state_of
from stageline.workflow.page.texts import (
    clip,
    duration,
    plural,
    shown_value,
    value_line,
    value_text,
)
from stageline.workflow.picture.marks import STATES
from stageline.workflow.previews import preview

__all__ = ["Subject", "present"]

MAX_DRAWN = 2_500  # nodes; a larger picture is no picture
MAX_FAILURES = 20
MOST_OUTPUT = 20_000  # characters of an output of the workflow
NOTEBOOK_OUTPUT = 2_000


@dataclass(frozen=True, slots=True)
class Subject:
    """What a job is about: its document, what that was given, and what it gave (nothing where
    the job did not complete)."""

    workflow: Workflow
    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any]


def present(subject: Subject, record: JobRecord, reports: Mapping[str, StepReport]) -> Presentation:
    """Everything that is shown of a job, however it ended. Same arguments, same text."""
    outputs = subject.outputs
    return Presentation(
        page=render_page(subject, record, reports).encode("utf-8", "replace"),
        text="\n".join(f"{name} = {value_line(value)}" for name, value in outputs.items()),
        summary=summary_markdown(subject.workflow, outputs, record),
        excerpt=lambda: render_excerpt(subject, record),
    )


def render_page(subject: Subject, record: JobRecord, reports: Mapping[str, StepReport]) -> str:
    """``report.html``."""
    assets = load_assets()
    rows = make_rows(subject.workflow, record, reports)
    failures = [row for row in rows if row.status == "failed"]
    return assets.template("report.html.j2").render(
        assets=assets,
        **_heading(subject.workflow, record),
        rows=rows,
        left_out=len(record.steps) - len(rows),
        failures=failures[:MAX_FAILURES],
        more_failures=len(failures[MAX_FAILURES:]),
        counts=_counts(record),
        inputs=_values(subject.inputs, MOST_OUTPUT),
        outputs=_values(subject.outputs, MOST_OUTPUT),
        picture=_picture(subject.workflow, record, rows),
        plural=plural,
    )


def render_excerpt(subject: Subject, record: JobRecord) -> str:
    """The inside of a notebook's cell."""
    return (
        load_assets()
        .template("excerpt.html.j2")
        .render(
            **_heading(subject.workflow, record),
            outputs=_values(subject.outputs, NOTEBOOK_OUTPUT),
            picture=_picture(subject.workflow, record, ()),
            place=record.locations.get("page", ""),
        )
    )


def _heading(workflow: Workflow, record: JobRecord) -> dict[str, Any]:
    error = record.error
    return {
        "title": clip(" ".join(workflow.title.split())) or workflow.id,
        "workflow": workflow,
        "description": clip(workflow.description, 2_000),
        "record": record,
        "error": replace(error, message=clip(error.message, MOST_OUTPUT)) if error else None,
        "facts": tuple(_facts(workflow, record)),
    }


def _facts(workflow: Workflow, record: JobRecord) -> list[tuple[str, str]]:
    document = str(record.parameters.get("document", ""))
    return [
        ("Job", record.job_id),
        ("Status", record.status),
        ("Took", duration(record.duration_seconds)),
        ("Started", f"{record.started_at:%Y-%m-%d %H:%M:%S} UTC"),
        ("Journey", record.journey_id),
        ("Triggered by", clip(record.triggered_by)),
        ("Document", f"{workflow.id} {document[:12]}".strip()),
    ]


def _counts(record: JobRecord) -> list[tuple[str, int]]:
    """How many steps are in which state, the worst first."""
    found = Counter(state_of(step) for step in record.steps)
    names = [*STATES, *sorted(found.keys() - set(STATES))]
    return [(name, found[name]) for name in names if found[name]]


def _values(values: Mapping[str, Any], most: int) -> list[Output]:
    found = [(name, *shown_value(preview(value))) for name, value in values.items()]
    return [Output(clip(name), value_text(shown, most), more) for name, shown, more in found]


def _picture(workflow: Workflow, record: JobRecord, rows: tuple[Row, ...]) -> Markup | None:
    """The drawing (which escapes what it shows); nodes link to those rows that there are."""
    if not workflow.nodes or sum(1 for _ in walk(workflow.nodes)) > MAX_DRAWN:
        return None
    return Markup(draw(workflow, record, {row.anchor for row in rows}))  # noqa: S704
