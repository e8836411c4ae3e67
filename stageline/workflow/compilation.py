"""One expression while it is compiled: its bounds, its columns, the paths met so far."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any, NoReturn, TypeAlias

from stageline.workflow.language import MAX_DEPTH, MAX_NODES, Budget, ExpressionError
from stageline.workflow.paths import Reference, look_up

Code: TypeAlias = Callable[[Mapping[str, Any], Budget], Any]
"""Gets the scope and the budget, and gives the value."""

CONSTANTS: dict[str, bool | None] = {"true": True, "false": False, "null": None}
SIGNS: dict[type[ast.AST], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%",
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
    ast.In: "in", ast.NotIn: "not in", ast.Is: "is", ast.IsNot: "is not",
}  # fmt: skip
_NAMES: dict[type[ast.AST], str] = {
    ast.Lambda: "lambda", ast.NamedExpr: "':='", ast.JoinedStr: "An f-string",
    ast.ListComp: "A comprehension", ast.SetComp: "A comprehension",
    ast.DictComp: "A comprehension", ast.GeneratorExp: "A comprehension", ast.Set: "A set",
    ast.Await: "await", ast.Yield: "yield", ast.YieldFrom: "yield", ast.Starred: "'*x'",
    ast.Pow: "'**'", ast.MatMult: "'@'", ast.LShift: "'<<'", ast.RShift: "'>>'",
    ast.BitOr: "'|'", ast.BitAnd: "'&'", ast.BitXor: "'^'", ast.Slice: "A slice here",
    ast.Invert: "'~'",
}  # fmt: skip


class Compilation:
    """Compiles one tree with ``builders``, a function for each kind of node that is known.

    ``found`` holds the paths met, ``builds`` tells whether the value may be a list or mapping
    that the expression made.
    """

    def __init__(self, text: str, shift: int, builders: Mapping[type[ast.expr], Any]) -> None:
        self.text = text
        self.shift = shift
        self.builders = builders
        self.nodes = 0
        self.builds = False
        self.found: dict[ast.expr, Reference] = {}

    def column(self, node: ast.expr) -> int:
        """Where ``node`` begins, in characters from 1 (``ast`` counts bytes)."""
        offset = node.col_offset
        if not self.text.isascii():
            offset = len(self.text[self.shift :].encode()[:offset].decode(errors="ignore"))
        return offset + self.shift + 1

    def refuse(self, node: ast.expr, message: str) -> NoReturn:
        """Raise ``ExpressionError`` at ``node``."""
        raise ExpressionError(message, self.column(node))

    def refuse_kind(self, node: ast.expr, kind: ast.AST) -> NoReturn:
        """Raise ``ExpressionError``: Python knows this kind of part, expressions do not."""
        name = _NAMES.get(type(kind), type(kind).__name__)
        self.refuse(node, f"{name} is not part of expressions.")

    def build(self, node: ast.expr, depth: int) -> Code:
        """The code of ``node``; what is not known is refused with its name and column."""
        self.nodes += 1
        if depth > MAX_DEPTH:
            self.refuse(node, f"This expression is nested more than {MAX_DEPTH} deep.")
        if self.nodes > MAX_NODES:
            self.refuse(node, f"This expression has more than {MAX_NODES} parts.")
        builder = self.builders.get(type(node))
        if builder is None:
            self.refuse_kind(node, node)
        code: Code = builder(self, node, depth + 1)
        return code

    def refer(self, node: ast.expr, root: str, path: tuple[str | int, ...]) -> Code:
        """The code that takes the value at a path."""
        text = root
        for step in path:
            text += f"[{step}]" if isinstance(step, int) else f".{step}"
        reference = Reference(root, path, text, self.column(node))
        self.found[node] = reference
        return lambda scope, _: look_up(reference, scope)
