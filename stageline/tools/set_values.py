"""Put values together under names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Values:
    """``values``: everything by name."""

    values: dict[str, Any]


def set_values(
    values: Mapping[str, Any] | None = None, onto: Mapping[str, Any] | None = None
) -> Values:
    """Hand on values by name: those of ``onto``, and over them those of ``values``.

    Without any it does nothing, which is what joins branches and marks places.
    """
    return Values({**(onto or {}), **(values or {})})
