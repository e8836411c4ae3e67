"""Fill in a text."""

from __future__ import annotations

import html
from collections import ChainMap
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import Field

from stageline.errors import InputError, ResourceError
from stageline.keys import shown
from stageline.tools._filters import apply, as_text, compare, cost, many
from stageline.tools._template import MISSING, Choice, Each, Operand, Part, Test, parse

MAX_TEMPLATE = 200_000
MAX_STEPS = 100_000
MAX_LENGTH = 5_000_000


@dataclass(frozen=True, slots=True)
class Rendered:
    """``text``: the template with everything filled in."""

    text: str


def render_text(
    template: Annotated[str, Field(max_length=MAX_TEMPLATE)],
    values: dict[str, Any] | None = None,
    *,
    escape: Literal["none", "html"] = "none",
    missing: Literal["error", "empty"] = "error",
    max_length: Annotated[int, Field(ge=0, le=MAX_LENGTH)] = 1_000_000,
) -> Rendered:
    """Fill values into a template.

    - ``{{ name }}``, ``{{ order.lines[0].name | upper }}``: a value; text as it is, null as
      nothing, other values as JSON. Filters: ``default(x)``, ``escape``, ``first``, ``join(x)``,
      ``json``, ``last``, ``length``, ``lower``, ``replace(x, y)``, ``round(n)``, ``title``,
      ``trim``, ``truncate(n)``, ``upper``.
    - ``{% for line in order.lines %} ... {% endfor %}``, in it ``loop.index`` (from 1),
      ``loop.index0``, ``loop.first``, ``loop.last``, ``loop.length``.
    - ``{% if total > 100 and not paid %} ... {% elif ... %} ... {% else %} ... {% endif %}``
      with ``== != < <= > >= in``, ``not``, ``and``, ``or``.
    - ``{# a remark #}``; a minus inside a tag (``{%- ... -%}``) trims the blanks beside it.

    It is no Jinja: nothing is called, no attribute of an object is read. ``escape: html``
    escapes each value for HTML. With ``missing: empty`` a name that is not there is null.

    Errors: ``InputError`` for a wrong template, a name that is not there, or a comparison of
    what cannot be compared; ``ResourceError`` at a cap. Caps: 200,000 characters of template,
    8 levels, 100,000 steps (1,024 characters or 64 items looked at are one more),
    ``max_length`` characters of result.
    """
    page = _Page(escape == "html", missing == "empty", max_length)
    page.write_all(parse(template), dict(values or {}))
    return Rendered("".join(page.pieces))


@dataclass(slots=True)
class _Page:
    """What has been written, and what may still be."""

    escaping: bool
    lenient: bool
    room: int
    steps: int = MAX_STEPS
    pieces: list[str] = field(default_factory=list)

    def write_all(self, parts: tuple[Part, ...], scope: MutableMapping[str, Any]) -> None:
        for part in parts:
            self._count()
            _WRITERS[type(part)](self, part, scope)

    def _count(self, steps: int = 1) -> None:
        self.steps -= steps
        if self.steps < 0:
            raise ResourceError(f"The template takes more than {MAX_STEPS:,} steps.")

    def text(self, part: str, scope: MutableMapping[str, Any]) -> None:  # noqa: ARG002
        self.room -= len(part)
        if self.room < 0:
            raise ResourceError("The result of the template is too long; see `max_length`.")
        self.pieces.append(part)

    def operand(self, part: Operand, scope: MutableMapping[str, Any]) -> None:
        text = as_text(self._value(part, scope))
        self.text(html.escape(text) if self.escaping else text, scope)

    def each(self, part: Each, scope: MutableMapping[str, Any]) -> None:
        found = self._value(part.over, scope)
        items = [] if found is None else many(found)
        for index, item in enumerate(items):
            self._count()
            loop = {"index": index + 1, "index0": index, "first": index == 0,
                    "last": index == len(items) - 1, "length": len(items)}  # fmt: skip
            self.write_all(part.body, ChainMap({part.name: item, "loop": loop}, scope))

    def choice(self, part: Choice, scope: MutableMapping[str, Any]) -> None:
        for condition, body in part.ways:
            self._count()
            if any(all(self._holds(test, scope) for test in tests) for tests in condition):
                self.write_all(body, scope)
                return

    def _holds(self, test: Test, scope: MutableMapping[str, Any]) -> bool:
        self._count()
        left = self._value(test.left, scope)
        if test.sign is None or test.right is None:
            return bool(left) is not test.negated
        right = self._value(test.right, scope)
        self._count(cost(left) + cost(right))
        return compare(test.sign, left, right) is not test.negated

    def _value(self, operand: Operand, scope: MutableMapping[str, Any]) -> Any:
        """The value of an operand; only ``default`` as the first filter helps a missing one."""
        value = operand.literal
        if value is MISSING:
            value = _followed(scope, operand.path)
        filters = operand.filters
        if value is MISSING:
            if not self.lenient and (not filters or filters[0][0] != "default"):
                raise InputError(f"The template names {shown(operand.text)}, which is not there.")
            value = None
        for name, arguments in filters:
            before = cost(value)
            value = apply(name, value, arguments)
            self._count(1 + before + cost(value))
        return value


def _followed(scope: Mapping[str, Any], path: tuple[str | int, ...]) -> Any:
    value: Any = scope
    for step in path:
        try:
            value = value[step] if _fits(value, step) else MISSING
        except (KeyError, IndexError):
            return MISSING
    return value


def _fits(value: Any, step: str | int) -> bool:
    return isinstance(value, Mapping if isinstance(step, str) else list)


_WRITERS: Mapping[type, Callable[[_Page, Any, MutableMapping[str, Any]], None]] = {
    str: _Page.text,
    Operand: _Page.operand,
    Each: _Page.each,
    Choice: _Page.choice,
}
