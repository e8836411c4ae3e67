"""A node as a Prefect task: its retries, its name, and its end."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from prefect import Task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun

from stageline import results
from stageline.errors import RETRYABLE, Category, category_of
from stageline.execution import Call
from stageline.step import StepResult
from stageline.workflow.document import Node, Retry, TaskNode
from tasks.step import run_call

# A retry that the document asks for is tried whatever the error, but for these.
_HOPELESS: frozenset[Category] = frozenset({"cancelled", "config", "bug"})
_PASSING = RETRYABLE - {"timeout"}  # a node that took too long will do so again, unless asked
_DEFAULT = Retry(attempts=3, delay=1.0, backoff=2.0, jitter=0.5)
_LONGEST = 86_400.0
NodeTask = Task[[Call], State[StepResult]]


def task_of(node: Node) -> NodeTask:
    """The task that runs a node. Nodes of one tool and one policy share it."""
    name = node.tool if isinstance(node, TaskNode) else node.kind
    return _task(name, node.retry or _DEFAULT, asked=node.retry is not None)


@lru_cache(maxsize=4096)
def _task(name: str, retry: Retry, asked: bool) -> NodeTask:
    retries = retry.attempts - 1
    return Task(
        fn=_body(name),
        name=name,
        task_run_name=_run_name,  # type: ignore[arg-type]  # found by its parameter
        retries=retries,
        retry_delay_seconds=[min(retry.delay * retry.backoff**k, _LONGEST) for k in range(retries)],
        retry_jitter_factor=retry.jitter,
        retry_condition_fn=_is_worth_it if asked else _may_help,
        cache_policy=NO_CACHE,
        persist_result=False,
    )


def _run_name(parameters: dict[str, Any]) -> str:
    step: str = parameters["call"].step.step_id
    return step


def _body(name: str) -> Callable[[Call], State[StepResult]]:
    def body(call: Call) -> State[StepResult]:
        return _run(call)

    body.__name__ = body.__qualname__ = name
    return body


def _run(call: Call) -> State[StepResult]:
    """Run a node, and have its value at hand in this process."""
    state = run_call(call)
    ref = state.data.value if isinstance(state.data, StepResult) else None
    if ref and ref.digest not in call.values:  # served from the cache
        call.values[ref.digest] = results.load(call.store, ref, call.step.output)
    return state


def _may_help(_: Task[..., Any], __: TaskRun, state: State[Any]) -> bool:
    return isinstance(state.data, BaseException) and category_of(state.data) in _PASSING


def _is_worth_it(_: Task[..., Any], __: TaskRun, state: State[Any]) -> bool:
    return isinstance(state.data, BaseException) and category_of(state.data) not in _HOPELESS
