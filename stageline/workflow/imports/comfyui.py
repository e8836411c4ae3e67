"""ComfyUI: the editor's form (``nodes`` and ``links`` with slots) and the form of its API, a
mapping from ids to ``class_type`` and ``inputs``, in which ``[id, slot]`` is a link.
Subgraphs are opened where they are used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from stageline.workflow.canvas.draft import Canvas, Wire, unknown
from stageline.workflow.canvas.format import Format
from stageline.workflow.canvas.naming import port_name
from stageline.workflow.canvas.tolerance import Data, canvas_ui, mapping, text, without
from stageline.workflow.imports._comfyui.editor import Editor


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
    Editor(canvas, data).read(data)


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
