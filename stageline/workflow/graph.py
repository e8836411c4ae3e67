"""The graph of a document: its edges, their order, its cycles.

Edges are not stored: data edges come from references, control edges from ``after``. A graph is
one level of nodes, a workflow's or a loop's. What the body of a loop refers to outside is an
edge into the loop.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from heapq import heapify, heappop, heappush
from itertools import takewhile
from typing import Literal, NamedTuple, TypeAlias

from stageline.errors import DocumentError
from stageline.plugins import find_tool
from stageline.workflow.document import LoopNode, Node, TaskNode
from stageline.workflow.expressions import parse
from stageline.workflow.slots import Slot, slots_of
from stageline.workflow.values import Reference, references

Needed: TypeAlias = Callable[[Node, str], bool]


class Edge(NamedTuple):
    """``target`` looks at ``source`` before it runs.

    ``kind`` ``data``: it takes the value of ``port``; if that edge is ``needed``, a skipped
    source makes it skipped, else the value is null. The other kinds are control edges: alive
    when the source is ``done``, has ``failed``, or chose ``case``. They are always needed.
    """

    source: str
    target: str
    kind: Literal["data", "done", "failed", "case"]
    case: str | None = None
    needed: bool = True
    port: str | None = None


class CycleError(DocumentError):
    """Nodes wait for each other. ``cycle`` holds their ids, each before the one it leads to."""

    def __init__(self, cycle: tuple[str, ...]) -> None:
        self.cycle = cycle
        chain = " -> ".join([*cycle, cycle[0]])
        super().__init__(f"Nodes wait for each other: {chain}. Take out one of these edges.")


def is_needed(node: Node, parameter: str) -> bool:
    """Whether ``node`` cannot run without ``parameter``: the port of its tool has no default.

    True where that is not known: for the inputs of a subflow, and for an unknown tool.
    """
    if isinstance(node, TaskNode):
        tool = find_tool(node.tool)
        port = tool.ports.get(parameter) if tool else None
        return port is None or port.required
    return True


def references_of(slot: Slot) -> Iterable[Reference]:
    """The references in a slot. Raises ``DocumentError`` for what cannot be read."""
    return parse(slot.value).references if slot.is_expression else references(slot.value)


def edges(
    nodes: tuple[Node, ...],
    needed: Needed = is_needed,
    find: Callable[[Slot], Iterable[Reference]] = references_of,
) -> tuple[Edge, ...]:
    """The edges among ``nodes``, by target, in document order; each once.

    ``needed(node, parameter)`` says which parameters of a task and inputs of a subflow cannot
    be null, ``find`` what a slot refers to.
    """
    ids = frozenset(node.id for node in nodes)
    return tuple(edge for node in nodes for edge in _edges_into(node, ids, needed, find))


def _edges_into(
    node: Node,
    ids: frozenset[str],
    needed: Needed,
    find: Callable[[Slot], Iterable[Reference]],
) -> list[Edge]:
    found = [
        Edge(a.node, node.id, a.on, a.case if a.on == "case" else None)
        for a in node.after
        if a.node in ids
    ]
    data: dict[tuple[str, str | None], bool] = {}
    for slot in _all_slots(node):
        for reference in find(slot):
            if reference.root in ids:
                port = port_of(reference)
                key = (reference.root, port)
                data[key] = data.get(key, False) or (port != "error" and _need(node, slot, needed))
    if data:
        found += [Edge(source, node.id, "data", None, need, port)
                  for (source, port), need in data.items()]  # fmt: skip
    return found


def _all_slots(node: Node) -> Iterable[Slot]:
    return _deep_slots(node) if isinstance(node, LoopNode) else slots_of(node)


def _deep_slots(node: Node) -> Iterator[Slot]:
    """The slots of a loop, and those of its body as optional ones."""
    yield from slots_of(node)
    if isinstance(node, LoopNode):
        for inner in node.nodes:
            for slot in _deep_slots(inner):
                yield slot._replace(need="optional")


def port_of(reference: Reference) -> str | None:
    """The port that a reference to a node names; ``None`` if it names the node as a whole."""
    first = reference.path[0] if reference.path else None
    return first if isinstance(first, str) else None


def _need(node: Node, slot: Slot, needed: Needed) -> bool:
    return needed(node, str(slot.place[-1])) if slot.need == "port" else slot.need == "needed"


def order(nodes: tuple[Node, ...], edges: Iterable[Edge]) -> tuple[str, ...]:
    """The ids of all ``nodes``, sources first, else in document order.

    Raises ``CycleError``, which names the nodes of one cycle in order.
    """
    ids = [node.id for node in nodes]
    sorted_ids, cycles = sort(ids, [(edge.source, edge.target) for edge in edges])
    if cycles:
        raise CycleError(cycles[0])
    return tuple(sorted_ids)


def sort(ids: list[str], pairs: list[tuple[str, str]]) -> tuple[list[str], list[tuple[str, ...]]]:
    """``ids`` in topological order, and the cycles that stood against it, no two of which share
    a node. ``pairs`` are (source, target), both among ``ids``."""
    place = {name: number for number, name in enumerate(ids)}
    numbers = {(place[source], place[target]) for source, target in pairs}
    if all(source < target for source, target in numbers):
        return ids, []
    found, cycles = _Sorting(len(ids), numbers).run()
    return [ids[n] for n in found], [tuple(ids[n] for n in cycle) for cycle in cycles]


class _Sorting:
    """Kahn's algorithm with the smallest ready number first; a cycle is noted and cut."""

    def __init__(self, count: int, pairs: set[tuple[int, int]]) -> None:
        self._sources: list[set[int]] = [set() for _ in range(count)]
        self._targets: list[list[int]] = [[] for _ in range(count)]
        for source, target in sorted(pairs):
            self._sources[target].add(source)
            self._targets[source].append(target)
        self._ready = [n for n in range(count) if not self._sources[n]]
        self._left = dict.fromkeys(range(count))
        self._walked: dict[int, None] = {}
        self._ordered: dict[int, list[int]] = {}

    def run(self) -> tuple[list[int], list[tuple[int, ...]]]:
        heapify(self._ready)
        found: list[int] = []
        cycles: list[tuple[int, ...]] = []
        while self._left:
            if not self._ready:
                cycles.append(self._cycle())
                self._cut(cycles[-1])
            number = heappop(self._ready)
            found.append(number)
            self._settle(number)
        return found, cycles

    def _settle(self, number: int) -> None:
        del self._left[number]
        for target in self._targets[number]:
            self._release(target, number)

    def _release(self, target: int, source: int) -> None:
        waits = self._sources[target]
        if source in waits:
            waits.discard(source)
            if not waits:
                heappush(self._ready, target)

    def _cycle(self) -> tuple[int, ...]:
        """Every node left waits for one: going back from the first one leads into a cycle. What
        led into one cycle is kept, so that it is not walked again for the next."""
        walked = self._walked
        while walked and next(reversed(walked)) not in self._left:
            walked.popitem()
        number = walked.popitem()[0] if walked else next(iter(self._left))
        while number not in walked:
            walked[number] = None
            number = self._first_source(number)
        behind = list(takewhile(lambda other: other != number, reversed(walked)))
        back = [number, *reversed(behind)]
        first = back.index(min(back))
        return tuple(reversed(back[first + 1 :] + back[: first + 1]))

    def _first_source(self, number: int) -> int:
        """What a node waits for; of many the first in the document."""
        waits = self._sources[number]
        if number not in self._ordered:
            self._ordered[number] = sorted(waits, reverse=True)
        ordered = self._ordered[number]
        while ordered[-1] not in waits:
            ordered.pop()
        return ordered[-1]

    def _cut(self, cycle: tuple[int, ...]) -> None:
        """Let the nodes of a cycle wait for nothing, so that the search goes on behind it."""
        for number in cycle:
            self._sources[number].clear()
            heappush(self._ready, number)
