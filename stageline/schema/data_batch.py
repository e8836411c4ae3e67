"""Runs of like INSERTs in one T-SQL batch: passed by one expression, where they are plain."""

from __future__ import annotations

import re
from dataclasses import dataclass

from stageline.schema.grammar import Grammar
from stageline.schema.piece import SAMPLE
from stageline.schema.source import whole_characters

_SEMICOLON = 59
_CLOSED = re.compile(rb"\)[ \t]*;")
_WHITE = re.compile(rb"\s*+")
TARGET = re.compile(
    rb"(?:INSERT|REPLACE)\s+(?:(?:LOW_PRIORITY|DELAYED|HIGH_PRIORITY|IGNORE|OR\s+\w+)\s+)*"
    rb"(?:INTO\s+)?([^\s(]+)[^;]*?\bVALUES?\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class BatchRun:
    """``count`` INSERTs into ``table`` that start with ``words``, from the first token to ``end``;
    their text ends at ``last``. What follows starts behind the line end at ``newline``."""

    words: bytes
    table: bytes
    count: int
    first: int
    last: int
    end: int
    newline: int

    def sample(self, data: bytes) -> bytes:
        """The head of the text."""
        return whole_characters(data[self.first : min(self.last, self.first + SAMPLE)]).rstrip()


def find_run(data: bytes, pos: int, grammar: Grammar) -> BatchRun | None:
    """The run at ``pos``, if all of it is plain and a line of its own follows."""
    found = grammar.batch.match(data, pos)
    if found is None:
        return None
    first, end = found.start(1), found.end()
    words, blank = TARGET.match(data, first, end), _WHITE.match(data, end)
    if words is None or blank is None or words.end() != found.end(1):
        return None
    newline = data.rfind(b"\n", end, blank.end())
    if newline < 0:
        return None
    count = count_rows(data, first, end, words[0])
    closed = data.find(b";", first, end) >= 0 and _CLOSED.search(data, first, end)
    if not count or (closed and grammar.resync.search(data, first, end)):
        return None  # a string that holds the start of a statement is judged apart
    last, end = (end - 1, end) if data[end - 1] == _SEMICOLON else (newline, newline)
    return BatchRun(words[0], words[1].lower(), count, first, last, end, newline)


def count_rows(data: bytes, first: int, end: int, words: bytes) -> int:
    """How many statements that each start a line with ``words`` stand in ``data[first:end]``;
    0 if such a line is text in a string."""
    parts = data[first:end].split(b"\n" + words)
    return 0 if any(part.count(b"'") & 1 for part in parts) else len(parts)
