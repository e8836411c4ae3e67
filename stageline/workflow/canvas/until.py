"""When a loop ends that was made of a cycle: when a branch in it chooses a way that leaves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from stageline.workflow.canvas.draft import Canvas, Draft
from stageline.workflow.canvas.loops import chain
from stageline.workflow.canvas.terms import Ref, expression, literal


def set_ends(canvas: Canvas) -> None:
    """Give ``until`` to every loop that stands for a cycle; a warning where nothing ends it."""
    for loop in list(canvas.drafts.values()):
        if loop.kind == "loop" and loop.generated:
            ends = list(_ends(canvas, loop))
            loop.fields["until"] = _any(ends) if ends else "False"
            if not ends:
                canvas.warn(
                    "endless_loop",
                    f"No branch was found that ends this loop; it runs "
                    f"{loop.fields['limit']:,} rounds.",
                    "Set 'until' to what ends it, or lower 'limit'.", loop.id,
                )  # fmt: skip


def _any(ends: list[Any]) -> Any:
    first, *others = ends
    return expression(first, *(part for end in others for part in (" or ", end)))


def _ends(canvas: Canvas, loop: Draft) -> Iterator[Any]:
    inside = {d.id for d in canvas.drafts.values() if loop.id in chain(canvas, d.id)[1:]}
    for draft in canvas.drafts.values():
        if draft.id in inside and draft.kind == "branch":
            stays, leaves = _ways(canvas, draft, inside)
            if draft.container == loop.id and stays:
                leaves = [name for name in _names(draft) if name not in stays]
            if leaves:
                chosen = Ref(draft.id, ("case",))
                yield expression("(", chosen, f" in {literal(leaves)})")


def _names(draft: Draft) -> list[str]:
    default = draft.fields["default"]
    return [name for name, _ in draft.fields["cases"]] + ([default] if default else [])


def _ways(canvas: Canvas, draft: Draft, inside: set[str]) -> tuple[set[str], list[str]]:
    """The cases of a branch that stay in a loop, and those that leave it."""
    stays: set[str] = set()
    leaves: dict[str, None] = {}
    for wire in canvas.wires:
        if wire.kind == "case" and canvas.find(wire.source) is draft:
            target = canvas.find(wire.target)
            if target is not None and target.id in inside:
                stays.add(wire.case)
            elif target is not None:
                leaves[wire.case] = None
    return stays, [name for name in leaves if name not in stays]
