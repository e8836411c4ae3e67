"""Where a node holds values and expressions: one table for everything that looks into nodes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal, NamedTuple

from stageline.workflow.document import (
    BranchNode,
    LoopNode,
    Node,
    SubflowNode,
    TaskNode,
    WaitNode,
)


class Slot(NamedTuple):
    """One value or expression of a node.

    ``place`` leads to it from the node (``("parameters", "url")``). ``need`` says what an edge
    from a reference in it is: ``needed``, ``optional``, or ``port`` where it depends on what
    takes the value, whose name is then the last part of ``place``. ``inside``: it belongs to
    the scope of the loop's body.
    """

    place: tuple[str | int, ...]
    value: Any
    need: Literal["needed", "optional", "port"]
    is_expression: bool = False
    inside: bool = False


def slots_of(node: Node) -> list[Slot]:
    """The slots of a node itself, in document order; those of a loop's body are not among them."""
    found = [] if node.when is None else [Slot(("when",), node.when, "needed", True)]
    own = _OWN.get(node.kind)
    if own is not None:
        found.extend(own(node))
    return found


def _task(node: TaskNode) -> list[Slot]:
    return [Slot(("parameters", n), v, "port") for n, v in node.parameters.items()]


def _branch(node: BranchNode) -> Iterator[Slot]:
    for number, case in enumerate(node.cases):
        yield Slot(("cases", number, "when"), case.when, "needed", True)


def _loop(node: LoopNode) -> Iterator[Slot]:
    if node.is_over:
        yield Slot(("over",), node.over, "needed")
    if node.until is not None:
        yield Slot(("until",), node.until, "needed", True, True)
    for name, value in node.state.items():
        yield Slot(("state", name), value, "needed")
    for name, value in node.next.items():
        yield Slot(("next", name), value, "optional", False, True)
    for name, value in node.outputs.items():
        yield Slot(("outputs", name), value, "optional", False, True)


def _subflow(node: SubflowNode) -> list[Slot]:
    return [Slot(("inputs", n), v, "port") for n, v in node.inputs.items()]


def _wait(node: WaitNode) -> Iterator[Slot]:
    for name in ("seconds", "until"):
        if name in node.model_fields_set:
            yield Slot((name,), getattr(node, name), "needed")


_OWN: Mapping[str, Callable[[Any], list[Slot] | Iterator[Slot]]] = {
    "task": _task,
    "branch": _branch,
    "loop": _loop,
    "subflow": _subflow,
    "wait": _wait,
}
