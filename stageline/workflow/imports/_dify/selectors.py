"""Where a value of Dify is found: ``[node, variable, ...]``, and text with ``{{#...#}}``."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Mapping
from typing import Any

from stageline.plugins import find_tool
from stageline.workflow.canvas.draft import Canvas, Draft
from stageline.workflow.canvas.loops import chain
from stageline.workflow.canvas.naming import identifier, port_name
from stageline.workflow.canvas.scripts import UntranslatedError
from stageline.workflow.canvas.terms import Expr, Raw, Ref, Text, expression, first_of, operand
from stageline.workflow.canvas.tolerance import Data, items, mapping, mappings, number, text
from stageline.workflow.imports._dify.conversation import Conversation, assigned

_MENTION = re.compile(r"\{\{#([^{}#]{1,300})#\}\}")
TYPES = {
    "text-input": "string", "paragraph": "string", "select": "string", "number": "number",
    "checkbox": "boolean", "file": "file", "file-list": "array", "json": "object",
    "json_object": "object", "string": "string", "secret": "string", "object": "object",
    "boolean": "boolean", "integer": "integer",
}  # fmt: skip
_SYSTEM: Mapping[str, dict[str, Any]] = {
    "files": {"type": "array", "default": []},
    "dialogue_count": {"type": "integer", "default": 0},
}
_EMPTY = {"string": "", "number": 0, "object": {}, "boolean": False}
# What a node that failed says of it.
_ERRORS = {"error_message": "message", "error_type": "category"}
# What our tool calls the outputs of an HTTP request.
_HTTP = {"status_code": "status", "body": "text", "headers": "headers"}


class Selectors:
    """Resolves selectors on one canvas."""

    def __init__(self, canvas: Canvas, data: Mapping[str, Data], workflow: Data) -> None:
        self.canvas = canvas
        self.data = data
        self._named = {
            "env": mappings(workflow.get("environment_variables")),
            "conversation": mappings(workflow.get("conversation_variables")),
        }
        self._before: dict[str, list[str]] = {}
        after: dict[str, list[str]] = {}
        for wire in canvas.wires:
            source, target = canvas.find(wire.source), canvas.find(wire.target)
            if source and target:
                self._before.setdefault(target.id, []).append(source.id)
                after.setdefault(source.id, []).append(target.id)
        self.choosers: dict[str, str] = {}
        self.conversation = Conversation(canvas, after)
        for name in data:
            self.conversation.add(canvas.drafts[name], data[name])

    def ref(self, draft: Draft, selector: Any) -> Any:
        """What a selector names, seen from ``draft``: a reference or an expression. Raises
        ``UntranslatedError``."""
        parts = [text(part) for part in items(selector)]
        if len(parts) < 2 or len(parts) > 20:
            raise UntranslatedError(".".join(parts) or str(selector)[:100])
        name, *path = parts
        if name in ("sys", "userinput", "env"):
            kind = "env" if name == "env" else "sys"
            return Ref("inputs", (self._outer(kind, path[0]), *path[1:]))
        if name == "conversation":
            return self._variable(draft, path)
        found = self.canvas.find(name)
        if found is None or not found.runs:
            raise UntranslatedError(".".join(parts))
        if error := _ERRORS.get(path[0]):
            return Ref(found.id, ("error", error))
        instead = instead_of(self.data[found.id], path[0]) if len(path) == 1 else None
        port = self._port(draft, found, path)
        return port if instead is None else first_of([operand(port), operand(instead)])

    def _variable(self, draft: Draft, path: list[str]) -> Ref | Expr:
        """A variable of the conversation as ``draft`` finds it."""
        given = Ref("inputs", (self._outer("conversation", path[0]),))
        found, state = self.conversation.before(draft, path[0])
        return first_of([ref.below(*path[1:]) for ref in (*found, state or given)])

    def _port(self, draft: Draft, found: Draft, path: list[str]) -> Any:
        if found.type in {"iteration", "loop"}:
            return self._loop(draft, found, path)
        if found.type == "start" and (path[0].startswith("sys.") or path[0] == "sys"):
            name = [*".".join(path).split("."), ""]
            return Ref("inputs", (self._outer("sys", name[1]), *name[2:-1]))
        if found.type == "start":
            return Ref("inputs", (self.canvas.input(path[0], {"type": "object", "default": None}),
                                  *path[1:]))  # fmt: skip
        if found.fields.get("tool") == "set_values" or found.type in _VALUED:
            return Ref(found.id, ("values", *path))
        tool = find_tool(str(found.fields.get("tool")))
        port = _HTTP.get(path[0], path[0]) if tool else port_name(path[0])
        if tool and port not in tool.outputs:
            port = next(iter(tool.outputs))
        return Ref(found.id, (port, *path[1:]))

    def _loop(self, draft: Draft, loop: Draft, path: list[str]) -> Any:
        inside = loop.id in chain(self.canvas, draft.id)[1:]
        if not inside:
            port: Ref | Expr = Ref(loop.id, (port_name(path[0]), *path[1:]))
            if path != ["output"] or loop.type != "iteration":
                return port
            mode = text(self.data[loop.id].get("error_handle_mode"))
            levels = (mode == "remove-abnormal-output") + self._gives_lists(loop)
            for _ in range(levels):
                port = expression("flatten(default(", port, ", []))")
            return port
        if loop.type == "iteration":
            root = "index" if path[0] == "index" else "item"
            return Ref(root, tuple(path[1:]), loop.id)
        return self.current(draft, loop, path[0])

    def _gives_lists(self, loop: Draft) -> bool:
        """Whether an iteration makes one list of the lists of its rounds."""
        data = self.data[loop.id]
        selector = [text(part) for part in items(data.get("output_selector"))]
        if loop.type != "iteration" or data.get("flatten_output") is False:
            return False
        return len(selector) > 1 and self.kind(selector).startswith("array")

    def kind(self, selector: Any) -> str:
        """The type that Dify gives a variable, as far as it is written down."""
        name, path = [*(text(part) for part in items(selector)), "", ""][:2]
        named = (e for e in self._named.get(name, ()) if text(e.get("name")) == path)
        found = self.canvas.find(name)
        return text(next(named, {}).get("value_type")) or (
            declared(self.data.get(found.id, {}), path) if found else "")  # fmt: skip

    def current(self, draft: Draft, loop: Draft, variable: str) -> Any:
        """A loop's variable as ``draft`` finds it: what a node before it in this round has
        assigned, else what the round began with."""
        now = Ref("state", (port_name(variable),), loop.id)
        for name in self._upstream(draft):
            if variable in assigned(self.data.get(name, {}), loop.source):
                return expression("default(", Ref(name, ("values", variable)), ", ", now, ")")
        return now

    def _upstream(self, draft: Draft) -> list[str]:
        """The nodes before ``draft`` in its loop, the nearest first."""
        found: dict[str, None] = {}
        waiting = deque(self._before.get(draft.id, ()))
        while waiting:
            name = waiting.popleft()
            near = self.canvas.drafts[name].container == draft.container
            if near and name not in found and name != draft.id:
                found[name] = None
                waiting.extend(self._before.get(name, ()))
        return list(found)

    def depth(self, draft: Draft) -> int:
        """How many nodes of its loop lie before ``draft``."""
        return len(self._upstream(draft))

    def _outer(self, kind: str, name: str) -> str:
        """Variables of the system, the environment and the conversation are inputs."""
        entry = next((e for e in self._named.get(kind, ()) if text(e.get("name")) == name), None)
        if entry is None:
            definition = _SYSTEM.get(name, {"type": "string", "default": ""})
        else:
            definition = _definition(entry)
        return self.canvas.input(identifier(f"{kind}_{name}"), definition)

    def text(self, draft: Draft, given: Any) -> Any:
        """A text with mentions of values. Raises ``UntranslatedError``."""
        parts = _MENTION.split(text(given))
        found: list[Any] = [
            self.ref(draft, part.split(".")) if n % 2 else part for n, part in enumerate(parts)
        ]
        found = [part for part in found if part != ""]
        return found[0] if len(found) == 1 and isinstance(found[0], Ref) else Text(tuple(found))

    def lost(self, draft: Draft, error: Exception) -> None:
        self.canvas.warn(
            "untranslated_expression",
            f"{str(error)[:200]!r} has no counterpart here.",
            "Write it again here; the original is in the node's 'ui'.",
            draft.id,
        )


_VALUED = frozenset({"end", "answer", "assigner", "variable-aggregator", "variable-assigner"})


def _definition(entry: Data) -> dict[str, Any]:
    kind = text(entry.get("value_type"))
    type_ = "array" if kind.startswith("array") else TYPES.get(kind, "string")
    value = entry.get("value")
    if type_ == "string" and not isinstance(value, str):
        return {"type": type_, "default": text(value)}
    return {"type": type_, "default": value if fits(value, type_) else _EMPTY.get(type_, [])}


_PYTHON: Mapping[str, type | tuple[type, ...]] = {
    "string": str, "number": (int, float), "integer": int, "boolean": bool, "array": list,
    "object": Mapping,
}  # fmt: skip


def fits(value: Any, type_: str) -> bool:
    """Whether a value is of a type of inputs."""
    return isinstance(value, _PYTHON.get(type_, str)) and (
        not isinstance(value, bool) or type_ == "boolean"
    )


_LISTS = frozenset({
    ("iteration", "output"), ("knowledge-retrieval", "result"), ("list-operator", "result"),
    ("tool", "json"), ("tool", "files"), ("agent", "json"), ("agent", "files"),
})  # fmt: skip


def declared(data: Data, variable: str) -> str:
    """The type that a node declares for one of its outputs."""
    if (text(data.get("type")), variable) in _LISTS:
        return "array"
    for entry in mappings(data.get("loop_variables")):
        if text(entry.get("label")) == variable:
            return text(entry.get("var_type"))
    outputs = mapping(mapping(data.get("outputs")).get(variable))
    return text(outputs.get("type")) or (
        text(data.get("output_type")) if text(data.get("type")).startswith("variable-") else ""
    )


def instead_of(data: Data, variable: str) -> Raw | None:
    """What is there in place of an output where the node failed."""
    if text(data.get("error_strategy")) != "default-value":
        return None
    entries = (e for e in mappings(data.get("default_value")) if text(e.get("key")) == variable)
    entry = next(entries, None)
    return constant(entry.get("value"), text(entry.get("type"))) if entry else None


def empty(kind: str) -> Any:
    """What a variable of this type holds when it was cleared."""
    return _EMPTY.get(TYPES.get(kind, ""), [] if kind.startswith("array") else None)


def constant(value: Any, kind: str) -> Raw:
    """A constant as Dify writes it, in the type that it declares."""
    if kind == "number" and isinstance(value, str) and (measure := number(value)) is not None:
        return Raw(int(measure) if measure == int(measure) else measure)
    if isinstance(value, str) and (kind.startswith("array") or kind in {"object", "boolean"}):
        try:
            return Raw(json.loads(value, parse_constant=str))
        except (ValueError, RecursionError):
            return Raw(value)
    return Raw(value)
