"""What is known of a workflow document before it runs: its graphs, and what a job asks of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from stageline.errors import InputError
from stageline.keys import shown
from stageline.ports import Files
from stageline.workflow.calls import OUTPUTS
from stageline.workflow.document import LoopNode, Node, NoteNode, Workflow, walk
from stageline.workflow.frame import Graph, build_graph

STAGE = "run_workflow"


@dataclass(frozen=True)
class GraphPlan:
    """A checked document with its inputs. ``documents`` are its subflows by digest."""

    workflow: Workflow
    inputs: Mapping[str, Any]
    files: Files
    documents: Mapping[str, Workflow] = field(default_factory=dict)
    max_parallel: int = 8
    fresh: bool | None = None
    stage: str = STAGE
    version: str = ""  # what runs is in the document; each node's key has the code of its tool

    @cached_property
    def steps(self) -> tuple[str, ...]:
        """The nodes of the workflow itself: those of loops and subflows come up as they run."""
        return tuple(n.id for n in self.workflow.nodes if not isinstance(n, NoteNode))

    @property
    def kinds(self) -> Mapping[str, Any]:
        """Every node gives its output ports."""
        return defaultdict(lambda: OUTPUTS)

    @cached_property
    def graph(self) -> Graph:
        return build_graph(self.workflow.nodes, documents=self.documents)

    @cached_property
    def _bodies(self) -> dict[str, Graph]:
        found: dict[str, Graph] = {}
        for document in (self.workflow, *self.documents.values()):
            self._add_bodies(found, document.nodes, frozenset())
        return found

    def _add_bodies(
        self, found: dict[str, Graph], nodes: tuple[Node, ...], around: frozenset[str]
    ) -> None:
        inside = around | {node.id for node in nodes}
        for node in nodes:
            if isinstance(node, LoopNode):
                found[_name(node)] = build_graph(node.nodes, inside, self.documents)
                self._add_bodies(found, node.nodes, inside)

    def body(self, loop: LoopNode) -> Graph:
        """The graph inside a loop."""
        return self._bodies[_name(loop)]

    @cached_property
    def _inner(self) -> dict[str, Graph]:
        return {key: build_graph(found.nodes, documents=self.documents)
                for key, found in self.documents.items()}  # fmt: skip

    def inner(self, document: str) -> Graph:
        """The graph of a subflow's document."""
        return self._inner[document]


def _name(loop: LoopNode) -> str:
    """Ids are unique in one document only; the object is what tells loops of several apart."""
    return f"{loop.id}@{id(loop)}"


def following(workflow: Workflow, start: str | None) -> frozenset[str]:
    """The node ``start`` and all that follows from it, on every level around it too.

    Raises ``InputError`` for a node that is not there.
    """
    if start is None:
        return frozenset()
    found = _follow(workflow.nodes, start)
    if not found:
        names = ", ".join(node.id for node in walk(workflow.nodes))
        raise InputError(f"{shown(start)} is not a node of {workflow.id}. Its nodes are {names}.")
    return frozenset(found)


def _follow(nodes: tuple[Node, ...], start: str) -> set[str]:
    graph, found = build_graph(nodes), set[str]()
    waiting = [node.id for node in nodes if node.id == start]
    for node in nodes:
        if isinstance(node, LoopNode) and (inside := _follow(node.nodes, start)):
            found |= inside
            waiting.append(node.id)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += graph.outgoing.get(name, ())
            loop = graph.nodes.get(name)
            if isinstance(loop, LoopNode) and not found & {n.id for n in walk(loop.nodes)}:
                found |= {inside.id for inside in walk(loop.nodes)}
    return found
