"""A scene: the figures of one level of a document, placed, with the lines between them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import sqrt

from stageline.errors import DocumentError
from stageline.workflow.document import LoopNode, Node, NoteNode
from stageline.workflow.graph import edges, references_of
from stageline.workflow.picture.figures import Figure, loop_figure, node_figure, note_figure
from stageline.workflow.picture.layered import Part, is_downwards, place_part
from stageline.workflow.picture.lines import Line, Link, Point, links_of
from stageline.workflow.picture.marks import Mark
from stageline.workflow.picture.placed import (
    extent,
    lines_between,
    move_apart,
    positions_of,
    stretch,
)
from stageline.workflow.slots import Slot
from stageline.workflow.values import Reference

SHELF, INNER_SHELF = 1_180.0, 760.0
GAP = 36.0  # units between parts that nothing connects
LONELY_GAP = 20.0


@dataclass(frozen=True, slots=True)
class Spot:
    """A figure and its upper left corner."""

    figure: Figure
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Scene:
    spots: tuple[Spot, ...]
    lines: tuple[Line, ...]
    width: float
    height: float


def compose(nodes: Sequence[Node], marks: Mapping[str, Mark], inside: bool = False) -> Scene:
    """The scene of one level; loops have theirs inside."""
    figures = {node.id: _figure(node, marks) for node in nodes}
    links = links_of(edges(tuple(nodes), lambda _, __: True, _readable))
    given = positions_of(nodes)
    times = stretch(given, figures) if given else None
    if given and times:
        apart, figures = move_apart(given, figures, times)
        lines = lines_between(apart, figures, links)
        return _scene(figures, apart, lines, *extent(apart, figures, figures))
    return _arranged(figures, links, INNER_SHELF if inside else SHELF)


def _figure(node: Node, marks: Mapping[str, Mark]) -> Figure:
    if isinstance(node, NoteNode):
        return note_figure(node)
    mark = marks.get(node.id)
    if isinstance(node, LoopNode):
        return loop_figure(node, mark, compose(node.nodes, marks, inside=True))
    return node_figure(node, mark)


def _readable(slot: Slot) -> Iterable[Reference]:
    """What a slot refers to; a picture may be wanted of a document that is not right yet."""
    try:
        return references_of(slot)
    except DocumentError:
        return ()


def _scene(
    figures: Mapping[str, Figure],
    places: Mapping[str, Point],
    lines: tuple[Line, ...],
    width: float,
    height: float,
) -> Scene:
    spots = tuple(Spot(figure, *places[name]) for name, figure in figures.items())
    return Scene(spots, lines, width, height)


# --- what nobody has placed ------------------------------------------------------------------


def _arranged(figures: Mapping[str, Figure], links: Sequence[Link], shelf: float) -> Scene:
    """Each connected part by itself, the parts side by side on shelves."""
    down = is_downwards(figures, links)
    by_part = _by_part(figures, links)
    parts = [place_part({n: figures[n] for n in names}, inner, down) for names, inner in by_part]
    area = sum((part.width + GAP) * (part.height + GAP) for part in parts)
    shelf = max(shelf, sqrt(area))
    places: dict[str, Point] = {}
    lines: list[Line] = []
    x = y = tallest = widest = 0.0
    for part in parts:
        if x and x + part.width > shelf:
            x, y, tallest = 0.0, y + tallest + _gap(part), 0.0
        places.update((n, (px + x, py + y)) for n, (px, py) in part.places.items())
        lines += (_moved(line, x, y) for line in part.lines)
        widest = max(widest, x + part.width)
        tallest = max(tallest, part.height)
        x += part.width + _gap(part)
    return _scene(figures, places, tuple(lines), widest, y + tallest)


def _gap(part: Part) -> float:
    return GAP if len(part.places) > 1 else LONELY_GAP


def _by_part(
    figures: Mapping[str, Figure], links: Sequence[Link]
) -> list[tuple[list[str], list[Link]]]:
    """The connected parts, each with its links: in document order, single nodes behind others,
    notes behind these."""
    owner = {name: name for name in figures}

    def find(name: str) -> str:
        while owner[name] != name:
            owner[name] = owner[owner[name]]
            name = owner[name]
        return name

    for link in links:
        owner[find(link.source)] = find(link.target)
    names: dict[str, list[str]] = {}
    inner: dict[str, list[Link]] = {}
    for name in figures:
        names.setdefault(find(name), []).append(name)
    for link in links:
        inner.setdefault(find(link.source), []).append(link)
    found = [(part, inner.get(root, [])) for root, part in names.items()]
    return sorted(found, key=lambda part: (len(part[0]) == 1, figures[part[0][0]].kind == "note"))


def _moved(line: Line, x: float, y: float) -> Line:
    return replace(line, origin=(line.origin[0] + x, line.origin[1] + y))
