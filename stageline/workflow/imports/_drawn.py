"""What all canvases built on React Flow share: nodes with a position, edges with handles."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from stageline.workflow.canvas.draft import Canvas, Draft, Wire
from stageline.workflow.canvas.tolerance import Data, canvas_ui, items, mapping, mappings, text

_EDGE_ENDS = ("source", "target", "sourceHandle", "targetHandle")


def size_of(node: Data) -> dict[str, Any]:
    """Width and height, wherever a version of React Flow keeps them."""
    places = (node, mapping(node.get("measured")), mapping(node.get("style")))
    return {
        name: next((p[name] for p in places if isinstance(p.get(name), int | float)), None)
        for name in ("width", "height")
    }


def add_nodes(
    canvas: Canvas, nodes: Any, describe: Callable[[Data], tuple[str, str]]
) -> list[tuple[Draft, Data]]:
    """A draft for each node; ``describe`` gives its type and its title."""
    found = []
    for number, given in enumerate(items(nodes)):
        node = mapping(given)
        kind, title = describe(node)
        source = text(node.get("id")) or f"node {number}"
        ui = canvas_ui(source, kind, node.get("position"), size_of(node))
        parent = text(node.get("parentId")) or text(node.get("parentNode"))
        if parent:
            ui["parent"] = parent
        found.append((canvas.add(source, title, kind, ui), node))
    return found


def wires(edges: Any) -> Iterator[Wire]:
    """A control wire for each edge; what else the edge has is its ``data``."""
    for edge in mappings(edges):
        yield Wire(
            text(edge.get("source")),
            text(edge.get("target")),
            source_port=text(edge.get("sourceHandle")),
            target_port=text(edge.get("targetHandle")),
            data={n: v for n, v in edge.items() if n not in _EDGE_ENDS or not _is_name(v)},
        )


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def as_data(wire: Wire, parameter: str, output: str) -> Wire:
    return replace(wire, kind="data", parameter=parameter, output=output)
