"""References: what they name, whether it can be seen from where they stand, and its type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from stageline.keys import shown
from stageline.near import near
from stageline.workflow.document import Input, LoopNode, Workflow
from stageline.workflow.paths import Reference
from stageline.workflow.port_types import has_step, outputs_of
from stageline.workflow.survey import Level, Placed, Survey
from stageline.workflow.toolbox import Toolbox


class Fault(NamedTuple):
    """Why a reference leads nowhere."""

    code: str
    message: str
    hint: str | Callable[[], str]
    port: str | None = None


class Resolved(NamedTuple):
    """The type of what a reference names; the node it is a port of; or why there is none."""

    type: str
    placed: Placed | None = None
    fault: Fault | None = None


_ANY = Resolved("any")


class Names:
    """What can be referred to in one document."""

    def __init__(
        self,
        inputs: Mapping[str, Input],
        survey: Survey,
        lost: frozenset[str],
        toolbox: Toolbox,
        documents: Mapping[str, Workflow],
    ) -> None:
        self._inputs = inputs
        self._by_id = survey.by_id
        self._lost = lost
        self._toolbox = toolbox
        self._documents = documents

    def resolve(self, reference: Reference, level: Level) -> Resolved:
        """What ``reference`` names when it stands in ``level``."""
        placed = self._by_id.get(reference.root)
        if placed is not None:
            return self._port(reference, placed, level)
        special = _SPECIAL.get(reference.root)
        if special is not None:
            return special(self, reference, level)
        loop = next((found for found in level.loops() if found.as_ == reference.root), None)
        if loop is not None:
            return self._item(reference, loop)
        return _ANY if reference.root in self._lost else self._unknown(reference)

    def _unknown(self, reference: Reference) -> Resolved:
        root = reference.root
        return _fault(
            "unknown_node",
            f"There is no node {shown(root)}.",
            lambda: f"Did you mean inputs.{root}?" if root in self._inputs
            else near(root, self._by_id),
        )  # fmt: skip

    # --- nodes -------------------------------------------------------------------------------

    def _port(self, reference: Reference, placed: Placed, level: Level) -> Resolved:
        if placed.level is not level:
            fault = _hidden(placed, level)
            if fault is not None:
                return Resolved("any", None, fault)
        outputs = outputs_of(placed.node, self._toolbox, self._documents)
        if outputs is None:
            return Resolved("any", placed)
        path = reference.path
        kind = outputs.get(path[0]) if path and isinstance(path[0], str) else None
        if kind is None:
            return Resolved("any", placed, _no_port(reference, placed, outputs))
        if len(path) == 1:
            return Resolved(kind, placed)
        return _below(kind, path[1:], reference.text)._replace(placed=placed)

    # --- what is no node ---------------------------------------------------------------------

    def _input(self, reference: Reference, _: Level) -> Resolved:
        if not reference.path:
            return Resolved("object")
        name = str(reference.path[0])
        spec = self._inputs.get(name)
        if spec is not None:
            return _below(spec.type, reference.path[1:], reference.text)
        if f"inputs.{name}" in self._lost:
            return _ANY
        return _fault(
            "unknown_input",
            f"The document has no input {shown(name)}.",
            lambda: near(name, self._inputs),
        )

    def _item(self, reference: Reference, loop: LoopNode) -> Resolved:
        if not loop.is_over:
            return _fault(
                "no_item",
                f"The loop {loop.id} has no items: it goes on until a condition holds.",
                "Use state, or give the loop 'over'.",
            )
        return _below(self._item_type(loop.over), reference.path, reference.text)

    def _item_type(self, over: Any) -> str:
        if isinstance(over, list) and over:
            kinds = {_KINDS.get(type(item), "any") for item in over}
            return kinds.pop() if len(kinds) == 1 else "any"
        path = over.get("ref") if isinstance(over, dict) and len(over) == 1 else None
        name = path.removeprefix("inputs.") if isinstance(path, str) else ""
        spec = self._inputs.get(name) if path == f"inputs.{name}" else None
        return spec.items or "any" if spec else "any"

    def _index(self, reference: Reference, level: Level) -> Resolved:
        if level.loop is None:
            return _outside(reference.root)
        return _below("integer", reference.path, reference.text)

    def _state(self, reference: Reference, level: Level) -> Resolved:
        loop = level.loop
        if loop is None:
            return _outside(reference.root)
        name = reference.path[0] if reference.path else None
        if name is None or name in loop.state:
            return _ANY
        return _fault(
            "unknown_state",
            f"The loop {loop.id} has no state {shown(name)}.",
            lambda: near(str(name), loop.state),
        )

    def _item_of_loop(self, reference: Reference, level: Level) -> Resolved:
        loops = list(level.loops())
        loop = next((found for found in loops if found.as_ == "item"), None)
        if loop is not None:
            return self._item(reference, loop)
        if not loops:
            return _outside("item")
        called = loops[0].as_
        return _fault("unknown_node", f"The item of the loop {loops[0].id} is called {called}.",
                      f"Write {called} in place of item.")  # fmt: skip


_SPECIAL: Mapping[str, Callable[[Names, Reference, Level], Resolved]] = {
    "inputs": Names._input,
    "item": Names._item_of_loop,
    "index": Names._index,
    "state": Names._state,
}
_KINDS: Mapping[type, str] = {
    str: "string", bool: "boolean", int: "integer", float: "number", list: "array",
}  # fmt: skip


def _fault(code: str, message: str, hint: str | Callable[[], str]) -> Resolved:
    return Resolved("any", None, Fault(code, message, hint))


def _outside(name: str) -> Resolved:
    return _fault("outside_of_loop", f"There is no {name} here.",
                  f"Only what is inside of a loop can use {name}.")  # fmt: skip


def _hidden(placed: Placed, level: Level) -> Fault | None:
    """Why a node of another level cannot be seen from ``level``."""
    if not placed.level.encloses(level):
        loop = placed.level.loop.id if placed.level.loop else ""
        return Fault(
            "inside_loop",
            f"The node {placed.node.id} is inside of the loop {loop}.",
            f"Give the loop an output with this value, and use {loop}.NAME.",
        )
    if placed.body is not None and placed.body.encloses(level):
        return Fault(
            "own_loop",
            f"This is inside of the loop {placed.node.id}, whose outputs come later.",
            "Carry values from round to round in its state.",
        )
    return None


def _no_port(reference: Reference, placed: Placed, outputs: Mapping[str, str]) -> Fault:
    node, port = placed.node.id, reference.path[0] if reference.path else None
    if placed.node.kind == "note":
        return Fault("unknown_port", f"{node} is a note and gives nothing.",
                     "Refer to a node that has outputs.")  # fmt: skip
    if port is None:
        return Fault("missing_port", f"{shown(reference.text)} names a node, but no port of it.",
                     lambda: f"Write {node}.{next(iter(outputs))}, for example.")  # fmt: skip
    return Fault(
        "unknown_port",
        f"The node {node} has no output {shown(port)}.",
        lambda: near(str(port), outputs),
        str(port),
    )


def _below(kind: str, path: tuple[str | int, ...], text: str) -> Resolved:
    """The type behind some steps into a value of type ``kind``."""
    if not path:
        return Resolved(kind)
    if has_step(kind, path[0]):
        return _ANY
    what = f"no {shown(path[0])}" if isinstance(path[0], str) else f"no item {path[0]}"
    message = f"{shown(text)}: a value of type {kind} has {what}."
    return _fault("bad_path", message, "Refer to the whole value, or to another.")
