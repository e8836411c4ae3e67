"""One step of one job: looked up or computed, stored, and reported.

The value is written, and verified by the store, before the step counts as completed.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from stageline import keys, results
from stageline.capture import Capture, capturing
from stageline.codec import decode, encode, to_data
from stageline.errors import (
    ADVICE,
    CancelledError,
    DependencyError,
    StagelineError,
    as_stageline_error,
    category_of,
)
from stageline.job import ExecutionSummary, Failure, StepLog, StepReport, StepStatus, now
from stageline.redaction import Redactor, writable
from stageline.step import Findings, Ref, Source, StepFunction, StepResult
from stageline.store import Store

Input = Ref | Source
_log = logging.getLogger(__name__)


@dataclass(eq=False)
class Call:
    """A step about to run. ``values`` hands decoded values over inside one process and job, by
    digest; ``kinds`` gives the type of each input's value. One object serves all tries, and keeps
    what came of them: ``error`` and ``failure`` of the last one, or its ``result``."""

    step: StepFunction
    inputs: Mapping[str, Input]
    options: Mapping[str, Any]
    kinds: Mapping[str, Any]
    store: Store
    capture: Capture
    values: dict[str, Any]
    refresh: bool = False
    skipped: str | None = None
    error: StagelineError | None = None
    failure: Failure | None = None
    result: StepResult | None = None

    @property
    def content_key(self) -> str:
        """The key under which this step's value with these inputs and options is cached."""
        digests = {name: _identity(given) for name, given in self.inputs.items()}
        options = {name: to_data(value) for name, value in sorted(self.options.items())}
        return keys.content_key(self.step.cache_id, self.step.version, options, digests)


def _identity(given: Input) -> str:
    """What makes an input the same: its bytes; of a file also its name, which a value may keep."""
    return f"{given.digest} {given.path.name}" if isinstance(given, Source) else given.digest


def execute(call: Call, forward: Callable[[int, str], None] | None = None) -> StepResult:
    """Serve a step from the cache or compute it. Raises the step's error as ours, after its log
    and measures are kept in ``call`` (see ``failed``)."""
    call.capture.forward = forward
    call.error = call.failure = None  # of an earlier try
    with capturing(call.capture):
        try:
            ref, findings, cached = _value(call)
        except Exception as error:  # noqa: BLE001 - every error is given a category and raised
            _keep(call, error)
    if call.error:
        raise call.error from call.error.__cause__
    call.result = _result(call, "completed", findings, ref, cached)
    return call.result


def _keep(call: Call, error: Exception) -> None:
    redactor = call.capture.redactor
    call.failure = explain(error, redactor)
    call.error = clean(as_stageline_error(error, f"Step {call.step.step_id}"), redactor)
    level = logging.WARNING if isinstance(call.error, CancelledError) else logging.ERROR
    _log.log(level, "%s: %s", call.error.category, call.error)


def failed(call: Call, error: BaseException) -> StepResult:
    """The result of a step that ended with ``error``: its log and a report that says why."""
    why = call.failure or explain(error, call.capture.redactor)
    return _result(call, "failed", Findings(), None, cached=False, error=why)


def passed_over(call: Call, reason: str) -> StepResult:
    """The result of a step that did not run, because of what came before it."""
    return _result(call, "skipped", Findings(results={"reason": reason}), None, cached=False)


def explain(error: BaseException, redactor: Redactor) -> Failure:
    """An error as data, for records and reports, secrets removed."""
    category = category_of(error)
    text = "".join(traceback.format_exception(error))
    message = redactor.redact(str(error) or type(error).__name__)
    return Failure(category, message, ADVICE[category], redactor.redact(text))


def clean(error: StagelineError, redactor: Redactor) -> StagelineError:
    """``error`` if its text and its causes can be written and hold no secret, else one of its kind
    without them."""
    text = "".join(traceback.format_exception(error))
    if redactor.redact_data(writable(text)) == text:
        return error
    return type(error)(redactor.redact(str(error)))


def _value(call: Call) -> tuple[Ref, Findings, bool]:
    step, key = call.step, call.content_key
    if found := find(call, key):
        _log.info("Served from the cache: results/%s...", key[:12])  # the report has all of it
        return found.ref, found.findings, True
    arguments = [_load(call, name) for name in step.inputs]
    outcome = step.function(*arguments, **call.options)
    for warning in outcome.findings.warnings:
        _log.warning("%s", warning)
    payload = encode(outcome.value, step.output)
    ref = results.save(call.store, key, step.cache_id, payload, outcome.findings)
    call.values[ref.digest] = outcome.value
    return ref, outcome.findings, False


def find(call: Call, key: str) -> results.Stored | None:
    """The value of a step that is in the store, if it may be taken and is one of this step."""
    found = None if call.refresh else results.lookup(call.store, key, call.step.cache_id)
    if found is None or call.step.misfit is None:
        return found
    try:
        value = decode(call.step.output, found.payload)
        why: object = call.step.misfit(value)
    except DependencyError as error:
        why = error
    if why:
        results.warn_of_damage(key, why)
        return None
    call.values[found.ref.digest] = value
    return found


def _load(call: Call, name: str) -> Any:
    given = call.inputs[name]
    if isinstance(given, Source):
        return given
    if given.digest not in call.values:
        call.values[given.digest] = results.load(call.store, given, call.kinds[name])
    return call.values[given.digest]


def _result(
    call: Call,
    status: StepStatus,
    findings: Findings,
    ref: Ref | None,
    cached: bool,
    error: Failure | None = None,
) -> StepResult:
    capture, step = call.capture, call.step
    entries = capture.lines()
    report = StepReport(
        report_id=f"{capture.job_id}.{step.step_id}",
        report_type=step.step_id,
        title=step.title,
        step_id=step.step_id,
        execution_summary=ExecutionSummary(
            status=status,
            cached=cached,
            start_time=capture.started,
            end_time=capture.ended,
            duration_seconds=round(capture.wall_seconds, 6),
            items_processed=findings.items_processed,
            cpu_seconds=round(capture.cpu_seconds, 6),
            peak_memory_bytes=capture.peak_memory_bytes,
            tries=capture.tries,
            logs=len(entries),
            warnings=sum(entry.level == "WARNING" for entry in entries),
            errors=sum(entry.level in {"ERROR", "CRITICAL"} for entry in entries),
        ),
        results=findings.results,
        insights=findings.insights,
        recommendations=(error.advice,) if error else findings.recommendations,
        generated_at=now(),
        result_key=keys.result_key(ref.content_key) if ref else None,
        result_digest=ref.digest if ref else None,
        error=error,
    )
    return StepResult(ref, report, StepLog(step.step_id, entries))
