"""How each kind of node begins: one function a kind."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from stageline.errors import CancelledError, InputError, StagelineError
from stageline.execution import Call, find
from stageline.keys import shown
from stageline.plugins import find_tool
from stageline.ports import Tool
from stageline.workflow.calls import bind, fixed_step, key_of, tool_step
from stageline.workflow.document import (
    MAX_SECONDS,
    BranchNode,
    SubflowNode,
    TaskNode,
    WaitNode,
)
from stageline.workflow.expressions import evaluate
from stageline.workflow.frame import Spot, subflow_frame
from stageline.workflow.inputs import check_inputs
from stageline.workflow.stopper import Stopper, late
from stageline.workflow.values import evaluate_value
from tasks.workflow.approval import Question
from tasks.workflow.board import Board
from tasks.workflow.rounds import begin_loop


def begin(board: Board, spot: Spot) -> None:
    """Begin a node. Raises ``StagelineError`` when it cannot: the node fails then."""
    if spot.node.timeout and spot.node.kind in {"loop", "subflow"}:
        board.limit(spot, spot.node.timeout)
    _BEGIN[spot.node.kind](board, spot, spot.node)


def _task(board: Board, spot: Spot, node: TaskNode) -> None:
    tool = find_tool(node.tool)
    if tool is None:  # checked before; a package may have been removed since
        raise InputError(f"There is no tool {shown(node.tool)} here.")
    files = board.services["Files"]
    bound = bind(node, tool, spot.frame.scope, files.open)
    stopper = Stopper(node.timeout)
    services = {**board.services, "Stop": stopper}
    occasion = _occasion(board, spot, node, tool)
    step, options = tool_step(spot.path, node, tool, bound, services, stopper, occasion)
    board.submit(spot, step, options, stopper)


def _occasion(board: Board, spot: Spot, node: TaskNode, tool: Tool) -> dict[str, str]:
    """What looks outside gives another result at another place and after another past, and in
    another job unless that continues this one; anything else gives the same wherever it is."""
    if not tool.traits.outside:
        return {}
    place = {"path": spot.path, "after": board.ancestry.before(spot)}
    lasts = node.cache or board.run.plan.fresh is False
    return place if lasts else {**place, "lineage": board.lineage}


def _branch(board: Board, spot: Spot, node: BranchNode) -> None:
    scope = spot.frame.scope
    chosen = next((c.name for c in node.cases if evaluate(c.when, scope)), node.default)
    board.finish(spot, {"case": chosen})


def _subflow(board: Board, spot: Spot, node: SubflowNode) -> None:
    plan, scope = board.run.plan, spot.frame.scope
    workflow = plan.documents[node.document]
    given = {name: evaluate_value(value, scope) for name, value in node.inputs.items()}
    given = {name: value for name, value in given.items() if value is not None}
    inputs = check_inputs(workflow, given)
    frame = subflow_frame(spot.frame, node.id, plan.inner(node.document), inputs)

    def finish() -> None:
        try:
            board.raise_failure(frame)
            outputs = {n: evaluate_value(v, frame.scope) for n, v in workflow.outputs.items()}
        except StagelineError as error:
            board.fail(spot, error)
        else:
            board.finish(spot, outputs)

    frame.finish, frame.holder = finish, spot
    board.open(frame)


# --- waits -----------------------------------------------------------------------------------


def _wait(board: Board, spot: Spot, node: WaitNode) -> None:
    """A wait that is over, and an answer that was given, are not asked for again in a recovery."""
    scope = spot.frame.scope
    until = None if node.form is not None else _until(node, scope)
    what = node.model_dump(mode="json", include={"form", "seconds", "until"})
    about = {"lineage": board.lineage, "place": spot.path, "after": board.ancestry.before(spot),
             "wait": what, "at": evaluate_value(node.until, scope)}  # fmt: skip
    if _is_known(board, spot, about):
        board.finish(spot, {}, **about)
    elif until is None:
        question = Question(board.run, spot.path, node)
        board.questions.append(lambda: _ask(board, spot, question, about))
    else:
        _rest(board, spot, max(0.0, (until - datetime.now(UTC)).total_seconds()),
              lambda: board.finish(spot, {"until": until.isoformat()}, **about))  # fmt: skip


def _rest(board: Board, spot: Spot, seconds: float, finish: Callable[[], None]) -> None:
    most = spot.node.timeout or seconds
    error = late(f"The node {spot.path}", most)
    end = finish if seconds <= most else lambda: board.fail(spot, error)
    board.at(time.monotonic() + min(seconds, most), end)


def _is_known(board: Board, spot: Spot, about: dict[str, Any]) -> bool:
    step, options = fixed_step(spot.path, spot.node, {}, **about)
    call: Call = board.call_of(spot, step, options)
    return find(call, key_of(step, options)) is not None


def _ask(board: Board, spot: Spot, question: Question, about: dict[str, Any]) -> None:
    if spot.frame.is_dead:
        return
    try:
        answer = question.ask(board.latest(spot), until=board.next_due)
    except CancelledError:
        raise  # it is the job that is cancelled
    except StagelineError as error:
        board.fail(spot, error)
    else:
        if answer is None:
            board.questions.appendleft(lambda: _ask(board, spot, question, about))
        else:
            board.finish(spot, answer, **about)


def _until(node: WaitNode, scope: Mapping[str, Any]) -> datetime:
    if "seconds" in node.model_fields_set:
        seconds = evaluate_value(node.seconds, scope)
        is_number = isinstance(seconds, int | float) and not isinstance(seconds, bool)
        if not is_number or not 0 <= seconds <= MAX_SECONDS:
            raise InputError(f"seconds is {shown(seconds)}; it must be a number from 0 on, and "
                             f"at most {MAX_SECONDS:,}.")  # fmt: skip
        return datetime.fromtimestamp(time.time() + seconds, UTC)
    text = evaluate_value(node.until, scope)
    try:
        found = datetime.fromisoformat(text)
        at = found.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        raise InputError(
            f"until is {shown(text)}; it must be a time such as 2030-01-31T08:00:00Z."
        ) from None
    if found.tzinfo is None:
        raise InputError(f"until is {shown(text)}; add a time zone, for example Z.")
    return at


_BEGIN: Mapping[str, Callable[[Board, Spot, Any], None]] = {
    "task": _task,
    "branch": _branch,
    "loop": begin_loop,
    "subflow": _subflow,
    "wait": _wait,
}
