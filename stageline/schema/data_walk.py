"""Pass short INSERTs of one kind one after the other, where a run of them is too short or too
mixed to be judged as a block."""

from __future__ import annotations

import re
from dataclasses import dataclass

from stageline.schema.data_batch import count_rows
from stageline.schema.ending import MARGIN
from stageline.schema.grammar import Grammar

_SEMICOLON, _NEWLINE = b";\n"
_WHITE = re.compile(rb"\s*+")
_BARE = re.compile(rb"(?:[\w\s(),.:+*]++|-(?!-))*+")  # nothing that could hide a parenthesis
# One row on the line of its words, where no dialect could see anything else in it.
_ROW = rb"[ \t]*+\((?:[^()'\"`\[\]{}#$@/;\n\\-]++|-(?!-)|'[^'\n\\]*+')*+\)[ \t]*+%b[ \t]*+\r?+\n"
_NAMES = re.compile(rb"(?:[\w \t(),.]++|\"[^\"\n]*+\"|`[^`\n]*+`|\[[^\]\n]*+\])*+")
_ROW_ENDED = re.compile(_ROW % b";")
_ROW_FREE = re.compile(_ROW % b";?+")


@dataclass(frozen=True, slots=True)
class Walk:
    """``statements`` were passed, up to the words of another one at ``end``; ``on`` if it was
    not the text that stopped it but the end of what may be looked at."""

    end: int
    statements: int
    on: bool = False


def walk(data: bytes, start: int, stop: int, final: bool, words: bytes, grammar: Grammar) -> Walk:
    """Pass whole statements that begin with ``words`` while one more like them follows.

    ``start`` is at the words of the first; ``final`` says that no text follows behind ``stop``.
    """
    edge = stop if final else stop - MARGIN
    passed, match, free = 0, grammar.simple.match, grammar.lexis.semicolon_free
    row = _row(words, grammar)
    if row is None and free:
        start, passed = _leap(data, start, edge, words, grammar)
    while True:
        while row and (line := row.match(data, start + len(words), edge)):
            if not data.startswith(words, line.end()):
                break
            start = line.end()
            passed += 1
        found = match(data, start, stop)
        end = found.end() if found else stop
        if end >= edge:
            return Walk(start, passed, not final)
        if data[end] == _SEMICOLON:
            # A string that holds the start of a statement may lack a quote: that is judged apart.
            if data.find(b"\n", start, end) >= 0 and grammar.resync.search(data, start, end):
                return Walk(start, passed)
        elif data[end] != _NEWLINE or not free or not _closed(data, start, end, words, grammar):
            return Walk(start, passed)
        blank = _WHITE.match(data, end + 1, stop)
        behind = blank.end() if blank else end + 1
        if not data.startswith(words, behind):
            return Walk(start, passed)
        start = behind
        passed += 1


def _leap(data: bytes, start: int, edge: int, words: bytes, grammar: Grammar) -> tuple[int, int]:
    """Where the last one starts of the statements that one expression takes, and their number."""
    found = grammar.batch.match(data, start, edge)
    end = found.start(2) if found else start
    if found is None or found[1] != words or data.find(b";", start, end) >= 0:
        return start, 0
    rows = count_rows(data[start:end], words)
    return (data.rfind(b"\n" + words, start, end) + 1, rows - 1) if rows > 1 else (start, 0)


def _row(words: bytes, grammar: Grammar) -> re.Pattern[bytes] | None:
    """The expression for the rest of a statement of one line, if there can be one."""
    lexis = grammar.lexis
    if lexis.q_quotes or grammar.ending != ";" or not _NAMES.fullmatch(words):
        return None
    free = lexis.semicolon_free and words[:6].upper() == b"INSERT"
    return _ROW_FREE if free else _ROW_ENDED


def _closed(data: bytes, start: int, end: int, words: bytes, grammar: Grammar) -> bool:
    """Whether the line behind ``end`` starts another statement: no parenthesis is open."""
    if grammar.strong.match(data, end + 1):
        return True
    if grammar.line_end.match(data, end + 1):
        return False
    body = start + len(words)
    bare = _BARE.fullmatch(data, body, end)
    text = data[body:end] if bare else grammar.opaque.sub(b"", data[start:end])
    return text.count(b"(") == text.count(b")")
