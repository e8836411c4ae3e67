"""Looking into foreign data: what is not of the type hoped for counts as absent."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

Data = Mapping[str, Any]


def mapping(data: Any) -> Data:
    return data if isinstance(data, Mapping) else {}


def items(data: Any) -> list[Any]:
    return data if isinstance(data, list) else []


def mappings(data: Any) -> list[Data]:
    """The mappings in a list."""
    return [item for item in items(data) if isinstance(item, Mapping)]


def text(data: Any) -> str:
    """Text as it is, whole and other numbers as text; ids are written both ways."""
    if isinstance(data, str):
        return data
    return str(data) if isinstance(data, int | float) and not isinstance(data, bool) else ""


def number(data: Any) -> float | None:
    """A number, also one written as text."""
    if isinstance(data, bool) or not isinstance(data, int | float | str):
        return None
    try:
        found = float(data)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def whole(data: Any, low: int, high: int) -> int | None:
    """A whole number, brought between ``low`` and ``high``."""
    found = number(data)
    return None if found is None else int(min(max(found, low), high))


def plain_number(data: float) -> int | float:
    """``2.0`` as ``2``."""
    return int(data) if data == int(data) and abs(data) < 1e15 else data


def without(data: Data, *names: str) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name not in names}


def canvas_ui(
    source: str, type: str, place: Any = None, size: Any = None, data: Any = None
) -> dict[str, Any]:
    """``ui`` of a node: where and how large it was drawn, and what else is known of it.

    ``place`` and ``size`` are mappings (``x``/``y``, ``width``/``height``) or pairs.
    """
    found: dict[str, Any] = {}
    for names, given in ((("x", "y"), place), (("width", "height"), size)):
        pair = given if isinstance(given, list | tuple) else [mapping(given).get(n) for n in names]
        if isinstance(given, Mapping) and "0" in given and "1" in given:  # a Float32Array as JSON
            pair = [given["0"], given["1"]]
        for name, value in zip(names, pair, strict=False):
            if (measure := number(value)) is not None:
                found[name] = plain_number(measure)
    found["source_id"] = source
    found["source_type"] = type
    if data:
        found["data"] = data
    return found
