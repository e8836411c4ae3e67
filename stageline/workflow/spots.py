"""Where in the text of a document a character stands that was found in one of its values.

A value is written in quotes with escapes, over several lines, or in a block of its own. What is
written in a way that is not followed here is not told.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import islice

MAX_WALKED = 5_000
"""Characters of a value that are followed one by one."""

_BREAK = re.compile(r"\r\n|\r|\n")
_FOLD = r"[ \t]*(?:\r\n|\r|\n)[ \t\r\n]*"
_HEX = r"\\x[0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"
_PAIR = r"\\u[dD][89abAB][0-9A-Fa-f]{2}\\u[dD][c-fC-F][0-9A-Fa-f]{2}"
_PLAIN = re.compile(rf"{_FOLD}|.")
_QUOTED: Mapping[str, re.Pattern[str]] = {
    '"': re.compile(rf"{_PAIR}|{_HEX}|\\[^\r\n]|{_FOLD}|[^\"\\]"),
    "'": re.compile(rf"''|{_FOLD}|[^']"),
}
_FOLDED = re.compile(rf">[-+]?{_FOLD}")


def find_spot(source: str, offset: int, value: str, column: int) -> int | None:
    """The offset in ``source`` of character ``column`` (from 1) of ``value``, which is written
    at ``offset``; ``None`` where that cannot be told."""
    style = source[offset : offset + 1]
    start = offset + (style in _QUOTED)
    # Two columns further, because a wrong character can be the last one, or behind it.
    part = value[: column + 1]
    if "\n" not in part and source.startswith(part, start):
        return start + column - 1
    if style == "|":
        return _in_block(source, offset, value, column)
    if folded := _FOLDED.match(source, offset):
        start = folded.end()
    return _walk(_QUOTED.get(style, _PLAIN), source, start, value[: column - 1])


def _walk(unit: re.Pattern[str], source: str, at: int, passed: str) -> int | None:
    """Follow the characters that are ``passed``: each is written as one unit, where a fold is a
    blank, or one line break less than it has."""
    done = 0
    while done < len(passed) <= MAX_WALKED:
        match = unit.match(source, at)
        if match is None or (len(match[0]) == 1 and match[0] not in (passed[done], "\r", "\n")):
            return None
        done += max(len(_BREAK.findall(match[0])) - 1, 1)
        at = match.end()
    return at if done == len(passed) else None


def _in_block(source: str, offset: int, value: str, column: int) -> int | None:
    """In a block that keeps its lines: behind the indentation of the same line."""
    first = value.rfind("\n", 0, column - 1) + 1
    line = value[first:].partition("\n")[0]
    breaks = islice(_BREAK.finditer(source, offset), value.count("\n", 0, first), None)
    start, end = next(breaks, None), next(breaks, None)
    written = source[start.end() : end.start() if end else len(source)] if start else ""
    if start is None or not written.endswith(line) or written.removesuffix(line).strip():
        return None
    return start.end() + len(written) - len(line) + column - 1 - first
