"""From data to the models.

If a part does not fit its model, the others are still taken in, so that all that is wrong can
be told at once: ``Outline`` holds what could be taken in, and the names of what could not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

from pydantic import TypeAdapter, ValidationError

from stageline.workflow.document import Input, LoopNode, Node, Workflow
from stageline.workflow.extent import cut
from stageline.workflow.findings import Finding, Place
from stageline.workflow.model_errors import translate

MAX_ERRORS = 1_000


class Part(NamedTuple):
    """A node that could be taken in, its number among its siblings, and its own nodes."""

    number: int
    node: Node
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True)
class Outline:
    """What could be taken in of a document. ``workflow`` is there if that is all of it.

    ``lost``: the ids of nodes, and the names of inputs (``inputs.x``), that are in the document
    but do not fit; nothing is said about what refers to them.
    """

    workflow: Workflow | None
    inputs: Mapping[str, Input]
    outputs: Mapping[str, Any]
    parts: tuple[Part, ...]
    lost: frozenset[str] = frozenset()
    findings: list[Finding] = field(default_factory=list)


def outline(data: dict[str, Any]) -> Outline:
    """Take a document in. ``data`` is plain; what does not fit is among the findings."""
    data = {name: value for name, value in data.items() if name != "$schema"}
    try:
        workflow = Workflow.model_validate(data)
    except ValidationError as error:
        return _salvage(data, _findings(error, data))
    parts = parts_of(workflow.nodes)
    return Outline(workflow, workflow.inputs, workflow.outputs, parts)


def parts_of(nodes: tuple[Node, ...]) -> tuple[Part, ...]:
    return tuple(
        [
            Part(number, node, parts_of(node.nodes) if isinstance(node, LoopNode) else ())
            for number, node in enumerate(nodes)
        ]
    )


def _findings(error: ValidationError, data: dict[str, Any]) -> list[Finding]:
    """All errors, or the first of very many."""
    count = error.error_count()
    if count <= MAX_ERRORS:
        return list(translate(error, data))
    try:
        part = cut(data)
        Workflow.model_validate(part)
    except ValidationError as first:
        found = list(translate(first, part))
    else:
        found = []
    message = f"There are {count:,} errors in the structure."
    return [Finding("too_many_errors", message, Place(), "Correct the first ones."), *found]


# --- what can be taken in although something is wrong ----------------------------------------


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _salvage(data: dict[str, Any], findings: list[Finding]) -> Outline:
    lost: set[str] = set()
    inputs = {}
    for name, spec in _mapping(data.get("inputs")).items():
        found = _fit(Input, spec)
        if found is None:
            lost.add(f"inputs.{name}")
        else:
            inputs[name] = found
    parts = _salvage_nodes(data.get("nodes"), lost)
    return Outline(None, inputs, _mapping(data.get("outputs")), parts, frozenset(lost), findings)


def _salvage_nodes(nodes: Any, lost: set[str], depth: int = 0) -> tuple[Part, ...]:
    if not isinstance(nodes, list) or depth > 20:
        return ()
    found = (_salvage_node(i, node, lost, depth) for i, node in enumerate(nodes))
    return tuple(part for part in found if part is not None)


def _salvage_node(index: int, data: Any, lost: set[str], depth: int) -> Part | None:
    inner = isinstance(data, dict) and data.get("kind") == "loop" and data.get("nodes")
    node = _fit(Node, {**data, "nodes": []} if inner else data)
    if node is None and isinstance(data, dict) and isinstance(data.get("id"), str):
        lost.add(data["id"])
    parts = _salvage_nodes(inner, lost, depth + 1) if inner else ()
    if node is None:
        lost.update(_ids(parts))
        return None
    return Part(index, node, parts)


def _ids(parts: tuple[Part, ...]) -> Iterator[str]:
    for part in parts:
        yield part.node.id
        yield from _ids(part.parts)


def _fit(kind: Any, data: Any) -> Any:
    try:
        return _adapter(kind).validate_python(data)
    except ValidationError:
        return None


def _mapping(data: Any) -> dict[str, Any]:
    return data if isinstance(data, dict) else {}
