"""Rules for branches: every case can be chosen."""

from __future__ import annotations

import ast

from stageline.errors import StagelineError
from stageline.workflow.checking import Checking
from stageline.workflow.document import BranchNode, Case
from stageline.workflow.expressions import Expression, evaluate, parse
from stageline.workflow.findings import Path
from stageline.workflow.survey import Placed

MAX_CONSTANT = 2_000
"""What it may cost to find out that a condition is constant."""


def check_branch(c: Checking, placed: Placed, node: BranchNode) -> None:
    """Names are unique; no case is constantly false, or behind one that always holds."""
    names: set[str] = set()
    conditions: dict[str, str] = {}
    always: str | None = None
    for number, case in enumerate(node.cases):
        path = (*placed.path, "cases", number)
        if case.name in names:
            c.report("duplicate_case", f"There are two cases {case.name}.", (*path, "name"),
                     "Name each case once; join conditions with 'or'.", placed)  # fmt: skip
        names.add(case.name)
        expression = _parsed(case)
        if expression is None:
            continue
        constant = _constant(expression)
        why = _unreachable(always, conditions.get(_normal(expression)), constant)
        if why:
            _warn(c, placed, case, (*path, "when"), why)
        conditions.setdefault(_normal(expression), case.name)
        always = always or (case.name if constant is True else None)


def _unreachable(always: str | None, same: str | None, constant: bool | None) -> str | None:
    if always is not None:
        return f"the case {always} before it always holds"
    if same is not None:
        return f"the case {same} before it has the same condition"
    return "its condition never holds" if constant is False else None


def _warn(c: Checking, placed: Placed, case: Case, path: Path, why: str) -> None:
    c.report("unreachable_case", f"The case {case.name} is never chosen: {why}.", path,
             "Take it out, or use 'default'.", placed, case.name, "warning")  # fmt: skip


def _parsed(case: Case) -> Expression | None:
    """The condition; ``None`` if it cannot be read, which is reported elsewhere."""
    try:
        return parse(case.when)
    except StagelineError:
        return None


def _normal(expression: Expression) -> str:
    """Equal for conditions that differ in blanks and brackets only."""
    return ast.dump(expression.tree)


def _constant(expression: Expression) -> bool | None:
    """The truth of a condition that depends on nothing; ``None`` if it depends, or fails."""
    if expression.references:
        return None
    try:
        return bool(evaluate(expression, {}, MAX_CONSTANT))
    except StagelineError:
        return None
