"""References and expressions before the graph has its shape.

A format knows which node a value comes from, not whether that node ends up inside a loop. So it
hands over terms; ``rendering`` writes them down once it is known from where they are seen.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

Path: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Ref:
    """A port of a drafted node and a path below it; or ``inputs``, ``state``, ``index`` or
    ``item`` (then of the loop with the id ``loop``)."""

    root: str
    path: Path = ()
    loop: str = ""

    def below(self, *steps: str | int) -> Ref:
        return Ref(self.root, (*self.path, *steps), self.loop)


@dataclass(frozen=True, slots=True)
class Expr:
    """An expression: text in the language of documents, with references between."""

    parts: tuple[str | Ref, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """A text with values put in."""

    parts: tuple[str | Ref | Expr, ...]


@dataclass(frozen=True, slots=True)
class Raw:
    """JSON data that is kept as it is and never looked into."""

    data: Any


Term: TypeAlias = Ref | Expr | Text | Raw


def expression(*parts: Any) -> Expr:
    """One expression of text, references and other expressions; other data is a literal."""
    found: list[str | Ref] = []
    for part in parts:
        found.extend(part.parts if isinstance(part, Expr) else [part])
    return Expr(tuple(found))


def operand(value: Any) -> Expr:
    """A value as a part of an expression: a term as it is, data as a literal."""
    if isinstance(value, Expr):
        return expression("(", value, ")") if len(value.parts) > 1 else value
    if isinstance(value, Ref):
        return Expr((value,))
    if isinstance(value, Text):
        return _joined(value)
    return Expr((literal(value.data if isinstance(value, Raw) else value),))


def _joined(text: Text) -> Expr:
    pieces = [literal(p) if isinstance(p, str) else expression('str(default(', p, ', ""))')
              for p in text.parts]  # fmt: skip
    first, *others = pieces or ['""']
    return expression("(", first, *(part for p in others for part in (" + ", p)), ")")


def first_of(given: Sequence[Ref | Expr]) -> Ref | Expr:
    """The first of several values that is there; at least one is given."""
    found = given[-1]
    for one in reversed(given[:-1]):
        found = expression("default(", one, ", ", found, ")")
    return found


def literal(value: Any) -> str:
    """JSON data as a literal of the expression language."""
    if value is None or isinstance(value, bool):
        return repr(value)
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def references_in(value: Any) -> Iterator[Ref]:
    """Every reference anywhere in ``value``."""
    if isinstance(value, Ref):
        yield value
    elif isinstance(value, Expr | Text):
        yield from references_in(value.parts)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from references_in(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from references_in(item)


def between(parts: Sequence[Expr], mark: str = ", ") -> list[Expr | str]:
    """Parts of an expression with a mark between them."""
    return [piece for part in parts for piece in (mark, part)][1:]


def composed(value: Any) -> Expr:
    """A structure of terms and data as one expression."""
    if isinstance(value, Mapping):
        pairs = [expression(f"{literal(str(n))}: ", composed(v)) for n, v in value.items()]
        return expression("{", *between(pairs), "}")
    if isinstance(value, list | tuple):
        return expression("[", *between([composed(v) for v in value]), "]")
    return operand(value)


def patterned(pattern: str, *given: Any) -> Expr:
    """``{0}`` and ``{1}`` in a pattern with the operands put in."""
    pieces = re.split(r"\{([0-9])\}", pattern)
    parts = (operand(given[int(p)]) if n % 2 else p for n, p in enumerate(pieces))
    return expression(*(part for part in parts if part != ""))
