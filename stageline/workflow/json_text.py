"""JSON text as data, and positions in it.

The C parser of the standard library reads; its hooks only look at what they are given, so that
reading stays fast. Where things stand in the text is found later, by paths, when it is asked.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from functools import cache
from json import JSONDecodeError, JSONDecoder
from typing import Any

from stageline.workflow.findings import MAX_DEPTH, Finding, Path, Place, UnreadableError
from stageline.workflow.plain import BadNumber, Doubled, decimal, integer, is_too_deep, tidy

_BLANK = re.compile(r"[ \t\r\n]*")
_ODD_ESCAPES = ("\\ud", "\\uD", "\\u0000")
_HINTS = {
    "Expecting property name enclosed in double quotes": "Names stand in double quotes, and no "
    "comma goes before '}'.",
    "Illegal trailing comma before end of object": "Take the comma before '}' out.",
    "Illegal trailing comma before end of array": "Take the comma before ']' out.",
    "Expecting ',' delimiter": "A comma or a closing bracket is missing.",
    "Expecting ':' delimiter": "A ':' goes between a name and its value.",
    "Expecting value": "A value is missing, or text without quotes, a comment or a comma too "
    "many stands here.",
    "Extra data": "One document ends here; take out what follows.",
    "Unterminated string starting at": "The closing quote is missing.",
    "Invalid control character at": "Write line breaks and tabs inside text as \\n and \\t.",
}


class _Hooks:
    """Called by the parser; notes whether there is anything odd at all."""

    def __init__(self) -> None:
        self.odd = False

    def mapping(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            self.odd = True
            found = Doubled(found)
            found.names = tuple(n for n, c in Counter(n for n, _ in pairs).items() if c > 1)
        return found

    def integer(self, text: str) -> int | BadNumber:
        value = integer(text)
        self.odd = self.odd or type(value) is BadNumber
        return value

    def decimal(self, text: str) -> float | BadNumber:
        value = decimal(text)
        self.odd = self.odd or type(value) is BadNumber
        return value

    def constant(self, text: str) -> BadNumber:
        self.odd = True
        return BadNumber(text)


def read_json(text: str) -> tuple[Any, list[Finding]]:
    """The data in ``text`` and what is wrong with it. Raises ``UnreadableError``."""
    hooks = _Hooks()
    try:
        data = json.loads(
            text,
            object_pairs_hook=hooks.mapping,
            parse_int=hooks.integer,
            parse_float=hooks.decimal,
            parse_constant=hooks.constant,
        )
    except JSONDecodeError as error:
        raise UnreadableError(_syntax(error)) from None
    except RecursionError:
        data = None
    if data is None or is_too_deep(data):
        raise UnreadableError.too_deep(_too_deep(text))
    if hooks.odd or any(escape in text for escape in _ODD_ESCAPES):
        return tidy(data)
    return data, []


def _too_deep(text: str) -> int | None:
    """Where the first bracket opens that is one too many."""
    depth, at, skip = 0, 0, JSONDecoder().raw_decode
    while match := _MARK.search(text, at):
        at = skip(text, match.start())[1] if match[0] == '"' else match.end()
        depth += _DEPTHS[match[0]]
        if depth > MAX_DEPTH:
            return match.start()
    return None


_MARK = re.compile(r'["\[{}\]]')
_DEPTHS: Mapping[str, int] = {'"': 0, "[": 1, "{": 1, "]": -1, "}": -1}


def _syntax(error: JSONDecodeError) -> Finding:
    message = f"This is not JSON: {error.msg[:1].lower()}{error.msg[1:]}."
    hint = _HINTS.get(error.msg, "Correct the text here.")
    return Finding("json_syntax", message, Place(offset=error.pos), hint)


class JsonPositions:
    """Offsets of names and values in valid JSON. Containers are read once, when asked for."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._skip = JSONDecoder(parse_int=str).raw_decode  # int refuses very long ones
        self.members = cache(self._members)

    def find(self, path: Path, is_key: bool = False) -> int | None:
        """Where the value (or its name) at ``path`` begins; ``None`` if it is not there."""
        at = self._blank(0)
        for number, step in enumerate(path):
            found = self.members(at).get(step)
            if found is None:
                return None
            last = number == len(path) - 1
            at = found[0] if last and is_key else found[1]
        return at

    def _members(self, at: int) -> dict[str | int, tuple[int, int]]:
        """The offsets of name and value of each member of the list or mapping that begins here;
        of a name that stands twice those of the last."""
        if self._text[at] == "[":
            return self._items(at)
        return self._fields(at) if self._text[at] == "{" else {}

    def _items(self, at: int) -> dict[str | int, tuple[int, int]]:
        found: dict[str | int, tuple[int, int]] = {}
        at = self._blank(at + 1)
        while self._text[at] != "]":
            found[len(found)] = at, at
            at = self._end(at)
        return found

    def _fields(self, at: int) -> dict[str | int, tuple[int, int]]:
        found: dict[str | int, tuple[int, int]] = {}
        at = self._blank(at + 1)
        while self._text[at] != "}":
            name, end = self._skip(self._text, at)
            value = self._blank(self._blank(end) + 1)
            found[name] = at, value
            at = self._end(value)
        return found

    def _end(self, at: int) -> int:
        """Where the next member, or the closing bracket, begins."""
        at = self._blank(self._skip(self._text, at)[1])
        return self._blank(at + 1) if self._text[at] == "," else at

    def _blank(self, at: int) -> int:
        match = _BLANK.match(self._text, at)
        return match.end() if match else at
