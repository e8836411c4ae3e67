"""The picture of the entity graph: which tables are drawn, and where on the canvas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from stageline.schema.analysis import Relationship
from stageline.schema.page.layers import Edge, Layout, lay_out
from stageline.schema.page.places import Places
from stageline.schema.page.text import clip

ALL = 60  # tables up to which everything connected is drawn
MOST = 40  # else this many of the best connected tables
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
    chosen = connected if len(connected) <= ALL else _best_connected(best)
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
    while len(chosen) < MOST:
        best = min(border or near.keys() - chosen, key=rank.__getitem__)
        chosen.add(best)
        border = (border | near[best]) - chosen
    return chosen


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
    for group in groups:
        inner = [e for e in edges if e[0] in set(group) and e[0] != e[1]]
        layout = lay_out(group, inner)
        columns, width = _columns(layout)
        if left > MARGIN and left + width > SHELF:
            left, top, shelf = MARGIN, top + shelf + 24, 0.0
        placed = {
            name: _box(name, columns[layout.levels[name]], layout, (left, top), edges, places)
            for name in group
        }
        boxes += placed.values()
        curves += (_curve(edges[e], placed, layout, columns, (left, top)) for e in inner)
        shelf = max(shelf, layout.height + BOX)
        right = max(right, left + width)
        left += width + 48
    height = top + shelf + MARGIN
    return Picture(
        tuple(boxes), tuple(curves), round(right + MARGIN, 1), round(height, 1),
        connected - len(boxes),
    )  # fmt: skip


def _width(name: str) -> float:
    return CHARACTER * len(clip(name, LABEL)) + 18


def _columns(layout: Layout) -> tuple[list[tuple[float, float]], float]:
    """(x, width) of each level, and the width of all."""
    columns: list[tuple[float, float]] = []
    x = 0.0
    for level in range(layout.depth):
        names = [name for name, own in layout.levels.items() if own == level]
        width = max((_width(name) for name in names), default=0.0)
        columns.append((x, width))
        x += width + COLUMN_GAP
    return columns, x - COLUMN_GAP


def _box(
    name: str,
    column: tuple[float, float],
    layout: Layout,
    origin: tuple[float, float],
    edges: Mapping[Edge, Relationship],
    places: Places,
) -> Box:
    return Box(
        label=clip(name, LABEL),
        title=clip(name),
        anchor=places.anchor(name),
        key=places.find(name) or 0,
        x=round(origin[0] + column[0], 1),
        y=round(origin[1] + layout.heights[name], 1),
        width=round(column[1], 1),
        loops=(name, name) in edges,
    )


def _curve(
    item: Relationship,
    placed: Mapping[str, Box],
    layout: Layout,
    columns: Sequence[tuple[float, float]],
    origin: tuple[float, float],
) -> Curve:
    """From the edge of one box, over the places of the dummies, to the edge of the other."""
    start, end = placed[item.table], placed[item.referred_table]
    leftwards = start.x > end.x
    stops = [(start.x if leftwards else start.x + start.width, start.y + BOX / 2)]
    for level, height in layout.routes[item.table, item.referred_table]:
        x, width = columns[level]
        y = origin[1] + height + BOX / 2
        across = [(origin[0] + x + width, y), (origin[0] + x, y)]
        stops += across if leftwards else across[::-1]
    stops.append((end.x + end.width if leftwards else end.x, end.y + BOX / 2))
    sign = "declared" if item.declared else f"implied, {item.confidence:.0%}"
    columns_named = ", ".join(item.columns)
    return Curve(
        path=_path(stops),
        start=start.key,
        end=end.key,
        declared=item.declared,
        title=clip(f"{item.table} ({columns_named}) → {item.referred_table}, {sign}", 300),
    )


def _path(stops: Sequence[tuple[float, float]]) -> str:
    """Curves between levels, straight lines across them."""
    parts = [f"M{stops[0][0]:.1f} {stops[0][1]:.1f}"]
    for (x1, y1), (x2, y2) in pairwise(stops):
        middle = (x1 + x2) / 2
        parts.append(f"C{middle:.1f} {y1:.1f} {middle:.1f} {y2:.1f} {x2:.1f} {y2:.1f}")
    return "".join(parts)
