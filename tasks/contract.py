"""``run_job``: the job contract around the steps of a plan, inside a Prefect flow run.

Start, steps, end: the number is claimed, ready steps run side by side, each leaves its log and
its report, those behind a failure are skipped, and the record ends exactly once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, cast

from prefect.client.schemas.objects import State
from prefect.exceptions import TerminationSignal
from prefect.futures import PrefectFuture
from prefect.states import Cancelled
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from stageline.codec import to_data
from stageline.errors import CancelledError, StagelineError, as_stageline_error
from stageline.execution import clean, explain
from stageline.job import End, JobRecord, now
from stageline.job_page import job_page
from stageline.summary import findings_markdown, summary_markdown
from stageline.view import Job, Presentation, Values
from tasks.request import Request
from tasks.run import PlanT, Run, start_run

Present = Callable[[Mapping[str, Any], JobRecord], Presentation]

_log = logging.getLogger("stageline.contract")


def run_job(
    plan: PlanT,
    request: Request,
    run_steps: Callable[[Run[PlanT]], None],
    present: Present | None = None,
) -> Any:
    """Run a plan as one job; to be called once, by a flow, with nothing around it.

    ``run_steps`` runs the steps. ``present`` makes ``report.html`` and its summaries of the step
    values and the record; of a job that did not complete, too, what ``run_steps`` left as
    ``run.present`` makes them.
    Returns the ``Job``, or a Prefect state where it was cancelled; ``Any``, because a flow is
    typed by what its caller gets, and Prefect raises such a state there. A failure is raised
    after it was recorded: always a ``StagelineError``, with the category that the record has.
    """
    run = _start(plan, request)
    try:
        run_steps(run)
        run.watch.check(force=True)
        return _complete(run, present)
    except (CancelledError, KeyboardInterrupt) as error:
        return _cancel(run, error)
    except TerminationSignal as error:
        cancelled = _cancel(run, error)
        if run.live.run.deployment_id:
            raise  # the worker that sent it sets the state
        return cancelled
    except Exception as error:  # noqa: BLE001 - recorded with a category, then raised
        ours = _fail(run, error)
        raise ours from ours.__cause__


def side_by_side(most: int = 4) -> TaskRunner[PrefectFuture[Any]]:
    """Steps in threads, at most so many at a time: unbounded, all would start at once."""
    return cast(TaskRunner[PrefectFuture[Any]], ThreadPoolTaskRunner[Any](max_workers=most))


def _start(plan: PlanT, request: Request) -> Run[PlanT]:
    try:
        return start_run(plan, request)
    except StagelineError as error:
        raise clean(error, request.places.redactor) from error.__cause__


def _complete(run: Run[Any], present: Present | None) -> Job:
    end = End("completed", now())
    record, reports = run.trail.record(end), run.trail.reports
    values = Values(run.trail.places, run.refs, run.plan.kinds, run.values, reports)
    shown = present(values, record) if present else _present(run, record)
    record = run.trail.finish(end, shown.page)
    _show_end(run, record, "job_completed", shown)
    return Job(run.trail.places, record, reports, values, replace(shown, page=b""), run.outputs)


def _present(run: Run[Any], record: JobRecord) -> Presentation:
    """What shows a job whose steps do without a presentation of their values."""
    if run.present:
        return run.present(record)
    return Presentation(job_page(record, run.trail.reports))


def _fail(run: Run[Any], error: Exception) -> StagelineError:
    redactor = run.trail.places.redactor
    record = _finish_badly(run, End("failed", now(), explain(error, redactor), run.skipped))
    ours = clean(as_stageline_error(error, run.job_id), redactor)
    ours.add_note(f"Job {run.job_id} failed; its report is {record.locations['page']}")
    return ours


def _cancel(run: Run[Any], error: BaseException) -> State[Any]:
    redactor = run.trail.places.redactor
    reason = CancelledError(redactor.redact(str(error)) or "The job was interrupted.")
    _finish_badly(run, End("cancelled", now(), explain(reason, redactor), run.skipped))
    return Cancelled(message=f"{run.job_id}: {reason}", data=reason)


def _finish_badly(run: Run[Any], end: End) -> JobRecord:
    """End the record. A store that takes no more writes must not hide the error itself."""
    record = run.trail.record(end)
    shown = _present_badly(run, record)
    try:
        record = run.trail.finish(end, shown.page)
    except StagelineError as problem:
        _log.error("The record of %s could not be ended: %s", run.job_id, problem)
    _show_end(run, record, "job_failed", shown)
    return record


def _present_badly(run: Run[Any], record: JobRecord) -> Presentation:
    """As ``_present``; nor must a page that cannot be made hide the error."""
    try:
        return _present(run, record)
    except Exception:  # noqa: BLE001 - any defect of a page
        _log.exception("The page of %s could not be made; a plain one is shown.", run.job_id)
        return Presentation(job_page(record, run.trail.reports))


def _show_end(run: Run[Any], record: JobRecord, kind: str, shown: Presentation) -> None:
    reports, error = run.trail.reports, record.error
    redact = run.trail.places.redactor.redact
    metrics = to_data(record.job_metrics)
    run.live.show_progress(record)
    run.live.send("metrics", record.status, record.progress, metrics=metrics)
    run.live.send(kind, record.status, record.progress, error=error.message if error else None)
    summary = redact(shown.summary) or summary_markdown(record, reports)
    run.live.show_page("summary", summary, "Summary of the job")
    findings = redact(shown.markdown) or findings_markdown(reports)
    if findings:
        run.live.show_page("findings", findings, "What the steps found")
    run.live.flush(at_once=True)
