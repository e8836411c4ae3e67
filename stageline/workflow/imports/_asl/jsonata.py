"""Formulas in JSONata, as far as expressions have exactly the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from stageline.workflow.canvas.formulas import (
    Call,
    Formula,
    Grammar,
    Listed,
    Mapped,
    Member,
    Name,
    Operation,
    Plain,
    path_of,
    read_formula,
)
from stageline.workflow.canvas.scripts import UntranslatedError
from stageline.workflow.canvas.terms import (
    Expr,
    Path,
    Raw,
    Ref,
    between,
    composed,
    expression,
    operand,
    patterned,
)

MOST_PARTS = 60
_BINARY = {"or": 2, "and": 3, "=": 4, "!=": 4, "<": 4, "<=": 4, ">": 4, ">=": 4, "in": 4,
           "&": 5, "+": 6, "-": 6, "*": 7, "/": 7, "%": 7}  # fmt: skip
_GRAMMAR = Grammar(_BINARY, frozenset("-"), {"true": True, "false": False, "null": None}, True)
# A rest has the sign of what is divided; ``in`` takes one value for a list of one.
_SIGNS = {"=": "{0} == {1}", "%": "{0} - {1} * int({0} / {1})", "in": "{0} in flatten([{1}])",
          "&": 'str(default({0}, "")) + str(default({1}, ""))'}  # fmt: skip
_PLAIN = ("!=", "<", "<=", ">", ">=", "+", "-", "*", "/")
_SIGNS |= {sign: f"{{0}} {sign} {{1}}" for sign in _PLAIN}
_LAST = Operation("-", (Plain(1),))
_TRUTHS = frozenset({"or", "and", "=", "!=", "<", "<=", ">", ">=", "in"})
_TRUE_OR_FALSE = frozenset({"$exists", "$contains", "$not", "$boolean"})
# By name and the number of what is given. One value counts as a list of one.
_FUNCTIONS: Mapping[tuple[str, int], str] = {
    ("$exists", 1): "exists({0})", ("$contains", 2): "contains({0}, {1})",
    ("$uppercase", 1): "upper({0})", ("$lowercase", 1): "lower({0})",
    ("$trim", 1): 'join(split({0}), " ")', ("$length", 1): "len({0})",
    ("$split", 2): "split({0}, {1})", ("$join", 1): "join(flatten([{0}]))",
    ("$join", 2): "join(flatten([{0}]), {1})", ("$replace", 3): "replace({0}, {1}, {2})",
    ("$substringBefore", 2): "split({0}, {1})[0]", ("$string", 1): "str({0})",
    ("$number", 1): "float({0})", ("$abs", 1): "abs({0})", ("$round", 1): "round({0})",
    ("$round", 2): "round({0}, {1})", ("$floor", 1): "int({0} // 1)",
    ("$ceil", 1): "-int(-{0} // 1)", ("$sum", 1): "sum(flatten([{0}]))",
    ("$max", 1): "max(flatten([{0}]))", ("$min", 1): "min(flatten([{0}]))",
    ("$average", 1): "sum(flatten([{0}])) / len(flatten([{0}]))",
    ("$count", 1): "len(flatten([{0}]))", ("$append", 2): "flatten([{0}, {1}])",
    ("$distinct", 1): "unique(flatten([{0}]))", ("$sort", 1): "sorted(flatten([{0}]))",
    ("$keys", 1): "keys({0})", ("$lookup", 2): "get({0}, {1})", ("$parse", 1): "parse_json({0})",
}  # fmt: skip


def jsonata(resolve: Callable[[str, Path], Any], written: str) -> Any:
    """What stands between ``{%`` and ``%}`` as a term; ``resolve`` gives that of a variable with
    a path below it. Raises ``UntranslatedError``."""
    return _Formulas(resolve, written).value(read_formula(_GRAMMAR, written))


class _Formulas:
    def __init__(self, resolve: Callable[[str, Path], Any], written: str) -> None:
        self._resolve, self._written = resolve, written

    def value(self, formula: Formula) -> Any:
        found = _READERS[type(formula)](self, formula)
        if isinstance(found, Expr) and len(found.parts) > MOST_PARTS:
            raise UntranslatedError(self._written)
        return found

    def path(self, formula: Any) -> Any:
        if getattr(formula, "name", "") == _LAST:
            return patterned("{0}[-1]", self.value(formula.of))
        found = path_of(formula)
        if found is None or not found[0].startswith("$"):
            raise UntranslatedError(self._written)
        return self._resolve(*found)

    def call(self, formula: Any) -> Any:
        name = formula.function.name if isinstance(formula.function, Name) else ""
        if name in {"$not", "$boolean"} and len(formula.given) == 1:
            told = self.truth(formula.given[0])
            return expression("not (", told, ")") if name == "$not" else told
        if name == "$substring" and len(formula.given) in {2, 3}:
            return self._cut(*formula.given)
        pattern = _FUNCTIONS.get((name, len(formula.given)))
        if pattern is None:
            raise UntranslatedError(self._written)
        return patterned(pattern, *map(self.value, formula.given))

    def _cut(self, text: Formula, start: Formula, length: Formula | None = None) -> Any:
        """A part of a text by constants that count from its beginning."""
        ends = [0 if one is None else one.value if isinstance(one, Plain) else None
                for one in (start, length)]  # fmt: skip
        if not all(type(end) is int for end in ends):
            raise UntranslatedError(self._written)
        stop = "" if length is None else sum(end or 0 for end in ends)
        return patterned(f"{{0}}[{ends[0]}:{stop}]", self.value(text))

    def operation(self, formula: Any) -> Any:
        sign, given = formula.sign, formula.operands
        if sign == "?":
            then, other = (composed(self.value(one)) for one in given[1:])
            test = self.truth(given[0])
            return expression("(", then, ") if (", test, ") else (", other, ")")
        if sign in {"and", "or"}:
            left, right = map(self.truth, given)
            return expression("(", left, f") {sign} (", right, ")")
        if len(given) == 1:
            return patterned("-{0}", self.value(given[0]))
        return patterned(_SIGNS[sign], *map(self.value, given))

    def truth(self, formula: Formula) -> Expr:
        """A value as true or false."""
        found = operand(self.value(formula))
        name = getattr(getattr(formula, "function", None), "name", "")
        sure = name in _TRUE_OR_FALSE or getattr(formula, "sign", "") in _TRUTHS
        sure = sure or (isinstance(formula, Plain) and isinstance(formula.value, bool))
        return found if sure else expression("bool(default(", found, ", False))")

    def listed(self, formula: Any) -> Any:
        """The items of lists among the items stand in the list themselves."""
        parts = [[self.value(one)] if isinstance(one, Listed) else self.value(one)
                 for one in formula.items]  # fmt: skip
        found = expression("[", *between([composed(part) for part in parts]), "]")
        plain = all(isinstance(one, Plain | Mapped) for one in formula.items)
        return found if plain else expression("flatten(", found, ")")

    def mapped(self, formula: Any) -> Any:
        return composed({name: self.value(one) for name, one in formula.pairs})

    def plain(self, formula: Any) -> Raw:
        return Raw(formula.value)


_READERS: Mapping[type, Callable[[_Formulas, Any], Any]] = {
    Plain: _Formulas.plain, Name: _Formulas.path, Member: _Formulas.path, Call: _Formulas.call,
    Operation: _Formulas.operation, Listed: _Formulas.listed, Mapped: _Formulas.mapped,
}  # fmt: skip


def root_of(term: Any) -> str:
    """The node whose value comes first in a term."""
    parts = term.parts if isinstance(term, Expr) else (term,)
    return next((part.root for part in parts if isinstance(part, Ref)), "")
