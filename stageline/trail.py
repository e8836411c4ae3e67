"""What a job writes, and how it is read back: step logs, step reports, ``report.html``, the record.

Writes of a job with n steps: the claim, n values, n logs, n reports, ``report.html`` and
``job.json``: 3n + 3.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from stageline import claims, keys
from stageline.codec import decode, encode, to_data
from stageline.errors import ADVICE, Category, ConfigError, DependencyError, StagelineError
from stageline.job import (
    FINISHED,
    Attempt,
    End,
    Failure,
    JobRecord,
    Opening,
    StepReport,
    fold,
    now,
    progress_of,
)
from stageline.job_page import job_page
from stageline.redaction import Redactor
from stageline.step import StepResult
from stageline.store import MissingObjectError, Store

_JSON, _HTML = "application/json", "text/html; charset=utf-8"
_log = logging.getLogger(__name__)


class AlreadyEndedError(ConfigError):
    """A job ends once."""


@dataclass(frozen=True, slots=True)
class Places:
    """The stores of a job: results and records, step logs, step reports. Often one and the same."""

    store: Store
    logs: Store
    reports: Store
    redactor: Redactor = field(default_factory=Redactor)

    @classmethod
    def of(
        cls,
        store: Store,
        logs: Store | None = None,
        reports: Store | None = None,
        secrets: Iterable[str] = (),
    ) -> Places:
        """Everything in one store, unless others are given; ``secrets`` are never written."""
        return cls(store, logs or store, reports or store, Redactor(secrets))


@dataclass
class Trail:
    """What a running job has said so far, and the writing of it."""

    places: Places
    opening: Opening
    attempts: tuple[Attempt, ...] = ()
    reports: dict[str, StepReport] = field(default_factory=dict)
    logs_lost: list[str] = field(default_factory=list)

    def add(self, result: StepResult) -> None:
        """Write a step's log and report. A log that cannot be written fails nothing."""
        step, redactor = result.report.step_id, self.places.redactor
        ids = (self.opening.journey_id, self.opening.stage_id, self.opening.job_id, step)
        if result.report.execution_summary.status != "skipped":  # that has none
            self._add_log(result, keys.log_key(*ids))
        self.places.reports.put(keys.report_key(*ids), _bytes(result.report, redactor), _JSON)
        self.reports[step] = result.report
        if _has_ended(result.report):
            self._open.discard(step)

    def _add_log(self, result: StepResult, key: str) -> None:
        try:
            self.places.logs.put(key, _bytes(result.log, self.places.redactor), _JSON)
        except StagelineError as error:
            self.logs_lost.append(result.report.step_id)
            _log.warning(
                "The log of step %s could not be written: %s", result.report.step_id, error
            )

    def add_outputs(self, outputs: Mapping[str, Any]) -> None:
        """Write what a workflow document gives as its outputs."""
        ids = (self.opening.journey_id, self.opening.stage_id, self.opening.job_id)
        self.places.store.put(keys.outputs_key(*ids), encode(dict(outputs), dict[str, Any]), _JSON)

    @property
    def progress(self) -> float:
        """Finished steps / steps x 100, as the record has it."""
        total = len(self.opening.steps)
        return progress_of(total - len(self._open), total)

    @cached_property
    def _open(self) -> set[str]:
        """The steps that the job was opened with and that have not ended."""
        ended = {step for step, report in self.reports.items() if _has_ended(report)}
        return set(self.opening.steps) - ended

    def record(self, end: End | None = None) -> JobRecord:
        """The record as it follows from what was said so far."""
        places = locations(self.opening, self.places)
        return fold(self.opening, self.reports, places, self.attempts, end)

    def finish(self, end: End, page: bytes) -> JobRecord:
        """Write ``report.html`` and, last, the record. Raises ``AlreadyEndedError`` if it ended."""
        record = self.record(end)
        ids = (self.opening.journey_id, self.opening.stage_id, self.opening.job_id)
        earlier = _ended(self.places.store, self.opening)
        if earlier and earlier.attempts >= record.attempts:
            raise _ended_already(record)
        redactor = self.places.redactor
        self.places.reports.put(keys.page_key(*ids), redactor.redact_bytes(page), _HTML)
        data = _bytes(record, redactor)
        if earlier:  # that of an earlier attempt, which this process alone may replace
            self.places.store.put(_job_key(self.opening), data, _JSON)
        elif not self.places.store.create(_job_key(self.opening), data):
            raise _ended_already(record)
        return record

    def pause(self) -> None:
        """Note that the flow run is paused; who runs it next resumes the job."""
        self._happened("paused")

    def resume(self) -> None:
        """Note that the same process goes on after a pause."""
        self._happened("resumed")

    def _happened(self, event: Literal["paused", "resumed"]) -> None:
        number = self.attempts[-1].number + 1 if self.attempts else 2
        attempt = Attempt(number, event, now(), claims.this_process())
        if claims.add_attempt(self.places.store, self.opening, attempt):
            self.attempts = (*self.attempts, attempt)


def _has_ended(report: StepReport) -> bool:
    return report.execution_summary.status in FINISHED


def _ended_already(record: JobRecord) -> AlreadyEndedError:
    return AlreadyEndedError(f"{record.job_id} has ended already; its record stays as it is.")


def _bytes(value: object, redactor: Redactor) -> bytes:
    """JSON without secrets, whatever field they got into."""
    data = encode(value)
    if redactor.redact_bytes(data) == data:
        return data
    return json.dumps(redactor.redact_data(to_data(value)), ensure_ascii=False).encode()


def _job_key(opening: Opening) -> str:
    return keys.job_key(opening.journey_id, opening.stage_id, opening.job_id)


def locations(opening: Opening, places: Places) -> dict[str, str]:
    """Where the parts of a job lie, for people and programs."""
    folder = keys.job_prefix(opening.journey_id, opening.stage_id, opening.job_id)
    return {
        "store": places.store.uri,
        "record": f"{places.store.uri}/{folder}job.json",
        "logs": f"{places.logs.uri}/{folder}logs",
        "reports": f"{places.reports.uri}/{folder}reports",
        "page": f"{places.reports.uri}/{folder}report.html",
    }


# --- reading back ----------------------------------------------------------------------------


def load_record(places: Places | Store, journey: str, stage: str, job: str) -> JobRecord:
    """The record of a job: as it was written at the end, or as it follows so far.

    Raises ``InputError`` (``MissingObjectError``) when there is no such job.
    """
    where = places if isinstance(places, Places) else Places.of(places)
    number, _ = keys.parse_job_id(job)
    opening = claims.read_opening(where.store, journey, stage, number)
    if opening.job_id != job:
        raise MissingObjectError(f"There is no {job} of {stage} in {journey}; {number} is "
                                 f"{opening.job_id}.")  # fmt: skip
    return record_of(where, opening)


def record_of(places: Places, opening: Opening) -> JobRecord:
    """The record that belongs to an opening."""
    attempts = claims.read_attempts(places.store, opening)
    ended = _ended(places.store, opening)
    if ended and ended.attempts > sum(attempt.event == "retried" for attempt in attempts):
        return ended
    since = attempts[-1].at if attempts else opening.started_at
    found = _reports(places.reports, opening)
    fresh = {s: r for s, r in found.items() if r.generated_at and r.generated_at >= since}
    return fold(opening, fresh, locations(opening, places), attempts)


def close_if_dead(
    places: Places,
    opening: Opening,
    is_over: Callable[[Opening], bool] = lambda _: False,
    may_rest: bool = True,
) -> JobRecord | None:
    """End the record of a job whose process is gone, as failed of category ``crashed``; or of
    one that ended while its store took no writes, as failed of category ``dependency``.

    ``is_over`` is asked about jobs of this process, and of one that cannot be seen from here.
    ``may_rest``: a paused job may do without a process, as a suspended flow run does.
    Gives the record when this call ended it, else ``None``. Completed steps keep their reports
    and their cached values.
    """
    if places.store.exists(_job_key(opening)):
        return None
    attempts = claims.read_attempts(places.store, opening)
    process = attempts[-1].process if attempts else opening.process
    if may_rest and attempts and attempts[-1].event == "paused":
        return None
    if claims.process_is_gone(process):
        failure = _failure("crashed", f"The process that ran {opening.job_id} is gone ({process}).")
    elif not claims.is_visible_elsewhere(process) and is_over(opening):
        failure = _failure("dependency", f"{opening.job_id} ended without a record: its store "
                           "took no more writes, or its host is gone.")  # fmt: skip
    else:
        return None
    trail = Trail(places, opening, attempts, _reports(places.reports, opening))
    record = trail.record(End("failed", now(), failure))
    _add_page(places, record, trail.reports)
    written = places.store.create(_job_key(opening), _bytes(record, places.redactor))
    return record if written else None


def _add_page(places: Places, record: JobRecord, reports: Mapping[str, StepReport]) -> None:
    """The page of a job that could not write its own; a fault of the store hinders nothing else."""
    key = keys.page_key(record.journey_id, record.stage_id, record.job_id)
    page = places.redactor.redact_bytes(job_page(record, reports))
    try:
        places.reports.put(key, page, _HTML)
    except StagelineError as error:
        _log.warning("The page of %s could not be written: %s", record.job_id, error)


def _failure(category: Category, message: str) -> Failure:
    return Failure(category, message, ADVICE[category])


def _reports(store: Store, opening: Opening) -> dict[str, StepReport]:
    return read_reports(
        store, keys.job_prefix(opening.journey_id, opening.stage_id, opening.job_id)
    )


def read_reports(store: Store, folder: str) -> dict[str, StepReport]:
    """The reports of all steps in the folder of a job (``keys.job_prefix``), by step id."""
    found: dict[str, StepReport] = {}
    for stat in store.list(f"{folder}reports/"):
        key = stat.key
        try:
            data = store.get(key)
        except MissingObjectError:
            continue  # gone since it was listed
        try:
            report = decode(StepReport, data)
            found[report.step_id] = report
        except DependencyError as error:  # cut off, by a server that keeps what it was sent
            _log.warning("The report %s is left out: %s", key, error)
    return found


def _ended(store: Store, opening: Opening) -> JobRecord | None:
    try:
        return decode(JobRecord, store.get(_job_key(opening)))
    except MissingObjectError:
        return None
