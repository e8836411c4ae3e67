"""Cut a dump into statements, in one pass over a stream, without losing a byte.

One statement at a time: blanks and comments, then by its first words how it can end, then a
compiled expression runs to that end. What is opened and never closed costs its own statement
only: the next line that starts a statement is where the splitter goes on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from stageline.schema.ending import MARGIN, Cut, Ending
from stageline.schema.grammar import Grammar, grammar
from stageline.schema.lexical import Lexis
from stageline.schema.source import Source
from stageline.schema.window import BLOCK, Window


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of bytes of the dump. The pieces of a dump, in order, cover it without gap or overlap.

    ``kind``: ``sql`` one statement; ``data`` one INSERT/COPY/LOAD statement or a run of ``count``
    INSERTs into one table; ``client`` a command of a client program (``GO``, ``\\connect``,
    ``SET TERM``, ``DELIMITER``, ``prompt``, ``/``); ``blank`` white space and comments alone.
    ``text`` is decoded, without the terminator; leading blanks and comments belong to the piece
    but not to ``text``, which starts with the first real token, in line ``line`` (``blank``: the
    line of the first byte, and no text). ``start`` and ``end`` are byte offsets.
    For ``data``, ``text`` is only the head, at most ``SAMPLE`` bytes (for value samples): of a run
    the statements with ``;`` between them, of COPY the command, ``;``, and its rows as they are.
    """

    kind: Literal["sql", "data", "client", "blank"]
    start: int
    end: int
    line: int
    text: str
    count: int = 1
    terminated: bool = True


HEAD = 512  # bytes that decide what a statement is
REACH = 1 << 16  # how far a statement is searched at first
LIMIT = 1 << 24  # no statement but data is longer; it is given up where a line starts another
SAMPLE = 1 << 18  # bytes of a data piece that become its text
_BUDGET = 1 << 26  # bytes that may be searched in vain beyond what was consumed
_COPY = re.compile(rb"COPY\b(?:[^;']|'[^']*')*?\bFROM\s+STDIN\b", re.IGNORECASE)
_COPY_END = re.compile(rb"\n\\\.(?:\r*\n|\r*\Z)")
_NOISE = re.compile(rb"/\*M?![0-9]*|/\*.*?\*/|\*/|--[^\n]*", re.DOTALL)
_TARGET = re.compile(
    rb"(?:INSERT|REPLACE)\s+(?:(?:LOW_PRIORITY|DELAYED|HIGH_PRIORITY|IGNORE|OR\s+\w+)\s+)*"
    rb"(?:INTO\s+)?([^\s(]+)[^;]*?\bVALUES?\b",
    re.IGNORECASE,
)


def split(source: Source, lexis: Lexis, *, block: int = BLOCK) -> Iterator[Piece]:
    """The pieces of a dump, in order. Reads ``source`` once; memory stays bounded."""
    return _merge(_Splitter(source, lexis, block).pieces())


def _merge(pieces: Iterator[tuple[Piece, bytes]]) -> Iterator[Piece]:
    """Put consecutive INSERTs into one table together; the text of a run is bounded."""
    held: Piece | None = None
    target, texts, size = b"", [""], 0
    for piece, into in pieces:
        if held is not None and into and into == target and piece.terminated and held.terminated:
            held = replace(held, end=piece.end, count=held.count + piece.count)
            if size < SAMPLE:
                texts.append(piece.text)
                size += len(piece.text)
            continue
        if held is not None:
            yield replace(held, text=";\n".join(texts))
        held, target, texts, size = piece, into, [piece.text], len(piece.text)
    if held is not None:
        yield replace(held, text=";\n".join(texts))


class _Splitter:
    """The state of one pass: what is in view, the line, the terminator in force."""

    def __init__(self, source: Source, lexis: Lexis, block: int) -> None:
        self.source = source
        self.lexis = lexis
        self.grammar: Grammar = grammar(lexis)
        self.window = Window(source.chunks(), block)
        self.line = 1
        self.spent = 0

    def pieces(self) -> Iterator[tuple[Piece, bytes]]:
        window = self.window
        while True:
            window.ensure(REACH)
            if not len(window):
                return
            first, stop = self._first(), len(window.data)
            if first >= stop or first - window.pos >= REACH - MARGIN:
                yield self._piece("blank", first, Cut(first, first)), b""
            else:
                yield self._statement(first)

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
        empty = self.grammar.terminator.match(data, first)
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
        lead = first - self.window.pos
        cut = self._search(lead, ending)
        first = self.window.pos + lead
        if ending.data:
            target = _TARGET.match(self.window.data, first, min(cut.text, first + MARGIN))
            into = target[1].lower() if target else b""
            return self._piece("data", first, cut), into
        unclosed = not cut.terminated and self.window.data.startswith(b"/*", first)
        return self._piece("blank" if unclosed else "sql", first, cut), b""

    def _command(self, first: int) -> int:
        """The end of a command of the client program at ``first``, or ``first``."""
        data, language = self.window.data, self.grammar
        if found := language.set_terminator.match(data, first, first + MARGIN):
            self._set_terminator(found)
            return found.end()
        before = data[data.rfind(b"\n", self.window.pos, first) + 1 : first]
        if before.strip() and self.window.pos:
            return first
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
                return cut
            self.spent += reach
            reach *= 4

    def _copy(self, first: int) -> Piece:
        """``COPY ... FROM stdin`` with its rows, up to the line ``\\.``."""
        lead = first - self.window.pos
        command = self._search(lead, Ending(self.grammar, self.grammar.open))
        reach = REACH
        while True:
            skip = command.end - self.window.pos
            self.window.ensure(skip + reach)
            start = self.window.pos + skip
            found = _COPY_END.search(self.window.data, start)
            if found or self.window.eof:
                break
            reach *= 2
            command = replace(command, end=start)
        end = found.end() if found else len(self.window.data)
        text = found.start() if found else end
        return self._piece("data", self.window.pos + lead, Cut(text, end, found is not None))

    def _piece(
        self, kind: Literal["sql", "data", "client", "blank"], first: int, cut: Cut
    ) -> Piece:
        window = self.window
        data, start = window.data, window.offset
        lead = data.count(b"\n", window.pos, first) if kind != "blank" else 0
        line = self.line + lead
        text = ""
        if kind != "blank":
            shown = min(cut.text, first + SAMPLE) if kind == "data" else cut.text
            text = self.source.decode(data[first:shown].rstrip())
        self.line += data.count(b"\n", window.pos, cut.end)
        window.pos = cut.end
        return Piece(kind, start, window.offset, line, text, 1, cut.terminated)
