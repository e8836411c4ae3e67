"""Cut a dump into statements, in one pass over a stream, without losing a byte.

One statement at a time: blanks and comments, then by its first words how it can end, then a
compiled expression runs to that end. What is opened and never closed costs its own statement
only: the next line that starts a statement is where the splitter goes on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from stageline.schema.data_batch import TARGET, pass_batches
from stageline.schema.data_runs import (
    LARGEST,
    NO_ROWS_END,
    SMALLEST,
    Run,
    judge,
    rows_end,
    stray_line,
)
from stageline.schema.data_walk import walk
from stageline.schema.ending import MARGIN, Cut, Ending
from stageline.schema.grammar import Grammar, grammar
from stageline.schema.lexical import Lexis
from stageline.schema.piece import SAMPLE, Kind, Piece, make_plain, merge
from stageline.schema.search import count
from stageline.schema.source import Source, whole_characters
from stageline.schema.window import BLOCK, Window

HEAD = 512  # bytes that decide what a statement is
REACH = 1 << 16  # how far a statement is searched at first
LIMIT = 1 << 24  # no statement but data is longer; it is given up where a line starts another
_NEWLINE = 10
_BUDGET = 1 << 26  # bytes that may be searched in vain beyond what was consumed
_COPY = re.compile(rb"COPY\b(?:[^;']|'[^']*')*?\bFROM\s+STDIN\b", re.IGNORECASE)
_SEVERAL = re.compile(rb"COPY\s+[^\s(]+\s*\([^();]*,[^();]*\)\s*FROM\s+STDIN\s*;", re.IGNORECASE)
_RECORDS = re.compile(rb"COPY\s+(\d+)\s+RECORDS\s", re.IGNORECASE)
_NO_ROWS = re.compile(rb"\s*(?:--|CREATE\s|ALTER\s|COPY\s+\S+[^\n]*\bFROM\s)", re.IGNORECASE)
_NOISE = re.compile(rb"/\*M?![0-9]*|/\*.*?\*/|\*/|--[^\n]*", re.DOTALL)


@dataclass(slots=True)
class _Draft:
    """A data piece in the making: offsets of its first byte and token, and its head."""

    start: int
    first: int
    line: int
    sample: bytes
    count: int = 1


def split(source: Source, lexis: Lexis, *, block: int = BLOCK) -> Iterator[Piece]:
    """The pieces of a dump, in order. Reads ``source`` once; memory stays bounded."""
    return merge(_Splitter(source, lexis, block).batches())


class _Splitter:
    """The state of one pass: what is in view, the line, the terminator in force."""

    def __init__(self, source: Source, lexis: Lexis, block: int) -> None:
        self.source = source
        self.lexis = lexis
        self.grammar: Grammar = grammar(lexis)
        self.window = Window(source.chunks(), block)
        self.ahead = LARGEST if lexis.semicolon_free else REACH  # batches are passed as a whole
        self.line = 1
        self.spent = 0
        self.stride = LARGEST
        self.fresh = True  # the next byte is the first one of a line

    def batches(self) -> Iterator[tuple[Sequence[Piece], bytes]]:
        """Pieces in order: plain ones together, an INSERT alone and with its table."""
        window = self.window
        while True:
            window.ensure(self.ahead)
            if not len(window):
                return
            plain = self._plain()
            if plain:
                yield plain, b""
                continue
            first, stop = self._first(), len(window.data)
            if first >= stop or first - window.pos >= REACH - MARGIN:
                piece, into = self._piece("blank", first, Cut(first, first)), b""
            else:
                piece, into = self._statement(first)
            yield (piece,), into

    def _plain(self) -> list[Piece]:
        """The plain statements that come next, each found by one expression with a certain end."""
        window, line, match = self.window, self.line, self.grammar.common.match
        data, base, pos, eof = window.data, window.base, window.pos, window.eof
        size, decode = len(data), self.source.decode
        pieces: list[Piece] = []
        while eof or size - pos >= self.ahead:
            stop = pos + REACH
            found = match(data, pos, stop)
            if found is None:
                if not pieces or not self.lexis.semicolon_free:
                    break
                more, line = pass_batches(window, pos, line, self.grammar, decode)
                if not more:
                    break
                pieces += more
                pos = more[-1].end - base
                continue
            group, end = found.lastindex or 0, found.end()
            if end > stop - MARGIN and not (eof and stop >= size):
                break
            first, last = found.span(group)
            kind: Kind = "sql" if group == 1 else "client"
            line += data.count(b"\n", pos, first)
            raw = data[first:last].rstrip()
            text = raw.decode("ascii") if raw.isascii() else decode(raw)
            pieces.append(make_plain(kind, base + pos, base + end, line, text))
            line += data.count(b"\n", first, end)
            pos = end
        if pieces:
            self.line, window.pos = line, pos
            self.fresh = data[pos - 1] == _NEWLINE
        return pieces

    def _first(self) -> int:
        """Where the blanks and comments at the head of the window end, or can safely be cut."""
        window = self.window
        reach = REACH
        while True:
            window.ensure(reach)
            stop = min(len(window.data), window.pos + reach)
            found = self.grammar.blank.match(window.data, window.pos, stop)
            end = found.end() if found else window.pos
            if end <= stop - MARGIN or (window.eof and stop == len(window.data)):
                return end
            end = self._whole(end)
            if end > window.pos or reach >= LIMIT:
                return max(end, window.pos + 1)
            reach *= 4

    def _whole(self, end: int) -> int:
        """``end``, or the start of the line comment that may go on behind it."""
        data, last = self.window.data, 0
        for token in self.grammar.blank_token.finditer(data, self.window.pos, end):
            last = token.start()
        return end if data[last : last + 1].isspace() or data.startswith(b"/*", last) else last

    def _statement(self, first: int) -> tuple[Piece, bytes]:
        data = self.window.data
        empty = self.grammar.empty.match(data, first, first + REACH)
        if empty:
            return self._piece("blank", first, Cut(first, empty.end())), b""
        end = self._command(first)
        if end > first:
            return self._piece("client", first, Cut(end, end)), b""
        head = data[first : first + HEAD]
        if b"/*" in head or b"--" in head:
            head = _NOISE.sub(b" ", head).lstrip()
        if self.lexis.copy and _COPY.match(data, first, first + MARGIN):
            return self._copy(first), b""
        return self._sql(first, head)

    def _sql(self, first: int, head: bytes) -> tuple[Piece, bytes]:
        ending = Ending.of(self.grammar, head)
        if ending.data:
            return self._insert(first, ending)
        lead = first - self.window.pos
        cut = self._search(lead, ending)
        if self.grammar.custom and not cut.terminated:
            cut = self._without_terminator(lead, cut)
        first = self.window.pos + lead
        unclosed = not cut.terminated and self.window.data.startswith(b"/*", first)
        return self._piece("blank" if unclosed else "sql", first, cut), b""

    def _command(self, first: int) -> int:
        """The end of a command of the client program at ``first``, or ``first``."""
        data, language = self.window.data, self.grammar
        if found := language.set_terminator.match(data, first, first + MARGIN):
            self._set_terminator(found)
            return found.end()
        newline = data.rfind(b"\n", self.window.pos, first)
        before = data[max(newline, self.window.pos) : first]
        if before.strip() or (newline < 0 and not self.fresh):
            return first  # only a whole line is a command
        found = language.line_end.match(data, first, first + MARGIN)
        found = found or language.client.match(data, first, first + REACH)
        return found.end() if found else first

    def _set_terminator(self, command: re.Match[bytes]) -> None:
        chosen = next(group for group in command.groups() if group).decode("latin-1")
        current = self.grammar.ending
        if command[0][:3].upper() == b"SET" and chosen != current:
            chosen = chosen.removesuffix(current)  # SET TERM ^; is itself a statement
        self.grammar = grammar(self.lexis, chosen)

    def _search(self, lead: int, ending: Ending) -> Cut:
        """Look for the end of a statement, farther and farther until it is certain."""
        window, reach = self.window, REACH
        while True:
            window.ensure(lead + reach)
            start = window.pos + lead
            stop = min(len(window.data), start + reach)
            limit = LIMIT if self.spent < 8 * window.offset + _BUDGET else REACH
            final = reach >= limit or (window.eof and stop == len(window.data))
            cut = ending.find(window.data, start, stop, final)
            if cut:
                self.spent += 0 if cut.terminated else stop - cut.end
                return cut
            self.spent += reach
            reach *= 4

    def _without_terminator(self, lead: int, cut: Cut) -> Cut:
        """A cut by the dialect's own rules, where nothing ended a statement but other commands:
        what set the terminator in force (``DELIMITER``) has no counterpart."""
        data, start, usual = self.window.data, self.window.pos + lead, grammar(self.lexis)
        found = Ending.of(usual, data[start : start + HEAD]).find(data, start, cut.end, True)
        if found is None or usual.empty_rest(data, found.end, cut.end):
            return cut
        fault = f"the terminator {self.grammar.ending} is missing"
        if self.window.eof and cut.end == len(data):
            self.grammar = usual
        return replace(found, terminated=False, fault=fault)

    def _insert(self, first: int, ending: Ending) -> tuple[Piece, bytes]:
        """An INSERT and, where that is quick, those like it behind it."""
        draft = self._begin(first)
        words = TARGET.match(draft.sample)
        skip = draft.first - draft.start
        if words and not self.lexis.triple_quotes and not self.grammar.custom:
            self._advance(skip)
            self._pass(draft, Run(words[0], self._gap(words[0], draft), self.lexis))
            skip = 0
        cut = self._search(skip, ending)
        return self._finish(draft, cut), words[1].lower() if words else b""

    def _pass(self, draft: _Draft, run: Run) -> None:
        """Consume what is more of the same, up to somewhere outside strings."""
        window, reach = self.window, 2 * MARGIN
        while window.data.startswith(run.words, window.pos):
            before = window.offset
            if not self._is_long(reach) and not self._walk(draft, run, reach):
                return
            walked = window.offset
            self._judge(draft, run)
            if window.offset == before:
                return
            reach = 2 * MARGIN if window.offset > walked else min(LARGEST, reach * 2)

    def _is_long(self, reach: int) -> bool:
        """Whether the statement at hand surely goes on behind ``reach``."""
        window = self.window
        window.ensure(reach)
        ended = self.lexis.semicolon_free or window.data.find(b";", window.pos, window.pos + reach)
        return ended == -1 and len(window) >= reach

    def _walk(self, draft: _Draft, run: Run, reach: int) -> bool:
        """Pass statements one by one; whether the run may go on behind ``reach``."""
        window = self.window
        window.ensure(reach)
        data, start = window.data, window.pos
        stop = min(len(data), start + reach)
        final = window.eof and stop == len(data)
        passed = walk(data, start, stop, final, run.words, self.grammar)
        self._advance(passed.end - start)
        draft.count += passed.statements
        return passed.on

    def _judge(self, draft: _Draft, run: Run) -> None:
        """Consume the run in blocks, as long as they can be judged as a whole."""
        window = self.window
        while True:
            window.ensure(self.stride)
            block = window.data[window.pos : window.pos + self.stride]
            stretch = judge(block, run) if len(block) > SMALLEST // 4 else None
            if stretch is None:
                self.stride = max(SMALLEST, self.stride // 4)
                return
            self._advance(stretch.size, stretch.lines)
            draft.count += stretch.statements
            self.stride = min(LARGEST, self.stride * 4)

    def _gap(self, words: bytes, draft: _Draft) -> bytes:
        """What stands between two statements of this run, as between its first two."""
        again = draft.sample.find(words, len(words))
        before = draft.sample[:again].rstrip() if again > 0 else b""
        if before.endswith(b";") and again - len(before) < 16:
            return draft.sample[len(before) - 1 : again]
        return b"\n" if self.lexis.semicolon_free else b";\n"

    def _copy(self, first: int) -> Piece:
        """``COPY ... FROM stdin`` with its rows, up to the line ``\\\\.``."""
        draft = self._begin(first)
        command = self._search(draft.first - draft.start, Ending(self.grammar, self.grammar.open))
        window = self.window
        newline = window.data.find(b"\n", command.end)
        if newline < 0 or _NO_ROWS.match(window.data, newline):
            return self._finish(draft, command)
        several = _SEVERAL.match(draft.sample) is not None
        self._advance(newline - window.pos)
        if records := _RECORDS.match(draft.sample):
            return self._records(draft, int(records[1]))
        while True:
            window.ensure(LARGEST)
            stop = min(len(window.data), window.pos + LARGEST)
            last = window.eof and stop == len(window.data)
            # A line is judged whole: what follows the last newline waits for the next block.
            newline = window.data.rfind(b"\n", window.pos + 1, stop)
            size = (stop if last else newline if newline > 0 else stop - 8) - window.pos
            rows = window.data[window.pos : window.pos + size]
            start, end = rows_end(rows)
            stray = stray_line(rows, last and end < 0) if several or (last and end < 0) else -1
            if 0 <= stray < (start if end >= 0 else size):
                at = window.pos + stray
                return self._finish(draft, Cut(at, at, False, NO_ROWS_END))
            if end >= 0:
                return self._finish(draft, Cut(window.pos + start, window.pos + end))
            self._advance(size, count(rows, b"\n"))
            if last:
                return self._finish(draft, Cut(window.pos, window.pos, False, NO_ROWS_END))

    def _records(self, draft: _Draft, lines: int) -> Piece:
        """``COPY n RECORDS`` (MonetDB): the command is followed by so many lines."""
        window = self.window
        while lines > 0:
            window.ensure(LARGEST)
            newline = window.data.find(b"\n", window.pos + 1)
            end = newline if newline >= 0 else len(window.data)
            self._advance(end - window.pos)
            if newline >= 0:
                lines -= 1
            elif window.eof:
                return self._finish(draft, Cut(window.pos, window.pos, False, NO_ROWS_END))
        return self._finish(draft, Cut(window.pos, window.pos))

    def _begin(self, first: int) -> _Draft:
        lead, window = first - self.window.pos, self.window
        window.ensure(lead + SAMPLE)
        first = window.pos + lead
        line = self.line + window.data.count(b"\n", window.pos, first)
        sample = window.data[first : first + SAMPLE]
        return _Draft(window.offset, window.offset + lead, line, sample)

    def _finish(self, draft: _Draft, cut: Cut) -> Piece:
        window = self.window
        text = draft.sample[: window.base + cut.text - draft.first]
        self._advance(cut.end - window.pos)
        shown = self.source.decode(whole_characters(text).rstrip())
        return Piece(
            "data", draft.start, window.offset, draft.line, shown, draft.count, cut.terminated,
            self._explain(cut),
        )  # fmt: skip

    def _explain(self, cut: Cut) -> str:
        """What the statement lacks that ends here, for the account of it."""
        return f"{cut.fault}; it was cut off behind line {self.line}" if cut.fault else ""

    def _advance(self, size: int, lines: int | None = None) -> None:
        """Consume ``size`` bytes that hold ``lines`` newlines."""
        window = self.window
        if lines is None:
            lines = window.data.count(b"\n", window.pos, window.pos + size)
        self.line += lines
        window.pos += size
        if size:
            self.fresh = window.data[window.pos - 1] == _NEWLINE

    def _piece(self, kind: Literal["sql", "client", "blank"], first: int, cut: Cut) -> Piece:
        data, start = self.window.data, self.window.offset
        line, text = self.line, ""
        if kind != "blank":
            line += data.count(b"\n", self.window.pos, first)
            text = self.source.decode(data[first : cut.text].rstrip())
        self._advance(cut.end - self.window.pos)
        end, why = self.window.offset, self._explain(cut)
        return Piece(kind, start, end, line, text, 1, cut.terminated, why)
