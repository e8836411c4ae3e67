"""``run_graph``: the nodes of a workflow document, inside a job."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from stageline.job import JobRecord
from stageline.view import Presentation
from stageline.workflow.frame import Frame, root_frame
from stageline.workflow.page import present
from stageline.workflow.values import evaluate_value
from tasks.run import Run
from tasks.workflow.board import Board
from tasks.workflow.kinds import begin
from tasks.workflow.plan import GraphPlan
from tasks.workflow.services import services

Present = Callable[[Mapping[str, Any], JobRecord], Presentation]
WATCH_SECONDS = 0.5  # a cancel has to reach running nodes in two


def run_graph(run: Run[GraphPlan]) -> Present:
    """Run all nodes, then evaluate the outputs. Raises the first failure that nothing handles,
    in document order, when all that does not depend on it has ended. Gives what shows the job."""
    plan, run.watch.every = run.plan, WATCH_SECONDS
    lineage = str(run.trail.opening.parameters["lineage"])
    board = Board(run, begin, services(run.trail.places.store, plan.files), lineage)
    frame = root_frame(plan.graph, plan.inputs)
    try:
        _run(board, frame)
    except BaseException:
        board.stop_all()
        raise
    finally:
        for name in plan.steps:
            if name not in frame.settled:
                run.skipped.setdefault(name, "the job ended before it could start")
    board.raise_failure(frame)
    scope = frame.scope
    run.outputs = {n: evaluate_value(v, scope) for n, v in plan.workflow.outputs.items()}
    run.trail.add_outputs(run.outputs)
    return lambda _, record: present(run.outputs, record, run.trail.reports)


def _run(board: Board, frame: Frame) -> None:
    board.open(frame)
    while not frame.is_done:
        board.advance()
    board.drain()
