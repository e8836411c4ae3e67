"""Take the text of a vendor type apart: words, arguments, array marks."""

from __future__ import annotations

import re
from dataclasses import dataclass

_LIMIT = 20_000  # characters of one type that are read: an ENUM may be long, an attack longer

_PART = r'(?:"(?:[^"]|"")*"|`[^`]*`|\[[^\W\d][^\]\[]*\]|[\w$#@%*]+)'
_TOKEN = re.compile(
    rf"(?P<string>'(?:[^'\\]|\\.|'')*'?)|(?P<array>\[[\d:\s]*\])|(?P<name>{_PART}(?:\s*\.\s*{_PART})*)"
    r"|(?P<open>[(<])|(?P<close>[)>])|(?P<comma>,)|(?P<other>\S)",
    re.DOTALL,
)
_PIECE = re.compile(_PART)
_QUOTES = "\"`[]'"


@dataclass(frozen=True, slots=True)
class TypeSyntax:
    """``words`` in lower case; the first may be qualified. ``groups`` holds the argument lists,
    each with the number of words before it."""

    words: tuple[str, ...]
    groups: tuple[tuple[int, tuple[str, ...]], ...]
    array: bool

    def arguments(self, words: int) -> tuple[str, ...]:
        """The first argument list inside or right behind the first ``words`` words."""
        return next((args for position, args in self.groups if position <= words), ())


def _unquote(name: str) -> str:
    return ".".join(part.strip(_QUOTES).casefold() for part in _PIECE.findall(name))


def read_type(text: str) -> TypeSyntax:
    """Never fails: what is not understood is left out. Linear in the length of ``text``."""
    words: list[str] = []
    groups: list[tuple[int, tuple[str, ...]]] = []
    arguments: list[list[str]] = []
    depth, array = 0, False
    for match in _TOKEN.finditer(text[:_LIMIT]):
        kind, token = match.lastgroup, match.group()
        depth += (kind == "open") - (kind == "close" and depth > 0)
        if kind == "open" and depth == 1:
            arguments = [[]]
        elif kind == "close" and depth == 0:
            groups.append((len(words), tuple(" ".join(words) for words in arguments if words)))
        elif kind == "comma" and depth == 1:
            arguments.append([])
        elif depth and arguments:
            arguments[-1].append(token)
        elif kind == "name":
            words.append(_unquote(token))
        array = array or (kind == "array" and depth == 0)
    return TypeSyntax(tuple(words), tuple(groups), array)


def unquote_label(literal: str) -> str:
    """The value of a string literal of an ENUM or SET."""
    inner = literal[1:-1] if literal[:1] == "'" and literal[-1:] == "'" else literal
    return inner.replace("''", "'")
