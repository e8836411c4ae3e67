"""Run through INSERT and COPY data at the speed of memory, with exact quoting.

A block of INSERTs is first stripped of everything but quotes, semicolons and newlines. Two equal
quotes side by side then neither begin nor end anything for what stands around them, whatever the
state (``''`` opens and closes, or is an escaped quote, or is text inside another quote), so they
can go. When no quote is left, every semicolon left stands outside strings, and it is enough to
compare their number with that of the places where ``;`` is followed by the same INSERT again.
Where statements are long and only one kind of quote is left, its parity at each semicolon says
the same at less cost. What fits neither picture is left to the splitter's expressions, statement
by statement.
"""

from __future__ import annotations

import re
from bisect import bisect
from dataclasses import dataclass
from functools import cache

from stageline.schema import search
from stageline.schema.lexical import Lexis

LARGEST = 1 << 18  # bytes that are judged at once; they fit the cache of a core
SMALLEST = 1 << 14
_BACKSLASH = 92
_BYTES = bytes(range(256))
_DOLLARS = re.compile(rb"\$(?:[A-Za-z_]\w*)?\$")
_ESCAPE_STRINGS = (b"E'", b"e'")
_Q_STRINGS = (b"q'", b"Q'")
# Every statement starts with a word; a line of rows starts with anything else.
_STARTS = re.compile(rb"\n[ \t]*+(?!N')[^\s(),'\"\[0-9.+-]")
_ALIKE = b"\0"  # stands for the marks of a statement like its neighbours
_LONG = 1 << 11  # bytes of a statement from which it is looked at on its own
_VERB = 6  # letters of INSERT
NO_ROWS_END = "the line \\. is missing that ends the rows"
_STRAYS = (b"\nCREATE ", b"\nCOPY ", b"\nALTER ")
_STRAY = re.compile(rb"\n(?:CREATE|COPY|ALTER)\s[^\t\n]{0,4000}+(?=\n|\Z)", re.IGNORECASE)
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


@cache
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
    if block.startswith(b";") and not block.startswith(boundary):
        return None  # another statement follows
    count = search.count(block, boundary)
    if not count:
        return _first(block, run)
    last = block.rfind(boundary)
    part = block[: last + len(run.gap)]
    long = count * _LONG < last
    if long and b";" in run.gap and _balanced(run):
        bodies = block[:last].split(boundary)
        state = _parity if _ordinary(part, run.lexis, whole_lines=False) else _state
        if not any(state(body, run) for body in bodies):
            return Stretch(len(part), count, search.count(part, b"\n"))
    if long and (stretch := _first(block, run)):
        return stretch
    return _stretch(part, _marks(part, run.lexis), count, run)


def _first(block: bytes, run: Run) -> Stretch | None:
    """A stretch within the first statement: what follows it may be of other kinds."""
    end = block.find(b";\n") if search.holds(block, b";\n") else -1
    if end >= 0 and _state(block[:end], run) == 0:
        return Stretch(end, 0, search.count(block[:end], b"\n")) if end else None
    return _inside(block, run)


def _inside(block: bytes, run: Run) -> Stretch | None:
    """A stretch within one long statement: up to the last quote, or just before it."""
    last = _last_quote(block, _first_quote(block[_after_words(block, run) :], run), run.lexis)
    end = last + 1 if last >= 0 else max(block.rfind(b","), block.rfind(b"\n")) + 1
    if end < 2:
        return None
    state = _state(block[:end], run)
    # The last quote opened a string, if one is open: what is before it is outside.
    size = end - state if state >= 0 else 0
    return Stretch(size, 0, search.count(block[:size], b"\n")) if size else None


def _first_quote(text: bytes, run: Run) -> bytes:
    """The kind of quote that comes first."""
    return min(_each(run.quotes), key=lambda quote: text.find(quote) % (len(text) + 1))


def _after_words(part: bytes, run: Run) -> int:
    """Where the words of the run end, if ``part`` starts with them and they are complete."""
    return len(run.words) if part.startswith(run.words) and _balanced(run) else 0


def _state(part: bytes, run: Run) -> int:
    """Whether a part of one statement ends outside (0) or within (1) a string; -1 if a statement
    may end in it, or if that cannot be told. ``part`` starts outside."""
    if search.holds(part, b"\n" + run.words[:_VERB]):
        return -1  # a quote may be missing, or one too many
    # What follows a comment would be taken for text; all of it has to be known as free of them.
    known = _parity(part, run) if _ordinary(part, run.lexis, whole_lines=False) else -1
    return known if known >= 0 else _apart(part, run)


def _apart(part: bytes, run: Run) -> int:
    """The same, by the text between the strings: it must hold no other quotes and no comments."""
    lexis = run.lexis
    if (lexis.guessed_backslash or lexis.escape_strings) and b"\\" in part:
        return -1
    text = part[_after_words(part, run) :]
    if b"\\" in text and lexis.backslash:
        text = _unescaped(text, lexis.backslash.encode())
    quote = _first_quote(text, run)
    texts = text.split(quote)
    outside = quote.join(texts[::2])
    if (
        b";" in outside
        or any(other in outside for other in _each(run.quotes) if other != quote)
        or not _ordinary(outside, lexis, whole_lines=False)
        or (lexis.semicolon_free and _STARTS.search(outside))
    ):
        return -1
    return 1 - len(texts) % 2


def _last_quote(block: bytes, quote: bytes, lexis: Lexis) -> int:
    """The last ``quote`` that is certainly not escaped; -1 if there is none."""
    last = block.rfind(quote)
    while lexis.backslash and last > 0 and block[last - 1] == _BACKSLASH:
        last = block.rfind(quote, 0, last)
    return last


def _balanced(run: Run) -> bool:
    """Whether no quote opened in the words of the run is left open there."""
    return not _quoted(_reduced(_marks(run.words, run.lexis), run.quotes), run.quotes)


def _parity(part: bytes, run: Run) -> int:
    """Whether a part of one statement ends outside (0) or within (1) a string; -1 if a statement
    may end in it, or if the number of single quotes cannot tell. ``part`` starts outside."""
    at = _after_words(part, run)
    others = [quote for quote in _each(run.quotes) if quote != b"'"]
    if run.lexis.semicolon_free or any(part.find(quote, at) >= 0 for quote in others):
        return -1
    escaped = _escaped(part) if "'" in run.lexis.backslash else []
    if escaped is None:
        return -1
    count, inside, passed = search.counter(part, b"'"), 0, 0
    for _ in range(len(part) // 64 + 2):
        end = part.find(b";", at)
        stop = end if end >= 0 else len(part)
        taken = bisect(escaped, stop, passed)
        inside ^= (count(at, stop) - (taken - passed)) & 1
        if end < 0:
            return inside
        if not inside:
            return -1
        at, passed = end + 1, taken
    return -1


def _escaped(part: bytes) -> list[int] | None:
    """Where single quotes stand behind a backslash that escapes them; None if too many are."""
    places: list[int] = []
    find, at = part.find, part.find(b"\\")
    for _ in range(len(part) >> 7):
        if at < 0:
            return places
        if part[at + 1 : at + 2] == b"'":
            places.append(at + 1)
        at = find(b"\\", at + 2)
    return places if at < 0 else None


def _stretch(part: bytes, marks: bytes, count: int, run: Run) -> Stretch | None:
    """The whole of ``part``, if exactly ``count`` statements end in it, all at a boundary."""
    quotes, lines = run.quotes, marks.count(b"\n")
    result = Stretch(len(part), count, lines)
    end = run.gap.translate(None, _noise(quotes))
    first = marks.find(end) + len(end)
    row = marks[first : marks.find(end, first) + len(end)]
    alike = 0
    if count > 1 and _reduced(row, quotes) == end:
        # Like rows are whole statements where they start outside strings, as is verified below.
        others = marks[first:].replace(row, _ALIKE)
        marks, alike = marks[:first] + others, others.count(_ALIKE)
        count -= alike
    rest = _reduced(marks, quotes)
    if not _quoted(rest, quotes):
        return (
            result if _ended(rest, count, run) and _lined(rest, part, count, alike, run) else None
        )
    if not _ordinary(part, run.lexis, whole_lines=lines == result.statements):
        return None
    outside = _closed(quotes).sub(b"", rest)
    if _quoted(outside, quotes) or not _ended(outside, count, run):
        return None
    if outside.count(_ALIKE) != alike or not _lined(outside, part, count, alike, run):
        return None
    # A boundary could be the text of a string only if a string held all of its characters.
    kept = any(outside.count(mark) == rest.count(mark) for mark in _each(end))
    return result if kept else None


def _ended(outside: bytes, count: int, run: Run) -> bool:
    """Whether the semicolons outside strings are those of ``count`` gaps."""
    return outside.count(b";") == count * run.gap.count(b";")


def _lined(outside: bytes, part: bytes, count: int, alike: int, run: Run) -> bool:
    """Whether no line but those behind the gaps could start a statement, where that ends one.

    ``alike`` more statements than ``count`` end in ``part``.
    """
    if not run.lexis.semicolon_free:
        return True
    whole_lines = outside.count(b"\n") == count * run.gap.count(b"\n")
    if whole_lines or not _ordinary(part, run.lexis, whole_lines=False):
        return whole_lines and not search.holds(part, b"/*")
    between = max(0, count + alike - 1) * len(_STARTS.findall(run.gap + run.words))
    first = len(_STARTS.findall(run.words)) if part.startswith(run.words) else 0
    return len(_STARTS.findall(part)) == between + first


def _ordinary(part: bytes, lexis: Lexis, whole_lines: bool) -> bool:
    """Whether quotes are all that can hide a semicolon in ``part``.

    With ``whole_lines`` every line ends in a boundary, so none is, or ends in, a comment.
    """
    if b"*" in part and search.holds(part, b"/*"):
        return False
    if b"$" in part and lexis.dollar_quotes != "none" and _DOLLARS.search(part):
        return False
    if lexis.q_quotes and any(search.holds(part, opening) for opening in _Q_STRINGS):
        return False
    if (
        lexis.escape_strings
        and b"\\" in part
        and any(search.holds(part, e) for e in _ESCAPE_STRINGS)
    ):
        return False
    return whole_lines or not any(search.holds(part, opening) for opening in _line_marks(lexis))


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
    pieces: list[bytes] = []
    start, end = 0, len(part) - 1
    find, at = part.find, part.find(b"\\")
    for _ in range(len(part) >> 7):  # where there are more, what follows is faster
        if not 0 <= at < end:
            return b"".join([*pieces, part[start:]])
        if part[at + 1] in quotes:
            pieces.append(part[start:at])
            start = at + 2
        at = find(b"\\", at + 2)
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

    ``block`` starts with the newline before a row.
    """
    if not search.holds(block, b"\n\\."):
        return -1, -1
    found = _COPY_END.search(block)
    return found.span() if found else (-1, -1)


def stray_line(block: bytes, thorough: bool) -> int:
    """Where a line begins that starts a statement and holds no tab; -1 if there is none.

    Among rows of several columns it is none of them; only then, or when nothing ends the rows
    (``thorough``: in any case), the line ``\\.`` was left out. ``block`` is as for ``rows_end``.
    """
    if not (thorough or any(search.holds(block, mark) for mark in _STRAYS)):
        return -1
    found = _STRAY.search(block)
    return found.start() if found else -1
