"""What an app gives in the end: the outputs of its ends, and all that its answers say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from stageline.workflow.canvas.draft import Draft
from stageline.workflow.canvas.loops import chain
from stageline.workflow.canvas.naming import Names
from stageline.workflow.canvas.terms import Raw, Ref, Text, expression, first_of
from stageline.workflow.canvas.tolerance import mapping
from stageline.workflow.imports._dify.conversation import MOST
from stageline.workflow.imports._dify.selectors import Selectors

_OUTPUT = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_ .-]{0,63}")
_DEEPEST = 20


def give_out(found: Selectors, drafts: list[Draft]) -> None:
    """The outputs of the workflow; where several ends give one, the first that ran counts."""
    given: dict[str, list[tuple[Ref, Any]]] = {}
    for draft in drafts:
        if draft.type == "end" and draft.container is None:
            for name, value in _values(draft).items():
                given.setdefault(name, []).append((Ref(draft.id, ("values", name)), value))
    names = Names()
    for name, pairs in given.items():
        shown = name if _OUTPUT.fullmatch(name) else names.take(name, "output")
        value = pairs[0][1]
        own = len(pairs) == 1 and isinstance(value, Ref)
        found.canvas.outputs[shown] = value if own else first_of([ref for ref, _ in pairs[:MOST]])
    if said := list(_said(found, drafts, None)):
        found.canvas.outputs.setdefault("answer", said[0] if len(said) == 1 else Text(tuple(said)))


def _values(draft: Draft) -> dict[str, Any]:
    if draft.fields.get("tool") != "set_values":
        return {}
    return dict(mapping(draft.fields["parameters"].get("values")))


def _said(found: Selectors, drafts: list[Draft], level: str | None) -> Iterator[Any]:
    """All that is said at a level, in the order in which it is: one answer goes on another."""
    if level is not None and len(chain(found.canvas, level)) > _DEEPEST:
        return
    here = [d for d in drafts if d.container == level and d.type in _SPEAKING]
    for draft in sorted(here, key=found.depth) if len(here) > 1 else here:
        yield from _SPEAKING[draft.type](found, drafts, draft)


def _answer(_found: Selectors, _drafts: list[Draft], draft: Draft) -> Iterator[Any]:
    if "answer" in _values(draft):
        yield Ref(draft.id, ("values", "answer"))


def _each(found: Selectors, drafts: list[Draft], loop: Draft) -> Iterator[Any]:
    """What the rounds over a list say, one after the other."""
    outputs = loop.fields.get("outputs", {})
    if (said := list(_said(found, drafts, loop.id))) and loop.kind == "loop":
        port = _free("answer", outputs)
        outputs[port] = Text(tuple(said))
        yield expression("join(default(", Ref(loop.id, (port,)), ", []))")


def _until(found: Selectors, drafts: list[Draft], loop: Draft) -> Iterator[Any]:
    """What the rounds of a loop say: kept from round to round."""
    if (said := list(_said(found, drafts, loop.id))) and loop.kind == "loop":
        state = loop.fields.setdefault("state", {})
        port = _free("answer", state)
        state[port] = Raw("")
        now = Ref("state", (port,), loop.id)
        loop.fields.setdefault("next", {})[port] = Text((now, *said))
        yield Ref(loop.id, (port,))


def _free(name: str, taken: dict[str, Any]) -> str:
    return name if name not in taken else _free(f"{name}_", taken)


_SPEAKING = {"answer": _answer, "iteration": _each, "loop": _until}
