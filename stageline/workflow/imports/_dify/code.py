"""Code that does nothing but return constants and its own arguments; read, never run."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping
from typing import Any

from stageline.workflow.canvas.terms import Raw

LONGEST = 20_000
MAX_DEPTH = 20


class NotPlainError(ValueError):
    """The code does more than that."""


def returned(code: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """What ``main`` returns, by name, with the arguments put in. Raises ``NotPlainError``."""
    try:
        tree = ast.parse(code[: LONGEST + 1] if len(code) <= LONGEST else "!")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise NotPlainError("The code cannot be read.") from error
    main = _only_function(tree)
    result = main.body[-1]
    if not isinstance(result, ast.Return) or not isinstance(result.value, ast.Dict):
        raise NotPlainError("The code does not return a mapping that it writes down.")
    found = _value(result.value, arguments, 0)
    return found if isinstance(found, dict) else {}


def _only_function(tree: ast.Module) -> ast.FunctionDef:
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    others = [node for node in tree.body if node not in functions and not _is_text(node)]
    if others or len(functions) != 1 or functions[0].decorator_list:
        raise NotPlainError("The code is more than one function.")
    body = [node for node in functions[0].body if not _is_text(node)]
    if len(body) != 1:
        raise NotPlainError("The function does more than return a value.")
    functions[0].body = body
    return functions[0]


def _is_text(node: ast.stmt) -> bool:
    """A docstring, which does nothing."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _value(node: ast.expr, arguments: Mapping[str, Any], depth: int) -> Any:
    reader = _READERS.get(type(node))
    if reader is None or depth > MAX_DEPTH:
        raise NotPlainError("The code computes something.")
    return reader(node, arguments, depth + 1)


def _constant(node: Any, _: Mapping[str, Any], __: int) -> Any:
    value = node.value
    finite = not isinstance(value, float) or math.isfinite(value)
    if value is None or (isinstance(value, str | int | float | bool) and finite):
        return Raw(value)
    raise NotPlainError("The code holds a value that JSON has not.")


def _name(node: Any, arguments: Mapping[str, Any], _: int) -> Any:
    if node.id not in arguments:
        raise NotPlainError(f"The code uses {node.id!r}, which is not an argument.")
    return arguments[node.id]


def _list(node: Any, arguments: Mapping[str, Any], depth: int) -> Any:
    return [_value(item, arguments, depth) for item in node.elts]


def _dict(node: Any, arguments: Mapping[str, Any], depth: int) -> Any:
    names = [key.value if isinstance(key, ast.Constant) else None for key in node.keys]
    if not all(isinstance(name, str) for name in names):
        raise NotPlainError("The code computes a name.")
    pairs = zip(names, node.values, strict=True)
    return {str(name): _value(item, arguments, depth) for name, item in pairs}


def _negative(node: Any, arguments: Mapping[str, Any], depth: int) -> Any:
    found = _value(node.operand, arguments, depth)
    if (
        isinstance(node.op, ast.USub)
        and isinstance(found, Raw)
        and isinstance(found.data, int | float)
    ):
        return Raw(-found.data)
    raise NotPlainError("The code computes something.")


_READERS: Mapping[type, Callable[[Any, Mapping[str, Any], int], Any]] = {
    ast.Constant: _constant, ast.Name: _name, ast.List: _list, ast.Tuple: _list,
    ast.Dict: _dict, ast.UnaryOp: _negative,
}  # fmt: skip
