"""The rounds of a loop: over items, some side by side; or one after the other until it holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from stageline.errors import InputError, StagelineError
from stageline.keys import shown
from stageline.workflow.document import LoopNode
from stageline.workflow.expressions import evaluate
from stageline.workflow.frame import Frame, Spot, round_frame
from stageline.workflow.values import evaluate_value
from tasks.workflow.board import Board


@dataclass(eq=False)
class Rounds:
    """A loop under way. ``items`` is ``None`` where it runs until something holds."""

    board: Board
    spot: Spot
    node: LoopNode
    items: list[Any] | None
    state: dict[str, Any]
    begun: int = 0
    under_way: int = 0
    outputs: dict[int, dict[str, Any]] = field(default_factory=dict)
    errors: dict[int, StagelineError] = field(default_factory=dict)
    holds: bool = False

    @property
    def side_by_side(self) -> int:
        return self.node.max_parallel if self.items is not None and not self.node.state else 1

    @property
    def is_more(self) -> bool:
        if self.errors or self.holds:
            return False
        most = len(self.items) if self.items is not None else self.node.limit or 0
        return self.begun < most

    def go_on(self) -> None:
        """Begin as many rounds as may run side by side; end the loop when none is left."""
        while self.is_more and self.under_way < self.side_by_side:
            self._begin_round(self.begun)
        if self.under_way == 0:
            self._end()

    def _begin_round(self, number: int) -> None:
        own: dict[str, Any] = {"index": number, "state": dict(self.state)}
        if self.items is not None:
            own[self.node.as_] = self.items[number]
        frame = round_frame(self.spot.frame, self.board.run.plan.body(self.node), number, own)
        frame.holder = self.spot
        frame.finish = lambda: self._end_round(number, frame)
        self.begun += 1
        self.under_way += 1
        self.board.open(frame)

    def _end_round(self, number: int, frame: Frame) -> None:
        self.under_way -= 1
        try:
            self.board.raise_failure(frame)
            self._take(number, frame)
        except StagelineError as error:
            self.errors[number] = error
        self.go_on()

    def _take(self, number: int, frame: Frame) -> None:
        node, scope = self.node, frame.scope
        found = {name: evaluate_value(value, scope) for name, value in node.outputs.items()}
        self.outputs[number] = found
        after = {name: evaluate_value(value, scope) for name, value in node.next.items()}
        self.state = scope["state"] = {**self.state, **after}
        self.holds = node.until is not None and bool(evaluate(node.until, scope))

    def _end(self) -> None:
        if self.errors:  # of rounds side by side that of the first, whichever failed first
            self.board.fail(self.spot, self.errors[min(self.errors)])
            return
        rounds = [self.outputs[number] for number in sorted(self.outputs)]
        named = {name: self._output(name, rounds) for name in self.node.outputs}
        self.board.finish(self.spot, {**self.state, **named, "count": len(rounds)})

    def _output(self, name: str, rounds: list[dict[str, Any]]) -> Any:
        if self.items is not None:
            return [found[name] for found in rounds]
        return rounds[-1][name] if rounds else None


def begin_loop(board: Board, spot: Spot, node: LoopNode) -> None:
    """Begin the rounds of a loop. Raises ``InputError`` when ``over`` gives no list."""
    scope = spot.frame.scope
    items = None
    if node.is_over:
        items = evaluate_value(node.over, scope)
        if not isinstance(items, list | tuple):
            raise InputError(f"over is {shown(items)}; a loop runs over a list.")
        items = list(items[: node.limit] if node.limit else items)
    state = {name: evaluate_value(value, scope) for name, value in node.state.items()}
    Rounds(board, spot, node, items, state).go_on()
