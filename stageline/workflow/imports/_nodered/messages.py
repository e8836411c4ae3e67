"""What stands in ``msg`` when a node gets it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from stageline.plugins import find_tool
from stageline.workflow.canvas.draft import Canvas, Draft
from stageline.workflow.canvas.naming import port_name
from stageline.workflow.canvas.scripts import UntranslatedError, steps
from stageline.workflow.canvas.terms import Expr, Path, Raw, Ref, first_of
from stageline.workflow.canvas.tolerance import Data, mappings, number, text
from stageline.workflow.source import read_source

# These send on the message that they get.
PASSING = frozenset(
    {"switch", "delay", "debug", "link in", "link out", "junction", "catch", "comment"}
)
MOST, FARTHEST = 6, 200
_CONSTANTS = frozenset({"str", "num", "bool", "json"})


class Messages:
    """Looks properties of messages up on one canvas."""

    def __init__(self, canvas: Canvas, nodes: Mapping[str, Data]) -> None:
        self.canvas = canvas
        self.nodes = nodes
        self._before: dict[str, dict[str, None]] = {}
        for wire in canvas.wires:
            source, target = canvas.find(wire.source), canvas.find(wire.target)
            if source and target:
                self._before.setdefault(target.id, {})[source.id] = None

    def property(self, draft: Draft, path: str) -> Ref | Expr:
        """``msg.`` and ``path`` as ``draft`` gets it: from the node before; of several, from
        the first that ran. Raises ``UntranslatedError``."""
        sources: dict[Ref, None] = {}
        self._search(draft, steps(f".{path}"), sources, set())
        if not sources or len(sources) > MOST:
            raise UntranslatedError(f"msg.{path}")
        return first_of(list(sources))

    def _search(self, draft: Draft, path: Path, found: dict[Ref, None], seen: set[str]) -> None:
        if len(seen) > FARTHEST:
            raise UntranslatedError("msg")
        for name in self._before.get(draft.id, ()):
            if name not in seen:
                seen.add(name)
                before = self.canvas.drafts[name]
                if self._sets(before, path):
                    found[self._output(before, path)] = None
                else:
                    self._search(before, path, found, seen)

    def _sets(self, draft: Draft, path: Path) -> bool:
        """Whether a node gives this property a value; a node that is not known gives all."""
        if draft.type in PASSING or not draft.runs:
            return False
        node = self.nodes[draft.id]
        finder = _SETTERS.get(draft.type)
        return finder is None or path[0] in finder(node)

    def _output(self, draft: Draft, path: Path) -> Ref:
        if draft.fields.get("tool") == "set_values" or draft.type in _SETTERS:
            return Ref(draft.id, ("values", *path))
        tool = find_tool(str(draft.fields.get("tool")))
        if tool and path[0] == "payload":
            port = next((p for p in ("json", "stdout", "text") if p in tool.outputs), "")
            return Ref(draft.id, (port or next(iter(tool.outputs)), *path[1:]))
        return Ref(draft.id, (port_name(str(path[0])), *path[1:]))

    def typed(self, draft: Draft, value: Any, kind: str) -> Any:
        """A value with its type beside it. Raises ``UntranslatedError``."""
        if kind == "msg":
            return self.property(draft, text(value))
        if kind not in _CONSTANTS:
            raise UntranslatedError(f"{kind} {text(value)[:100]}")
        return Raw(constant(value, kind))

    def lost(self, draft: Draft, error: Exception) -> None:
        self.canvas.warn(
            "untranslated_expression", f"{str(error)[:200]!r} has no counterpart here.",
            "Write it again here; the original is in the node's 'ui'.", draft.id,
        )  # fmt: skip


def constant(value: Any, kind: str) -> Any:
    """A constant as the editor writes it, in its type."""
    if kind == "num":
        measure = number(value)
        if measure is None:
            raise UntranslatedError(text(value))
        return int(measure) if measure == int(measure) and abs(measure) < 1e15 else measure
    if kind == "bool":
        return text(value) == "true" or value is True
    return _json(value) if kind == "json" else text(value)


def _json(value: Any) -> Any:
    found = read_source(f'{{"value": {text(value)}}}')
    if not isinstance(found.data, Mapping) or found.findings:
        raise UntranslatedError(text(value))
    return found.data.get("value")


def _set_by_inject(node: Data) -> set[str]:
    return {text(entry.get("p")) for entry in mappings(node.get("props"))} or {"payload", "topic"}


def _set_by_change(node: Data) -> set[str]:
    rules = mappings(node.get("rules"))
    return {re.split(r"[.\[]", text(rule.get("p")))[0] for rule in rules}


def _set_by_template(node: Data) -> set[str]:
    return {re.split(r"[.\[]", text(node.get("field")) or "payload")[0]}


def _set_by_json(node: Data) -> set[str]:
    return {text(node.get("property")) or "payload"}


_SETTERS = {"inject": _set_by_inject, "change": _set_by_change, "template": _set_by_template,
            "json": _set_by_json}  # fmt: skip
