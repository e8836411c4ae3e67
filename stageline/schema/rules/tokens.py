"""Code as tokens: comments are gone, strings and quoted names are one token each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

LIMIT = 1_000_000  # characters of one body that are read; more is data in disguise

_BRACE_COMMENTS = frozenset({"informix"})
_HASH_COMMENTS = frozenset({"mysql", "mariadb", "bigquery"})
_BACKSLASH = frozenset({"mysql", "mariadb", "bigquery", "snowflake"})
_DOUBLE_QUOTED_STRINGS = frozenset({"mysql", "mariadb", "bigquery", "informix"})
_BRACKETS = frozenset({"mssql", "sqlite"})
_OPERATORS = (
    r"\(\+\)|<=>|<=|>=|<>|!=|\^=|\|\||::|:=|=>|->>|->|!~~\*|!~~|~~\*|~~|!~\*|!~|~\*|\*=|=\*|\.\."
)


class Token(NamedTuple):
    """``kind``: word, name (quoted), string, number or operator. ``text`` is the value without
    quotes; ``key`` the upper-case word or the operator, empty for the rest; ``at`` the place."""

    kind: str
    text: str
    key: str
    at: int


@cache
def _pattern(dialect: str) -> re.Pattern[str]:
    escape = r"|\\." if dialect in _BACKSLASH else ""
    plain = r"[^'\\]" if dialect in _BACKSLASH else "[^']"
    single = rf"(?:[NnEeBbXx]|[Uu]&)?'(?:{plain}{escape}|'')*+'?"
    double = r'"(?:[^"\\]|\\.|"")*+"?+' if dialect in _BACKSLASH else r'"(?:[^"]|"")*+"?+'
    quoted = r"`(?:[^`]|``)*+`?"
    # Informix writes "owner".table: a double-quoted word beside a dot is a name.
    string = rf"{single}|{double}(?!\s*\.)" if dialect in _DOUBLE_QUOTED_STRINGS else single
    names = [double, quoted] + ([r"\[[^\]\n]*\]"] if dialect in _BRACKETS else [])
    blanks = [r"\s+", r"--[^\n]*", r"/\*(?:[^*]|\*(?!/))*+(?:\*/)?", r"\$\w*\$"]
    blanks += [r"\{[^}]*\}?"] if dialect in _BRACE_COMMENTS else []
    blanks += [r"\#[^\n]*"] if dialect in _HASH_COMMENTS else []
    return re.compile(
        rf"(?P<blank>{'|'.join(blanks)})|(?P<operator>{_OPERATORS})|(?P<string>{string})"
        rf"|(?P<name>{'|'.join(names)})|(?P<word>[:@#]{{0,2}}[^\W\d][\w$#@]*+)"
        r"|(?P<number>\$?(?:\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+))|(?P<other>.)",
        re.DOTALL,
    )


def _unquote(text: str) -> str:
    quote = text[-1]
    start = text.find("[" if quote == "]" else quote) + 1
    inner = text[start:-1] if len(text) > start else text[start:]
    return inner.replace(quote * 2, quote)


def tokenize(code: str, dialect: str) -> list[Token]:
    """The tokens of at most the first million characters; linear, never fails."""
    tokens: list[Token] = []
    for match in _pattern(dialect).finditer(code[:LIMIT]):
        kind, text = match.lastgroup or "other", match.group()
        if kind == "blank":
            continue
        if kind == "word":
            tokens.append(Token(kind, text, text.upper(), match.start()))
        elif kind in {"string", "name"}:
            tokens.append(Token(kind, _unquote(text), "", match.start()))
        elif kind == "number":
            tokens.append(Token(kind, text, "", match.start()))
        else:
            tokens.append(Token("operator", text, text, match.start()))
    return tokens


def count_lines(tokens: list[Token], code: str) -> int:
    """Lines that hold code: neither blank nor all comment."""
    lines, line, seen = 0, -1, 0
    current = 0
    for token in tokens:
        current += code.count("\n", seen, token.at)
        seen = token.at
        if current != line:
            lines, line = lines + 1, current
    return lines


_TIGHT = re.compile(r"\s*([.(])\s*|\s+(?=[,);])")


def quote_tokens(tokens: Sequence[Token]) -> str:
    """Tokens as code again, without comments and line breaks."""
    words: list[str] = []
    end = -1
    for token in tokens:
        shown = f"'{token.text}'" if token.kind == "string" else token.text
        words += ("" if token.at == end else " ", shown)
        end = token.at + len(token.text) + 2 * (token.kind in {"string", "name"})
    return _TIGHT.sub(lambda match: match[1] or "", "".join(words).strip())


def source_of(tokens: Sequence[Token], code: str, most: int = 300) -> str:
    """The code from the first token to the last in one line, without comments, bounded."""
    if not tokens:
        return ""
    end = tokens[-1].at + len(tokens[-1].text) + (2 if tokens[-1].kind in {"string", "name"} else 0)
    source = code[tokens[0].at : end]
    commented = any(mark in source for mark in ("--", "/*", "{", "#"))
    return one_line(quote_tokens(tokens[:most]) if commented else source, most)


def one_line(text: str, most: int = 300) -> str:
    joined = " ".join(text[: most * 4].split())
    return joined if len(joined) <= most else joined[: most - 1].rstrip() + "…"
