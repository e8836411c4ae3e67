"""What string literals mean in their dialect, and where they are an option's value."""

from __future__ import annotations

import re

from stageline.schema.lexical import Lexis
from stageline.schema.tokens import Tokens, unquote

_BACKSLASH = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES = {"0": "\0", "b": "\b", "n": "\n", "r": "\r", "t": "\t", "Z": "\x1a"}
_PREFIX = re.compile(r"(?:[nNbBxXeE]|[uU]&)(?=')")


def literal_value(word: str, lexis: Lexis) -> str:
    """The text of a quoted literal: without quotes and prefix, its escapes resolved."""
    bare = _PREFIX.sub("", word, count=1) if word[0] != word[-1] else word
    if "\\" not in bare:
        return unquote(bare)
    quote = bare[0]
    inner = bare[1:-1].replace(quote * 2, quote)
    if quote in lexis.backslash or word[:1] in "eE":
        return _BACKSLASH.sub(lambda m: _ESCAPES.get(m[1], m[1]), inner)
    return inner.replace("\\'", "'") if lexis.guessed_backslash else unquote(bare)


def read_description(tokens: Tokens, opening: int) -> str | None:
    """The value of ``description`` in an option list."""
    for begin, _ in tokens.elements(opening):
        if tokens.upper[begin] == "DESCRIPTION" and tokens.words[begin + 1] == "=":
            return unquote(tokens.words[begin + 2]).strip("\"'")
    return None
