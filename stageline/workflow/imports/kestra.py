"""Kestra: a YAML document with ``id``, ``namespace`` and ``tasks``, which run one after another.

Tasks that hold tasks become branches (If, Switch) and loops (ForEach; of one round: Parallel,
Sequential, Dag and others). What Kestra itself would refuse is refused here, each with a name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stageline.workflow.canvas.draft import Canvas
from stageline.workflow.canvas.format import Format
from stageline.workflow.canvas.tolerance import Data, mapping, mappings, text, without
from stageline.workflow.imports._kestra.rules import refuse
from stageline.workflow.imports._kestra.tasks import Tasks

_TYPES = {
    "STRING": "string", "INT": "integer", "FLOAT": "number", "BOOLEAN": "boolean",
    "BOOL": "boolean", "FILE": "file", "JSON": "object", "ARRAY": "array", "MULTISELECT": "array",
}  # fmt: skip


def fits(data: Any) -> int:
    found = mapping(data)
    tasks = mappings(found.get("tasks"))
    if any("io.kestra" in text(task.get("type")) for task in tasks):
        return 95
    if "namespace" in found and ("tasks" in found or "id" in found):
        return 70
    return 30 if tasks and all("type" in task and "id" in task for task in tasks) else 0


def read(data: Any) -> Canvas:
    canvas = Canvas("kestra")
    document = mapping(data)
    canvas.title, canvas.description = text(document.get("id")), text(document.get("description"))
    canvas.ui = {"data": without(document, "tasks")}
    refuse(canvas, document)
    for given in mappings(document.get("inputs")):
        _input(canvas, given)
    tasks = Tasks(canvas)
    ends = tasks.sequence(document.get("tasks"), [], None)
    tasks.after_failures(document.get("errors"))
    tasks.at_last(document.get("finally"), ends)
    for trigger in mappings(document.get("triggers")):
        tasks.trigger(trigger)
    return canvas


def _input(canvas: Canvas, given: Data) -> None:
    name = text(given.get("id")) or text(given.get("name"))
    kind = _TYPES.get(text(given.get("type")).upper(), "string")
    definition: dict[str, Any] = {"type": kind}
    default = given.get("defaults")
    if _is_of(default, kind):
        definition["default"] = default
    elif given.get("required") is False or default is not None:
        definition.update(required=False, default=None)
    if description := text(given.get("description")):
        definition["description"] = description
    if name:
        canvas.input(name, definition)


def _is_of(value: Any, kind: str) -> bool:
    types: Mapping[str, Any] = {"string": str, "integer": int, "number": (int, float),
                                "boolean": bool, "array": list, "object": Mapping}  # fmt: skip
    if isinstance(value, bool) and kind != "boolean":
        return False
    return kind in types and isinstance(value, types[kind])


FORMAT = Format("kestra", fits, read, ("kestra_invalid",))
