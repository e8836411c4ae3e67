"""What is wrong with a document: every problem with its place and what to do about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

MAX_PROBLEMS = 50
_CODES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong (``error``) or doubtful (``warning``).

    ``code`` is stable and made for programs, ``message`` says what is wrong, ``hint`` what to
    do. ``node`` and ``port`` name the place in the graph; ``line`` and ``column`` count from 1
    in the text, and are ``None`` where a mapping was handed in.
    """

    code: str
    message: str
    hint: str = ""
    severity: Literal["error", "warning"] = "error"
    node: str | None = None
    port: str | None = None
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        place = f"line {self.line}, column {self.column}: " if self.line else ""
        node = f"node {self.node}: " if self.node else ""
        return f"{place}{node}{self.message} {self.hint}".strip()


def count_problems(problems: Iterable[Problem]) -> str:
    """How many there are of which severity, and their codes, in a few words."""
    found = list(problems)
    kinds = Counter(problem.severity for problem in found)
    counts = [f"{n} {kind}{'s' if n > 1 else ''}" for kind, n in sorted(kinds.items())]
    codes = list(dict.fromkeys(problem.code for problem in found))
    listed = ", ".join(codes[:_CODES_SHOWN]) + (", ..." if len(codes) > _CODES_SHOWN else "")
    return f"{', '.join(counts)}: {listed}" if found else "no problems"
