"""What the operators of expressions do. Numbers are numbers: true is not 1, text is not one."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from stageline.workflow.functions import check_count, check_length, contains, finite, short
from stageline.workflow.language import Budget, EvaluationError, type_name

_NUMBERS = frozenset({int, float})
_SEQUENCES = (list, tuple)
Binary = Callable[[Budget, Any, Any], Any]


def _clash(sign: str, left: Any, right: Any) -> EvaluationError:
    return EvaluationError(f"'{sign}' does not fit {type_name(left)} and {type_name(right)}.")


def _arithmetic(sign: str, compute: Callable[[Any, Any], Any]) -> Binary:
    def call(_: Budget, left: Any, right: Any) -> Any:
        if type(left) not in _NUMBERS or type(right) not in _NUMBERS:
            raise _clash(sign, left, right)
        try:
            return finite(compute(finite(left), finite(right)))
        except ZeroDivisionError:
            raise EvaluationError(f"'{sign}' by zero.") from None

    return call


_plus = _arithmetic("+", operator.add)


def add(budget: Budget, left: Any, right: Any) -> Any:
    """Numbers are added, strings and lists joined."""
    if isinstance(left, str) and isinstance(right, str):
        check_length(len(left) + len(right))
        return left + right
    if isinstance(left, _SEQUENCES) and isinstance(right, _SEQUENCES):
        check_count(len(left) + len(right))
        budget.spend(len(left) + len(right))
        return [*left, *right]
    return _plus(budget, left, right)


def equal(budget: Budget, left: Any, right: Any) -> bool:
    """As Python has it: 1 equals 1.0, values of other types differ."""
    if isinstance(left, str) and isinstance(right, str):
        budget.spend(len(left) // 256)
    elif left is right:
        return not isinstance(left, float) or left == right
    elif isinstance(left, list | tuple | dict) and isinstance(right, list | tuple | dict):
        budget.look(left)
        budget.look(right)
    return bool(left == right)


def _order(sign: str, compare: Callable[[Any, Any], bool]) -> Binary:
    def call(budget: Budget, left: Any, right: Any) -> bool:
        if type(left) in _NUMBERS and type(right) in _NUMBERS:
            return compare(left, right)
        if isinstance(left, str) and isinstance(right, str):
            budget.spend(len(left) // 256)
            return compare(left, right)
        raise _clash(sign, left, right)

    return call


ARITHMETIC: dict[str, Binary] = {
    "+": add,
    "-": _arithmetic("-", operator.sub),
    "*": _arithmetic("*", operator.mul),
    "/": _arithmetic("/", operator.truediv),
    "//": _arithmetic("//", operator.floordiv),
    "%": _arithmetic("%", operator.mod),
}

COMPARISONS: dict[str, Binary] = {
    "==": equal,
    "!=": lambda budget, left, right: not equal(budget, left, right),
    "<": _order("<", operator.lt),
    "<=": _order("<=", operator.le),
    ">": _order(">", operator.gt),
    ">=": _order(">=", operator.ge),
    "in": lambda budget, left, right: contains(budget, right, left),
    "not in": lambda budget, left, right: not contains(budget, right, left),
    "is": lambda _, left, right: left is right,
    "is not": lambda _, left, right: left is not right,
}


def negative(value: Any) -> Any:
    if type(value) not in _NUMBERS:
        raise EvaluationError(f"'-' does not fit {type_name(value)}.")
    return finite(-value)


def positive(value: Any) -> Any:
    if type(value) not in _NUMBERS:
        raise EvaluationError(f"'+' does not fit {type_name(value)}.")
    return finite(value)


def cut(budget: Budget, value: Any, start: int | None, stop: int | None) -> Any:
    """``value[start:stop]`` of a string or list."""
    if isinstance(value, str):
        return short(value[start:stop])
    if isinstance(value, _SEQUENCES):
        count = len(range(*slice(start, stop).indices(len(value))))
        check_count(count)
        budget.spend(count)
        return list(value[start:stop])
    raise EvaluationError(f"A value of type {type_name(value)} cannot be cut.")
