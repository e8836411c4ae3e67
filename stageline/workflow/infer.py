"""The types of expressions, before there are values. ``any`` is silent: it fits everything."""

from __future__ import annotations

import ast
from collections.abc import Callable
from functools import reduce
from typing import Any

from stageline.workflow.compilation import SIGNS, Compilation
from stageline.workflow.compiler import LAZY, is_null
from stageline.workflow.functions import FUNCTIONS, Function
from stageline.workflow.language import type_name
from stageline.workflow.paths import Reference

Types = Callable[[Reference], str | None]

_NUMBERS = frozenset({"integer", "number"})
_ORDERS = frozenset({"<", "<=", ">", ">="})
_ADDABLE = {"integer": "number", "number": "number", "string": "string", "array": "array"}
_STEPS: dict[type, frozenset[str]] = {
    str: frozenset({"object", "any"}), int: frozenset({"array", "any"}),
}  # fmt: skip
_CUTTABLE = frozenset({"string", "array", "any"})
_HOLDERS = frozenset({"string", "array", "object", "any"})


class Inference:
    """One walk over a tree; ``types`` tells the type of each reference."""

    def __init__(self, compilation: Compilation, types: Types) -> None:
        self.compilation = compilation
        self.types = types
        self.refuse = compilation.refuse

    def of(self, node: ast.expr) -> str:
        """The type of ``node``; ``ExpressionError`` where types do not fit."""
        reference = self.compilation.found.get(node)
        if reference is None:
            return _RULES[type(node)](self, node)
        found = self.types(reference)
        if found is None:
            self.refuse(node, f"There is no '{reference.text}'.")
        return found


def infer_type(tree: ast.expr, compilation: Compilation, types: Types) -> str:
    """See ``stageline.workflow.expressions.infer``."""
    return Inference(compilation, types).of(tree)


def join(left: str, right: str) -> str:
    """The type of what has either type."""
    if left == right:
        return left
    return "number" if left in _NUMBERS and right in _NUMBERS else "any"


def _fits(found: str, accepted: frozenset[str]) -> bool:
    return not accepted or found in accepted or found == "any" or (
        found == "number" and "integer" in accepted
    )  # fmt: skip


def _constant(_: Inference, node: Any) -> str:
    return type_name(node.value)


def _name(_: Inference, node: Any) -> str:
    """Only true, false and null are names and no references."""
    return "null" if node.id == "null" else "boolean"


def _list(i: Inference, node: Any) -> str:
    for item in node.elts:
        i.of(item)
    return "array"


def _dict(i: Inference, node: Any) -> str:
    for key, value in zip(node.keys, node.values, strict=True):
        if i.of(key) not in {"string", "any"}:
            i.refuse(key, "The names in a mapping are strings.")
        i.of(value)
    return "object"


def _and_or(i: Inference, node: Any) -> str:
    return reduce(join, [i.of(value) for value in node.values])


def _choice(i: Inference, node: Any) -> str:
    i.of(node.test)
    return join(i.of(node.body), i.of(node.orelse))


def _unary(i: Inference, node: Any) -> str:
    inner = i.of(node.operand)
    if isinstance(node.op, ast.Not):
        return "boolean"
    if not _fits(inner, _NUMBERS):
        i.refuse(node, f"A sign does not fit a value of type {inner}.")
    return "number" if inner == "any" else inner


def _binary(i: Inference, node: Any) -> str:
    left, right, sign = i.of(node.left), i.of(node.right), SIGNS[type(node.op)]
    found = _added(left, right) if sign == "+" else _computed(left, right)
    if found is None:
        i.refuse(node, f"'{sign}' does not fit {left} and {right}.")
    whole = found == "number" and left == right == "integer" and sign != "/"
    return "integer" if whole else found


def _added(left: str, right: str) -> str | None:
    if left == right == "any":
        return "any"
    kinds = {_ADDABLE.get(kind) for kind in (left, right) if kind != "any"}
    return kinds.pop() if len(kinds) == 1 else None


def _computed(left: str, right: str) -> str | None:
    return "number" if _fits(left, _NUMBERS) and _fits(right, _NUMBERS) else None


def _comparison(i: Inference, node: Any) -> str:
    left = i.of(node.left)
    for op, part in zip(node.ops, node.comparators, strict=True):
        right, sign = ("null" if is_null(part) else i.of(part)), SIGNS[type(op)]
        if not _comparable(left, right, sign):
            i.refuse(part, f"'{sign}' does not fit {left} and {right}.")
        left = right
    return "boolean"


def _comparable(left: str, right: str, sign: str) -> bool:
    if sign in _ORDERS:
        kinds = {_ADDABLE.get(kind) for kind in (left, right) if kind != "any"}
        return len(kinds) < 2 and kinds <= {"number", "string"}
    if sign in {"in", "not in"}:
        return right in _HOLDERS and (right != "string" or left in {"string", "any"})
    return True


def _step(i: Inference, node: Any) -> str:
    """A step below something that is no plain path; its literal or computed name."""
    inner = i.of(node.value)
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
        if inner not in _CUTTABLE:
            i.refuse(node, f"A value of type {inner} cannot be cut.")
        return inner
    step: type | None = str
    if isinstance(node, ast.Subscript):
        kind = i.of(node.slice)
        step = {"string": str, "integer": int}.get(kind)
        if step is None and kind not in {"any", "number"}:
            i.refuse(node.slice, f"A name or number goes in brackets, not a value of type {kind}.")
    if step and inner not in _STEPS[step]:
        i.refuse(node, f"A value of type {inner} has no such item.")
    return "any"


def _call(i: Inference, node: Any) -> str:
    name, arguments = node.func.id, [i.of(argument) for argument in node.args]
    if name in LAZY:
        return "boolean" if len(arguments) == 1 else _default(*arguments)
    function = FUNCTIONS[name]
    for index, found in enumerate(arguments):
        accepted = function.accepted(index)
        if not _fits(found, accepted):
            wanted = " or ".join(sorted(accepted - {"integer"} or accepted))
            i.refuse(node.args[index], f"{name} takes {wanted} here, not {found}.")
    return _result(i, node, function, arguments)


def _default(first: str, second: str) -> str:
    return second if first == "null" else join(first, second)


def _result(i: Inference, node: Any, function: Function, arguments: list[str]) -> str:
    if function.result == "same":
        return "number" if arguments[0] == "any" else arguments[0]
    if function.result != "either":
        return function.result
    if len(arguments) == 1:
        if arguments[0] not in {"array", "any"}:
            i.refuse(node, f"{node.func.id} takes one list, or several values.")
        return "any"
    if not all(_comparable(arguments[0], other, "<") for other in arguments[1:]):
        i.refuse(node, f"{node.func.id} takes numbers only, or strings only.")
    return reduce(join, arguments)


_RULES: dict[type[ast.expr], Callable[[Inference, Any], str]] = {
    ast.Constant: _constant, ast.Name: _name, ast.List: _list, ast.Tuple: _list,
    ast.Dict: _dict, ast.BoolOp: _and_or, ast.IfExp: _choice, ast.UnaryOp: _unary,
    ast.BinOp: _binary, ast.Compare: _comparison, ast.Attribute: _step, ast.Subscript: _step,
    ast.Call: _call,
}  # fmt: skip
