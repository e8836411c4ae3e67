"""Control and queries of jobs that run workflow documents, by job id.

The Prefect server is the state store: what is asked for here is a state of a flow run, as a
click in its UI is. A job that nobody runs any more (its process was killed) is told as failed.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, get_args

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterId,
    LogFilter,
    LogFilterTaskRunId,
    TaskRunFilter,
    TaskRunFilterName,
    TaskRunFilterState,
    TaskRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.client.schemas.responses import SetStateStatus
from prefect.client.schemas.sorting import LogSort, TaskRunSort
from prefect.states import Cancelled, Cancelling, Crashed, Paused

from deployments.runs import (
    STARTED,
    JobInfo,
    JobName,
    connect,
    find_run,
    find_runs,
    info_of,
    is_gone,
    open_job,
    place_of,
    read_record,
    told,
)
from deployments.stream import stream
from flows.run_workflow import run_workflow
from stageline import keys
from stageline.errors import InputError
from stageline.job import JobRecord, JobStatus, StepStatus, status_of_state
from stageline.near import near
from stageline.trail import close_if_dead, read_reports
from stageline.view import Job
from tasks.workflow.plan import STAGE

__all__ = [
    "active", "cancel", "failed", "jobs", "live_output", "pause", "progress", "recover",
    "recoverable", "reset", "resume", "stream",
]  # fmt: skip

PAUSE_SECONDS = 7 * 86_400
_UNDER_WAY = TaskRunFilterStateType(any_=[StateType.RUNNING, StateType.SCHEDULED])


# --- queries ---------------------------------------------------------------------------------


def jobs(
    status: str | None = None, workflow: str | None = None, journey: str | None = None
) -> list[JobInfo]:
    """The latest jobs (at most 200), the newest first; of one status, document or journey."""
    named = {"workflow": workflow, "journey": journey}
    tags = [f"{name}:{keys.check_id(name, value)}" for name, value in named.items() if value]
    if status is not None and status not in get_args(JobStatus):
        raise InputError(f"There is no status {keys.shown(status)}. "
                         f"{near(str(status), get_args(JobStatus))}")  # fmt: skip
    with connect() as client:
        found = [told(run) for run in find_runs(client, f"stage:{STAGE}", *tags)]
    return [job for job in found if status is None or job.status == status]


def active() -> list[JobInfo]:
    """Jobs that have not ended."""
    return [job for job in jobs() if not job.is_over]


def failed() -> list[JobInfo]:
    """Jobs that failed, or whose process was killed."""
    return jobs(status="failed")


def recoverable() -> list[JobInfo]:
    """The latest job of each document and journey, where it did not complete."""
    latest: dict[tuple[str, str], JobInfo] = {}
    for job in jobs():
        latest.setdefault((job.journey, job.workflow), job)
    return [job for job in latest.values() if job.status in {"failed", "cancelled"}]


def progress(job: JobName, journey: str | None = None) -> JobRecord:
    """The record of a job as it is now: ``status``, ``progress`` (0 to 100), ``current_step``
    and the ``steps`` with their statuses."""
    with connect() as client:
        run = find_run(client, job, journey)
        record, now = read_record(run), _task_states(client, run)
    steps = [replace(step, status=now[step.step_id])
             if step.status == "pending" and step.step_id in now else step
             for step in record.steps]  # fmt: skip
    return replace(record, steps=tuple(steps))


def _task_states(client: SyncPrefectClient, run: FlowRun) -> dict[str, StepStatus]:
    """What Prefect knows of the nodes that have begun and not ended; of a paused job also of
    those that ended last, which its record takes in when it is resumed."""
    is_paused = info_of(run).status == "paused"
    wanted = None if is_paused else TaskRunFilter(state=TaskRunFilterState(type=_UNDER_WAY))
    found = client.read_task_runs(
        flow_run_filter=FlowRunFilter(id=FlowRunFilterId(any_=[run.id])),
        task_run_filter=wanted,
        sort=TaskRunSort.EXPECTED_START_TIME_DESC,
    )
    return {
        task.name: status_of_state(task.state.type.value, task.state.name or "")
        for task in found
        if task.state
    }


def live_output(job: JobName, node: str, journey: str | None = None) -> Iterator[str]:
    """The lines that a node has logged so far, the output of a running command among them."""
    with connect() as client:
        run = find_run(client, job, journey)  # here, so that a wrong id is told by the call
    return _output(run, node)


def _output(run: FlowRun, node: str) -> Iterator[str]:
    with connect() as client:
        tasks = client.read_task_runs(
            flow_run_filter=FlowRunFilter(id=FlowRunFilterId(any_=[run.id])),
            task_run_filter=TaskRunFilter(name=TaskRunFilterName(any_=[node])),
        )
        if not tasks:
            return  # it has not begun, or Prefect has not recorded it yet
        wanted = LogFilter(task_run_id=LogFilterTaskRunId(any_=[task.id for task in tasks]))
        yield from _lines(client, wanted)


def _lines(client: SyncPrefectClient, wanted: LogFilter, page: int = 200) -> Iterator[str]:
    offset = 0
    while True:
        found = client.read_logs(
            log_filter=wanted, limit=page, offset=offset, sort=LogSort.TIMESTAMP_ASC
        )
        yield from (line.message for line in found)
        if len(found) < page:
            return
        offset += page


# --- control ---------------------------------------------------------------------------------


def cancel(job: JobName, journey: str | None = None, wait: float = 0) -> JobInfo:
    """Cancel a job: running nodes are told to end, and their processes killed.

    ``wait``: so many seconds at most until it has ended. Raises ``InputError`` for one that has.
    """
    with connect() as client:
        run = _open(client, job, journey, "cancelled")
        if not _close_dead(client, run):
            state = Cancelling if info_of(run).status in STARTED else Cancelled
            client.set_flow_run_state(run.id, state(message="Asked for."), force=True)
        return _await(client, run, wait)


def _await(client: SyncPrefectClient, run: FlowRun, wait: float) -> JobInfo:
    end = time.monotonic() + wait
    found = info_of(client.read_flow_run(run.id))
    while not found.is_over and time.monotonic() < end:
        time.sleep(0.1)
        found = info_of(client.read_flow_run(run.id))
    return found


def pause(job: JobName, journey: str | None = None) -> JobInfo:
    """Pause a running job: nodes under way end, no further one begins."""
    with connect() as client:
        run = _open(client, job, journey, "paused")
        if (status := told(run).status) != "running":
            raise InputError(f"{run.name} is {status}; only a running job can pause.")
        state: Any = Paused(timeout_seconds=PAUSE_SECONDS, message="Asked for.")
        client.set_flow_run_state(run.id, state, force=True)
        return info_of(client.read_flow_run(run.id))


def resume(
    job: JobName, answer: dict[str, Any] | None = None, journey: str | None = None
) -> JobInfo:
    """Let a paused job go on; ``answer`` fills in the form that it waits for.

    Raises ``InputError`` when the answer does not fit the form: the job stays paused then.
    """
    with connect() as client:
        run = _open(client, job, journey, "resumed")
        if not isinstance(answer, dict | None):
            raise InputError(f"The answer to a form is a mapping, not {keys.shown(answer)}.")
        said = client.resume_flow_run(run.id, run_input=answer)
        if said.status != SetStateStatus.ACCEPT:
            reason = getattr(said.details, "reason", None) or said.status.value
            raise InputError(f"{run.name} was not resumed: {reason}")
        return info_of(client.read_flow_run(run.id))


def recover(
    job: JobName,
    from_node: str | None = None,
    journey: str | None = None,
    max_attempts: int | None = None,
) -> Job | JobInfo:
    """Run a failed or cancelled job again: what is finished is taken from the store.

    ``from_node``: compute this node and all that follow anew, also of a completed job.
    ``max_attempts``: as often it may have failed, where that is more than it was called with. A
    deployment's job is handed to its workers and told as ``JobInfo``; a directly called one runs
    here and gives its ``Job``.
    """
    with connect() as client:
        run = find_run(client, job, journey)
        _close_dead(client, run)
        info = info_of(client.read_flow_run(run.id))
        if not info.is_over or (info.status == "completed" and from_node is None):
            raise InputError(f"{info.id} is {info.status}; only what failed or was cancelled "
                             "can be recovered, and what completed from a node on.")  # fmt: skip
        _, opening = open_job(run)
        given = {**run.parameters, "refresh_from": from_node, "triggered_by": f"recover {info.id}"}
        given |= {"document": opening.parameters["document"], "continues": info.id}
        if max_attempts is not None:
            given["max_attempts"] = max_attempts
        if info.deployment_id:
            made = client.create_flow_run_from_deployment(info.deployment_id, parameters=given)
            return info_of(made)
    given["store"] = place_of(run)
    return run_workflow(**given)  # type: ignore[no-any-return]


def reset(job: JobName, journey: str | None = None) -> int:
    """Forget what a job that ended has computed, so that the next run does all anew.

    Gives the number of values forgotten. Records, logs and reports stay.
    """
    with connect() as client:
        run = find_run(client, job, journey)
        _close_dead(client, run)
        info = info_of(client.read_flow_run(run.id))
    if not info.is_over:
        raise InputError(f"{info.id} is {info.status}; cancel it before it is reset.")
    places, opening = open_job(run)
    named = _values(places.reports, opening.journey_id, opening.stage_id, opening.job_id)
    found = [key for key in named if places.store.exists(key)]
    for key in found:
        places.store.delete(key)
    return len(found)


def _values(store: Any, journey: str, stage: str, job: str) -> set[str]:
    """The keys of all values that the reports of a job name."""
    reports = read_reports(store, keys.job_prefix(journey, stage, job))
    return {report.result_key for report in reports.values() if report.result_key}


def _open(client: SyncPrefectClient, job: JobName, journey: str | None, verb: str) -> FlowRun:
    run = find_run(client, job, journey)
    if info_of(run).is_over:
        raise InputError(f"{run.name} is {info_of(run).status}; it cannot be {verb}.")
    return run


def _close_dead(client: SyncPrefectClient, run: FlowRun) -> bool:
    """End a job whose process is gone, in the record and in Prefect; True if it was one."""
    if info_of(run).status not in STARTED or not is_gone(run):
        return False
    places, opening = open_job(run)
    close_if_dead(places, opening, may_rest=False)
    client.set_flow_run_state(run.id, Crashed(message="Its process is gone."), force=True)
    return True
