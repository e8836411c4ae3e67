"""Where the nodes of a document are: its levels, and what stands in each."""

from __future__ import annotations

import keyword
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from stageline.workflow.document import LoopNode, Node
from stageline.workflow.findings import Path
from stageline.workflow.structure import Part

RESERVED = frozenset(
    {"inputs", "item", "index", "state", "nodes", "true", "false", "null", *keyword.kwlist}
)
"""No names for nodes, because expressions use them otherwise."""
MAX_LOOPS = 8


@dataclass(eq=False, slots=True)
class Level:
    """One graph: a workflow's, or the body of ``loop``. ``pairs`` are its edges."""

    path: Path
    parent: Level | None = None
    loop: LoopNode | None = None
    depth: int = 0
    placed: list[Placed] = field(default_factory=list)
    pairs: list[tuple[str, str]] = field(default_factory=list)

    def encloses(self, other: Level) -> bool:
        """Whether ``other`` is this level or lies inside of it."""
        inner: Level | None = other
        while inner is not None and inner.depth >= self.depth:
            if inner is self:
                return True
            inner = inner.parent
        return False

    def entrance(self, inner: Level) -> str:
        """The id of the loop of this level in which ``inner`` lies."""
        while inner.parent is not None and inner.parent is not self:
            inner = inner.parent
        return inner.loop.id if inner.loop else ""

    def loops(self) -> Iterator[LoopNode]:
        """The loops around this level, the innermost first."""
        level: Level | None = self
        while level is not None and level.loop is not None:
            yield level.loop
            level = level.parent


@dataclass(eq=False, slots=True)
class Placed:
    """A node, the path to it, the level it is in, and the level of its body if it is a loop."""

    node: Node
    path: Path
    level: Level
    body: Level | None = None


@dataclass(frozen=True)
class Survey:
    """All levels and nodes. ``by_id`` has the first of nodes that share an id; ``again`` the
    others."""

    levels: list[Level]
    placed: list[Placed]
    by_id: Mapping[str, Placed]
    again: list[Placed]


def survey(parts: tuple[Part, ...]) -> Survey:
    """Go through all nodes once."""
    levels: list[Level] = []
    placed: list[Placed] = []
    _enter(parts, Level(("nodes",)), levels, placed)
    by_id: dict[str, Placed] = {}
    again = [found for found in placed if by_id.setdefault(found.node.id, found) is not found]
    return Survey(levels, placed, by_id, again)


def _enter(
    parts: tuple[Part, ...], level: Level, levels: list[Level], placed: list[Placed]
) -> None:
    levels.append(level)
    for part in parts:
        found = Placed(part.node, (*level.path, part.number), level)
        level.placed.append(found)
        placed.append(found)
        if isinstance(part.node, LoopNode):
            found.body = Level((*found.path, "nodes"), level, part.node, level.depth + 1)
            _enter(part.parts, found.body, levels, placed)
