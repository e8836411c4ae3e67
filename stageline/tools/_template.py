"""A small template language: values, filters, ``if`` and ``for``, all bounded.

::

    {{ order.lines[0].name | upper }}      {{ note | default("none") }}
    {% for line in order.lines %}{{ loop.index }}. {{ line.name }}{% endfor %}
    {% if total > 100 and not paid %}...{% elif paid %}...{% else %}...{% endif %}
    {# a remark #}                          {{- a minus trims the blanks on its side -}}

It looks like Jinja, so that simple templates of other systems work, and is none: there are no
calls, no arithmetic, no attributes of objects, no assignment and no inclusion, and every step
and every character is counted. So no template takes long or gets anything through.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from stageline.errors import InputError
from stageline.keys import shown
from stageline.tools._filters import FILTERS, SIGNS

MAX_DEPTH = 8
MAX_TAG = 500

_TOKEN = re.compile(
    r"\s*(?:(?P<number>-?\d{1,15}(?:\.\d{1,15})?)|(?P<name>[A-Za-z_][\w-]{0,99})"
    r"|(?P<text>\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')|(?P<sign>==|!=|<=|>=|[<>.\[\]|(),]))",
    re.ASCII,
)
MISSING = object()
_ESCAPE = re.compile(r"""\\([ntr\\"'])""")
_BLANKS = {"n": "\n", "t": "\t", "r": "\r"}
_CONSTANTS = {"true": True, "false": False, "null": None,
              "True": True, "False": False, "None": None}  # fmt: skip


# --- what a template consists of -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Operand:
    """A literal, or a path into the values; and the filters that its value goes through."""

    text: str
    literal: Any = MISSING
    path: tuple[str | int, ...] = ()
    filters: tuple[tuple[str, tuple[Any, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Test:
    """``left``, or ``left sign right``; turned round by ``negated``."""

    left: Operand
    sign: str | None
    right: Operand | None
    negated: bool


Condition = tuple[tuple[Test, ...], ...]
"""Any of these holds, of which all must hold."""


@dataclass(frozen=True, slots=True)
class Each:
    name: str
    over: Operand
    body: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    ways: tuple[tuple[Condition, tuple[Part, ...]], ...]


Part = str | Operand | Each | Choice


# --- text to parts ---------------------------------------------------------------------------


@dataclass(slots=True)
class _Pieces:
    """The pieces of a template in order: ``("text", ...)``, ``("{", ...)`` or ``("%", ...)``."""

    items: list[tuple[str, str]]
    at: int = 0

    def next(self) -> tuple[str, str] | None:
        self.at += 1
        return self.items[self.at - 1] if self.at <= len(self.items) else None


_CLOSING = {"{": "}}", "%": "%}", "#": "#}"}


def _split(template: str) -> Iterator[tuple[str, str]]:
    """Found by hand in one pass: an expression would look for each end many times."""
    at, trim = 0, False
    while (start := _opening(template, at)) >= 0:
        kind = template[start + 1]
        end = template.find(_CLOSING[kind], start + 2)
        if end < 0:
            line = template.count("\n", 0, start) + 1
            raise InputError(f"The template opens {{{kind} in line {line} and never closes it.")
        inside = template[start + 2 : end]
        text = template[at:start].lstrip() if trim else template[at:start]
        yield "text", text.rstrip() if inside.startswith("-") else text
        if kind != "#":
            yield kind, inside.removeprefix("-").removesuffix("-").strip()
        at, trim = end + 2, inside.endswith("-")
    yield "text", template[at:].lstrip() if trim else template[at:]


def _opening(template: str, at: int) -> int:
    while (at := template.find("{", at)) >= 0:
        if template[at + 1 : at + 2] in _CLOSING and at + 1 < len(template):
            return at
        at += 1
    return -1


def parse(template: str) -> tuple[Part, ...]:
    """The parts of a template. Raises ``InputError`` that quotes the tag that is wrong."""
    pieces = _Pieces(list(_split(template)))
    body, end = _body(pieces, 0)
    if end:
        raise InputError(f"The template has {{% {end[:40]} %}} without a beginning.")
    return body


_ENDS = frozenset({"endfor", "endif", "else", "elif"})


def _body(pieces: _Pieces, depth: int) -> tuple[tuple[Part, ...], str]:
    """Parts up to a tag that ends or divides a block, and that tag ("" at the end of all)."""
    if depth > MAX_DEPTH:
        raise InputError(f"The template nests deeper than {MAX_DEPTH} blocks.")
    parts: list[Part] = []
    while piece := pieces.next():
        kind, text = piece
        word = text.partition(" ")[0]
        if kind == "text":
            parts.append(text)
        elif kind == "{":
            parts.append(_Reader(text).whole_operand())
        elif word in _ENDS:
            return tuple(parts), text
        elif word in _BLOCKS:
            parts.append(_BLOCKS[word](text, pieces, depth + 1))
        else:
            raise InputError(f"The template has an unknown tag {{% {shown(text)} %}}.")
    return tuple(parts), ""


def _each(text: str, pieces: _Pieces, depth: int) -> Part:
    name, over = _Reader(text).loop()
    body, end = _body(pieces, depth)
    if end != "endfor":
        raise InputError(f"The template lacks {{% endfor %}} for {{% {shown(text)} %}}.")
    return Each(name, over, body)


def _choice(text: str, pieces: _Pieces, depth: int) -> Part:
    ways: list[tuple[Condition, tuple[Part, ...]]] = []
    opening, condition = text, _Reader(text).condition()
    while True:
        body, end = _body(pieces, depth)
        ways.append((condition, body))
        word = end.partition(" ")[0]
        if end == "endif":
            return Choice(tuple(ways))
        if word not in {"elif", "else"} or condition == ALWAYS:
            raise InputError(f"The template lacks {{% endif %}} for {{% {shown(opening)} %}}.")
        condition = ALWAYS if end == "else" else _Reader(end).condition()


ALWAYS: Condition = ((),)
_BLOCKS: Mapping[str, Callable[[str, _Pieces, int], Part]] = {"for": _each, "if": _choice}


class _Reader:
    """Reads what stands in one tag."""

    def __init__(self, text: str) -> None:
        if len(text) > MAX_TAG:
            raise InputError(f"A tag of the template is longer than {MAX_TAG} characters.")
        self._text, self._at = text, 0
        self._tokens = self._scan()

    def _scan(self) -> list[tuple[str, str]]:
        found, at, end = [], 0, len(self._text.rstrip())
        while at < end:
            match = _TOKEN.match(self._text, at)
            if not match:
                raise self._wrong()
            found.append((str(match.lastgroup), match[str(match.lastgroup)]))
            at = match.end()
        return [*found, ("end", "")]

    def _wrong(self) -> InputError:
        return InputError(f"The template cannot be understood at {shown(self._text)}.")

    def _take(self, kind: str, *texts: str) -> str | None:
        found = self._tokens[self._at]
        if found[0] != kind or (texts and found[1] not in texts):
            return None
        self._at += 1
        return found[1]

    def _need(self, kind: str, *texts: str) -> str:
        found = self._take(kind, *texts)
        if found is None:
            raise self._wrong()
        return found

    def whole_operand(self) -> Operand:
        operand = self._operand()
        self._need("end")
        return operand

    def loop(self) -> tuple[str, Operand]:
        self._need("name", "for")
        name = self._need("name")
        self._need("name", "in")
        return name, self.whole_operand()

    def condition(self) -> Condition:
        self._need("name", "if", "elif")
        any_of = [self._all_of()]
        while self._take("name", "or"):
            any_of.append(self._all_of())
        self._need("end")
        return tuple(any_of)

    def _all_of(self) -> tuple[Test, ...]:
        tests = [self._test()]
        while self._take("name", "and"):
            tests.append(self._test())
        return tuple(tests)

    def _test(self) -> Test:
        negated = bool(self._take("name", "not"))
        left = self._operand()
        sign = self._take("sign", *SIGNS) or self._take("name", "in")
        return Test(left, sign, self._operand() if sign else None, negated)

    def _operand(self) -> Operand:
        value = self._literal()
        path = () if value is not MISSING else self._path()
        filters = []
        while self._take("sign", "|"):
            filters.append(self._filter())
        return Operand(self._text, value, path, tuple(filters))

    def _literal(self) -> Any:
        if (number := self._take("number")) is not None:
            return float(number) if "." in number else int(number)
        if (text := self._take("text")) is not None:
            return _unquoted(text)
        word = self._take("name", *_CONSTANTS)
        return MISSING if word is None else _CONSTANTS[word]

    def _path(self) -> tuple[str | int, ...]:
        steps: list[str | int] = [self._need("name")]
        while True:
            if self._take("sign", "."):
                steps.append(self._need("name"))
            elif self._take("sign", "["):
                text = self._take("text")
                steps.append(_unquoted(text) if text is not None else self._index())
                self._need("sign", "]")
            else:
                return tuple(steps)

    def _index(self) -> int:
        number = self._need("number")
        if "." in number:
            raise self._wrong()
        return int(number)

    def _filter(self) -> tuple[str, tuple[Any, ...]]:
        name, arguments = self._need("name"), []
        if name not in FILTERS:
            raise InputError(
                f"The template has an unknown filter {shown(name)}; there are {', '.join(FILTERS)}."
            )
        if self._take("sign", "("):
            arguments.append(self._argument())
            while self._take("sign", ","):
                arguments.append(self._argument())
            self._need("sign", ")")
        low, high = FILTERS[name].takes
        if not low <= len(arguments) <= high:
            raise self._wrong()
        return name, tuple(arguments)

    def _argument(self) -> Any:
        value = self._literal()
        if value is MISSING:
            raise self._wrong()
        return value


def _unquoted(text: str) -> str:
    """What a text in quotes says: a backslash begins a blank, or takes a quote for what it is."""
    return _ESCAPE.sub(lambda found: _BLANKS.get(found[1], found[1]), text[1:-1])
