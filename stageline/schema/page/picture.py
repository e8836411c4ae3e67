"""The picture of the entity graph: which tables are drawn, and where on the canvas."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from stageline.layers import Edge, Layout, lay_out
from stageline.schema.analysis import Relationship
from stageline.schema.page.places import Places
from stageline.schema.page.text import clip, share

ALL = 60  # tables up to which everything connected is drawn
MOST = 40  # else this many of the best connected tables,
LINES = 90  # or fewer, where these have more references among them than this
LIKELY = 0.5  # implied references below this confidence are not drawn

LABEL = 26  # characters
CHARACTER = 6.7  # units that one takes in the picture's font
BOX = 22.0  # height of a box
COLUMN_GAP = 56.0
MARGIN = 8.0
SHELF = 1100.0  # units of width that small groups fill before a new row of groups begins


@dataclass(frozen=True, slots=True)
class Box:
    label: str
    title: str
    anchor: str
    key: int
    x: float
    y: float
    width: float
    loops: bool


@dataclass(frozen=True, slots=True)
class Curve:
    """``path`` is SVG path data; ``start`` and ``end`` are keys of boxes."""

    path: str
    start: int
    end: int
    declared: bool
    title: str


@dataclass(frozen=True, slots=True)
class Picture:
    boxes: tuple[Box, ...]
    curves: tuple[Curve, ...]
    width: float
    height: float
    left_out: int


def draw(relationships: Iterable[Relationship], places: Places) -> Picture | None:
    """The picture, or None where no two tables of the dump are related."""
    best = _best_edges(relationships, places)
    connected = {name for edge in best if edge[0] != edge[1] for name in edge}
    if not connected:
        return None
    everything = len(connected) <= ALL and len(best) <= 2 * LINES
    chosen = connected if everything else _best_connected(best)
    edges = {e: r for e, r in best.items() if e[0] in chosen and e[1] in chosen}
    return _paint(_groups(edges), edges, places, len(connected))


def _best_connected(edges: Iterable[Edge]) -> set[str]:
    """Grow from the table with most neighbours, always by the best connected neighbour."""
    near: dict[str, set[str]] = {}
    for start, end in edges:
        if start != end:
            near.setdefault(start, set()).add(end)
            near.setdefault(end, set()).add(start)
    ranked = sorted(near, key=lambda name: (-len(near[name]), name))
    rank = {name: place for place, name in enumerate(ranked)}
    chosen: set[str] = set()
    border: set[str] = set()
    lines = 0
    while len(chosen) < min(MOST, len(near)):
        best = min(border or near.keys() - chosen, key=rank.__getitem__)
        lines += len(near[best] & chosen)
        if lines > LINES:
            break
        chosen.add(best)
        border = (border | near[best]) - chosen
    return chosen


def _labels(names: Iterable[str]) -> dict[str, str]:
    """Names for the boxes: without the schema that most tables are in."""
    all_names = sorted(names)
    prefixes = Counter(name.rpartition(".")[0] for name in all_names)
    usual = max(prefixes, key=lambda prefix: (prefixes[prefix], prefix)) + "."
    short = {name: name.removeprefix(usual) for name in all_names}
    taken = Counter(short.values())
    return {n: clip(s if taken[s] == 1 else n, LABEL) for n, s in short.items()}


def _best_edges(relationships: Iterable[Relationship], places: Places) -> dict[Edge, Relationship]:
    """The surest relationship between each two tables that the page has."""
    best: dict[Edge, Relationship] = {}
    for item in relationships:
        edge = (item.table, item.referred_table)
        known = all(places.find(name) is not None for name in edge)
        if not known or item.confidence < LIKELY:
            continue
        if edge not in best or item.confidence > best[edge].confidence:
            best[edge] = item
    return {edge: best[edge] for edge in sorted(best)}


def _groups(edges: Iterable[Edge]) -> list[list[str]]:
    """Connected groups of tables, largest first; tables in order of name."""
    owner: dict[str, str] = {}

    def find(name: str) -> str:
        while owner.setdefault(name, name) != name:
            owner[name] = owner[owner[name]]
            name = owner[name]
        return name

    for start, end in edges:
        owner[find(start)] = find(end)
    groups: dict[str, list[str]] = {}
    for name in sorted(owner):
        groups.setdefault(find(name), []).append(name)
    return sorted((g for g in groups.values() if len(g) > 1), key=lambda g: (-len(g), g))


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where a group stands: its layout, (x, width) of its levels, and its corner."""

    layout: Layout
    columns: Sequence[tuple[float, float]]
    left: float
    top: float


def _paint(
    groups: Sequence[Sequence[str]],
    edges: Mapping[Edge, Relationship],
    places: Places,
    connected: int,
) -> Picture:
    """Draw each group and set the groups side by side on shelves."""
    boxes: list[Box] = []
    curves: list[Curve] = []
    left, top, shelf, right = MARGIN, MARGIN, 0.0, 0.0
    labels = _labels(name for group in groups for name in group)
    for group in groups:
        inner = [e for e in edges if e[0] in set(group) and e[0] != e[1]]
        layout = lay_out(group, inner)
        columns, width = _columns(layout, labels)
        if left > MARGIN and left + width > SHELF:
            left, top, shelf = MARGIN, top + shelf + 24, 0.0
        frame = _Frame(layout, columns, left, top)
        placed = {n: _box(n, labels[n], frame, places, (n, n) in edges) for n in group}
        boxes += placed.values()
        curves += (_curve(edges[edge], placed, frame) for edge in inner)
        shelf = max(shelf, layout.height + BOX)
        right = max(right, left + width)
        left += width + 48
    size = (round(right + MARGIN, 1), round(top + shelf + MARGIN, 1))
    return Picture(tuple(boxes), tuple(curves), *size, connected - len(boxes))


def _columns(layout: Layout, labels: Mapping[str, str]) -> tuple[list[tuple[float, float]], float]:
    """(x, width) of each level, and the width of all."""
    columns: list[tuple[float, float]] = []
    x = 0.0
    for level in range(layout.depth):
        sizes = (len(labels[name]) for name, own in layout.levels.items() if own == level)
        width = CHARACTER * max(sizes, default=0) + 18
        columns.append((x, width))
        x += width + COLUMN_GAP
    return columns, x - COLUMN_GAP


def _box(name: str, label: str, frame: _Frame, places: Places, loops: bool) -> Box:
    x, width = frame.columns[frame.layout.levels[name]]
    return Box(
        label=label,
        title=clip(name),
        anchor=places.anchor(name),
        key=places.find(name) or 0,
        x=round(frame.left + x, 1),
        y=round(frame.top + frame.layout.heights[name], 1),
        width=round(width, 1),
        loops=loops,
    )


def _curve(item: Relationship, placed: Mapping[str, Box], frame: _Frame) -> Curve:
    """From the edge of one box, over the places of the dummies, to the edge of the other."""
    start, end = placed[item.table], placed[item.referred_table]
    leftwards = start.x > end.x
    stops = [(start.x if leftwards else start.x + start.width, start.y + BOX / 2)]
    for level, height in frame.layout.routes[item.table, item.referred_table]:
        x, width = frame.columns[level]
        y = frame.top + height + BOX / 2
        across = [(frame.left + x + width, y), (frame.left + x, y)]
        stops += across if leftwards else across[::-1]
    stops.append((end.x + end.width if leftwards else end.x, end.y + BOX / 2))
    sign = "declared" if item.declared else f"implied, {share(item.confidence)}"
    named = ", ".join(item.columns)
    return Curve(
        path=_path(stops),
        start=start.key,
        end=end.key,
        declared=item.declared,
        title=clip(f"{item.table} ({named}) → {item.referred_table}, {sign}", 300),
    )


def _path(stops: Sequence[tuple[float, float]]) -> str:
    """Curves between levels, straight lines across them."""
    parts = [f"M{stops[0][0]:.1f} {stops[0][1]:.1f}"]
    for (x1, y1), (x2, y2) in pairwise(stops):
        middle = (x1 + x2) / 2
        parts.append(f"C{middle:.1f} {y1:.1f} {middle:.1f} {y2:.1f} {x2:.1f} {y2:.1f}")
    return "".join(parts)
