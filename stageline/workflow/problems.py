"""What is wrong with a document: every problem with its place and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

MAX_PROBLEMS = 50


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
