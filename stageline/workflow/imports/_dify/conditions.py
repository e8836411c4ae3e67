"""Conditions of Dify's If-Else and of the ends of its loops."""

from __future__ import annotations

from typing import Any

from stageline.workflow.canvas.conditions import combine, compare
from stageline.workflow.canvas.draft import Draft
from stageline.workflow.canvas.scripts import UntranslatedError
from stageline.workflow.canvas.terms import Expr, Raw
from stageline.workflow.canvas.tolerance import Data, mappings, number, text
from stageline.workflow.imports._dify.selectors import Selectors, constant

OPERATORS = {
    "contains": "contains", "not contains": "lacks", "start with": "starts",
    "end with": "ends", "is": "equals", "is not": "differs", "empty": "empty",
    "not empty": "not_empty", "=": "equals", "≠": "differs", "==": "equals", "!=": "differs",
    ">": "above", "<": "below", "≥": "at_least", "≤": "at_most", ">=": "at_least",
    "<=": "at_most", "null": "null", "not null": "not_null", "in": "in", "not in": "not_in",
    "exists": "not_empty", "not exists": "empty", "before": "below", "after": "above",
}  # fmt: skip
_ALONE = frozenset({"empty", "not_empty", "null", "not_null"})
_SIZES = frozenset({"above", "below", "at_least", "at_most"})


def condition(found: Selectors, draft: Draft, entry: Data) -> Expr:
    """All conditions of a case. Raises ``UntranslatedError``."""
    parts = [_one(found, draft, one) for one in mappings(entry.get("conditions"))]
    return combine(parts, "or" if text(entry.get("logical_operator")) == "or" else "and")


def _one(found: Selectors, draft: Draft, one: Data) -> Expr:
    operator = text(one.get("comparison_operator"))
    name = OPERATORS.get(operator)
    if name is None or one.get("sub_variable_condition"):
        raise UntranslatedError(operator)
    left = found.ref(draft, one.get("variable_selector"))
    return compare(name, left, None if name in _ALONE else _right(found, draft, one, name))


def _right(found: Selectors, draft: Draft, one: Data, name: str) -> Any:
    value = one.get("value")
    kind = text(one.get("varType"))
    if isinstance(value, str) and "{{#" in value:
        return found.text(draft, value)
    if isinstance(value, list) and text(one.get("numberVarType")) == "variable":
        return found.ref(draft, value)
    if (kind == "number" or (not kind and name in _SIZES)) and number(value) is not None:
        return constant(value, "number")
    if name in {"in", "not_in"} and isinstance(value, str):
        return Raw([part.strip() for part in value.split(",")])
    return constant(value, "boolean") if kind == "boolean" else Raw(value)
