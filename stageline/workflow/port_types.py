"""Types of ports: what a node gives, and what fits where.

A type is one of JSON's (``string``, ``number``, ``integer``, ``boolean``, ``array``, ``object``,
``null``), ``file``, or ``any``, which fits everything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from stageline.workflow.document import LoopNode, SubflowNode, WaitNode, Workflow
from stageline.workflow.toolbox import Toolbox

# A file is given as text (a path or URI) or as the data of an opened one.
_FITS = frozenset({
    ("integer", "number"), ("string", "file"), ("object", "file"), ("file", "object"),
})  # fmt: skip
_ERROR = {"error": "any"}
_NAMED, _LISTED = frozenset({"object", "file", "any"}), frozenset({"array", "any"})


def fits(given: str, wanted: str, nullable: bool = False) -> bool:
    """Whether a value of type ``given`` can be used where ``wanted`` is asked for."""
    return (
        given in (wanted, "any")
        or wanted == "any"
        or (given, wanted) in _FITS
        or (given == "null" and nullable)
    )


def has_step(kind: str, step: str | int) -> bool:
    """Whether a value of this type can have a field (a name) or an item (a number)."""
    return kind in (_NAMED if isinstance(step, str) else _LISTED)


def outputs_of(
    node: Any, toolbox: Toolbox, documents: Mapping[str, Workflow]
) -> Mapping[str, str] | None:
    """The type of each output port of a node; ``None`` where that cannot be known."""
    if node.kind == "task":  # nearly all nodes are
        kit = toolbox.find(node.tool)
        return kit.outputs if kit else None
    return _OUTPUTS[node.kind](node, documents)


def _branch(*_: Any) -> Mapping[str, str]:
    return {"case": "string", **_ERROR}


def _loop(node: LoopNode, *_: Any) -> Mapping[str, str]:
    outputs = dict.fromkeys(node.outputs, "array" if node.is_over else "any")
    return {**outputs, **dict.fromkeys(node.state, "any"), "count": "integer", **_ERROR}


def _subflow(node: SubflowNode, documents: Mapping[str, Workflow]) -> Mapping[str, str] | None:
    found = documents.get(node.document)
    return {**dict.fromkeys(found.outputs, "any"), **_ERROR} if found else None


def _wait(node: WaitNode, *_: Any) -> Mapping[str, str]:
    if node.form is None:
        return {"until": "string", **_ERROR}
    return {**{name: spec.type for name, spec in node.form.items()}, **_ERROR}


def _note(*_: Any) -> Mapping[str, str]:
    return {}


_OUTPUTS: Mapping[str, Callable[..., Mapping[str, str] | None]] = {
    "branch": _branch,
    "loop": _loop,
    "subflow": _subflow,
    "wait": _wait,
    "note": _note,
}
