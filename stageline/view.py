"""A job as its caller sees it: id, status, report, its steps and their values; and as a page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from stageline import keys, results
from stageline.codec import decode
from stageline.errors import InputError
from stageline.job import Failure, JobRecord, StepLog, StepReport, StepStatus
from stageline.job_page import job_body
from stageline.near import near
from stageline.step import Ref
from stageline.store import MissingObjectError
from stageline.trail import Places

NO_REPORTS: Mapping[str, StepReport] = {}


class NoValueError(InputError, KeyError):
    """A step has no value: there is no such step, or it failed or was skipped."""

    __str__ = Exception.__str__  # that of a KeyError is its repr


class Values(Mapping[str, Any]):
    """Step values by step id; one that is not in memory is read from the store when asked for."""

    def __init__(
        self,
        places: Places,
        refs: Mapping[str, Ref],
        kinds: Mapping[str, Any],
        memory: dict[str, Any],
        reports: Mapping[str, StepReport] = NO_REPORTS,
    ) -> None:
        self._places, self._refs, self._kinds, self._memory = places, refs, kinds, memory
        self._reports = reports

    def __getitem__(self, step: str) -> Any:
        if step not in self._refs:
            raise NoValueError(_why_none(step, self._reports))
        ref = self._refs[step]
        if ref.digest not in self._memory:
            self._memory[ref.digest] = results.load(self._places.store, ref, self._kinds[step])
        return self._memory[ref.digest]

    def __iter__(self) -> Iterator[str]:
        return iter(self._refs)

    def __len__(self) -> int:
        return len(self._refs)

    def __repr__(self) -> str:
        return f"<Values of {', '.join(self._refs) or 'no step'}>"


def _why_none(step: str, reports: Mapping[str, StepReport]) -> str:
    if step not in reports:
        return f"There is no step {keys.shown(step)}. {near(str(step), reports)}"
    error = reports[step].error
    if error is None:
        return f"{step} has no value: it was {reports[step].execution_summary.status}."
    return (f"{step} has no value: it failed ({error.category}): {error.message.rstrip('.')}. "
            f"See job.steps[{step!r}].error.")  # fmt: skip


@dataclass(frozen=True, slots=True)
class StepView:
    """One step of a job. ``value`` is ``None`` where it was skipped or failed."""

    id: str
    value: Any
    report: StepReport
    log: StepLog

    @property
    def status(self) -> StepStatus:
        return self.report.execution_summary.status

    @property
    def error(self) -> Failure | None:
        """Why it failed: category, message, advice and traceback."""
        return self.report.error

    def __repr__(self) -> str:
        why = f": {self.error.category}: {self.error.message}" if self.error else ""
        return f"<Step {self.id} {self.status}{why}>"


@dataclass(frozen=True, slots=True)
class Presentation:
    """What is shown of a job: a page, its findings as markdown, and a short text. Where any
    job's would say less: its summary as markdown, and what makes the HTML for notebooks."""

    page: bytes
    markdown: str = ""
    text: str = ""
    summary: str = ""
    excerpt: Callable[[], str] | None = None


NOTHING_SHOWN = Presentation(b"")


class Job:
    """A job that ended well. Immutable; values are loaded when asked for.

    Not a dataclass, because Prefect walks through dataclasses that a flow returns.
    """

    __slots__ = ("_outputs", "_places", "_record", "_reports", "_shown", "_values")

    def __init__(
        self,
        places: Places,
        record: JobRecord,
        reports: Mapping[str, StepReport],
        values: Values,
        shown: Presentation = NOTHING_SHOWN,
        outputs: Mapping[str, Any] | None = None,
    ) -> None:
        self._outputs, self._shown = dict(outputs or {}), shown
        self._places, self._record, self._reports, self._values = places, record, reports, values

    @property
    def id(self) -> str:
        return self._record.job_id

    @property
    def status(self) -> str:
        return self._record.status

    @property
    def report(self) -> str:
        """Where ``report.html`` lies: a path, or a URI."""
        return self._record.locations["page"]

    @property
    def record(self) -> JobRecord:
        return self._record

    @property
    def values(self) -> Mapping[str, Any]:
        """Each completed step's value by step id; ``NoValueError`` says why one has none."""
        return self._values

    @property
    def outputs(self) -> Mapping[str, Any]:
        """What a workflow document gives as its outputs; empty for other jobs."""
        return dict(self._outputs)

    @property
    def reports(self) -> Mapping[str, StepReport]:
        """Each step's report by step id."""
        return dict(self._reports)

    @property
    def steps(self) -> Mapping[str, StepView]:
        """Each step by step id: its status, value, report, log, and why it failed."""
        return {name: self.step(name) for name in self._reports}

    def step(self, name: str) -> StepView:
        """One step, as in ``steps``. Raises ``InputError`` for an unknown one."""
        if name not in self._reports:
            raise InputError(f"{self.id} has no step {keys.shown(name)}. "
                             f"{near(str(name), self._reports)}")  # fmt: skip
        return StepView(name, self._values.get(name), self._reports[name], self._log(name))

    def _log(self, name: str) -> StepLog:
        record = self._record
        key = keys.log_key(record.journey_id, record.stage_id, record.job_id, name)
        try:
            return decode(StepLog, self._places.logs.get(key))
        except MissingObjectError:  # a skipped step has none, and one may be lost
            return StepLog(name, ())

    def __repr__(self) -> str:
        return f"<Job {self.id} of {self.record.stage_id}: {self.status}, report {self.report}>"

    def __str__(self) -> str:
        text = f"{self._shown.text}\n\n" if self._shown.text else ""
        return f"{text}Job     {self.id} ({self.status})\nReport  {self.report}"

    def _repr_html_(self) -> str:
        if self._shown.excerpt:
            body = self._places.redactor.redact(self._shown.excerpt())
        else:
            body = job_body(self._record, self._reports)
        return f'<div class="stageline-job">{body}</div>'
