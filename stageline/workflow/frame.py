"""One level of a graph while it runs: which node may be looked at, which is skipped and why.

Pure: who runs the nodes tells a frame how each one ended, and is told which are next. A
workflow has one frame, each round of a loop another, each subflow another.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Iterable, Mapping, MutableMapping
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType
from typing import Any, Literal

from stageline.keys import digest
from stageline.plugins import find_tool
from stageline.workflow.document import (
    BranchNode,
    LoopNode,
    Node,
    NoteNode,
    SubflowNode,
    TaskNode,
    WaitNode,
    Workflow,
)
from stageline.workflow.graph import Edge, Needed, edges, is_needed, port_of, references_of
from stageline.workflow.slots import slots_of

Documents = Mapping[str, Workflow]
MAX_PATH = 120


@dataclass(frozen=True, slots=True)
class Settled:
    """How a node ended. ``passes``: what needs it may run, as after a failure to ``continue``."""

    status: Literal["completed", "failed", "skipped"]
    outputs: Mapping[str, Any] = field(default_factory=dict)
    reason: str | None = None
    passes: bool = False


def completed(outputs: Mapping[str, Any]) -> Settled:
    return Settled("completed", {**outputs, "error": None}, passes=True)


def skipped(reason: str) -> Settled:
    return Settled("skipped", reason=reason)


def failed(node: Node, category: str, message: str, documents: Documents) -> Settled:
    """All ports of a failed node are null; ``error`` says why."""
    ports: dict[str, Any] = dict.fromkeys(output_ports(node, documents))
    ports["error"] = {"category": category, "message": message}
    return Settled("failed", ports, message, passes=node.on_error == "continue")


@dataclass(frozen=True)
class Graph:
    """The nodes of one level that run, with their edges. ``outer`` names, for each node, what
    it needs from the levels around it."""

    nodes: Mapping[str, Node]
    incoming: Mapping[str, tuple[Edge, ...]]
    outgoing: Mapping[str, tuple[str, ...]]
    outer: Mapping[str, tuple[str, ...]]


def build_graph(
    nodes: Iterable[Node],
    around: frozenset[str] = frozenset(),
    documents: Documents = MappingProxyType({}),
) -> Graph:
    """The graph of one level of a checked document; ``around``: the ids of the levels outside."""
    running = {node.id: node for node in nodes if not isinstance(node, NoteNode)}
    needed = partial(_needs, documents)
    found = [e for e in edges(tuple(running.values()), needed) if e.source in running]
    incoming: dict[str, list[Edge]] = {name: [] for name in running}
    outgoing: dict[str, dict[str, None]] = {name: {} for name in running}
    for edge in found:
        incoming[edge.target].append(edge)
        outgoing[edge.source][edge.target] = None
    return Graph(
        nodes=running,
        incoming={name: tuple(into) for name, into in incoming.items()},
        outgoing={name: tuple(out) for name, out in outgoing.items()},
        outer={name: _outer(node, around, needed) for name, node in running.items()},
    )


def _needs(documents: Documents, node: Node, name: str) -> bool:
    """Whether a node cannot do without a parameter, or without an input of its document."""
    if isinstance(node, SubflowNode) and (found := documents.get(node.document)):
        return name in found.inputs and found.inputs[name].is_required
    return is_needed(node, name)


def _outer(node: Node, around: frozenset[str], needed: Needed) -> tuple[str, ...]:
    """What a node needs of the levels around its own."""
    if not around:
        return ()
    found = {
        reference.root: None
        for slot in slots_of(node)
        if (needed(node, str(slot.place[-1])) if slot.need == "port" else slot.need == "needed")
        for reference in references_of(slot)
        if reference.root in around and port_of(reference) != "error"
    }
    return tuple(found)


@dataclass(eq=False)
class Frame:
    """A level under way. ``scope`` is what its values and expressions see, ``parent`` the level
    around the round of a loop, ``owner`` the level of the node ``holder`` that opened this one.
    ``finish`` is called when the last node has ended. ``dead``: nobody waits for it any more."""

    graph: Graph
    scope: MutableMapping[str, Any]
    prefix: str = ""
    rounds: str = ""
    parent: Frame | None = None
    owner: Frame | None = None
    holder: Spot | None = None
    finish: Callable[[], None] = lambda: None
    dead: bool = False
    settled: dict[str, Settled] = field(default_factory=dict)
    waits: dict[str, set[str]] = field(default_factory=dict)

    def path(self, name: str) -> str:
        """The name of a node's step: ``each[3]`` in the round of a loop, ``sub.x`` in a subflow."""
        full = f"{self.prefix}{name}{self.rounds}"
        if len(full) <= MAX_PATH:
            return full
        return f"{name[:40]}_{digest(full.encode())[:12]}"

    @property
    def is_dead(self) -> bool:
        """Whether nobody waits for this level any more."""
        frame: Frame | None = self
        while frame and not frame.dead:
            frame = frame.owner
        return frame is not None

    def begin(self) -> list[str]:
        """The nodes that wait for nothing."""
        self.waits = {name: {edge.source for edge in into}
                      for name, into in self.graph.incoming.items()}  # fmt: skip
        return [name for name, sources in self.waits.items() if not sources]

    def settle(self, name: str, how: Settled) -> list[str]:
        """Note how a node ended; gives the nodes that waited for it last."""
        self.settled[name] = how
        self.scope[name] = how.outputs if how.status != "skipped" else None
        ready = []
        for target in self.graph.outgoing[name]:
            self.waits[target].discard(name)
            if not self.waits[target]:
                ready.append(target)
        return ready

    @property
    def is_done(self) -> bool:
        return len(self.settled) == len(self.graph.nodes)

    def obstacle(self, name: str) -> str | None:
        """Why a node whose sources have all ended is skipped; ``None`` if it may run."""
        node = self.graph.nodes[name]
        edges = [edge for edge in self.graph.incoming[name] if edge.needed]
        dead = [edge for edge in edges if not self._is_alive(edge)]
        blocks = _BLOCKS[node.join](len(dead), len(edges))
        if blocks:
            return self._explain(dead[0])
        missing = next((n for n in self.graph.outer[name] if not self.find(n).passes), None)
        return f"{missing} did not complete" if missing and node.join == "all" else None

    def find(self, name: str) -> Settled:
        """How a node of this level or of one around it ended."""
        frame: Frame | None = self
        while frame and name not in frame.settled:
            frame = frame.parent
        return frame.settled[name] if frame else skipped("it never ran")

    def _is_alive(self, edge: Edge) -> bool:
        return _ALIVE[edge.kind](self.settled[edge.source], edge)

    def _explain(self, edge: Edge) -> str:
        source = self.settled[edge.source]
        if edge.kind == "failed":
            return f"{edge.source} did not fail"
        if edge.kind == "case" and source.status == "completed":
            return f"{edge.source} did not choose {edge.case}"
        return f"{edge.source} {'failed' if source.status == 'failed' else 'was skipped'}"

    def failure(self) -> str | None:
        """The first node (in document order) whose failure nothing in the document handles."""
        return next((n for n in self.graph.nodes if n in self.settled and self._is_fatal(n)), None)

    def _is_fatal(self, name: str) -> bool:
        if self.settled[name].status != "failed" or self.graph.nodes[name].on_error != "fail":
            return False
        return not any(
            edge.kind == "failed" and edge.source == name
            for target in self.graph.outgoing[name]
            for edge in self.graph.incoming[target]
        )


@dataclass(frozen=True, eq=False)
class Spot:
    """A node in its frame: in a round of a loop, in a subflow."""

    frame: Frame
    node: Node

    @property
    def path(self) -> str:
        return self.frame.path(self.node.id)


_BLOCKS: Mapping[str, Callable[[int, int], bool]] = {
    "all": lambda dead, _: dead > 0,
    "any": lambda dead, edges: dead == edges > 0,
    "always": lambda _dead, _edges: False,
}
_ALIVE: Mapping[str, Callable[[Settled, Edge], bool]] = {
    "data": lambda source, _: source.passes,
    "done": lambda source, _: source.passes,
    "failed": lambda source, _: source.status == "failed",
    "case": lambda source, edge: source.passes and source.outputs.get("case") == edge.case,
}


def root_frame(graph: Graph, inputs: Mapping[str, Any]) -> Frame:
    """The frame of a whole workflow."""
    return Frame(graph, {"inputs": inputs})


def round_frame(outer: Frame, graph: Graph, number: int, own: dict[str, Any]) -> Frame:
    """The frame of one round of a loop; ``own`` is what only this round sees."""
    return Frame(
        graph=graph,
        scope=ChainMap(own, outer.scope),
        prefix=outer.prefix,
        rounds=f"{outer.rounds}[{number}]",
        parent=outer,
        owner=outer,
    )


def subflow_frame(outer: Frame, name: str, graph: Graph, inputs: Mapping[str, Any]) -> Frame:
    """The frame of another document that the node ``name`` runs; it sees its inputs only."""
    return Frame(graph, {"inputs": inputs}, prefix=f"{outer.path(name)}.", owner=outer)


# --- output ports ----------------------------------------------------------------------------


def output_ports(node: Node, documents: Documents) -> tuple[str, ...]:
    """The output ports of a node, ``error`` left out; none where its tool is not known."""
    found = _PORTS.get(node.kind)
    return tuple(found(node, documents)) if found else ()


def _tool_ports(node: TaskNode, _: Documents) -> Iterable[str]:
    tool = find_tool(node.tool)
    return tool.outputs if tool else ()


def _loop_ports(node: LoopNode, _: Documents) -> Iterable[str]:
    return dict.fromkeys([*node.outputs, *node.state, "count"])


def _branch_ports(_: BranchNode, __: Documents) -> Iterable[str]:
    return ("case",)


def _subflow_ports(node: SubflowNode, documents: Documents) -> Iterable[str]:
    found = documents.get(node.document)
    return found.outputs if found else ()


def _wait_ports(node: WaitNode, _: Documents) -> Iterable[str]:
    return node.form if node.form is not None else ("until",)


_PORTS: Mapping[str, Callable[[Any, Documents], Iterable[str]]] = {
    "task": _tool_ports,
    "branch": _branch_ports,
    "loop": _loop_ports,
    "subflow": _subflow_ports,
    "wait": _wait_ports,
}
