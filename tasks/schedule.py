"""Which step runs when: what is ready runs, what lies behind a failure is skipped."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Any

from stageline.capture import Capture
from stageline.errors import StagelineError, StepTimeoutError
from stageline.execution import Call, failed
from tasks.futures import Future, result_of, submit
from tasks.plan import Plan
from tasks.run import Run

WAIT_SECONDS = 1.0


@dataclass(frozen=True)
class Running:
    """A step under way, and until when it may take, as ``time.monotonic`` counts."""

    call: Call
    future: Future
    deadline: float


@dataclass
class Board:
    """The steps by what is known of them, in plan order."""

    waiting: list[str]
    running: dict[str, Running] = field(default_factory=dict)
    futures: dict[str, Future] = field(default_factory=dict)
    errors: dict[str, StagelineError] = field(default_factory=dict)
    done: SimpleQueue[str] = field(default_factory=SimpleQueue)


def run_steps(run: Run[Plan]) -> None:
    """Run all steps. Raises the first failed step's error (in plan order) when all have ended."""
    board = Board(list(run.plan.steps))
    try:
        while board.waiting or board.running:
            _submit_ready(run, board)
            _take_finished(run, board)
            run.watch.check()
    finally:
        for name in board.waiting:
            run.skipped.setdefault(name, "the job ended before it could start")
    if board.errors:
        raise next(board.errors[name] for name in run.plan.steps if name in board.errors)


def _submit_ready(run: Run[Plan], board: Board) -> None:
    for name in list(board.waiting):
        needs = run.plan.needs(name)
        blocked = next((n for n in needs if n in board.errors or n in run.skipped), None)
        if blocked:
            _skip(run, board, name, f"{blocked} did not complete")
        elif all(need in run.refs for need in needs):
            _submit(run, board, name)


def _submit(run: Run[Plan], board: Board, name: str) -> None:
    board.waiting.remove(name)
    call = _call(run, name)
    step = run.plan.steps[name]
    before = (board.futures[need].task_run_id for need in run.plan.needs(name))
    future = submit(step.task, call, before)
    board.running[name] = Running(call, future, time.monotonic() + step.timeout_seconds)
    _tell(run, name, "running")
    future.add_done_callback(lambda _: board.done.put(name))


def _skip(run: Run[Plan], board: Board, name: str, reason: str) -> None:
    """Mark a step as skipped, in Prefect by a task run of that name in state ``Skipped``."""
    board.waiting.remove(name)
    run.skipped[name] = reason
    call = _call(run, name, skipped=reason)
    submit(run.plan.steps[name].task, call).wait()
    _tell(run, name, "skipped")


def _call(run: Run[Plan], name: str, skipped: str | None = None) -> Call:
    step, opening = run.plan.steps[name].about, run.trail.opening
    takes = () if skipped else run.plan.takes[name]
    given = dict(zip(step.inputs, takes, strict=False))
    return Call(
        step=step,
        inputs={parameter: run.input(giver) for parameter, giver in given.items()},
        options=run.plan.options(name, run.request.options),
        kinds={parameter: run.plan.kinds[giver] for parameter, giver in given.items()},
        store=run.trail.places.store,
        capture=Capture(name, opening.stage_id, opening.job_id, run.trail.places.redactor),
        values=run.values,
        refresh=name in run.request.refreshed,
        skipped=skipped,
    )


def _take_finished(run: Run[Plan], board: Board) -> None:
    wait = min(run.live.flush(), WAIT_SECONDS)
    try:
        name = board.done.get(timeout=wait if board.running else 0)
    except Empty:
        _fail_late(run, board)
        return
    if name in board.running:  # else it came too late
        _take(run, board, name, board.running.pop(name))


def _fail_late(run: Run[Plan], board: Board) -> None:
    """Only when all that has finished is taken: this loop may have been held up, not the step."""
    for name, running in list(board.running.items()):
        if time.monotonic() > running.deadline:
            del board.running[name]
            _fail(run, board, name, running.call, _late(run, name))


def _take(run: Run[Plan], board: Board, name: str, running: Running) -> None:
    board.futures[name] = running.future
    result = result_of(running.call, running.future)
    if isinstance(result, StagelineError):
        _fail(run, board, name, running.call, result)
        return
    assert result.value is not None  # noqa: S101  (a completed step has a value)
    run.refs[name] = result.value
    run.trail.add(result)
    _tell(run, name, "completed", cached=result.report.execution_summary.cached)


def _fail(run: Run[Plan], board: Board, name: str, call: Call, error: StagelineError) -> None:
    board.errors[name] = error
    run.trail.add(failed(call, error))
    _tell(run, name, "failed")


def _late(run: Run[Plan], name: str) -> StepTimeoutError:
    seconds = run.plan.steps[name].timeout_seconds
    return StepTimeoutError(
        f"The step {name} took more than {seconds:g} seconds. Its thread goes on, and what it "
        "computes is kept for the next run; raise timeout_seconds of the step if it needs more."
    )


def _tell(run: Run[Plan], name: str, status: str, **more: Any) -> None:
    run.live.send("node_status", status, run.trail.progress, node=name, **more)
    if status != "running" and run.live.is_stale:
        run.live.show_progress(run.trail.record())
