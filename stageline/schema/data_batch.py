"""Batches of INSERTs in T-SQL: passed by an expression a run of like ones, where they are plain."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from stageline.schema import search
from stageline.schema.data_runs import LARGEST
from stageline.schema.ending import MARGIN
from stageline.schema.grammar import Grammar
from stageline.schema.piece import SAMPLE, Piece, make_plain, merge
from stageline.schema.source import whole_characters
from stageline.schema.window import Window

_LONG = 1 << 10  # bytes of a line, or digits of a number, that are worth a look apart
_LINES = 64
_SEMICOLON = 59
_INDENT = b" \t"
_CLOSED = re.compile(rb"\)[ \t]*;")
_WHITE = re.compile(rb"\s*+")
_NO_QUOTES = bytes(range(256)).translate(None, b"'\n")
TARGET = re.compile(
    rb"(?:INSERT|REPLACE)\s+(?:(?:LOW_PRIORITY|DELAYED|HIGH_PRIORITY|IGNORE|OR\s+\w+)\s+)*"
    rb"(?:INTO\s+)?([^\s(]+)[^;]*?\bVALUES?\b",
    re.IGNORECASE,
)


class BatchRun(NamedTuple):
    """INSERTs that start with the same ``words``, from the first token to ``end``, over ``lines``
    newlines. ``head`` is the first of their text; what follows starts behind the line end at
    ``newline``. If that is the line that ends the batch, it goes up to ``stop`` (else -1)."""

    words: bytes
    table: bytes
    statements: int
    lines: int
    head: bytes
    first: int
    end: int
    newline: int
    stop: int


def pass_batches(
    window: Window, pos: int, line: int, grammar: Grammar, decode: Callable[[bytes], str]
) -> tuple[list[Piece], int]:
    """The pieces of the plain batches at ``pos`` (in ``line``), each with the line that ends it,
    and the line in which they end; batches are plain as far as they hold nothing but plain INSERTs.
    """
    data, base, eof = window.data, window.base, window.eof
    size, edge = len(data), len(data) - MARGIN
    pieces: list[Piece] = []
    while eof or size - pos >= LARGEST:
        batch = _read_batch(data, pos, edge, grammar)
        if not batch:
            break
        inserts: list[tuple[tuple[Piece], bytes]] = []
        for run in batch:
            line += data.count(b"\n", pos, run.first)
            start, pos = base + pos, run.end
            piece = make_plain("data", start, base + pos, line, decode(run.head), run.statements)
            inserts.append(((piece,), run.table))
            line += run.lines
        pieces += (piece,) if len(batch) == 1 else merge(iter(inserts))
        if not 0 <= run.stop <= edge:
            break
        line += data.count(b"\n", pos, run.newline + 1)
        text = data[run.newline + 1 : run.stop].rstrip().decode()
        pieces.append(make_plain("client", base + pos, base + run.stop, line, text))
        pos = run.stop
    return pieces, line


def _read_batch(data: bytes, pos: int, edge: int, grammar: Grammar) -> list[BatchRun]:
    """The runs of a plain batch; none if it is not plain, or may go on behind ``edge``."""
    runs: list[BatchRun] = []
    words = b""
    while pos < edge:
        run = find_run(data, pos, grammar)
        if run is None or run.newline > edge or run.words == words:
            break  # like words behind a gap of another form are one run all the same
        runs.append(run)
        if run.stop >= 0 or grammar.line_end.match(data, run.newline + 1):
            return runs
        pos, words = run.end, run.words
    return []


def find_run(data: bytes, pos: int, grammar: Grammar) -> BatchRun | None:
    """The run at ``pos``, if all of it is plain and a line of its own follows."""
    match, cut = _match(data, pos, grammar)
    if match is None:
        return None
    (begin, _), (first, _), (last, behind), (begun, stop) = match.regs
    words = match[1]
    table = _table(words)
    if table is None or last == behind:
        return None
    rows = match.string[first:last]
    statements, lines = count_rows(rows, words), search.count(rows, b"\n")
    if not statements or (b";" in rows and _CLOSED.search(rows) and grammar.resync.search(rows)):
        return None  # a string that holds the start of a statement is judged apart
    first += pos - begin
    cut += pos - begin
    end, newline = last + cut, behind + cut - 1
    size = end - first
    if rows[-1] == _SEMICOLON:
        size -= 1
    else:
        lines += data.count(b"\n", end, newline)
        end = newline
    head = data[first : first + min(size, SAMPLE)]
    if size > SAMPLE:
        head = whole_characters(head)
    stop = stop + cut if stop > begun else -1
    return BatchRun(words, table, statements, lines, head.rstrip(), first, end, newline, stop)


def _match(data: bytes, pos: int, grammar: Grammar) -> tuple[re.Match[bytes] | None, int]:
    """What the expression takes at ``pos``, and how many digits of its rows it did not see: those
    of long numbers are cut out first where lines are long, for that costs a third."""
    if data.find(b"\n", pos + 2, pos + _LONG) < 0:
        stop = _batch_end(data, pos, grammar) + 1
        text = _shortened(data[pos:stop]) if stop else b""
        match = grammar.batch.match(text)
        if match and match[3] and b"0x" not in match[1]:
            return match, stop - pos - len(text)
    return grammar.batch.match(data, pos), 0


def _batch_end(data: bytes, pos: int, grammar: Grammar) -> int:
    """Where the line ends that ends the batch; -1 if that is not one of the next."""
    newline = data.find(b"\n", pos + 1)
    for _ in range(_LINES):
        if newline < 0:
            break
        if found := grammar.line_end.match(data, newline + 1):
            return found.end()
        newline = data.find(b"\n", newline + 1)
    return -1


def _shortened(text: bytes) -> bytes:
    """``text`` without the digits of long hexadecimal numbers, and of what looks like them in
    strings: letters and digits neither begin nor end anything."""
    parts = text.split(b"0x")
    for place, part in enumerate(parts):
        if place and len(part) > _LONG:
            end = min(part.find(mark) % (len(part) + 1) for mark in (b",", b")"))
            if part[:end].isalnum():
                parts[place] = part[end:]
    return b"0x".join(parts)


@lru_cache(maxsize=16)
def _table(words: bytes) -> bytes | None:
    """The table that the words of an INSERT up to VALUES name; None if they end before."""
    found = TARGET.match(words)
    return found[1].lower() if found and found.end() == len(words) else None


def count_rows(rows: bytes, words: bytes) -> int:
    """How many statements that each start a line with ``words`` stand in ``rows``; 0 if such a
    line is text in a string."""
    start = b"\n" + words
    if b"'" in rows:
        quotes = rows.translate(None, _NO_QUOTES)
        if b"'" in words or b"'" in quotes.replace(b"''", b""):  # a string goes on in another line
            parts = rows.split(start)
            return 0 if any(part.count(b"'") & 1 for part in parts) else len(parts)
    return search.count(rows, start) + 1
