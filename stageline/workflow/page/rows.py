"""The rows of the page: one for each step, in the order of the document."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from stageline.job import JobRecord, StepReport, StepState
from stageline.workflow.document import LoopNode, Node, Workflow, walk
from stageline.workflow.page.spans import Span, spans_of
from stageline.workflow.page.texts import clip, duration, plural, shown_value, size, value_text
from stageline.workflow.picture.wording import about

MAX_ROWS = 5_000
PREVIEWS = 2_000_000  # characters that the previews of a page may have together
MOST_PREVIEW, LEAST_PREVIEW = 6_000, 160
MAX_REASON = 1_000
BAR = 120.0  # units of width of the bar that shows when a step ran
_NUMBERS = re.compile(r"\[(\d+)\]")
# The first of these are looked at first.
_RANK = ("failed", "cancelled", "running", "paused", "pending")


@dataclass(frozen=True, slots=True)
class Output:
    name: str
    text: str
    more: str


@dataclass(frozen=True, slots=True)
class Row:
    """A step. ``anchor`` is the id of the node that the picture links here; ``bar`` where its
    time lies in the job's, from 0 to 120, and how wide it is."""

    path: str
    anchor: str
    title: str
    about: str
    state: str
    status: str
    indent: int
    time: str
    tries: int
    reason: str
    advice: str
    bar: tuple[float, float] | None
    outputs: tuple[Output, ...]
    facts: tuple[tuple[str, str], ...]


def state_of(step: StepState) -> str:
    """``cached`` for what was served from the cache, else the status."""
    return "cached" if step.cached and step.status == "completed" else step.status


def in_order(workflow: Workflow, record: JobRecord) -> list[StepState]:
    """The steps as a reader meets them: what runs inside a node, round by round, behind it."""
    place = {node.id: number for number, node in enumerate(walk(workflow.nodes))}
    outermost = _outermost(workflow.nodes)

    def key(step: StepState) -> tuple[Any, ...]:
        first = node_of(step.step_id)
        owner = outermost.get(first, first)
        inside = "." in step.step_id or first != owner
        rounds = [int(number) for number in _NUMBERS.findall(step.step_id)]
        return place.get(owner, len(place)), inside, rounds, place.get(first, 0)

    return sorted(record.steps, key=key)


def node_of(path: str) -> str:
    """The id of the node of this document that a step belongs to."""
    return path.partition(".")[0].partition("[")[0]


def _outermost(nodes: Iterable[Node]) -> dict[str, str]:
    return {
        inner.id: node.id
        for node in nodes
        if isinstance(node, LoopNode)
        for inner in walk(node.nodes)
    }


def make_rows(
    workflow: Workflow, record: JobRecord, reports: Mapping[str, StepReport]
) -> tuple[Row, ...]:
    """At most ``MAX_ROWS`` rows: of more, those that did not end well and the first others."""
    steps = in_order(workflow, record)
    if len(steps) > MAX_ROWS:
        kept = {s.step_id for s in sorted(steps, key=lambda s: s.status not in _RANK)[:MAX_ROWS]}
        steps = [step for step in steps if step.step_id in kept]
    outputs = sum(len(_outputs(reports.get(step.step_id))) for step in steps)
    most = max(LEAST_PREVIEW, min(MOST_PREVIEW, PREVIEWS // max(outputs, 1)))
    nodes = {node.id: node for node in walk(workflow.nodes)}
    spans = spans_of(workflow, reports)
    taken: set[str] = set()
    rows = []
    for step in steps:
        name = node_of(step.step_id)
        anchor = "" if name in taken or "." in step.step_id else name
        taken.add(anchor)
        node = nodes.get(name) if "." not in step.step_id else None
        report = reports.get(step.step_id)
        span = spans.get(step.step_id) if step.status != "skipped" else None
        rows.append(_row(step, node, anchor, report, span, _bar(span, record), most))
    return tuple(rows)


def _row(
    step: StepState,
    node: Node | None,
    anchor: str,
    report: StepReport | None,
    span: Span | None,
    bar: tuple[float, float] | None,
    most: int,
) -> Row:
    title = (node.title if node else report.title if report else "") or ""
    return Row(
        path=step.step_id,
        anchor=anchor,
        title=clip(" ".join(title.split())) if title != step.step_id else "",
        about=clip(about(node).removeprefix(f"{node.id}: ")) if node else "",
        state=state_of(step),
        status=step.status,
        indent=min(4, step.step_id.count("[") + step.step_id.count(".")),
        time=duration(span.seconds) if span else "",
        tries=step.tries,
        reason=clip(step.reason or "", MAX_REASON),
        advice=report.error.advice if report and report.error else "",
        bar=bar,
        outputs=tuple(_output(name, value, most) for name, value in _outputs(report).items()),
        facts=tuple(_facts(step, report)),
    )


def _outputs(report: StepReport | None) -> Mapping[str, Any]:
    found = report.results.get("outputs") if report else None
    return found if isinstance(found, Mapping) else {}


def _output(name: str, value: Any, most: int) -> Output:
    shown, more = shown_value(value)
    return Output(clip(name), value_text(shown, most), more)


def _bar(span: Span | None, record: JobRecord) -> tuple[float, float] | None:
    """Where the time of a step lies in that of its job."""
    if span is None:
        return None
    whole = max(((record.ended_at or span.end) - record.started_at).total_seconds(), 1e-6)
    start = (span.start - record.started_at).total_seconds() / whole
    left = min(max(start, 0.0), 1.0) * (BAR - 2)
    return round(left, 1), round(max(2.0, min(span.seconds / whole * BAR, BAR - left)), 1)


def _facts(step: StepState, report: StepReport | None) -> Iterable[tuple[str, str]]:
    if report is None or step.status == "skipped":
        return
    summary = report.execution_summary
    if summary.start_time:
        yield "Started", f"{summary.start_time:%Y-%m-%d %H:%M:%S} UTC"
    yield "CPU", duration(step.cpu_seconds)
    yield "Peak memory", size(step.peak_memory_bytes)
    yield "Log", f"{plural(summary.logs, 'line')}, {plural(summary.warnings, 'warning')}"
    if report.result_key:
        yield "Value", report.result_key
