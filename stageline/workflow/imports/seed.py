"""The seed format for jobs: ``steps`` that call tools, with mappings in and out of variables.

A value of ``parameter_mappings`` that names a declared variable - one of ``input_variables``, or
one that the ``output_mappings`` of a step before declare - is a reference; anything else is a
literal. What a step needs decides what it waits for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from stageline.plugins import find_tool
from stageline.workflow.canvas.draft import Canvas, Draft, Wire, unknown
from stageline.workflow.canvas.format import Format
from stageline.workflow.canvas.naming import identifier, port_name
from stageline.workflow.canvas.terms import Raw, Ref
from stageline.workflow.canvas.tolerance import (
    Data,
    canvas_ui,
    items,
    mapping,
    number,
    text,
    whole,
    without,
)

_TYPES = {
    "str": "string", "text": "string", "string": "string", "int": "integer",
    "integer": "integer", "float": "number", "number": "number", "bool": "boolean",
    "boolean": "boolean", "list": "array", "array": "array", "dict": "object",
    "object": "object", "json": "object", "file": "file", "path": "string",
}  # fmt: skip
_KEYS = ("name", "parameter", "target", "to", "key", "variable", "id")
_VALUES = ("value", "source", "from", "variable", "output", "port")
_WHOLE = frozenset({"output", "result", "return", "value"})  # the first output of our tools
_STEP = ("id", "name", "title", "tool", "tool_id", "tool_name", "parameter_mappings",
         "output_mappings", "position", "depends_on")  # fmt: skip


def _steps(data: Data) -> list[Any]:
    """The steps: a list, or a mapping from their ids."""
    steps = data.get("steps")
    if isinstance(steps, Mapping):
        return [{"id": name, **mapping(step)} for name, step in steps.items()]
    return items(steps)


def fits(data: Any) -> int:
    found = mapping(data)
    steps = [mapping(step) for step in _steps(found)]
    mapped = any("parameter_mappings" in s or "output_mappings" in s for s in steps)
    if mapped or ("input_variables" in found and "steps" in found):
        return 90
    return 45 if steps and all("tool" in s for s in steps) else 0


def read(data: Any) -> Canvas:
    canvas = Canvas("seed")
    document = mapping(data)
    canvas.title = text(document.get("name")) or text(document.get("title"))
    canvas.description = text(document.get("description"))
    canvas.ui = {"data": without(document, "steps")}
    variables: dict[str, Ref] = {}
    untyped: set[str] = set()
    for name, given in _entries(document.get("input_variables"), _KEYS, ()):
        variables[name] = Ref("inputs", (canvas.input(name, _input(given)),))
        if not mapping(given).get("type") and not isinstance(given, str | int | float | list):
            untyped.add(name)
    for number_, given in enumerate(_steps(document)):
        _step(canvas, variables, mapping(given), number_)
    _type_inputs(canvas, {variables[name].path[0] for name in untyped})
    _outputs(canvas, variables, document)
    return canvas


def _entries(
    given: Any, keys: tuple[str, ...], values: tuple[str, ...]
) -> Iterator[tuple[str, Any]]:
    """Names with what belongs to them: of a mapping, of a list of mappings, of a list of names."""
    yield from mapping(given).items()
    for entry in items(given):
        if isinstance(entry, str):
            yield entry, entry if values else {}
        key = next((k for k in keys if isinstance(mapping(entry).get(k), str)), None)
        if key is not None:
            found = [v for v in values if v in entry and v != key]
            yield entry[key], entry[found[0]] if found else None if values else entry


def _input(given: Any) -> dict[str, Any]:
    """An input: from a definition, a name of a type, or a value that it has by default."""
    if isinstance(given, str) and given.lower() in _TYPES:
        return {"type": _TYPES[given.lower()]}
    if not isinstance(given, Mapping):
        return {"type": _type_of(given), **({} if given is None else {"default": given})}
    default = given.get("default", given.get("default_value", given.get("value")))
    kind = _TYPES.get(text(given.get("type")).lower()) or _type_of(default)
    found: dict[str, Any] = {"type": kind}
    if description := text(given.get("description")):
        found["description"] = description
    if default is not None and (_type_of(default) == kind or {_type_of(default), kind} ==
                                {"integer", "number"}):  # fmt: skip
        found["default"] = default
    elif given.get("required") is False or given.get("optional") is True:
        found.update(required=False, default=None)
    return found


def _type_inputs(canvas: Canvas, untyped: set[str | int]) -> None:
    """Inputs that say nothing of their type get that of the first port that they fill."""
    for draft in canvas.drafts.values():
        tool = find_tool(draft.fields["tool"])
        for name, value in draft.fields["parameters"].items() if tool else ():
            port = tool.ports.get(name) if tool else None
            if (
                port
                and isinstance(value, Ref)
                and value.root == "inputs"
                and (value.path[0] in untyped and port.type in _TYPES.values())
            ):
                untyped.discard(value.path[0])
                canvas.inputs[str(value.path[0])]["type"] = port.type


def _type_of(value: Any) -> str:
    kinds = {bool: "boolean", int: "integer", float: "number", list: "array", dict: "object"}
    return kinds.get(type(value), "string")


def _step(canvas: Canvas, variables: dict[str, Ref], step: Data, number_: int) -> None:
    name = text(step.get("id")) or text(step.get("name")) or f"step {number_ + 1}"
    tool = next((text(step[k]) for k in ("tool", "tool_id", "tool_name") if text(step.get(k))), "")
    title = text(step.get("name")) or text(step.get("title")) or name
    ui = canvas_ui(name, tool, step.get("position"), data=without(step, *_STEP))
    draft = canvas.add(name, title, tool or "tool", ui)
    parameters = _parameters(canvas, variables, step, draft)
    found = find_tool(tool) if tool else None
    if found is not None:
        draft.fields, draft.strict = {"tool": tool, "parameters": parameters}, True
    else:
        unknown(draft, {})
        draft.fields["parameters"] = parameters
    draft.fields.update(_policy(step))
    canvas.alias(title, draft)
    for before in items(step.get("depends_on")):
        canvas.wires.append(Wire(text(before), draft.source, source_port="depends_on"))
    known = list(found.outputs) if found else []
    for port, variable in _ports(step, known):
        whole_result = bool(known) and port not in known and port in _WHOLE
        variables[variable] = Ref(draft.id, (known[0] if whole_result else port_name(port),))


def _parameters(
    canvas: Canvas, variables: Mapping[str, Ref], step: Data, draft: Draft
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in _entries(step.get("parameter_mappings"), _KEYS, _VALUES):
        variable = variables.get(value) if isinstance(value, str) else None
        found[name if name == port_name(name) else identifier(name)] = variable or Raw(value)
        source = canvas.drafts.get(variable.root) if variable else None
        if source is not None and variable is not None:
            canvas.wires.append(Wire(source.source, draft.source, "drawn", str(variable.path[0]),
                                     name))  # fmt: skip
    return found


def _ports(step: Data, known: list[str]) -> Iterator[tuple[str, str]]:
    """Output ports with the variables that they fill. A mapping leads from the port to the
    variable, unless only its other side names a port of the tool."""
    for name, value in _entries(step.get("output_mappings"), _KEYS, _VALUES):
        other = value if isinstance(value, str) and value else name
        turned = bool(known) and name not in known and other in known
        yield (other, name) if turned else (name, other)


def _policy(step: Data) -> dict[str, Any]:
    found: dict[str, Any] = {}
    seconds = number(step.get("timeout", step.get("timeout_seconds")))
    if seconds is not None and 0 < seconds <= 31_536_000:
        found["timeout"] = seconds
    retries = whole(step.get("retries", step.get("max_retries")), 0, 99)
    if retries:
        found["retry"] = {"attempts": retries + 1}
    return found


def _outputs(canvas: Canvas, variables: Mapping[str, Ref], document: Data) -> None:
    """What the document declares as output; otherwise every variable that a step fills."""
    declared = list(_entries(document.get("output_variables", document.get("outputs")), _KEYS,
                             _VALUES))  # fmt: skip
    wanted = {name: variables.get(value if isinstance(value, str) else name, variables.get(name))
              for name, value in declared}  # fmt: skip
    if not declared:
        wanted = {name: ref for name, ref in variables.items() if ref.root != "inputs"}
    for name, ref in wanted.items():
        if ref is not None:
            canvas.outputs[identifier(name, "output") if not name.isidentifier() else name] = ref
        else:
            canvas.warn("unknown_variable", f"The output {name[:100]!r} names no variable.",
                        "Name an input variable, or one that a step fills.")  # fmt: skip


FORMAT = Format("seed", fits, read, ("job", "steps"))
