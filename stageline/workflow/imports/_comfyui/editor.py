"""The sheets of ComfyUI's editor: the workflow, and the inside of each subgraph where it is used.

A subgraph is a loop of one round. Its body begins with a node that holds what comes in and ends
with one that holds what goes out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from stageline.workflow.canvas.draft import Canvas, Draft, Wire, WireKind
from stageline.workflow.canvas.naming import port_name
from stageline.workflow.canvas.terms import Raw, Ref
from stageline.workflow.canvas.tolerance import Data, items, mapping, mappings, text, without
from stageline.workflow.imports._comfyui.nodes import add_frame, add_node
from stageline.workflow.imports._comfyui.panels import Panel, panel, slot_name

DEEPEST, MOST = 6, 9_000  # documents may hold 10,000 nodes
_PANELS = ("input", "output")
_LINK = ("id", "origin_id", "origin_slot", "target_id", "target_slot", "type")


@dataclass
class Sheet:
    """One sheet. ``prefix`` tells its nodes from those of others; ``opened`` has the sheet behind
    each node that stands for a subgraph. ``into`` and ``out`` are the panels of a subgraph."""

    data: Data
    prefix: str = ""
    loop: Draft | None = None
    within: tuple[str, ...] = ()
    into: Panel | None = None
    out: Panel | None = None
    nodes: dict[str, Data] = field(default_factory=dict)
    opened: dict[str, Sheet] = field(default_factory=dict)


class Editor:
    """Puts all sheets on one canvas."""

    def __init__(self, canvas: Canvas, data: Data) -> None:
        self._canvas = canvas
        given = mappings(mapping(data.get("definitions")).get("subgraphs"))
        self._subgraphs = {text(s.get("id")): s for s in reversed(given) if text(s.get("id"))}
        self._sheets: list[Sheet] = []

    def read(self, data: Data) -> None:
        self._fill(Sheet(data))
        for sheet in self._sheets:  # outer ones first: they say what comes into the inner ones
            self._canvas.wires += [
                self._wire(sheet, link) for link in items(sheet.data.get("links"))
            ]

    # --- nodes

    def _fill(self, sheet: Sheet) -> None:
        self._sheets.append(sheet)
        given = [mapping(node) for node in items(sheet.data.get("nodes"))]
        added = [self._add(sheet, node, number) for number, node in enumerate(given)]
        for number, group in enumerate(mappings(sheet.data.get("groups"))):
            self._enclose(add_frame(self._canvas, group, f"{sheet.prefix}group {number}"), sheet)
        for draft, node in zip(added, given, strict=True):
            subgraph = self._subgraphs.get(text(node.get("type")))
            if subgraph is not None:
                self._open(sheet, draft, node, subgraph)

    def _add(self, sheet: Sheet, node: Data, number: int) -> Draft:
        name = text(node.get("id")) or f"node {number}"
        sheet.nodes.setdefault(name, node)
        title = text(mapping(self._subgraphs.get(text(node.get("type")))).get("name"))
        draft = add_node(self._canvas, node, f"{sheet.prefix}{name}", title)
        self._enclose(draft, sheet)
        return draft

    def _enclose(self, draft: Draft, sheet: Sheet) -> None:
        draft.container = sheet.loop.id if sheet.loop else None

    def _open(self, sheet: Sheet, draft: Draft, node: Data, subgraph: Data) -> None:
        """Read the inside of a subgraph where it is used; not where it would never end."""
        more = len(items(subgraph.get("nodes"))) + len(items(subgraph.get("groups")))
        many = len(self._canvas.drafts) + more + len(_PANELS) > MOST
        again = draft.type in sheet.within or self._canvas.find(draft.source) is not draft
        if again or many or len(sheet.within) >= DEEPEST:
            message = f"This node stands for the subgraph {draft.title[:100]!r}."
            hint = "It holds itself, or too much, to be read here; it is kept under 'ui'."
            self._canvas.warn("subgraph_kept", message, hint, draft.id)
            return
        inner = Sheet(subgraph, f"{draft.source}:", draft, (*sheet.within, draft.type))
        draft.ui["data"].update(
            widgets_values=node.get("widgets_values"),
            subgraph=without(subgraph, "nodes", "links", "groups"),
        )
        inner.into = panel(self._canvas, subgraph, _PANELS[0], draft)
        self._fill(inner)
        inner.out = panel(self._canvas, subgraph, _PANELS[1], draft)
        inner.out.given.update((port, Raw(None)) for port in inner.out.ports)
        outputs = {port: Ref(inner.out.draft.id, ("values", port)) for port in inner.out.ports}
        draft.kind, draft.unknown = "loop", False
        draft.fields = {"until": "True", "limit": 1, "outputs": outputs}
        sheet.opened.setdefault(draft.source.removeprefix(sheet.prefix), inner)

    # --- links

    def _wire(self, sheet: Sheet, given: Any) -> Wire:
        """A link is a list, in newer versions a mapping."""
        link = mapping(given)
        parts = [link.get(n) for n in _LINK] if link else [*items(given), *[None] * 6][:6]
        source, target = (text(parts[1]), parts[2]), (text(parts[3]), parts[4])
        output = slot_name(sheet.nodes.get(source[0]), "outputs", source[1])
        parameter = slot_name(sheet.nodes.get(target[0]), "inputs", target[1])
        port, value = self._value(sheet, *source)
        return Wire(
            f"{sheet.prefix}{source[0]}", f"{sheet.prefix}{target[0]}",
            self._kind(sheet, value, *target), output, parameter, "",
            port_name(parameter, "input"), port, {"link": given}, needed=True,
        )  # fmt: skip

    def _value(self, sheet: Sheet, name: str, slot: Any) -> tuple[str, Ref | None]:
        """The port that an output means, and what is there, if anything."""
        draft = self._canvas.find(f"{sheet.prefix}{name}")
        if draft is None or not draft.runs:
            return "", None
        if sheet.into is not None and draft is sheet.into.draft:
            port = sheet.into.port(slot)
            return port, sheet.into.value(port)
        inner = sheet.opened.get(name)
        if inner is not None and inner.out is not None:
            port = inner.out.port_of(sheet.nodes[name], "outputs", slot)
            return port, Ref(draft.id, (port,)) if port else None
        port = port_name(slot_name(sheet.nodes.get(name), "outputs", slot))
        return port, Ref(draft.id, (port,))

    def _kind(self, sheet: Sheet, value: Ref | None, name: str, slot: Any) -> WireKind:
        """What a link to a slot is; where it leads to a panel, its value is put there."""
        held, port = sheet.out, sheet.out.port(slot) if sheet.out else ""
        inner = sheet.opened.get(name)
        if inner is not None and inner.into is not None:
            held, port = inner.into, inner.into.port_of(sheet.nodes[name], "inputs", slot)
        elif held is None or self._canvas.find(f"{sheet.prefix}{name}") is not held.draft:
            return "data" if value is not None else "control"
        return "drawn" if held.put(port, value) else "control"
