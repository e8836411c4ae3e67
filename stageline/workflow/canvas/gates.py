"""Nodes at which several ways meet, and which also need values from afar.

Such a node is to run if one of the ways was gone. But a value that it needs is a way of its own,
alive whenever its source ran. So the ways meet in a node before it, which needs nothing. The
same goes for nodes that it works with, whichever way was gone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from stageline.plugins import find_tool
from stageline.workflow.canvas.draft import Canvas, Draft, values
from stageline.workflow.canvas.loops import chain
from stageline.workflow.canvas.terms import Ref, references_in

After = dict[str, list[dict[str, Any]]]


def add_gates(canvas: Canvas, after: After, needed: Collection[tuple[str, str]]) -> dict[str, str]:
    """Put a node before each such one, and say which; ``after`` is changed. ``needed`` has the
    (node, other) where one works with the other."""
    found = {}
    for name, edges in list(after.items()):
        draft = canvas.drafts[name]
        beside = [edge for edge in edges if (name, edge["node"]) in needed]
        ways = [edge for edge in edges if (name, edge["node"]) not in needed]
        sources = {way["node"] for way in ways}
        several = len({(w["node"], w["on"], w.get("case")) for w in ways}) > 1
        afar = beside or any(_is_afar(canvas, ref, sources) for ref in _needed(draft))
        if several and afar and draft.join != "all":
            gate = canvas.generate(f"Before {draft.title or draft.id}", draft)
            values(gate)
            after[gate.id] = ways
            after[name] = [{"node": gate.id, "on": "done"}, *beside]
            found[name] = gate.id
        if beside and len(after[name]) > 1:
            draft.join = "all"
    return found


def _is_afar(canvas: Canvas, ref: Ref, sources: set[str]) -> bool:
    return ref.root in canvas.drafts and sources.isdisjoint(chain(canvas, ref.root))


def _needed(draft: Draft) -> Iterator[Ref]:
    """The references without which a node cannot run."""
    fields = draft.fields
    if draft.kind == "task":
        tool = find_tool(fields["tool"])
        for port, value in fields["parameters"].items():
            if tool is None or (port in tool.ports and tool.ports[port].required):
                yield from references_in(value)
    elif draft.kind == "branch":
        yield from references_in([when for _, when in fields["cases"]])
    else:
        yield from references_in([fields.get(n) for n in ("over", "state", "seconds", "until")
                                  if n != "until" or draft.kind == "wait"])  # fmt: skip
