"""Ink: a scene as SVG text. Colours are in one style sheet, each state has a sign as well."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cache
from html import escape
from importlib.resources import files

from stageline.workflow.picture.figures import (
    HEADER,
    LINE,
    PADDING,
    SIDE,
    Figure,
)
from stageline.workflow.picture.lines import Line, number
from stageline.workflow.picture.scene import Scene, Spot

MARGIN = 12.0
FITS = 1_600.0  # units of width up to which a picture is made to fit its place
DENSE = 300  # lines from which on they are drawn fainter

_SIGNS: Mapping[str, str] = {
    "pending": '<path d="M-4 0h.1M0 0h.1M4 0h.1"/>',
    "running": '<path class="full" d="M-2.6-4.2L4.6 0L-2.6 4.2z"/>',
    "completed": '<path d="M-4.2 .3L-1.2 3.3L4.4-3"/>',
    "cached": '<path d="M-3.4 .2L-1 2.6L3.5-2.4"/><circle class="ring" r="7.6"/>',
    "failed": '<path d="M-3.4-3.4L3.4 3.4M3.4-3.4L-3.4 3.4"/>',
    "skipped": '<path d="M-4-3.4L-.6 0L-4 3.4M.8-3.4L4.2 0L.8 3.4"/>',
    "cancelled": '<path class="full" d="M-3.4-3.4h6.8v6.8h-6.8z"/>',
    "paused": '<path d="M-2.2-3.6v7.2M2.2-3.6v7.2"/>',
}

_TONES: Mapping[str, tuple[tuple[str, str, str], tuple[str, str, str]]] = {
    # state: (fill, line, words) on white, and on black
    "pending": (("#ffffff", "#94a3b3", "#5a6877"), ("#161c23", "#5f6f7f", "#a3b1bf")),
    "running": (("#e9f2fc", "#1b66b8", "#17569b"), ("#12263c", "#5da3ec", "#8dc0f5")),
    "completed": (("#eaf6ed", "#2c7d3f", "#246734"), ("#14291b", "#55ad6a", "#85cf97")),
    "cached": (("#e4f4f4", "#17777b", "#126165"), ("#0f2a2c", "#46b0b4", "#7fd2d5")),
    "failed": (("#fdecea", "#b3261e", "#9c1f18"), ("#3a1a18", "#ff8a7f", "#ffada5")),
    "skipped": (("#f3f5f7", "#aab5c0", "#67747f"), ("#1a2027", "#56636f", "#97a5b2")),
    "cancelled": (("#f6efe8", "#86582c", "#734a23"), ("#2c2118", "#c59566", "#dab38b")),
    "paused": (("#fff5dc", "#a16900", "#855700"), ("#332709", "#e3ac3d", "#f0c46c")),
}


def _tones(number: int) -> str:
    """The rules for states: all of one shade of paper."""
    rules = []
    for state, tones in _TONES.items():
        fill, line, words = tones[number]
        own = f".stageline-drawing .{state}"
        rules.append(f"{own} .box{{fill:{fill};stroke:{line}}}")
        rules.append(f"{own} .side{{stroke:{line}}}{own} .disc{{fill:{line}}}")
        rules.append(f"{own} .how{{fill:{words}}}")
    return "\n".join(rules)


def _read(name: str) -> str:
    return (files("stageline.workflow.picture") / name).read_text(encoding="utf-8")


@cache
def style() -> str:
    """The whole content of the picture's ``style``: always the same, so that a page can allow
    it by its hash."""
    light, dark = f"{_read('light.css')}{_tones(0)}", f"{_read('dark.css')}{_tones(1)}"
    return f"{light}\n@media (prefers-color-scheme: dark) {{\n{dark}\n}}\n"


def write_svg(scene: Scene, name: str, links: Collection[str] = ()) -> str:
    """The SVG of a scene. The nodes in ``links`` lead to ``#node-`` and their id in the page."""
    wide, tall = scene.width + 2 * MARGIN, scene.height + 2 * MARGIN
    fits = (" fits" if wide <= FITS else "") + (" dense" if len(scene.lines) > DENSE else "")
    size = f'width="{number(wide)}" height="{number(tall)}"'
    role = "group" if links else "img"
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="stageline-drawing{fits}" {size} '
        f'viewBox="0 0 {number(wide)} {number(tall)}" role="{role}" aria-label="{escape(name)}">'
        f'<style>{style()}</style><rect class="paper" width="100%" height="100%"/>'
    )
    return "".join((head, *_level(scene, MARGIN, MARGIN, links), "</svg>\n"))


def _level(scene: Scene, x: float, y: float, links: Collection[str]) -> Iterator[str]:
    """Notes lie behind lines, lines behind boxes, labels above all."""
    yield f'<g transform="translate({number(x)} {number(y)})">'
    for spot in scene.spots:
        if spot.figure.kind == "note":
            yield from _spot(spot, links)
    skipped = {
        s.figure.id for s in scene.spots if s.figure.mark and s.figure.mark.state == "skipped"
    }
    for line in scene.lines:
        yield _line(line, skipped)
    for spot in scene.spots:
        if spot.figure.kind != "note":
            yield from _spot(spot, links)
    yield from (_label(line) for line in scene.lines if line.link.label)
    yield "</g>"


# --- lines -----------------------------------------------------------------------------------

_CLASS = {"data": "data", "done": "done", "failed": "failed-line", "case": "case"}


def _line(line: Line, skipped: set[str]) -> str:
    link, (dx, dy), (x, y) = line.link, line.towards, line.tip
    dim = " dim" if skipped & {link.source, link.target} else ""
    back, side = (x - dx * 8, y - dy * 8), (dy * 4, dx * 4)
    tip = (
        f"M{number(x)} {number(y)}L{number(back[0] + side[0])} {number(back[1] + side[1])}"
        f"L{number(back[0] - side[0])} {number(back[1] - side[1])}z"
    )
    return (
        f'<g class="{_CLASS[link.kind]}{dim}"{_shift(line)}><title>{escape(link.hint)}</title>'
        f'<path class="line" d="{line.path}"/><path class="tip" d="{tip}"/></g>'
    )


def _shift(line: Line) -> str:
    x, y = line.origin
    return f' transform="translate({number(x)} {number(y)})"' if x or y else ""


def _label(line: Line) -> str:
    """What is written at the end of a line: beside it where it is level, on it where not."""
    (x, y), (dx, dy) = line.tip, line.towards
    x, y = x + line.origin[0] - dx * 12, y + line.origin[1] - dy * 14 + (-5 if dx else 4)
    anchor = "end" if dx > 0 else "start" if dx < 0 else "middle"
    return (
        f'<g class="{_CLASS[line.link.kind]}"><text class="label" x="{number(x)}" '
        f'y="{number(y)}" text-anchor="{anchor}">{escape(line.link.label)}</text></g>'
    )


# --- figures ---------------------------------------------------------------------------------


def _spot(spot: Spot, links: Collection[str]) -> Iterator[str]:
    figure = spot.figure
    state = f" {figure.mark.state}" if figure.mark else ""
    yield (
        f'<g class="{figure.kind}" transform="translate({number(spot.x)} {number(spot.y)})">'
        f'<g class="node{state}">'
    )
    linked = figure.id in links
    if linked:
        yield f'<a href="#node-{escape(figure.id)}">'
    yield f"<title>{escape(figure.hint)}</title>{_OUTLINES[figure.kind](figure)}{_words(figure)}"
    yield "</a></g>" if linked else "</g>"
    if figure.inner:
        left = (figure.width - figure.inner.width) / 2
        yield from _level(figure.inner, max(left, PADDING), HEADER, links)
    yield "</g>"


def _words(figure: Figure) -> str:
    x = number(figure.text_x)
    if figure.kind == "note":
        lines = [("title", figure.title)] if figure.title else []
        lines += [("about", text) for text in figure.lines]
        return "".join(_text(kind, x, 18 + LINE * n, text) for n, (kind, text) in enumerate(lines))
    mark = figure.mark
    state = f'<tspan class="how"> · {escape(mark.words)}</tspan>' if mark else ""
    return (
        _mark(figure)
        + _text("title", x, 20, figure.title)
        + f'<text class="about" x="{x}" y="36">{escape(figure.about)}{state}</text>'
    )


def _text(kind: str, x: str, y: float, text: str) -> str:
    return f'<text class="{kind}" x="{x}" y="{number(y)}">{escape(text)}</text>'


def _mark(figure: Figure) -> str:
    if figure.mark is None:
        return ""
    return (
        f'<g class="sign" transform="translate({number(SIDE + 9)} 23)">'
        f'<circle class="disc" r="9.5" stroke="none"/>{_SIGNS[figure.mark.state]}</g>'
    )


def _rectangle(figure: Figure, radius: float = 8, more: str = "") -> str:
    return (
        f'<rect class="box{more}" width="{number(figure.width)}" '
        f'height="{number(figure.height)}" rx="{number(radius)}"/>'
    )


def _path(points: Iterable[tuple[float, float]]) -> str:
    return f'<path class="box" d="M{"L".join(f"{number(x)} {number(y)}" for x, y in points)}z"/>'


def _hexagon(figure: Figure) -> str:
    w, h, cut = figure.width, figure.height, 10.0
    return _path([(cut, 0), (w - cut, 0), (w, h / 2), (w - cut, h), (cut, h), (0, h / 2)])


def _folded(figure: Figure) -> str:
    w, h, fold = figure.width, figure.height, 12.0
    corner = f'<path class="side" d="M{number(w - fold)} 0v{number(fold)}h{number(fold)}"/>'
    return _path([(0, 0), (w - fold, 0), (w, fold), (w, h), (0, h)]) + corner


def _barred(figure: Figure) -> str:
    """The sign of a process that is described elsewhere."""
    h, right = number(figure.height), number(figure.width - 6)
    return f'{_rectangle(figure, 3)}<path class="side" d="M6 0v{h}M{right} 0v{h}"/>'


def _stadium(figure: Figure) -> str:
    return _rectangle(figure, figure.height / 2)


def _frame(figure: Figure) -> str:
    return _rectangle(figure, 12, " frame")


_OUTLINES: Mapping[str, Callable[[Figure], str]] = {
    "task": _rectangle,
    "branch": _hexagon,
    "wait": _stadium,
    "subflow": _barred,
    "note": _folded,
    "loop": _frame,
}
