"""A step's outcome: its value, and what it says about it for people and programs.

A step is a plain function that returns ``Outcome``; what surrounds it (logs, times, storage)
is added outside, so that the function can be called and tested alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

Value_co = TypeVar("Value_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Findings:
    """What a step reports. ``results`` is JSON data: counts first, then named lists.

    Insights state facts that name real objects; recommendations say what to do about which.
    """

    items_processed: int = 0
    results: Mapping[str, Any] = field(default_factory=dict)
    insights: tuple[str, ...] = ()
    recommendations: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome(Generic[Value_co]):
    """What a step function returns: the value for the steps behind it, and its findings."""

    value: Value_co
    findings: Findings
