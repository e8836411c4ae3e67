"""A workflow for React Flow: ``nodes`` and ``edges`` with handles and positions.

A workflow that came from React Flow goes back as it came: the same nodes and edges, moved where
``ui`` says so; what was added since is drawn beside them, what was taken out is left out. Any
other workflow is drawn by its own ids, a loop as the parent of its body; each node carries its
definition, so that the import gives the same document again, with what was edited on the canvas.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from stageline.workflow.document import LoopNode, Node, Workflow, walk
from stageline.workflow.graph import Edge, edges, order
from stageline.workflow.spelling import data_of

COLUMN, ROW = 260, 120  # where nothing says where a node stands


def to_reactflow(workflow: Workflow) -> dict[str, Any]:
    """``nodes`` and ``edges`` as React Flow takes them, as JSON data."""
    own = workflow.ui.get("format") == "reactflow"
    drawing = _Drawing(workflow, own)
    place = {name: n for n, name in enumerate(workflow.ui.get("order", ()))} if own else {}
    drawn = sorted(drawing.nodes(), key=lambda named: place.get(named[0], len(place)))
    found = [node for _, node in drawn]
    head = {name: value for name, value in data_of(workflow).items() if name != "nodes"}
    rest = workflow.ui.get("data", {}) if own else {"workflow": head}
    return {**rest, "nodes": found, "edges": drawing.edges()}


class _Drawing:
    def __init__(self, workflow: Workflow, own: bool) -> None:
        self._workflow = workflow
        self._own = own
        self._names = {
            node.id: _source(node) if own and "source_id" in node.ui else node.id
            for node in workflow.walk()
        }
        self._data = dict(_by_id(data_of(workflow).get("nodes", [])))
        self._hidden = {n.id for n in workflow.walk() if own and n.ui.get("generated")}

    def nodes(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Each node as it is drawn, by its id here; over there several may have the same."""
        return self._level(self._workflow.nodes, None)

    def _level(
        self, nodes: tuple[Node, ...], parent: str | None
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        ranks = _ranks(nodes)
        for node in nodes:
            if node.id not in self._hidden:
                came = self._own and "source_id" in node.ui
                drawn = _as_it_came(node) if came else self._drawn(node, parent, ranks[node.id])
                yield node.id, drawn
            if isinstance(node, LoopNode):
                hidden = node.id in self._hidden
                yield from self._level(node.nodes, parent if hidden else node.id)

    def _drawn(self, node: Node, parent: str | None, rank: tuple[int, int]) -> dict[str, Any]:
        ui = node.ui
        plain = {n: v for n, v in self._data[node.id].items() if n not in ("ui", "nodes")}
        found: dict[str, Any] = {
            "id": node.id,
            "type": "group" if isinstance(node, LoopNode) else node.kind,
            "position": {"x": ui.get("x", rank[0] * COLUMN), "y": ui.get("y", rank[1] * ROW)},
            "data": {"label": node.title or node.id, "definition": plain, "ui": dict(ui)},
        }
        if not {"x", "y"} <= ui.keys():
            found["data"]["drawn"] = found["position"]
        if parent is not None:
            found["parentId"] = parent
        found.update((name, ui[name]) for name in ("width", "height") if name in ui)
        return found

    def edges(self) -> list[dict[str, Any]]:
        there = set(self._names.values())
        kept = [e for e in self._workflow.ui.get("edges", ()) if self._own and (
            e["kind"] == "dangling" or {e["source"], e["target"]} <= there)]  # fmt: skip
        found = [_edge_as_it_came(edge) for edge in kept]
        pairs = {(edge["source"], edge["target"]) for edge in kept}
        for edge in self._all_edges():
            source, target = self._names[edge.source], self._names[edge.target]
            if (source, target) not in pairs and not self._hidden & {edge.source, edge.target}:
                found.append(_drawn_edge(edge, source, target))
        return found

    def _all_edges(self) -> Iterator[Edge]:
        yield from edges(self._workflow.nodes)
        for node in walk(self._workflow.nodes):
            if isinstance(node, LoopNode):
                yield from edges(node.nodes)


def _by_id(nodes: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    for node in nodes:
        yield node["id"], node
        yield from _by_id(node.get("nodes", []))


def _source(node: Node) -> str:
    return str(node.ui["source_id"])


def _ranks(nodes: tuple[Node, ...]) -> dict[str, tuple[int, int]]:
    """Column and row of each node: behind all that it waits for."""
    links = edges(nodes)
    columns: dict[str, int] = {}
    before: dict[str, list[str]] = {}
    for edge in links:
        before.setdefault(edge.target, []).append(edge.source)
    for name in order(nodes, links):
        columns[name] = max((columns[s] + 1 for s in before.get(name, ())), default=0)
    rows: dict[int, int] = {}
    found = {}
    for name, column in columns.items():
        found[name] = (column, rows.get(column, 0))
        rows[column] = found[name][1] + 1
    return found


def _as_it_came(node: Node) -> dict[str, Any]:
    ui = node.ui
    found: dict[str, Any] = {"id": ui["source_id"]}
    if ui.get("source_type"):
        found["type"] = ui["source_type"]
    if "x" in ui and "y" in ui:
        found["position"] = {"x": ui["x"], "y": ui["y"]}
    if "data" in ui:
        found["data"] = ui["data"]
    return {**found, **ui.get("node", {})}


def _edge_as_it_came(edge: Mapping[str, Any]) -> dict[str, Any]:
    found = {end: edge[end] for end in ("source", "target") if edge[end]}
    handles = {"sourceHandle": edge.get("source_port"), "targetHandle": edge.get("target_port")}
    found.update((name, handle) for name, handle in handles.items() if handle)
    return {**found, **edge.get("data", {})}


def _drawn_edge(edge: Edge, source: str, target: str) -> dict[str, Any]:
    handle = edge.case if edge.kind == "case" else edge.port if edge.kind == "data" else edge.kind
    return {
        "id": f"{source}-{handle}-{target}",
        "source": source,
        "target": target,
        "sourceHandle": handle,
        "data": {"kind": edge.kind},
    }
