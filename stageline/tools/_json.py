"""JSON from outside, as data that can be written as JSON again."""

from __future__ import annotations

import json
import math
from typing import Any


def read_json(text: str) -> Any:
    """The data in ``text``. Raises ``ValueError`` if it is not JSON, or holds a number that no
    float can or half a surrogate pair; ``RecursionError`` if it is nested too deep."""
    data = json.loads(text, parse_constant=_refuse, parse_float=_finite)
    if "\\ud" in text.lower():
        json.dumps(data, ensure_ascii=False).encode()
    return data


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def _finite(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise ValueError(f"{digits[:40]} is too large a number")
    return value
