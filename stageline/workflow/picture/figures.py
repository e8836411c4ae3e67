"""Figures: how large each node is drawn, and what stands in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stageline.workflow.document import Node, NoteNode
from stageline.workflow.picture.marks import Mark
from stageline.workflow.picture.wording import about, fit, title_of, width, wrap

if TYPE_CHECKING:
    from stageline.workflow.picture.scene import Scene

TITLE, SMALL = 13.0, 11.0  # sizes of fonts, in units
BOLD = 1.1  # bold letters are broader by this
HEIGHT = 46.0
LEAST, USUAL, MOST = 96.0, 170.0, 320.0
SIDE = 14.0
MARK = 26.0  # room for the mark of a state
HEADER, PADDING = 46.0, 16.0  # of a loop's frame
NOTE_WIDTH, NOTE_LINES, LINE = 216.0, 8, 15.0


@dataclass(frozen=True, slots=True)
class Figure:
    """A node as it is drawn. ``hint`` is the whole of what was cut; ``inner`` a loop's inside."""

    id: str
    kind: str
    title: str
    about: str
    hint: str
    width: float
    height: float
    mark: Mark | None = None
    lines: tuple[str, ...] = ()
    inner: Scene | None = None

    @property
    def usual_width(self) -> float:
        """The width that counts where the direction is chosen: states must not turn a picture."""
        return self.width if self.inner else USUAL

    @property
    def text_x(self) -> float:
        return SIDE + (MARK if self.mark else 0)


def note_figure(node: NoteNode) -> Figure:
    """A note; it is as wide and high as it says, if it says so sensibly."""
    wide = _measure(node, "width", NOTE_WIDTH)
    tall = _measure(node, "height", 0.0)
    room = wide - 2 * SIDE
    most = max(NOTE_LINES, int((tall - 40) // LINE))
    lines = wrap(node.text, SMALL, room, most) if node.text.strip() else ()
    title = fit(title_of(node), BOLD * TITLE, room) if node.title or not lines else ""
    needed = 18 + LINE * (len(lines) + bool(title))
    return Figure(
        id=node.id,
        kind="note",
        title=title,
        about="",
        hint=title_of(node),
        width=wide,
        height=max(needed, tall),
        lines=lines,
    )


def _measure(node: Node, name: str, default: float) -> float:
    value = node.ui.get(name)
    if isinstance(value, int | float) and not isinstance(value, bool) and 40 <= value <= 2_000:
        return float(value)
    return default


def node_figure(node: Node, mark: Mark | None) -> Figure:
    """A node without an inside."""
    return _figure(node, mark, MOST, None)


def loop_figure(node: Node, mark: Mark | None, inner: Scene) -> Figure:
    """A frame with a header, around the scene inside."""
    return _figure(node, mark, max(MOST, inner.width + 2 * PADDING), inner)


def _figure(node: Node, mark: Mark | None, most: float, inner: Scene | None) -> Figure:
    title, words = title_of(node), about(node)
    left = SIDE + (MARK if mark else 0)
    state = width(f" · {mark.words}", BOLD * SMALL) if mark else 0.0
    room = most - left - SIDE
    shown_title, shown_words = fit(title, BOLD * TITLE, room), fit(words, SMALL, room - state)
    needed = max(width(shown_title, BOLD * TITLE), width(shown_words, SMALL) + state)
    wide = max(LEAST, left + needed + SIDE)
    tall = HEIGHT
    if inner is not None:
        wide = max(wide, inner.width + 2 * PADDING)
        tall = HEADER + inner.height + PADDING
    state_hint = f", {mark.words}" if mark else ""
    return Figure(
        id=node.id,
        kind=node.kind,
        title=shown_title,
        about=shown_words,
        hint=f"{title} ({words}){state_hint}",
        width=round(wide, 1),
        height=round(tall, 1),
        mark=mark,
        inner=inner,
    )
