"""Paths: ``inputs.x``, ``node.port``, ``item.name``, ``state.rows[0].id``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import Any

from stageline.keys import shown
from stageline.workflow.language import ExpressionError, MissingError, type_name

MAX_PATH, MAX_STEPS = 500, 30
_ROOT = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}", re.ASCII)
_STEP = re.compile(r"\.([A-Za-z0-9_][A-Za-z0-9_-]*)|\[(0|[1-9][0-9]{0,8})\]", re.ASCII)
_NEEDS_STEP = frozenset({"inputs", "state"})


@dataclass(frozen=True, slots=True)
class Reference:
    """A place to take a value from.

    ``root`` is ``inputs``, ``state``, ``index``, ``item`` (or the name that a loop gives it), or
    the id of a node. ``column`` says where it begins in the text that it was found in.
    """

    root: str
    path: tuple[str | int, ...]
    text: str
    column: int = field(default=1, compare=False)


def parse_path(text: str) -> Reference:
    """Read a path. Raises ``ExpressionError`` with the column of what is wrong."""
    if not isinstance(text, str):
        raise ExpressionError(
            f"A path is text like 'inputs.x' or 'node.port', not a value of type {type_name(text)}."
        )
    return _parse(text)


@lru_cache(maxsize=8_192)
def _parse(text: str) -> Reference:
    if len(text) > MAX_PATH:
        raise ExpressionError(f"A path has at most {MAX_PATH} characters.", MAX_PATH + 1)
    match = _ROOT.match(text)
    if match is None:
        raise ExpressionError(
            f"{shown(text)} is not a path. Write 'inputs.x', 'node.port' or 'item'."
        )
    root, path, at = match[0], [], match.end()
    while at < len(text):
        step = _STEP.match(text, at)
        if step is None:
            raise ExpressionError(
                f"{shown(text)} is not a path: behind {shown(text[:at])} goes '.name' or '[0]'.",
                at + 1,
            )
        path.append(step[1] if step[1] is not None else int(step[2]))
        at = step.end()
    _check(root, path, text)
    return Reference(root, tuple(path), text)


def _check(root: str, path: list[str | int], text: str) -> None:
    if len(path) > MAX_STEPS:
        raise ExpressionError(f"A path has at most {MAX_STEPS} steps.")
    if root == "nodes":
        raise ExpressionError("In a path, the id of the node comes first: 'node.port'.")
    if root in _NEEDS_STEP and not path:
        raise ExpressionError(f"The path {shown(text)} needs a name: '{root}.x'.", len(text) + 1)


def look_up(reference: Reference, scope: Mapping[str, Any]) -> Any:
    """The value at a path. ``None`` if its root was skipped (is missing, or is ``None``).

    Raises ``MissingError`` (category ``tool``) where a name or index is not there.
    """
    value = scope.get(reference.root)
    if value is None:
        return None
    for step in reference.path:
        value = take(value, step, reference.text)
    return value


def take(value: Any, step: object, text: str) -> Any:
    """One step into a mapping (by a name) or a list (by a whole number), and nothing else."""
    if isinstance(step, str):
        if isinstance(value, dict | Mapping) and step in value:
            return value[step]
    elif (
        isinstance(step, int)
        and not isinstance(step, bool)
        and isinstance(value, list | tuple)
        and -len(value) <= step < len(value)
    ):
        return value[step]
    raise MissingError(_absence(value, step, text))


def _absence(value: Any, step: object, text: str) -> str:
    what = type_name(value)
    if isinstance(step, str) and what == "object":
        names = ", ".join(shown(name) for name in islice(value, 5))
        return f"{shown(text)}: there is no {shown(step)}; there is {names or 'nothing'}."
    if isinstance(step, int) and what == "array":
        return f"{shown(text)}: there is no item {shown(step)} in a list of {len(value)}."
    name = shown(step) if isinstance(step, str) else f"item of type {type_name(step)}"
    return f"{shown(text)}: a value of type {what} has no {name}."
