"""From syntax tree to code: each node of the tree becomes one function, built once.

Only the kinds of node in ``_BUILDERS`` are known; whatever else Python can say is refused with
its name and column.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any

from stageline.keys import shown
from stageline.workflow.compilation import SIGNS, Code, Compilation
from stageline.workflow.functions import FUNCTIONS, Function
from stageline.workflow.language import (
    MAX_INTEGER,
    Budget,
    EvaluationError,
    MissingError,
    type_name,
)
from stageline.workflow.operations import ARITHMETIC, COMPARISONS, negative, positive
from stageline.workflow.path_code import build_path, check_text

LAZY: dict[str, tuple[int, str]] = {"exists": (1, "exists(x)"), "default": (2, "default(x, y)")}
"""Functions that take a missing first argument for an answer: how many arguments, how written."""


def compile_tree(text: str, tree: ast.expr, shift: int) -> tuple[Code, Compilation]:
    """The code of a tree whose text begins ``shift`` characters into ``text``."""
    compilation = Compilation(text, shift, _BUILDERS)
    return compilation.build(tree, 1), compilation


# --- constants and displays ------------------------------------------------------------------


def _build_constant(c: Compilation, node: Any, _: int) -> Code:
    value = node.value
    if isinstance(value, str):
        check_text(c, node, value)
    elif isinstance(value, int):
        if value > MAX_INTEGER:
            c.refuse(node, "A whole number is beyond 10**18.")
    elif isinstance(value, float):
        if value == float("inf"):
            c.refuse(node, "A number is too large.")
    elif value is not None:
        c.refuse(node, f"{shown(value)} is not part of expressions.")
    return lambda _, __: value


def _build_list(c: Compilation, node: Any, depth: int) -> Code:
    items = [c.build(item, depth) for item in node.elts]
    c.builds = True
    return lambda scope, budget: [item(scope, budget) for item in items]


def _build_dict(c: Compilation, node: Any, depth: int) -> Code:
    pairs = []
    for key, value in zip(node.keys, node.values, strict=True):
        if key is None:
            c.refuse(value, "'**x' is not part of expressions.")
        if isinstance(key, ast.Constant) and not isinstance(key.value, str):
            c.refuse(key, "The names in a mapping are strings.")
        pairs.append((c.build(key, depth), c.build(value, depth)))
    c.builds = True
    return lambda scope, budget: {
        _key(key(scope, budget)): value(scope, budget) for key, value in pairs
    }


def _key(value: Any) -> str:
    if not isinstance(value, str):
        raise EvaluationError(f"The names in a mapping are strings, not {type_name(value)}.")
    return value


# --- operators -------------------------------------------------------------------------------


def _build_and_or(c: Compilation, node: Any, depth: int) -> Code:
    parts = [c.build(value, depth) for value in node.values]
    stop_at = isinstance(node.op, ast.Or)

    def code(scope: Mapping[str, Any], budget: Budget) -> Any:
        value = None
        for part in parts:
            value = part(scope, budget)
            if bool(value) is stop_at:
                return value
        return value

    return code


def _build_binary(c: Compilation, node: Any, depth: int) -> Code:
    compute = ARITHMETIC.get(SIGNS.get(type(node.op), ""))
    if compute is None:
        c.refuse_kind(node, node.op)
    left, right = c.build(node.left, depth), c.build(node.right, depth)
    return lambda scope, budget: compute(budget, left(scope, budget), right(scope, budget))


def _build_unary(c: Compilation, node: Any, depth: int) -> Code:
    inner, kind = c.build(node.operand, depth), type(node.op)
    if kind is ast.Not:
        return lambda scope, budget: not inner(scope, budget)
    compute = {ast.USub: negative, ast.UAdd: positive}.get(kind)
    if compute is None:
        c.refuse_kind(node, node.op)
    return lambda scope, budget: compute(inner(scope, budget))


def _build_comparison(c: Compilation, node: Any, depth: int) -> Code:
    _check_identity(c, node)
    first = c.build(node.left, depth)
    rest = [
        (COMPARISONS[SIGNS[type(op)]], c.build(right, depth))
        for op, right in zip(node.ops, node.comparators, strict=True)
    ]
    if len(rest) == 1:
        compare, second = rest[0]
        return lambda scope, budget: compare(budget, first(scope, budget), second(scope, budget))

    def code(scope: Mapping[str, Any], budget: Budget) -> bool:
        left = first(scope, budget)
        for compare, part in rest:
            right = part(scope, budget)
            if not compare(budget, left, right):
                return False
            left = right
        return True

    return code


def _check_identity(c: Compilation, node: ast.Compare) -> None:
    for op, right in zip(node.ops, node.comparators, strict=True):
        if isinstance(op, ast.Is | ast.IsNot) and not is_null(right):
            c.refuse(right, "'is' compares with null only; use '=='.")


def is_null(node: ast.expr) -> bool:
    """Whether ``null`` or ``None`` is written there."""
    if isinstance(node, ast.Name):
        return node.id == "null"
    return isinstance(node, ast.Constant) and node.value is None


def _build_choice(c: Compilation, node: Any, depth: int) -> Code:
    test, yes, no = (c.build(part, depth) for part in (node.test, node.body, node.orelse))
    return lambda scope, budget: (yes if test(scope, budget) else no)(scope, budget)


# --- calls -----------------------------------------------------------------------------------


def _build_call(c: Compilation, node: Any, depth: int) -> Code:
    name = node.func.id if isinstance(node.func, ast.Name) else None
    if name is None:
        c.refuse(node, "Only functions can be called, by their name: upper(x), not x.upper().")
    if node.keywords:
        c.refuse(node, f"{name} takes its arguments by position.")
    if name in LAZY:
        return _build_lazy(c, node, name, depth)
    function = FUNCTIONS.get(name)
    if function is None:
        c.refuse(node, f"There is no function {shown(name)}; there are {_known()}.")
    if not function.takes(len(node.args)):
        c.refuse(node, f"{name} does not take {len(node.args)} arguments.")
    arguments = [c.build(argument, depth) for argument in node.args]
    return _call(name, function, arguments)


def _call(name: str, function: Function, arguments: list[Code]) -> Code:
    call = function.call
    allowed = [function.accepted(index) for index in range(len(arguments))]

    def code(scope: Mapping[str, Any], budget: Budget) -> Any:
        values = [argument(scope, budget) for argument in arguments]
        for index, value in enumerate(values):
            types = allowed[index]
            if types and type_name(value) not in types:
                raise EvaluationError(
                    f"{name} does not take {type_name(value)} as argument {index + 1}."
                )
        return call(budget, *values)

    return code


def _build_lazy(c: Compilation, node: ast.Call, name: str, depth: int) -> Code:
    count, form = LAZY[name]
    if len(node.args) != count:
        c.refuse(node, f"It is written {form}, not with {len(node.args)} arguments.")
    first, *others = [c.build(argument, depth) for argument in node.args]

    def present(scope: Mapping[str, Any], budget: Budget) -> Any:
        try:
            return first(scope, budget)
        except MissingError:
            return None

    if not others:
        return lambda scope, budget: present(scope, budget) is not None

    def default(scope: Mapping[str, Any], budget: Budget) -> Any:
        value = present(scope, budget)
        return others[0](scope, budget) if value is None else value

    return default


def _known() -> str:
    return ", ".join(sorted([*FUNCTIONS, *LAZY]))


_BUILDERS: dict[type[ast.expr], Callable[[Compilation, Any, int], Code]] = {
    ast.Name: build_path, ast.Attribute: build_path, ast.Subscript: build_path,
    ast.Constant: _build_constant, ast.List: _build_list, ast.Tuple: _build_list,
    ast.Dict: _build_dict, ast.BoolOp: _build_and_or, ast.BinOp: _build_binary,
    ast.UnaryOp: _build_unary, ast.Compare: _build_comparison, ast.IfExp: _build_choice,
    ast.Call: _build_call,
}  # fmt: skip
