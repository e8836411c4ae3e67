"""Workflows of other systems as documents. The folder is the registry: one file a format.

``import_document`` keeps every node, edge and position, or names the problem. What has no tool
here becomes a task with an unknown tool and a warning; a cycle becomes a loop; a remark a note.
The original id, type and whatever is not a value of the document stand in the node's ``ui``.
"""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib import import_module
from typing import Any

from pydantic import ValidationError

from stageline.errors import as_stageline_error
from stageline.workflow.canvas.assembly import Imported, assemble
from stageline.workflow.canvas.foreign import as_foreign
from stageline.workflow.canvas.format import Format
from stageline.workflow.canvas.secrets import hide_secrets
from stageline.workflow.canvas.wiring import ImportedEdge
from stageline.workflow.check import check
from stageline.workflow.document import Workflow
from stageline.workflow.imports._native import rebuild, without_tool
from stageline.workflow.imports._reading import read
from stageline.workflow.imports._wrapping import rings
from stageline.workflow.problems import Problem

__all__ = ["Format", "Imported", "ImportedEdge", "formats", "import_document"]
LEAST, SURE = 10, 40
_NOTHING = "This looks like no format that is known here."


def import_document(text: Any, format: str = "auto") -> Imported:
    """Read a workflow of another system: text, bytes, or data that was read already.

    ``format`` is ``auto`` or one of ``formats()``. Nothing is raised for what is wrong with the
    document: ``problems`` say it, and ``workflow`` is ``None`` where one of them is an error.
    """
    data, problems = read(text)
    if data is None:
        return Imported(format, None, problems) if problems else _refusal(format, _NOTHING)
    if isinstance(data, Mapping) and str(data.get("schema", "")).startswith("workflow/"):
        checked = check(text)
        strange = any(p.code == "unknown_tool" for p in checked.problems)
        found = Imported("workflow", checked.workflow, checked.problems)
        return (_forgiven(data) or found) if strange else found
    if isinstance(data, Mapping) and (drawn := rebuild(data)):
        return _forgiven(drawn) or Imported("workflow", None, check(drawn).problems)
    try:
        found = convert(data, format)
    except Exception as error:  # noqa: BLE001  a defect of ours must not reach who imports
        ours = as_stageline_error(error, "The import")
        defect = Problem("import_failed", f"{ours}"[:1_000], "Please report this with the file.")
        return Imported(format, None, (*problems, defect))
    return replace(found, problems=(*problems, *found.problems))


def _forgiven(drawn: Mapping[str, Any]) -> Imported | None:
    """A document of ours in which nothing is wrong but that tools are not here, which costs
    nothing else, as in every import; else ``None``."""
    known = check({**drawn, "nodes": as_foreign(drawn.get("nodes"), without_tool)})
    try:
        workflow = Workflow.model_validate(drawn) if known.ok else None
    except ValidationError:
        workflow = None
    if workflow is None:
        return None
    missing = (node for node in workflow.walk() if without_tool(vars(node)))
    return Imported("workflow", workflow, (*map(_missing, missing), *known.problems))


def _missing(node: Any) -> Problem:
    hint = "Provide a tool of this name, or use another."
    return Problem("unknown_tool", f"There is no tool {node.tool!r}.", hint, "warning", node.id)


def convert(data: Any, format: str = "auto") -> Imported:
    """The same for data that was read already and holds nothing but JSON; a defect of ours
    raises here."""
    chosen, inner, others = _chosen(data, format)
    if chosen is None:
        return _refusal(format, inner)
    plain, hidden = hide_secrets(inner)
    found = assemble(chosen.read(plain))
    return replace(found, problems=(*_left_out(others), *hidden, *found.problems))


def formats() -> tuple[str, ...]:
    """The names of all formats."""
    return tuple(_formats())


@cache
def _formats() -> Mapping[str, Format]:
    names = sorted(m.name for m in pkgutil.iter_modules(__path__) if not m.name.startswith("_"))
    found = (import_module(f"{__name__}.{name}").FORMAT for name in names)
    return {format.name: format for format in found}


def _chosen(data: Any, name: str) -> tuple[Format | None, Any, int]:
    """The format of this name (for ``auto`` the one that fits best), the data that it fits, and
    how many others of the kind lie beside it; or none, and why."""
    offered = list(_formats().values())
    if _plain(name) != "auto":
        offered = [f for f in offered if _plain(name) in map(_plain, (f.name, *f.names))]
        if not offered:
            return None, f"There is no format {name[:60]!r}.", 0
    best: tuple[int, Format, Any] = (-1, offered[0], data)
    for depth, ring in enumerate(rings(data)):
        scores = [(f.fits(inner), f, inner) for inner in ring for f in offered]
        best = max(best, *scores, key=lambda found: found[0])
        if best[0] >= SURE:
            alike = sum(score == best[0] and f is best[1] for score, f, _ in scores)
            return best[1], best[2], alike - 1 if depth else 0
    score, found, inner = best
    if score < LEAST and len(offered) > 1:
        return None, _NOTHING, 0
    return found, inner if score >= LEAST else data, 0


def _left_out(others: int) -> tuple[Problem, ...]:
    if others < 1:
        return ()
    message = f"There are {others + 1} workflows in this file; the first one is imported."
    return (Problem("more_workflows", message, "Import the others one by one.", "warning"),)


def _refusal(name: str, message: str) -> Imported:
    hint = f"There is {', '.join(formats())}."
    return Imported(name[:60], None, (Problem("unknown_format", message, hint),))


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
