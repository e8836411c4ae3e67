"""Dify's Iteration and Loop, whose bodies lie inside them."""

from __future__ import annotations

from functools import reduce
from typing import Any

from stageline.workflow.canvas.conditions import combine, negate
from stageline.workflow.canvas.draft import Draft
from stageline.workflow.canvas.loops import chain
from stageline.workflow.canvas.naming import port_name
from stageline.workflow.canvas.scripts import UntranslatedError
from stageline.workflow.canvas.terms import (
    Expr,
    Raw,
    Ref,
    expression,
    first_of,
    operand,
    references_in,
)
from stageline.workflow.canvas.tolerance import Data, items, mappings, text, whole
from stageline.workflow.imports._dify.conditions import condition
from stageline.workflow.imports._dify.conversation import MOST, assigned, state_name
from stageline.workflow.imports._dify.selectors import Selectors, constant

CONTAINERS = frozenset({"iteration", "loop"})
LIMIT = 100
_LOGIC = "logical_operator"


def make_iteration(found: Selectors, draft: Draft, data: Data) -> bool:
    """A loop over a list, which hands out one value a round."""
    fields: dict[str, Any] = {"over": Raw([]), "outputs": {"output": Raw(None)}}
    try:
        fields["over"] = found.ref(draft, data.get("iterator_selector"))
        output = [text(part) for part in items(data.get("output_selector"))]
        if output:
            fields["outputs"] = {"output": _given(data, _inside(found, draft, output))}
    except UntranslatedError as error:
        found.lost(draft, error)
    if data.get("is_parallel") is True:
        fields["max_parallel"] = whole(data.get("parallel_nums"), 1, 256) or 10
    draft.kind, draft.fields = "loop", fields
    return True


def let_rounds_fail(found: Selectors, loop: Draft) -> None:
    """Where an iteration goes on after a round failed, its nodes may fail."""
    mode = text(found.data[loop.id].get("error_handle_mode")) or "terminated"
    if mode == "terminated":
        return
    for draft in found.canvas.drafts.values():
        if draft.container == loop.id and draft.runs:
            draft.fields.setdefault("on_error", "ignore")


def _given(data: Data, value: Any) -> Any:
    """What a round gives; where failed rounds are left out, in a list, which is then empty."""
    if text(data.get("error_handle_mode")) != "remove-abnormal-output":
        return value
    one = operand(value)
    return expression("[", one, "] if exists(", one, ") else []")


def _inside(found: Selectors, loop: Draft, selector: list[str]) -> Any:
    """A selector as seen from inside ``loop``, behind all its nodes."""
    if selector[0] == loop.source:
        if loop.type == "iteration":
            return Ref("index" if selector[1:2] == ["index"] else "item", tuple(selector[2:]),
                       loop.id)  # fmt: skip
        return Ref("state", (port_name(selector[1]), *selector[2:]), loop.id)
    return found.ref(loop, selector)


def make_loop(found: Selectors, draft: Draft, data: Data) -> bool:
    """A loop with variables, until its conditions hold or a node in it says so."""
    variables = mappings(data.get("loop_variables"))
    state = {}
    for variable in variables:
        if label := text(variable.get("label")):
            state[port_name(label)] = _first_value(found, draft, variable)
    kept = found.conversation.variables(draft)
    state |= {state_name(name): found.ref(draft, ["conversation", name]) for name in kept}
    fields: dict[str, Any] = {
        "limit": whole(data.get("loop_count"), 1, 100_000) or LIMIT,
        "until": _until(found, draft, data),
    }
    if state:
        fields["state"] = state
        fields["next"] = {
            port_name(label): _next(found, draft, label)
            for variable in variables if (label := text(variable.get("label")))
        }  # fmt: skip
        fields["next"] |= {state_name(name): _kept(found, draft, name) for name in kept}
    draft.kind, draft.fields = "loop", fields
    return True


def may_end_at_once(found: Selectors, loop: Draft) -> None:
    """A loop whose break conditions hold before the first round runs none in Dify. A loop here
    runs one, in which then nothing is done. What the conditions say of nodes in the loop does
    not hold before they ran."""
    data = found.data[loop.id]
    start = next((d for d in found.canvas.drafts.values() if d.container == loop.id
                  and d.type in {"loop-start", "custom-loop-start"}), None)  # fmt: skip
    if start is None or start.kind != "task" or not data.get("break_conditions"):
        return
    entry = {"conditions": data["break_conditions"], "logical_operator": data.get(_LOGIC)}
    try:
        holds = condition(_Inside(found, loop), loop, entry)
    except UntranslatedError:
        return  # told already, where the loop was made
    drafts = found.canvas.drafts
    roots = {ref.root for ref in references_in(holds)} & drafts.keys()
    if not any(loop.id in chain(found.canvas, root) for root in roots):
        start.fields["when"] = negate(holds)


def _first_value(found: Selectors, draft: Draft, variable: Data) -> Any:
    value = variable.get("value")
    if text(variable.get("value_type")) != "variable":
        return constant(value, text(variable.get("var_type")))
    try:
        return found.ref(draft, value)
    except UntranslatedError as error:
        found.lost(draft, error)
        return Raw(None)


def _until(found: Selectors, draft: Draft, data: Data) -> Any:
    inside = _Inside(found, draft)
    ends = [expression(Ref(d.id, ("values",)), " is not None")
            for d in found.canvas.drafts.values()
            if d.container == draft.id and d.type == "loop-end"]  # fmt: skip
    if data.get("break_conditions"):
        entry = {"conditions": data["break_conditions"],
                 "logical_operator": data.get(_LOGIC)}  # fmt: skip
        try:
            ends.append(condition(inside, draft, entry))
        except UntranslatedError as error:
            found.lost(draft, error)
    return combine(ends, "or") if ends else "False"


class _Inside(Selectors):
    """Selectors as seen from inside a loop when a round is over."""

    def __init__(self, found: Selectors, _loop: Draft) -> None:
        self.__dict__.update(vars(found))
        self._found = found

    def ref(self, draft: Draft, selector: Any) -> Any:
        parts = [text(part) for part in items(selector)]
        if len(parts) >= 2 and parts[0] == draft.source:
            return _inside(self._found, draft, parts)
        return self._found.ref(draft, selector)


def _kept(found: Selectors, loop: Draft, name: str) -> Any:
    """A variable of the conversation after a round."""
    state = Ref("state", (state_name(name),), loop.id)
    return first_of([*found.conversation.within(loop.id, name)[:MOST], state])


def _next(found: Selectors, loop: Draft, label: str) -> Any:
    """A variable after a round: what the last assigner that ran gave it, else as it was."""
    setters = [
        d for d in found.canvas.drafts.values()
        if d.container == loop.id and label in assigned(found.data.get(d.id, {}), loop.source)
    ]  # fmt: skip
    setters.sort(key=found.depth)
    now: Ref | Expr = Ref("state", (port_name(label),), loop.id)
    return reduce(
        lambda rest, d: expression("default(", Ref(d.id, ("values", label)), ", ", rest, ")"),
        setters, now,
    )  # fmt: skip
