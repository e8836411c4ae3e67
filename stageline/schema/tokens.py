"""The lexer for one statement: parallel lists of tokens, cheap enough for whole dumps.

One compiled expression a lexis takes a statement apart into pairs of blank and token; the
parsers then work on list indices. Quoted names, strings and dollar bodies are one token each,
so an upper-cased token that equals a keyword is a keyword.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cache
from itertools import accumulate
from operator import add
from typing import NamedTuple

from stageline.schema.lexical import Lexis

OPENERS = {"(": ")", "[": "]"}
ANGLED = frozenset({"STRUCT", "ARRAY", "MAP", "ROW", "RANGE", "UNIONTYPE", "TABLE", "OBJECT"})
_CLOSING = {'"': '"', "`": "`", "'": "'", "[": "]"}
_SENTINELS = [""] * 8

_DOLLARS = r"(?:\$(?!\$)(?:\{\w[^}\n]*+\})?[\w#@]*+)*+"
# A word may hold a template ($name, ${name}, {name}, @name, %s, %%name%%): dumps by hand do.
_PLAIN = (
    rf"\$\{{[^}}\n]*\}}[\w$]*+|(?:[^\W\d]|[@#$])[\w#@]*+{_DOLLARS}|%s|%\(\w++\)s|%%\w+?%%[\w#@]*+"
)
# What most tokens are comes first: words that no string can start with, and single signs.
_PLAINEST = r"[AC-DF-MO-PR-TV-WY-Zac-df-mo-pr-tv-wy-z_][\w#@]*+" + _DOLLARS + "|[(),.;=]"
_BRACED = r"|\{\{[^{}\n]*\}\}\w*+|\{[A-Za-z_][^{}\n]*\}\w*+"
_NUMBER = r"\d[\w.]*+(?:\$(?!\$)[\w.]*+)*+"


def keywords(text: str) -> frozenset[str]:
    """A set of words, written as one string."""
    return frozenset(text.split())


class Name(NamedTuple):
    """A possibly qualified name: spelling without quotes, and the keys it is compared under."""

    schema: str | None
    name: str
    schema_key: str | None
    key: str


def _string(quote: str, backslash: bool) -> str:
    if backslash:
        text = rf"[^{quote}\\]*+"
        return rf"{quote}{text}(?:(?:\\[\s\S]?|{quote}{quote}){text})*+{quote}?"
    return rf"{quote}[^{quote}]*+(?:{quote}{quote}[^{quote}]*+)*+{quote}?"


# As ``Lexis.guessed_backslash`` says.
_GUESSED = r"'[^'\\]*+(?:(?:\\(?:'(?=\w|'(?!')))?|'')[^'\\]*+)*+'?"


def _comment(nested: bool) -> str:
    flat = r"/\*[^*]*+(?:\*(?!/)[^*]*+)*+(?:\*/)?"
    if not nested:
        return flat
    body = flat
    for _ in range(4):  # a regular expression cannot nest for ever; five levels are enough
        body = rf"/\*(?:[^*/]++|\*(?!/)|/(?!\*)|{body})*+(?:\*/)?"
    return body


def _blanks(lexis: Lexis) -> list[str]:
    blanks: list[str] = []
    if lexis.conditional_comments:
        blanks += [r"/\*M?!\d*+", r"\*/"]
    blanks += [rf"(?:{start})[^\n]*+" for start in lexis.line_comments]
    blanks.append(_comment(lexis.nested_comments))
    if not lexis.nested_comments:  # where # is an operator (PostgreSQL's kin), comments nest
        blanks.append(r"(?<!\S)\#(?=\s)[^\n]*+")
    if lexis.brace_comments:
        blanks.append(r"\{[^}]*+\}?")
    return blanks


def _bodies(lexis: Lexis) -> list[str]:
    """Strings with a mark of their own, which hold quotes as they are."""
    bodies = []
    if lexis.dollar_quotes != "none":
        tag = r"\w*+" if lexis.dollar_quotes == "tagged" else ""
        bodies.append(rf"\$(?P<tag>{tag})\$[\s\S]*?(?:\$(?P=tag)\$|\Z)")
    if lexis.q_quotes:
        bodies.append(
            r"[nN]?[qQ]'(?:\[[\s\S]*?\]'|\{[\s\S]*?\}'|\([\s\S]*?\)'|<[\s\S]*?>'"
            r"|(?P<q>[^\s\[{(<'])[\s\S]*?(?P=q)')"
        )
    if lexis.triple_quotes:
        bodies += [r"\"{3}(?:[^\\]|\\[\s\S]?)*?\"{3}", r"'{3}(?:[^\\]|\\[\s\S]?)*?'{3}"]
    if lexis.escape_strings:
        bodies.append("[eE]" + _string("'", backslash=True))
    return bodies


@cache
def lexer(lexis: Lexis) -> re.Pattern[str]:
    """The expression that yields (blank, token, ...) for each token of a statement."""
    tokens = [_PLAINEST, *_bodies(lexis)]
    plain = _GUESSED if lexis.guessed_backslash else _string("'", "'" in lexis.backslash)
    tokens.append("(?:[nNbBxX]|[uU]&)?" + plain)
    tokens.append("(?:[uU]&)?" + _string('"', '"' in lexis.backslash))
    tokens.append(_string("`", "`" in lexis.backslash))
    if lexis.brackets:
        tokens.append(r"\[(?=[^\W\d]|[@%#$]|\d++\w)(?:[^\]]|\]\])*+\]?")
    tokens.append(_PLAIN + ("" if lexis.brace_comments else _BRACED))
    if lexis.variables:
        tokens.append(r":(?:[A-Za-z_]\w*+|\"[^\"\n]*+\"|'[^'\n]*+')")
    tokens += [_NUMBER, r"::|:=|\|\||[<>!]=|<>|->>?", r"[\s\S]|\Z"]
    return re.compile(rf"(\s*+(?:(?:{'|'.join(_blanks(lexis))})\s*+)*+)({'|'.join(tokens)})")


def unquote(token: str) -> str:
    """The name inside a quoted token; any other token as it is."""
    if token.isidentifier():
        return token
    closing = _CLOSING.get(token[:1])
    if closing is None:
        return f":{unquote(token[1:])}" if token[:1] == ":" and len(token) > 2 else token
    inner = token[1:-1] if len(token) > 1 and token[-1] == closing else token[1:]
    return inner.replace(closing * 2, closing) if closing in inner else inner


def string_value(token: str) -> str:
    """The text of a string literal: quoted, with a prefix, or in dollars."""
    if token[:1] == "$":
        mark = token.find("$", 1) + 1
        return token[mark:].removesuffix(token[:mark])
    if token[:1] in _STRING_PREFIXES and token[1:2] == "'":
        return unquote(token[1:])
    return unquote(token)


_STRING_PREFIXES = frozenset("nNeEbBxX")
_LEXERS: dict[str, re.Pattern[str]] = {}  # by name: hashing a whole Lexis for each statement costs


class Tokens:
    """The tokens of one statement. Indices run over ``words``; ``upper`` is for keywords.

    ``line`` is the line of the first token. Empty sentinels end ``words`` and ``upper``, so
    that looking a few tokens ahead needs no check.
    """

    __slots__ = ("_lines", "_pairs", "_starts", "blanks", "line", "size", "text", "upper", "words")

    def __init__(self, text: str, lexis: Lexis, line: int = 1) -> None:
        find = _LEXERS.get(lexis.name)
        if find is None:
            find = _LEXERS[lexis.name] = lexer(lexis)
        found = find.findall(text)
        while found and not found[-1][1]:  # the end of the text, with the blanks before it
            found.pop()
        self.text = text
        self.line = line
        self.size = len(found)
        blanks, words, *_ = zip(*found, strict=True) if found else ((), ())
        self.blanks: tuple[str, ...] = blanks
        self.words: list[str] = [*words, *_SENTINELS]
        self.upper = list(map(str.upper, self.words))
        self._starts: list[int] | None = None
        self._pairs: dict[int, int] | None = None
        self._lines: tuple[list[int], int] | None = None

    @property
    def starts(self) -> list[int]:
        """Where each token starts in ``text``."""
        if self._starts is None:
            ends = [0, *accumulate(map(len, self.words))]
            self._starts = list(map(add, accumulate(map(len, self.blanks)), ends))
        return self._starts

    def _newlines(self) -> tuple[list[int], int]:
        """Where lines end, and how many do before the first token."""
        if self._lines is None:
            ends = [match.start() for match in re.finditer("\n", self.text)]
            self._lines = (ends, bisect_left(ends, self.starts[0]) if self.size else 0)
        return self._lines

    def line_at(self, index: int) -> int:
        """The line of a token in the dump."""
        if index >= self.size:
            index = self.size - 1
        if index <= 0:
            return self.line
        ends, before = self._newlines()
        return self.line + bisect_left(ends, self.starts[index]) - before

    def slice(self, begin: int, end: int) -> str:
        """The text of tokens ``begin`` to ``end`` (exclusive) as written, comments and all."""
        end = min(end, self.size)
        if begin >= end:
            return ""
        last = end - 1
        return self.text[self.starts[begin] : self.starts[last] + len(self.words[last])]

    def squeeze(self, begin: int, end: int) -> str:
        """The same on one line: comments dropped, a blank as one space."""
        end = min(end, self.size)
        if begin >= end:
            return ""
        parts = [self.words[begin]]
        for index in range(begin + 1, end):
            parts.append(" " + self.words[index] if self.blanks[index] else self.words[index])
        return "".join(parts)

    @property
    def pairs(self) -> dict[int, int]:
        """The index of the closing token for that of each opening parenthesis or bracket."""
        if self._pairs is None:
            self._pairs = self._find_pairs()
        return self._pairs

    def _find_pairs(self) -> dict[int, int]:
        closing: dict[int, int] = {}
        stack: list[int] = []
        for index, word in enumerate(self.words):
            if word in ("(", "["):
                stack.append(index)
            elif word in (")", "]") and stack:
                closing[stack.pop()] = index
        for index in stack:  # cut off: closed by the end of the statement
            closing[index] = self.size
        return closing

    @property
    def unclosed(self) -> bool:
        """An opening parenthesis lacks its closing one."""
        return any(closing >= self.size for closing in self.pairs.values())

    def after(self, index: int) -> int:
        """The index behind the group that opens at ``index``, or behind the one token."""
        closing = self.pairs.get(index)
        return index + 1 if closing is None else closing + 1

    def elements(self, opening: int) -> list[tuple[int, int]]:
        """The spans between the commas of the list that opens at ``opening``."""
        return self.split(opening + 1, self.pairs.get(opening, self.size))

    def split(self, begin: int, end: int) -> list[tuple[int, int]]:
        """The spans between the commas of ``begin`` to ``end`` that stand in no parentheses."""
        spans: list[tuple[int, int]] = []
        pairs, words = self.pairs, self.words
        start = index = begin
        angles = 0
        while index < end:
            word = words[index]
            if word == "," and angles == 0:
                spans.append((start, index))
                start = index + 1
            elif word in OPENERS:
                index = pairs.get(index, end)
            elif word == "<" and (angles or self.upper[index - 1] in ANGLED):
                angles += 1
            elif word == ">" and angles:
                angles -= 1
            index += 1
        spans.append((start, min(index, end)))
        return [span for span in spans if span[1] > span[0]]

    def find(self, begin: int, end: int, *words: str) -> int:
        """The first of the keywords outside parentheses, or ``end``."""
        index = begin
        while index < end:
            if self.upper[index] in words:
                return index
            index = self.after(index)
        return end

    def is_name(self, index: int) -> bool:
        word = self.words[index]
        return (
            bool(word)
            and (
                word[0] in _CLOSING
                or word[0].isalpha()
                or word[0] in "_@#${%"
                or (word[0] == ":" and word[1:] not in ("", ":", "="))
            )
        ) or (word[:1].isdigit() and not word.replace(".", "").isdigit())
