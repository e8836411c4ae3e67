"""Rules for loops: one way to go on, a bound, a body, and names that do not meet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain

from stageline.keys import shown
from stageline.near import near
from stageline.workflow.checking import Checking, Site
from stageline.workflow.document import LoopNode
from stageline.workflow.findings import Place
from stageline.workflow.port_types import fits
from stageline.workflow.survey import MAX_LOOPS, RESERVED, Placed
from stageline.workflow.value_rules import check_expression, check_value


def check_loop(c: Checking, placed: Placed, node: LoopNode) -> None:
    """Check a loop itself; its body is a level of its own."""
    for code, message, field, hint in chain(_way(node), _bounds(placed, node), _body(placed)):
        c.report(code, message, (*placed.path, field), hint, placed)
    _check_names(c, placed, node)
    _check_values(c, placed, node)


_Words = tuple[str, str, str, str]


def _way(node: LoopNode) -> Iterator[_Words]:
    if node.is_over == (node.until is not None):
        yield ("loop_way", "A loop has either 'over' or 'until'.", "until",
               "Give 'over' a list, or 'until' a condition.")  # fmt: skip
    if node.until is not None and node.limit is None:
        yield ("missing_limit", "A loop with 'until' needs a 'limit'.", "until",
               "Say how many rounds there are at most.")  # fmt: skip


def _bounds(placed: Placed, node: LoopNode) -> Iterator[_Words]:
    if node.max_parallel > 1 and (node.state or node.until is not None):
        yield ("bad_parallel", "Rounds that hand on a state, or a condition, go one by one.",
               "max_parallel", "Take 'max_parallel' out.")  # fmt: skip
    if placed.level.depth == MAX_LOOPS:
        yield ("loops_too_deep", f"Loops are nested more than {MAX_LOOPS} deep.", "nodes",
               "Put inner loops into a subflow.")  # fmt: skip


def _body(placed: Placed) -> Iterator[_Words]:
    body = placed.body
    if body is not None and all(inner.node.kind == "note" for inner in body.placed):
        yield "empty_loop", "The loop has no nodes to run.", "nodes", "Add a node."


def _check_names(c: Checking, placed: Placed, node: LoopNode) -> None:
    if node.as_ != "item" and (node.as_ in RESERVED or node.as_ in c.survey.by_id):
        what = "reserved" if node.as_ in RESERVED else "the id of a node"
        c.report("reserved_name", f"The name {shown(node.as_)} is {what}.",
                 (*placed.path, "as"), "Call the items something else.", placed)  # fmt: skip
    for name in node.next.keys() - node.state.keys():
        c.report("unknown_state", f"'next' sets {shown(name)}, which is no state.",
                 Place((*placed.path, "next", name), is_key=True),
                 _meant(name, node.state), placed, name)  # fmt: skip
    taken = {"count", "error", *node.state}
    for name in node.outputs.keys() & taken | node.state.keys() & {"count", "error"}:
        field = "outputs" if name in node.outputs else "state"
        c.report("duplicate_port", f"The loop has another output called {shown(name)}.",
                 Place((*placed.path, field, name), is_key=True),
                 "Use another name.", placed, name)  # fmt: skip


def _meant(name: str, state: Mapping[str, object]) -> str:
    return near(name, state)


def _check_values(c: Checking, placed: Placed, node: LoopNode) -> None:
    around = Site(placed.level, placed)
    inside = Site(placed.body or placed.level, placed)
    if node.is_over:
        kind = check_value(c, node.over, around, (*placed.path, "over"))
        if not fits(kind.type, "array"):
            c.report("type_mismatch", f"'over' takes array, not {kind.type}.",
                     (*placed.path, "over"), "Give it a list.", placed, "over")  # fmt: skip
    if node.until is not None:
        check_expression(c, node.until, inside, (*placed.path, "until"))
    for name, value in node.state.items():
        check_value(c, value, around, (*placed.path, "state", name))
    for field, values in (("next", node.next), ("outputs", node.outputs)):
        for name, value in values.items():
            check_value(c, value, inside, (*placed.path, field, name))
