"""React Flow: ``nodes`` and ``edges``, or the ``elements`` of versions before 10.

The types that React Flow brings mean no tool: ``input``, ``default`` and ``output`` hand on what
they hold, ``group`` is a frame. Every other type is the type of somebody's own node.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stageline.workflow.canvas.draft import Canvas, Draft, note, unknown, values
from stageline.workflow.canvas.format import Format
from stageline.workflow.canvas.terms import Raw, Ref
from stageline.workflow.canvas.tolerance import Data, items, mapping, mappings, text, without
from stageline.workflow.imports._drawn import add_nodes, wires

_OWN = frozenset({"", "input", "default", "output"})
_REMARKS = ("note", "annotation", "comment", "sticky", "group")


def _document(data: Any) -> Data:
    """What version 9 called elements may stand alone, in a list."""
    elements = mappings(data)
    alone = elements and all("position" in e or "source" in e for e in elements)
    return {"elements": data} if alone else mapping(data)


def fits(data: Any) -> int:
    data = _document(data)
    nodes = mappings(data.get("nodes")) or mappings(data.get("elements"))
    if not isinstance(data.get("edges", data.get("elements")), list):
        return 0
    return 50 if any("position" in node for node in nodes) else 15 if "nodes" in data else 0


def read(data: Any) -> Canvas:
    canvas = Canvas("reactflow")
    data = _document(data)
    nodes, edges = items(data.get("nodes")), items(data.get("edges"))
    for element in mappings(data.get("elements")):
        (edges if "source" in element and "target" in element else nodes).append(element)
    canvas.title = text(data.get("name")) or text(data.get("title"))
    if rest := without(data, "nodes", "edges", "elements"):
        canvas.ui["data"] = rest
    for draft, node in add_nodes(canvas, nodes, _describe):
        _fill(canvas, draft, node)
    canvas.ui["order"] = list(canvas.drafts)
    canvas.wires = list(wires(edges))
    return canvas


def _describe(node: Data) -> tuple[str, str]:
    data = mapping(node.get("data"))
    titles = (data.get("label"), data.get("title"), data.get("name"), data.get("text"))
    title = next((t for t in titles if isinstance(t, str) and t), "")
    return text(node.get("type")), title[:1_000]


def _fill(canvas: Canvas, draft: Draft, node: Data) -> None:
    data = node.get("data")
    if "data" in node:
        draft.ui["data"] = data
    known = ["id", "data"] + ["position"] * _is_plain(node.get("position"))
    if rest := without(node, *known, *(["type"] if draft.type == node.get("type") else [])):
        draft.ui["node"] = rest
    kind = draft.type.lower()
    if any(word in kind for word in _REMARKS):
        note(draft, draft.title)
    elif draft.type in _OWN:
        values(draft, {n: Raw(v) for n, v in data.items()} if isinstance(data, Mapping) else None)
        if draft.type == "output":
            canvas.outputs[draft.id] = Ref(draft.id, ("values",))
    else:
        unknown(draft, data, "reactflow.")


def _is_plain(position: Any) -> bool:
    """Whether a position is all said by ``x`` and ``y``."""
    found = mapping(position)
    numbers = [v for v in found.values() if isinstance(v, int | float) and v is not True]
    return set(found) == {"x", "y"} and len(numbers) == 2


FORMAT = Format("reactflow", fits, read, ("xyflow",))
