"""Whether a value from the store can be what a node gave: why not, or ``None`` if it can.

Its digests only say that it was written whole, not that it was written for this node.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stageline.keys import shown
from stageline.ports import Port, Tool
from stageline.workflow.document import WaitNode
from stageline.workflow.input_types import misfit

_CLASSES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
    "file": (dict,),
    "any": (object,),
}


def misfit_of_tool(tool: Tool, value: Mapping[str, Any]) -> str | None:
    """Its ports are those of the tool, and hold what it declares."""
    if value.keys() != tool.outputs.keys():
        return _other_names(value, tool.outputs)
    wrong = (n for n, port in tool.outputs.items() if not _holds(port, value[n]))
    name = next(wrong, None)
    if name is None:
        return None
    return f"{name} is {shown(value[name])}, where {tool.name} gives {tool.outputs[name].type}."


def misfit_of_wait(node: WaitNode, value: Mapping[str, Any]) -> str | None:
    """It is the time until which was waited, or an answer that the form takes."""
    form = node.form
    if form is None:
        is_time = value.keys() == {"until"} and isinstance(value["until"], str)
        return None if is_time else f"{shown(value)} is no time."
    if value.keys() != form.keys():
        return _other_names(value, form)
    given = ((n, v) for n, v in value.items() if v is not None or form[n].is_required)
    return next((f"{n}: {why}." for n, v in given if (why := misfit(form[n], v))), None)


def misfit_of_known(known: Mapping[str, Any], value: Mapping[str, Any]) -> str | None:
    """It is what is known to come out."""
    return None if value == known else f"It is {shown(value)} and should be {shown(known)}."


def _other_names(value: Mapping[str, Any], wanted: Mapping[str, Any]) -> str:
    return f"It has the ports {', '.join(value) or 'none'} instead of {', '.join(wanted)}."


def _holds(port: Port, value: Any) -> bool:
    if value is None:
        return port.nullable
    classes = _CLASSES.get(port.type, (object,))
    return isinstance(value, classes) and (not isinstance(value, bool) or int not in classes)
