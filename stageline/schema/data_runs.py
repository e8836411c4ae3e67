"""Run through INSERT and COPY data at the speed of memory, with exact quoting.

A block of INSERTs is first stripped of everything but quotes, semicolons and newlines. Two equal
quotes side by side then neither begin nor end anything for what stands around them, whatever the
state (``''`` opens and closes, or is an escaped quote, or is text inside another quote), so they
can go. When no quote is left, every semicolon left stands outside strings, and it is enough to
compare their number with that of the places where ``;`` is followed by the same INSERT again.
Whatever does not fit this picture is left to the splitter's expressions, statement by statement.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from stageline.schema.lexical import Lexis

LARGEST = 1 << 18  # bytes that are judged at once; they fit the cache of a core
SMALLEST = 1 << 14
_BYTES = bytes(range(256))
_DOLLARS = re.compile(rb"\$(?:[A-Za-z_]\w*)?\$")
_ESCAPE_STRINGS = (b" E'", b",E'", b"(E'", b"\nE'", b"\tE'", b" e'", b",e'", b"(e'", b"\te'")
_Q_STRINGS = (b"q'", b"Q'")
_COPY_NOISE = _BYTES.translate(None, b"\n\t\\.")
_COPY_END = re.compile(rb"\n\\\.(?:\r*\n|\r*\Z)")


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of ``size`` bytes in which ``statements`` ended, over ``lines`` newlines. What
    follows it is outside of strings."""

    size: int
    statements: int
    lines: int


@cache
def _noise(quotes: bytes) -> bytes:
    """All bytes but those that can change what a semicolon means."""
    return _BYTES.translate(None, quotes + b";\n")


@cache
def _closed(quotes: bytes) -> re.Pattern[bytes]:
    return re.compile(b"|".join(b"%b[^%b]*+%b" % (q, q, q) for q in _each(quotes)))


def _each(quotes: bytes) -> list[bytes]:
    return [bytes([quote]) for quote in quotes]


@dataclass(frozen=True, slots=True)
class Run:
    """A run of INSERTs. ``words`` are those up to VALUES that all of them start with, ``gap`` is
    what stands between two: ``;`` (if statements need one) and blanks."""

    words: bytes
    gap: bytes
    lexis: Lexis

    @property
    def quotes(self) -> bytes:
        return self.lexis.quotes.encode()


def judge(block: bytes, run: Run) -> Stretch | None:
    """How much of ``block`` is more of the same run, or ``None`` if that cannot be told.

    ``block`` starts outside strings, at or in an INSERT, and so does what follows the stretch.
    """
    boundary = run.gap + run.words
    count = block.count(boundary)
    if not count:
        return _inside(block, run)
    part = block[: block.rfind(boundary) + len(run.gap)]
    return _stretch(part, _marks(part, run.lexis), count, run)


def _inside(block: bytes, run: Run) -> Stretch | None:
    """A stretch within one long statement: up to the last quote, or just before it."""
    last = max(block.rfind(quote) for quote in _each(run.quotes))
    end = last + 1 if last >= 0 else max(block.rfind(b","), block.rfind(b"\n")) + 1
    if end < 2:
        return None
    part = block[:end]
    marks = _marks(part, run.lexis)
    whole = _stretch(part, marks, 0, run)
    if whole is not None or marks[-1:] != block[last:end]:
        return whole
    return _stretch(part[:-1], marks[:-1], 0, run)


def _stretch(part: bytes, marks: bytes, count: int, run: Run) -> Stretch | None:
    """The whole of ``part``, if exactly ``count`` statements end in it, all at a boundary."""
    quotes, lines = run.quotes, marks.count(b"\n")
    result = Stretch(len(part), count, lines)
    end = run.gap.translate(None, _noise(quotes))
    first = marks.find(end) + len(end)
    row = marks[first : marks.find(end, first) + len(end)]
    if count > 1 and row and marks[first:] == row * (count - 1):
        marks, count = marks[: first + len(row)], 2  # rows alike: two stand for all
    rest = _reduced(marks, quotes)
    if not _quoted(rest, quotes):
        return result if _ended(rest, count, run) else None
    if not _ordinary(part, run.lexis, whole_lines=lines == result.statements):
        return None
    outside = _closed(quotes).sub(b"", rest)
    if _quoted(outside, quotes) or not _ended(outside, count, run):
        return None
    # A boundary could be the text of a string only if a string held all of its characters.
    kept = any(outside.count(mark) == rest.count(mark) for mark in _each(end))
    return result if kept else None


def _ended(outside: bytes, count: int, run: Run) -> bool:
    """Whether the marks outside strings are those of ``count`` gaps."""
    if outside.count(b";") != count * run.gap.count(b";"):
        return False
    # Where statements need no semicolon, every line may start one.
    lines = count * run.gap.count(b"\n")
    return not run.lexis.semicolon_free or outside.count(b"\n") == lines


def _ordinary(part: bytes, lexis: Lexis, whole_lines: bool) -> bool:
    """Whether quotes are all that can hide a semicolon in ``part``.

    With ``whole_lines`` every line ends in a boundary, so none is, or ends in, a comment.
    """
    if b"*" in part and b"/*" in part:
        return False
    if b"$" in part and lexis.dollar_quotes != "none" and _DOLLARS.search(part):
        return False
    if lexis.q_quotes and any(opening in part for opening in _Q_STRINGS):
        return False
    if lexis.escape_strings and b"\\" in part:
        return not any(opening in part for opening in _ESCAPE_STRINGS)
    return whole_lines or not any(opening in part for opening in _line_marks(lexis))


@cache
def _line_marks(lexis: Lexis) -> tuple[bytes, ...]:
    """What may begin a comment or end a statement in lines that are not all alike."""
    marks = [b"--"] + [mark.encode() for mark in lexis.line_comments if not mark.startswith("--")]
    marks += [b"{"] * lexis.brace_comments
    marks += [b"\n/", b"\nGO", b"\ngo", b"\nGo"] * bool(lexis.line_ends)
    return (*marks, *(lexis.line_tail.encode() + end for end in (b"\n", b"\r") if lexis.line_tail))


def _marks(part: bytes, lexis: Lexis) -> bytes:
    """The quotes, semicolons and newlines of ``part`` that no backslash escapes."""
    if lexis.backslash and b"\\" in part:
        part = _unescaped(part, lexis.backslash.encode())
    return part.translate(None, _noise(lexis.quotes.encode()))


def _unescaped(part: bytes, quotes: bytes) -> bytes:
    """``part`` without escaped quotes and backslashes; what else is escaped does not matter.

    Left to right, a backslash takes what follows it: so pairs of backslashes go first.
    """
    if part.count(b"\\") * 64 < len(part):
        pieces = part.split(b"\\")
        if b"" not in pieces:
            return pieces[0] + b"".join([piece[1:] for piece in pieces[1:]])
    part = part.replace(b"\\\\", b"")
    for quote in _each(quotes):
        part = part.replace(b"\\" + quote, b"")
    return part


def _reduced(marks: bytes, quotes: bytes) -> bytes:
    """``marks`` without quotes that stand in pairs, as far as that goes in a few rounds."""
    for _ in range(3):
        before = len(marks)
        for quote in _each(quotes):
            if quote in marks:
                marks = marks.replace(quote * 2, b"")
        if len(marks) == before:
            break
    return marks


def _quoted(marks: bytes, quotes: bytes) -> bool:
    return any(quote in marks for quote in _each(quotes))


def rows_end(block: bytes) -> tuple[int, int]:
    """Where the line ``\\.`` that ends COPY rows begins and ends; (-1, -1) if it is not there.

    ``block`` starts with the newline before a row. Most of it is dropped before the search.
    """
    marks = block.translate(None, _COPY_NOISE)
    if b"\n\\." not in marks:
        return -1, -1
    found = _COPY_END.search(block)
    return found.span() if found else (-1, -1)
