"""Wait some seconds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from stageline.errors import CancelledError
from stageline.ports import Stop, Traits

TRAITS = Traits(outside=True)  # that it takes time is what it is called for


@dataclass(frozen=True, slots=True)
class Slept:
    """``seconds``: the time waited."""

    seconds: float


def sleep(seconds: Annotated[float, Field(ge=0, le=86_400)], *, stop: Stop) -> Slept:
    """Wait so many seconds; a cancel or a timeout ends the wait at once.

    Errors: ``CancelledError``. Cap: a day; for longer use a node of kind ``wait``.
    """
    if stop.wait(seconds):
        raise CancelledError("The wait was told to stop.")
    return Slept(seconds)
