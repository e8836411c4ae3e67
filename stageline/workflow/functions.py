"""The functions that an expression may call: one table, no other."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from stageline.keys import shown
from stageline.workflow.language import (
    MAX_INTEGER,
    MAX_ITEMS,
    MAX_TEXT,
    MAX_VALUE_DEPTH,
    Budget,
    EvaluationError,
    type_name,
    weigh,
    write_json,
)
from stageline.workflow.patterns import finds, size_of


@dataclass(frozen=True, slots=True)
class Function:
    """``call`` gets the budget and the arguments, whose types were compared with ``parameters``
    (types joined by ``|``). The last ``optional`` ones may be left out; with ``many``, the last
    may be repeated. ``result`` is a type, ``same`` as the first argument, or ``either`` of all.
    """

    call: Callable[..., Any]
    parameters: tuple[str, ...]
    result: str
    optional: int = 0
    many: bool = False

    def takes(self, count: int) -> bool:
        least = len(self.parameters) - self.optional
        return least <= count and (self.many or count <= len(self.parameters))

    def accepted(self, index: int) -> frozenset[str]:
        """The types that argument ``index`` may have; none means any."""
        return _accepted(self.parameters[min(index, len(self.parameters) - 1)])


@cache
def _accepted(names: str) -> frozenset[str]:
    types = frozenset(names.split("|")) - {"any"}
    return types | {"integer"} if "number" in types else types


def finite(value: Any) -> Any:
    """A number as it may be a result: no NaN, no infinity, no whole number beyond 10**18."""
    if isinstance(value, float):
        if not math.isfinite(value):
            raise EvaluationError("A result is not a finite number.")
    elif not -MAX_INTEGER <= value <= MAX_INTEGER:
        raise EvaluationError("A whole number is beyond 10**18.")
    return value


def check_length(characters: int) -> None:
    """Refuse a text of so many characters before it is made."""
    if characters > MAX_TEXT:
        raise EvaluationError(f"A text is longer than {MAX_TEXT:,} characters.")


def check_count(items: int) -> None:
    """Refuse a list of so many items before it is made."""
    if items > MAX_ITEMS:
        raise EvaluationError(f"A list is longer than {MAX_ITEMS:,} items.")


def short(text: str) -> str:
    """A text as it may be a result."""
    check_length(len(text))
    return text


def few(items: list[Any]) -> list[Any]:
    """A list as it may be a result."""
    check_count(len(items))
    return items


def comparable(budget: Budget, items: Sequence[Any]) -> str:
    """``number`` or ``string``: what all ``items`` are; ``EvaluationError`` if they are not."""
    budget.spend(len(items) // 4)
    kinds = {_KINDS.get(kind) for kind in set(map(type, items))}
    kind = kinds.pop() if kinds else "number"
    if kinds or kind is None:
        raise EvaluationError("Only numbers, or only strings, can be compared by size.")
    if kind == "string":
        budget.spend(sum(map(len, items)) // 256)
    return kind


_KINDS = {int: "number", float: "number", str: "string"}


# --- numbers ---------------------------------------------------------------------------------


def _numbers(budget: Budget, items: Sequence[Any], name: str) -> Sequence[Any]:
    budget.spend(len(items) // 4)
    if not set(map(type, items)) <= {int, float}:
        raise EvaluationError(f"{name} needs a list of numbers.")
    return items


def _sum(budget: Budget, items: list[Any]) -> Any:
    """Exact to the last digit, so that every version of Python gives the same."""
    numbers = _numbers(budget, items, "sum")
    budget.spend(len(items))
    if numbers:
        finite(min(numbers))
        finite(max(numbers))
    whole = float not in set(map(type, numbers))
    return finite(sum(numbers) if whole else math.fsum(numbers))


def _extreme(choose: Callable[[Sequence[Any]], Any], name: str) -> Callable[..., Any]:
    def call(budget: Budget, *arguments: Any) -> Any:
        items = arguments[0] if len(arguments) == 1 else arguments
        if not isinstance(items, list | tuple) or not items:
            raise EvaluationError(f"{name} needs a list that is not empty, or several values.")
        comparable(budget, items)
        return choose(items)

    return call


def _round(_: Budget, number: Any, digits: int = 0) -> Any:
    if not -18 <= digits <= 18:
        raise EvaluationError("round takes -18 to 18 digits.")
    return finite(round(finite(number), digits) if digits else round(finite(number)))


def _int(_: Budget, value: Any) -> int:
    if isinstance(value, str) and len(value) > 50:
        raise EvaluationError("int takes a text of at most 50 characters.")
    try:
        return int(finite(int(value)))
    except (ValueError, OverflowError):
        raise EvaluationError(f"{shown(value)} is not a whole number.") from None


def _float(_: Budget, value: Any) -> float:
    if isinstance(value, str) and len(value) > 50:
        raise EvaluationError("float takes a text of at most 50 characters.")
    try:
        return float(finite(float(value)))
    except (ValueError, OverflowError):
        raise EvaluationError(f"{shown(value)} is not a number.") from None


# --- text ------------------------------------------------------------------------------------


def _text(change: Callable[[str], str]) -> Callable[[Budget, str], str]:
    def call(budget: Budget, text: str) -> str:
        budget.spend(len(short(text)) // 8)
        return short(change(text))

    return call


def _strip(budget: Budget, text: str, characters: str | None = None) -> str:
    budget.spend(len(short(text)) // 4)
    if characters is not None and len(characters) > 100:
        raise EvaluationError("strip takes at most 100 characters to take away.")
    return text.strip(characters)


def _split(budget: Budget, text: str, separator: str | None = None) -> list[str]:
    budget.spend(len(short(text)) // 4)
    if separator == "":
        raise EvaluationError("split needs a separator that is not empty.")
    items = few(text.split(separator))
    budget.spend(len(items))
    return items


def _join(budget: Budget, items: list[Any], separator: str = "") -> str:
    budget.spend(len(few(items)) // 2)
    if not set(map(type, items)) <= {str}:
        raise EvaluationError("join needs a list of strings; use str() on others.")
    length = sum(map(len, items)) + len(separator) * max(len(items) - 1, 0)
    check_length(length)
    return separator.join(items)


def _replace(budget: Budget, text: str, old: str, new: str) -> str:
    budget.spend(len(short(text)) // 4)
    check_length(len(text) + text.count(old) * (len(new) - len(old)))
    return text.replace(old, new)


def _matches(budget: Budget, text: str, pattern: str) -> bool:
    size = size_of(pattern)
    budget.spend(size * 8 + size * len(text) // 32)
    return finds(pattern, text)


# --- lists and mappings ----------------------------------------------------------------------


def contains(budget: Budget, container: Any, item: Any) -> bool:
    """``item in container``: part of a string, item of a list, name of a mapping."""
    if isinstance(container, str):
        if not isinstance(item, str):
            raise EvaluationError("Only a string can be part of a string.")
        budget.spend(len(container) // 8)
        return item in container
    if isinstance(container, dict):
        return isinstance(item, str) and item in container
    if not isinstance(container, list | tuple):
        raise EvaluationError(f"A value of type {type_name(container)} contains nothing.")
    budget.spend(len(container) // 4)
    if isinstance(item, list | tuple | dict | str):
        budget.look(container)
    return item in container


def _sorted(budget: Budget, items: list[Any]) -> list[Any]:
    rounds = len(few(items)).bit_length()
    comparable(budget, items)
    budget.spend(len(items) * rounds // 12)
    if items and isinstance(items[0], str):
        budget.spend(sum(map(len, items)) * rounds // 256)
    return sorted(items)


def _unique(budget: Budget, items: list[Any]) -> list[Any]:
    """In order. What is compared is a text: texts hash with a secret, numbers do not."""
    budget.spend(len(few(items)) * 8)
    budget.spend(20 * sum(isinstance(item, list | tuple | dict) for item in items))
    budget.look(items)
    for item in items:
        if isinstance(item, list | tuple | dict):
            budget.spend(weigh(item, 2 * MAX_TEXT))
    found: dict[str, Any] = {}
    for item in items:
        found.setdefault(_key(item), item)
    return list(found.values())


_MAX_WHOLE = 2.0**64
"""No whole number in JSON data is beyond."""


def _key(item: Any) -> str:
    if isinstance(item, str):
        return f'"{item}'
    if isinstance(item, float):  # in decimals they may take twenty times as long
        return repr(int(item)) if item.is_integer() and abs(item) < _MAX_WHOLE else item.hex()
    if isinstance(item, int) and not isinstance(item, bool):
        return repr(item)
    return json.dumps(item, sort_keys=True)


def _keys(budget: Budget, mapping: dict[str, Any]) -> list[str]:
    check_count(len(mapping))
    budget.spend(len(mapping))
    return list(mapping)


def _values(budget: Budget, mapping: dict[str, Any]) -> list[Any]:
    check_count(len(mapping))
    budget.spend(len(mapping))
    return list(mapping.values())


def _get(_: Budget, mapping: Any, key: str, default: Any = None) -> Any:
    return default if mapping is None else mapping.get(key, default)


def _flatten(budget: Budget, items: list[Any]) -> list[Any]:
    """The items of the lists in a list, and what is no list, in their order."""
    lists = [item if isinstance(item, list | tuple) else [item] for item in few(items)]
    total = sum(map(len, lists))
    check_count(total)
    budget.spend(3 * len(items) + 2 * total)
    return [item for part in lists for item in part]


def _truths(choose: Callable[[Sequence[Any]], bool]) -> Callable[..., bool]:
    def call(budget: Budget, items: list[Any]) -> bool:
        budget.spend(len(items) // 4)
        return choose(items)

    return call


# --- JSON ------------------------------------------------------------------------------------


def _parse_json(budget: Budget, text: str) -> Any:
    budget.spend(len(short(text)) * 3 // 2)
    try:
        value = json.loads(text, parse_constant=_refuse)
        _check_data(value, MAX_VALUE_DEPTH)
    except (ValueError, RecursionError) as error:
        raise EvaluationError(f"parse_json cannot read {shown(text)}: {error}.") from None
    return value


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _check_data(value: Any, depth: int) -> None:
    """What no bound or no other reader would let through: 1e999, 10**19, half a surrogate."""
    if isinstance(value, str):
        value.encode()
    elif isinstance(value, int | float):
        finite(value)
    elif value is not None:
        if depth == 0:
            raise ValueError(f"it is nested more than {MAX_VALUE_DEPTH} deep")
        for name in value if isinstance(value, dict) else ():
            name.encode()
        for item in value.values() if isinstance(value, dict) else value:
            _check_data(item, depth - 1)


def _to_json(budget: Budget, value: Any) -> str:
    """It is paid for before it is done: many small lists take long, although they are short."""
    budget.look(value)
    budget.spend(weigh(value, 2 * MAX_TEXT))
    return write_json(value)


def _str(budget: Budget, value: Any) -> str:
    if isinstance(value, str):
        return short(value)
    return "" if value is None else _to_json(budget, value)


_ANY, _ARRAY, _TEXT, _NUMBER = "any", "array", "string", "number"

FUNCTIONS: dict[str, Function] = {
    "len": Function(lambda _, x: len(x), ("string|array|object",), "integer"),
    "min": Function(_extreme(min, "min"), ("array|string|number",), "either", many=True),
    "max": Function(_extreme(max, "max"), ("array|string|number",), "either", many=True),
    "sum": Function(_sum, (_ARRAY,), _NUMBER),
    "abs": Function(lambda _, x: abs(finite(x)), (_NUMBER,), "same"),
    "round": Function(_round, (_NUMBER, "integer"), _NUMBER, optional=1),
    "int": Function(_int, ("number|string|boolean",), "integer"),
    "float": Function(_float, ("number|string|boolean",), _NUMBER),
    "str": Function(_str, (_ANY,), _TEXT),
    "bool": Function(lambda _, x: bool(x), (_ANY,), "boolean"),
    "lower": Function(_text(str.lower), (_TEXT,), _TEXT),
    "upper": Function(_text(str.upper), (_TEXT,), _TEXT),
    "strip": Function(_strip, (_TEXT, _TEXT), _TEXT, optional=1),
    "split": Function(_split, (_TEXT, _TEXT), _ARRAY, optional=1),
    "join": Function(_join, (_ARRAY, _TEXT), _TEXT, optional=1),
    "replace": Function(_replace, (_TEXT, _TEXT, _TEXT), _TEXT),
    "startswith": Function(lambda _, x, y: x.startswith(y), (_TEXT, _TEXT), "boolean"),
    "endswith": Function(lambda _, x, y: x.endswith(y), (_TEXT, _TEXT), "boolean"),
    "contains": Function(contains, ("string|array|object", _ANY), "boolean"),
    "matches": Function(_matches, (_TEXT, _TEXT), "boolean"),
    "keys": Function(_keys, ("object",), _ARRAY),
    "values": Function(_values, ("object",), _ARRAY),
    "sorted": Function(_sorted, (_ARRAY,), _ARRAY),
    "unique": Function(_unique, (_ARRAY,), _ARRAY),
    "flatten": Function(_flatten, (_ARRAY,), _ARRAY),
    "first": Function(lambda _, x: x[0] if x else None, (_ARRAY,), _ANY),
    "last": Function(lambda _, x: x[-1] if x else None, (_ARRAY,), _ANY),
    "get": Function(_get, ("object|null", _TEXT, _ANY), _ANY, optional=1),
    "type": Function(lambda _, x: type_name(x), (_ANY,), _TEXT),
    "any": Function(_truths(any), (_ARRAY,), "boolean"),
    "all": Function(_truths(all), (_ARRAY,), "boolean"),
    "parse_json": Function(_parse_json, (_TEXT,), _ANY),
    "to_json": Function(_to_json, (_ANY,), _TEXT),
}
