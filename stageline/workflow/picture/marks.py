"""How each node is doing, told from the steps of a job: one mark for all rounds of a node."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from stageline.errors import InputError
from stageline.job import JobRecord
from stageline.keys import shown
from stageline.workflow.document import LoopNode, Node, NoteNode, Workflow

# Of several rounds, the first of these that one of them is in is shown.
STATES = (
    "failed", "cancelled", "paused", "running", "pending", "completed", "cached", "skipped",
)  # fmt: skip
_LIKE: Mapping[str, str] = {"queued": "pending", "retrying": "running", "recovering": "running"}
States = Mapping[str, str] | JobRecord | None


@dataclass(frozen=True, slots=True)
class Mark:
    """``state`` is one of ``STATES``; ``words`` say it, and of how many rounds."""

    state: str
    words: str


def marks_of(workflow: Workflow, states: States) -> dict[str, Mark]:
    """The mark of each node; none where no states are given.

    ``states`` has a state for each node or step (``each``, ``each[3]``), or is a job's record.
    What runs inside subflows is left out. Raises ``InputError`` for a state that there is not.
    """
    if states is None:
        return {}
    given = _of_record(states) if isinstance(states, JobRecord) else states
    rounds: dict[str, list[str]] = {}
    for path, state in given.items():
        if "." not in path:
            rounds.setdefault(path.partition("[")[0], []).append(_known(state))
    marks = {name: _mark(found) for name, found in rounds.items()}
    _fill(workflow.nodes, marks, Mark("pending", "pending"))
    return marks


def _of_record(record: JobRecord) -> dict[str, str]:
    return {
        step.step_id: "cached" if step.cached and step.status == "completed" else step.status
        for step in record.steps
    }


def _known(state: str) -> str:
    found = _LIKE.get(state, state)
    if found in STATES:
        return found
    raise InputError(f"{shown(state)} is not the state of a node; these are: {', '.join(STATES)}.")


def _mark(rounds: list[str]) -> Mark:
    counts = Counter(rounds)
    state = next(name for name in STATES if counts[name])
    if len(rounds) == 1:
        return Mark(state, state)
    number = counts[state]
    all_of = number == len(rounds)
    return Mark(
        state, f"{number:,} × {state}" if all_of else f"{number:,} of {len(rounds):,} {state}"
    )


def _fill(nodes: tuple[Node, ...], marks: dict[str, Mark], default: Mark) -> None:
    """Nodes that no step tells of: those inside a loop that is over had no round."""
    for node in nodes:
        if isinstance(node, NoteNode):
            continue
        mark = marks.setdefault(node.id, default)
        if isinstance(node, LoopNode):
            open_loop = mark.state in {"pending", "running", "paused"}
            inside = Mark("pending", "pending") if open_loop else Mark("skipped", "no round")
            _fill(node.nodes, marks, inside)
