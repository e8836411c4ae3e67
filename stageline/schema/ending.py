"""Where a statement ends, by what kind of statement it is.

Every search works on ``data[start:stop]`` alone. While the text behind ``stop`` could change the
answer, and ``final`` does not say that there is none, the answer is ``None``: look farther.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from stageline.schema.grammar import Grammar, Pattern
from stageline.schema.lexical import Body

MARGIN = 4096  # how far an expression looks ahead
_NEWLINE = 10
UNCLOSED = "never ends, for its body is not closed"
_OPENERS = {"/": "a comment", "{": "a comment", "$": "a dollar quote"}
_MIRROR = {b"[": b"]", b"(": b")", b"{": b"}", b"<": b">"}
_EXTERNAL = re.compile(rb"\bEXTERNAL\s+NAME\b")
_WORD_BEHIND = re.compile(rb"[^']*+(?:''[^']*+)*+'[A-Za-z_]")
_MODULES = re.compile(
    rb"\s*(?:\Z|(?:CREATE|ALTER|DROP)\s+(?:OR\s+ALTER\s+)?"
    rb"(?:PROC|PROCEDURE|FUNCTION|TRIGGER|VIEW|SCHEMA|TYPE|SYNONYM|TABLE(?!\s*[#@]))\b"
    rb"|EXEC(?:UTE)?\s+(?:sys\.)?sp_addextendedproperty)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Cut:
    """A statement's text ends at ``text``, its bytes, with the terminator, at ``end``.
    ``fault`` says what it lacks, where it had to be cut off without a proper end."""

    text: int
    end: int
    terminated: bool = True
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Ending:
    """How to find the end of one statement: by ``skip``, or by the rule of its ``body``."""

    grammar: Grammar
    skip: Pattern
    body: Body | None = None
    data: bool = False

    @classmethod
    def of(cls, grammar: Grammar, head: bytes) -> Ending:
        """The rule for a statement that starts with ``head``, by its first words."""
        data = bool(grammar.data.match(head))
        if grammar.custom and not data:
            return cls(grammar, grammar.open)
        if body := grammar.body(head):
            skips = {"closer": grammar.closer, "line": grammar.raw}
            return cls(grammar, skips.get(body.end, grammar.block), body)
        if data:
            return cls(grammar, grammar.simple, data=True)
        if grammar.plain.match(head) or not grammar.whole.match(head):
            return cls(grammar, grammar.guarded)
        return cls(grammar, grammar.simple if grammar.lexis.semicolon_free else grammar.open)

    def find(self, data: bytes, start: int, stop: int, final: bool) -> Cut | None:
        return _Search(self, data, start, stop, final).run()


class _Search:
    """One search: the position, and what has been passed on the way."""

    def __init__(self, ending: Ending, data: bytes, start: int, stop: int, final: bool) -> None:
        self.rule = ending
        self.grammar = ending.grammar
        self.body = ending.body
        self.data = data
        self.start = start
        self.stop = stop
        self.final = final
        self.depth = 0  # of blocks
        self.began = False
        self.parentheses = 0
        self.counted = start

    def run(self) -> Cut | None:
        pos = self.start
        edge = self.stop if self.final else self.stop - MARGIN
        while True:
            pos = self._skip(pos)
            if pos >= edge:
                return self._last(pos) if self.final else None
            if found := self.grammar.terminator.match(self.data, pos, self.stop):
                if self._ends(found.end()):
                    return self._swallowed(pos) or Cut(pos, found.end())
                pos = found.end()
            elif self.data[pos] == _NEWLINE:
                if self._line_ends(pos):
                    return self._before_line(pos)
                pos += 1
            elif end := self._word(pos) or self._quoted(pos):
                pos = end
                if self._is_closed(pos):
                    return Cut(pos, pos, False)
            else:
                return self._broken(pos)

    def _skip(self, pos: int) -> int:
        found = self.rule.skip.match(self.data, pos, self.stop)
        return found.end() if found else pos

    def _word(self, pos: int) -> int:
        """Pass a word that opens or closes a block; 0 if there is none."""
        if self.body is None:
            return 0
        pattern = self.grammar.closer_word if self.body.end == "closer" else self.grammar.word
        found = pattern.match(self.data, pos, self.stop)
        if not found:
            return 0
        if self.body.end == "closer":
            self.began = True
        elif found["begin"]:
            self.depth += 1
            self.began = True
        elif not found["inner"]:
            self.depth -= 1
        return found.end()

    def _is_closed(self, pos: int) -> bool:
        """Whether the outermost block ended its line, and the next line is another statement:
        there are dumps without terminators (HSQLDB)."""
        if not self.began or self.depth > 0 or self.body is None or self.body.end == "closer":
            return False
        newline = self.data.find(b"\n", pos, self.stop)
        if newline < 0 or self.data[pos:newline].strip():
            return False
        at = self._token(newline)
        patterns = (self.grammar.verb, self.grammar.strong)
        return any(pattern.match(self.data, at, self.stop) for pattern in patterns)

    def _quoted(self, pos: int) -> int:
        """Pass a string in dollar or q quotes; 0 if there is none, or no end of it."""
        if found := self.grammar.dollar.match(self.data, pos, self.stop):
            closing, inside = found[0], found.end()
        elif self.grammar.q_quote.match(self.data, pos, self.stop):
            mark = self.data[pos + 1 : pos + 2]
            closing, inside = _MIRROR.get(mark, mark) + b"'", pos + 2
        else:
            return 0
        end = self.data.find(closing, inside, self.stop)
        return end + len(closing) if end >= 0 else 0

    def _ends(self, behind: int) -> bool:
        """Whether the terminator before ``behind`` ends this statement."""
        if self.body is None:
            return True
        return _RULES[self.body.end](self, behind)

    def _block(self, behind: int) -> bool:
        if self.depth > 0:
            return False
        return self.began or not self.grammar.sequel.match(
            self.data, self._token(behind), self.stop
        )

    def _unit(self, behind: int) -> bool:
        if self.began or self._is_string(behind):
            return self.depth <= 0
        if self._is_external(behind):
            return True
        return self._follows(behind, self.grammar.module, self.grammar.strong)

    def _is_string(self, behind: int) -> bool:
        """Whether the body was a string, where bodies may be (Snowflake)."""
        if self.grammar.lexis.dollar_quotes == "none":
            return False
        return self.data[self.start : behind].rstrip(b" \t\r\n;")[-1:] in (b"$", b"'")

    def _plsql(self, behind: int) -> bool:
        if self.depth > 0:
            return False
        if self.began:
            return self._follows(behind, self.grammar.verb)
        return self._follows(behind, self.grammar.module, self.grammar.strong)

    def _batch(self, behind: int) -> bool:
        return self.depth <= 0 and bool(_MODULES.match(self.data, self._token(behind), self.stop))

    def _closer(self, behind: int) -> bool:
        return self.began or self._is_external(behind)

    def _is_external(self, behind: int) -> bool:
        """Whether the body is elsewhere: EXTERNAL NAME (Informix, Firebird)."""
        head = self.data[self.start : min(behind, self.start + MARGIN)].upper()
        return b"EXTERNAL" in head and bool(_EXTERNAL.search(head))

    def _never(self, _behind: int) -> bool:
        return False

    def _parenthesised(self, behind: int) -> bool:
        return self._open_parentheses(behind) <= 0

    def _follows(self, behind: int, *patterns: Pattern) -> bool:
        """Whether the statement behind is another one: a line end, the end, or as given."""
        pos = self._token(behind)
        if pos >= self.stop:
            return True
        if self.grammar.line_end.match(self.data, pos, self.stop):
            return True
        return any(pattern.match(self.data, pos, self.stop) for pattern in patterns)

    def _token(self, pos: int) -> int:
        found = self.grammar.blank.match(self.data, pos, self.stop)
        return found.end() if found else pos

    def _line_ends(self, pos: int) -> bool:
        """Whether the line behind the newline at ``pos`` belongs to another statement."""
        language = self.grammar
        if (
            self.body
            or not language.lexis.semicolon_free
            or language.strong.match(self.data, pos + 1)
        ):
            return True
        if language.line_end.match(self.data, pos + 1, self.stop):
            return True
        return self._open_parentheses(pos) <= 0

    def _before_line(self, pos: int) -> Cut:
        """A cut before a line that ends the statement, or starts another one."""
        if self._is_open(pos) and not self.grammar.line_end.match(self.data, pos + 1, self.stop):
            return self._unclosed(pos)
        return Cut(pos, pos, self._complete(pos))

    def _last(self, pos: int) -> Cut:
        """A cut where the text ends: it may lack a terminator, but nothing that it has opened."""
        return self._unclosed(pos) if self._is_open(pos) else self._give_up(pos)

    def _is_open(self, pos: int) -> bool:
        """Whether the body has not come to its end at ``pos``."""
        end = self.body.end if self.body else "batch"
        if end == "closer":
            return not self._closer(pos)
        if end == "parentheses":
            return self._open_parentheses(pos) > 0
        return self.depth > 0 or end == "line"

    def _unclosed(self, stop: int) -> Cut:
        """A body that is open up to ``stop`` ends before the first line, outside strings, that
        surely starts another statement: a slip in one routine must not cost the rest."""
        pos = self.start
        while pos < stop:
            found = self.grammar.simple.match(self.data, pos, stop)
            pos = found.end() if found else pos
            if self.grammar.resync.match(self.data, pos, stop):
                return Cut(pos, pos, False, UNCLOSED)
            pos = self._quoted(pos) or pos + 1
        by_line = self.body is not None and self.body.end == "line"  # nothing else ends it
        return Cut(stop, stop, False, "" if by_line else UNCLOSED)

    def _complete(self, pos: int) -> bool:
        """A statement cut off by another one lacks its terminator, unless it needs none."""
        if self.grammar.lexis.semicolon_free or self.depth > 0:
            return self.depth <= 0 or bool(self.body and self.body.end == "batch")
        return bool(self.grammar.line_end.match(self.data, pos + 1, self.stop))

    def _open_parentheses(self, pos: int) -> int:
        """How many parentheses are open at ``pos``; counts on from where it was asked last."""
        text = self.grammar.opaque.sub(b"", self.data[self.counted : pos])
        self.parentheses += text.count(b"(") - text.count(b")")
        self.counted = pos
        return self.parentheses

    def _broken(self, pos: int) -> Cut | None:
        """Something opens at ``pos`` and does not close within reach."""
        quote = chr(self.data[pos]) in self.grammar.lexis.quotes
        if self.final or (quote and self.rule.skip is self.grammar.guarded):
            # An odd quote long before may have turned strings inside out; code may hold anything.
            after = pos if self.body or not quote else self.start
            found = self.grammar.resync.search(self.data, after, self.stop)
            end = found.start() if found else self.stop
            if found or self.final:
                opened = _OPENERS.get(chr(self.data[pos]), "a quote")
                return Cut(end, end, False, f"{opened} is not closed")
        return None

    def _swallowed(self, pos: int) -> Cut | None:
        """A cut where a string of an INSERT holds the start of a line that starts a statement,
        and is followed by a word: in no dialect a string is, so a quote is missing or too many."""
        if not self.rule.data or self.data.find(b"\n", self.start, pos) < 0:
            return None
        found = self.grammar.resync.search(self.data, self.start, pos)
        if found and _WORD_BEHIND.match(self.data, found.end(), pos):
            return Cut(found.start(), found.start(), False, "a quote is missing, or one too many")
        return None

    def _give_up(self, pos: int) -> Cut:
        return Cut(pos, pos, False)


_RULES = {
    "block": _Search._block,
    "unit": _Search._unit,
    "plsql": _Search._plsql,
    "closer": _Search._closer,
    "batch": _Search._batch,
    "line": _Search._never,
    "parentheses": _Search._parenthesised,
}
