"""After which task runs a node's own comes, for the graph of the run in the UI."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from stageline.workflow.document import LoopNode, Node
from stageline.workflow.frame import Spot

MAX_LINKS = 50  # of one node, and rounds of a loop, that are drawn


@dataclass(eq=False)
class Links:
    """``runs`` are the task runs of nodes by path; ``ends``, for a loop or a subflow and each of
    its rounds, those that nothing inside comes after."""

    runs: dict[str, UUID] = field(default_factory=dict)
    ends: dict[Spot, dict[str, list[UUID]]] = field(default_factory=dict)

    def add(self, spot: Spot, run: UUID) -> None:
        """Note the task run of a node."""
        frame = spot.frame
        self.runs[spot.path] = run
        if frame.holder is not None and not frame.graph.outgoing[spot.node.id]:
            rounds = self.ends.setdefault(frame.holder, {})
            rounds.setdefault(frame.rounds, []).append(run)
            if len(rounds) > MAX_LINKS:
                del rounds[next(iter(rounds))]

    def before(self, spot: Spot) -> list[UUID]:
        """What the end of a loop or subflow comes after lies inside; any other node comes after
        its sources."""
        rounds = list(self.ends.get(spot, {}).values())
        inside = rounds[-1:] if _is_in_turn(spot.node) else rounds
        return [run for runs in inside for run in runs][-MAX_LINKS:] or self._entries(spot)

    def _entries(self, spot: Spot) -> list[UUID]:
        """The sources of a node; where it is a first one inside a loop or subflow, those of that,
        or the ends of the round before."""
        frame = spot.frame
        edges = frame.graph.incoming[spot.node.id][:MAX_LINKS]
        paths = [frame.path(edge.source) for edge in edges]
        found = [self.runs[path] for path in paths if path in self.runs]
        holder = frame.holder
        if edges or holder is None:
            return found
        rounds = self.ends.get(holder, {}) if _is_in_turn(holder.node) else {}
        earlier = [runs for key, runs in rounds.items() if key != frame.rounds]
        return earlier[-1] if earlier else self._entries(holder)


def _is_in_turn(node: Node) -> bool:
    """Whether a node is a loop whose rounds run one after the other."""
    return isinstance(node, LoopNode) and (
        not node.is_over or bool(node.state) or node.max_parallel == 1
    )
