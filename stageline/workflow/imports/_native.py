"""Back from React Flow: a document of ours that ``to_reactflow`` drew, perhaps edited there.

Each node carries its definition. What the canvas decides is taken from the canvas: where a node
stands, which control edges there are, and which nodes are left.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from stageline.plugins import find_tool
from stageline.workflow.canvas.tolerance import Data, mapping, mappings, text
from stageline.workflow.document import SCHEMA

_CONTROL = frozenset({"done", "failed", "case"})
_DEPTH = 16


def rebuild(data: Data) -> dict[str, Any] | None:
    """The document that was drawn, as data to be checked; ``None`` if it is none of ours, or if
    a node was added that has no definition."""
    head, nodes = mapping(data.get("workflow")), mappings(data.get("nodes"))
    if head.get("schema") != SCHEMA or not all(_definition(node) for node in nodes):
        return None
    return {**head, "nodes": list(_level(nodes, mappings(data.get("edges")), None, _DEPTH))}


def without_tool(node: Data) -> bool:
    """Whether a node is a task whose tool is not here."""
    return node.get("kind") == "task" and find_tool(text(node.get("tool"))) is None


def _definition(node: Data) -> Data:
    return mapping(mapping(node.get("data")).get("definition"))


def _level(
    nodes: list[Data], edges: list[Data], parent: str | None, depth: int
) -> Iterator[dict[str, Any]]:
    for node in nodes:
        if node.get("parentId") != parent:
            continue
        found = {**_definition(node), "ui": _ui(node)}
        after = list(_after(found, node, edges))
        found.pop("after", None)
        if after:
            found["after"] = after
        if found.get("kind") == "loop" and depth:
            found["nodes"] = list(_level(nodes, edges, str(node.get("id")), depth - 1))
        yield {name: value for name, value in found.items() if name != "ui" or value}


def _ui(node: Data) -> dict[str, Any]:
    kept = mapping(mapping(node.get("data")).get("ui"))
    place = mapping(node.get("position"))
    drawn = mapping(mapping(node.get("data")).get("drawn"))  # where nobody had put it
    return {**kept, **({n: place[n] for n in ("x", "y") if n in place} if place != drawn else {})}


def _after(definition: Data, node: Data, edges: list[Data]) -> Iterator[Mapping[str, Any]]:
    """The control edges that lead to a node: those it was drawn with, and new ones."""
    known = mappings(definition.get("after"))
    for edge in edges:
        if edge.get("target") != node.get("id"):
            continue
        kind = mapping(edge.get("data")).get("kind", "done")
        if kind in _CONTROL:
            made = {"node": edge.get("source"), "on": kind}
            if kind == "case":
                made["case"] = edge.get("sourceHandle")
            same = next((after for after in known if _key(after) == _key(made)), None)
            if same is not None:
                known.remove(same)  # two edges between the same nodes may differ in their ports
            yield made if same is None else same


def _key(after: Mapping[str, Any]) -> tuple[Any, ...]:
    return after.get("node"), after.get("on", "done"), after.get("case")
