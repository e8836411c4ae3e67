"""Plain data: what JSON can hold and tell apart, and nothing else.

Readers leave marks where they met something odd (``BadNumber``, ``Doubled``); ``tidy`` turns
marks, and whatever else is not plain, into findings with their paths.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from stageline.keys import shown
from stageline.workflow.findings import MAX_DEPTH, MAX_FOUND, Finding, Path, Place

SMALLEST, LARGEST = -(2**63), 2**63 - 1
_NESTED = (dict, list)


class BadNumber:
    """In place of a number that cannot be held: not finite, or an integer beyond 64 bits."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text


class Doubled(dict[str, Any]):
    """A mapping in whose text ``names`` stood more than once; it holds the last values."""

    names: tuple[str, ...] = ()


def integer(text: str) -> int | BadNumber:
    """A decimal integer, if it fits into 64 bits."""
    if len(text) > 20:
        return BadNumber(text)
    value = int(text)
    return value if SMALLEST <= value <= LARGEST else BadNumber(text)


def decimal(text: str) -> float | BadNumber:
    """A decimal fraction, if it does not overflow."""
    value = float(text)
    return value if math.isfinite(value) else BadNumber(text)


def is_too_deep(data: Any, left: int = MAX_DEPTH) -> bool:
    """Whether lists and mappings are nested more than ``left`` deep."""
    if left <= 0:
        return isinstance(data, _NESTED)
    items = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    for item in items:  # noqa: SIM110  every large document goes through here, and this is quick
        if isinstance(item, _NESTED) and item and is_too_deep(item, left - 1):
            return True
    return False


def tidy(data: Any) -> tuple[Any, list[Finding]]:
    """A copy of ``data`` as plain dicts, lists, text and numbers, and what could not be kept."""
    tidying = _Tidying()
    return tidying.value(data, ()), tidying.findings


class _Tidying:
    def __init__(self) -> None:
        self.findings: list[Finding] = []

    def value(self, value: Any, path: Path) -> Any:
        tidied = _BY_TYPE.get(type(value))
        if tidied is None:
            tidied = next((t for kind, t in _BY_BASE if isinstance(value, kind)), _Tidying.other)
        return tidied(self, value, path)

    def same(self, value: Any, _: Path) -> Any:
        return value

    def text(self, value: str, path: Path) -> str:
        return self._text(str(value), Place(path))

    def _text(self, value: str, place: Place) -> str:
        if "\0" in value:
            self._nul(place)
        return value if value.isascii() else self._whole(value, place)

    def _whole(self, value: str, place: Place) -> str:
        whole = value.encode("utf-8", "replace").decode()
        if whole != value:
            self._add("lone_surrogate", "A text holds half of a pair of surrogates.", place,
                      "Write the whole character, or take the escape out.")  # fmt: skip
        return whole

    def _nul(self, place: Place) -> None:
        self._add("nul_character", "A text holds the character NUL.", place,
                  "Databases and programs cannot take it: leave it out.")  # fmt: skip

    def integer(self, value: int, path: Path) -> int:
        if SMALLEST <= value <= LARGEST:
            return int(value)
        return self.number(BadNumber(_digits(value)), path)

    def decimal(self, value: float, path: Path) -> float:
        if math.isfinite(value):
            return float(value)
        return self.number(BadNumber(str(float(value))), path)

    def number(self, value: BadNumber, path: Path) -> int:
        hint = "Use finite numbers, integers of at most 64 bits, or text."
        message = f"{value.text[:40]} is no number that a document can hold."
        self._add("bad_number", message, Place(path), hint)
        return 0

    def list(self, value: Iterable[Any], path: Path) -> list[Any]:
        if len(path) >= MAX_DEPTH:
            self._deep(path)
            return []
        return [self.value(item, (*path, number)) for number, item in enumerate(value)]

    def mapping(self, value: Mapping[Any, Any], path: Path) -> dict[str, Any]:
        if len(path) >= MAX_DEPTH:
            self._deep(path)
            return {}
        for name in getattr(value, "names", ()) if type(value) is Doubled else ():
            self._add("duplicate_key", f"The name {shown(name)} stands more than once here.",
                      Place((*path, name), is_key=True), "Keep one of them.")  # fmt: skip
        named = ((self._name(name, path), name, item) for name, item in value.items())
        return {known: self.value(item, (*path, name))
                for known, name, item in named if known is not None}  # fmt: skip

    def _name(self, name: Any, path: Path) -> str | None:
        if isinstance(name, str):
            return self._text(str(name), Place((*path, name), is_key=True))
        self._add("bad_key", f"{shown(name)} is the name of a field, but no text.",
                  Place(path), "Names are text.")  # fmt: skip
        return None

    def _deep(self, path: Path) -> None:
        self._add("too_deep", f"The document is nested more than {MAX_DEPTH} deep.",
                  Place(path), "Use fewer levels.")  # fmt: skip

    def other(self, value: Any, path: Path) -> None:
        hint = "Use text, numbers, true, false, null, lists and mappings."
        message = f"A value of type {type(value).__name__} is no JSON data."
        self._add("not_json", message, Place(path), hint)

    def _add(self, code: str, message: str, place: Place, hint: str) -> None:
        if len(self.findings) < MAX_FOUND:
            self.findings.append(Finding(code, message, place, hint))


def _digits(value: int) -> str:
    return str(value) if abs(value) < 10**40 else f"an integer of {value.bit_length():,} bits"


_Tidy = Callable[[_Tidying, Any, Path], Any]
_BY_TYPE: Mapping[type, _Tidy] = {
    str: _Tidying.text,
    dict: _Tidying.mapping,
    list: _Tidying.list,
    int: _Tidying.integer,
    float: _Tidying.decimal,
    bool: _Tidying.same,
    type(None): _Tidying.same,
    BadNumber: _Tidying.number,
}
_BY_BASE: tuple[tuple[type, _Tidy], ...] = (
    (str, _Tidying.text),
    (int, _Tidying.integer),
    (float, _Tidying.decimal),
    (Mapping, _Tidying.mapping),
    (list, _Tidying.list),
    (tuple, _Tidying.list),
)
