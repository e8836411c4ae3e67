"""Reads formulas of other languages: names, members, calls, operators with their precedence.

What a formula means is for the format to say; here it only gets its shape. Functions, patterns,
assignments and whatever else is more than one value are not read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

from stageline.workflow.canvas.scripts import UntranslatedError

LONGEST, DEEPEST = 1_000, 20
_TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d{1,15}(?:\.\d{1,15})?)|(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    |(?P<name>[A-Za-z_$][A-Za-z0-9_$]*)|(?P<quoted>`[^`]*`)
    |(?P<sign>===|!==|==|!=|<=|>=|&&|\|\||\?\?|\?\.|:=|=>|\.\.|~>|\*\*|[-+*/%&<>=!?:.,()\[\]{};^|@#~]))\s*""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}


@dataclass(frozen=True, slots=True)
class Plain:
    """A number, a text, true, false or null."""

    value: Any


@dataclass(frozen=True, slots=True)
class Name:
    name: str


@dataclass(frozen=True, slots=True)
class Member:
    """``of.name`` and ``of["name"]``; ``of[index]`` has a formula."""

    of: Formula
    name: str | Formula


@dataclass(frozen=True, slots=True)
class Call:
    function: Formula
    given: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Operation:
    """A sign with one or two operands; ``?`` with three."""

    sign: str
    operands: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    items: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Mapped:
    pairs: tuple[tuple[str, Formula], ...]


Formula: TypeAlias = Plain | Name | Member | Call | Operation | Listed | Mapped


class Grammar(NamedTuple):
    """``binary``: how tightly each operator binds, at least 2; ``words``: names of constants;
    ``ticks``: whether a name may stand in backticks."""

    binary: Mapping[str, int]
    prefix: frozenset[str]
    words: Mapping[str, Any]
    ticks: bool = False


class _Token(NamedTuple):
    kind: str
    shown: str


def read_formula(grammar: Grammar, written: str) -> Formula:
    """The shape of a formula. Raises ``UntranslatedError``."""
    if len(written) > LONGEST:
        raise UntranslatedError(written)
    return _Reader(grammar, written).whole()


class _Reader:
    def __init__(self, grammar: Grammar, written: str) -> None:
        self.grammar, self.written, self.at = grammar, written, 0
        self.tokens: list[_Token] = list(self._tokens())

    def _tokens(self) -> Iterator[_Token]:
        at = 0
        while at < len(self.written):
            match = _TOKEN.match(self.written, at)
            if match is None or match.lastgroup is None:
                raise UntranslatedError(self.written)
            yield _Token(match.lastgroup, match[match.lastgroup])
            at = match.end()
        yield _Token("end", "")

    def whole(self) -> Formula:
        found = self.formula(0, 0)
        if self.tokens[self.at].kind != "end":
            raise UntranslatedError(self.written)
        return found

    def _take(self, sign: str) -> bool:
        """Go past this sign, if it is next."""
        here = bool(self.tokens[self.at] == ("sign", sign))
        self.at += here
        return here

    def _need(self, sign: str) -> None:
        if not self._take(sign):
            raise UntranslatedError(self.written)

    def formula(self, least: int, depth: int) -> Formula:
        """A formula whose operators bind at least so tightly."""
        if depth > DEEPEST:
            raise UntranslatedError(self.written)
        left = self._prefixed(depth)
        while (power := self._power()) >= max(least, 2):
            sign = self.tokens[self.at].shown
            self.at += 1
            left = Operation(sign, (left, self.formula(power + 1, depth + 1)))
        if least <= 1 and self._take("?"):
            then = self.formula(0, depth + 1)
            other = self.formula(1, depth + 1) if self._take(":") else Plain(None)
            return Operation("?", (left, then, other))
        return left

    def _power(self) -> int:
        token = self.tokens[self.at]
        return self.grammar.binary.get(token.shown, 0) if token.kind in {"sign", "name"} else 0

    def _prefixed(self, depth: int) -> Formula:
        token = self.tokens[self.at]
        if token.kind == "sign" and token.shown in self.grammar.prefix:
            self.at += 1
            if depth > DEEPEST:
                raise UntranslatedError(self.written)
            return Operation(token.shown, (self._prefixed(depth + 1),))
        return self._followed(self._first(depth), depth)

    def _first(self, depth: int) -> Formula:
        token = self.tokens[self.at]
        self.at += 1
        if token.kind == "number":
            return Plain(float(token.shown) if "." in token.shown else int(token.shown))
        if token.kind == "text":
            return Plain(_plain(token.shown))
        if token.kind == "name":
            words = self.grammar.words
            return Plain(words[token.shown]) if token.shown in words else Name(token.shown)
        return self._enclosed(token, depth)

    def _enclosed(self, token: _Token, depth: int) -> Formula:
        if token.shown == "(":
            found = self.formula(0, depth + 1)
            self._need(")")
            return found
        if token.shown == "[":
            return Listed(self._listed("]", depth))
        if token.shown == "{":
            return Mapped(tuple(self._pairs(depth)))
        raise UntranslatedError(self.written)

    def _listed(self, end: str, depth: int) -> tuple[Formula, ...]:
        found: list[Formula] = []
        while not self._take(end):
            found.append(self.formula(0, depth + 1))
            if not self._take(","):
                self._need(end)
                break
        return tuple(found)

    def _pairs(self, depth: int) -> Iterator[tuple[str, Formula]]:
        while not self._take("}"):
            token = self.tokens[self.at]
            if token.kind not in {"name", "text"}:
                raise UntranslatedError(self.written)
            self.at += 1
            self._need(":")
            name = token.shown if token.kind == "name" else _plain(token.shown)
            yield name, self.formula(0, depth + 1)
            if not self._take(","):
                self._need("}")
                return

    def _followed(self, found: Formula, depth: int) -> Formula:
        """Members and calls behind a value."""
        for _ in range(2 * DEEPEST):
            if self._take(".") or self._take("?."):
                found = Member(found, self._member())
            elif self._take("["):
                place = self.formula(0, depth + 1)
                self._need("]")
                named = isinstance(place, Plain) and isinstance(place.value, str)
                found = Member(found, place.value if named else place)  # type: ignore[union-attr]
            elif self._take("("):
                found = Call(found, self._listed(")", depth))
            else:
                return found
        raise UntranslatedError(self.written)

    def _member(self) -> str | Formula:
        token = self.tokens[self.at]
        self.at += 1
        if token.kind == "name":
            return token.shown
        if token.kind == "quoted" and self.grammar.ticks:
            return token.shown[1:-1]
        raise UntranslatedError(self.written)


def _plain(shown: str) -> str:
    return _ESCAPE.sub(_escaped, shown[1:-1])


def _escaped(match: re.Match[str]) -> str:
    mark = match[1]
    return chr(int(mark[1:], 16)) if len(mark) == 5 else _ESCAPED.get(mark, mark)


def path_of(formula: Formula) -> tuple[str, tuple[str | int, ...]] | None:
    """``name.member[0]`` as the name and the path; ``None`` for what is more than that."""
    found: list[str | int] = []
    while isinstance(formula, Member):
        name = formula.name
        if isinstance(name, Plain) and type(name.value) is int:
            found.append(name.value)
        elif isinstance(name, str):
            found.append(name)
        else:
            return None
        formula = formula.of
    return (formula.name, tuple(reversed(found))) if isinstance(formula, Name) else None


def spelled(formula: Formula) -> str:
    """A formula of names, members and calls with plain arguments as it would be written. Raises
    ``UntranslatedError`` for others."""
    if isinstance(formula, Name):
        return formula.name
    if isinstance(formula, Plain) and isinstance(formula.value, str | int):
        return json.dumps(formula.value, ensure_ascii=False)
    if isinstance(formula, Call):
        return f"{spelled(formula.function)}({', '.join(map(spelled, formula.given))})"
    if isinstance(formula, Member) and isinstance(formula.name, str):
        word = formula.name.isidentifier() or formula.name.startswith("$")
        place = f".{formula.name}" if word else f"[{json.dumps(formula.name, ensure_ascii=False)}]"
        return spelled(formula.of) + place
    if isinstance(formula, Member):
        return f"{spelled(formula.of)}[{spelled(formula.name)}]"  # type: ignore[arg-type]
    raise UntranslatedError("formula")
