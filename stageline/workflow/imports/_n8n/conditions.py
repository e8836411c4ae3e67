"""Conditions of n8n's If, Filter and Switch, in all the spellings that they have had."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from stageline.workflow.canvas.conditions import combine, compare
from stageline.workflow.canvas.draft import Draft
from stageline.workflow.canvas.scripts import UntranslatedError
from stageline.workflow.canvas.terms import Expr, Raw, expression, operand
from stageline.workflow.canvas.tolerance import Data, items, mapping, mappings, number, text
from stageline.workflow.imports._n8n.items import Items

# Names of operations of every version; those of numbers, text, dates and lists are the same
# where they mean the same.
OPERATIONS = {
    "equals": "equals", "equal": "equals", "notEquals": "differs", "notEqual": "differs",
    "larger": "above", "gt": "above", "largerEqual": "at_least", "gte": "at_least",
    "smaller": "below", "lt": "below", "smallerEqual": "at_most", "lte": "at_most",
    "after": "above", "before": "below", "afterOrEquals": "at_least",
    "beforeOrEquals": "at_most", "contains": "contains", "notContains": "lacks",
    "startsWith": "starts", "notStartsWith": "starts_not", "endsWith": "ends",
    "notEndsWith": "ends_not", "regex": "matches", "notRegex": "matches_not",
    "exists": "not_null", "notExists": "null", "isEmpty": "empty", "empty": "empty",
    "isNotEmpty": "not_empty", "notEmpty": "not_empty", "true": "true", "false": "false",
    "lengthEquals": "length", "lengthNotEquals": "length_not", "lengthGt": "longer",
    "lengthLt": "shorter", "lengthGte": "length_at_least", "lengthLte": "length_at_most",
}  # fmt: skip
_ALONE = frozenset({"not_null", "null", "empty", "not_empty", "true", "false"})
_DEFAULTS = {"number": "smaller", "string": "equal", "boolean": "equal", "dateTime": "after"}


def conditions(found: Items, draft: Draft, given: Any) -> Expr:
    """A block ``conditions``. Raises ``UntranslatedError``."""
    block = mapping(given)
    if "conditions" in block:
        exact = mapping(block.get("options")).get("caseSensitive") is not False
        parts = [_new(found, draft, c, exact) for c in mappings(block["conditions"])]
        return combine(parts, "or" if text(block.get("combinator")) == "or" else "and")
    return combine(list(_old(found, draft, block)), "and")


def old_conditions(found: Items, draft: Draft, parameters: Data) -> Expr:
    """The conditions of a whole node, which has its ``combineOperation`` beside them."""
    block = mapping(parameters.get("conditions"))
    if "conditions" in block:
        return conditions(found, draft, block)
    word = "or" if text(parameters.get("combineOperation")) == "any" else "and"
    return combine(list(_old(found, draft, block)), word)


def _new(found: Items, draft: Draft, condition: Data, exact: bool) -> Expr:
    operator = mapping(condition.get("operator"))
    kind = text(operator.get("type"))
    sides = (condition.get("leftValue"), condition.get("rightValue"))
    return test(found, draft, sides, text(operator.get("operation")), kind, exact)


def _old(found: Items, draft: Draft, block: Data) -> Iterator[Expr]:
    for kind, entries in block.items():
        for entry in map(mapping, items(entries)):
            operation = text(entry.get("operation")) or _DEFAULTS.get(kind, "equal")
            yield test(found, draft, (entry.get("value1"), entry.get("value2")), operation, kind)


def test(
    found: Items,
    draft: Draft,
    given: tuple[Any, Any],
    operation: str,
    kind: str = "",
    exact: bool = True,
) -> Expr:
    """One comparison; not ``exact``: capitals do not count. Raises ``UntranslatedError`` for
    operations that are not known."""
    name = OPERATIONS.get(operation)
    if name is None:
        raise UntranslatedError(operation)
    if kind == "boolean" and given[1] is None and name == "equals":
        name = "true"
    left, right = (found.value(draft, side) for side in given)
    if name in _ALONE:
        return compare(name, left)
    if kind in {"number", "array"}:
        left, right = (_as_number(left) if kind == "number" else left), _as_number(right)
    if kind == "string" and not exact and not name.startswith("matches"):
        left, right = _lowered(left), _lowered(right)
    return compare(name, left, right)


def _lowered(side: Any) -> Any:
    if isinstance(side, Raw):
        return Raw(side.data.lower()) if isinstance(side.data, str) else side
    return side.lower() if isinstance(side, str) else expression("lower(", operand(side), ")")


def _as_number(side: Any) -> Any:
    if isinstance(side, Raw | str):
        data = side.data if isinstance(side, Raw) else side
        measure = number(data)
        return Raw(data if measure is None or not isinstance(data, str) else measure)
    return side
