"""Workflows of other systems as documents. The folder is the registry: one file a format.

``import_document`` keeps every node, edge and position, or names the problem. What has no tool
here becomes a task with an unknown tool and a warning; a cycle becomes a loop; a remark a note.
The original id, type and whatever is not a value of the document stand in the node's ``ui``.
"""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Any

from stageline.errors import as_stageline_error
from stageline.workflow.canvas.assembly import Imported, assemble
from stageline.workflow.canvas.format import Format
from stageline.workflow.canvas.secrets import hide_secrets
from stageline.workflow.canvas.wiring import ImportedEdge
from stageline.workflow.check import check
from stageline.workflow.problems import Problem
from stageline.workflow.source import read_source

__all__ = ["Format", "Imported", "ImportedEdge", "formats", "import_document"]
LEAST = 10


def import_document(text: Any, format: str = "auto") -> Imported:
    """Read a workflow of another system: text, bytes, or data that was read already.

    ``format`` is ``auto`` or one of ``formats()``. Nothing is raised for what is wrong with the
    document: ``problems`` say it, and ``workflow`` is ``None`` where one of them is an error.
    """
    source = read_source({"": text} if isinstance(text, list) else text)
    data = source.data[""] if isinstance(text, list) and source.data else source.data
    problems = tuple(finding.located(source.locate) for finding in source.findings)
    if data is None or any(p.severity == "error" for p in problems):
        return Imported(format, None, problems)
    if isinstance(data, Mapping) and str(data.get("schema", "")).startswith("workflow/"):
        checked = check(text)
        return Imported("workflow", checked.workflow, checked.problems)
    chosen = _chosen(data, format)
    return chosen if isinstance(chosen, Imported) else _imported(chosen, data, problems)


def _imported(chosen: Format, data: Any, problems: tuple[Problem, ...]) -> Imported:
    data, hidden = hide_secrets(data)
    try:
        found = assemble(chosen.read(data))
    except Exception as error:  # noqa: BLE001  a defect of ours must not reach who imports
        ours = as_stageline_error(error, f"Import of {chosen.name}")
        defect = Problem("import_failed", f"{ours}"[:1_000], "Please report this with the file.")
        return Imported(chosen.name, None, (*problems, defect))
    return Imported(chosen.name, found.workflow, (*problems, *hidden, *found.problems), found.edges)


def formats() -> tuple[str, ...]:
    """The names of all formats."""
    return tuple(_formats())


@cache
def _formats() -> Mapping[str, Format]:
    names = sorted(m.name for m in pkgutil.iter_modules(__path__) if not m.name.startswith("_"))
    found = (import_module(f"{__name__}.{name}").FORMAT for name in names)
    return {format.name: format for format in found}


def _chosen(data: Any, name: str) -> Format | Imported:
    """The format of this name; for ``auto`` the one that fits best."""
    if _plain(name) != "auto":
        named = next((f for f in _formats().values()
                      if _plain(name) in map(_plain, (f.name, *f.names))), None)  # fmt: skip
        return named or _refusal(name, f"There is no format {name[:60]!r}.")
    best = max(_formats().values(), key=lambda format: format.fits(data))
    if best.fits(data) < LEAST:
        return _refusal(name, "This looks like no format that is known here.")
    return best


def _refusal(name: str, message: str) -> Imported:
    hint = f"There is {', '.join(formats())}."
    return Imported(name[:60], None, (Problem("unknown_format", message, hint),))


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
