"""When a loop ends that was made of a cycle: when a branch in it chooses a way that leaves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from stageline.workflow.canvas.draft import Canvas, Draft, Wire
from stageline.workflow.canvas.loops import chain
from stageline.workflow.canvas.terms import Ref, expression, literal


def set_ends(canvas: Canvas) -> None:
    """Give ``until`` to every loop that stands for a cycle; a warning where nothing ends it."""
    ways = _ways(canvas)
    branches: dict[str, list[Draft]] = {}
    for draft in canvas.drafts.values():
        if draft.kind == "branch":
            for around in chain(canvas, draft.id)[1:]:
                branches.setdefault(around, []).append(draft)
    for loop in canvas.drafts.values():
        if loop.kind == "loop" and loop.generated:
            ends = [end for draft in branches.get(loop.id, ())
                    for end in _ends(canvas, loop, draft, ways.get(draft.id, ()))]  # fmt: skip
            loop.fields["until"] = _any(ends) if ends else "False"
            if not ends:
                _warn(canvas, loop)


def _warn(canvas: Canvas, loop: Draft) -> None:
    limit = loop.fields["limit"]
    canvas.warn(
        "endless_loop", f"No branch was found that ends this loop; it runs {limit:,} rounds.",
        "Set 'until' to what ends it, or lower 'limit'.", loop.id,
    )  # fmt: skip


def _any(ends: list[Any]) -> Any:
    first, *others = ends
    return expression(first, *(part for end in others for part in (" or ", end)))


def _ways(canvas: Canvas) -> Mapping[str, list[Wire]]:
    """The wires that leave each branch by a case."""
    found: dict[str, list[Wire]] = {}
    for wire in canvas.wires:
        source = canvas.origin(wire) if wire.kind == "case" else None
        if source is not None:
            found.setdefault(source.id, []).append(wire)
    return found


def _ends(canvas: Canvas, loop: Draft, draft: Draft, wires: Any) -> Iterator[Any]:
    """The condition under which a branch leaves ``loop``; a case that leads nowhere ends a
    round for good, too."""
    stays, leaves = set(), dict[str, None]()
    for wire in wires:
        target = canvas.find(wire.target)
        if target is not None and loop.id in chain(canvas, target.id)[1:]:
            stays.add(wire.case)
        elif target is not None:
            leaves[wire.case] = None
    names = [name for name in leaves if name not in stays]
    if draft.container == loop.id and stays:
        names = [name for name in _names(draft) if name not in stays]
    if names:
        yield expression("(", Ref(draft.id, ("case",)), f" in {literal(names)})")


def _names(draft: Draft) -> list[str]:
    default = draft.fields["default"]
    return [name for name, _ in draft.fields["cases"]] + ([default] if default else [])
