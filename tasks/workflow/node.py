"""A node as a Prefect task: its retries, its name, and its end."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from prefect import Task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun

from stageline.errors import RETRYABLE, Category, StagelineError, category_of
from stageline.execution import Call
from stageline.step import StepResult
from stageline.workflow.document import Node, Retry, TaskNode
from stageline.workflow.stopper import Stopper
from tasks.step import run_call

# A retry that the document asks for is tried whatever the error, but for these.
_HOPELESS: frozenset[Category] = frozenset({"cancelled", "config", "bug"})
_PASSING = RETRYABLE - {"timeout"}  # a node that took too long will do so again, unless asked
_DEFAULT = Retry(attempts=3, delay=1.0, backoff=2.0, jitter=0.5)
_ONCE = Retry(attempts=1)
_AGAIN = frozenset({"task", "loop", "subflow"})
_LONGEST = 86_400.0
NodeTask = Task[[Call, Stopper], State[StepResult]]


def task_of(node: Node, once: bool = False) -> NodeTask:
    """The task that runs a node. Nodes of one tool and one policy share it.

    What a document asks for a loop or a subflow as a whole (``begin_again``) is no matter of
    this task, which only notes how it ended. ``once``: it notes a failure.
    """
    name = node.tool if isinstance(node, TaskNode) else node.kind
    if once or not isinstance(node, TaskNode):
        return _task(name, _ONCE if once else _DEFAULT, asked=False)
    return _task(name, node.retry or _DEFAULT, asked=node.retry is not None)


def begin_again(node: Node, error: StagelineError, tries: int) -> float | None:
    """Seconds after which to begin a node once more, which could not begin, or whose inside
    failed; ``None`` if that is not asked for, or can mend nothing."""
    retry = node.retry or _DEFAULT
    hopeful = error.category not in _HOPELESS if node.retry else error.category in _PASSING
    if node.kind not in _AGAIN or not hopeful or tries >= retry.attempts:
        return None
    return pause_after(retry, tries) if node.retry or node.kind == "task" else None


def pause_after(retry: Retry, tries: int) -> float:
    """Seconds to wait after so many tries."""
    share = 1 + retry.jitter * random.random()  # noqa: S311 - spreads load, keeps no secret
    return min(retry.delay * retry.backoff ** (tries - 1) * share, _LONGEST)


@lru_cache(maxsize=4096)
def _task(name: str, retry: Retry, asked: bool) -> NodeTask:
    return Task(
        fn=_body(name, retry),
        name=name,
        task_run_name=_run_name,  # type: ignore[arg-type]  # found by its parameter
        retries=retry.attempts - 1,
        retry_condition_fn=_is_worth_it if asked else _may_help,
        cache_policy=NO_CACHE,
        persist_result=False,
    )


def _run_name(parameters: dict[str, Any]) -> str:
    step: str = parameters["call"].step.step_id
    return step


def _body(name: str, retry: Retry) -> Callable[[Call, Stopper], State[StepResult]]:
    """The pauses between tries are held here: Prefect's own cannot be cut short by a cancel."""

    def body(call: Call, stopper: Stopper) -> State[StepResult]:
        if tries := call.capture.tries:
            stopper.pause(f"The node {call.step.step_id}", pause_after(retry, tries))
        return run_call(call)

    body.__name__ = body.__qualname__ = name
    return body


def _may_help(_: Task[..., Any], __: TaskRun, state: State[Any]) -> bool:
    return isinstance(state.data, BaseException) and category_of(state.data) in _PASSING


def _is_worth_it(_: Task[..., Any], __: TaskRun, state: State[Any]) -> bool:
    return isinstance(state.data, BaseException) and category_of(state.data) not in _HOPELESS
