"""Strongly connected components, and the order in which a walk finds nodes; without recursion."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence


def neighbours(ids: Iterable[str], pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """The targets of each id, each once, in the order of ``pairs``."""
    found: dict[str, dict[str, None]] = {name: {} for name in ids}
    for source, target in pairs:
        found[source][target] = None
    return {name: list(targets) for name, targets in found.items()}


def discovery(ids: Sequence[str], targets: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """When a walk from the nodes that nothing leads to first meets each node."""
    led_to = {t for name in ids for t in targets[name] if t != name}
    starts = [name for name in ids if name not in led_to]
    found: dict[str, int] = {}
    for start in [*starts, *ids]:
        waiting = [start]
        while waiting:
            name = waiting.pop()
            if name not in found:
                found[name] = len(found)
                waiting.extend(reversed(targets[name]))
    return found


def closing_pairs(ids: Sequence[str], targets: Mapping[str, Sequence[str]]) -> set[tuple[str, str]]:
    """The edges by which a walk in depth comes back to a node that it is still inside of;
    without them there is no cycle."""
    closing: set[tuple[str, str]] = set()
    state: dict[str, bool] = {}  # true while the walk is inside
    for start in ids:
        path = [(start, iter(targets[start]))] if start not in state else []
        state.setdefault(start, True)
        while path:
            name, rest = path[-1]
            target = next(rest, None)
            if target is None:
                state[path.pop()[0]] = False
            elif target not in state:
                state[target] = True
                path.append((target, iter(targets[target])))
            elif state[target]:
                closing.add((name, target))
    return closing


def components(ids: Sequence[str], targets: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """The cycles of a graph: sets of nodes that all lead to each other, and nodes that lead to
    themselves (Tarjan). Nodes in the order of ``ids``."""
    place = {name: number for number, name in enumerate(ids)}
    found = [sorted(c, key=place.__getitem__) for c in _Search(targets).run(ids)]
    cycles = [c for c in found if len(c) > 1 or c[0] in targets[c[0]]]
    return sorted(cycles, key=lambda cycle: place[cycle[0]])


def ordering(
    ids: Sequence[str], pairs: Sequence[tuple[str, str]], more: Sequence[tuple[str, str]] = ()
) -> dict[str, tuple[str, int]]:
    """For each id the first of the cycle that it is in (itself if there is none), and its place:
    behind all that leads to it. ``more`` pairs count for the places only."""
    cycles = components(ids, neighbours(ids, pairs))
    first = {name: name for name in ids} | {n: cycle[0] for cycle in cycles for n in cycle}
    both = ((first[a], first[b]) for a, b in (*pairs, *more))
    after = neighbours(ids, ((a, b) for a, b in both if a != b))
    waits = Counter(target for targets in after.values() for target in targets)
    ready = [name for name in ids if first[name] == name and not waits[name]]
    for name in ready:
        for target in after[name]:
            waits[target] -= 1
            if not waits[target]:
                ready.append(target)
    place = {name: number for number, name in enumerate(ready)}
    return {name: (first[name], place.get(first[name], 0)) for name in ids}


class _Search:
    """One search over a graph: the state of Tarjan's algorithm."""

    def __init__(self, targets: Mapping[str, Sequence[str]]) -> None:
        self._targets = targets
        self._number: dict[str, int] = {}
        self._low: dict[str, int] = {}
        self._stack: dict[str, None] = {}
        self._found: list[list[str]] = []

    def run(self, ids: Sequence[str]) -> list[list[str]]:
        for start in ids:
            if start not in self._number:
                self._walk(start)
        return self._found

    def _walk(self, start: str) -> None:
        path = [(start, self._enter(start))]
        while path:
            name, rest = path[-1]
            target = next(rest, None)
            if target is None:
                path.pop()
                self._leave(name, path[-1][0] if path else None)
            elif target not in self._number:
                path.append((target, self._enter(target)))
            elif target in self._stack:
                self._low[name] = min(self._low[name], self._number[target])

    def _enter(self, name: str) -> Iterator[str]:
        self._number[name] = self._low[name] = len(self._number)
        self._stack[name] = None
        return iter(self._targets[name])

    def _leave(self, name: str, above: str | None) -> None:
        if above is not None:
            self._low[above] = min(self._low[above], self._low[name])
        if self._low[name] == self._number[name]:
            component: list[str] = []
            while not component or component[-1] != name:
                component.append(self._stack.popitem()[0])
            self._found.append(component)
