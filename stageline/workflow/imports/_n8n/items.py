"""Where the items that a node of n8n sees come from, and expressions about them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property, partial
from typing import Any

from stageline.plugins import find_tool
from stageline.workflow.canvas.components import components
from stageline.workflow.canvas.draft import Canvas, Draft
from stageline.workflow.canvas.formulas import Formula, Member, spelled
from stageline.workflow.canvas.scripts import UntranslatedError, steps, template
from stageline.workflow.canvas.terms import Expr, Raw, Ref, expression, first_of, operand
from stageline.workflow.canvas.tolerance import Data, text
from stageline.workflow.imports._n8n.javascript import javascript

LOOP = "splitInBatches"
# These hand on the items that come in.
PASSING = frozenset({"if", "filter", "switch", "noOp", "wait", "merge", "limit", "sort"})
TRIGGERS = frozenset(
    {"manualTrigger", "start", "scheduleTrigger", "cron", "interval", "webhook", "formTrigger",
     "chatTrigger", "manualChatTrigger", "executeWorkflowTrigger", "errorTrigger",
     "workflowTrigger"}
)  # fmt: skip
_HERE = re.compile(
    r"\$(?:input\.(?:item|first\(\)|last\(\))\.)?(?P<part>json|binary)(?![A-Za-z0-9_$])"
)
_THERE = re.compile(
    r"""\$(?:node)?[(\[]\s*(?:"(?P<double>[^"\\]+)"|'(?P<single>[^'\\]+)')\s*[)\]]
        (?:\.(?:item|first\(\)|last\(\)))?\.(?P<part>json|binary)(?![A-Za-z0-9_$])""",
    re.VERBOSE,
)
_DOTTED = re.compile(r"\$node\.(?P<name>[A-Za-z0-9_]+)\.(?P<part>json|binary)(?![A-Za-z0-9_$])")
MOST, FARTHEST = 6, 200


def short_type(kind: str) -> str:
    """``n8n-nodes-base.httpRequest`` as ``httpRequest``, for the packages that n8n ships."""
    package, _, name = kind.rpartition(".")
    return name if package in {"n8n-nodes-base", "@n8n/n8n-nodes-langchain"} else ""


def loop_port(node: Data) -> str:
    """The output of Loop Over Items behind which its body hangs; it changed in version 3."""
    version = node.get("typeVersion")
    return "main:1" if not isinstance(version, int | float) or version >= 3 else "main:0"


class Items:
    """The items on a canvas: which node's output another node sees."""

    def __init__(self, canvas: Canvas, nodes: Mapping[str, Data]) -> None:
        self.canvas = canvas
        self.nodes = nodes
        self._before: dict[str, dict[tuple[str, str], None]] = {}
        self._after: dict[str, list[str]] = {}
        self._into: dict[str, list[tuple[str, str]]] = {}
        for wire in canvas.wires:
            source, target = canvas.find(wire.source), canvas.find(wire.target)
            if source and target and wire.source_port.startswith("main"):
                self._before.setdefault(target.id, {})[source.id, wire.source_port] = None
                self._after.setdefault(source.id, []).append(target.id)

    def kind(self, draft: Draft) -> str:
        return short_type(draft.type)

    def node(self, draft: Draft) -> Data:
        return self.nodes[draft.id]

    def outputs(self, draft: Draft, port: str = "") -> Ref:
        """The item that ``draft`` puts out, as one mapping."""
        kind = self.kind(draft)
        if kind in TRIGGERS:
            return Ref("inputs", (draft.id,))
        if kind == LOOP:
            if port and port != loop_port(self.node(draft)):
                raise UntranslatedError("all items of a loop")
            return Ref("item", (), draft.id)
        if draft.fields.get("tool") == "set_values" or kind == "set":
            return Ref(draft.id, ("values",))
        tool = find_tool(str(draft.fields.get("tool")))
        ports = tool.outputs if tool else {}
        return Ref(draft.id, (next((p for p in ("json", "stdout") if p in ports), "json"),))

    def arriving(self, draft: Draft) -> list[Ref]:
        """The items that ``draft`` may see, one for each node that they may come from. Raises
        ``UntranslatedError`` where there is none, or are too many."""
        found: dict[Ref, None] = {}
        self._search(draft, found, {draft.id})
        if not found or len(found) > MOST:
            raise UntranslatedError("$json")
        return list(found)

    def _search(self, draft: Draft, found: dict[Ref, None], seen: set[str]) -> None:
        if len(seen) > FARTHEST:
            raise UntranslatedError("$json")
        if draft.id not in self._into:
            self._into[draft.id] = self._wires_into(draft)
        for source, port in self._into[draft.id]:
            before = self.canvas.drafts[source]
            if self.kind(before) not in PASSING:
                found[self.outputs(before, port)] = None
            elif source not in seen:
                seen.add(source)
                self._search(before, found, seen)

    def _wires_into(self, draft: Draft) -> list[tuple[str, str]]:
        """The wires into a node, without those by which it leads back to itself."""
        wires = list(self._before.get(draft.id, ()))
        if len(wires) > 1:
            wires = [w for w in wires if not self._goes_round(w[0], draft.id)] or wires
        return wires

    def _goes_round(self, source: str, target: str) -> bool:
        """Whether what leads from one node to the other leads back, too."""
        return self._cycle_of.get(source, -1) == self._cycle_of.get(target, -2)

    @cached_property
    def _cycle_of(self) -> dict[str, int]:
        """The number of the cycle that a node lies in, for those that lie in one."""
        names = list(self.canvas.drafts)
        found = components(names, {name: self._after.get(name, ()) for name in names})
        return {name: number for number, cycle in enumerate(found) for name in cycle}

    def list_arriving(self, draft: Draft) -> Any:
        """All items that ``draft`` sees; an empty list where that cannot be told."""
        try:
            refs = self.arriving(draft)
        except UntranslatedError:
            return Raw([])
        found = [self._as_list(r) for r in refs if not self._goes_round(r.root, draft.id)]
        return first_of(found) if found else Raw([])

    def _as_list(self, ref: Ref) -> Ref | Expr:
        draft = self.canvas.drafts.get(ref.root)
        if draft and ref.path == ("json",) and not find_tool(str(draft.fields.get("tool"))):
            return Ref(ref.root, ("items",))
        return expression("(", ref, " if type(", ref, ') == "array" else [', ref, "])")

    def value(self, draft: Draft, given: Any) -> Any:
        """A parameter: an expression as a term, else as it is. Raises ``UntranslatedError``."""
        if isinstance(given, str) and given.startswith("="):
            return template(given[1:], lambda script: self._resolve(draft, script))
        return Raw(given)

    def _resolve(self, draft: Draft, script: str) -> Ref | Expr:
        """A path into an item, or a formula about such paths."""
        try:
            if script.rstrip().endswith(".length"):
                raise UntranslatedError(script)
            return self._path(draft, script)
        except UntranslatedError:
            found = javascript(partial(self._member, draft), script)
            return found if isinstance(found, Ref | Expr) else operand(found)

    def _member(self, draft: Draft, formula: Formula) -> Ref | Expr | None:
        """What a formula that is a path into an item names; ``None`` if it is none."""
        try:
            ends = isinstance(formula, Member) and formula.name == "length"
            return None if ends else self._path(draft, spelled(formula))
        except UntranslatedError:
            return None

    def _path(self, draft: Draft, script: str) -> Ref | Expr:
        match = _HERE.match(script)
        if match is not None:
            return self._below(self.arriving(draft), match, script)
        match = _THERE.match(script) or _DOTTED.match(script)
        if match is None:
            raise UntranslatedError(script)
        names = match.groupdict()
        name = names.get("double") or names.get("single") or names.get("name") or ""
        found = self.canvas.find(name)
        if found is None or not found.runs:
            raise UntranslatedError(script)
        passing = self.kind(found) in PASSING
        return self._below(self.arriving(found) if passing else [self.outputs(found)], match,
                           script)  # fmt: skip

    def _below(self, refs: list[Ref], match: re.Match[str], script: str) -> Ref | Expr:
        """A path into an item. Files are beside the item, where its node is not one of ours."""
        path = steps(script[match.end() :])
        if len(path) > 20 or len(script) > 400:
            raise UntranslatedError(script)
        if match["part"] == "binary":
            if any(ref.path != ("json",) for ref in refs):
                raise UntranslatedError(script)
            refs = [Ref(ref.root, ("binary",)) for ref in refs]
        return first_of([ref.below(*path) for ref in refs])

    def lost(self, draft: Draft, error: UntranslatedError) -> None:
        """Note that an expression was kept as it is."""
        self.canvas.warn(
            "untranslated_expression",
            f"The expression {text(str(error))[:200]!r} has no counterpart here: it is more than "
            "a path, or it cannot be told where its value comes from.",
            "Write it again here; the original is in the node's 'ui'.",
            draft.id,
        )
