"""What each node and frame of ComfyUI's editor becomes."""

from __future__ import annotations

from stageline.workflow.canvas.draft import Canvas, Draft, note, unknown
from stageline.workflow.canvas.tolerance import Data, canvas_ui, items, text, without

_REMARKS = frozenset({"Note", "MarkdownNote"})
_OFF = {2: "muted", 4: "bypassed"}


def add_node(canvas: Canvas, node: Data, source: str, title: str) -> Draft:
    """A remark, or a task whose tool is not here."""
    kind = text(node.get("type")) or "node"
    ui = canvas_ui(source, kind, node.get("pos"), node.get("size"))
    ui["data"] = without(node, "id", "type", "pos", "size", "widgets_values")
    draft = canvas.add(source, text(node.get("title")) or title or kind, kind, ui)
    values = node.get("widgets_values")
    if kind in _REMARKS:
        note(draft, "\n".join(v for v in items(values) if isinstance(v, str)))
        return draft
    unknown(draft, {} if values is None else {"widgets_values": values}, "comfyui.")
    if (off := _OFF.get(node["mode"] if isinstance(node.get("mode"), int) else 0)) is not None:
        canvas.warn("disabled_node", f"This node is {off} in ComfyUI.",
                    "Take it out, or leave it to the tool.", draft.id)  # fmt: skip
    return draft


def add_frame(canvas: Canvas, group: Data, source: str) -> Draft:
    """A frame around nodes, as a remark."""
    box = items(group.get("bounding"))
    ui = canvas_ui(source, "group", box[:2], box[2:4])
    title = text(group.get("title"))
    draft = canvas.add(source, title or "Group", "group", {**ui, "data": group})
    note(draft, title)
    return draft
