"""Formulas in JavaScript, as far as expressions have exactly the same.

What JavaScript would turn into another type on the way (``"5" * 2``) is an error of the node
here, not another value. ``null`` and what is not there are one here.
"""

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
    read_formula,
)
from stageline.workflow.canvas.scripts import UntranslatedError
from stageline.workflow.canvas.terms import Expr, Raw, composed, expression, operand, patterned

MOST_PARTS = 60
_BINARY = {"??": 2, "||": 2, "&&": 3, "==": 5, "!=": 5, "===": 5, "!==": 5, "<": 6, "<=": 6,
           ">": 6, ">=": 6, "+": 8, "-": 8, "*": 9, "/": 9, "%": 9}  # fmt: skip
_WORDS = {"true": True, "false": False, "null": None, "undefined": None}
_GRAMMAR = Grammar(_BINARY, frozenset("!-"), _WORDS)
_SIGNS = {sign: f"{{0}} {sign} {{1}}" for sign in ("<", "<=", ">", ">=", "+", "-", "*", "/")}
# A rest has the sign of what is divided.
_SIGNS |= {"===": "{0} == {1}", "!==": "{0} != {1}", "%": "{0} - {1} * int({0} / {1})",
           "??": "default({0}, {1})"}  # fmt: skip
# Empty lists and mappings are true in JavaScript.
_TRUE = 'default({0}, False) not in [False, 0, ""]'
# By name and the number of what is given, what they are called on counted.
_METHODS: Mapping[tuple[str, int], str] = {
    ("toString", 1): "str({0})", ("toUpperCase", 1): "upper({0})",
    ("toLowerCase", 1): "lower({0})", ("trim", 1): "strip({0})",
    ("includes", 2): "contains({0}, {1})", ("startsWith", 2): "startswith({0}, {1})",
    ("endsWith", 2): "endswith({0}, {1})", ("split", 2): "split({0}, {1})",
    ("join", 2): "join({0}, {1})", ("join", 1): 'join({0}, ",")', ("first", 1): "first({0})",
    ("last", 1): "last({0})", ("toJsonString", 1): "to_json({0})",
    ("parseJson", 1): "parse_json({0})",
}  # fmt: skip
_FUNCTIONS: Mapping[tuple[str, int], str] = {
    ("String", 1): "str({0})", ("Number", 1): "float({0})", ("JSON.stringify", 1): "to_json({0})",
    ("JSON.parse", 1): "parse_json({0})", ("Object.keys", 1): "keys({0})",
    ("Object.values", 1): "values({0})", ("Math.abs", 1): "abs({0})",
    ("Math.floor", 1): "int({0} // 1)", ("Math.ceil", 1): "-int(-{0} // 1)",
    ("Math.max", 2): "max({0}, {1})", ("Math.min", 2): "min({0}, {1})",
}  # fmt: skip
# Mappings may have something of this name.
_LENGTH = 'len({0}) if type({0}) in ["array", "string"] else get({0}, "length")'
_NOTHING = "default({0}, None) is None"
Resolve = Callable[[Formula], Any]


def javascript(resolve: Resolve, written: str) -> Any:
    """A formula as a term; ``resolve`` gives that of a path into items, or ``None`` for what is
    no such path. Raises ``UntranslatedError``."""
    return _Formulas(resolve, written).value(read_formula(_GRAMMAR, written))


class _Formulas:
    def __init__(self, resolve: Resolve, written: str) -> None:
        self._resolve, self._written = resolve, written

    def value(self, formula: Formula) -> Any:
        found = self._resolve(formula)
        if found is None:
            found = _READERS[type(formula)](self, formula)
        if isinstance(found, Expr) and len(found.parts) > MOST_PARTS:
            raise UntranslatedError(self._written)
        return found

    def lost(self, _: Any) -> Any:
        raise UntranslatedError(self._written)

    def member(self, formula: Any) -> Any:
        """``length``; a place in what was computed."""
        if formula.name == "length":
            return patterned(_LENGTH, self.value(formula.of))
        place = formula.name
        if isinstance(place, Plain) and type(place.value) is int and place.value >= 0:
            return patterned(f"{{0}}[{place.value}]", self.value(formula.of))
        return self.lost(formula)

    def call(self, formula: Any) -> Any:
        function, given = formula.function, formula.given
        if function == Name("Boolean") and len(given) == 1:
            return self.truth(given[0])
        if pattern := _FUNCTIONS.get((_dotted(function), len(given))):
            return patterned(pattern, *map(self.value, given))
        name = function.name if isinstance(function, Member) else ""
        if name in {"slice", "substring"}:
            return self._cut(name, function.of, [_count(one) for one in given])
        pattern = _METHODS.get((name, len(given) + 1)) if isinstance(name, str) else None
        if pattern is None:
            return self.lost(formula)
        return patterned(pattern, self.value(function.of), *map(self.value, given))

    def _cut(self, name: str, whole: Formula, ends: list[int | None]) -> Any:
        """A part between constants; only ``slice`` counts from the end, too."""
        known = [end for end in ends if end is not None]
        low = name == "substring" and (min(known, default=0) < 0 or known != sorted(known))
        if len(known) != len(ends) or len(ends) not in {1, 2} or low:
            return self.lost(whole)
        first, *last = known
        return patterned(f"{{0}}[{first}:{last[0] if last else ''}]", self.value(whole))

    def operation(self, formula: Any) -> Any:
        sign, given = formula.sign, formula.operands
        if sign in {"?", "||", "&&"}:
            return self._chosen(sign, given)
        if sign == "!":
            return expression("not (", self.truth(given[0]), ")")
        if sign in {"==", "!=", "===", "!=="}:
            return self._compared(sign, *given)
        if len(given) == 1:
            return patterned("-{0}", self.value(given[0]))
        if sign == "+" and any(map(_is_text, given)):
            return patterned("{0} + {1}", *map(self._as_text, given))
        return patterned(_SIGNS[sign], *map(self.value, given))

    def _chosen(self, sign: str, given: tuple[Formula, ...]) -> Any:
        """One of two values, by the first."""
        if sign == "&&" and all(map(_is_truth, given)):
            return self.truth(Operation(sign, given))
        pairs = {"?": given[1:], "||": given, "&&": given[::-1]}
        then, other = (composed(self.value(one)) for one in pairs[sign])
        return expression("(", then, ") if (", self.truth(given[0]), ") else (", other, ")")

    def _compared(self, sign: str, left: Formula, right: Formula) -> Any:
        """With ``==`` only null and texts that are no numbers, where nothing is converted."""
        nothing = next((one for one in (left, right) if one == Plain(None)), None)
        if nothing is not None:
            found = patterned(_NOTHING, self.value(right if left is nothing else left))
            return expression("not (", found, ")") if sign.startswith("!") else found
        if len(sign) == 2 and not (_is_word(left) or _is_word(right)):
            return self.lost(sign)
        return patterned(_SIGNS[sign if len(sign) == 3 else f"{sign}="], *map(self.value,
                         (left, right)))  # fmt: skip

    def _as_text(self, formula: Formula) -> Any:
        found = self.value(formula)
        return found if _is_text(formula) else patterned("str({0})", found)

    def truth(self, formula: Formula) -> Expr:
        """A value as true or false."""
        sign = getattr(formula, "sign", "")
        if sign in {"&&", "||"}:
            left, right = map(self.truth, formula.operands)  # type: ignore[union-attr]
            word = "and" if sign == "&&" else "or"
            return expression("(", left, f") {word} (", right, ")")
        found = self.value(formula)
        return operand(found) if _is_truth(formula) else patterned(_TRUE, found)

    def listed(self, formula: Any) -> Any:
        return composed([self.value(one) for one in formula.items])

    def mapped(self, formula: Any) -> Any:
        return composed({name: self.value(one) for name, one in formula.pairs})

    def plain(self, formula: Any) -> Raw:
        return Raw(formula.value)


def _dotted(function: Formula) -> str:
    if isinstance(function, Member) and isinstance(function.of, Name):
        return f"{function.of.name}.{function.name}"
    return function.name if isinstance(function, Name) else ""


def _count(formula: Formula) -> int | None:
    """A whole number that is written down."""
    if isinstance(formula, Operation) and len(formula.operands) == 1:
        found = _count(formula.operands[0])
        return None if found is None or formula.sign != "-" else -found
    whole = isinstance(formula, Plain) and type(formula.value) is int
    return int(formula.value) if whole else None  # type: ignore[union-attr]


def _is_word(formula: Formula) -> bool:
    """A text that is no number, not even zero as the empty one."""
    value = formula.value if isinstance(formula, Plain) else None
    return isinstance(value, str) and value.strip()[:1].isalpha() and value != "Infinity"


def _is_text(formula: Formula) -> bool:
    """Whether this is a text whatever is put in."""
    if isinstance(formula, Plain):
        return isinstance(formula.value, str)
    name = getattr(getattr(formula, "function", None), "name", "")
    joined = isinstance(formula, Operation) and formula.sign == "+"
    return name in _TEXTS or (joined and any(map(_is_text, formula.operands)))  # type: ignore[union-attr]


def _is_truth(formula: Formula) -> bool:
    """Whether this is true or false whatever is put in."""
    if isinstance(formula, Operation):
        logic = formula.sign == "&&" and all(map(_is_truth, formula.operands))
        return formula.sign in _TRUTHS or logic
    name = getattr(getattr(formula, "function", None), "name", "")
    return name in _TELLING or (isinstance(formula, Plain) and isinstance(formula.value, bool))


_TRUTHS = frozenset({"!", "==", "!=", "===", "!==", "<", "<=", ">", ">="})
_TELLING = frozenset({"includes", "startsWith", "endsWith", "Boolean"})
_TEXTS = frozenset({"toString", "toUpperCase", "toLowerCase", "trim", "join", "String"})
_READERS: Mapping[type, Callable[[_Formulas, Any], Any]] = {
    Plain: _Formulas.plain, Name: _Formulas.lost, Member: _Formulas.member, Call: _Formulas.call,
    Operation: _Formulas.operation, Listed: _Formulas.listed, Mapped: _Formulas.mapped,
}  # fmt: skip
