"""Langflow: components with templates; edges lead from a named output to a named field."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from stageline.workflow.canvas.draft import Canvas, Draft, Wire, note, unknown
from stageline.workflow.canvas.format import Format
from stageline.workflow.canvas.naming import port_name
from stageline.workflow.canvas.tolerance import Data, mapping, mappings, text, without
from stageline.workflow.imports._drawn import add_nodes, as_data, wires

_REMARKS = frozenset({"noteNode", "note"})


def _flow(data: Any) -> Data:
    found = mapping(data)
    inner = mapping(found.get("data"))
    return inner if "nodes" in inner else found


def fits(data: Any) -> int:
    nodes = mappings(_flow(data).get("nodes"))
    known = [n for n in nodes if "template" in mapping(mapping(n.get("data")).get("node"))]
    return 88 if known else 35 if "nodes" in mapping(mapping(data).get("data")) else 0


def read(data: Any) -> Canvas:
    canvas = Canvas("langflow")
    document, flow = mapping(data), _flow(data)
    canvas.title, canvas.description = text(document.get("name")), text(document.get("description"))
    canvas.ui = {"data": without(document, "data", "nodes", "edges")}
    if rest := without(flow, "nodes", "edges"):
        canvas.ui["flow"] = rest
    for draft, node in add_nodes(canvas, flow.get("nodes"), _describe):
        _fill(draft, node)
    canvas.wires = [_wire(wire) for wire in wires(flow.get("edges"))]
    return canvas


def _describe(node: Data) -> tuple[str, str]:
    data = mapping(node.get("data"))
    kind = text(data.get("type")) or text(node.get("type")) or "node"
    component = mapping(data.get("node"))
    title = text(component.get("display_name")) or text(data.get("display_name"))
    return kind, title or (kind if kind != "note" else "Note")


def _fill(draft: Draft, node: Data) -> None:
    data = mapping(node.get("data"))
    component = mapping(data.get("node"))
    draft.ui["data"] = without(node, "id", "position", "width", "height")
    if text(node.get("type")) in _REMARKS or draft.type in _REMARKS:
        note(draft, text(component.get("description")) or text(data.get("text")))
        return
    template = mapping(component.get("template"))
    given = {
        name: field["value"]
        for name, field in template.items()
        if isinstance(field, Mapping) and "value" in field and name not in {"code", "_type"}
    }
    unknown(draft, given, "langflow.")


def _wire(wire: Wire) -> Wire:
    handles = mapping(wire.data.get("data"))
    source = _handle(handles.get("sourceHandle"), wire.source_port)
    target = _handle(handles.get("targetHandle"), wire.target_port)
    field = text(target.get("fieldName")) or text(target.get("name")) or "input"
    output = text(source.get("name")) or text(source.get("dataType")) or "output"
    return as_data(wire, port_name(field, "input"), port_name(output))


def _handle(given: Any, written: str) -> Data:
    """A handle, which edges hold as data and as text with ``œ`` for quotes."""
    if isinstance(given, Mapping):
        return given
    try:
        return mapping(json.loads(written.replace("œ", '"')))
    except (ValueError, RecursionError):
        return {}


FORMAT = Format("langflow", fits, read)
