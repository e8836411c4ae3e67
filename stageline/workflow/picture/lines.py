"""Lines: what the edges between two nodes look like, and the curves that they follow."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, TypeVar

from stageline.workflow.graph import Edge

Point = tuple[float, float]
Pair = tuple[str, str]
Kind = Literal["data", "done", "failed", "case"]
End = tuple["Link", int]  # 0: where it leaves, 1: where it arrives
Side = TypeVar("Side", bound=Hashable)
MAX_LABELS = 4
STEP = 16.0  # units between two lines at one side of a box, if there is room


@dataclass(frozen=True, slots=True)
class Link:
    """All edges of one look between two nodes. ``label`` is written at its end."""

    source: str
    target: str
    kind: Kind
    label: str
    hint: str

    @property
    def pair(self) -> Pair:
        return (self.source, self.target)


@dataclass(frozen=True, slots=True)
class Line:
    """A link with its way. ``path`` is SVG path data up to the tip, which points to ``tip`` in
    the direction ``towards`` (a unit vector). All of it is shifted by ``origin``."""

    link: Link
    path: str
    tip: Point
    towards: Point
    origin: Point = (0.0, 0.0)


def links_of(edges: Iterable[Edge]) -> tuple[Link, ...]:
    """The links to draw, in the order of the edges. Being after a node whose value is taken as
    well is nothing to see."""
    groups: dict[tuple[str, str, Kind], list[Edge]] = {}
    for edge in edges:
        if edge.source != edge.target:
            groups.setdefault((edge.source, edge.target, edge.kind), []).append(edge)
    shown = {key: found for key, found in groups.items()
             if key[2] != "done" or (*key[:2], "data") not in groups}  # fmt: skip
    return tuple(_link(*key, found) for key, found in shown.items())


def _link(source: str, target: str, kind: Kind, edges: Sequence[Edge]) -> Link:
    names = list(dict.fromkeys(_NAMES[kind](edge) for edge in edges))
    rest = f" +{len(names) - MAX_LABELS}" if len(names) > MAX_LABELS else ""
    text = ", ".join(name for name in names[:MAX_LABELS] if name) + rest
    label = text if kind in {"case", "failed"} else ""
    return Link(source, target, kind, label, f"{source} → {target}{f': {text}' if text else ''}")


_NAMES: Mapping[Kind, Callable[[Edge], str]] = {
    "data": lambda edge: edge.port or "",
    "done": lambda _: "done",
    "failed": lambda _: "failed",
    "case": lambda edge: edge.case or "",
}


def curve(stops: Sequence[Point], along: int) -> str:
    """SVG path data through ``stops``: straight where they face each other along an axis
    (0: x, 1: y), else a curve that leaves and arrives along it."""
    parts = [f"M{_text(stops[0])}"]
    for start, end in pairwise(stops):
        across = 1 - along
        if abs(start[across] - end[across]) < 0.6:
            parts.append(f"L{_text(end)}")
            continue
        middle = (start[along] + end[along]) / 2
        first, second = _moved(start, along, middle), _moved(end, along, middle)
        parts.append(f"C{_text(first)} {_text(second)} {_text(end)}")
    return "".join(parts)


def bow(start: Point, leave: Point, end: Point, arrive: Point) -> str:
    """A curve that leaves ``start`` in one direction and arrives at ``end`` in another."""
    reach = max(24.0, (abs(end[0] - start[0]) + abs(end[1] - start[1])) * 0.35)
    first = (start[0] + leave[0] * reach, start[1] + leave[1] * reach)
    second = (end[0] - arrive[0] * reach, end[1] - arrive[1] * reach)
    return f"M{_text(start)}C{_text(first)} {_text(second)} {_text(end)}"


def _moved(point: Point, axis: int, value: float) -> Point:
    return (value, point[1]) if axis == 0 else (point[0], value)


def _text(point: Point) -> str:
    return f"{number(point[0])} {number(point[1])}"


def number(value: float) -> str:
    """``12.0`` as ``12``, ``0.25`` as ``0.3``."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def spread(
    ends: Mapping[Side, Sequence[tuple[float, End]]], room: Callable[[Side], float]
) -> dict[End, float]:
    """How far from the middle of a side each line touches it.

    ``ends`` has for each side its lines, each with where it comes from; ``room`` is the length
    of a side. Lines touch in the order in which they come, so that they do not cross.
    """
    found: dict[End, float] = {}
    for side, lines in ends.items():
        ordered = sorted(lines, key=lambda line: line[0])
        apart = min(STEP, max(0.0, room(side) - 24) / max(len(lines) - 1, 1))
        for place, (_, end) in enumerate(ordered):
            found[end] = apart * (place - (len(lines) - 1) / 2)
    return found
