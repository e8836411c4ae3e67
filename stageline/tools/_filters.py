"""The filters and comparisons of templates, and what each costs."""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stageline.errors import InputError, ResourceError
from stageline.keys import shown

MAX_VALUE, MAX_DIGITS = 1_000_000, 18
CHARACTERS_OF_A_STEP, ITEMS_OF_A_STEP = 1024, 64


@dataclass(frozen=True, slots=True)
class Filter:
    """What is done with a value, and how many arguments it takes (least, most)."""

    apply: Callable[..., Any]
    takes: tuple[int, int] = (0, 0)


def as_text(value: Any) -> str:
    """A value as it is written out: text as it is, null as nothing, else compact JSON."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _replace(value: Any, old: Any, new: Any) -> str:
    text, old, new = as_text(value), as_text(old), as_text(new)
    if len(text) + text.count(old) * (len(new) - len(old)) > MAX_VALUE:
        raise ResourceError(f"A filter would make more than {MAX_VALUE:,} characters.")
    return text.replace(old, new)


def _truncate(value: Any, length: Any = 255) -> str:
    text = as_text(value)
    return text if len(text) <= int(length) else text[: max(0, int(length) - 1)] + "…"


def _join(value: Any, separator: Any = "") -> str:
    items, between = [as_text(item) for item in many(value)], as_text(separator)
    if sum(map(len, items)) + len(items) * len(between) > MAX_VALUE:
        raise ResourceError(f"A filter would make more than {MAX_VALUE:,} characters.")
    return between.join(items)


def many(value: Any) -> Sequence[Any]:
    if isinstance(value, list | tuple | str):
        return value
    if isinstance(value, Mapping):
        return list(value)
    raise InputError(f"{shown(value)} in the template is no list.")


def _number(value: Any) -> int | float:
    if isinstance(value, int | float):
        return value
    raise InputError(f"{shown(value)} in the template is no number.")


def _round(value: Any, digits: Any = 0) -> int | float:
    """Python computes 10 to the power of the digits, however many there are."""
    if not -MAX_DIGITS <= int(digits) <= MAX_DIGITS:
        raise InputError(f"The filter round takes -{MAX_DIGITS} to {MAX_DIGITS} digits.")
    return round(_number(value), int(digits) or None)


FILTERS: Mapping[str, Filter] = {
    "default": Filter(lambda value, other: other if value is None else value, (1, 1)),
    "escape": Filter(lambda value: html.escape(as_text(value))),
    "first": Filter(lambda value: next(iter(many(value)), None)),
    "join": Filter(_join, (0, 1)),
    "json": Filter(lambda value: json.dumps(value, ensure_ascii=False, separators=(",", ":"))),
    "last": Filter(lambda value: next(reversed(many(value)), None)),
    "length": Filter(lambda value: len(many(value))),
    "lower": Filter(lambda value: as_text(value).lower()),
    "replace": Filter(_replace, (2, 2)),
    "round": Filter(_round, (0, 1)),
    "title": Filter(lambda value: as_text(value).title()),
    "trim": Filter(lambda value: as_text(value).strip()),
    "truncate": Filter(_truncate, (0, 1)),
    "upper": Filter(lambda value: as_text(value).upper()),
}

SIGNS: Mapping[str, Callable[[Any, Any], bool]] = {
    "==": lambda left, right: bool(left == right),
    "!=": lambda left, right: bool(left != right),
    "<": lambda left, right: bool(left < right),
    "<=": lambda left, right: bool(left <= right),
    ">": lambda left, right: bool(left > right),
    ">=": lambda left, right: bool(left >= right),
    "in": lambda left, right: left in right,
}


def cost(value: Any) -> int:
    """How many steps it takes to look at a value once."""
    if isinstance(value, str):
        return len(value) // CHARACTERS_OF_A_STEP
    return len(value) // ITEMS_OF_A_STEP if isinstance(value, list | Mapping) else 0


def compare(sign: str, left: Any, right: Any) -> bool:
    """``left sign right``. ``InputError`` for what cannot be compared, such as whole lists."""
    plain = (str, int, float, type(None))
    if not isinstance(left, plain) or not (sign == "in" or isinstance(right, plain)):
        raise InputError("Only text, numbers, true, false and null can be compared in a template.")
    try:
        return SIGNS[sign](left, right)
    except TypeError:
        raise InputError(
            f"The template compares {shown(left)} and {shown(right)} by {sign}, which cannot be."
        ) from None


def apply(name: str, value: Any, arguments: Sequence[Any]) -> Any:
    """The value behind a filter, bounded. ``InputError`` for what the filter cannot take."""
    try:
        found = FILTERS[name].apply(value, *arguments)
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"The filter {name} cannot take {shown(value)}.") from None
    if isinstance(found, str) and len(found) > MAX_VALUE:
        raise ResourceError(f"A filter would make more than {MAX_VALUE:,} characters.")
    return found
