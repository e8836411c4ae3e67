"""``step(fn, **policy)``: a pure step function with the policy under which Prefect runs it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import cache, cached_property
from typing import Any, Generic, ParamSpec, TypeVar

from prefect import Task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.logging import get_run_logger
from prefect.results import ResultRecord, ResultRecordMetadata  # type: ignore[attr-defined]
from prefect.states import Cancelled, Completed

from stageline.errors import RETRYABLE, CancelledError, category_of
from stageline.execution import Call, execute
from stageline.step import Outcome, StepFunction, StepResult, describe

Logger = logging.Logger | logging.LoggerAdapter[logging.Logger]
P = ParamSpec("P")
T = TypeVar("T")

BACKOFF_SECONDS = (1.0, 2.0, 4.0)
JITTER = 0.5


class JobStep(Generic[P, T]):
    """A step of jobs. Calling it calls the function; ``task`` is what a job submits."""

    def __init__(
        self,
        function: Callable[P, Outcome[T]],
        task: Task[[Call], State[StepResult]],
        timeout_seconds: float,
    ) -> None:
        self._function = function
        self.task = task
        self.timeout_seconds = timeout_seconds

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Outcome[T]:
        return self._function(*args, **kwargs)

    def __repr__(self) -> str:
        return f"step({self.about.step_id})"

    @cached_property
    def about(self) -> StepFunction:
        """The function taken apart: id, inputs, configuration, output type, code version."""
        return describe(self._function)


def step(
    function: Callable[P, Outcome[T]],
    *,
    retries: int = 2,
    retry_delay_seconds: Sequence[float] = BACKOFF_SECONDS,
    timeout_seconds: float = 3600,
    tags: Sequence[str] = (),
    **policy: Any,
) -> JobStep[P, T]:
    """Make a step of a pure function; its signature stays.

    Errors are retried, with exponential backoff and jitter, only if their category says that it
    can help. The value is cached by the job contract under its content key, so Prefect's own
    result storage stays off: a failed write there would lose the value in silence. The timeout
    is the contract's too: Prefect cannot interrupt a function in a worker thread either, and
    would notice only when it returns.
    """
    name = function.__name__
    task = Task(
        fn=_body(name),
        name=name,
        description=(function.__doc__ or name).strip(),
        tags=list(tags),
        retries=retries,
        retry_delay_seconds=list(retry_delay_seconds),
        retry_jitter_factor=JITTER,
        retry_condition_fn=_may_help,
        cache_policy=NO_CACHE,
        persist_result=False,
        **policy,
    )
    return JobStep(function, task, timeout_seconds)


def _body(name: str) -> Callable[[Call], State[StepResult]]:
    def body(call: Call) -> State[StepResult]:
        return run_call(call)

    body.__name__ = body.__qualname__ = name  # what Prefect keys a task by
    return body


# Results are never persisted (see ``step``). Without this, Prefect would look for the place on the
# disk where each of them would have been.
_NOWHERE = ResultRecordMetadata(storage_key="not-persisted")


def run_call(call: Call) -> State[StepResult]:
    if call.skipped:
        # Final, and no error: a state of type Cancelled would be logged as one.
        return Completed(
            name="Skipped", message=call.skipped, data=ResultRecord(metadata=_NOWHERE, result=None)
        )
    try:
        result = execute(call, forward=_to_api())
    except CancelledError as error:
        return Cancelled(message=str(error))
    cached = result.report.execution_summary.cached
    return Completed(
        name="Cached" if cached else "Completed",
        message="Served from the cache." if cached else None,
        data=ResultRecord(metadata=_NOWHERE, result=result),
    )


def _to_api() -> Callable[[int, str], None]:
    """Send lines to the run's log in Prefect only: what is logged goes to the console anyway."""

    @cache  # made for the first line: a step that logs nothing needs none
    def opened() -> tuple[logging.Logger, dict[str, object]]:
        logger: Logger = get_run_logger()
        if isinstance(logger, logging.LoggerAdapter):
            return logger.logger, dict(logger.extra or {})
        return logger, {}

    def send(level: int, text: str) -> None:
        target, extra = opened()
        if target.isEnabledFor(level):
            record = target.makeRecord(target.name, level, __file__, 0, text, (), None, extra=extra)
            for handler in target.handlers:
                handler.handle(record)

    return send


def _may_help(task: Task[..., Any], run: TaskRun, state: State[Any]) -> bool:  # noqa: ARG001
    """Whether the error is of a kind that a retry can mend."""
    return isinstance(state.data, BaseException) and category_of(state.data) in RETRYABLE
