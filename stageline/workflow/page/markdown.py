"""A job that ran a workflow document, as markdown: for the artifacts of Prefect's UI."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from stageline.job import JobRecord, StepState
from stageline.summary import plain
from stageline.workflow.document import Workflow
from stageline.workflow.page.rows import in_order, node_of, state_of
from stageline.workflow.page.texts import clip, duration, plural, value_line

MAX_ROWS, MAX_NAMES, MAX_FAILED, MAX_OUTPUTS = 200, 30, 50, 100
_QUIET = frozenset({"skipped"})


def summary_markdown(
    workflow: Workflow,
    outputs: Mapping[str, Any],
    record: JobRecord,
) -> str:
    """What happened: why it failed, what came out, node by node with all rounds in one line,
    the skipped ones in one sentence."""
    name = plain(clip(" ".join(workflow.title.split())) or workflow.id)
    steps = in_order(workflow, record)
    lines = [
        f"# {name}: {record.status}",
        f"{record.job_id} of journey **{plain(record.journey_id)}**, "
        f"{duration(record.duration_seconds)}, triggered by {plain(record.triggered_by)}.",
        "",
        *_failure(record),
        *_failed(steps),
        *_outputs(outputs),
        *_table(steps),
        *_skipped(steps),
        "## Where",
        *(f"- {place}: `{where}`" for place, where in sorted(record.locations.items())),
    ]
    return "\n".join(lines) + "\n"


def _outputs(outputs: Mapping[str, Any]) -> list[str]:
    if not outputs:
        return []
    lines = [
        f"| **{plain(clip(name))}** | {plain(value_line(value, 300))} |"
        for name, value in list(outputs.items())[:MAX_OUTPUTS]
    ]
    rest = len(outputs) - len(lines)
    more = [f"\nand {rest:,} more in the report"] if rest else []
    return ["## Outputs", "", "| output | value |", "|---|---|", *lines, *more, ""]


def _failure(record: JobRecord) -> list[str]:
    if record.error is None:
        return []
    return [
        f"**{record.error.category}**: {plain(clip(record.error.message, 1_000))}",
        "",
        plain(record.error.advice),
        "",
    ]


def _failed(steps: Iterable[StepState]) -> list[str]:
    failed = [step for step in steps if step.status == "failed"]
    if not failed:
        return []
    lines = [f"- **{plain(s.step_id)}**: {plain(clip(s.reason or '', 300))}"
             for s in failed[:MAX_FAILED]]  # fmt: skip
    rest = len(failed) - len(lines)
    more = [f"- and {rest:,} more in the report"] if rest else []
    return ["## What failed", "", *lines, *more, ""]


def _table(steps: Iterable[StepState]) -> list[str]:
    rounds: dict[str, list[StepState]] = {}
    for step in steps:
        if "." not in step.step_id and state_of(step) not in _QUIET:
            rounds.setdefault(node_of(step.step_id), []).append(step)
    rows = [_row(name, found) for name, found in list(rounds.items())[:MAX_ROWS]]
    rest = len(rounds) - len(rows)
    more = [f"\nand {plural(rest, 'node')} more in the report"] if rest else []
    head = ["## Nodes", "", "| node | status | seconds | tries |", "|---|---|---:|---:|"]
    return [*head, *rows, *more, ""] if rows else []


def _row(name: str, steps: list[StepState]) -> str:
    states = [state_of(step) for step in steps]
    counts = {state: states.count(state) for state in dict.fromkeys(states)}
    words = ", ".join(f"{number:,} {state}" if len(steps) > 1 else state
                      for state, number in counts.items())  # fmt: skip
    seconds = sum(step.duration_seconds for step in steps)
    tries = sum(step.tries for step in steps)
    return f"| {plain(name)} | {words} | {seconds:.2f} | {tries:,} |"


def _skipped(steps: Iterable[StepState]) -> list[str]:
    names = list(dict.fromkeys(node_of(s.step_id) for s in steps if s.status == "skipped"))
    if not names:
        return []
    rest = len(names) - MAX_NAMES
    more = f" and {rest:,} more" if rest > 0 else ""
    return [f"Skipped: {', '.join(plain(name) for name in names[:MAX_NAMES])}{more}.", ""]
