"""What a format is: a name, how it is recognised, how it is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from stageline.workflow.canvas.draft import Canvas


@dataclass(frozen=True)
class Format:
    """``fits`` says from 0 (not at all) to 100 how much data looks like this format; ``read``
    takes data of any shape without raising. ``names`` are other names it goes by."""

    name: str
    fits: Callable[[Any], int]
    read: Callable[[Any], Canvas]
    names: tuple[str, ...] = ()
