"""Back edges become loops.

At each level of the graph, every strongly connected component becomes one loop. Its header is
the node that a walk from the starts meets first; edges into the header go back and are what the
loop's next round means. What is left of the component may hold cycles again: loops inside.

Where the other system has a node that stands for the loop (n8n's Loop Over Items), that node
becomes the loop, and what hangs from its loop output the body.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from stageline.workflow.canvas.components import (
    closing_pairs,
    components,
    discovery,
    neighbours,
)
from stageline.workflow.canvas.draft import Canvas, Draft, Wire
from stageline.workflow.canvas.terms import references_in

DEEPEST = 7  # documents may nest 8 loops; deeper cycles are cut without a loop of their own
MOST = 2_000  # more references that go round are not looked through
LIMIT = 1_000  # rounds of a loop whose system knows no bound


@dataclass(frozen=True, slots=True)
class Link:
    """``target`` waits for ``source``: a wire (by number), or a reference (no number)."""

    source: str
    target: str
    wire: int | None = None


@dataclass
class Shape:
    """What was found out. ``back`` holds the numbers of wires that go back, ``back_refs`` the
    references that do (referring node, node referred to), ``cut`` those that no loop took up."""

    back: set[int] = field(default_factory=set)
    back_refs: set[tuple[str, str]] = field(default_factory=set)
    cut: set[int] = field(default_factory=set)


def find_loops(canvas: Canvas) -> Shape:
    """Give every draft its container, adding loops until nothing is cyclic."""
    search = _Search(canvas)
    search.nest(None, list(_links(canvas)))
    for draft in canvas.drafts.values():
        if draft.absorbs and draft.kind == "loop" and draft.id not in search.bodies:
            _become_task(draft)
    return search.shape


def _become_task(draft: Draft) -> None:
    draft.kind, draft.unknown = "task", True
    draft.fields = dict(draft.otherwise or {})


def _links(canvas: Canvas) -> Iterator[Link]:
    for number, wire in enumerate(canvas.wires):
        source, target = canvas.origin(wire), canvas.find(wire.target)
        if _leads(wire) and source and target and source.runs and target.runs:
            yield Link(source.id, target.id, number)
    for draft in list(canvas.drafts.values()):
        for ref in references_in(draft.fields):
            # What only a round before can have given to the node itself makes no loop by itself.
            if ref.root in canvas.drafts and ref.root != draft.id and canvas.drafts[ref.root].runs:
                yield Link(ref.root, draft.id)


def _leads(wire: Wire) -> bool:
    return wire.kind in {"control", "case", "failed"}


def _behind(targets: Mapping[str, list[str]], start: str) -> set[str]:
    """All nodes that can be reached from one."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        more = [name for name in targets[waiting.pop()] if name not in found]
        found.update(more)
        waiting.extend(more)
    return found


def chain(canvas: Canvas, name: str) -> list[str]:
    """``name`` and the loops around it, inside out."""
    found = [name]
    while (container := canvas.drafts[found[-1]].container) and container not in found:
        found.append(container)
    return found


@dataclass(frozen=True)
class _Level:
    """One level of the graph: ``links`` between its nodes, (source, target, what it is)."""

    name: str | None
    ids: list[str]
    links: list[tuple[str, str, Link]]
    beside: frozenset[int] = frozenset()  # the wires that are no ways

    @cached_property
    def targets(self) -> dict[str, list[str]]:
        return neighbours(self.ids, [(a, b) for a, b, _ in self.links])

    @cached_property
    def found(self) -> dict[str, int]:
        return discovery(self.ids, self.targets)

    @cached_property
    def wires_into(self) -> dict[str, list[tuple[str, int]]]:
        found: dict[str, list[tuple[str, int]]] = {}
        for a, b, link in self.links:
            if link.wire is not None and a != b and link.wire not in self.beside:
                found.setdefault(b, []).append((a, link.wire))
        return found


@dataclass
class _Cycle:
    """Nodes that all lead to each other, the links among them, and where they are entered."""

    ids: list[str]
    links: list[tuple[str, str, Link]] = field(default_factory=list)
    entered: set[str] = field(default_factory=set)


def _parts(level: _Level, cycles: list[list[str]]) -> list[_Cycle]:
    parts = [_Cycle(cycle) for cycle in cycles]
    part_of = {name: part for part in parts for name in part.ids}
    for a, b, link in level.links:
        part = part_of.get(b)
        if part is not None and part_of.get(a) is part:
            part.links.append((a, b, link))
        elif part is not None:
            part.entered.add(b)
    return parts


class _Search:
    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self.shape = Shape()
        self._beside = frozenset(n for n, wire in enumerate(canvas.wires) if wire.needed)
        self._drawn = {
            (source.id, target.id) for wire in canvas.wires if wire.kind in {"data", "drawn"}
            if (source := canvas.origin(wire)) and (target := canvas.find(wire.target))
        }  # fmt: skip
        self.bodies: dict[str | None, list[str]] = {}
        for draft in canvas.drafts.values():
            if draft.runs:
                self.bodies.setdefault(draft.container, []).append(draft.id)

    def nest(self, name: str | None, links: list[Link]) -> None:
        """Find the loops of one level, then those inside them. ``links`` have both ends in it."""
        while True:
            lifted = [(self._lift(k.source, name), self._lift(k.target, name), k) for k in links]
            own = [(a, b, k) for a, b, k in lifted if a != b or a == k.source == k.target]
            level = _Level(name, self.bodies.get(name, []), own, self._beside)
            cycles = components(level.ids, level.targets)
            if cycles and self._let_go(level, cycles, links):
                continue
            if not (self._close_all(level, cycles, links) if cycles else self._absorb(level)):
                break
        inner: dict[str, list[Link]] = {}
        for a, b, link in lifted:
            if a == b and a not in (link.source, link.target):
                inner.setdefault(a, []).append(link)
        for loop, below in inner.items():
            self.nest(loop, below)

    def _let_go(self, level: _Level, cycles: list[list[str]], links: list[Link]) -> bool:
        """Take out references to what only the round before can have given, where no wire goes
        round: they make no loop of their own."""
        of = {name: number for number, cycle in enumerate(cycles) for name in cycle}
        inside = [(a, b, k) for a, b, k in level.links if a in of and of[a] == of.get(b)]
        wired = neighbours(list(of), [(a, b) for a, b, k in inside if k.wire is not None])
        round_ = {of[cycle[0]] for cycle in components(list(of), wired)}
        told = [(a, b, k) for a, b, k in inside if k.wire is None and of[a] not in round_
                and (k.source, k.target) not in self._drawn]  # fmt: skip
        behind = {b: _behind(wired, b) for b in {b: None for _, b, _ in told[:MOST]}}
        back = [k for a, b, k in told if a in behind.get(b, ())]
        for link in back:
            self._note_back(link, False)
        gone = set(map(id, back))
        links[:] = [link for link in links if id(link) not in gone]
        return bool(back)

    def _close_all(self, level: _Level, cycles: list[list[str]], links: list[Link]) -> bool:
        """Make a loop of each cycle, and take the links that go back out of ``links``."""
        if any(len(chain(self._canvas, cycle[0])) > DEEPEST for cycle in cycles):
            back = self._cut(level)
        else:
            back = [k for part in _parts(level, cycles) for k in self._close(level, part)]
        gone = set(map(id, back))
        links[:] = [link for link in links if id(link) not in gone]
        return True

    def _cut(self, level: _Level) -> list[Link]:
        """Too deep for loops of their own: all that closes a cycle goes."""
        closing = closing_pairs(level.ids, level.targets)
        back = [link for a, b, link in level.links if (a, b) in closing]
        for link in back:
            self._note_back(link, True)
        return back

    def _close(self, level: _Level, part: _Cycle) -> list[Link]:
        """Make one loop of a cycle; gives the links that go back in it, which are done with."""
        header = self._canvas.drafts[self._header(part, level)]
        back = [k for a, b, k in part.links if b == header.id]
        if header.absorbs and len(part.ids) > 1:
            body = self._hanging(header, [n for n in part.ids if n != header.id], level)
            self._enclose(header.id, level.name, body)
        elif not header.absorbs:
            loop = self._loop_around(header)
            self._enclose(loop.id, level.name, part.ids)
            rounds = [self._canvas.drafts[k.source].rounds for k in back]
            loop.fields["limit"] = max((r for r in rounds if r), default=LIMIT)
        for link in back:
            self._note_back(link, False)
        return back

    def _header(self, part: _Cycle, level: _Level) -> str:
        """Where a cycle is entered; a node that stands for a loop, if it is one of these."""
        found = level.found
        return min(
            part.entered or part.ids, key=lambda n: (not self._canvas.drafts[n].absorbs, found[n])
        )

    def _note_back(self, link: Link, cut: bool) -> None:
        if link.wire is None:
            self.shape.back_refs.add((link.target, link.source))
        else:
            (self.shape.cut if cut else self.shape.back).add(link.wire)

    def _loop_around(self, header: Draft) -> Draft:
        loop = self._canvas.generate(f"Loop {header.title or header.type or header.id}", header)
        loop.kind = "loop"
        self.bodies[header.container].append(loop.id)
        return loop

    def _enclose(self, loop: str, level: str | None, body: Iterable[str]) -> None:
        taken = set(body)
        self.bodies[level] = [n for n in self.bodies[level] if n not in taken]
        self.bodies.setdefault(loop, []).extend(sorted(taken, key=self._place))
        for name in taken:
            self._canvas.drafts[name].container = loop

    def _place(self, name: str) -> int:
        return self._canvas.drafts[name].place

    def _absorb(self, level: _Level) -> bool:
        """A node that stands for a loop may have a body from which nothing leads back."""
        taken: set[str] = set()
        for name in level.ids:
            draft = self._canvas.drafts[name]
            if draft.absorbs and name not in self.bodies and name not in taken:
                body = self._hanging(draft, [], level)
                if body and taken.isdisjoint(body) and len(chain(self._canvas, name)) <= DEEPEST:
                    self._enclose(name, level.name, body)
                    taken.update(body)
        return bool(taken)

    def _hanging(self, loop: Draft, body: list[str], level: _Level) -> list[str]:
        """``body`` and every node that can only be reached through it or a loop output."""
        found = dict.fromkeys(body)
        waiting = [t for name in (loop.id, *body) for t in level.targets[name]]
        while waiting:
            name = waiting.pop()
            if name not in found and name != loop.id and self._hangs(name, loop, found, level):
                found[name] = None
                waiting.extend(level.targets[name])
        return list(found)

    def _hangs(self, name: str, loop: Draft, body: Mapping[str, None], level: _Level) -> bool:
        wires = level.wires_into.get(name, [])
        return bool(wires) and all(
            source in body
            or (source == loop.id and self._canvas.wires[wire].source_port in loop.absorbs)
            for source, wire in wires
        )

    def _lift(self, name: str, level: str | None) -> str:
        drafts = self._canvas.drafts
        step, container = name, drafts[name].container
        while container != level and container is not None:
            step, container = container, drafts[container].container
        return step
