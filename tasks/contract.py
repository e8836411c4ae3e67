"""``run_job``: the job contract around the steps of a plan, inside a Prefect flow run.

Start, steps, end: the number is claimed, ready steps run side by side, each leaves its log and
its report, those behind a failure are skipped, and the record ends exactly once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any, cast

from prefect.client.schemas.objects import State
from prefect.exceptions import TerminationSignal
from prefect.futures import PrefectFuture
from prefect.states import Cancelled
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from stageline.codec import to_data
from stageline.errors import CancelledError, StagelineError, as_stageline_error
from stageline.execution import clean, explain
from stageline.job import End, JobRecord, StepReport, now
from stageline.summary import findings_markdown, summary_markdown
from stageline.view import Job, Presentation, Values, job_page
from tasks.request import Request
from tasks.run import PlanT, Run, start_run

Present = Callable[[Mapping[str, Any], JobRecord], Presentation]

_log = logging.getLogger("stageline.contract")


def run_job(
    plan: PlanT,
    request: Request,
    run_steps: Callable[[Run[PlanT]], Present | None],
    present: Present | None = None,
) -> Any:
    """Run a plan as one job; to be called once, by a flow, with nothing around it.

    ``run_steps`` runs the steps; ``present``, or what ``run_steps`` gives, makes ``report.html``
    and its summaries of the step values and the record.
    Returns the ``Job``, or a Prefect state where it was cancelled; ``Any``, because a flow is
    typed by what its caller gets, and Prefect raises such a state there. A failure is raised
    after it was recorded: always a ``StagelineError``, with the category that the record has.
    """
    run = _start(plan, request)
    try:
        present = run_steps(run) or present
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
    values = Values(run.trail.places, run.refs, run.plan.kinds, run.values)
    end = End("completed", now())
    record, reports = run.trail.record(end), run.trail.reports
    shown = present(values, record) if present else Presentation(job_page(record, reports))
    record = run.trail.finish(end, shown.page)
    _show_end(run, record, "job_completed", shown.markdown)
    return Job(run.trail.places, record, reports, values, shown.text, run.outputs)


def _fail(run: Run[Any], error: Exception) -> StagelineError:
    redactor = run.trail.places.redactor
    _finish_badly(run, End("failed", now(), explain(error, redactor), run.skipped))
    return clean(as_stageline_error(error, run.job_id), redactor)


def _cancel(run: Run[Any], error: BaseException) -> State[Any]:
    redactor = run.trail.places.redactor
    reason = CancelledError(redactor.redact(str(error)) or "The job was interrupted.")
    _finish_badly(run, End("cancelled", now(), explain(reason, redactor), run.skipped))
    return Cancelled(message=f"{run.job_id}: {reason}", data=reason)


def _finish_badly(run: Run[Any], end: End) -> None:
    """End the record. A store that takes no more writes must not hide the error itself."""
    reports: Mapping[str, StepReport] = run.trail.reports
    try:
        record = run.trail.finish(end, job_page(run.trail.record(end), reports))
    except StagelineError as problem:
        _log.error("The record of %s could not be ended: %s", run.job_id, problem)
        record = run.trail.record(end)
    _show_end(run, record, "job_failed")


def _show_end(run: Run[Any], record: JobRecord, kind: str, findings: str = "") -> None:
    reports, error = run.trail.reports, record.error
    metrics = to_data(record.job_metrics)
    run.live.show_progress(record)
    run.live.send("metrics", record.status, record.progress, metrics=metrics)
    run.live.send(kind, record.status, record.progress, error=error.message if error else None)
    run.live.show_page("summary", summary_markdown(record, reports), "Summary of the job")
    findings = run.trail.places.redactor.redact(findings) or findings_markdown(reports)
    if findings:
        run.live.show_page("findings", findings, "What the steps found")
    run.live.flush(at_once=True)
