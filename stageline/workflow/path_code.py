"""Names, attributes, subscripts and slices: the ways of an expression into its data."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from typing import Any

from stageline.keys import ID_PATTERN, shown
from stageline.workflow.compilation import CONSTANTS, Code, Compilation
from stageline.workflow.language import MAX_DEPTH, MAX_INTEGER
from stageline.workflow.operations import cut
from stageline.workflow.paths import take

_ID = re.compile(ID_PATTERN, re.ASCII)
_DUNDER = re.compile(r"__.*__", re.DOTALL)
Steps = tuple[str | int, ...]


def build_path(c: Compilation, node: Any, depth: int) -> Code:
    """A name with literal steps behind it (a reference), or with others (computed)."""
    found = static_path(node)
    if found is None:
        return _build_step(c, node, depth)
    name, path = found
    _check_steps(c, node, (name.id, *path))
    root = name.id
    if root == "nodes":
        if not path or not isinstance(path[0], str) or not _ID.fullmatch(path[0]):
            c.refuse(node, "Behind 'nodes' goes the id of a node: nodes[\"id\"].port.")
        root, path = path[0], path[1:]
    elif root in CONSTANTS:
        if path:
            c.refuse(node, f"'{root}' has no parts.")
        constant = CONSTANTS[root]
        return lambda _, __: constant
    return c.refer(node, root, path)


def static_path(node: ast.expr) -> tuple[ast.Name, Steps] | None:
    """The name and the literal steps that ``node`` consists of; ``None`` if there is more."""
    steps: list[str | int] = []
    while not isinstance(node, ast.Name):
        if isinstance(node, ast.Attribute):
            steps.append(node.attr)
        elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            step = node.slice.value
            if isinstance(step, bool) or not isinstance(step, str | int):
                return None
            steps.append(step)
        else:
            return None
        node = node.value
    return node, tuple(reversed(steps))


def _check_steps(c: Compilation, node: ast.expr, steps: Steps) -> None:
    c.nodes += len(steps) - 1
    if len(steps) > MAX_DEPTH + 1:
        c.refuse(node, f"A path has at most {MAX_DEPTH} steps.")
    for step in steps:
        if isinstance(step, int):
            if step > MAX_INTEGER:
                c.refuse(node, "A whole number is beyond 10**18.")
        else:
            check_text(c, node, step)
            if step.startswith("__") and _DUNDER.fullmatch(step):
                c.refuse(node, f"The name {shown(step)} is not allowed.")


def check_text(c: Compilation, node: ast.expr, text: str) -> None:
    """Refuse a literal text that could not be written to any file."""
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        c.refuse(node, "A string with half of a surrogate pair is not allowed.")


def _build_step(c: Compilation, node: ast.Attribute | ast.Subscript, depth: int) -> Code:
    """A step that is computed, or below something that is. Below a skipped node all is null."""
    if isinstance(node.value, ast.Name) and node.value.id == "nodes":
        c.refuse(node, 'The id of a node must be written out: nodes["id"].port.')
    inner, skipped, text = c.build(node.value, depth), _skipped(node), c.text
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
        start, stop = _ends(c, node.slice)
        c.builds = True
        return lambda scope, budget: (
            None if skipped(scope) else cut(budget, inner(scope, budget), start, stop)
        )
    step = _build_name(c, node) if isinstance(node, ast.Attribute) else c.build(node.slice, depth)
    return lambda scope, budget: (
        None if skipped(scope) else take(inner(scope, budget), step(scope, budget), text)
    )


def _build_name(c: Compilation, node: ast.Attribute) -> Code:
    _check_steps(c, node, (node.attr,))
    name = node.attr
    return lambda _, __: name


def _skipped(node: ast.expr) -> Callable[[Mapping[str, Any]], bool]:
    """Tells whether a path begins at what was skipped."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
        found = static_path(node)
        if found and found[0].id not in CONSTANTS:
            name, path = found
            root = str(path[0]) if name.id == "nodes" and path else name.id
            return lambda scope: scope.get(root) is None
    return lambda _: False


def _ends(c: Compilation, part: ast.Slice) -> tuple[int | None, int | None]:
    if part.step is not None:
        c.refuse(part.step, "A slice has a start and an end, and no step.")
    return _end(c, part.lower), _end(c, part.upper)


def _end(c: Compilation, node: ast.expr | None) -> int | None:
    if node is None:
        return None
    sign, number = 1, node
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        sign, number = -1, node.operand
    value = number.value if isinstance(number, ast.Constant) else None
    if not isinstance(value, int) or isinstance(value, bool):
        c.refuse(node, "The ends of a slice are whole numbers, written out.")
    if value > MAX_INTEGER:
        c.refuse(node, "A whole number is beyond 10**18.")
    return sign * value
