"""Layered drawing of a directed graph, left to right: what is referred to stands to the left.

Whoever draws may swap the axes: "level" counts along one, "height" along the other.

The steps are those of Sugiyama, Tagawa and Toda (IEEE Trans. SMC 11, 1981): break cycles, give
levels, lead long edges through dummy nodes, order each level by the barycentre of its
neighbours, then give heights. Edges to one table share their dummies, so that they run together
as a branch of lines instead of a bundle. Where the method leaves a choice, input order decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

Edge = tuple[str, str]  # (from, to): ``from`` refers to ``to``
Dummy = tuple[str, int]  # where, on a level, the edges to a table pass
Node = str | Dummy

SWEEPS = 12
WORK = 100_000  # nodes and links that all sweeps together may look at; at least two are made
DUMMIES = (300, 1.5)  # as many, or so many a node, may be; else the longest edges go straight
REACHES = (64, 32, 16, 8, 4, 2, 1)  # how many levels the longest edges with dummies then cross


@dataclass(frozen=True, slots=True)
class Spacing:
    """Units between things of one level. ``sizes`` are the heights of nodes, 0 unless given.

    ``gap`` lies between two nodes, ``lane`` between an edge and what stands beside it. A level
    higher than ``most`` is broken into several.
    """

    gap: float = 30.0
    lane: float = 18.0
    sizes: Mapping[str, float] = field(default_factory=dict)
    most: float = float("inf")

    def distance(self, first: Node, second: Node) -> float:
        """From the middle of one thing to the middle of the next."""
        if isinstance(first, str) and isinstance(second, str):
            return (self.size(first) + self.size(second)) / 2 + self.gap
        return (self.size(first) + self.size(second)) / 2 + self.lane

    def size(self, node: Node) -> float:
        return self.sizes.get(node, 0.0) if isinstance(node, str) else 0.0


TABLES = Spacing()


@dataclass(frozen=True, slots=True)
class Layout:
    """``levels`` count from 0 at the left; ``heights`` are units downwards, from 0, of middles.

    ``routes`` leads each edge over (level, height) of its dummies, from its start to its end.
    """

    levels: Mapping[str, int]
    heights: Mapping[str, float]
    routes: Mapping[Edge, tuple[tuple[int, float], ...]]
    depth: int
    height: float


def lay_out(nodes: Sequence[str], edges: Iterable[Edge], spacing: Spacing = TABLES) -> Layout:
    """Place the nodes of one connected graph without self references."""
    kept = list(dict.fromkeys(edges))
    forward = _break_cycles(nodes, kept)
    whole = _give_levels(nodes, forward)
    levels = _break_levels(nodes, whole, spacing)
    reach = _reach(forward, levels) if levels == whole else 2  # lanes past what was broken: none
    rows, links, dummies = _insert_dummies(nodes, forward, levels, reach)
    sweeps = max(2, min(SWEEPS, WORK // (sum(map(len, rows)) + len(links))))
    _order(rows, links, sweeps)
    heights = _give_heights(rows, links, spacing, sweeps)
    top = min(heights.values())
    bottom = max(heights.values())
    return Layout(
        levels=levels,
        heights={node: heights[node] - top for node in nodes},
        routes={
            edge: tuple((node[1], heights[node] - top) for node in _route(edge, dummies))
            for edge in kept
        },
        depth=len(rows),
        height=bottom - top,
    )


def levels_of(nodes: Sequence[str], edges: Iterable[Edge]) -> dict[str, int]:
    """The levels that ``lay_out`` gives where none is too high."""
    return _give_levels(nodes, _break_cycles(nodes, list(dict.fromkeys(edges))))


def _route(edge: Edge, dummies: Mapping[Edge, list[Dummy]]) -> list[Dummy]:
    start, end = edge
    return dummies[edge] if edge in dummies else dummies[end, start][::-1]


def _break_cycles(nodes: Sequence[str], edges: Iterable[Edge]) -> list[Edge]:
    """Turn round the edges that close a cycle in a depth-first walk."""
    targets: dict[str, list[str]] = {node: [] for node in nodes}
    for start, end in edges:
        targets[start].append(end)
    finished: set[str] = set()
    open_nodes: set[str] = set()
    forward: dict[Edge, None] = {}
    for root in nodes:
        stack = [(root, iter(targets[root]))] if root not in finished else []
        open_nodes.update(node for node, _ in stack)
        while stack:
            node, rest = stack[-1]
            following = next(rest, None)
            if following is None:
                stack.pop()
                open_nodes.discard(node)
                finished.add(node)
                continue
            forward[(following, node) if following in open_nodes else (node, following)] = None
            if following not in finished and following not in open_nodes:
                open_nodes.add(following)
                stack.append((following, iter(targets[following])))
    return list(forward)


def _give_levels(nodes: Sequence[str], edges: Iterable[Edge]) -> dict[str, int]:
    """Longest path to a node that refers to nothing; such nodes move up to who needs them."""
    targets: dict[str, list[str]] = {node: [] for node in nodes}
    sources: dict[str, list[str]] = {node: [] for node in nodes}
    for start, end in edges:
        targets[start].append(end)
        sources[end].append(start)
    levels: dict[str, int] = {}
    waiting = {node: len(targets[node]) for node in nodes}
    ready = [node for node in nodes if not waiting[node]]
    for node in ready:  # grows while it is walked
        levels[node] = 1 + max((levels[target] for target in targets[node]), default=-1)
        for source in sources[node]:
            waiting[source] -= 1
            if not waiting[source]:
                ready.append(source)
    for node in nodes:
        if not targets[node] and sources[node]:
            levels[node] = min(levels[source] for source in sources[node]) - 1
    return levels


def _break_levels(
    nodes: Sequence[str], levels: Mapping[str, int], spacing: Spacing
) -> dict[str, int]:
    """Levels of bounded height: what is too much for one goes on in the next."""
    rows: list[list[str]] = [[] for _ in range(max(levels.values()) + 1)]
    for node in nodes:
        rows[levels[node]].append(node)
    found: dict[str, int] = {}
    level = -1
    for row in rows:
        level, height = level + 1, 0.0
        for node in row:
            height += spacing.size(node) + spacing.gap
            if height > spacing.most and height > spacing.size(node) + spacing.gap:
                level, height = level + 1, spacing.size(node) + spacing.gap
            found[node] = level
    return found


def _reach(edges: Iterable[Edge], levels: Mapping[str, int]) -> int:
    """The longest span of levels that edges may have and still get dummies."""
    spans = [(end, levels[start] - levels[end]) for start, end in edges]
    widest = max((span for _, span in spans), default=1)
    most = max(DUMMIES[0], DUMMIES[1] * len(levels))
    return next((r for r in (widest, *REACHES) if _count_dummies(spans, r) <= most), 1)


def _count_dummies(spans: Iterable[tuple[str, int]], reach: int) -> int:
    longest: dict[str, int] = {}
    for end, span in spans:
        if span <= reach:
            longest[end] = max(longest.get(end, 0), span - 1)
    return sum(longest.values())


def _insert_dummies(
    nodes: Sequence[str], edges: Iterable[Edge], levels: Mapping[str, int], reach: int
) -> tuple[list[list[Node]], list[tuple[Node, Node]], dict[Edge, list[Dummy]]]:
    rows: list[dict[Node, None]] = [{} for _ in range(max(levels.values()) + 1)]
    for node in nodes:
        rows[levels[node]][node] = None
    links: dict[tuple[Node, Node], None] = {}
    dummies: dict[Edge, list[Dummy]] = {}
    for start, end in edges:
        if levels[start] - levels[end] > reach:
            dummies[start, end] = []
            continue
        between = range(levels[start] - 1, levels[end], -1)
        dummies[start, end] = [(end, level) for level in between]
        for dummy in dummies[start, end]:
            rows[dummy[1]][dummy] = None
        path: list[Node] = [start, *dummies[start, end], end]
        links.update(dict.fromkeys(pairwise(path)))
    return [list(row) for row in rows], list(links), dummies


def _neighbours(links: Iterable[tuple[Node, Node]]) -> tuple[dict[Node, list[Node]], ...]:
    """For each node its neighbours to the left, and those to the right."""
    left: dict[Node, list[Node]] = {}
    right: dict[Node, list[Node]] = {}
    for start, end in links:
        left.setdefault(start, []).append(end)
        right.setdefault(end, []).append(start)
    return left, right


def _order(rows: list[list[Node]], links: list[tuple[Node, Node]], sweeps: int) -> None:
    """Sort each level by the mean position of its neighbours, to and fro."""
    left, right = _neighbours(links)
    for sweep in range(sweeps):
        rightwards = sweep % 2 == 0
        near = left if rightwards else right
        inner = rows[1:] if rightwards else rows[-2::-1]
        for before, row in zip(rows if rightwards else rows[::-1], inner, strict=False):
            position = {node: i / max(len(before) - 1, 1) for i, node in enumerate(before)}
            own = {node: i / max(len(row) - 1, 1) for i, node in enumerate(row)}
            keys = {n: _mean([position[m] for m in near.get(n, ())], own[n]) for n in row}
            row.sort(key=keys.__getitem__)


def _mean(values: Sequence[float], default: float) -> float:
    return sum(values) / len(values) if values else default


def _give_heights(
    rows: list[list[Node]], links: list[tuple[Node, Node]], spacing: Spacing, sweeps: int
) -> dict[Node, float]:
    """Pull nodes to the mean height of their neighbours, keeping order and distances."""
    left, right = _neighbours(links)
    heights: dict[Node, float] = {}
    for row in rows:
        total = 0.0
        for before, node in zip([None, *row], row, strict=False):
            total += spacing.distance(before, node) if before is not None else 0.0
            heights[node] = total
        middle = total / 2
        heights.update((node, heights[node] - middle) for node in row)
    for sweep in range(sweeps):
        for row in rows if sweep % 2 == 0 else rows[::-1]:
            wanted = [
                _mean([heights[m] for m in (*left.get(n, ()), *right.get(n, ()))], heights[n])
                for n in row
            ]
            heights.update(zip(row, _spread(row, wanted, spacing), strict=True))
    return heights


def _spread(row: Sequence[Node], wanted: Sequence[float], spacing: Spacing) -> list[float]:
    """The heights nearest to ``wanted`` (least squares) that keep the distances.

    Pool adjacent violators: with the distances taken off, the heights must not fall.
    """
    offsets = [0.0]
    for first, second in pairwise(row):
        offsets.append(offsets[-1] + spacing.distance(first, second))
    pools: list[tuple[float, int]] = []  # (mean, count)
    for want, offset in zip(wanted, offsets, strict=True):
        mean, count = want - offset, 1
        while pools and pools[-1][0] > mean:
            earlier, many = pools.pop()
            mean, count = (earlier * many + mean * count) / (many + count), many + count
        pools.append((mean, count))
    flat = [mean for mean, count in pools for _ in range(count)]
    return [height + offset for height, offset in zip(flat, offsets, strict=True)]
