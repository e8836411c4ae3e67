"""Regular expressions whose time is bounded, whoever wrote them: RE2, which never backtracks."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from stageline.errors import ConfigError
from stageline.keys import shown
from stageline.workflow.language import EvaluationError

MAX_PATTERN = 500
MAX_PROGRAM = 2_000_000
"""Instructions of the compiled pattern times characters of the text, at most."""


_MEMORY = 1 << 18


def size_of(pattern: str) -> int:
    """How many instructions ``pattern`` is compiled to. Raises as ``finds`` does."""
    try:
        return int(_compile(pattern).programsize)
    except UnicodeEncodeError:
        raise EvaluationError("A pattern with half of a surrogate pair is none.") from None


def finds(pattern: str, text: str) -> bool:
    """Whether ``pattern`` (RE2 syntax) is found anywhere in ``text``; ``^`` and ``$`` anchor it.

    Raises ``EvaluationError`` if the pattern cannot be read, or if both together are too large;
    ``ConfigError`` if the package google-re2 is not installed.
    """
    try:
        program = _compile(pattern)
        if program.programsize * len(text) > MAX_PROGRAM:
            raise EvaluationError(
                f"The pattern {shown(pattern)} is too large for a text of {len(text):,} characters."
            )
        return program.search(text) is not None
    except UnicodeEncodeError:
        raise EvaluationError("A text with half of a surrogate pair cannot be matched.") from None


@lru_cache(maxsize=256)
def _compile(pattern: str) -> Any:
    if len(pattern) > MAX_PATTERN:
        raise EvaluationError(f"A pattern has at most {MAX_PATTERN} characters.")
    try:
        import re2  # type: ignore[import-untyped]  # noqa: PLC0415  only patterns need it
    except ImportError:
        raise ConfigError("Patterns need google-re2: pip install 'stageline[workflow]'.") from None
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MEMORY
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        reason = str(error.args[0] if error.args else error)
        raise EvaluationError(
            f"{shown(pattern)} is not a pattern (RE2 syntax): {shown(reason)}."
        ) from None
