"""Elyra: pipelines whose nodes name, at their input ports, the nodes before them, all of which
they need."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from stageline.workflow.canvas.draft import Canvas, Draft, Wire, note, unknown, values
from stageline.workflow.canvas.format import Format
from stageline.workflow.canvas.tolerance import (
    Data,
    canvas_ui,
    items,
    mapping,
    mappings,
    text,
    without,
)


def fits(data: Any) -> int:
    found = mapping(data)
    if isinstance(found.get("pipelines"), list):
        return 95 if found.get("doc_type") == "pipeline" or "primary_pipeline" in found else 40
    return 0


def read(data: Any) -> Canvas:
    canvas = Canvas("elyra")
    document = mapping(data)
    canvas.ui = {"data": without(document, "pipelines")}
    pipelines = mappings(document.get("pipelines"))
    primary = text(document.get("primary_pipeline"))
    for number, pipeline in enumerate(pipelines):
        app = mapping(pipeline.get("app_data"))
        properties = mapping(app.get("properties"))
        if text(pipeline.get("id")) == primary or number == 0:
            canvas.title = text(properties.get("name")) or text(app.get("name"))
            canvas.description = text(properties.get("description"))
        _read_pipeline(canvas, pipeline, number)
    return canvas


def _read_pipeline(canvas: Canvas, pipeline: Data, number: int) -> None:
    canvas.ui.setdefault("pipelines", []).append(without(pipeline, "nodes"))
    for at, given in enumerate(items(pipeline.get("nodes"))):
        node = mapping(given)
        draft = _add(canvas, node, f"{number}.{at}")
        if number:
            draft.ui["pipeline"] = text(pipeline.get("id"))
        canvas.wires += _wires(draft, node)
    comments = mapping(mapping(pipeline.get("app_data")).get("ui_data")).get("comments")
    for at, comment in enumerate(mappings(comments)):
        _comment(canvas, comment, f"comment {number}.{at}")


def _add(canvas: Canvas, node: Data, place: str) -> Draft:
    app = mapping(node.get("app_data"))
    ui_data = mapping(app.get("ui_data"))
    kind = text(node.get("op")) or text(node.get("type")) or "node"
    source = text(node.get("id")) or f"node {place}"
    title = text(app.get("label")) or text(ui_data.get("label")) or kind
    ui = canvas_ui(source, kind, [ui_data.get("x_pos"), ui_data.get("y_pos")],
                   [ui_data.get("width"), ui_data.get("height")])  # fmt: skip
    ui["data"] = {**without(node, "id", "op", "app_data"),
                  "app_data": without(app, "component_parameters")}  # fmt: skip
    draft = canvas.add(source, title, kind, ui)
    if text(node.get("type")) in {"super_node", "binding"}:
        values(draft)
        ui["data"]["app_data"] = app
        draft.ui = ui
    else:
        unknown(draft, app.get("component_parameters", without(app, "ui_data", "label")), "elyra.")
    return draft


def _wires(draft: Draft, node: Data) -> Iterator[Wire]:
    for port in mappings(node.get("inputs")):
        for link in mappings(port.get("links")):
            yield Wire(
                text(link.get("node_id_ref")),
                draft.source,
                source_port=text(link.get("port_id_ref")),
                target_port=text(port.get("id")),
                data={"link": link},
                needed=True,
            )


def _comment(canvas: Canvas, comment: Data, otherwise: str) -> None:
    source = text(comment.get("id")) or otherwise
    ui = canvas_ui(source, "comment", [comment.get("x_pos"), comment.get("y_pos")], comment,
                   without(comment, "id", "x_pos", "y_pos", "width", "height"))  # fmt: skip
    note(canvas.add(source, "Comment", "comment", ui), text(comment.get("content")))


FORMAT = Format("elyra", fits, read)
