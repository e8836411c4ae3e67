"""The rules of a Choice."""

from __future__ import annotations

import re
from typing import Any

from stageline.workflow.canvas.conditions import combine, compare, negate
from stageline.workflow.canvas.scripts import UntranslatedError
from stageline.workflow.canvas.terms import Expr, Raw, expression, operand
from stageline.workflow.canvas.tolerance import Data, mapping, mappings, text
from stageline.workflow.imports._asl.paths import Paths

_COMPARISON = re.compile(
    r"(?:String|Numeric|Boolean|Timestamp)"
    r"(Equals|GreaterThan|GreaterThanEquals|LessThan|LessThanEquals)(Path)?"
)
_NAMES = {"Equals": "equals", "GreaterThan": "above", "GreaterThanEquals": "at_least",
          "LessThan": "below", "LessThanEquals": "at_most"}  # fmt: skip
_KINDS = {"IsNull": "null", "IsString": "is_text", "IsNumeric": "is_number",
          "IsBoolean": "is_boolean"}  # fmt: skip
DEEPEST = 12


def rule(paths: Paths, name: str, given: Data, depth: int = 0) -> Expr:
    """A rule as an expression. Raises ``UntranslatedError``."""
    if depth > DEEPEST:
        raise UntranslatedError("rules inside rules")
    for key, word in (("And", "and"), ("Or", "or")):
        if key in given:
            parts = [rule(paths, name, r, depth + 1) for r in mappings(given[key])]
            return combine(parts, word)
    if "Not" in given:
        return negate(rule(paths, name, mapping(given["Not"]), depth + 1))
    if "Condition" in given:
        return operand(paths.value(name, given["Condition"]))
    if "Variable" not in given:
        raise UntranslatedError("a rule without Variable")
    left = paths.value(name, given["Variable"])
    found = [_test(paths, name, left, key, value) for key, value in given.items()
             if key not in ("Variable", "Next", "Comment", "Assign", "Output")]  # fmt: skip
    if len(found) != 1:
        raise UntranslatedError(text(given["Variable"]))
    return found[0]


def _pattern(text: str) -> str:
    """A pattern with ``*`` for any text (``\\*`` is a star) as a regular expression."""
    parts = [re.escape(part.replace("\\*", "*")) for part in re.split(r"(?<!\\)\*", text)]
    return f"^{'.*'.join(parts)}$"


def _test(paths: Paths, name: str, left: Any, key: str, value: Any) -> Expr:
    if key == "IsPresent":
        present = expression("exists(", operand(left), ")")
        return present if value is True else negate(present)
    if key in _KINDS:
        found = compare(_KINDS[key], left)
        return found if value is True else negate(found)
    if key == "StringMatches" and isinstance(value, str):
        return compare("matches", left, _pattern(value))
    match = _COMPARISON.fullmatch(key)
    if match is None:
        raise UntranslatedError(key)
    right = paths.value(name, value) if match[2] else Raw(value)
    return compare(_NAMES[match[1]], left, right)
