"""What a format hands over: nodes and wires, named as the other system names them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from stageline.plugins import find_tool, tool_names
from stageline.workflow.canvas.naming import Names, identifier, tool_name
from stageline.workflow.canvas.terms import Raw
from stageline.workflow.problems import Problem

Kind: TypeAlias = Literal["task", "branch", "loop", "wait", "note"]
WireKind: TypeAlias = Literal["control", "case", "failed", "data", "drawn", "note"]
LABELS = 200


@dataclass
class Draft:
    """A node to be. ``source`` is its id over there, ``fields`` hold its values as terms.

    ``container`` is the id of the loop it lies in. ``absorbs`` names the ports from which a
    loop's body hangs where the other system draws loops as cycles; ``otherwise`` is what the
    node is if it turns out to have no body, or what was recognised does not fit. ``rounds``
    bounds the loop that an edge back from here makes, ``item`` is the name of a loop's items
    where it is not that. ``strict``: what is wrong with it is the author's to correct.
    """

    id: str
    source: str
    title: str
    type: str
    place: int
    kind: Kind = "task"
    fields: dict[str, Any] = field(default_factory=dict)
    ui: dict[str, Any] = field(default_factory=dict)
    container: str | None = None
    join: Literal["all", "any", "always"] | None = None
    absorbs: frozenset[str] = frozenset()
    otherwise: dict[str, Any] | None = None
    unknown: bool = False
    generated: bool = False
    rounds: int | None = None
    strict: bool = False
    item: str = ""

    @property
    def runs(self) -> bool:
        return self.kind != "note"

    @property
    def foreign(self) -> bool:
        """Whether it is a task whose tool is not here."""
        return self.kind == "task" and self.unknown


@dataclass(frozen=True)
class Wire:
    """An edge as drawn. ``parameter`` is the port of the target that a ``data`` wire fills,
    ``output`` the port of the source that it takes; ``drawn``: the reference that it stands for
    is there already. ``needed``: it is no way to the target, but what that works with, whichever
    way was gone. ``behind``: the id of the node behind the source that it leaves from here.
    ``data`` is the edge in full."""

    source: str
    target: str
    kind: WireKind = "control"
    source_port: str = ""
    target_port: str = ""
    case: str = ""
    parameter: str = ""
    output: str = "output"
    data: Mapping[str, Any] = field(default_factory=dict)
    needed: bool = False
    behind: str = ""


class Canvas:
    """All drafts and wires of one workflow, and what was noticed while reading it."""

    def __init__(self, format: str) -> None:
        self.format = format
        self.title = ""
        self.description = ""
        self.drafts: dict[str, Draft] = {}
        self.wires: list[Wire] = []
        self.problems: list[Problem] = []
        self.inputs: dict[str, dict[str, Any]] = {}
        self.outputs: dict[str, Any] = {}
        self.ui: dict[str, Any] = {}
        self.absent: set[tuple[str, str]] = set()  # ports that turned out not to be there
        self._names = Names()
        self._by_source: dict[str, str] = {}

    def add(self, source: str, title: str, type: str, ui: Mapping[str, Any] | None = None) -> Draft:
        """A new node; its id is made from its title, else its source. A ``source`` that is there
        already is kept as a node of its own, which no wire leads to."""
        draft_id = self._names.take(title or source, type)
        draft = Draft(draft_id, source, title, type, len(self.drafts), ui=dict(ui or {}))
        self.drafts[draft_id] = draft
        if source in self._by_source:
            self.warn("duplicate_id", f"{source[:LABELS]!r} names two nodes.",
                      "Edges are taken to lead to the first.", draft_id)  # fmt: skip
        else:
            self._by_source[source] = draft_id
        return draft

    def generate(self, title: str, beside: Draft) -> Draft:
        """A node that the other system does not draw, such as the loop around a cycle."""
        draft = Draft(self._names.take(title), "", title, "", beside.place, generated=True)
        draft.ui = {name: beside.ui[name] for name in ("x", "y") if name in beside.ui}
        draft.ui["generated"] = True
        draft.container = beside.container
        self.drafts[draft.id] = draft
        return draft

    def name(self, text: str) -> str:
        """A name like an id, which no node has."""
        return self._names.take(text)

    def find(self, source: str) -> Draft | None:
        """The node that the other system calls so."""
        return self.drafts.get(self._by_source.get(source, ""))

    def origin(self, wire: Wire) -> Draft | None:
        """The node that a wire leaves from."""
        return self.drafts.get(wire.behind) if wire.behind else self.find(wire.source)

    def enclose(self, draft: Draft, loop: Draft) -> None:
        """Put ``draft`` into ``loop``, unless the loop lies in it, as a broken file may say."""
        around, seen = loop.id, set[str]()
        while around and around not in seen and around != draft.id:
            seen.add(around)
            around = self.drafts[around].container or ""
        if not around:
            draft.container = loop.id

    def alias(self, name: str, draft: Draft) -> None:
        """Let wires name ``draft`` so, too; a name that is taken stays as it is."""
        self._by_source.setdefault(name, draft.id)

    def input(self, name: str, definition: Mapping[str, Any]) -> str:
        """Declare an input, or find the one that was declared under this name."""
        found = identifier(name, "input") if not _is_plain(name) else name
        self.inputs.setdefault(found, dict(definition))
        return found

    def warn(self, code: str, message: str, hint: str = "", node: str | None = None) -> None:
        self.problems.append(Problem(code, message, hint, "warning", node))

    def fail(self, code: str, message: str, hint: str = "", node: str | None = None) -> None:
        self.problems.append(Problem(code, message, hint, "error", node))

    @property
    def failed(self) -> bool:
        return any(problem.severity == "error" for problem in self.problems)


def _is_plain(name: str) -> bool:
    return name.isascii() and name.isidentifier() and name[0].isalpha() and len(name) <= 64


def note(draft: Draft, text: Any) -> None:
    """Make ``draft`` a remark."""
    draft.kind = "note"
    draft.fields = {"text": text[:65_536] if isinstance(text, str) else ""}


def unknown(draft: Draft, parameters: Any, prefix: str = "", type: str = "") -> None:
    """Make ``draft`` a task whose tool does not exist here; what it was given is kept as is."""
    draft.kind, draft.unknown = "task", True
    name = tool_name(type or draft.type, prefix)
    draft.fields = {
        # A foreign type never becomes a call of a tool of ours that happens to have its name.
        "tool": f"other.{name}" if name in tool_names() else name,
        "parameters": _kept(parameters),
    }


def _kept(parameters: Any) -> dict[str, Any]:
    """Each parameter under its name where that can be one, the others together."""
    if not isinstance(parameters, Mapping):
        return {"value": Raw(parameters)} if parameters else {}
    found = {n: Raw(v) for n, v in parameters.items() if _is_plain(n)}
    if other := {n: v for n, v in parameters.items() if not _is_plain(n)}:
        found["other_parameters" if "other" in found else "other"] = Raw(other)
    return found


def task(draft: Draft, tool: str, parameters: Mapping[str, Any]) -> bool:
    """Make ``draft`` a call of one of our tools, if that has these parameters; else say no."""
    found = find_tool(tool)
    if found is None or not parameters.keys() <= found.ports.keys():
        return False
    draft.kind, draft.unknown = "task", False
    draft.fields = {"tool": tool, "parameters": dict(parameters)}
    return True


def values(draft: Draft, given: Mapping[str, Any] | None = None, **more: Any) -> None:
    """Make ``draft`` a task that hands on values: what a start, an end or a join is here."""
    draft.kind, draft.unknown = "task", False
    parameters = {"values": dict(given)} if given else {}
    draft.fields = {"tool": "set_values", "parameters": {**parameters, **more}}


def branch(draft: Draft, cases: list[tuple[str, Any]], default: str | None) -> None:
    """Make ``draft`` a branch with these (name, expression) cases."""
    draft.kind = "branch"
    draft.fields = {"cases": cases, "default": default}
