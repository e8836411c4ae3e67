"""``run_graph``: the nodes of a workflow document, inside a job."""

from __future__ import annotations

from stageline.errors import InternalError
from stageline.workflow.frame import Frame, root_frame
from stageline.workflow.page import Subject, present
from stageline.workflow.values import evaluate_value
from tasks.run import Run
from tasks.workflow.board import Board
from tasks.workflow.kinds import begin
from tasks.workflow.plan import GraphPlan
from tasks.workflow.services import services

WATCH_SECONDS = 0.5  # a cancel has to reach running nodes in two


def run_graph(run: Run[GraphPlan]) -> None:
    """Run all nodes, then evaluate the outputs. Raises the first failure that nothing handles,
    in document order, when all that does not depend on it has ended."""
    plan, run.watch.every = run.plan, WATCH_SECONDS
    subject = Subject(plan.workflow, plan.inputs, run.outputs)
    run.present = lambda record: present(subject, record, run.trail.reports)
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
    run.outputs.update((n, evaluate_value(v, scope)) for n, v in plan.workflow.outputs.items())
    run.trail.add_outputs(run.outputs)


def _run(board: Board, frame: Frame) -> None:
    board.open(frame)
    while not frame.is_done:
        if board.is_idle:
            left = ", ".join(name for name in frame.graph.nodes if name not in frame.settled)
            raise InternalError(f"Nothing is left to do, but these nodes have not ended: {left}.")
        board.advance()
    board.drain()
