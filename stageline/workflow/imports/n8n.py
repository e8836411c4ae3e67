"""n8n: nodes by name, ``connections`` by name, kind and output.

Triggers and No Operation hand on values, If, Filter and Switch are branches, Loop Over Items is
a loop over what arrives. n8n passes items from node to node; here ``$json`` is the output of the
node before, seen through nodes that pass items on as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from stageline.workflow.canvas.draft import Canvas, Draft, Wire
from stageline.workflow.canvas.format import Format
from stageline.workflow.canvas.tolerance import (
    Data,
    canvas_ui,
    items,
    mapping,
    mappings,
    text,
    whole,
    without,
)
from stageline.workflow.imports._n8n import nodes
from stageline.workflow.imports._n8n.items import Items

_OWN = ("n8n-nodes-base.", "@n8n/")  # by these a part of an export is known, too
_KNOWN = ("parameters", "id", "name", "type", "position")


def fits(data: Any) -> int:
    found = mapping(data)
    nodes = mappings(found.get("nodes"))
    if "connections" not in found or not isinstance(found.get("nodes"), list):
        return 60 if any(text(node.get("type")).startswith(_OWN) for node in nodes) else 0
    if not nodes:
        return 50 if isinstance(found["connections"], Mapping) else 0
    named = [n for n in nodes if "name" in n and "type" in n and "position" in n]
    return 90 if named and isinstance(data["connections"], Mapping) else 20


def read(data: Any) -> Canvas:
    canvas = Canvas("n8n")
    data = mapping(data)
    canvas.title, canvas.description = text(data.get("name")), text(data.get("description"))
    canvas.ui = {"data": rest} if (rest := without(data, "nodes", "connections", "name")) else {}
    drafts = [_add(canvas, n, node) for n, node in enumerate(items(data.get("nodes")))]
    for draft, node in drafts:
        canvas.alias(text(node.get("name")), draft)
    canvas.wires = list(_wires(canvas, mapping(data.get("connections")), drafts))
    found = Items(canvas, {draft.id: node for draft, node in drafts})
    for draft, node in drafts:
        nodes.node(found, draft, node)
    canvas.wires = [nodes.wire(found, wire) for wire in canvas.wires]
    return canvas


def _add(canvas: Canvas, number_: int, given: Any) -> tuple[Draft, Data]:
    node = mapping(given)
    name, kind = text(node.get("name")), text(node.get("type"))
    parameters = mapping(node.get("parameters"))
    remark = "sticky" in kind.lower()
    size = [parameters.get("width"), parameters.get("height")] if remark else None
    # Remarks are led to by nothing, so one may well be called like a node.
    source = ("" if remark else name) or text(node.get("id")) or f"node {number_}"
    ui = canvas_ui(text(node.get("id")) or name, kind, node.get("position"), size)
    ui["data"] = without(node, *_KNOWN)
    draft = canvas.add(source, name, kind or "node", ui)
    return draft, node


def _wires(canvas: Canvas, connections: Data, drafts: list[tuple[Draft, Data]]) -> Iterator[Wire]:
    ids = {text(node.get("id")): draft.source for draft, node in reversed(drafts)}
    for source, kinds in connections.items():
        for kind, outputs in _kinds(kinds):
            for index, target in _targets(outputs):
                yield Wire(
                    _named(canvas, ids, source),
                    _named(canvas, ids, text(target.get("node"))),
                    source_port=f"{kind}:{index}",
                    target_port=f"{text(target.get('type')) or kind}:"
                    f"{whole(target.get('index'), 0, 10_000) or 0}",
                    needed=kind.startswith("ai_"),
                )


def _named(canvas: Canvas, ids: Mapping[str, str], name: str) -> str:
    """How a node is called that a connection names; some exports name nodes by their ids."""
    return name if canvas.find(name) else ids.get(name, name)


def _kinds(given: Any) -> Iterator[tuple[str, Any]]:
    """The outputs of a node by their kind; some leave the kind out."""
    yield from given.items() if isinstance(given, Mapping) else [("main", given)]


def _targets(outputs: Any) -> Iterator[tuple[int, Data]]:
    """Where each output leads. Some exports leave out a list, or all of a target but its name."""
    for index, given in enumerate(items(outputs)):
        flat = not isinstance(given, list)
        for target in [given] if flat else given:
            found = {"node": target} if isinstance(target, str) else mapping(target)
            if found:
                yield 0 if flat else index, found


FORMAT = Format("n8n", fits, read, ("n8n_broken", "n8n.io"))
