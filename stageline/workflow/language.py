"""What paths, templates and expressions share: their errors, their types and their bounds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from stageline.errors import DocumentError, ToolError

MAX_LENGTH, MAX_DEPTH, MAX_NODES = 2_000, 30, 500
MAX_TEXT = MAX_ITEMS = 100_000
MAX_INTEGER = 10**18
MAX_TEMPLATE = 1_000_000
"""Characters that a string with ``${...}`` may become."""
MAX_VALUE, MAX_VALUE_DEPTH = 64_000_000, 100
"""How large (characters of JSON, nearly) and how deep a value may be that a document builds."""
MAX_WORK = 200_000
"""What one evaluation may cost; a unit is about 100 ns, the price of touching a few items."""

_WRITER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)
_NUMERIC = frozenset({int, float, bool, type(None)})
_SCALARS = _NUMERIC | {str}
_TYPES: dict[type, str] = {
    str: "string", bool: "boolean", int: "integer", float: "number", type(None): "null",
    list: "array", tuple: "array", dict: "object",
}  # fmt: skip


class ExpressionError(DocumentError):
    """A path, template or expression that cannot be read, or whose types do not fit.

    ``column`` counts characters from 1 in its text; ``message`` says what is wrong, without it.
    """

    def __init__(self, message: str, column: int = 1) -> None:
        super().__init__(message, column)
        self.message = message
        self.column = column

    def __str__(self) -> str:
        return f"{self.message} (column {self.column})"


class EvaluationError(ToolError):
    """A path, template or expression that has no value with the data at hand."""


class MissingError(EvaluationError):
    """There is nothing at a path; ``exists`` and ``default`` take this for an answer."""


class Budget:
    """What is left to spend in one evaluation (see ``MAX_WORK``)."""

    __slots__ = ("left",)

    def __init__(self, left: int = MAX_WORK) -> None:
        self.left = left

    def spend(self, work: int) -> None:
        """Take ``work`` units away; ``EvaluationError`` when they are used up."""
        self.left -= work
        if self.left < 0:
            raise EvaluationError("This touches too much data. Use a tool for so much work.")

    def look(self, value: object) -> None:
        """Pay for looking at all of ``value``; what is in it twice is paid for twice."""
        if isinstance(value, str):
            self.spend(1 + len(value) // 64)
        rest = [value] if isinstance(value, list | tuple | dict) else []
        while rest:
            item = rest.pop()
            items = item.values() if isinstance(item, dict) else item
            self.spend(15 + len(items) // 4)
            kinds = set(map(type, items))
            if str in kinds:
                self.spend(sum(len(text) for text in items if isinstance(text, str)) // 64)
                self.spend(len(items))
            if not kinds <= _SCALARS:
                self.spend(len(items))
                rest.extend(part for part in items if isinstance(part, list | tuple | dict))


class Room:
    """What is left of ``MAX_VALUE`` for all that is put into one value."""

    __slots__ = ("left",)

    def __init__(self) -> None:
        self.left = MAX_VALUE

    def take(self, value: object) -> Any:
        """``value``, if there is room for it; ``EvaluationError`` if there is none."""
        self.left -= weigh(value)
        if self.left < 0:
            raise _too_large(MAX_VALUE)
        return value


def type_name(value: object) -> str:
    """The JSON type of ``value``; the name of its Python type if it is no JSON data."""
    found = _TYPES.get(type(value))
    if found is None:
        found = "object" if isinstance(value, Mapping) else type(value).__name__
    return found


def weigh(value: object, limit: int = MAX_VALUE) -> int:
    """About how many characters ``value`` has as JSON; ``EvaluationError`` beyond ``limit``.

    What is used twice counts twice and is looked at once, so that a small value which stands
    for a huge one (a list of twice a list of twice ...) is found out at once.
    """
    if isinstance(value, str):
        size = len(value) + 2
    elif isinstance(value, list | tuple | dict):
        size = _weigh(value, limit, 1, {})[0]
    else:
        size = _NUMBER[type(value) is float]
    if size > limit:
        raise _too_large(limit)
    return size


_NUMBER = 8, 16
"""Characters of a whole number (or true, false, null) and of a decimal fraction, nearly."""


def _weigh(
    value: Any, limit: int, depth: int, known: dict[int, tuple[int, int]]
) -> tuple[int, int]:
    """Size and height of a container."""
    if depth > MAX_VALUE_DEPTH:
        raise EvaluationError(f"A value is nested more than {MAX_VALUE_DEPTH} deep.")
    size, height = 2, 0
    if isinstance(value, dict):
        size += _names(value)
    items = value.values() if isinstance(value, dict) else value
    kinds = set(map(type, items))
    plain = kinds <= _NUMERIC
    if plain:  # the usual large list
        size += _NUMBER[float in kinds] * len(items)
    for item in () if plain else items:
        if isinstance(item, str):
            size += len(item) + 3
        elif isinstance(item, list | tuple | dict):
            pair = known.get(id(item)) or _weigh(item, limit, depth + 1, known)
            size += pair[0] + 1
            height = max(height, pair[1])
        else:
            size += _NUMBER[type(item) is float]
        if size > limit:
            break
    if size > limit:
        raise _too_large(limit)
    if depth + height > MAX_VALUE_DEPTH:
        raise EvaluationError(f"A value is nested more than {MAX_VALUE_DEPTH} deep.")
    known[id(value)] = size, height + 1
    return known[id(value)]


def _names(value: dict[str, Any]) -> int:
    try:
        return sum(map(len, value)) + 4 * len(value)
    except TypeError:
        raise EvaluationError("The names in a mapping are strings.") from None


def _too_large(limit: int) -> EvaluationError:
    return EvaluationError(f"A value is larger than {limit:,} characters of JSON.")


def text_of(value: object, limit: int = MAX_TEXT) -> str:
    """``value`` as text: strings as they are, null as nothing, all else as compact JSON.

    The JSON has at most ``limit`` characters; ``EvaluationError`` if it would have more.
    """
    if value is None:
        return ""
    return value if isinstance(value, str) else to_json(value, limit)


def to_json(value: object, limit: int = MAX_TEXT) -> str:
    """``value`` as compact JSON of at most ``limit`` characters."""
    weigh(value, 2 * limit)  # the size is a guess: 8 for a number that may have 1 digit
    return write_json(value, limit)


def write_json(value: object, limit: int = MAX_TEXT) -> str:
    """What ``to_json`` does with a value that was weighed."""
    try:
        text = _WRITER.encode(value)
    except (TypeError, ValueError) as error:
        raise EvaluationError(
            f"A value of type {type_name(value)} cannot be written as JSON: {error}."
        ) from None
    if len(text) > limit:
        raise _too_large(MAX_TEXT)
    return text
