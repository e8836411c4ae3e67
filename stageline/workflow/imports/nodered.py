"""Node-RED: a list of nodes by id, whose ``wires`` hold, for each output, the nodes behind it.

A file may hold several flows (tabs), groups, subflows and configuration nodes; those that do not
run become remarks. Nodes send one message on to each other; here a value in ``msg`` is the
output of the last node before that sets it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from stageline.workflow.canvas.draft import Canvas, Draft, Wire
from stageline.workflow.canvas.format import Format
from stageline.workflow.canvas.tolerance import Data, canvas_ui, items, mapping, text, without
from stageline.workflow.imports._nodered import nodes
from stageline.workflow.imports._nodered.messages import Messages

_PLACE = ("id", "type", "x", "y", "wires")


def _list(data: Any) -> list[Any]:
    """The nodes: the file itself, or its ``flows`` as the API gives them."""
    return items(data) or items(mapping(data).get("flows"))


def fits(data: Any) -> int:
    nodes = [node for node in _list(data) if isinstance(node, Mapping)]
    if not nodes:
        return 0
    known = sum("type" in node and "id" in node for node in nodes)
    drawn = any("wires" in node or node.get("type") == "tab" for node in nodes)
    return 90 if drawn and known == len(nodes) else 40 if drawn else 0


def read(data: Any) -> Canvas:
    canvas = Canvas("nodered")
    drafts = [_add(canvas, n, mapping(node)) for n, node in enumerate(_list(data))]
    tabs = [text(node.get("label")) for draft, node in drafts if draft.type == "tab"]
    canvas.title = next((label for label in tabs if label), "")
    canvas.wires = [wire for draft, node in drafts for wire in _wires(draft, node)]
    found = Messages(canvas, {draft.id: node for draft, node in drafts})
    for draft, node in drafts:
        nodes.make(found, draft, node)
    canvas.wires = [nodes.wire(canvas, wire) for wire in canvas.wires]
    return canvas


def _add(canvas: Canvas, number: int, node: Data) -> tuple[Draft, Data]:
    kind = text(node.get("type")) or "node"
    source = text(node.get("id")) or f"node {number}"
    ui = canvas_ui(source, kind, node, [node.get("w"), node.get("h")])
    for name, field in (("tab", "z"), ("group", "g")):
        if text(node.get(field)):
            ui[name] = text(node[field])
    ui["data"] = without(node, *_PLACE)
    title = text(node.get("name")) or text(node.get("label")) or kind
    return canvas.add(source, title, kind, ui), node


def _wires(draft: Draft, node: Data) -> Iterator[Wire]:
    for index, targets in enumerate(items(node.get("wires"))):
        for target in [targets] if isinstance(targets, str) else items(targets):
            yield Wire(draft.source, text(target), source_port=str(index))
    if draft.type == "link out" and text(node.get("mode")) in {"", "link"}:
        for target in items(node.get("links")):
            yield Wire(draft.source, text(target), source_port="link")
    if draft.type == "subflow":
        yield from _panels(draft, node)


def _panels(draft: Draft, node: Data) -> Iterator[Wire]:
    """Where the message goes that a subflow gets, and from where those come that it gives."""
    for entry in items(node.get("in")):
        for inner in items(mapping(entry).get("wires")):
            yield Wire(draft.source, text(mapping(inner).get("id")), "note", "in")
    for index, entry in enumerate([*items(node.get("out")), node.get("status")]):
        for inner in items(mapping(entry).get("wires")):
            port = text(mapping(inner).get("port"))
            yield Wire(text(mapping(inner).get("id")), draft.source, "note", port, f"out:{index}")


FORMAT = Format("nodered", fits, read, ("node-red",))
