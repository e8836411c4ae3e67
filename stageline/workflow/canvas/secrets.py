"""Secrets in exports are not carried into documents, which are stored, shown and shared.

Other systems keep credentials elsewhere and export a reference; that stays. Some exports hold a
key all the same: text under a name such as ``apiKey``, and what is secret by its form. It is
masked, and a warning says where.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from stageline.redaction import MASK, Redactor
from stageline.workflow.problems import Problem

_NAME = re.compile(
    r"(?i)(?:^|[_-]|(?<=[a-z]))(?:password|passwd|pwd|secret|api[_-]?key|access[_-]?key"
    r"|private[_-]?key|client[_-]?secret|(?:auth|access|bearer|bot|refresh)[_-]?token)$|^token$"
)
_PLACEHOLDER = re.compile(r"(?i)your|example|xxx|placeholder|change|<|\{|\$|^=|redacted|\*\*\*")
SHORTEST = 8
_SHOWN = 20


def hide_secrets(data: Any) -> tuple[Any, tuple[Problem, ...]]:
    """``data`` without secrets, and a warning for each that was masked (at most 20)."""
    search = _Search()
    found = search.walk(data, ())
    return found, tuple(search.problems)


class _Search:
    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self._redactor = Redactor()

    def walk(self, value: Any, place: tuple[str, ...]) -> Any:
        if isinstance(value, str):
            return self._text(value, place)
        if isinstance(value, Mapping):
            return {name: self.walk(item, (*place, name)) for name, item in value.items()}
        if isinstance(value, list):
            return [self.walk(item, (*place, str(n))) for n, item in enumerate(value)]
        return value

    def _text(self, value: str, place: tuple[str, ...]) -> str:
        named = bool(place) and _NAME.search(place[-1]) is not None
        secret = named and _is_secret(value)
        found = MASK if secret else str(self._redactor.redact_data(value))
        if found != value and len(self.problems) < _SHOWN:
            where = ".".join(place[-6:])[:200]
            self.problems.append(Problem(
                "secret_hidden", f"A secret was left out at {where}.",
                "Give it to the tool as a block or an input.", "warning",
            ))  # fmt: skip
        return found


def _is_secret(value: str) -> bool:
    return (
        len(value) >= SHORTEST
        and not any(character.isspace() for character in value)
        and _PLACEHOLDER.search(value) is None
    )
