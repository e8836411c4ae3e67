"""Expressions: a small typed subset of Python's syntax, evaluated over ``ast``.

Names and their attributes look into mappings and nothing else; only the functions of a fixed
table can be called; text, depth, parts, results and work are bounded. ``docs/documents.md``
shows the language by example.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from stageline.keys import shown
from stageline.workflow.compilation import Code, Compilation
from stageline.workflow.compiler import compile_tree
from stageline.workflow.infer import infer_type
from stageline.workflow.language import (
    MAX_WORK,
    Budget,
    EvaluationError,
    ExpressionError,
    type_name,
    weigh,
)
from stageline.workflow.paths import Reference
from stageline.workflow.syntax import parse_syntax

__all__ = ["EvaluationError", "Expression", "ExpressionError", "evaluate", "infer", "parse"]


@dataclass(frozen=True, slots=True)
class Expression:
    """A parsed expression. ``references`` are the paths that it uses, as far as literal."""

    text: str
    references: tuple[Reference, ...]
    code: Code = field(repr=False, compare=False)
    tree: ast.expr = field(repr=False, compare=False)
    compilation: Compilation = field(repr=False, compare=False)


def parse(text: str) -> Expression:
    """Read an expression; what was read lately is kept.

    Raises ``ExpressionError`` with the column of what is wrong.
    """
    if not isinstance(text, str):
        raise ExpressionError(f"An expression is text, not a value of type {type_name(text)}.")
    return _parse_short(text) if len(text) <= _SHORT else _parse_long(text)


def _parse(text: str) -> Expression:
    tree, shift = parse_syntax(text)
    code, compilation = compile_tree(text, tree, shift)
    return Expression(text, tuple(compilation.found.values()), code, tree, compilation)


# A tree takes about 500 times the memory of its text; few long ones are kept.
_SHORT = 200
_parse_short = lru_cache(maxsize=4_096)(_parse)
_parse_long = lru_cache(maxsize=64)(_parse)


# What Python itself may raise on data that no check has foreseen.
_FOREIGN = (ArithmeticError, LookupError, TypeError, ValueError, MemoryError, RecursionError)


def evaluate(expression: Expression | str, scope: Mapping[str, Any], work: int = MAX_WORK) -> Any:
    """The value of an expression; ``scope`` gives the value of each name (``values`` tells more).

    Raises ``EvaluationError`` (category ``tool``) if it has none with these data, or if it
    would be too large or too dear; ``ExpressionError`` if a text cannot be read.
    """
    parsed = parse(expression) if isinstance(expression, str) else expression
    try:
        budget = Budget(work)
        value = parsed.code(scope, budget)
        if parsed.compilation.builds and isinstance(value, list | dict):
            budget.look(value)
            weigh(value)
    except EvaluationError as error:
        raise type(error)(_placed(parsed.text, str(error))) from None
    except _FOREIGN as error:
        raise EvaluationError(f"{shown(parsed.text)}: {type(error).__name__}: {error}") from None
    return value


def _placed(text: str, message: str) -> str:
    place = shown(text)
    return message if message.startswith(place) else f"{place}: {message}"


def infer(expression: Expression | str, types: Callable[[Reference], str | None]) -> str:
    """The JSON type of an expression's value, or ``any``, before there is a value.

    ``types`` tells the type of each reference: ``string``, ``number``, ``integer``, ``boolean``,
    ``array``, ``object``, ``null`` or ``any``; ``None`` says that there is no such name.
    Raises ``ExpressionError`` with the column where names or types are wrong.
    """
    parsed = parse(expression) if isinstance(expression, str) else expression
    return infer_type(parsed.tree, parsed.compilation, types)
