"""An opened place for results."""

from __future__ import annotations

from typing import NamedTuple

from stageline.store import Store

BLOCK = "result-store/"
"""What a block's name is written behind."""


class Place(NamedTuple):
    """An opened store, and the values that opening it needed and that must never show."""

    store: Store
    secrets: frozenset[str] = frozenset()
