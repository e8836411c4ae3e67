"""Intrinsic functions of the States Language, as far as expressions have them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from stageline.workflow.canvas.scripts import UntranslatedError
from stageline.workflow.canvas.terms import Expr, Raw, Ref, Text, expression, operand

DEEPEST = 8
_TOKEN = re.compile(
    r"""\s*(?:(?P<call>States\.[A-Za-z0-9]+)\s*\(|(?P<text>'(?:[^'\\]|\\.)*')|(?P<close>\))|,"""
    r"""|(?P<number>-?\d{1,15}(?:\.\d{1,15})?)|(?P<word>null|true|false)"""
    r"""|(?P<path>\$(?:\[[^\]]*\]|[^,()\s])*))\s*"""
)
_WORDS = {"null": None, "true": True, "false": False}
_PLACE = re.compile(r"(?<!\\)\{\}")
_ESCAPED = re.compile(r"\\(.)")
# Each with as many arguments as it has places.
_PATTERNS: Mapping[str, tuple[str, ...]] = {
    "ArrayLength": ("len(", ")"),
    "ArrayUnique": ("unique(", ")"),
    "ArrayGetItem": ("", "[", "]"),
    "JsonToString": ("to_json(", ")"),
    "StringToJson": ("parse_json(", ")"),
    "MathAdd": ("(", " + ", ")"),
}


def intrinsic(value: Callable[[str], Any], written: str) -> Any:
    """A call as a term; ``value`` gives the term of a path. Raises ``UntranslatedError``."""
    found, at = _Reader(value, written).term(0, 0)
    if at != len(written):
        raise UntranslatedError(written)
    return found


class _Reader:
    def __init__(self, value: Callable[[str], Any], written: str) -> None:
        self._value = value
        self._written = written

    def term(self, at: int, depth: int) -> tuple[Any, int]:
        """One argument, or the whole, and where it ends."""
        match = _TOKEN.match(self._written, at)
        kind = match.lastgroup if match else None
        if match is None or kind is None or kind == "close" or depth > DEEPEST:
            raise UntranslatedError(self._written)
        if kind == "call":
            return self._call(match["call"].removeprefix("States."), match.end(), depth + 1)
        return self._plain(kind, match[kind]), match.end()

    def _plain(self, kind: str, shown: str) -> Any:
        if kind == "path":
            return self._value(shown)
        if kind == "text":
            return Raw(shown[1:-1])
        return Raw(
            _WORDS[shown] if kind == "word" else float(shown) if "." in shown else int(shown)
        )

    def _call(self, name: str, at: int, depth: int) -> tuple[Any, int]:
        given: list[Any] = []
        while (match := _TOKEN.match(self._written, at)) and match.lastgroup != "close":
            found, at = self.term(match.end() if match.lastgroup is None else at, depth)
            given.append(found)
        if match is None:
            raise UntranslatedError(self._written)
        return self._made(name, given), match.end()

    def _made(self, name: str, given: list[Any]) -> Any:
        if name == "Format":
            return self._format(given)
        parts = [operand(_unescaped(one)) for one in given]
        if name == "Array":
            return expression("[", *_between(parts, ", "), "]")
        if name == "ArrayContains" and len(parts) == 2:
            return expression(parts[1], " in ", parts[0])
        pattern = _PATTERNS.get(name, ())
        if len(pattern) != len(parts) + 1:
            raise UntranslatedError(self._written)
        rest = (piece for pair in zip(parts, pattern[1:], strict=True) for piece in pair)
        return expression(pattern[0], *rest)

    def _format(self, given: list[Any]) -> Text:
        template = given[0].data if given and isinstance(given[0], Raw) else None
        pieces = _PLACE.split(template) if isinstance(template, str) else []
        if not pieces or len(pieces) != len(given):
            raise UntranslatedError(self._written)
        found: list[Any] = []
        for piece, value in zip(pieces, [*map(_shown, given[1:]), ""], strict=True):
            found += [_ESCAPED.sub(r"\1", piece), value]
        return Text(tuple(part for part in found if part != ""))


def _shown(value: Any) -> str | Ref | Expr:
    """An argument of ``Format`` as a part of a text."""
    if isinstance(value, Raw) and isinstance(value.data, str):
        return _ESCAPED.sub(r"\1", value.data)
    return value if isinstance(value, Ref) else operand(value)


def _unescaped(value: Any) -> Any:
    is_text = isinstance(value, Raw) and isinstance(value.data, str)
    return Raw(_ESCAPED.sub(r"\1", value.data)) if is_text else value


def _between(parts: list[Expr], mark: str) -> list[Expr | str]:
    return [piece for part in parts for piece in (mark, part)][1:]
