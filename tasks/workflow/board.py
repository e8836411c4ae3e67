"""Which node runs when: what is ready is submitted as a Prefect task, at most so many at a time.

One thread decides everything: the flow's own. It looks at nodes whose sources have ended,
submits those that may run, takes what has finished, and watches the clock and the run's state.
"""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from heapq import heappop, heappush
from math import inf
from queue import Empty, SimpleQueue
from typing import Any

from stageline.capture import Capture
from stageline.errors import CancelledError, StagelineError
from stageline.execution import Call, failed, passed_over
from stageline.step import StepFunction
from stageline.workflow.calls import failing_step, fixed_step
from stageline.workflow.expressions import evaluate
from stageline.workflow.frame import Frame, Settled, Spot, completed, skipped
from stageline.workflow.frame import failed as failed_node
from stageline.workflow.stopper import Stopper, late
from tasks.futures import Future, result_of, submit
from tasks.run import Run
from tasks.workflow.ancestry import Ancestry
from tasks.workflow.links import Links
from tasks.workflow.node import begin_again, task_of
from tasks.workflow.plan import GraphPlan

LOOK_SECONDS = 0.4  # how long a cancel, or a time that is up, may wait to be seen
SOON_SECONDS = 2.0  # a form is not shown for less
GRACE_SECONDS = 2.0  # for a tool in a thread that was told to stop


@dataclass(eq=False)
class Turn:
    """A spot whose turn has come. Without a call it still has to be begun, as its kind is."""

    spot: Spot
    call: Call | None = None
    stopper: Stopper = field(default_factory=Stopper)
    once: bool = False


@dataclass(eq=False)
class Running:
    turn: Turn
    call: Call
    future: Future


@dataclass(eq=False)
class Board:
    """The nodes of a job by what is known of them. ``begin`` starts a node as its kind is."""

    run: Run[GraphPlan]
    begin: Callable[[Board, Spot], None]
    services: Mapping[str, Any]
    lineage: str
    todo: deque[Callable[[], None]] = field(default_factory=deque)
    turns: deque[Turn] = field(default_factory=deque)
    running: dict[int, Running] = field(default_factory=dict)
    timers: list[tuple[float, int, Callable[[], None]]] = field(default_factory=list)
    questions: deque[Callable[[], None]] = field(default_factory=deque)
    links: Links = field(default_factory=Links)
    ancestry: Ancestry = field(default_factory=Ancestry)
    errors: dict[str, StagelineError] = field(default_factory=dict)
    done: SimpleQueue[int] = field(default_factory=SimpleQueue)
    levels: dict[int, Frame] = field(default_factory=dict)
    limits: dict[Spot, float] = field(default_factory=dict)
    tries: Counter[Spot] = field(default_factory=Counter)
    number: int = 0

    # --- the loop ---

    def advance(self) -> None:
        """One turn of the loop: decide, submit, wait for the next thing to happen, take it."""
        self._work_off()
        while self.turns and len(self.running) < self.run.plan.max_parallel:
            self._submit(self.turns.popleft())
            self._work_off()
        if self.questions and not (self.running or self.turns) and not self._is_something_due:
            self.questions.popleft()()
        self._take_finished()
        self._ring()
        self._stop_late()
        self.run.watch.check()

    @property
    def is_idle(self) -> bool:
        """Whether nothing can happen any more."""
        return not (self.todo or self.turns or self.running or self.timers or self.questions)

    def _work_off(self) -> None:
        while self.todo:
            self.todo.popleft()()

    def drain(self) -> None:
        """Let what is still to be shown (skipped nodes) end."""
        while self.turns or self.running:
            self.advance()

    def stop_all(self) -> None:
        """Tell all running nodes to end, because the job is cancelled."""
        for running in self.running.values():
            running.turn.stopper.stop("cancelled")

    # --- nodes whose sources have ended ---

    def open(self, frame: Frame) -> None:
        """Begin a level."""
        if frame.holder:
            self.levels[id(frame)] = frame
        self.look(frame, frame.begin())
        self._close_if_done(frame)

    def _close_if_done(self, frame: Frame) -> None:
        if frame.is_done:
            self.levels.pop(id(frame), None)
            self.todo.append(lambda: None if frame.is_dead else frame.finish())

    def abandon(self, spot: Spot) -> None:
        """Wait no longer for what runs inside a loop or subflow, and tell it to end."""
        for frame in self.levels.values():
            frame.dead = frame.dead or frame.holder is spot
        for running in self.running.values():
            if running.turn.spot.frame.is_dead:
                running.turn.stopper.stop("cancelled")

    def look(self, frame: Frame, names: list[str]) -> None:
        self.todo.extend(partial(self._look, frame, name) for name in names)

    def _look(self, frame: Frame, name: str) -> None:
        if frame.is_dead:
            return
        spot = Spot(frame, frame.graph.nodes[name])
        try:
            reason = frame.obstacle(name) or self._unwanted(spot)
        except StagelineError as error:
            self.fail(spot, error)
            return
        if reason:
            self._skip(spot, reason)
        else:
            self.turns.append(Turn(spot))

    def _unwanted(self, spot: Spot) -> str | None:
        when = spot.node.when
        return f"{when} is false" if when and not evaluate(when, spot.frame.scope) else None

    def _skip(self, spot: Spot, reason: str) -> None:
        step, options = fixed_step(spot.path, spot.node, {})
        call = self.call_of(spot, step, options)
        call.skipped = reason
        self.run.skipped[spot.path] = reason
        self.run.trail.add(passed_over(call, reason))
        self.ancestry.add(spot, "skipped")
        self.turns.append(Turn(spot, call))
        self.settle(spot, skipped(reason))
        self._tell(spot, "skipped")

    # --- what nodes ask for ---

    def finish(self, spot: Spot, outputs: Mapping[str, Any], **identity: Any) -> None:
        """End a node that calls no tool: its outputs are recorded by a task of its name."""
        self._end(spot, *fixed_step(spot.path, spot.node, outputs, **identity))

    def fail(self, spot: Spot, error: StagelineError) -> None:
        """End a node that could not begin, or whose inside failed; or begin it once more."""
        self.limits.pop(spot, None)
        self.tries[spot] += 1
        pause = begin_again(spot.node, error, self.tries[spot])
        if pause is None:
            self._end(spot, *failing_step(spot.path, spot.node, error), once=True)
        else:
            self.at(time.monotonic() + pause, lambda: self.turns.append(Turn(spot)))

    def _end(
        self, spot: Spot, step: StepFunction, options: dict[str, Any], once: bool = False
    ) -> None:
        self.limits.pop(spot, None)
        self.turns.append(Turn(spot, self.call_of(spot, step, options), once=once))

    def limit(self, spot: Spot, seconds: float) -> None:
        """Fail a node that has not ended in so many seconds, with all that runs inside."""
        self.limits[spot] = time.monotonic() + seconds

    def latest(self, spot: Spot) -> float:
        """When the first of the limits around a node is over."""
        found, holder = float("inf"), spot.frame.holder
        while holder:
            found, holder = min(found, self.limits.get(holder, found)), holder.frame.holder
        return found

    def submit(
        self, spot: Spot, step: StepFunction, options: dict[str, Any], stopper: Stopper
    ) -> None:
        """Run a step for a node, next of all."""
        self.turns.appendleft(Turn(spot, self.call_of(spot, step, options), stopper))

    def at(self, due: float, what: Callable[[], None]) -> None:
        """Do something at a time of ``time.monotonic``."""
        self.number += 1
        heappush(self.timers, (due, self.number, what))

    def call_of(self, spot: Spot, step: StepFunction, options: dict[str, Any]) -> Call:
        opening, places = self.run.trail.opening, self.run.trail.places
        node = spot.node
        return Call(
            step=step,
            inputs={},
            options=options,
            kinds={},
            store=places.store,
            capture=Capture(step.step_id, opening.stage_id, opening.job_id, places.redactor),
            values=self.run.values,
            refresh=node.cache is False or node.id in self.run.request.refreshed,
        )

    # --- tasks ---

    def _submit(self, turn: Turn) -> None:
        spot = turn.spot
        if spot.frame.is_dead:
            return
        if turn.call is None:
            self._tell(spot, "running")
            try:
                self.begin(self, spot)
            except StagelineError as error:
                self.fail(spot, error)
            return
        self.number += 1
        number = self.number
        before = self.links.before(spot)
        future = submit(task_of(spot.node, turn.once), turn.call, before, stopper=turn.stopper)
        self.running[number] = Running(turn, turn.call, future)
        self.links.add(spot, future.task_run_id)
        future.add_done_callback(lambda _: self.done.put(number))

    def _take_finished(self) -> None:
        """Wait for the next end of a node, then take all that have ended."""
        wait = min(self._patience(), self.run.live.flush())
        try:
            number = self.done.get(timeout=wait) if wait else self.done.get_nowait()
            while True:
                if number in self.running:  # else it was given up
                    self._take(self.running.pop(number))
                number = self.done.get_nowait()
        except Empty:
            return

    def _patience(self) -> float:
        if self.todo or (self.turns and len(self.running) < self.run.plan.max_parallel):
            return 0.0
        due = self.next_due
        if not self.running and due == inf:
            return 0.0
        return max(0.0, min(LOOK_SECONDS, due - time.monotonic()))

    def _take(self, running: Running) -> None:
        spot, call = running.turn.spot, running.call
        if call.skipped:
            return  # told and settled before
        result = result_of(call, running.future)
        if isinstance(result, StagelineError):
            self._take_failure(spot, call, result)
            return
        assert result.value is not None  # noqa: S101  (a completed step has a value)
        self.run.refs[spot.path] = result.value
        self.run.trail.add(result)
        self.ancestry.add(spot, result.value.content_key)
        self.settle(spot, completed(self.run.values[result.value.digest]))
        self._tell(spot, "completed", cached=result.report.execution_summary.cached)

    def _take_failure(self, spot: Spot, call: Call, error: StagelineError) -> None:
        self.errors[spot.path] = error
        self.run.trail.add(failed(call, error))
        self.ancestry.add(spot, "failed")
        plan = self.run.plan
        self.settle(spot, failed_node(spot.node, error.category, str(error), plan.documents))
        self._tell(spot, "failed")

    def settle(self, spot: Spot, how: Settled) -> None:
        frame = spot.frame
        if frame.is_dead:
            return
        self.look(frame, frame.settle(spot.node.id, how))
        self._close_if_done(frame)

    def raise_failure(self, frame: Frame) -> None:
        """Raise the error of the first node of a level whose failure nothing handles."""
        if name := frame.failure():
            path = frame.path(name)
            error = self.errors[path]
            raise type(error)(f"{path}: {error}") from error

    # --- the clock ---

    @property
    def next_due(self) -> float:
        """When the next timer rings or limit ends, as ``time.monotonic`` counts."""
        timers = [due for due, _, _ in self.timers[:1]]
        return min([*timers, *self.limits.values()], default=inf)

    @property
    def _is_something_due(self) -> bool:
        """Whether a form would only be shown to be taken away at once."""
        return self.next_due - time.monotonic() < SOON_SECONDS

    def _ring(self) -> None:
        while self.timers and self.timers[0][0] <= time.monotonic():
            heappop(self.timers)[2]()
        for spot, due in list(self.limits.items()):
            if due <= time.monotonic():
                self.abandon(spot)
                self.fail(spot, late(f"The node {spot.path}", spot.node.timeout))

    def _stop_late(self) -> None:
        for number, running in list(self.running.items()):
            stopper, spot = running.turn.stopper, running.turn.spot
            if stopper.late_by > GRACE_SECONDS:
                self._give_up(number, late(f"The node {spot.path}", stopper.timeout))
            elif stopper.late_by > 0 and not stopper.is_set():
                stopper.stop("timeout")
            elif spot.frame.is_dead and stopper.unheeded_for > GRACE_SECONDS:
                self._give_up(number, CancelledError(f"{spot.path} did not end when told to."))

    def _give_up(self, number: int, error: StagelineError) -> None:
        """Go on without a tool that runs in a thread and does not heed; it cannot be killed."""
        running = self.running.pop(number)
        running.turn.stopper.give_up()
        self._take_failure(running.turn.spot, running.call, error)

    def _tell(self, spot: Spot, status: str, **more: Any) -> None:
        run = self.run
        run.live.send("node_status", status, run.trail.progress, node=spot.path, **more)
        if status != "running" and run.live.is_stale:
            run.live.show_progress(run.trail.record())
