"""Rows of literals behind VALUES, read by one expression instead of token by token.

It knows numbers, words, strings, calls of functions on those and ``||``. What holds anything
else is left to the lexer.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from stageline.schema.lexical import Lexis

ROWS = 200  # that are read at once
_NEAR = 1024  # characters before the end of what may be read that may be part of a row
_DIGITS = frozenset("0123456789-+.")
Row = tuple[str | None, ...]
Plain = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Expressions:
    """``rows`` matches up to ``ROWS`` rows; ``value`` finds a value in them: the text of a plain
    string, or what else stands there as written (with ``||``: apart); and the mark behind it."""

    rows: re.Pattern[str]
    value: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Found:
    """``blocks`` are statements of one form: the words up to VALUES, and rows. All
    ``statements`` take ``size`` characters, ``whole`` if that is all of the text."""

    blocks: list[tuple[str, list[Row]]]
    statements: int
    size: int
    whole: bool


_EXPRESSIONS: dict[str, Expressions] = {}  # by name: hashing a whole Lexis costs
_HEAD = re.compile(
    r"(?:INSERT|REPLACE)\s[^;'()]*?(?:\([^;'()]*+\)[^;'()]*?)?\bVALUES?\s*+(?=\()", re.IGNORECASE
)
_BETWEEN = re.compile(r"[\s;]*+")


def find_rows(text: str, lexis: Lexis, limit: int, most: int, plain: Plain) -> Found | None:
    """The first rows of a run of INSERTs: about ``most``, of the first ``limit`` characters.

    ``plain`` makes a value of what is no plain string. None if the lexer should read the run.
    """
    if lexis.triple_quotes:
        return None
    language = _EXPRESSIONS.get(lexis.name) or _compile(lexis)
    blocks: list[tuple[str, list[Row]]] = []
    at, stop, head, statements = 0, min(limit, len(text)), "", 0
    together, several = False, True  # statements of one row each are read together
    while most > 0 and at < stop:
        if not head or not text.startswith(head, at):
            found = _HEAD.match(text, at, stop)
            head = found[0] if found else ""
        wanted = most if together else 1
        texts, behind = _find(text, at, stop, head, language, wanted)
        if not texts:
            break
        rows = _read(texts, language, plain)
        if together and (rows is None or len(rows) != len(texts)):
            together = several = False
            continue
        if rows is None:
            break
        if not blocks or blocks[-1][0] != head:
            blocks.append((head, []))
        blocks[-1][1].extend(rows)
        statements += len(texts)
        most -= len(rows)
        at = behind
        together = several and len(rows) == len(texts)
    whole = at >= len(text)
    cut_off = most <= 0 or (stop < len(text) and stop - at < _NEAR)
    return Found(blocks, statements, at, whole) if blocks and (whole or cut_off) else None


def _find(
    text: str, at: int, stop: int, head: str, language: Expressions, most: int
) -> tuple[list[str], int]:
    """The rows of the next statements with the same ``head``, and where what follows starts."""
    found: list[str] = []
    match, size = language.rows.match, len(head)
    while head and len(found) < most and at < stop and text.startswith(head, at):
        rows = match(text, at + size, stop)
        if rows is None:
            break
        found.append(rows[0])
        at = _behind(text, rows.end())
    return found, at


def _read(texts: list[str], language: Expressions, plain: Plain) -> list[Row] | None:
    """The rows of some statements; None if their lengths differ."""
    found = language.value.findall(",".join(texts), 1)
    marks = [mark for _, _, _, mark in found]
    rows, width = marks.count(")"), marks.index(")") + 1
    if rows * width != len(found) or marks[width - 1 :: width].count(")") != rows:
        return None
    values = [
        text or joined if not other else other if other[0] in _DIGITS else plain(other)
        for text, other, joined, _ in found
    ]
    return list(zip(*[iter(values)] * width, strict=True))


def _behind(text: str, at: int) -> int:
    found = _BETWEEN.match(text, at)
    return found.end() if found else at


def _compile(lexis: Lexis) -> Expressions:
    string = _string("'", lexis)
    call = rf"[^\W\d]\w*+\((?:[\w\s,.+]++|{string})*+\)"
    # Long hexadecimal numbers: letters of other scripts cost more to tell.
    bare = r"[-+]?+(?>[0-9A-Za-z_.]++[\w.]*+|[\w.]++)(?:(?<=\d[eE])[-+]\d++)?"
    other = rf"[nNbBxX]?{string}|{call}|{bare}|" + _string('"', lexis)
    join = rf"(?:\s*+\|\|\s*+(?:{other}))"
    value = rf"(?:{other}){join}*+"
    row = rf"\(\s*+{value}\s*+(?:,\s*+{value}\s*+)*+\)"
    plain = r"[-+]?+[0-9.]++(?=[,)])"  # most values are such numbers or strings: so they come first
    made = Expressions(
        re.compile(rf"{row}(?:\s*+,\s*+{row}){{0,{ROWS - 1}}}+"),
        re.compile(
            rf"\s*+(?:[nN]?'([^'\\]*+)'(?!')|({plain}|{other})|((?:{other}){join}++))\s*+([,)])"
            r"[\s,(]*+"
        ),
    )
    _EXPRESSIONS[lexis.name] = made
    return made


def _string(quote: str, lexis: Lexis) -> str:
    if quote in lexis.backslash:
        return rf"{quote}(?:[^{quote}\\]++|\\[\s\S]|{quote}{quote})*+{quote}"
    return rf"{quote}(?:[^{quote}]++|{quote}{quote})*+{quote}"
