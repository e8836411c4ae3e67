"""What each node of Dify becomes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from stageline.errors import InputError
from stageline.tools._template import parse
from stageline.workflow.canvas.draft import Draft, branch, note, task, unknown, values
from stageline.workflow.canvas.scripts import UntranslatedError
from stageline.workflow.canvas.terms import Raw, Ref, Text, expression, first_of, operand
from stageline.workflow.canvas.tolerance import (
    Data,
    items,
    mapping,
    mappings,
    number,
    text,
    whole,
    without,
)
from stageline.workflow.imports._dify.code import NotPlainError, returned
from stageline.workflow.imports._dify.conditions import condition
from stageline.workflow.imports._dify.conversation import assigned
from stageline.workflow.imports._dify.lexical import plain_text
from stageline.workflow.imports._dify.loops import (
    CONTAINERS,
    let_rounds_fail,
    make_iteration,
    make_loop,
    may_end_at_once,
)
from stageline.workflow.imports._dify.outputs import give_out
from stageline.workflow.imports._dify.selectors import TYPES, Selectors, constant, empty, fits
from stageline.workflow.imports._dify.ways import case_names, cases

__all__ = ["CONTAINERS", "make_all"]
_SHOWN = ("type", "title", "desc", "selected", "isInIteration", "isInLoop")
# These decide how the outputs of others are named, so they are made before those that refer.
_FIRST = frozenset({"code", "template-transform", "http-request", "start"})


def make_all(found: Selectors, drafts: list[Draft]) -> None:
    """Give every draft its kind and fields."""
    for early in (True, False):
        for draft in drafts:
            if (draft.type in _FIRST) is early:
                _make(found, draft)
    for draft in drafts:  # again, as now all outputs have their names
        if draft.type in _FIRST - {"start"}:
            _make(found, draft)
    for draft in drafts:
        if draft.type == "iteration":
            let_rounds_fail(found, draft)
        if draft.type == "loop":
            may_end_at_once(found, draft)
    give_out(found, drafts)


def _make(found: Selectors, draft: Draft) -> None:
    data = found.data[draft.id]
    maker = _MAKERS.get(draft.type)
    try:
        made = maker is not None and maker(found, draft, data)
    except UntranslatedError as error:
        found.lost(draft, error)
        made = False
    if not made:
        name = text(data.get("tool_name")) if draft.type == "tool" else ""
        unknown(draft, without(data, *_SHOWN), "dify.", f"{draft.type}.{name}" if name else "")
    draft.fields.update(_policy(data))


def _policy(data: Data) -> dict[str, Any]:
    found: dict[str, Any] = {}
    retry = mapping(data.get("retry_config"))
    if retry.get("retry_enabled") is True:
        found["retry"] = {"attempts": (whole(retry.get("max_retries"), 0, 99) or 0) + 1,
                          "delay": min(max(number(retry.get("retry_interval")) or 0, 0), 86_400_000)
                          / 1_000, "backoff": 1.0, "jitter": 0.0}  # fmt: skip
    if text(data.get("error_strategy")) == "default-value":
        found["on_error"] = "continue"
    return found


# --- makers: each says whether it could make something of the node


def _note(_found: Selectors, draft: Draft, data: Data) -> bool:
    note(draft, plain_text(text(data.get("text"))))
    return True


def _start(found: Selectors, draft: Draft, data: Data) -> bool:
    """The inputs; the node hands them on."""
    given = {}
    for variable in mappings(data.get("variables")):
        name = text(variable.get("variable"))
        if name:
            given[name] = Ref("inputs", (found.canvas.input(name, _input(variable)),))
    values(draft, given)
    return True


def _input(variable: Data) -> dict[str, Any]:
    kind = TYPES.get(text(variable.get("type")), "string")
    definition: dict[str, Any] = {"type": kind}
    if label := text(variable.get("label")):
        definition["title"] = label
    longest = whole(variable.get("max_length"), 0, 10_000_000)
    if kind == "string" and longest:
        definition["max_length"] = longest
    options = [o for o in items(variable.get("options")) if isinstance(o, str)]
    if text(variable.get("type")) == "select" and options:
        definition["enum"] = options
    given = constant(variable.get("default"), kind).data
    if given in (None, "") or not fits(given, kind) or given not in definition.get("enum", [given]):
        given = None
    if given is not None or variable.get("required") is not True:
        definition["default"] = given
    if variable.get("required") is not True:
        definition["required"] = False
    return definition


def _end(found: Selectors, draft: Draft, data: Data) -> bool:
    given = {}
    for output in mappings(data.get("outputs")):
        if name := text(output.get("variable")):
            given[name] = _tried(found, draft, output.get("value_selector"))
    values(draft, given)
    return True


def _tried(found: Selectors, draft: Draft, selector: Any) -> Any:
    """A selector's value, or null with a warning."""
    try:
        return found.ref(draft, selector)
    except UntranslatedError as error:
        found.lost(draft, error)
        return Raw(None)


def _answer(found: Selectors, draft: Draft, data: Data) -> bool:
    said = found.text(draft, data.get("answer"))
    values(draft, {"answer": said if isinstance(said, Text) else Text((said,))})
    return True


def _code(found: Selectors, draft: Draft, data: Data) -> bool:
    if text(data.get("code_language")) not in {"python3", "python"}:
        return False
    arguments = {
        text(v.get("variable")): _tried(found, draft, v.get("value_selector"))
        for v in mappings(data.get("variables"))
    }
    try:
        values(draft, returned(text(data.get("code")), arguments))
    except NotPlainError:
        return False
    return True


def _template(found: Selectors, draft: Draft, data: Data) -> bool:
    """A Jinja template, where our own tool for templates understands it."""
    source = text(data.get("template")).removesuffix("\n")  # Jinja leaves the last one out
    try:
        parse(source)
    except InputError:
        return False
    given = {
        text(v.get("variable")): _tried(found, draft, v.get("value_selector"))
        for v in mappings(data.get("variables"))
    }
    return task(draft, "render_text", {"template": Raw(source), "values": given or None})


def _if_else(found: Selectors, draft: Draft, data: Data) -> bool:
    names = list(case_names(data).values())
    chosen: list[tuple[str, Any]] = []
    for name, entry in zip(names, cases(data), strict=False):
        try:
            chosen.append((name, condition(found, draft, entry)))
        except UntranslatedError as error:
            found.lost(draft, error)
            chosen.append((name, "False"))
    branch(draft, chosen, "false")
    return True


def _assigner(found: Selectors, draft: Draft, data: Data) -> bool:
    """New values by name; the loop around takes them over into its state."""
    given = {}
    for name, entry in assigned(data, "").items():
        selector = entry.get("variable_selector")
        given[name] = _assigned(found, draft, entry, selector)
    values(draft, given)
    return True


def _assigned(found: Selectors, draft: Draft, entry: Data, selector: Any) -> Any:
    operation = text(entry.get("operation")) or "over-write"
    given = entry.get("value")
    kind = found.kind(selector)
    value = (found.ref(draft, given) if text(entry.get("input_type")) == "variable"
             and isinstance(given, list) else constant(given, kind))  # fmt: skip
    pattern = _ASSIGNMENTS.get(operation)
    if operation == "clear":
        return Raw(empty(kind))
    if pattern is None:
        raise UntranslatedError(operation)
    if pattern == "{v}":
        return value
    now = found.ref(draft, selector)
    before, _, rest = pattern.partition("{n}")
    middle, mark, end = rest.partition("{v}")
    return expression(before, operand(now), middle, *([operand(value)] if mark else []), end)


_ASSIGNMENTS = {
    "over-write": "{v}", "set": "{v}", "+=": "{n} + {v}",
    "-=": "{n} - {v}", "*=": "{n} * {v}", "/=": "{n} / {v}", "append": "{n} + [{v}]",
    "extend": "{n} + {v}", "remove-first": "{n}[1:]", "remove-last": "{n}[:-1]",
}  # fmt: skip


def _aggregator(found: Selectors, draft: Draft, data: Data) -> bool:
    """The first of several values that is there."""
    groups = mappings(mapping(data.get("advanced_settings")).get("groups"))
    if mapping(data.get("advanced_settings")).get("group_enabled") is True and groups:
        given = {text(g.get("group_name")): {"output": _first(found, draft, g.get("variables"))}
                 for g in groups}  # fmt: skip
    else:
        given = {"output": _first(found, draft, data.get("variables"))}
    draft.join = "any"
    values(draft, given)
    return True


def _first(found: Selectors, draft: Draft, selectors: Any) -> Any:
    given = [_tried(found, draft, selector) for selector in items(selectors)[:20]]
    if not given:
        return Raw(None)
    return first_of([operand(one) for one in given])


_BODIES = frozenset({"none", "json", "raw-text"})


def _http(found: Selectors, draft: Draft, data: Data) -> bool:
    """Only requests without credentials and files."""
    authorization = text(mapping(data.get("authorization")).get("type")) or "no-auth"
    kind = text(mapping(data.get("body")).get("type")) or "none"
    if authorization != "no-auth" or kind not in _BODIES:
        return False
    method = Raw((text(data.get("method")) or "get").upper())
    given: dict[str, Any] = {"url": found.text(draft, data.get("url")), "method": method}
    for name in ("headers", "params"):
        lines = text(data.get(name)).splitlines()
        pairs = [line.partition(":") for line in lines if ":" in line]
        if pairs:
            given[name] = {n.strip(): found.text(draft, v.strip()) for n, _, v in pairs}
    retried = mapping(data.get("retry_config")).get("retry_enabled") is True
    if not retried and text(data.get("error_strategy")) in {"", "none"}:
        given["check"] = Raw(False)  # an answer that says no is an answer
    if kind == "json" and "content-type" not in map(str.lower, given.get("headers", ())):
        given["headers"] = {**given.get("headers", {}), "Content-Type": "application/json"}
    if kind != "none" and (body := _body(mapping(data.get("body")).get("data"))):
        given["body"] = found.text(draft, body)
    return task(draft, "http_request", given)


def _body(given: Any) -> str:
    """The text of a body, which newer versions keep as a list of parts."""
    parts = mappings(given)
    return text(parts[0].get("value")) if parts else text(given)


def _begin(_found: Selectors, draft: Draft, _data: Data) -> bool:
    values(draft)
    return True


_MAKERS: Mapping[str, Callable[[Selectors, Draft, Data], bool]] = {
    "custom-note": _note, "note": _note, "start": _start, "end": _end, "answer": _answer,
    "code": _code, "template-transform": _template, "if-else": _if_else, "assigner": _assigner,
    "variable-aggregator": _aggregator, "variable-assigner": _aggregator, "http-request": _http,
    "iteration": make_iteration, "loop": make_loop, "iteration-start": _begin,
    "loop-start": _begin, "loop-end": _begin, "custom-iteration-start": _begin,
    "custom-loop-start": _begin,
}  # fmt: skip
