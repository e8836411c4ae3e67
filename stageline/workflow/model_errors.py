"""Pydantic's errors in the words of this package: stable codes, places and hints."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from pydantic import ValidationError

from stageline.keys import ID_PATTERN, shown
from stageline.near import near
from stageline.workflow.document import (
    SCHEMA,
    After,
    BranchNode,
    Case,
    Input,
    LoopNode,
    NoteNode,
    Retry,
    SubflowNode,
    TaskNode,
    WaitNode,
    Workflow,
)
from stageline.workflow.findings import Finding, Path, Place

KINDS = ("task", "branch", "loop", "subflow", "wait", "note")
_MODELS: Mapping[str, Any] = {
    "": Workflow, "retry": Retry, "after": After, "cases": Case, "input": Input,
    "task": TaskNode, "branch": BranchNode, "loop": LoopNode, "subflow": SubflowNode,
    "wait": WaitNode, "note": NoteNode,
}  # fmt: skip
# What these fields are called elsewhere.
_ELSEWHERE: Mapping[str, str] = {
    "depends_on": "after", "dependsOn": "after", "needs": "after", "params": "parameters",
    "args": "parameters", "with": "parameters", "arguments": "parameters", "type": "kind",
    "if": "when", "condition": "when", "foreach": "over", "for_each": "over", "items": "over",
    "steps": "nodes", "tasks": "nodes", "body": "nodes", "retries": "retry", "position": "ui",
}  # fmt: skip

_Words: TypeAlias = tuple[str, str, str | Callable[[], str]]
"""Code, message, hint."""


def translate(error: ValidationError, data: dict[str, Any]) -> Iterator[Finding]:
    """The findings behind a validation of ``data``, which says where they are."""
    if data.get("schema", SCHEMA) != SCHEMA:
        yield _wrong_schema(data["schema"])
        return
    seen = set()
    for item in error.errors(include_url=False, include_input=False):
        spot = _spot(item, data)
        code, message, hint = _TRANSLATIONS.get(item["type"], _wrong_value)(spot)
        path = (*spot.path, "kind") if code == "unknown_kind" else spot.path
        place = Place(path, spot.is_key or code == "unknown_field")
        # Each member of a union has its own error at one place.
        if (code, place, spot.name if code == "missing_field" else "") not in seen:
            seen.add((code, place, spot.name if code == "missing_field" else ""))
            yield Finding(code, message, place, hint, node=spot.node)


def _wrong_schema(found: object) -> Finding:
    return Finding(
        "unsupported_schema",
        f"The schema {shown(found)} is not known.",
        Place(("schema",)),
        f"Write {shown(SCHEMA)}; documents of other systems are read by import_document.",
    )


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where a pydantic error is: the path in the data, what stands there, the node around it."""

    path: Path
    value: Any
    parent: Any
    is_key: bool
    node: str | None
    name: str
    error: Any


def _spot(error: Any, data: Any) -> _Spot:
    """Follow a pydantic location, which also names kinds of nodes and members of unions."""
    path: list[str | int] = []
    value, parent, node, is_key = data, None, None, False
    skip: object = None
    loc = error["loc"]
    for step in loc:
        if step == skip:
            skip = None
            continue
        skip, is_key = None, is_key or step == "[key]"
        if not _leads(value, step):
            continue
        is_node = isinstance(step, int) and path[-1:] == ["nodes"]
        parent, value = value, value[step]
        path.append(step)
        if is_node and isinstance(value, dict):
            node = value["id"] if isinstance(value.get("id"), str) else node
            skip = value.get("kind")
    name = str(loc[-1]) if loc else "document"
    return _Spot(tuple(path), value, parent, is_key, node, name, error)


def _leads(value: Any, step: str | int) -> bool:
    if isinstance(value, dict):
        return step in value
    return isinstance(value, list) and isinstance(step, int) and 0 <= step < len(value)


def _unknown_field(spot: _Spot) -> _Words:
    return "unknown_field", f"There is no field {shown(spot.name)} here.", lambda: _meant(spot)


def _meant(spot: _Spot) -> str:
    fields = _fields_of(spot)
    known = _ELSEWHERE.get(spot.name)
    return f"Here it is called {shown(known)}." if known in fields else near(spot.name, fields)


def _missing_field(spot: _Spot) -> _Words:
    name = spot.name
    return "missing_field", f"The field {shown(name)} is missing.", _MISSING.get(name, "Add it.")


_MISSING = {
    "schema": f"Begin with \"schema\": \"{SCHEMA}\". "
    "What another system made is read by import_document.",
    "kind": f"It is one of {', '.join(KINDS)}.",
    "id": "Every node needs an id of its own.",
    "tool": "A task names the tool that it calls.",
}  # fmt: skip


def _missing_kind(_: _Spot) -> _Words:
    return "missing_field", "The field 'kind' is missing.", _MISSING["kind"]


def _unknown_kind(spot: _Spot) -> _Words:
    kind = _mapping(spot.value).get("kind")
    return (
        "unknown_kind",
        f"There is no kind of node {shown(kind)}.",
        lambda: near(str(kind), KINDS),
    )


def _wrong_type(spot: _Spot) -> _Words:
    wanted = _TYPES.get(spot.error["type"], "something else")
    return (
        "wrong_type",
        f"{_subject(spot)} must be {wanted}, not {_kind_of(spot.value)}.",
        _spelled(wanted, spot),
    )


def _spelled(wanted: str, spot: _Spot) -> str:
    if wanted == "text" and isinstance(spot.value, bool | int | float):
        return "Put it into quotes."
    is_item = bool(spot.path) and isinstance(spot.path[-1], int)
    if wanted == "a mapping" and spot.path[:-1] == ("inputs",):
        return "Write it as {type: string}, for example."
    if spot.name in _EXAMPLES:
        return _EXAMPLES[spot.name]
    if wanted == "a mapping" and is_item and (fields := _fields_of(spot)):
        return f"Write it as {{{fields[0]}: ...}}; its fields are {', '.join(fields)}."
    return _SPELLED.get(wanted, "Write something else.")


_EXAMPLES = {
    "retry": "Write it as {attempts: 3}, for example.",
    "timeout": "Write the seconds as a number, such as 60.",
}
_SPELLED = {
    "text": "Write text, in quotes where it looks like something else.",
    "an integer": "Write a whole number, without quotes.",
    "a number": "Write a number, without quotes.",
    "true or false": "Write true or false, without quotes.",
    "a mapping": "Write it as {name: value}.",
    "a list": "Write it as [...], also for a single item.",
}


_TYPES = {
    "string_type": "text",
    "int_type": "an integer",
    "int_from_float": "an integer",
    "float_type": "a number",
    "bool_type": "true or false",
    "dict_type": "a mapping",
    "mapping_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "tuple_type": "a list",
    "list_type": "a list",
}
_KINDS_OF: Mapping[type, str] = {
    str: "text", bool: "true or false", int: "an integer", float: "a number", list: "a list",
    dict: "a mapping", type(None): "null",
}  # fmt: skip


def _kind_of(value: Any) -> str:
    return _KINDS_OF.get(type(value), type(value).__name__)


def _subject(spot: _Spot) -> str:
    last = spot.path[-1] if spot.path else "The document"
    return f"Item {last}" if isinstance(last, int) else f"{last[:60]}"


def _wrong_pattern(spot: _Spot) -> _Words:
    found = spot.path[-1] if spot.is_key and spot.path else spot.value
    return _PATTERNS.get(spot.error["ctx"]["pattern"], _not_allowed)(found)


def _bad_id(found: Any) -> _Words:
    return (
        "bad_id",
        f"{shown(found)} cannot be an id.",
        "Use a letter followed by at most 63 letters, digits, '_' or '-'.",
    )


def _bad_digest(found: Any) -> _Words:
    return (
        "bad_digest",
        f"{shown(found)} is not the digest of a document.",
        "It has 64 lower-case hexadecimal digits.",
    )


def _bad_tool(found: Any) -> _Words:
    return "bad_id", f"{shown(found)} cannot be the name of a tool.", "Begin with a letter."


def _bad_output(found: Any) -> _Words:
    return (
        "bad_id",
        f"{shown(found)} cannot be the name of an output.",
        "Use up to 64 letters, digits, blanks, '_', '-' and '.'.",
    )


def _not_allowed(found: Any) -> _Words:
    return "bad_value", f"{shown(found)} is not allowed here.", "Spell it otherwise."


_PATTERNS: Mapping[str, Callable[[Any], _Words]] = {
    f"^{ID_PATTERN}$": _bad_id,
    r"^[A-Za-z0-9_][A-Za-z0-9_ .-]{0,63}$": _bad_output,
    r"^[0-9a-f]{64}$": _bad_digest,
    r"^[A-Za-z@][A-Za-z0-9_.@/:-]{0,127}$": _bad_tool,
}


def _wrong_value(spot: _Spot) -> _Words:
    said = spot.error["msg"][:200].removeprefix("Input ")
    return "bad_value", f"{_subject(spot)}: {shown(spot.value)} {said}.", "Use a value that fits."


def _too_long(spot: _Spot) -> _Words:
    limit = spot.error["ctx"].get("max_length")
    return "too_long", f"{_subject(spot)} has more than {limit:,} characters.", "Shorten it."


def _too_short(spot: _Spot) -> _Words:
    return "bad_value", f"{_subject(spot)} must not be empty.", "Fill it, or take it out."


def _choice(spot: _Spot) -> _Words:
    expected = str(spot.error["ctx"].get("expected", ""))
    return "bad_value", f"{_subject(spot)} cannot be {shown(spot.value)}.", f"Use {expected}."


def _recursion(_: _Spot) -> _Words:
    return "loops_too_deep", "Loops are nested too deep.", "Put inner loops into a subflow."


_TRANSLATIONS: Mapping[str, Callable[[_Spot], _Words]] = {
    "extra_forbidden": _unknown_field,
    "missing": _missing_field,
    "union_tag_not_found": _missing_kind,
    "union_tag_invalid": _unknown_kind,
    "string_pattern_mismatch": _wrong_pattern,
    "literal_error": _choice,
    "string_too_long": _too_long,
    "string_too_short": _too_short,
    "too_short": _too_short,
    "recursion_loop": _recursion,
    **dict.fromkeys(_TYPES, _wrong_type),
}


def _fields_of(spot: _Spot) -> list[str]:
    """The fields that may stand where ``spot`` is."""
    around = [step for step in spot.path[:-1] if isinstance(step, str)]
    where = around[-1] if around else ""
    if around[-2:-1] in (["inputs"], ["form"]):
        where = "input"
    if where == "nodes":
        where = str(_mapping(spot.parent).get("kind"))
    model = _MODELS.get(where)
    return [s.alias or n for n, s in model.model_fields.items()] if model else []


def _mapping(data: Any) -> dict[str, Any]:
    return data if isinstance(data, dict) else {}
