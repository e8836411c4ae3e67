"""A call as a task run of the flow, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from prefect import Task
from prefect.client.schemas.objects import RunInput, TaskRunResult
from prefect.context import FlowRunContext
from prefect.futures import PrefectFuture
from prefect.task_runners import TaskRunner
from prefect.utilities.annotations import quote

from stageline.errors import StagelineError, as_stageline_error
from stageline.execution import Call
from stageline.step import StepResult

Future = PrefectFuture[Any]


def submit(task: Task[..., Any], call: Call, before: Iterable[UUID] = (), **more: Any) -> Future:
    """Submit a call, with what ``more`` the task takes, all untouched.

    The task runs ``before`` it only draw the graph of the run: ``wait_for`` would do so too, but
    would also fetch their values once more, and stop at a failed one.
    """
    context = FlowRunContext.get()
    assert context is not None  # noqa: S101  (``start_run`` saw to it)
    links: set[RunInput] = {TaskRunResult(id=task_run) for task_run in before}
    runner: TaskRunner[Future] = context.task_runner
    given = {name: quote(value) for name, value in {"call": call, **more}.items()}
    return runner.submit(task, given, dependencies={"call": links})


def result_of(call: Call, future: Future) -> StepResult | StagelineError:
    """The result of a call, or its error as ours. Raises what ends a run (an interrupt)."""
    future.wait()
    if call.result and future.state.is_completed():  # handed over: no need to fetch it
        return call.result
    outcome = future.result(raise_on_failure=False)
    if isinstance(outcome, StepResult):
        return outcome
    if isinstance(outcome, BaseException) and not isinstance(outcome, Exception):
        raise outcome
    # Of a task that is Cancelled Prefect keeps no exception.
    return call.error or as_stageline_error(outcome, f"Step {call.step.step_id}")
