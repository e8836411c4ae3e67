"""Variables of a conversation: inputs first, then what the assigners on the way gave them."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from stageline.workflow.canvas.components import ordering
from stageline.workflow.canvas.draft import Canvas, Draft
from stageline.workflow.canvas.loops import chain
from stageline.workflow.canvas.naming import port_name
from stageline.workflow.canvas.terms import Ref
from stageline.workflow.canvas.tolerance import Data, items, mappings, text

MOST = 15  # more assigners than that are not looked through for one variable
WALKS = 200  # for more setters than that, only their places tell what they lead to
CHOICES = frozenset({"if-else", "question-classifier"})
_EACH = "each begins with the value before the first"
_LAST = "what the last of them set counts, whatever an earlier one did"


def assigned(data: Data, owner: str) -> dict[str, Data]:
    """The variables of a loop, or of the ``conversation``, that an assigner sets, with how;
    without an ``owner`` those of all."""
    if data.get("type") != "assigner":
        return {}
    entries = mappings(data.get("items")) or [
        {"variable_selector": data.get("assigned_variable_selector"), "input_type": "variable",
         "operation": data.get("write_mode"), "value": data.get("input_variable_selector")}
    ]  # fmt: skip
    found = {}
    for entry in entries:
        selector = [text(part) for part in items(entry.get("variable_selector"))]
        if len(selector) >= 2 and (not owner or selector[0] == owner):
            found[selector[1]] = entry
    return found


def state_name(variable: str) -> str:
    """How the state of a loop calls a variable of the conversation."""
    return port_name(f"conversation_{variable}")


@dataclass
class Conversation:
    """Where each variable is set. ``after``: the nodes that edges lead to, by node."""

    canvas: Canvas
    after: Mapping[str, list[str]]
    setters: dict[str, list[str]] = field(default_factory=dict)
    _reached: dict[str, set[str]] = field(default_factory=dict)
    _levels: dict[tuple[str | None, str], list[tuple[int, list[str]]]] = field(default_factory=dict)
    _places: dict[str, tuple[str, int]] = field(default_factory=dict)
    _choosing: dict[str, bool] = field(default_factory=dict)
    _told: set[tuple[str, str]] = field(default_factory=set)

    def add(self, draft: Draft, data: Data) -> None:
        for variable in assigned(data, "conversation"):
            self.setters.setdefault(variable, []).append(draft.id)

    def before(self, draft: Draft, variable: str) -> tuple[list[Ref], Ref | None]:
        """What may have set the variable before ``draft``, the latest first, and the state of
        the loop around it that knows the variable, if there is one."""
        found: list[Ref] = []
        while True:
            found.extend(self.within(draft.container, variable, draft))
            around = self.canvas.drafts.get(draft.container or "")
            if around is None or not self.setters.get(variable):
                return found[:MOST], None
            if self._sets(around, variable):
                if around.type == "loop":
                    return found[:MOST], Ref("state", (state_name(variable),), around.id)
                self._tell(around, variable, _EACH)
            draft = around

    def within(self, level: str | None, variable: str, end: Draft | None = None) -> list[Ref]:
        """What sets the variable at this level, before ``end``, the latest first."""
        found: list[Ref] = []
        for place, inside in self._at(level, variable):
            near = end is None or (place <= self._place(end.id) and self._leads(inside[-1], end.id))
            if near and len(found) < MOST:
                found.append(self._value(inside, variable))
        return found

    def _at(self, level: str | None, variable: str) -> list[tuple[int, list[str]]]:
        """The setters at or below a level with their places in it, the latest first."""
        key = (level, variable)
        if key not in self._levels:
            chains = (self._below(setter, level) for setter in self.setters.get(variable, ()))
            found = {inside[-1]: inside for inside in chains if inside}
            self._levels[key] = sorted(
                ((self._place(top), inside) for top, inside in found.items()), reverse=True
            )
        return self._levels[key]

    def _place(self, name: str) -> int:
        if not self._places:
            pairs = [(a, b) for a, targets in self.after.items() for b in targets]
            self._places = ordering(list(self.canvas.drafts), pairs)
        return self._places.get(name, ("", 0))[1]

    def variables(self, loop: Draft) -> list[str]:
        """The variables that are set inside a loop."""
        return [name for name in self.setters if self._sets(loop, name)]

    def _below(self, setter: str, level: str | None) -> list[str]:
        """A setter and the loops around it, up to those of ``level``."""
        around = chain(self.canvas, setter)
        at = next((n for n, name in enumerate(around)
                   if self.canvas.drafts[name].container == level), None)  # fmt: skip
        return [] if at is None else around[: at + 1]

    def _value(self, inside: list[str], variable: str) -> Ref:
        drafts = [self.canvas.drafts[name] for name in inside]
        for draft in drafts:
            told = (draft.id, variable) in self._told
            if draft.type == "iteration" and not told and self._chooses(draft):
                self._tell(draft, variable, _LAST)
        loops = [draft for draft in drafts if draft.type == "loop"]
        if loops:
            return Ref(loops[-1].id, (state_name(variable),))
        return Ref(inside[0], ("values", variable))

    def _chooses(self, loop: Draft) -> bool:
        """Whether a round may go without the nodes of other rounds."""
        if loop.id not in self._choosing:
            self._choosing[loop.id] = any(
                d.type in CHOICES and loop.id in chain(self.canvas, d.id)
                for d in self.canvas.drafts.values()
            )
        return self._choosing[loop.id]

    def _sets(self, loop: Draft, variable: str) -> bool:
        return any(
            loop.id in chain(self.canvas, name)[1:] for name in self.setters.get(variable, ())
        )

    def _leads(self, name: str, end: str) -> bool:
        """Of very many, those that are merely earlier count as well: they are null elsewhere."""
        if name not in self._reached and len(self._reached) >= WALKS:
            return self._place(name) < self._place(end)
        return name != end and end in self._from(name)

    def _from(self, name: str) -> set[str]:
        """All nodes after one, at its level."""
        if name not in self._reached:
            found: set[str] = set()
            waiting = deque(self.after.get(name, ()))
            while waiting:
                if (one := waiting.popleft()) not in found:
                    found.add(one)
                    waiting.extend(self.after.get(one, ()))
            self._reached[name] = found
        return self._reached[name]

    def _tell(self, loop: Draft, variable: str, how: str) -> None:
        if (loop.id, variable) not in self._told:
            self._told.add((loop.id, variable))
            self.canvas.warn(
                "conversation_variable",
                f"The conversation variable {variable[:200]!r} is set in rounds that know nothing "
                f"of each other here: {how}.",
                "Use a loop with a variable of its own, or collect the values of all rounds.",
                loop.id,
            )
