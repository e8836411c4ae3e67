"""A document run by the real board, frames and rounds, but with tasks that run inline.

Neither server nor threads: hundreds of documents in seconds. What is replaced is the submission
of a task, the run's state in Prefect and its live messages. The order in which tasks are said to
have ended is drawn by ``chance``.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from queue import Empty
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest

from stageline import keys
from stageline.errors import StagelineError
from stageline.job import JobRecord, Opening, now
from stageline.store import MissingObjectError, Stat
from stageline.trail import Places, Trail
from stageline.workflow import Workflow
from stageline.workflow.inputs import check_inputs
from tasks import step
from tasks.workflow import board, graph_run
from tasks.workflow.graph_run import run_graph
from tasks.workflow.plan import GraphPlan


class MemoryStore:
    """Objects in a dictionary, as far as a running job uses a store."""

    uri = "memory"

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}

    def get(self, key: str, digest: str | None = None) -> bytes:
        if key not in self.objects:
            raise MissingObjectError(key)
        return self.objects[key]

    def put(self, key: str, data: bytes, content_type: str | None = None) -> None:
        self.objects[key] = data

    def create(self, key: str, data: bytes) -> bool:
        return self.objects.setdefault(key, data) is data

    def exists(self, key: str) -> bool:
        return key in self.objects

    def stat(self, key: str) -> Stat:
        return Stat(key, len(self.get(key)), now())

    def list(self, prefix: str = "") -> Iterator[Stat]:
        return (self.stat(key) for key in sorted(self.objects) if key.startswith(prefix))

    def delete(self, key: str) -> None:
        self.objects.pop(key, None)


class InlineFuture:
    """What a submitted task gives, when it has run already."""

    def __init__(self, outcome: Any, is_complete: bool = False) -> None:
        self.outcome, self.task_run_id = outcome, uuid4()
        self.state = SimpleNamespace(is_completed=lambda: is_complete)

    def wait(self) -> None:
        return None

    def result(self, raise_on_failure: bool = True) -> Any:
        return self.outcome

    def add_done_callback(self, tell: Any) -> None:
        tell(self)


class Submission:
    """Runs a call at once, without retries."""

    def __init__(self, ran: list[str]) -> None:
        self.ran = ran
        self.known: set[UUID] = set()

    def __call__(self, task: Any, call: Any, before: Any, stopper: Any) -> InlineFuture:
        assert set(before) <= self.known
        if not call.skipped:
            self.ran.append(call.step.step_id)
        future = self._run(call)
        self.known.add(future.task_run_id)
        return future

    def _run(self, call: Any) -> InlineFuture:
        try:
            state = step.run_call(call)
        except StagelineError as error:
            return InlineFuture(error)
        return InlineFuture(state.data, state.is_completed())


class ShuffledQueue:
    """Ends of tasks, in an order of its own."""

    def __init__(self, chance: random.Random) -> None:
        self.numbers: list[int] = []
        self.chance = chance

    def put(self, number: int) -> None:
        self.numbers.append(number)

    def get(self, timeout: float | None = None) -> int:
        return self.get_nowait()

    def get_nowait(self) -> int:
        if not self.numbers or self.chance.random() < 0.3:
            raise Empty
        return self.numbers.pop(self.chance.randrange(len(self.numbers)))


class Watch:
    """Nobody cancels or pauses."""

    every = 0.0

    def check(self, force: bool = False) -> None:
        return None


class Live:
    """Keeps what would have been sent."""

    is_stale = False

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []

    def send(
        self, kind: str, status: str, progress: float, node: str | None = None, **_: Any
    ) -> None:
        self.sent.append((str(node), status))

    def flush(self, at_once: bool = False) -> float:
        return 1.0


class Inline:
    """One run of a document. ``ran``: the paths of the tasks in order."""

    def __init__(
        self,
        workflow: Workflow,
        inputs: Mapping[str, Any],
        documents: Mapping[str, Workflow],
        seed: int = 0,
        store: MemoryStore | None = None,
        max_parallel: int = 4,
    ) -> None:
        self.store = store or MemoryStore()
        self.ran: list[str] = []
        self.chance = random.Random(seed)  # noqa: S311
        given, files = check_inputs(workflow, inputs), SimpleNamespace(open=None)
        plan = GraphPlan(workflow, given, files, documents, max_parallel)  # type: ignore[arg-type]
        number = sum(key.startswith("opened/") for key in self.store.objects) + 1
        self.store.put(f"opened/{number}", b"")
        opening = Opening(
            journey_id="JRN", stage_id="run_workflow", flow_run_id=str(number),
            triggered_by="test", steps=plan.steps, process="p", store="memory",
            started_at=now(), purpose="p", parameters={"lineage": "l"},
            number=number, job_id=keys.job_id(number, now()),
        )  # fmt: skip
        self.trail = Trail(Places.of(self.store), opening)  # type: ignore[arg-type]
        self.live = Live()
        self.run = SimpleNamespace(
            plan=plan, trail=self.trail, live=self.live, watch=Watch(), refs={}, values={},
            skipped={}, outputs={}, request=SimpleNamespace(refreshed=frozenset()),
        )  # fmt: skip
        self.error: StagelineError | None = None

    def __call__(self) -> Inline:
        with _inline(self.ran, self.chance):
            try:
                run_graph(self.run)  # type: ignore[arg-type]
            except StagelineError as error:
                self.error = error
        return self

    @property
    def record(self) -> JobRecord:
        return self.trail.record()

    @property
    def statuses(self) -> dict[str, str]:
        return {step.step_id: step.status for step in self.record.steps}


@contextmanager
def _inline(ran: list[str], chance: random.Random) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(board, "submit", Submission(ran))
        patch.setattr(step, "_to_api", lambda: None)  # there is no run whose log it could be
        made = partial(board.Board, done=ShuffledQueue(chance))
        patch.setattr(graph_run, "Board", made)
        patch.setattr(step, "_to_api", lambda: None)  # there is no run that could log
        yield
