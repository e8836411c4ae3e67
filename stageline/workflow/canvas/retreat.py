"""What the check refuses is taken back to what is sure; no node is dropped for it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from stageline.workflow.canvas.draft import Canvas, Draft, Kind, unknown
from stageline.workflow.canvas.terms import Raw
from stageline.workflow.canvas.tolerance import mapping, text
from stageline.workflow.findings import Finding, Path


def retreat(canvas: Canvas, data: Mapping[str, Any], errors: Iterable[Finding]) -> bool:
    """Take back every place in the document ``data`` that an error names; whether anything was
    changed."""
    changed = False
    for error in errors:
        node, place, inner = _within(data, error.place.path)
        draft = canvas.drafts.get(node)
        if draft is not None:
            done = _BACK[draft.kind](canvas, draft, place, error) or _handed(canvas, inner, place)
        else:
            done = _output(canvas, error.place.path)
        if done:
            changed = True
            canvas.warn("untranslated_expression", error.message,
                        "What stood there is kept in the node's 'ui'.", node or None)  # fmt: skip
    return changed


def _within(data: Any, path: Path) -> tuple[str, Path, Any]:
    """The id of the innermost node on a path, the rest of the path inside that node, and the
    node."""
    found, rest = "", path
    for at in range(0, len(path) - 1, 2):
        if path[at] != "nodes" or not isinstance(path[at + 1], int):
            break
        data = data["nodes"][path[at + 1]]
        found, rest = data["id"], path[at + 2 :]
    return found, rest, data


def _handed(canvas: Canvas, loop: Any, place: Path) -> bool:
    """A port that a loop was to hand on from a node that turns out not to have it."""
    if len(place) < 2 or place[0] not in ("next", "outputs"):
        return False
    value = loop.get(place[0], {}).get(place[1])
    root, dot, rest = text(mapping(value).get("ref")).partition(".")
    port = (root, re.split(r"[.\[]", rest)[0])
    known = not dot or port in canvas.absent
    canvas.absent.add(port)
    return not known


def _output(canvas: Canvas, path: Path) -> bool:
    """An output of the workflow becomes null."""
    name = str(path[1]) if len(path) > 1 and path[0] == "outputs" else ""
    if name not in canvas.outputs or canvas.outputs[name] == Raw(None):
        return False
    canvas.outputs[name] = Raw(None)
    return True


def _task(_canvas: Canvas, draft: Draft, place: Path, _error: Finding) -> bool:
    if draft.otherwise is not None:
        draft.fields, draft.otherwise = {**draft.fields, **draft.otherwise}, None
        draft.unknown = True
        return True
    parameters = draft.fields["parameters"]
    name = place[1] if len(place) > 1 else ""
    if draft.strict or name not in parameters or isinstance(parameters[name], Raw):
        return False
    if len(place) > 2 and isinstance(parameters[name], dict) and place[2] in parameters[name]:
        parameters[name][place[2]] = Raw(None)
    else:
        del parameters[name]
    return True


def _branch(_canvas: Canvas, draft: Draft, place: Path, _error: Finding) -> bool:
    """The case that the error names, else all of them, becomes ``False``."""
    cases = draft.fields["cases"]
    number = place[1] if len(place) > 1 and place[0] == "cases" else None
    found = [(name, "False" if number in (n, None) else when)
             for n, (name, when) in enumerate(cases)]  # fmt: skip
    changed = bool(found != cases)
    draft.fields["cases"] = found
    return changed


def _loop(canvas: Canvas, draft: Draft, place: Path, error: Finding) -> bool:
    if error.code == "empty_loop":
        return _emptied(canvas, draft)
    name = str(place[0]) if place else ""
    safe: dict[str, Any] = {"until": "False", "over": Raw([])}
    if name in safe and draft.fields.get(name, safe[name]) != safe[name]:
        draft.fields[name] = safe[name]
        return True
    values = draft.fields.get(name)
    if (
        isinstance(values, dict)
        and len(place) > 1
        and values.get(place[1]) not in (None, Raw(None))
    ):
        values[place[1]] = Raw(None)
        return True
    return False


def _emptied(canvas: Canvas, draft: Draft) -> bool:
    """A loop in which nothing runs becomes a plain node; remarks in it move out."""
    for inner in canvas.drafts.values():
        if inner.container == draft.id:
            inner.container = draft.container
    unknown(draft, {}, f"{canvas.format}.")
    return True


def _wait(canvas: Canvas, draft: Draft, _place: Path, _error: Finding) -> bool:
    unknown(draft, draft.ui.get("data", {}), f"{canvas.format}.")
    return True


def _note(_canvas: Canvas, _draft: Draft, _place: Path, _error: Finding) -> bool:
    return False


_BACK: Mapping[Kind, Callable[[Canvas, Draft, Path, Finding], bool]] = {
    "task": _task, "branch": _branch, "loop": _loop, "wait": _wait, "note": _note,
}  # fmt: skip
