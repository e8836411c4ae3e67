"""Tasks whose tool is not here, for the check: it would speak of nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

_NOBODY = "0" * 64


def as_foreign(nodes: Any, strange: Callable[[Mapping[str, Any]], bool]) -> Any:
    """Tasks that are ``strange`` as calls of documents that nobody has: their ports are as
    unknown, and there is nothing to complain of. So the check has room to tell all else."""
    return [_foreign(node, strange) for node in nodes] if isinstance(nodes, list) else nodes


def _foreign(node: Any, strange: Callable[[Mapping[str, Any]], bool]) -> Any:
    if not isinstance(node, Mapping):
        return node
    if "nodes" in node:
        return {**node, "nodes": as_foreign(node["nodes"], strange)}
    if not strange(node):
        return node
    rest = {name: value for name, value in node.items() if name not in ("tool", "parameters")}
    inputs = node.get("parameters", {})
    return {**rest, "kind": "subflow", "document": _NOBODY, "inputs": inputs}
