"""What a node comes after, as a digest: all its sources, theirs, and what is around its level.

What a tool sees of the world, and what a person is asked to approve, may rest on any of these,
also where no value of theirs is handed over. A pure tool needs none of it: its inputs say all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from stageline.keys import canonical_json, digest
from stageline.workflow.frame import Spot


@dataclass(eq=False)
class Ancestry:
    """``ended`` has a digest for each node by its path, ``inside`` those of the nodes within a
    loop or subflow."""

    ended: dict[str, str] = field(default_factory=dict)
    inside: dict[Spot, dict[str, str]] = field(default_factory=dict)

    def add(self, spot: Spot, key: str) -> None:
        """Note that a node has ended: with the value under ``key``, or how else."""
        mine = _digest({"key": key, "before": self.before(spot), "in": self.inside.pop(spot, {})})
        self.ended[spot.path] = mine
        if holder := spot.frame.holder:
            self.inside.setdefault(holder, {})[spot.path] = mine

    def before(self, spot: Spot) -> str:
        """A digest of all that a node comes after."""
        frame = spot.frame
        paths = {frame.path(edge.source) for edge in frame.graph.incoming[spot.node.id]}
        found = {path: self.ended[path] for path in paths if path in self.ended}
        return _digest({"in": found, "around": frame.holder and self.before(frame.holder)})


def _digest(what: Mapping[str, Any]) -> str:
    return digest(canonical_json(what))
