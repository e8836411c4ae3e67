"""What each node of Node-RED becomes."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from stageline.workflow.canvas.conditions import combine, compare
from stageline.workflow.canvas.draft import (
    Canvas,
    Draft,
    Wire,
    branch,
    note,
    task,
    unknown,
    values,
)
from stageline.workflow.canvas.scripts import UntranslatedError
from stageline.workflow.canvas.terms import Expr, Raw, Ref, Text, expression
from stageline.workflow.canvas.tolerance import Data, mappings, number, text, without
from stageline.workflow.imports._nodered.messages import Messages, constant

REMARKS = frozenset({"tab", "subflow", "group", "global-config"})
_SHOWN = ("id", "type", "z", "g", "x", "y", "w", "h", "wires", "name")
_UNITS = {"milliseconds": 0.001, "seconds": 1, "minutes": 60, "hours": 3_600, "days": 86_400}
_SHELL = frozenset("|&;<>()$`\\\"'*?[]#~=%!{}\n\r")
_TAG = re.compile(r"\{\{\{?\s*&?\s*([^{}#^/!>]+?)\s*\}?\}\}")


def make(found: Messages, draft: Draft, node: Data) -> None:
    """Give a draft its kind and fields."""
    if draft.type in REMARKS or _is_configuration(node):
        note(draft, text(node.get("info")) or draft.title)
        return
    maker = _MAKERS.get(draft.type)
    try:
        made = maker is not None and maker(found, draft, node)
    except UntranslatedError as error:
        found.lost(draft, error)
        made = False
    if not made:
        unknown(draft, without(node, *_SHOWN), "node-red.")
        draft.ui["data"] = {n: node[n] for n in ("name", "info") if n in node}


def _is_configuration(node: Data) -> bool:
    """Configuration nodes are drawn nowhere and wired to nothing."""
    return "wires" not in node and "x" not in node


def wire(canvas: Canvas, drawn: Wire) -> Wire:
    """A wire from an output of a Switch belongs to a case."""
    source = canvas.find(drawn.source)
    if source is None or source.kind != "branch" or not drawn.source_port.isdecimal():
        return drawn
    names = source.fields["outputs"]
    number_ = int(drawn.source_port)
    return replace(drawn, kind="case", case=names[number_]) if number_ < len(names) else drawn


# --- makers: each says whether it could make something of the node


def _comment(_found: Messages, draft: Draft, node: Data) -> bool:
    parts = (text(node.get("name")), text(node.get("info")))
    note(draft, "\n\n".join(part for part in parts if part))
    return True


def _inject(found: Messages, draft: Draft, node: Data) -> bool:
    """A message with constants; the time, and what stands in contexts, is not one."""
    entries = mappings(node.get("props")) or [{"p": "payload"}, {"p": "topic", "vt": "str"}]
    given: dict[str, Any] = {}
    for entry in entries:
        name = text(entry.get("p"))
        value = entry.get("v", node.get(name) if name in {"payload", "topic"} else "")
        kind = text(entry.get("vt")) or (text(node.get("payloadType")) if name == "payload" else "")
        try:
            given[name] = found.typed(draft, value, kind or "str") if name else Raw(None)
        except UntranslatedError as error:
            found.lost(draft, error)
            given[name] = Raw(None)
    values(draft, {n: v for n, v in given.items() if n})
    return True


def _pass(_found: Messages, draft: Draft, _node: Data) -> bool:
    values(draft)
    return True


def _change(found: Messages, draft: Draft, node: Data) -> bool:
    """Only properties that are set as a whole, each once."""
    given: dict[str, Any] = {}
    for rule in mappings(node.get("rules")):
        name = text(rule.get("p"))
        plain = text(rule.get("t")) == "set" and text(rule.get("pt")) == "msg"
        if not plain or not name.isidentifier() or name in given:
            raise UntranslatedError(f"{text(rule.get('t'))} {name}")
        given[name] = found.typed(draft, rule.get("to"), text(rule.get("tot")) or "str")
    values(draft, given)
    return bool(given)


def _template(found: Messages, draft: Draft, node: Data) -> bool:
    """A Mustache template that only puts properties of the message in."""
    source, field = text(node.get("template")), text(node.get("field")) or "payload"
    if text(node.get("fieldType")) not in {"", "msg"} or not field.isidentifier():
        return False
    output, plain = text(node.get("output")) or "str", text(node.get("syntax")) == "plain"
    if output not in {"str", "json"} or (output == "json" and "{{" in source and not plain):
        return False
    if plain or output == "json":
        values(draft, {field: Raw(constant(source, output))})
        return True
    parts: list[str | Ref | Expr] = []
    for number_, part in enumerate(_TAG.split(source)):
        value = found.property(draft, part) if number_ % 2 else part
        if isinstance(value, str) and "{{" in value:
            raise UntranslatedError(source)
        parts.append(value)
    values(draft, {field: Text(tuple(part for part in parts if part != ""))})
    return True


def _json(found: Messages, draft: Draft, node: Data) -> bool:
    """Text becomes data and data text, or always one of them."""
    field = text(node.get("property")) or "payload"
    pattern = _CONVERSIONS.get(text(node.get("action")))
    if pattern is None or not field.isidentifier() or node.get("schema") or node.get("pretty"):
        return False
    value = found.property(draft, field)
    parts = (part for piece in pattern.split("{}") for part in (value, piece))
    values(draft, {field: expression(*list(parts)[1:])})
    return True


_CONVERSIONS = {
    "": 'parse_json({}) if type({}) == "string" else to_json({})',
    "obj": 'parse_json({}) if type({}) == "string" else {}',
    "str": '{} if type({}) == "string" else to_json({})',
}


def _delay(_found: Messages, draft: Draft, node: Data) -> bool:
    unit = _UNITS.get(text(node.get("timeoutUnits")) or "seconds")
    amount = number(node.get("timeout"))
    if text(node.get("pauseType")) != "delay" or not unit or not amount:
        return False
    if not 0 < amount * unit <= 31_536_000:
        return False
    draft.kind, draft.fields = "wait", {"seconds": Raw(amount * unit)}
    return True


def _switch(found: Messages, draft: Draft, node: Data) -> bool:
    """The first rule that holds; the original may send a message to several outputs."""
    rules = mappings(node.get("rules"))
    cases: list[tuple[str, Any]] = []
    outputs: list[str] = []
    for number_, rule in enumerate(rules):
        if text(rule.get("t")) == "else":
            outputs.append("otherwise")
            continue
        name = f"output_{number_ + 1}"
        outputs.append(name)
        cases.append((name, _rule(found, draft, node, rule)))
    if not cases:
        return False
    if text(node.get("checkall")) == "true" and len(cases) > 1:
        message = "This sends to every output whose rule holds; here the first one counts."
        found.canvas.warn("first_match_only", message, "Use a branch for each.", draft.id)
    branch(draft, cases, "otherwise")
    draft.fields["outputs"] = outputs
    return True


def _rule(found: Messages, draft: Draft, node: Data, rule: Data) -> Any:
    """A rule, or ``False`` with a warning."""
    kind = text(rule.get("t"))
    try:
        left = found.typed(draft, node.get("property"), text(node.get("propertyType")) or "msg")
        if kind == "btwn":
            sides = [found.typed(draft, rule.get(v), text(rule.get(f"{v}t")) or "num")
                     for v in ("v", "v2")]  # fmt: skip
            return combine([compare("at_least", left, sides[0]),
                            compare("at_most", left, sides[1])], "and")  # fmt: skip
        if kind in _ALONE:
            return compare(_ALONE[kind], left)
        if kind not in _PAIRS:
            raise UntranslatedError(kind)
        right = found.typed(draft, rule.get("v"), text(rule.get("vt")) or "str")
        return compare(_PAIRS[kind], left, right)
    except UntranslatedError as error:
        found.lost(draft, error)
        return "False"


_PAIRS = {"eq": "equals", "neq": "differs", "lt": "below", "lte": "at_most", "gt": "above",
          "gte": "at_least", "cont": "contains", "regex": "matches"}  # fmt: skip
_ALONE = {"true": "true", "false": "false", "null": "null", "nnull": "not_null",
          "empty": "empty", "nempty": "not_empty"}  # fmt: skip


def _http(_found: Messages, draft: Draft, node: Data) -> bool:
    """Only requests whose address is written down and whose body is not the message."""
    method, url = text(node.get("method")).upper(), text(node.get("url"))
    tied = any(node.get(name) for name in ("tls", "proxy", "authType"))
    if method not in {"GET", "HEAD", "DELETE"} or not url or "{{" in url or tied:
        return False
    return task(draft, "http_request", {"url": Raw(url), "method": Raw(method)})


def _exec(found: Messages, draft: Draft, node: Data) -> bool:
    command = f"{text(node.get('command'))} {text(node.get('append'))}".strip()
    fed = text(node.get("addpay")) not in {"", "false"} or node.get("addpay") is True
    if not command or fed or _SHELL & set(command):
        found.canvas.warn("shell_command", "This command needs a shell, or the message.",
                          "Write it as a list of arguments for run_command.", draft.id)  # fmt: skip
        return False
    return task(draft, "run_command", {"argv": Raw(shlex.split(command))})


_MAKERS: Mapping[str, Callable[[Messages, Draft, Data], bool]] = {
    "comment": _comment, "inject": _inject, "debug": _pass, "link in": _pass, "link out": _pass,
    "junction": _pass, "change": _change, "template": _template, "json": _json, "delay": _delay,
    "switch": _switch, "http request": _http, "exec": _exec,
}  # fmt: skip
