"""One spelling for each document and each value in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stageline import keys
from stageline.workflow.document import Input, LoopNode, Node, WaitNode, Workflow

_EXACT = 2**63


def encode(workflow: Workflow) -> bytes:
    """The canonical JSON of a checked document (see ``canonical.canonical``)."""
    return keys.canonical_json(data_of(workflow))


def data_of(workflow: Workflow) -> dict[str, Any]:
    """A document as plain data without defaults; reading it gives an equal document."""
    data = workflow.model_dump(by_alias=True, exclude_defaults=True)
    _restore(data.get("inputs", {}), workflow.inputs)
    _restore_nodes(data.get("nodes", ()), workflow.nodes)
    plain: dict[str, Any] = _plain(data)
    return plain


def _restore_nodes(data: Any, nodes: tuple[Node, ...]) -> None:
    """Put back what is equal to its default, but means something by being there."""
    for item, node in zip(data, nodes, strict=True):
        if isinstance(node, LoopNode):
            if node.is_over:
                item["over"] = node.over
            _restore_nodes(item.get("nodes", ()), node.nodes)
        elif isinstance(node, WaitNode):
            item.update({n: None for n in ("seconds", "until")
                         if n in node.model_fields_set and getattr(node, n) is None})  # fmt: skip
            _restore(item.get("form") or {}, node.form or {})


def _restore(data: Mapping[str, dict[str, Any]], specs: Mapping[str, Input]) -> None:
    for name, spec in specs.items():
        if spec.has_default:
            data[name]["default"] = spec.default
        if spec.required is not None and spec.required is not spec.has_default:
            del data[name]["required"]


def spelling(value: Any) -> bytes:
    """Equal for values that are equal in a document, and for no others."""
    return keys.canonical_json(_plain(value))


def _plain(value: Any) -> Any:
    """``value`` with one spelling for each number, and lists for tuples."""
    spelled = _SPELLINGS.get(type(value))
    return spelled(value) if spelled else value


def _number(value: float) -> int | float:
    return int(value) if value.is_integer() and -_EXACT <= value < _EXACT else value


_SPELLINGS: Mapping[type, Any] = {
    float: _number,
    dict: lambda value: {name: _plain(item) for name, item in value.items()},
    list: lambda value: [_plain(item) for item in value],
    tuple: lambda value: [_plain(item) for item in value],
}
