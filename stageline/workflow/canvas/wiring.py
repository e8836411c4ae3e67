"""Wires become control edges, and every wire is accounted for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from stageline.workflow.canvas.draft import LABELS, Canvas, Draft, Wire, branch
from stageline.workflow.canvas.loops import Shape, chain
from stageline.workflow.canvas.naming import identifier
from stageline.workflow.canvas.terms import Path, Ref, expression, literal
from stageline.workflow.canvas.tolerance import mapping


@dataclass(frozen=True, slots=True)
class ImportedEdge:
    """What became of an edge. ``source``, ``target`` and their ports as the other system names
    them; ``nodes``: the nodes of the document between which it is found now.

    ``kind``: ``control`` (after it is done), ``case`` (after that case of a branch), ``failed``
    (after it failed), ``data`` (a reference), ``back`` (the next round of a loop), ``enter``
    (from a loop into its body), ``entry`` (into a loop from outside), ``exit`` (out of a loop),
    ``note`` (with a remark at one end),
    ``dangling`` (an end is missing), ``cut`` (a cycle nested too deep; the edge is left out).
    """

    source: str
    target: str
    kind: str
    source_port: str = ""
    target_port: str = ""
    nodes: tuple[str, ...] = ()


class Lifted(NamedTuple):
    """A wire between two nodes of one level; ``loop`` where one end is the other's loop."""

    source: Draft
    target: Draft
    loop: str | None = None


@dataclass
class Wiring:
    """Attaches wires. ``after`` holds the control edges by target, ``needed`` the (target,
    source) of those that are no ways."""

    canvas: Canvas
    shape: Shape
    after: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    needed: set[tuple[str, str]] = field(default_factory=set)
    _exits: dict[tuple[str, str], Draft] = field(default_factory=dict)

    def run(self) -> tuple[ImportedEdge, ...]:
        return tuple(self._attach(n, wire) for n, wire in enumerate(self.canvas.wires))

    def _attach(self, number: int, wire: Wire) -> ImportedEdge:
        source, target = self.canvas.origin(wire), self.canvas.find(wire.target)
        if source is None or target is None:
            self._report(wire, source, target)
            return _account(wire, "dangling", source, target)
        if not (source.runs and target.runs):
            return _account(wire, "note", source, target)
        if number in self.shape.back:
            return _account(wire, "back", source, target)
        if number in self.shape.cut:
            self.canvas.warn(
                "cut_edge", f"The edge to {target.id} closes a cycle inside many others.",
                "It is left out; draw fewer cycles inside each other.", source.id,
            )  # fmt: skip
            return _account(wire, "cut", source, target)
        return _KINDS[wire.kind](self, wire, source, target)

    def _report(self, wire: Wire, source: Draft | None, target: Draft | None) -> None:
        names = [repr(n[:LABELS]) for n, end in ((wire.source, source), (wire.target, target))
                 if end is None]  # fmt: skip
        self.canvas.warn(
            "dangling_edge",
            f"The edge from {wire.source[:LABELS]!r} to {wire.target[:LABELS]!r} leads nowhere: "
            f"there is no node {' and no node '.join(names)}.",
            "Draw it again in the editor that it comes from, or leave it out.",
            source.id if source else target.id if target else None,
        )

    def control(self, wire: Wire, source: Draft, target: Draft) -> ImportedEdge:
        lifted = self._lift(source, target)
        if lifted.loop is not None:
            kind = "enter" if lifted.loop == source.id else "back"
            return _account(wire, kind, source, target)
        origin, on, case = lifted.source, "done", None
        if wire.kind == "failed":
            on = "failed"
        elif wire.kind == "case" and source.kind == "branch":
            on, case = "case", wire.case
            if lifted.source is not source:
                origin = self._exit(lifted.source, source, case)
        self._after(lifted.target, origin, on, case, wire)
        kind = ("exit" if lifted.source is not source
                else "entry" if lifted.target is not target
                else wire.kind if on != "done" else "control")  # fmt: skip
        return _account(wire, kind, origin, lifted.target)

    def data(self, wire: Wire, source: Draft, target: Draft) -> ImportedEdge:
        """The reference is in the target already; here only where it went is noted."""
        if (target.id, source.id) in self.shape.back_refs:
            return _account(wire, "back", source, target)
        lifted = self._lift(source, target)
        kind = "data" if lifted.source is source else "exit"
        return _account(wire, kind, lifted.source, target)

    def note(self, wire: Wire, source: Draft, target: Draft) -> ImportedEdge:
        return _account(wire, "note", source, target)

    def _lift(self, source: Draft, target: Draft) -> Lifted:
        """Both ends where they are neighbours."""
        outer, inner = chain(self.canvas, source.id), chain(self.canvas, target.id)
        if target.id in outer and source is not target:
            return Lifted(source, target, target.id)
        if source.id in inner and source is not target:
            return Lifted(source, target, source.id)
        shared = set(outer) & set(inner)
        a = next((n for n, up in zip(outer, [*outer[1:], None], strict=True)
                  if up is None or up in shared), source.id)  # fmt: skip
        b = next((n for n, up in zip(inner, [*inner[1:], None], strict=True)
                  if up is None or up in shared), target.id)  # fmt: skip
        return Lifted(self.canvas.drafts[a], self.canvas.drafts[b])

    def _exit(self, loop: Draft, source: Draft, case: str) -> Draft:
        """A branch behind ``loop`` that chooses as the branch ``source`` inside it did."""
        key = (loop.id, source.id)
        if key not in self._exits:
            self._exits[key] = self.canvas.generate(f"Exit {source.title or source.id}", loop)
            branch(self._exits[key], [], None)
        found = self._exits[key]
        cases = found.fields["cases"]
        if case not in [name for name, _ in cases]:
            cases.append((case, expression(Ref(source.id, ("case",)), f" == {literal(case)}")))
        return found

    def _after(self, target: Draft, source: Draft, on: str, case: str | None, wire: Wire) -> None:
        entry: dict[str, Any] = {"node": source.id, "on": on}
        if case is not None:
            entry["case"] = case
        ports = {"source_port": wire.source_port, "target_port": wire.target_port}
        if shown := {name: port for name, port in ports.items() if port}:
            entry["ui"] = shown
        self.after.setdefault(target.id, []).append(entry)
        if wire.needed:
            self.needed.add((target.id, source.id))


def _account(wire: Wire, kind: str, source: Draft | None, target: Draft | None) -> ImportedEdge:
    nodes = tuple(draft.id for draft in (source, target) if draft is not None)
    return ImportedEdge(wire.source, wire.target, kind, wire.source_port, wire.target_port, nodes)


_KINDS: Mapping[str, Callable[[Wiring, Wire, Draft, Draft], ImportedEdge]] = {
    "control": Wiring.control,
    "case": Wiring.control,
    "failed": Wiring.control,
    "data": Wiring.data,
    "drawn": Wiring.data,
    "note": Wiring.note,
}


def take_data(canvas: Canvas) -> None:
    """Turn ``data`` wires into references in the parameters of their targets, before loops are
    looked for; where the target cannot take one, the wire becomes a control edge."""
    counts: Counter[tuple[str, str]] = Counter()
    for number, wire in enumerate(canvas.wires):
        if wire.kind != "data":
            continue
        source, target = canvas.find(wire.source), canvas.find(wire.target)
        if source is None or target is None or not (source.runs and target.runs):
            continue
        if source.kind == "branch" or not target.unknown or source is target:
            canvas.wires[number] = Wire(**{**vars(wire), "kind": "control"})
            continue
        name = identifier(wire.parameter or "input")
        ref = Ref(source.id, _output(source, wire.output or "output"))
        _put(target.fields["parameters"], name, ref, counts[target.id, name])
        counts[target.id, name] += 1


def _output(source: Draft, name: str) -> Path:
    """Where a node has its output: one that hands on values, among them."""
    handed = mapping(mapping(source.fields.get("parameters")).get("values"))
    return ("values", name) if not source.unknown and name in handed else (name,)


def _put(parameters: dict[str, Any], name: str, ref: Ref, count: int) -> None:
    """The first reference takes the place of what was typed in; more make it a list."""
    present = parameters.get(name)
    parameters[name] = (
        ref if count == 0 else [present, ref] if count == 1 else [*(present or []), ref]
    )
