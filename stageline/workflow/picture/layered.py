"""Where nodes stand that nobody has placed: level under level, or level beside level."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from stageline.layers import Layout, Spacing, lay_out, levels_of
from stageline.workflow.picture.figures import Figure
from stageline.workflow.picture.lines import End, Line, Link, Pair, Point, curve, spread
from stageline.workflow.picture.wording import width

PAGE_WIDTH, PAGE_HEIGHT = 1180.0, 900.0  # what a reader sees at once
LONGEST = 3_200.0  # units of a level before it is broken
TIP = 7.0  # length of the tip of a line


@dataclass(frozen=True, slots=True)
class Part:
    """A connected part of a graph, placed by itself from (0, 0) on."""

    places: Mapping[str, Point]
    lines: tuple[Line, ...]
    width: float
    height: float


def is_downwards(figures: Mapping[str, Figure], links: Sequence[Link]) -> bool:
    """Whether levels under each other suit a page better than levels beside each other."""
    linked = list(dict.fromkeys(name for link in links for name in link.pair))
    if not linked:
        return True
    rows: dict[int, list[Figure]] = {}
    for name, level in levels_of(linked, _turned(links)).items():
        rows.setdefault(level, []).append(figures[name])
    wide = max(sum(f.usual_width + 28 for f in row) for row in rows.values())
    deep = sum(max(f.height for f in row) + 54 for row in rows.values())
    tall = max(sum(f.height + 16 for f in row) for row in rows.values())
    long = sum(max(f.usual_width for f in row) + 72 for row in rows.values())
    return _strain(wide, deep) <= _strain(long, tall)


def _strain(width: float, height: float) -> float:
    """How many times a reader has to scroll; sideways is worse."""
    return max(width / PAGE_WIDTH, 1.0) * 1.5 + height / PAGE_HEIGHT


def _turned(links: Iterable[Link]) -> list[Pair]:
    """A node "refers to" what comes before it."""
    return [(link.target, link.source) for link in links]


def place_part(figures: Mapping[str, Figure], links: Sequence[Link], down: bool) -> Part:
    """Place one connected part. ``figures`` are its nodes, in document order."""
    axis = _Axis(down)
    sizes = {name: axis.across(figure) for name, figure in figures.items()}
    spacing = Spacing(28.0 if down else 16.0, 14.0, sizes, LONGEST)
    layout = lay_out(list(figures), _turned(links), spacing)
    rows = _rows(layout, figures, links, axis)
    low = min([layout.heights[n] - sizes[n] / 2 for n in figures]
              + [height for route in layout.routes.values() for _, height in route])  # fmt: skip
    high = max([layout.heights[n] + sizes[n] / 2 for n in figures]
               + [height for route in layout.routes.values() for _, height in route])  # fmt: skip
    places = {
        name: (rows[layout.levels[name]].start, layout.heights[name] - sizes[name] / 2 - low)
        for name in figures
    }
    routes = {
        (link.source, link.target): tuple(
            (level, height - low) for level, height in reversed(layout.routes[link.pair[::-1]])
        )
        for link in links
    }
    way = _Ways(figures, places, rows, layout.levels, routes, axis)
    end = max(row.end for row in rows.values())
    size = axis.turn((end, high - low))
    return Part({n: axis.turn(p) for n, p in places.items()}, way.lines(links), *size)


@dataclass(frozen=True, slots=True)
class _Axis:
    """(along, across) the levels, for both directions."""

    down: bool

    def along(self, figure: Figure) -> float:
        return figure.height if self.down else figure.width

    def across(self, figure: Figure) -> float:
        return figure.width if self.down else figure.height

    def turn(self, point: Point) -> Point:
        return (point[1], point[0]) if self.down else point


@dataclass(frozen=True, slots=True)
class _Row:
    start: float
    end: float


def _rows(
    layout: Layout, figures: Mapping[str, Figure], links: Sequence[Link], axis: _Axis
) -> dict[int, _Row]:
    """Where each level begins and ends, with room for curves and labels before it."""
    sizes: dict[int, float] = {}
    for name, level in layout.levels.items():
        sizes[level] = max(sizes.get(level, 0.0), axis.along(figures[name]))
    room: dict[int, float] = {}
    for link in links:
        if link.label:
            level = max(layout.levels[link.source], layout.levels[link.target])
            wanted = 64.0 if axis.down else 60.0 + min(width(link.label, 11.0), 140.0)
            room[level] = max(room.get(level, 0.0), wanted)
    rows: dict[int, _Row] = {}
    at = 0.0
    for level in range(layout.depth):
        at += max(room.get(level, 0.0), 46.0 if axis.down else 64.0) if level else 0.0
        size = sizes.get(level, 0.0)
        rows[level] = _Row(at, at + size)
        at += size
    return rows


@dataclass(frozen=True)
class _Ways:
    """The ways of lines from level to level; all points are (along, across) until the end."""

    figures: Mapping[str, Figure]
    places: Mapping[str, Point]
    rows: Mapping[int, _Row]
    levels: Mapping[str, int]
    routes: Mapping[Pair, tuple[tuple[int, float], ...]]
    axis: _Axis

    def lines(self, links: Sequence[Link]) -> tuple[Line, ...]:
        ends: dict[tuple[str, bool], list[tuple[float, End]]] = {}
        for link in links:
            route = self.routes[link.pair]
            first = route[0][1] if route else self._middle(link.target)
            last = route[-1][1] if route else self._middle(link.source)
            forward = self._is_forward(link)
            ends.setdefault((link.source, forward), []).append((first, (link, 0)))
            ends.setdefault((link.target, not forward), []).append((last, (link, 1)))
        shifts = spread(ends, lambda side: self.axis.across(self.figures[side[0]]))
        return tuple(self._line(link, shifts) for link in links)

    def _is_forward(self, link: Link) -> bool:
        return self.levels[link.source] < self.levels[link.target]

    def _middle(self, name: str) -> float:
        return self.places[name][1] + self.axis.across(self.figures[name]) / 2

    def _line(self, link: Link, shifts: Mapping[End, float]) -> Line:
        forward = self._is_forward(link)
        sign = 1.0 if forward else -1.0
        leave = self._middle(link.source) + shifts[link, 0]
        arrive = self._middle(link.target) + shifts[link, 1]
        start, end = self._edge(link.source, forward), self._edge(link.target, not forward)
        row = self.rows[self.levels[link.source]]
        stops = [(start, leave), (row.end if forward else row.start, leave)]
        for level, height in self.routes[link.pair]:
            crossed = [(self.rows[level].start, height), (self.rows[level].end, height)]
            stops += crossed if forward else crossed[::-1]
        stops.append((end - sign * TIP, arrive))
        turned = [self.axis.turn(stop) for stop in stops]
        return Line(
            link,
            curve(turned, 1 if self.axis.down else 0),
            self.axis.turn((end, arrive)),
            self.axis.turn((sign, 0.0)),
        )

    def _edge(self, name: str, far: bool) -> float:
        """Where the box of a node begins or ends, along the levels."""
        return self.places[name][0] + (self.axis.along(self.figures[name]) if far else 0.0)
