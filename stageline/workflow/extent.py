"""How large the structure of a document is, before the models look at it.

A model notes every error, each a hundred times as large as what it is about: a small text could
fill the memory. So what a model will look into is counted, and cut for the first errors.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from stageline.workflow.findings import Finding, Place

MAX_NODES = 10_000
MAX_ENTRIES = 200_000
"""Fields, control edges, cases, parameters and the like, in all nodes together."""
_DEEP = 40
_KEPT_ITEMS, _KEPT_FIELDS = 50, 200
_HOLDERS = ("after", "cases", "parameters", "inputs", "state", "next", "outputs", "retry")
_KNOWN = frozenset({"schema", "id", "kind", "tool", "type", "name", "node", "document", *_HOLDERS})


class Extent(NamedTuple):
    nodes: int
    entries: int


def find_excess(data: dict[str, Any]) -> Finding | None:
    """What there is too much of, if anything."""
    inputs = data.get("inputs")
    specs = _specs(inputs) if isinstance(inputs, dict) else 0
    nodes, entries = _level(data.get("nodes"))
    entries += len(data) + _size(data.get("outputs")) + specs
    if nodes > MAX_NODES:
        return Finding("too_many_nodes", f"There are {nodes:,} nodes, more than {MAX_NODES:,}.",
                       Place(("nodes",)), "Put parts of it into subflows.")  # fmt: skip
    if entries > MAX_ENTRIES:
        message = f"There are {entries:,} fields and items, more than {MAX_ENTRIES:,}."
        return Finding("too_many_fields", message, Place(), "Put parts of it into subflows.")
    return None


def _level(nodes: Any, depth: int = 0) -> Extent:
    if not isinstance(nodes, list) or depth > _DEEP:
        return Extent(0, 0)
    count, entries = len(nodes), 0
    for node in nodes if count <= MAX_NODES else ():
        if isinstance(node, dict):
            entries += len(node)
            for name in _HOLDERS:
                if name in node:
                    entries += _size(node[name])
            if "form" in node and isinstance(node["form"], dict):
                entries += _specs(node["form"])
            if "nodes" in node:
                inner = _level(node["nodes"], depth + 1)
                count, entries = count + inner.nodes, entries + inner.entries
    return Extent(count, entries)


def _specs(specs: dict[str, Any]) -> int:
    """Inputs, or fields of a form, with their fields and MIME types."""
    return sum(1 + _size(spec) + (_size(spec.get("mime")) if isinstance(spec, dict) else 0)
               for spec in specs.values())  # fmt: skip


def _size(data: Any) -> int:
    return len(data) if isinstance(data, list | dict) else 0


def cut(data: Any, left: int = _DEEP) -> Any:
    """The first items of each list, and the first fields of each mapping beside those known."""
    if isinstance(data, list):
        return [cut(item, left - 1) for item in data[:_KEPT_ITEMS]] if left else []
    if not isinstance(data, dict):
        return data
    fields = list(data.items()) if left else []
    kept = fields if len(fields) <= _KEPT_FIELDS else [
        (name, item) for number, (name, item) in enumerate(fields)
        if number < _KEPT_FIELDS or name in _KNOWN
    ]  # fmt: skip
    return {name: cut(item, left - 1) for name, item in kept}
