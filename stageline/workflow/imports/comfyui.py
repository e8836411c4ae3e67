"""ComfyUI: the editor's form (``nodes`` and ``links`` with slots) and the form of its API, a
mapping from ids to ``class_type`` and ``inputs``, in which ``[id, slot]`` is a link."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from stageline.workflow.canvas.draft import Canvas, Draft, Wire, note, unknown
from stageline.workflow.canvas.format import Format
from stageline.workflow.canvas.naming import port_name
from stageline.workflow.canvas.tolerance import (
    Data,
    canvas_ui,
    items,
    mapping,
    mappings,
    text,
    without,
)

_REMARKS = frozenset({"Note", "MarkdownNote"})
_OFF = {2: "muted", 4: "bypassed"}


def _prompt(data: Any) -> Data:
    found = mapping(data)
    inner = mapping(found.get("prompt"))
    chosen = inner if _is_prompt(inner) else found
    return chosen if _is_prompt(chosen) else {}


def _is_prompt(data: Data) -> bool:
    return any(isinstance(n, Mapping) and "class_type" in n for n in data.values())


def fits(data: Any) -> int:
    found = mapping(data)
    marks = sum(name in found for name in ("last_node_id", "last_link_id", "links"))
    if "nodes" in found and marks:
        return 60 + 10 * marks
    return 80 if _prompt(data) else 0


def read(data: Any) -> Canvas:
    canvas = Canvas("comfyui")
    if "nodes" not in mapping(data) and (prompt := _prompt(data)):
        _read_prompt(canvas, prompt)
    else:
        _read_editor(canvas, mapping(data))
    return canvas


# --- the editor's form


def _read_editor(canvas: Canvas, data: Data) -> None:
    canvas.title = text(data.get("name"))
    canvas.ui = {"data": without(data, "nodes", "links")}
    names = {text(s.get("id")): text(s.get("name"))
             for s in mappings(mapping(data.get("definitions")).get("subgraphs"))}  # fmt: skip
    nodes: dict[str, Data] = {}
    for number, given in enumerate(items(data.get("nodes"))):
        node = mapping(given)
        draft = _add(canvas, node, number, names)
        nodes.setdefault(draft.source, node)
    for number, group in enumerate(mappings(data.get("groups"))):
        _frame(canvas, group, number)
    canvas.wires = [_link(link, nodes) for link in items(data.get("links"))]


def _add(canvas: Canvas, node: Data, number: int, subgraphs: Mapping[str, str]) -> Draft:
    kind = text(node.get("type")) or "node"
    source = text(node.get("id")) or f"node {number}"
    title = text(node.get("title")) or subgraphs.get(kind) or kind
    ui = canvas_ui(source, kind, node.get("pos"), node.get("size"))
    ui["data"] = without(node, "id", "type", "pos", "size", "widgets_values")
    draft = canvas.add(source, title, kind, ui)
    values = node.get("widgets_values")
    if kind in _REMARKS:
        note(draft, "\n".join(v for v in items(values) if isinstance(v, str)))
        return draft
    unknown(draft, {} if values is None else {"widgets_values": values}, "comfyui.")
    if kind in subgraphs:
        canvas.warn("subgraph_kept", f"This node stands for the subgraph {title[:100]!r}.",
                    "Its content is kept under 'ui' and not imported.", draft.id)  # fmt: skip
    if (off := _OFF.get(node["mode"] if isinstance(node.get("mode"), int) else 0)) is not None:
        canvas.warn("disabled_node", f"This node is {off} in ComfyUI.",
                    "Take it out, or leave it to the tool.", draft.id)  # fmt: skip
    return draft


def _frame(canvas: Canvas, group: Data, number: int) -> None:
    box = items(group.get("bounding"))
    ui = canvas_ui(f"group {number}", "group", box[:2], box[2:4])
    draft = canvas.add(f"group {number}", text(group.get("title")) or "Group", "group",
                       {**ui, "data": group})  # fmt: skip
    note(draft, text(group.get("title")))


def _link(given: Any, nodes: Mapping[str, Data]) -> Wire:
    """A link is a list, in newer versions a mapping."""
    link = mapping(given)
    names = ("id", "origin_id", "origin_slot", "target_id", "target_slot", "type")
    parts = [link.get(n) for n in names] if link else [*items(given), *[None] * 6][:6]
    _, source, out, target, into, _ = parts
    output = _slot(nodes.get(text(source)), "outputs", out)
    parameter = _slot(nodes.get(text(target)), "inputs", into)
    return Wire(text(source), text(target), "data", output, parameter, "",
                port_name(parameter, "input"), port_name(output), {"link": given})  # fmt: skip


def _slot(node: Data | None, side: str, index: Any) -> str:
    slots = items(mapping(node).get(side))
    known = isinstance(index, int) and not isinstance(index, bool) and 0 <= index < len(slots)
    name = text(mapping(slots[index]).get("name")) if known else ""
    return name or f"{side[:-1]}_{text(index)}"


# --- the API's form


def _read_prompt(canvas: Canvas, prompt: Data) -> None:
    for source, given in prompt.items():
        node = mapping(given)
        kind = text(node.get("class_type")) or "node"
        title = text(mapping(node.get("_meta")).get("title")) or kind
        ui = canvas_ui(source, kind, data=without(node, "inputs", "class_type"))
        draft = canvas.add(source, title, kind, ui)
        inputs = mapping(node.get("inputs"))
        linked = {name for name, value in inputs.items() if _is_link(value, prompt)}
        unknown(draft, without(inputs, *linked), "comfyui.")
        canvas.wires += _links(source, inputs, linked)


def _is_link(value: Any, prompt: Data) -> bool:
    return (
        isinstance(value, list)
        and len(value) == 2
        and isinstance(value[0], str | int)
        and not isinstance(value[0], bool)
        and isinstance(value[1], int)
        and (text(value[0]) in prompt or isinstance(value[0], str))
    )


def _links(target: str, inputs: Data, linked: set[str]) -> Iterator[Wire]:
    for name, value in inputs.items():
        if name in linked:
            output = f"output_{value[1]}"
            yield Wire(text(value[0]), target, "data", output, name, "",
                       port_name(name, "input"), port_name(output))  # fmt: skip


FORMAT = Format("comfyui", fits, read, ("comfy",))
