"""Rules for values and expressions: syntax, names and types of what stands in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from stageline.workflow.checking import Checking, Site
from stageline.workflow.expressions import Expression, infer, parse
from stageline.workflow.findings import Path, Place
from stageline.workflow.language import EvaluationError, ExpressionError
from stageline.workflow.paths import Reference, parse_path
from stageline.workflow.plain import is_too_deep
from stageline.workflow.values import evaluate_value, parts

MAX_VALUE_LEVELS = 64
OTHER_TYPE = "Use another value, or convert it by an expression: str(x), int(x), float(x)."
_KINDS: Mapping[type, str] = {
    str: "string", bool: "boolean", int: "integer", float: "number", type(None): "null",
    list: "array", dict: "object",
}  # fmt: skip
_CODES = {"ref": "bad_reference", "expr": "bad_expression"}
_HINTS = {
    "bad_reference": "Write a path such as inputs.name or node.port[0].",
    "bad_expression": "Use values in quotes, paths, operators and the functions of expressions.",
    "bad_template": "Write a path between '${' and '}', such as ${inputs.name}.",
    "type_mismatch": OTHER_TYPE,
}


class Kind(NamedTuple):
    """The type of a value. ``is_literal``: nothing in it depends on anything."""

    type: str
    is_literal: bool


_UNKNOWN = Kind("any", False)


def check_value(c: Checking, value: Any, site: Site, path: Path) -> Kind:
    """Look into the value at ``path``; problems are reported, its type is given."""
    kind = _KINDS[type(value)]
    if kind == "string":
        return _check_parts(c, value, site, path) if "${" in value else Kind(kind, True)
    if kind == "object" and len(value) == 1 and "ref" in value:
        return _check_reference(c, value["ref"], site, (*path, "ref"))
    if kind not in ("object", "array"):
        return Kind(kind, True)
    if is_too_deep(value, MAX_VALUE_LEVELS):
        message = f"A value is nested more than {MAX_VALUE_LEVELS} deep."
        c.report("value_too_deep", message, path, "Use fewer levels.", site.placed)
        return _UNKNOWN
    if kind == "object" and len(value) == 1 and "expr" in value:
        return Kind(check_expression(c, value["expr"], site, (*path, "expr")), False)
    return _check_parts(c, value, site, path)


def _check_reference(c: Checking, text: Any, site: Site, path: Path) -> Kind:
    try:
        reference = parse_path(text)
    except ExpressionError as error:
        _report(c, "bad_reference", error, site, path)
        return _UNKNOWN
    return Kind(c.refer(reference, site, path), False)


def check_expression(c: Checking, text: Any, site: Site, path: Path) -> str:
    """Look into the expression at ``path``; gives the type of its value."""
    try:
        expression = parse(text)
    except ExpressionError as error:
        _report(c, "bad_expression", error, site, path)
        return "any"
    return _check_parsed(c, expression, site, path)


def _check_parsed(c: Checking, expression: Expression, site: Site, path: Path) -> str:
    for reference in expression.references:
        c.refer(reference, site, path)
    try:
        return infer(expression, lambda reference: _type_of(c, reference, site))
    except ExpressionError as error:
        _report(c, "type_mismatch", error, site, path)
        return "any"


def _type_of(c: Checking, reference: Reference, site: Site) -> str:
    """A file can be text or a mapping, so expressions take it as it comes."""
    found = c.names.resolve(reference, site.level).type
    return "any" if found == "file" else found


def _check_parts(c: Checking, value: Any, site: Site, path: Path) -> Kind:
    """Whatever has a meaning inside of a text, a list or a mapping."""
    is_literal = True
    for place, part in parts(value):
        is_literal = False
        at = (*path, *place)
        if isinstance(part, Reference):
            c.refer(part, site, at)
        elif isinstance(part, Expression):
            _check_parsed(c, part, site, at)
        else:
            _report(c, _CODES.get(str(place[-1]) if place else "", "bad_template"), part, site, at)
    if not is_literal:
        return Kind(_KINDS[type(value)], False)
    try:
        return Kind(_KINDS[type(literal_of(value))], True)
    except EvaluationError as error:
        c.report("bad_template", str(error), path, "Keep large data in files.", site.placed)
        return _UNKNOWN


def literal_of(value: Any) -> Any:
    """What a value stands for in which nothing has to be looked up."""
    return evaluate_value(value, {}) if isinstance(value, str | list | dict) else value


def _report(c: Checking, code: str, error: ExpressionError, site: Site, path: Path) -> None:
    c.report(code, error.message, Place(path, column=error.column), _HINTS[code], site.placed)
