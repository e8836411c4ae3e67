"""Where nodes stand that somebody has placed: as in ``ui``, moved apart as far as boxes need."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from stageline.workflow.document import Node
from stageline.workflow.picture.figures import Figure
from stageline.workflow.picture.lines import End, Line, Link, Point, bow, spread

GAP = 22.0  # units between boxes at least
MOST_APART = 3.0  # times; nodes nearer than that are better placed anew
TIP = 7.0
# Each side of a box: the direction away from it.
RIGHT, LEFT, BOTTOM, TOP = (1.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (0.0, -1.0)


def positions_of(nodes: Sequence[Node]) -> dict[str, Point] | None:
    """The places of all nodes of a level, if each has one."""
    found = {node.id: _position(node) for node in nodes}
    kept = {name: place for name, place in found.items() if place is not None}
    return kept if kept and len(kept) == len(found) else None


def _position(node: Node) -> Point | None:
    x, y = node.ui.get("x"), node.ui.get("y")
    if isinstance(x, bool) or isinstance(y, bool):
        return None
    if isinstance(x, int | float) and isinstance(y, int | float):
        return (float(x), float(y)) if abs(x) < 1e6 and abs(y) < 1e6 else None
    return None


def stretch(places: Mapping[str, Point], figures: Mapping[str, Figure]) -> Point | None:
    """How many times further apart, sideways and downwards, places have to be so that no boxes
    overlap; ``None`` where that is too much. Notes may lie behind others."""
    boxes = [(places[name], figure) for name, figure in figures.items() if figure.kind != "note"]
    factor_x = factor_y = 1.0
    for (a, first), (b, second) in _near(boxes):
        wide, tall = _needed(a, first, b, second)
        if min(wide, tall) > MOST_APART:
            return None
        if wide <= tall:
            factor_x = max(factor_x, wide)
        else:
            factor_y = max(factor_y, tall)
    return factor_x, factor_y


def move_apart(
    places: Mapping[str, Point], figures: Mapping[str, Figure], times: Point
) -> tuple[dict[str, Point], dict[str, Figure]]:
    """The places from (0, 0) on, so many times further apart, and the figures: a note grows
    with what lies on it."""
    left = min(x for x, _ in places.values())
    top = min(y for _, y in places.values())
    moved = {n: ((x - left) * times[0], (y - top) * times[1]) for n, (x, y) in places.items()}
    return moved, {n: _grown(f, times) if f.kind == "note" else f for n, f in figures.items()}


def _grown(figure: Figure, times: Point) -> Figure:
    return replace(figure, width=figure.width * times[0], height=figure.height * times[1])


def _needed(a: Point, first: Figure, b: Point, second: Figure) -> tuple[float, float]:
    """By how much two places have to be stretched sideways, or downwards, to clear the boxes."""
    wide = (first if a[0] <= b[0] else second).width + GAP
    tall = (first if a[1] <= b[1] else second).height + GAP
    dx, dy = abs(a[0] - b[0]), abs(a[1] - b[1])
    return (wide / dx if dx else float("inf")), (tall / dy if dy else float("inf"))


def _near(
    boxes: Sequence[tuple[Point, Figure]],
) -> Iterator[tuple[tuple[Point, Figure], tuple[Point, Figure]]]:
    """Pairs of boxes that overlap or nearly do; looked for in neighbouring cells only."""
    cell_x = max((figure.width for _, figure in boxes), default=1.0) + GAP
    cell_y = max((figure.height for _, figure in boxes), default=1.0) + GAP
    cells: dict[tuple[int, int], list[tuple[Point, Figure]]] = {}
    for box in boxes:
        (x, y), _ = box
        column, row = int(x // cell_x), int(y // cell_y)
        for near in ((column + i, row + j) for i in (-1, 0, 1) for j in (-1, 0, 1)):
            yield from ((other, box) for other in cells.get(near, ()) if _overlap(other, box))
        cells.setdefault((column, row), []).append(box)


def _overlap(one: tuple[Point, Figure], other: tuple[Point, Figure]) -> bool:
    (a, first), (b, second) = one, other
    wide, tall = _needed(a, first, b, second)
    return wide > 1 and tall > 1


def lines_between(
    places: Mapping[str, Point], figures: Mapping[str, Figure], links: Sequence[Link]
) -> tuple[Line, ...]:
    """Lines from side to side, whichever sides face each other."""
    sides = {link.pair: _sides(link, places, figures) for link in links}
    ends: dict[tuple[str, Point], list[tuple[float, End]]] = {}
    for link in links:
        for end, (own, other) in enumerate((link.pair, link.pair[::-1])):
            side = sides[link.pair][end]
            far = _middle(places[other], figures[other])
            ends.setdefault((own, side), []).append((far[1] if side[0] else far[0], (link, end)))
    shifts = spread(ends, lambda key: _length(figures[key[0]], key[1]))
    return tuple(_line(link, places, figures, sides[link.pair], shifts) for link in links)


def _length(figure: Figure, side: Point) -> float:
    return figure.height if side[0] else figure.width


def _middle(place: Point, figure: Figure) -> Point:
    return place[0] + figure.width / 2, place[1] + figure.height / 2


def _sides(
    link: Link, places: Mapping[str, Point], figures: Mapping[str, Figure]
) -> tuple[Point, Point]:
    """The sides of source and target that a line touches."""
    source, target = figures[link.source], figures[link.target]
    (ax, ay), (bx, by) = places[link.source], places[link.target]
    free = {
        (RIGHT, LEFT): bx - ax - source.width,
        (BOTTOM, TOP): by - ay - source.height,
        (TOP, BOTTOM): ay - by - target.height,
        (LEFT, RIGHT): ax - bx - target.width,
    }
    return max(free, key=lambda pair: free[pair])


def _line(
    link: Link,
    places: Mapping[str, Point],
    figures: Mapping[str, Figure],
    sides: tuple[Point, Point],
    shifts: Mapping[End, float],
) -> Line:
    leave, arrive = sides[0], (-sides[1][0], -sides[1][1])
    start = _touch(places[link.source], figures[link.source], sides[0], shifts[link, 0])
    tip = _touch(places[link.target], figures[link.target], sides[1], shifts[link, 1])
    end = (tip[0] - arrive[0] * TIP, tip[1] - arrive[1] * TIP)
    return Line(link, bow(start, leave, end, arrive), tip, arrive)


def _touch(place: Point, figure: Figure, side: Point, shift: float) -> Point:
    """The point of a side so far from its middle."""
    x, y = _middle(place, figure)
    x += side[0] * figure.width / 2 + (shift if side[1] else 0.0)
    y += side[1] * figure.height / 2 + (shift if side[0] else 0.0)
    return x, y


def extent(
    places: Mapping[str, Point], figures: Mapping[str, Figure], names: Iterable[str]
) -> Point:
    """The width and height that all boxes together take."""
    found = [(places[n][0] + figures[n].width, places[n][1] + figures[n].height) for n in names]
    return max(x for x, _ in found), max(y for _, y in found)
