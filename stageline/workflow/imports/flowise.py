"""Flowise: chatflows, whose edges carry objects into anchors, and agentflows, whose edges say
what comes next. A node Loop jumps back: that edge is not drawn, and is added here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from stageline.workflow.canvas.conditions import compare
from stageline.workflow.canvas.draft import Canvas, Draft, Wire, branch, note, unknown, values
from stageline.workflow.canvas.format import Format
from stageline.workflow.canvas.naming import port_name
from stageline.workflow.canvas.terms import Raw, Ref
from stageline.workflow.canvas.tolerance import (
    Data,
    mapping,
    mappings,
    number,
    text,
    whole,
    without,
)
from stageline.workflow.imports._drawn import add_nodes, as_data, wires

_TAG = re.compile(r"<[^<>]{0,2000}>")
_NODE = re.compile(r"\s*\{\{\s*([A-Za-z0-9_]+)\s*\}\}\s*")
_OPERATIONS = {
    "equal": "equals", "notEqual": "differs", "contains": "contains", "notContains": "lacks",
    "startsWith": "starts", "endsWith": "ends", "isEmpty": "empty", "notEmpty": "not_empty",
    "smaller": "below", "smallerEqual": "at_most", "larger": "above", "largerEqual": "at_least",
    "regex": "matches",
}  # fmt: skip
_ITERATION = "iterationAgentflow"
_ALONE = frozenset({"empty", "not_empty"})


def fits(data: Any) -> int:
    nodes = mappings(mapping(data).get("nodes"))
    marks = ("inputParams", "inputAnchors", "outputAnchors", "baseClasses")
    known = [n for n in nodes if any(m in mapping(n.get("data")) for m in marks)]
    return 85 if known else 0


def read(data: Any) -> Canvas:
    canvas = Canvas("flowise")
    data = mapping(data)
    canvas.title, canvas.description = text(data.get("name")), text(data.get("description"))
    if rest := without(data, "nodes", "edges"):
        canvas.ui = {"data": rest}
    drafts = add_nodes(canvas, data.get("nodes"), _describe)
    for draft, _ in drafts:
        around = canvas.find(text(draft.ui.get("parent")))
        if around is not None and around.type == _ITERATION:
            canvas.enclose(draft, around)
    for draft, node in drafts:
        _fill(canvas, draft, node)
    canvas.wires = [_wire(canvas, wire) for wire in wires(data.get("edges"))]
    canvas.wires += [jump for draft, node in drafts for jump in _jumps(canvas, draft, node)]
    return canvas


def _describe(node: Data) -> tuple[str, str]:
    data = mapping(node.get("data"))
    kind = text(data.get("name")) or text(node.get("type")) or "node"
    return kind, text(data.get("label")) or kind


def _fill(canvas: Canvas, draft: Draft, node: Data) -> None:
    data = mapping(node.get("data"))
    inputs = mapping(data.get("inputs"))
    draft.ui["data"] = {**without(node, "id", "position", "width", "height", "data"),
                        "data": without(data, "inputs")}  # fmt: skip
    if "stickynote" in draft.type.lower():
        note(draft, text(inputs.get("note")))
        draft.ui["data"]["data"]["inputs"] = inputs
    elif draft.type == "loopAgentflow":
        values(draft)
        draft.rounds = whole(inputs.get("maxLoopCount"), 1, 100_000)
        draft.ui["data"]["data"]["inputs"] = inputs
    elif draft.type == _ITERATION:
        _iterate(canvas, draft, inputs)
        draft.ui["data"]["data"]["inputs"] = inputs
    elif draft.type == "conditionAgentflow" and mappings(inputs.get("conditions")):
        _branch(canvas, draft, mappings(inputs["conditions"]))
        draft.ui["data"]["data"]["inputs"] = inputs
    else:
        unknown(draft, inputs, "flowise.")


def _iterate(canvas: Canvas, draft: Draft, inputs: Data) -> None:
    """A loop over a list; its body are the nodes that lie in it."""
    over = _side(canvas, inputs, "iterationInput")
    if not isinstance(over, Ref):
        canvas.warn("untranslated_expression", "What this loops over is no plain list.",
                    "Set 'over' to a list.", draft.id)  # fmt: skip
        over = Raw([])
    draft.kind, draft.fields = "loop", {"over": over}


def _branch(canvas: Canvas, draft: Draft, conditions: list[Data]) -> None:
    cases = []
    for n, condition in enumerate(conditions):
        when = _condition(canvas, condition)
        if when == "False":
            message = f"Condition {n + 1} compares no plain values."
            hint = "Write it again here; it is kept in the node's 'ui'."
            canvas.warn("untranslated_expression", message, hint, draft.id)
        cases.append((f"case_{n + 1}", when))
    branch(draft, cases, "otherwise")


def _condition(canvas: Canvas, condition: Data) -> Any:
    name = _OPERATIONS.get(text(condition.get("operation")))
    left, right = (_side(canvas, condition, side) for side in ("value1", "value2"))
    if name is None or left is None or (right is None and name not in _ALONE):
        return "False"
    return compare(name, left, right)


def _side(canvas: Canvas, condition: Data, name: str) -> Any:
    """A side of a condition: a whole output of a node or a constant; ``None`` for all else."""
    given = condition.get(name)
    plain = _TAG.sub("", given).strip() if isinstance(given, str) else given
    if isinstance(plain, str) and "{{" in plain:
        match = _NODE.fullmatch(plain)
        found = canvas.find(match[1]) if match else None
        return Ref(found.id, ("output",)) if found and found.runs else None
    if text(condition.get("type")) == "number" and (measure := number(plain)) is not None:
        return Raw(measure)
    return None if plain is None else Raw(plain)


def _wire(canvas: Canvas, wire: Wire) -> Wire:
    source = canvas.find(wire.source)
    port = wire.source_port.removeprefix(f"{wire.source}-output-")
    if source is not None and source.kind == "branch":
        names = [name for name, _ in source.fields["cases"]] + ["otherwise"]
        if port.isdecimal() and len(port) < 5 and int(port) < len(names):
            return replace(wire, kind="case", case=names[int(port)])
        return wire
    anchor = wire.target_port.removeprefix(f"{wire.target}-input-")
    if anchor != wire.target_port:
        parameter = anchor.split("-")[0]
        return as_data(wire, port_name(parameter, "input"), port_name(port.split("-")[0]))
    return wire


def _jumps(canvas: Canvas, draft: Draft, node: Data) -> Iterator[Wire]:
    """The edge back that a node Loop stands for."""
    target = text(mapping(mapping(node.get("data")).get("inputs")).get("loopBackToNode"))
    if draft.type == "loopAgentflow" and target:
        name = target if canvas.find(target) else target.partition("-")[0]
        yield Wire(draft.source, name, source_port="loopBackToNode")


FORMAT = Format("flowise", fits, read)
