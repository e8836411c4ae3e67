"""Fail on purpose."""

from __future__ import annotations

from dataclasses import dataclass

from stageline.errors import ToolError

MAX_MESSAGE = 10_000


@dataclass(frozen=True, slots=True)
class Nothing:
    """A failure has no output."""


def fail(message: str = "The document says that this fails.") -> Nothing:
    """Fail with this message: ends a branch that must not be reached.

    Of a longer one, the first 10,000 characters are told.
    """
    raise ToolError(message[:MAX_MESSAGE] or "The document says that this fails.")
