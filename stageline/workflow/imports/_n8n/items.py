"""Where the items that a node of n8n sees come from, and expressions about them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from stageline.plugins import find_tool
from stageline.workflow.canvas.draft import Canvas, Draft
from stageline.workflow.canvas.scripts import UntranslatedError, steps, template
from stageline.workflow.canvas.terms import Path, Raw, Ref
from stageline.workflow.canvas.tolerance import Data, text

LOOP = "splitInBatches"
# These hand on the items that come in.
PASSING = frozenset({"if", "filter", "switch", "noOp", "wait", "merge", "limit", "sort"})
TRIGGERS = frozenset(
    {"manualTrigger", "start", "scheduleTrigger", "cron", "interval", "webhook", "formTrigger",
     "chatTrigger", "manualChatTrigger", "executeWorkflowTrigger", "errorTrigger",
     "workflowTrigger"}
)  # fmt: skip
_HERE = re.compile(r"\$(?:json|input\.(?:item|first\(\)|last\(\))\.json)(?![A-Za-z0-9_$])")
_THERE = re.compile(
    r"""\$(?:node)?[(\[]\s*(?:"(?P<double>[^"\\]+)"|'(?P<single>[^'\\]+)')\s*[)\]]
        (?:\.(?:item|first\(\)|last\(\)))?\.json(?![A-Za-z0-9_$])""",
    re.VERBOSE,
)
_DOTTED = re.compile(r"\$node\.(?P<name>[A-Za-z0-9_]+)\.json(?![A-Za-z0-9_$])")
_FAR = 1_000


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
        for wire in canvas.wires:
            source, target = canvas.find(wire.source), canvas.find(wire.target)
            if source and target and wire.source_port.startswith("main"):
                self._before.setdefault(target.id, {})[source.id, wire.source_port] = None

    def kind(self, draft: Draft) -> str:
        return short_type(draft.type)

    def node(self, draft: Draft) -> Data:
        return self.nodes[draft.id]

    def outputs(self, draft: Draft, port: str = "") -> Ref:
        """The item that ``draft`` puts out, as one mapping."""
        kind = self.kind(draft)
        if kind in TRIGGERS:
            return Ref("inputs", (draft.id,))
        if kind == LOOP and (not port or port == loop_port(self.node(draft))):
            return Ref("item", (), draft.id)
        if draft.fields.get("tool") == "set_values" or kind == "set":
            return Ref(draft.id, ("values",))
        tool = find_tool(str(draft.fields.get("tool")))
        ports = tool.outputs if tool else {}
        return Ref(draft.id, (next((p for p in ("json", "body") if p in ports), "json"),))

    def arriving(self, draft: Draft) -> Ref:
        """The item that ``draft`` sees. Raises ``UntranslatedError`` where it may be of several
        nodes, or of none."""
        for _ in range(_FAR):
            before = list(self._before.get(draft.id, ()))
            if len({name for name, _ in before}) != 1:
                break
            source, port = before[0]
            found = self.canvas.drafts[source]
            if self.kind(found) not in PASSING:
                return self.outputs(found, port)
            draft = found
        raise UntranslatedError("$json")

    def list_arriving(self, draft: Draft) -> Any:
        """All items that ``draft`` sees; an empty list where that cannot be told."""
        try:
            found = self.arriving(draft)
        except UntranslatedError:
            return Raw([])
        unknown = found.root in self.canvas.drafts and found.path == ("json",)
        return Ref(found.root, ("items",)) if unknown else Raw([])

    def value(self, draft: Draft, given: Any) -> Any:
        """A parameter: an expression as a term, else as it is. Raises ``UntranslatedError``."""
        if isinstance(given, str) and given.startswith("="):
            return template(given[1:], lambda script: self._resolve(draft, script))
        return Raw(given)

    def _resolve(self, draft: Draft, script: str) -> Ref:
        match = _HERE.match(script)
        if match is not None:
            return self._below(self.arriving(draft), steps(script[match.end() :]), script)
        match = _THERE.match(script) or _DOTTED.match(script)
        if match is None:
            raise UntranslatedError(script)
        names = match.groupdict()
        name = names.get("double") or names.get("single") or names.get("name") or ""
        found = self.canvas.find(name)
        if found is None or not found.runs:
            raise UntranslatedError(script)
        passing = self.kind(found) in PASSING
        base = self.arriving(found) if passing else self.outputs(found)
        return self._below(base, steps(script[match.end() :]), script)

    def _below(self, ref: Ref, path: Path, script: str) -> Ref:
        if len(path) > 20 or len(script) > 400:
            raise UntranslatedError(script)
        return ref.below(*path)

    def lost(self, draft: Draft, error: UntranslatedError) -> None:
        """Note that an expression was kept as it is."""
        self.canvas.warn(
            "untranslated_expression",
            f"The expression {text(str(error))[:200]!r} is more than a path.",
            "Write it again here; the original is in the node's 'ui'.",
            draft.id,
        )
