"""Whether a value fits an input, or a field of a form.

Types as in JSON Schema: true is no number, 5.0 is an integer (and becomes 5). A ``file`` is text
(a path or URI) or the data of an opened one (a mapping with ``uri``). ``pattern`` (RE2 syntax,
which takes linear time) is searched for in the text; ``^`` and ``$`` anchor it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from stageline.errors import StagelineError
from stageline.keys import shown
from stageline.workflow.document import Input
from stageline.workflow.patterns import finds


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_integer(value: Any) -> bool:
    return _is_number(value) and (isinstance(value, int) or value.is_integer())


def _is_file(value: Any) -> bool:
    uri = value.get("uri") if isinstance(value, dict) else value
    return isinstance(uri, str) and uri != ""


_TESTS: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "string": (lambda v: isinstance(v, str), "text"),
    "number": (_is_number, "a number"),
    "integer": (_is_integer, "an integer"),
    "boolean": (lambda v: isinstance(v, bool), "true or false"),
    "array": (lambda v: isinstance(v, list), "a list"),
    "object": (lambda v: isinstance(v, dict), "a mapping"),
    "file": (_is_file, "the path or URI of a file"),
}


def convert(spec: Input, value: Any) -> Any:
    """A fitting value as it is used: an integer that is written 5.0 becomes 5."""
    if spec.type == "integer" and isinstance(value, float):
        return int(value)
    if spec.items == "integer" and isinstance(value, list):
        return [int(item) if isinstance(item, float) else item for item in value]
    return value


def misfit(spec: Input, value: Any) -> str | None:
    """Why ``value`` (plain data) does not fit; ``None`` if it does. Without a dot at the end."""
    test, wanted = _TESTS[spec.type]
    if not test(value):
        return f"{shown(value)} is not {wanted}"
    return next(_faults(spec, value), None)


def _faults(spec: Input, value: Any) -> Iterator[str]:
    if spec.enum is not None and not any(is_same(value, choice) for choice in spec.enum):
        choices = ", ".join(shown(choice) for choice in spec.enum[:10])
        yield f"{shown(value)} is not one of {choices}{' ...' if len(spec.enum) > 10 else ''}"
    if _is_number(value):
        yield from _out_of_bounds(value, spec.minimum, spec.maximum, "", shown(value))
    elif isinstance(value, str | list) and spec.type != "file":
        what = "characters" if isinstance(value, str) else "items"
        yield from _out_of_bounds(
            len(value), spec.min_length, spec.max_length, f" {what}", f"a length of {len(value):,}"
        )
    if spec.pattern is not None and isinstance(value, str):
        yield from _unmatched(spec.pattern, value)
    if spec.items is not None and isinstance(value, list):
        yield from _wrong_items(spec.items, value)


def _out_of_bounds(
    value: float, low: float | None, high: float | None, unit: str, what: str
) -> Iterator[str]:
    if low is not None and value < low:
        yield f"{what} is less than {low}{unit}"
    if high is not None and value > high:
        yield f"{what} is more than {high}{unit}"


def _unmatched(pattern: str, value: str) -> Iterator[str]:
    try:
        if not finds(pattern, value):
            yield f"{shown(value)} does not match the pattern {shown(pattern)}"
    except StagelineError as error:
        yield str(error).rstrip(".")


def _wrong_items(kind: str, value: list[Any]) -> Iterator[str]:
    test, wanted = _TESTS[kind]
    for number, item in enumerate(value):
        if not test(item):
            yield f"item {number} is {shown(item)}, not {wanted}"


def is_same(left: Any, right: Any) -> bool:
    """Equal as JSON: true is not 1, but 1.0 is 1."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(is_same, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(is_same(left[k], right[k]) for k in left)
    return bool(left == right)
