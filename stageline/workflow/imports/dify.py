"""Dify: a YAML export of an app whose ``workflow.graph`` holds nodes and edges by id.

Start gives the inputs, End and Answer the outputs, If-Else is a branch, Iteration and Loop are
loops with their bodies. Code runs here only if it does no more than return constants and its
own arguments; it is read, never run.
"""

from __future__ import annotations

from collections.abc import Iterator
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
    without,
)
from stageline.workflow.imports._dify import nodes, ways
from stageline.workflow.imports._dify.selectors import Selectors

_STARTS = frozenset(
    {"start", "trigger-webhook", "trigger-schedule", "trigger-plugin", "datasource"}
)
_GRAPH_ONLY = ("nodes", "edges")


def _graph(data: Any) -> Data:
    return mapping(
        mapping(mapping(data).get("workflow")).get("graph") or mapping(data).get("graph")
    )


def fits(data: Any) -> int:
    document = mapping(data)
    graph = _graph(data)
    if "nodes" in graph and ("app" in document or "workflow" in document):
        return 95
    if "nodes" in graph:
        kinds = {text(mapping(n.get("data")).get("type")) for n in mappings(graph["nodes"])}
        return 60 if kinds & _STARTS else 20
    return 60 if "app" in document and ("kind" in document or "model_config" in document) else 0


def read(data: Any) -> Canvas:
    canvas = Canvas("dify")
    document, graph = mapping(data), _graph(data)
    app = mapping(document.get("app"))
    canvas.title, canvas.description = text(app.get("name")), text(app.get("description"))
    workflow = mapping(document.get("workflow"))
    rest = {**without(document, "workflow"), "workflow": without(workflow, "graph"),
            "graph": without(graph, *_GRAPH_ONLY)}  # fmt: skip
    canvas.ui = {"data": rest}
    if "nodes" not in graph:
        canvas.fail("no_graph", "This app has no workflow graph.", "Export an app of the kind "
                    "workflow or chatflow.")  # fmt: skip
    drafts = [_add(canvas, n, node) for n, node in enumerate(items(graph.get("nodes")))]
    canvas.wires = list(_wires(graph))
    given = {draft.id: mapping(node.get("data")) for draft, node in drafts}
    selectors = Selectors(canvas, given, workflow)
    _enclose(canvas, drafts)
    nodes.make_all(selectors, [draft for draft, _ in drafts])
    canvas.wires = [ways.wire(selectors, wire) for wire in canvas.wires]
    return canvas


def _add(canvas: Canvas, number: int, given: Any) -> tuple[Draft, Data]:
    node = mapping(given)
    data = mapping(node.get("data"))
    kind = text(data.get("type")) or text(node.get("type")) or "node"
    source = text(node.get("id")) or f"node {number}"
    size = {n: node.get(n, data.get(n)) for n in ("width", "height")}
    ui = canvas_ui(source, kind, node.get("position"), size)
    ui["data"] = without(node, "id", "position", "width", "height")
    return canvas.add(source, text(data.get("title")) or kind, kind, ui), node


def _wires(graph: Data) -> Iterator[Wire]:
    for edge in mappings(graph.get("edges")):
        yield Wire(
            text(edge.get("source")),
            text(edge.get("target")),
            source_port=text(edge.get("sourceHandle")),
            target_port=text(edge.get("targetHandle")),
            data=without(edge, "source", "target", "sourceHandle", "targetHandle"),
        )


def _enclose(canvas: Canvas, drafts: list[tuple[Draft, Data]]) -> None:
    """Put the nodes of iterations and loops inside them."""
    for draft, node in drafts:
        data = mapping(node.get("data"))
        names = (node.get("parentId"), data.get("loop_id"), data.get("iteration_id"))
        around = next((found for name in names if (found := canvas.find(text(name)))), None)
        if around is not None and around.type in nodes.CONTAINERS:
            canvas.enclose(draft, around)


FORMAT = Format("dify", fits, read, ("dify_community", "dify.ai"))
