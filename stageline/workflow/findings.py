"""Problems while they are collected: places are paths into the data until the very end.

Positions in the text cost a second look at it, so they are found only for what is reported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

from stageline.errors import DocumentError
from stageline.workflow.problems import MAX_PROBLEMS, Problem

MAX_DEPTH = 200
"""Levels of a whole document: 8 loops and values of 64 levels fit, and it is far from what the
stack of Python bears."""

MAX_FOUND = 1_000
"""Findings of one kind that are kept while a text is read."""

Path: TypeAlias = tuple[str | int, ...]
"""From the top of the document to a value: names of mappings and indexes of lists."""


class Place(NamedTuple):
    """Where in the document something is: at ``path``, at its name (``is_key``) or its value.

    ``column`` counts characters from 1 inside the text that stands there. ``offset``, counted
    from 0 in the whole text, is for what cannot be reached by a path.
    """

    path: Path = ()
    is_key: bool = False
    column: int | None = None
    offset: int | None = None


Locate: TypeAlias = Callable[[Place], tuple[int, int] | None]


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem whose place is still a path."""

    code: str
    message: str
    place: Place
    hint: str | Callable[[], str]
    severity: Literal["error", "warning"] = "error"
    node: str | None = None
    port: str | None = None

    def located(self, locate: Locate) -> Problem:
        line, column = locate(self.place) or (None, None)
        hint = self.hint if isinstance(self.hint, str) else self.hint()
        return Problem(
            self.code, self.message, hint, self.severity, self.node, self.port, line, column
        )


class UnreadableError(DocumentError):
    """A text that gives no data at all; ``finding`` says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(f"{finding.message} {finding.hint}")
        self.finding = finding

    @classmethod
    def too_deep(cls, offset: int | None = None) -> UnreadableError:
        message = f"The document is nested more than {MAX_DEPTH} deep."
        place = Place(offset=offset)
        return cls(Finding("too_deep", message, place, "Use fewer levels."))


class Findings:
    """What was found so far. No more are kept than are reported; the others are counted."""

    def __init__(self) -> None:
        self._kept: dict[str, list[Finding]] = {"error": [], "warning": []}
        self._counts = {"error": 0, "warning": 0}

    def add(self, finding: Finding) -> None:
        self._counts[finding.severity] += 1
        if len(self._kept[finding.severity]) < MAX_PROBLEMS:
            self._kept[finding.severity].append(finding)

    def extend(self, findings: Iterable[Finding]) -> None:
        for finding in findings:
            self.add(finding)

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The errors that were kept, with their paths."""
        return tuple(self._kept["error"])

    @property
    def has_errors(self) -> bool:
        return self._counts["error"] > 0

    def places(self) -> list[Place]:
        """The places of all that will be reported."""
        return [finding.place for kept in self._kept.values() for finding in kept]

    def problems(self, locate: Locate) -> tuple[Problem, ...]:
        """At most ``MAX_PROBLEMS``, errors before warnings, each group in the order of the text;
        if there are more, the last one says so."""
        kept = [*self._kept["error"], *self._kept["warning"]]
        total = sum(self._counts.values())
        if total <= MAX_PROBLEMS:
            return _sorted(finding.located(locate) for finding in kept)
        shown_ones = _sorted(finding.located(locate) for finding in kept[: MAX_PROBLEMS - 1])
        return (*shown_ones, self._more(total - len(shown_ones)))

    def _more(self, count: int) -> Problem:
        return Problem(
            "more_problems",
            f"There are {'at least ' if count >= MAX_FOUND // 2 else ''}{count:,} more problems.",
            "Correct these first, then check again.",
            "error" if self._counts["error"] >= MAX_PROBLEMS else "warning",
        )


def _sorted(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(problems, key=lambda p: (p.severity, p.line or 0, p.column or 0)))
