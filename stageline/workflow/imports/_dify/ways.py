"""The ways out of a node: by cases, by what a tool of another system found, or by failure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from stageline.workflow.canvas.draft import Draft, Wire, branch
from stageline.workflow.canvas.naming import Names
from stageline.workflow.canvas.terms import Ref, expression, literal
from stageline.workflow.canvas.tolerance import Data, mappings, text
from stageline.workflow.imports._dify.selectors import Selectors

# Nodes that find out by which way to go: where they list the ways, and the output that says it.
_FINDERS: Mapping[str, tuple[str, str]] = {
    "question-classifier": ("classes", "class_id"),
    "human-input": ("user_actions", "action_id"),
}


def wire(found: Selectors, drawn: Wire) -> Wire:
    """A wire from an output of a branch belongs to a case, one from ``fail-branch`` to a
    failure, one from a class to a branch behind the node that classifies."""
    source = found.canvas.find(drawn.source)
    if source is None or not source.runs:
        return drawn
    if source.kind == "branch":
        case = case_names(found.data[source.id]).get(drawn.source_port)
        return replace(drawn, kind="case", case=case) if case else drawn
    if drawn.source_port == "fail-branch":
        return replace(drawn, kind="failed")
    case = _ways(source, found.data[source.id]).get(drawn.source_port)
    if case is None:
        return drawn
    return replace(drawn, kind="case", case=case, behind=_chooser(found, source).id)


def case_names(data: Data) -> dict[str, str]:
    """The names of the ways out of an If-Else, by what its edges call them."""
    names = Names()
    found: dict[str, str] = {}
    for entry in cases(data):
        handle = text(entry.get("case_id")) or text(entry.get("id")) or "true"
        first = not found
        plain = handle if handle == "true" and first else f"case {len(found) + 1}"
        found[handle] = plain if plain == "true" else names.take(plain)
    return {**found, "false": "false"}


def cases(data: Data) -> list[Data]:
    """All cases; before there were several, a node had one condition."""
    if found := mappings(data.get("cases")):
        return found
    return [{"case_id": "true", "conditions": data.get("conditions"),
             "logical_operator": data.get("logical_operator")}]  # fmt: skip


def _ways(draft: Draft, data: Data) -> dict[str, str]:
    """The ways that a node finds, by what its edges call them."""
    names = Names()
    listed, _ = _FINDERS.get(draft.type, ("", ""))
    return {
        way: names.take(text(entry.get("name")) or text(entry.get("title")) or "way", "way")
        for entry in mappings(data.get(listed)) if (way := text(entry.get("id")))
    }  # fmt: skip


def _chooser(found: Selectors, draft: Draft) -> Draft:
    """The branch behind a node that goes the way which the node found."""
    name = found.choosers.get(draft.id)
    if name is None:
        made = found.canvas.generate(f"Ways of {draft.title or draft.id}", draft)
        port = Ref(draft.id, (_FINDERS[draft.type][1],))
        ways = _ways(draft, found.data[draft.id]).items()
        branch(made, [(case, expression(port, f" == {literal(way)}")) for way, case in ways], None)
        name = found.choosers[draft.id] = made.id
    return found.canvas.drafts[name]
