"""Comparisons that every canvas has, under one name each, as expressions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stageline.workflow.canvas.terms import Expr, expression, operand

_MISSING = 'default({l}, "") in ["", []]'
PATTERNS: Mapping[str, str] = {
    "equals": "{l} == {r}",
    "differs": "{l} != {r}",
    "above": "{l} > {r}",
    "below": "{l} < {r}",
    "at_least": "{l} >= {r}",
    "at_most": "{l} <= {r}",
    "contains": "contains({l}, {r})",
    "lacks": "not contains({l}, {r})",
    "starts": "startswith({l}, {r})",
    "starts_not": "not startswith({l}, {r})",
    "ends": "endswith({l}, {r})",
    "ends_not": "not endswith({l}, {r})",
    "matches": "matches({l}, {r})",
    "matches_not": "not matches({l}, {r})",
    "in": "{l} in {r}",
    "not_in": "{l} not in {r}",
    "true": "{l} == True",
    "false": "{l} == False",
    "null": "{l} is None",
    "not_null": "{l} is not None",
    "empty": _MISSING,
    "not_empty": 'default({l}, "") not in ["", []]',
    "longer": "len({l}) > {r}",
    "shorter": "len({l}) < {r}",
    "length": "len({l}) == {r}",
    "length_not": "len({l}) != {r}",
    "length_at_least": "len({l}) >= {r}",
    "length_at_most": "len({l}) <= {r}",
    "is_text": 'type({l}) == "string"',
    "is_number": 'type({l}) in ["number", "integer"]',
    "is_boolean": 'type({l}) == "boolean"',
    "is_array": 'type({l}) == "array"',
    "is_object": 'type({l}) == "object"',
}


def compare(name: str, left: Any, right: Any = None) -> Expr:
    """The comparison of this name; raises ``KeyError`` if there is none."""
    parts: list[Any] = []
    rest = PATTERNS[name]
    sides = {"{l}": operand(left), "{r}": operand(right)}
    while rest:
        at, mark = min((rest.find(m) if m in rest else len(rest), m) for m in sides)
        parts.append(rest[:at])
        if at < len(rest):
            parts.append(sides[mark])
        rest = rest[at + len(mark) :]
    return expression(*(part for part in parts if part != ""))


def combine(parts: list[Expr], word: str) -> Expr:
    """Several conditions with ``and`` or ``or`` between; ``True`` if there is none."""
    if len(parts) <= 1:
        return parts[0] if parts else Expr(("True",))
    first, *others = (expression("(", part, ")") for part in parts)
    return expression(first, *(piece for part in others for piece in (f" {word} ", part)))


def negate(part: Expr) -> Expr:
    return expression("not (", part, ")")
