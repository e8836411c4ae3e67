"""The states of a machine, with those inside Map and Parallel, and the ways between them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from stageline.workflow.canvas.draft import Canvas, Draft, Wire, WireKind
from stageline.workflow.canvas.naming import Names
from stageline.workflow.canvas.tolerance import (
    Data,
    canvas_ui,
    mapping,
    mappings,
    text,
    without,
)

DEEPEST = 30
OTHERWISE = "otherwise"
_MARKS = {"Branches": "Parallel", "ItemProcessor": "Map", "Iterator": "Map", "Choices": "Choice",
          "Resource": "Task"}  # fmt: skip


@dataclass
class Scope:
    """One set of states: the whole machine, or the inside of a Map or a branch."""

    owner: Draft | None
    start: str
    names: dict[str, Draft] = field(default_factory=dict)


@dataclass(frozen=True)
class Way:
    """From a state to the next; ``caught``: the Catch that it belongs to."""

    source: str
    caught: Data | None = None


class Machine:
    """Reads states. ``data`` and ``scopes`` go by the ids of drafts."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas
        self.data: dict[str, Data] = {}
        self.scopes: dict[str, Scope] = {}
        self.inside: dict[str, list[Scope]] = {}
        self.before: dict[str, list[Way]] = {}
        self.whole = Scope(None, "")

    def add(self, definition: Data, prefix: str, owner: Draft | None, depth: int = 0) -> None:
        """Add the states of a machine, or of a processor or branch of ``owner``."""
        scope = Scope(owner, text(definition.get("StartAt")))
        states = mapping(definition.get("States"))
        for name, given in states.items():
            state = _typed(mapping(given))
            draft = self._state(name, prefix, state)
            draft.container = owner.id if owner else None
            scope.names[name] = draft
            self.scopes[draft.id] = scope
            if "Type" not in mapping(given):
                self._miss_type(draft, state)
            if depth < DEEPEST:
                self._nested(draft, state, depth + 1)
        if owner is None:
            self.whole = scope
        else:
            self.inside.setdefault(owner.id, []).append(scope)
        if scope.start not in scope.names:
            message = f"StartAt names {scope.start[:100]!r}, which is not a state."
            at = owner.id if owner else None
            self.canvas.warn("dangling_edge", message, "Name the first state.", at)
        for draft in list(scope.names.values()):
            self._ways(draft, scope)

    def _state(self, name: str, prefix: str, state: Data) -> Draft:
        kind = text(state.get("Type")) or "State"
        shown = text(state.get("Resource")) if kind == "Task" else ""
        ui = canvas_ui(name, kind)
        ui["data"] = without(state, "States", "Iterator", "ItemProcessor", "Branches")
        source = name if self.canvas.find(name) is None else f"{prefix}{name}"
        draft = self.canvas.add(source, name, shown or kind, ui)
        self.data[draft.id] = state
        return draft

    def _miss_type(self, draft: Draft, state: Data) -> None:
        taken = f"It is taken for a {state['Type']}." if "Type" in state else ""
        self.canvas.warn("missing_type", f"This state has no Type. {taken}".strip(),
                         "Give it one.", draft.id)  # fmt: skip

    def _nested(self, draft: Draft, state: Data, depth: int) -> None:
        inner = mapping(state.get("ItemProcessor")) or mapping(state.get("Iterator"))
        kind = text(state.get("Type"))
        definitions = [inner] if kind == "Map" and inner else []
        if kind == "Parallel":
            definitions = mappings(state.get("Branches"))
        for number, definition in enumerate(definitions):
            draft.kind = "loop"
            part = f".{number}" if kind == "Parallel" else ""
            draft.ui.setdefault("inside", []).append(without(definition, "States"))
            self.add(definition, f"{draft.source}{part}.", draft, depth)

    def _ways(self, draft: Draft, scope: Scope) -> None:
        for name, kind, port, case, caught in _leading(self.data[draft.id]):
            target = scope.names.get(name)
            self.canvas.wires.append(Wire(
                draft.source, target.source if target else name, kind, port, "", case))  # fmt: skip
            if target is not None:
                self.before.setdefault(target.id, []).append(Way(draft.id, caught))


def _typed(state: Data) -> Data:
    """A state without a type, with the one that its fields speak for."""
    kind = next((kind for name, kind in _MARKS.items() if name in state), None)
    return state if "Type" in state or kind is None else {**state, "Type": kind}


def _leading(state: Data) -> Iterator[tuple[str, WireKind, str, str, Data | None]]:
    """Where a state leads: target, kind of wire, port, case, and the Catch."""
    if "Next" in state:
        yield text(state["Next"]), "control", "Next", "", None
    names = case_names(state)
    for number, choice in enumerate(mappings(state.get("Choices"))):
        if "Next" in choice:
            yield text(choice["Next"]), "case", f"Choices[{number}]", names[number], None
    if "Default" in state:
        yield text(state["Default"]), "case", "Default", OTHERWISE, None
    for number, caught in enumerate(mappings(state.get("Catch"))):
        if "Next" in caught:
            yield text(caught["Next"]), "failed", f"Catch[{number}]", "", caught


def case_names(state: Data) -> list[str]:
    """The name of each choice: of the state that it leads to, made unique."""
    names = Names()
    names.take(OTHERWISE)
    return [names.take(text(c.get("Next")), "choice") for c in mappings(state.get("Choices"))]
