"""Code that returns constants, its own arguments, and what the expressions of documents can
compute of them; read, never run."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping
from typing import Any

from stageline.workflow.canvas.terms import Expr, Raw, Ref, expression, literal, operand

LONGEST = 20_000
MAX_DEPTH = 20
MAX_PARTS = 60  # names may stand for long expressions, and these again


class NotPlainError(ValueError):
    """The code does more than that."""


def returned(code: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """What ``main`` returns, by name, with the arguments put in. Raises ``NotPlainError``."""
    try:
        tree = ast.parse(code[: LONGEST + 1] if len(code) <= LONGEST else "!")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise NotPlainError("The code cannot be read.") from error
    main = _only_function(tree)
    known = dict(arguments)
    for step in main.body[:-1]:
        name, value = _assignment(step)
        known[name] = _value(value, known, 0)
    result = main.body[-1]
    if not isinstance(result, ast.Return) or not isinstance(result.value, ast.Dict):
        raise NotPlainError("The code does not return a mapping that it writes down.")
    found = _value(result.value, known, 0)
    return found if isinstance(found, dict) else {}


def _only_function(tree: ast.Module) -> ast.FunctionDef:
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    others = [node for node in tree.body if node not in functions and not _is_text(node)]
    if others or len(functions) != 1 or functions[0].decorator_list:
        raise NotPlainError("The code is more than one function.")
    body = [node for node in functions[0].body if not _is_text(node)]
    if not body:
        raise NotPlainError("The function does nothing.")
    functions[0].body = body
    return functions[0]


def _assignment(step: ast.stmt) -> tuple[str, ast.expr]:
    """The name and the value, where a step does no more than to give a value a name."""
    targets = step.targets if isinstance(step, ast.Assign) else []
    if isinstance(step, ast.AnnAssign) and step.value is not None:
        targets = [step.target]
    if len(targets) != 1 or not isinstance(targets[0], ast.Name):
        raise NotPlainError("The function does more than name and return values.")
    return targets[0].id, step.value  # type: ignore[attr-defined]


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
    if not isinstance(node.op, ast.USub):
        raise NotPlainError("The code computes something.")
    if isinstance(found, Raw) and isinstance(found.data, int | float):
        return Raw(-found.data)
    return _short(expression("-", _part(found)))


def _binary(node: Any, arguments: Mapping[str, Any], depth: int) -> Any:
    sign = _SIGNS.get(type(node.op))
    if sign is None:
        raise NotPlainError("The code computes something.")
    left, right = (_part(_value(n, arguments, depth)) for n in (node.left, node.right))
    return _short(expression(left, f" {sign} ", right))


def _compared(node: Any, arguments: Mapping[str, Any], depth: int) -> Any:
    sign = _SIGNS.get(type(node.ops[0])) if len(node.ops) == 1 else None
    if sign is None:
        raise NotPlainError("The code computes something.")
    left, right = (_part(_value(n, arguments, depth)) for n in (node.left, node.comparators[0]))
    return _short(expression(left, f" {sign} ", right))


def _chosen(node: Any, arguments: Mapping[str, Any], depth: int) -> Any:
    test, then, other = (
        _part(_value(n, arguments, depth)) for n in (node.test, node.body, node.orelse)
    )
    return _short(expression(then, " if ", test, " else ", other))


def _picked(node: Any, arguments: Mapping[str, Any], depth: int) -> Any:
    whole, place = _part(_value(node.value, arguments, depth)), node.slice
    if not isinstance(place, ast.Slice):
        return _short(expression(whole, "[", _part(_value(place, arguments, depth)), "]"))
    if place.step is not None:
        raise NotPlainError("The code computes something.")
    ends = [_part(_value(n, arguments, depth)) if n else "" for n in (place.lower, place.upper)]
    return _short(expression(whole, "[", ends[0], ":", ends[1], "]"))


def _called(node: Any, arguments: Mapping[str, Any], depth: int) -> Any:
    """A call of a function or a method that means the same in expressions."""
    given = list(node.args)
    if isinstance(node.func, ast.Attribute):
        name, counts = node.func.attr, _METHODS.get(node.func.attr, ())
        given = [node.func.value, *given]
    else:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        counts = () if name in arguments else _FUNCTIONS.get(name, ())
    if len(given) not in counts or node.keywords:
        raise NotPlainError("The code calls something.")
    parts = [_part(_value(one, arguments, depth)) for one in given]
    return _short(expression(f"{name}(", *_listed(parts), ")"))


def _part(value: Any) -> Expr:
    """A value within an expression."""
    if isinstance(value, Ref | Raw):
        return operand(value)
    if isinstance(value, Expr):
        return expression("(", value, ")")
    if isinstance(value, list):
        return expression("[", *_listed([_part(item) for item in value]), "]")
    if isinstance(value, dict):
        pairs = [expression(f"{literal(n)}: ", _part(item)) for n, item in value.items()]
        return expression("{", *_listed(pairs), "}")
    raise NotPlainError("The code computes with what it cannot know.")


def _listed(parts: list[Expr]) -> list[Expr | str]:
    return [piece for part in parts for piece in (", ", part)][1:]


def _short(found: Expr) -> Expr:
    if len(found.parts) > MAX_PARTS:
        raise NotPlainError("The code computes too much.")
    return found


_SIGNS: Mapping[type, str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%",
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
    ast.In: "in", ast.NotIn: "not in",
}  # fmt: skip
# How many arguments they take; methods with what they are called on.
_FUNCTIONS: Mapping[str, tuple[int, ...]] = dict.fromkeys(
    ("len", "abs", "min", "max", "sum", "sorted"), (1,)
)
_METHODS: Mapping[str, tuple[int, ...]] = {
    "get": (2, 3), "upper": (1,), "lower": (1,), "strip": (1,), "split": (1, 2),
    "replace": (3,), "startswith": (2,), "endswith": (2,),
}  # fmt: skip
_READERS: Mapping[type, Callable[[Any, Mapping[str, Any], int], Any]] = {
    ast.Constant: _constant, ast.Name: _name, ast.List: _list, ast.Tuple: _list,
    ast.Dict: _dict, ast.UnaryOp: _negative, ast.BinOp: _binary, ast.Compare: _compared,
    ast.IfExp: _chosen, ast.Subscript: _picked, ast.Call: _called,
}  # fmt: skip
