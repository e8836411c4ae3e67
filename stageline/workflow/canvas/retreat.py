"""What the check refuses is taken back to what is sure; no node is dropped for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from stageline.workflow.canvas.draft import Canvas, Draft, Kind, unknown
from stageline.workflow.canvas.terms import Raw
from stageline.workflow.problems import Problem


def retreat(canvas: Canvas, errors: Iterable[Problem]) -> bool:
    """Take back every node that an error names; whether anything was changed."""
    changed = False
    for error in _first_of_each(errors):
        draft = canvas.drafts.get(error.node or "")
        if draft is not None and _BACK[draft.kind](draft, error):
            changed = True
            canvas.warn("untranslated_expression", error.message,
                        "What stood there is kept in the node's 'ui'.", draft.id)  # fmt: skip
    return changed


def _first_of_each(errors: Iterable[Problem]) -> list[Problem]:
    found: dict[tuple[str | None, str | None], Problem] = {}
    for error in errors:
        found.setdefault((error.node, error.port), error)
    return list(found.values())


def _task(draft: Draft, error: Problem) -> bool:
    if draft.otherwise is not None:
        draft.fields, draft.otherwise = {**draft.fields, **draft.otherwise}, None
        draft.unknown = True
        return True
    parameters = draft.fields["parameters"]
    if error.port in parameters and not isinstance(parameters[error.port], Raw):
        del parameters[error.port]
        return True
    return False


def _branch(draft: Draft, error: Problem) -> bool:
    """The case that the error names, else all of them, becomes ``False``."""
    cases = draft.fields["cases"]
    named = [name for name, _ in cases if name == error.port] or [name for name, _ in cases]
    found = [(name, "False" if name in named else when) for name, when in cases]
    changed = found != cases
    draft.fields["cases"] = found
    return changed


def _loop(draft: Draft, error: Problem) -> bool:
    safe: dict[str, Any] = {"until": "False", "over": Raw([])}
    for name, value in safe.items():
        if name in draft.fields and draft.fields[name] != value and error.port in (name, None):
            draft.fields[name] = value
            return True
    for name in ("outputs", "next", "state"):
        if draft.fields.pop(name, None):
            return True
    return False


def _wait(draft: Draft, error: Problem) -> bool:
    unknown(draft, draft.fields)
    return True


def _note(draft: Draft, error: Problem) -> bool:
    return False


_BACK: Mapping[Kind, Callable[[Draft, Problem], bool]] = {
    "task": _task, "branch": _branch, "loop": _loop, "wait": _wait, "note": _note,
}  # fmt: skip
