"""The job as data: statuses, step log, step report, record; and the fold that derives a record.

A record is never updated in place. While a job runs, it is what ``fold`` makes of the opening
(the content of its claim) and of the step reports written so far; the end is written once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Literal

from stageline.brief import brief
from stageline.errors import Category

VERSION = 1

JobStatus = Literal[
    "pending", "queued", "running", "paused", "recovering", "completed", "failed", "cancelled"
]
StepStatus = Literal[
    "pending", "queued", "running", "paused", "recovering", "completed", "failed", "cancelled",
    "retrying", "skipped",
]  # fmt: skip
TERMINAL: frozenset[str] = frozenset({"completed", "failed", "cancelled"})
FINISHED: frozenset[str] = frozenset({"completed", "failed", "skipped"})

# Prefect's state types, and the names that say more than their type.
STATUS_OF_STATE_NAME: Mapping[str, StepStatus] = {
    "Late": "queued",
    "AwaitingRetry": "retrying",
    "Retrying": "retrying",
    "Skipped": "skipped",
}
STATUS_OF_STATE_TYPE: Mapping[str, JobStatus] = {
    "SCHEDULED": "queued",
    "PENDING": "pending",
    "RUNNING": "running",
    "PAUSED": "paused",
    "COMPLETED": "completed",
    "FAILED": "failed",
    "CRASHED": "failed",
    "CANCELLING": "running",
    "CANCELLED": "cancelled",
}


def status_of_state(state_type: str, state_name: str = "") -> StepStatus:
    """The status that a Prefect state means."""
    return STATUS_OF_STATE_NAME.get(state_name) or STATUS_OF_STATE_TYPE[state_type]


def now() -> datetime:
    """The present, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One line of a step's log. ``details`` is JSON data: the logger, a traceback, ..."""

    timestamp: datetime
    level: str
    message: str
    step_id: str
    stage_id: str
    job_id: str
    details: Mapping[str, Any] = field(default_factory=dict)
    version: int = VERSION


@dataclass(frozen=True, slots=True)
class StepLog:
    """The log of one step: the object ``logs/{step}.json``."""

    step_id: str
    entries: tuple[LogEntry, ...] = ()
    version: int = VERSION

    __repr__ = brief


@dataclass(frozen=True, slots=True)
class Failure:
    """Why something ended: the category decides about retries, the advice what to do now."""

    category: Category
    message: str
    advice: str
    traceback: str = ""


@dataclass(frozen=True, slots=True)
class ExecutionSummary:
    """How a step ran. Times in seconds, memory in bytes.

    ``cpu_seconds`` is that of the step's own thread. ``peak_memory_bytes`` is the highest
    resident size of the process up to the end of the step: steps that run side by side share it.
    """

    status: StepStatus
    cached: bool = False
    start_time: datetime | None = None
    end_time: datetime | None = None
    duration_seconds: float = 0.0
    items_processed: int = 0
    cpu_seconds: float = 0.0
    peak_memory_bytes: int = 0
    tries: int = 1
    logs: int = 0
    warnings: int = 0
    errors: int = 0


@dataclass(frozen=True, slots=True)
class StepReport:
    """What a step says for people and programs: the object ``reports/{step}.json``."""

    report_id: str
    report_type: str
    title: str
    step_id: str
    execution_summary: ExecutionSummary
    results: Mapping[str, Any] = field(default_factory=dict)
    insights: tuple[str, ...] = ()
    recommendations: tuple[str, ...] = ()
    generated_at: datetime | None = None
    result_key: str | None = None
    result_digest: str | None = None
    error: Failure | None = None
    version: int = VERSION

    __repr__ = brief


@dataclass(frozen=True, slots=True)
class StepState:
    """A step inside the record."""

    step_id: str
    status: StepStatus = "pending"
    cached: bool = False
    duration_seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_memory_bytes: int = 0
    items_processed: int = 0
    tries: int = 0
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class JobMetrics:
    total_logs: int = 0
    total_errors: int = 0
    total_warnings: int = 0
    items_processed: int = 0


@dataclass(frozen=True, slots=True)
class Opening:
    """How a job began: the content of the claim on its number, so that one write does both.

    ``process`` names the process that runs it (``stageline.claims.this_process``); ``purpose``
    is the digest of stage, code, parameters and inputs, by which failed attempts are counted.
    """

    journey_id: str
    stage_id: str
    flow_run_id: str
    triggered_by: str
    steps: tuple[str, ...]
    process: str
    store: str
    started_at: datetime
    purpose: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    number: int = 0
    job_id: str = ""
    version: int = VERSION


@dataclass(frozen=True, slots=True)
class Attempt:
    """What happened to the flow run after the first start; ``number`` counts from 2.

    ``event`` is ``paused``, ``resumed`` or ``retried``.
    """

    number: int
    event: Literal["paused", "resumed", "retried"]
    at: datetime
    process: str
    version: int = VERSION


@dataclass(frozen=True, slots=True)
class JobRecord:
    """``job.json``: the job as data, kept after the server forgot the run.

    ``progress`` is finished steps / steps x 100. ``attempts`` counts starts of this flow run.
    """

    job_id: str
    journey_id: str
    stage_id: str
    number: int
    flow_run_id: str
    status: JobStatus
    triggered_by: str
    started_at: datetime
    ended_at: datetime | None
    duration_seconds: float
    progress: float
    current_step: str | None
    steps: tuple[StepState, ...]
    locations: Mapping[str, str]
    job_metrics: JobMetrics
    parameters: Mapping[str, Any] = field(default_factory=dict)
    attempts: int = 1
    error: Failure | None = None
    version: int = VERSION

    __repr__ = brief


@dataclass(frozen=True, slots=True)
class End:
    """How a job ended, and why steps never ran."""

    status: Literal["completed", "failed", "cancelled"]
    at: datetime
    error: Failure | None = None
    skipped: Mapping[str, str] = field(default_factory=dict)


def progress_of(finished: int, steps: int) -> float:
    """Finished steps / steps x 100, to one decimal place; 100 where there is none."""
    return round(100 * finished / steps, 1) if steps else 100.0


def fold(
    opening: Opening,
    reports: Mapping[str, StepReport],
    locations: Mapping[str, str],
    attempts: tuple[Attempt, ...] = (),
    end: End | None = None,
) -> JobRecord:
    """The record that follows from the opening, the step reports so far, and the end if any."""
    started = attempts[-1].at if attempts else opening.started_at
    names = (*opening.steps, *sorted(reports.keys() - set(opening.steps), key=_by_round))
    steps = tuple(_state(step, reports.get(step), end) for step in names)
    summaries = [r.execution_summary for r in reports.values()]
    return JobRecord(
        job_id=opening.job_id,
        journey_id=opening.journey_id,
        stage_id=opening.stage_id,
        number=opening.number,
        flow_run_id=opening.flow_run_id,
        status=end.status if end else _open_status(attempts),
        triggered_by=opening.triggered_by,
        started_at=opening.started_at,
        ended_at=end.at if end else None,
        duration_seconds=round(((end.at if end else now()) - started).total_seconds(), 6),
        progress=progress_of(count_finished(opening, reports), len(opening.steps)),
        current_step=None if end else next((s.step_id for s in steps if _waits(s)), None),
        steps=steps,
        locations=dict(locations),
        job_metrics=JobMetrics(
            total_logs=sum(s.logs for s in summaries),
            total_errors=sum(s.errors for s in summaries),
            total_warnings=sum(s.warnings for s in summaries),
            items_processed=sum(s.items_processed for s in summaries),
        ),
        parameters=opening.parameters,
        attempts=1 + sum(a.event == "retried" for a in attempts),
        error=end.error if end else None,
    )


def count_finished(opening: Opening, reports: Mapping[str, StepReport]) -> int:
    """How many of the steps that the job was opened with have ended and said so."""
    found = (reports[step] for step in opening.steps if step in reports)
    return sum(report.execution_summary.status in FINISHED for report in found)


def _by_round(step: str) -> list[tuple[int, str]]:
    """Sorts ``each[2]`` before ``each[10]``: steps that came up while the job ran."""
    return [(int(part), "") if part.isdigit() else (0, part) for part in re.split(r"(\d+)", step)]


def _waits(state: StepState) -> bool:
    return state.status in {"pending", "running"}


def _open_status(attempts: tuple[Attempt, ...]) -> JobStatus:
    names: Mapping[str, JobStatus] = {
        "paused": "paused", "resumed": "running", "retried": "recovering"
    }  # fmt: skip
    return names[attempts[-1].event] if attempts else "running"


def _state(step: str, report: StepReport | None, end: End | None) -> StepState:
    if report is None:
        unfinished = StepState(step)
        if end is None:
            return unfinished
        reason = end.skipped.get(step)
        status: StepStatus = "cancelled" if end.status == "cancelled" else "skipped"
        return replace(unfinished, status=status, reason=reason or f"the job was {end.status}")
    summary = report.execution_summary
    return StepState(
        step_id=step,
        status=summary.status,
        cached=summary.cached,
        duration_seconds=summary.duration_seconds,
        cpu_seconds=summary.cpu_seconds,
        peak_memory_bytes=summary.peak_memory_bytes,
        items_processed=summary.items_processed,
        tries=summary.tries,
        reason=_reason(report),
    )


def _reason(report: StepReport) -> str | None:
    if report.execution_summary.status == "skipped":
        return str(report.results.get("reason", ""))
    return report.error.message if report.error else None
