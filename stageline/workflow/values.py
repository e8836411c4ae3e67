"""Values: JSON data in which references, expressions and templates have a meaning.

- ``{"ref": "node.port"}`` is the value at a path, its type kept
- ``{"expr": "a.b + 1"}`` is the value of an expression
- ``{"literal": X}`` is ``X``, not looked into
- ``"Dear ${inputs.name}"`` is a string with values put in: strings as they are, null as
  nothing, others as compact JSON; ``$${`` is a literal ``${``

All other data stand for themselves. A *scope* gives each root of a path its value: ``inputs``,
``item``, ``index``, ``state``, and for each node its ports. A node that is missing in the scope,
or is ``None``, was skipped: all below it is ``None``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from stageline.keys import shown
from stageline.workflow.expressions import Expression, evaluate, parse
from stageline.workflow.language import (
    MAX_TEMPLATE,
    MAX_TEXT,
    MAX_VALUE_DEPTH,
    EvaluationError,
    ExpressionError,
    Room,
    text_of,
    weigh,
)
from stageline.workflow.paths import Reference, look_up, parse_path

__all__ = ["Reference", "evaluate_value", "parse_path", "parse_template", "parts", "references"]

Place = tuple[str | int, ...]
Template = tuple[str | Reference, ...]
_HOLE = re.compile(r"\$\$\{|\$\{")
_END = re.compile(r"[}\n]")
_SHORT, _MAX_HOLES = 4_096, 1_000


def references(value: Any) -> tuple[Reference, ...]:
    """Every path that ``value`` uses. Raises ``ExpressionError`` for the first that is wrong."""
    if isinstance(value, str) and "${" not in value:
        return ()
    found: list[Reference] = []
    for _, part in parts(value):
        if isinstance(part, ExpressionError):
            raise part
        found.extend(part.references if isinstance(part, Expression) else (part,))
    return tuple(found)


def parts(
    value: Any, place: Place = ()
) -> Iterator[tuple[Place, Reference | Expression | ExpressionError]]:
    """What in ``value`` has a meaning, with its place in it; also what cannot be read."""
    if isinstance(value, str):
        if "${" in value:
            yield from ((place, part) for part in _template_parts(value))
    elif isinstance(value, Mapping):
        yield from _mapping_parts(value, place)
    elif isinstance(value, list | tuple):
        if len(place) >= MAX_VALUE_DEPTH:
            yield place, _too_deep()
            return
        for index, item in enumerate(value):
            if isinstance(item, str | Mapping | list | tuple):
                yield from parts(item, (*place, index))


def _mapping_parts(
    value: Mapping[str, Any], place: Place
) -> Iterator[tuple[Place, Reference | Expression | ExpressionError]]:
    read = _READERS.get(next(iter(value))) if len(value) == 1 else None
    if read is not None:
        name, text = next(iter(value.items()))
        try:
            part = read(text)
        except ExpressionError as error:
            yield (*place, name), error
        else:
            if part is not None:
                yield (*place, name), part
    elif len(place) >= MAX_VALUE_DEPTH:
        yield place, _too_deep()
    else:
        for name, item in value.items():
            if isinstance(item, str | Mapping | list | tuple):
                yield from parts(item, (*place, name))


def _too_deep() -> ExpressionError:
    return ExpressionError(f"A value is nested more than {MAX_VALUE_DEPTH} deep.")


_READERS: dict[str, Any] = {"ref": parse_path, "expr": parse, "literal": lambda _: None}


# --- templates -------------------------------------------------------------------------------


def _template_parts(text: str) -> Iterator[Reference | ExpressionError]:
    try:
        template = parse_template(text)
    except ExpressionError as error:
        yield error
    else:
        yield from (part for part in template if isinstance(part, Reference))


def parse_template(text: str) -> Template:
    """The literal texts and the references that ``text`` consists of, in order.

    Raises ``ExpressionError`` with the column of what is wrong.
    """
    return _parse_short(text) if len(text) <= _SHORT else _parse_template(text)


def _parse_template(text: str) -> Template:
    found: list[str | Reference] = []
    at = 0
    while hole := _HOLE.search(text, at):
        found.append(text[at : hole.start()])
        at = hole.end()
        if hole[0] == "$${":
            found.append("${")
            continue
        if len(found) > 2 * _MAX_HOLES:
            raise ExpressionError(f"A text has at most {_MAX_HOLES:,} times '${{'.", at - 1)
        end = _END.search(text, at)
        if end is None or end[0] != "}":
            raise ExpressionError("'${' has no '}'. Write '$${' for a literal '${'.", at - 1)
        found.append(_shifted(text[at : end.start()], at))
        at = end.end()
    found.append(text[at:])
    return tuple(part for part in found if part != "")


def _shifted(path: str, at: int) -> Reference:
    try:
        reference = parse_path(path)
    except ExpressionError as error:
        raise ExpressionError(
            f"{error.message} Write '$${{' for a literal '${{'.", error.column + at
        ) from None
    return Reference(reference.root, reference.path, reference.text, at + 1)


_parse_short = lru_cache(maxsize=4_096)(_parse_template)


# --- evaluation ------------------------------------------------------------------------------


def evaluate_value(value: Any, scope: Mapping[str, Any]) -> Any:
    """``value`` with everything put in. Raises ``EvaluationError`` where something is missing."""
    made = _evaluate(value, scope, 1, Room())
    if isinstance(value, list | tuple | Mapping) and isinstance(made, list | dict):
        weigh(made)
    return made


def _evaluate(value: Any, scope: Mapping[str, Any], depth: int, room: Room) -> Any:
    if isinstance(value, str):
        return room.take(_fill(value, scope)) if "${" in value else value
    if not isinstance(value, Mapping | list | tuple):
        return value
    if depth > MAX_VALUE_DEPTH:
        raise EvaluationError(f"A value is nested more than {MAX_VALUE_DEPTH} deep.")
    if not isinstance(value, Mapping):
        return [_evaluate(item, scope, depth + 1, room) for item in value]
    if len(value) == 1:
        name, content = next(iter(value.items()))
        compute = _EVALUATORS.get(name)
        if compute is not None:
            return compute(content, scope, room)
    return {name: _evaluate(item, scope, depth + 1, room) for name, item in value.items()}


def _fill(text: str, scope: Mapping[str, Any]) -> str:
    pieces, size, json_left = [], 0, MAX_TEXT
    for part in parse_template(text):
        value = part if isinstance(part, str) else look_up(part, scope)
        piece = text_of(value, json_left)
        size += len(piece)
        json_left -= 0 if isinstance(value, str) else len(piece)
        if size > MAX_TEMPLATE:
            raise EvaluationError(f"{shown(text)} becomes longer than {MAX_TEMPLATE:,} characters.")
        pieces.append(piece)
    return "".join(pieces)


_EVALUATORS: dict[str, Any] = {
    "ref": lambda path, scope, _: look_up(parse_path(path), scope),
    "expr": lambda text, scope, room: room.take(evaluate(parse(text), scope)),
    "literal": lambda content, _, __: content,
}
