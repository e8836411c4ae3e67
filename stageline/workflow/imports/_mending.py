"""Text that is almost JSON: in UTF-16, fenced as in Markdown, with comments or spare commas."""

from __future__ import annotations

import codecs
import re
from typing import Any

from stageline.workflow.problems import Problem

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_FENCE = re.compile(r"\s*```[a-z0-9]*\r?\n(.*?)\r?\n```\s*", re.DOTALL)
_STRING = r'"(?:[^"\\]|\\.)*"'
_COMMENT = re.compile(rf"({_STRING})|//[^\r\n]*|/\*.*?\*/", re.DOTALL)
_SPARE = re.compile(rf"({_STRING})|,(?=\s*[}}\]])", re.DOTALL)


def decoded(given: Any) -> Any:
    """Bytes in UTF-16 that say so as text; everything else as it is."""
    if not isinstance(given, bytes | bytearray) or not given.startswith(_UTF16):
        return given
    try:
        return bytes(given).decode("utf-16")
    except UnicodeDecodeError:
        return given


def mended(given: Any) -> str | None:
    """Text without its fence, comments and spare commas; ``None`` if there are none."""
    if not isinstance(given, str | bytes | bytearray):
        return None
    text = given if isinstance(given, str) else bytes(given).decode("utf-8", "replace")
    text = text.removeprefix("\ufeff")
    fenced = _FENCE.fullmatch(text)
    plain = _kept(_SPARE, _kept(_COMMENT, fenced[1] if fenced else text)).strip()
    return plain if plain != text.strip() and plain[:1] in ("{", "[") else None


def _kept(pattern: re.Pattern[str], text: str) -> str:
    """What is matched goes, but for strings."""
    return pattern.sub(lambda found: found[1] or "", text)


def notice(cause: Problem) -> Problem:
    """The warning that stands for what was wrong with the text."""
    return Problem(
        cause.code, f"{cause.message} It was read without what is too much.", cause.hint,
        "warning", None, None, cause.line, cause.column,
    )  # fmt: skip
