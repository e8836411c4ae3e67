"""From syntax tree to code: each node of the tree becomes one function, built once.

Only the kinds of node in ``_BUILDERS`` are known; whatever else Python can say is refused with
its name and column. Code gets the scope and the budget, and gives the value.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from stageline.keys import shown
from stageline.workflow.functions import FUNCTIONS, Function
from stageline.workflow.language import (
    MAX_DEPTH,
    MAX_INTEGER,
    MAX_NODES,
    Budget,
    EvaluationError,
    ExpressionError,
    MissingError,
    type_name,
)
from stageline.workflow.operations import ARITHMETIC, COMPARISONS, cut, negative, positive
from stageline.workflow.paths import Reference, look_up, take

Code = Callable[[Mapping[str, Any], Budget], Any]

CONSTANTS: dict[str, bool | None] = {"true": True, "false": False, "null": None}
SIGNS: dict[type[ast.AST], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%",
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
    ast.In: "in", ast.NotIn: "not in", ast.Is: "is", ast.IsNot: "is not",
}  # fmt: skip
LAZY: dict[str, tuple[int, str]] = {"exists": (1, "exists(x)"), "default": (2, "default(x, y)")}
"""Functions that take a missing first argument for an answer: how many arguments, how written."""


class Compiler:
    """Compiles one tree; ``references`` are the paths met, ``builds`` tells of lists made."""

    def __init__(self, text: str, shift: int) -> None:
        self.text = text
        self.shift = shift
        self.nodes = 0
        self.builds = False
        self.references: list[Reference] = []

    def column(self, node: ast.expr) -> int:
        """Where ``node`` begins, in characters from 1 (``ast`` counts bytes)."""
        offset = node.col_offset
        if not self.text.isascii():
            offset = len(self.text[self.shift :].encode()[:offset].decode(errors="ignore"))
        return offset + self.shift + 1

    def refuse(self, node: ast.expr, message: str) -> NoReturn:
        raise ExpressionError(message, self.column(node))

    def build(self, node: ast.expr, depth: int) -> Code:
        self.nodes += 1
        if depth > MAX_DEPTH:
            self.refuse(node, f"This expression is nested more than {MAX_DEPTH} deep.")
        if self.nodes > MAX_NODES:
            self.refuse(node, f"This expression has more than {MAX_NODES} parts.")
        builder = _BUILDERS.get(type(node))
        if builder is None:
            self.refuse(node, f"{_name(node)} is not part of expressions.")
        return builder(self, node, depth + 1)

    def refer(self, node: ast.expr, root: str, path: tuple[str | int, ...]) -> Code:
        reference = Reference(root, path, path_text(root, path), self.column(node))
        self.references.append(reference)
        return lambda scope, _: look_up(reference, scope)


def path_text(root: str, path: tuple[str | int, ...]) -> str:
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return root + "".join(steps)


def _name(node: ast.AST) -> str:
    return _NAMES.get(type(node), type(node).__name__)


_NAMES: dict[type[ast.AST], str] = {
    ast.Lambda: "lambda", ast.NamedExpr: "':='", ast.JoinedStr: "An f-string",
    ast.ListComp: "A comprehension", ast.SetComp: "A comprehension",
    ast.DictComp: "A comprehension", ast.GeneratorExp: "A comprehension", ast.Set: "A set",
    ast.Await: "await", ast.Yield: "yield", ast.YieldFrom: "yield", ast.Starred: "'*x'",
    ast.Pow: "'**'", ast.MatMult: "'@'", ast.LShift: "'<<'", ast.RShift: "'>>'",
    ast.BitOr: "'|'", ast.BitAnd: "'&'", ast.BitXor: "'^'", ast.Slice: "A slice here",
}  # fmt: skip


# --- paths -----------------------------------------------------------------------------------


def static_path(node: ast.expr) -> tuple[ast.Name, tuple[str | int, ...]] | None:
    """The name and the literal steps that ``node`` consists of; ``None`` if there is more."""
    steps: list[str | int] = []
    while not isinstance(node, ast.Name):
        if isinstance(node, ast.Attribute):
            steps.append(node.attr)
        elif (
            isinstance(node, ast.Subscript)
            and isinstance(node.slice, ast.Constant)
            and type(node.slice.value) in {str, int}
        ):
            steps.append(node.slice.value)
        else:
            return None
        node = node.value
    return node, tuple(reversed(steps))


def _build_path(c: Compiler, node: Any, depth: int) -> Code:
    found = static_path(node)
    if found is None:
        return _build_step(c, node, depth)
    name, path = found
    c.nodes += len(path)
    for step in (name.id, *path):
        if isinstance(step, str) and step.startswith("__"):
            c.refuse(node, f"The name {shown(step)} is not allowed.")
    if len(path) > MAX_DEPTH:
        c.refuse(node, f"A path has at most {MAX_DEPTH} steps.")
    root = name.id
    if root == "nodes":
        if not path or not isinstance(path[0], str):
            c.refuse(node, "Behind 'nodes' goes the id of a node: nodes[\"id\"].port.")
        root, path = path[0], path[1:]
    elif not path and root in CONSTANTS:
        constant = CONSTANTS[root]
        return lambda _, __: constant
    return c.refer(node, root, path)


def _build_step(c: Compiler, node: ast.Attribute | ast.Subscript, depth: int) -> Code:
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
        return _build_slice(c, node, node.slice, depth)
    if isinstance(node.value, ast.Name) and node.value.id == "nodes":
        c.refuse(node, 'The id of a node must be written out: nodes["id"].port.')
    inner, text, step = c.build(node.value, depth), c.text, None
    if isinstance(node, ast.Attribute):
        if node.attr.startswith("__"):
            c.refuse(node, f"The name {shown(node.attr)} is not allowed.")
        attribute = node.attr
        return lambda scope, budget: _below(inner(scope, budget), attribute, text)
    step = c.build(node.slice, depth)
    return lambda scope, budget: _below(inner(scope, budget), step(scope, budget), text)


def _below(value: Any, step: Any, text: str) -> Any:
    return take(value, step, text)


def _build_slice(c: Compiler, node: ast.Subscript, part: ast.Slice, depth: int) -> Code:
    inner = c.build(node.value, depth)
    if part.step is not None:
        c.refuse(part.step, "A slice has a start and an end, and no step.")
    start, stop = _bound(c, part.lower), _bound(c, part.upper)
    c.builds = True
    return lambda scope, budget: cut(budget, inner(scope, budget), start, stop)


def _bound(c: Compiler, node: ast.expr | None) -> int | None:
    if node is None:
        return None
    sign, number = 1, node
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        sign, number = -1, node.operand
    if not isinstance(number, ast.Constant) or type(number.value) is not int:
        c.refuse(node, "The ends of a slice are whole numbers, written out.")
    if number.value > MAX_INTEGER:
        c.refuse(node, "A whole number is beyond 10**18.")
    return sign * number.value


# --- constants and displays ------------------------------------------------------------------


def _build_constant(c: Compiler, node: Any, _: int) -> Code:
    value = node.value
    if isinstance(value, str):
        if not value.isascii() and any("\ud800" <= x <= "\udfff" for x in value):
            c.refuse(node, "A string with half of a surrogate pair is not allowed.")
    elif isinstance(value, int):
        if value > MAX_INTEGER:
            c.refuse(node, "A whole number is beyond 10**18.")
    elif isinstance(value, float):
        if value == float("inf"):
            c.refuse(node, "A number is too large.")
    elif value is not None:
        c.refuse(node, f"{shown(value)} is not part of expressions.")
    return lambda _, __: value


def _build_list(c: Compiler, node: Any, depth: int) -> Code:
    items = [c.build(item, depth) for item in node.elts]
    c.builds = True
    return lambda scope, budget: [item(scope, budget) for item in items]


def _build_dict(c: Compiler, node: Any, depth: int) -> Code:
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


def _build_and_or(c: Compiler, node: Any, depth: int) -> Code:
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


def _build_binary(c: Compiler, node: Any, depth: int) -> Code:
    compute = ARITHMETIC.get(SIGNS.get(type(node.op), ""))
    if compute is None:
        c.refuse(node, f"{_name(node.op)} is not part of expressions.")
    left, right = c.build(node.left, depth), c.build(node.right, depth)
    return lambda scope, budget: compute(budget, left(scope, budget), right(scope, budget))


def _build_unary(c: Compiler, node: Any, depth: int) -> Code:
    inner, kind = c.build(node.operand, depth), type(node.op)
    if kind is ast.Not:
        return lambda scope, budget: not inner(scope, budget)
    compute = {ast.USub: negative, ast.UAdd: positive}.get(kind)
    if compute is None:
        c.refuse(node, "'~' is not part of expressions.")
    return lambda scope, budget: compute(inner(scope, budget))


def _build_comparison(c: Compiler, node: Any, depth: int) -> Code:
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


def _check_identity(c: Compiler, node: ast.Compare) -> None:
    for op, right in zip(node.ops, node.comparators, strict=True):
        null = (isinstance(right, ast.Constant) and right.value is None) or (
            isinstance(right, ast.Name) and right.id == "null"
        )
        if isinstance(op, ast.Is | ast.IsNot) and not null:
            c.refuse(right, "'is' compares with null only; use '=='.")


def _build_choice(c: Compiler, node: Any, depth: int) -> Code:
    test, yes, no = (c.build(part, depth) for part in (node.test, node.body, node.orelse))
    return lambda scope, budget: (yes if test(scope, budget) else no)(scope, budget)


# --- calls -----------------------------------------------------------------------------------


def _build_call(c: Compiler, node: Any, depth: int) -> Code:
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


def _build_lazy(c: Compiler, node: ast.Call, name: str, depth: int) -> Code:
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


_BUILDERS: dict[type[ast.expr], Callable[[Compiler, Any, int], Code]] = {
    ast.Name: _build_path, ast.Attribute: _build_path, ast.Subscript: _build_path,
    ast.Constant: _build_constant, ast.List: _build_list, ast.Tuple: _build_list,
    ast.Dict: _build_dict, ast.BoolOp: _build_and_or, ast.BinOp: _build_binary,
    ast.UnaryOp: _build_unary, ast.Compare: _build_comparison, ast.IfExp: _build_choice,
    ast.Call: _build_call,
}  # fmt: skip
