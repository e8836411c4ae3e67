"""Terms written down as values and expressions, seen from the loop in which they stand.

A reference to a node inside a loop becomes one to an output of that loop; one to a node that
only the round before has run becomes one to the loop's state. What cannot be seen is null.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from stageline.workflow.canvas.draft import Canvas, Draft
from stageline.workflow.canvas.loops import Shape, chain
from stageline.workflow.canvas.naming import Names
from stageline.workflow.canvas.terms import (
    Expr,
    Path,
    Raw,
    Ref,
    Text,
    expression,
    operand,
    references_in,
)

_STEP = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*", re.ASCII)
_MARKED = frozenset({"ref", "expr", "literal"})
_PLACES = frozenset({"inputs", "state", "index"})


class Seen(NamedTuple):
    """A reference as seen from somewhere. ``rounds``: the root is a list, of which the last
    item is meant; ``root`` then goes with the first step of ``path``."""

    root: str
    path: Path
    rounds: bool = False


@dataclass
class Exports:
    """What a loop has to hand out and to keep because something refers to it."""

    outputs: dict[str, Any] = field(default_factory=dict)
    state: dict[str, Any] = field(default_factory=dict)
    next: dict[str, Any] = field(default_factory=dict)
    by_port: dict[tuple[str, str], str] = field(default_factory=dict)
    names: Names = field(default_factory=Names)


class Renderer:
    """Writes terms down. ``lost`` collects (node, reference) that could not be."""

    def __init__(self, canvas: Canvas, shape: Shape) -> None:
        self._canvas = canvas
        self._shape = shape
        self.exports: dict[str, Exports] = {}
        self.lost: list[tuple[str, Ref]] = []
        # What is kept from round to round: what a later round or the node itself asks for.
        self._kept = {node for _, node in shape.back_refs} | {
            draft.id for draft in canvas.drafts.values()
            if any(ref.root == draft.id for ref in references_in(draft.fields))
        }  # fmt: skip
        self._chancy = _by_chance(canvas, shape)

    def value(self, term: Any, at: str, inside: bool = False) -> Any:
        """``term`` as a value of the node ``at``, or of the scope inside that loop."""
        writer = _WRITERS.get(type(term))
        return writer(self, term, (at, inside)) if writer else _protected(term)

    def expression(self, term: Any, at: str, inside: bool = False) -> str:
        """``term`` as the text of an expression."""
        return "".join(
            part if isinstance(part, str) else self._expressed(part, (at, inside))
            for part in (term if isinstance(term, Expr) else operand(term)).parts
        )

    def as_name(self, loop: Draft) -> str:
        """How ``item`` is called in a loop: the plain name only where no loop is around it."""
        if loop.container is None:
            return "item"
        if not loop.item:
            loop.item = self._canvas.name(f"{loop.id[:50]} item")
        return loop.item

    # --- kinds of terms

    def ref(self, ref: Ref, at: tuple[str, bool]) -> Any:
        seen = self._seen(ref, at)
        if seen is None:
            return None
        if seen.rounds or not all(isinstance(s, int) or _STEP.fullmatch(s) for s in seen.path):
            return {"expr": _spelled(seen)}
        return {"ref": _path(seen)}

    def expr(self, term: Expr, at: tuple[str, bool]) -> Any:
        if len(term.parts) == 1 and isinstance(term.parts[0], Ref):
            return self.ref(term.parts[0], at)
        return {"expr": self.expression(term, *at)}

    def text(self, term: Text, at: tuple[str, bool]) -> Any:
        pieces = []
        for part in term.parts:
            value = part if isinstance(part, str) else self.value(part, *at)
            if isinstance(value, str):
                pieces.append(value.replace("${", "$${"))
            elif value is not None and "ref" in value:
                pieces.append(f"${{{value['ref']}}}")
            elif value is not None:
                return {"expr": self.expression(term, *at)}
        return "".join(pieces)

    def mapping(self, term: Mapping[str, Any], at: tuple[str, bool]) -> Any:
        found = {name: self.value(item, *at) for name, item in term.items()}
        return {"literal": found} if found.keys() & _MARKED and len(found) == 1 else found

    def items(self, term: list[Any] | tuple[Any, ...], at: tuple[str, bool]) -> Any:
        return [self.value(item, *at) for item in term]

    # --- where a reference leads

    def _expressed(self, ref: Ref, at: tuple[str, bool]) -> str:
        seen = self._seen(ref, at)
        return "None" if seen is None else _spelled(seen)

    def _seen(self, ref: Ref, at: tuple[str, bool]) -> Seen | None:
        name, inside = at
        around = chain(self._canvas, name)[0 if inside else 1 :] if name else []
        found = self._place(ref, around) if ref.root in _PLACES | {"item"} else None
        if ref.root in self._canvas.drafts:
            found = self._node(ref, name, around)
        if found is None:
            self.lost.append((name, ref))
        return found

    def _place(self, ref: Ref, around: list[str]) -> Seen | None:
        """The inputs, or what the loop around knows."""
        if ref.root == "inputs":
            return Seen(ref.root, ref.path)
        loop = ref.loop or (around[0] if around else "")
        if loop not in around or (ref.root != "item" and loop != around[0]):
            return None
        root = self.as_name(self._canvas.drafts[loop]) if ref.root == "item" else ref.root
        return Seen(root, ref.path)

    def _node(self, ref: Ref, name: str, around: list[str]) -> Seen | None:
        node = self._canvas.drafts[ref.root]
        if not node.runs or node.id in around or not ref.path:
            return None
        if (node.id, str(ref.path[0])) in self._canvas.absent:
            return None
        if node.id == name or (name, node.id) in self._shape.back_refs:
            return self._from_last_round(ref, name, around)
        path, rounds = ref.path, False
        while node.container is not None and node.container not in around:
            loop = self._canvas.drafts[node.container]
            kept = node.id in self._kept & self._chancy and "over" not in loop.fields
            hand_out = self._carry if kept else self._export
            path = (hand_out(loop, node.id, str(path[0])), *path[1:])
            node, rounds = loop, rounds or "over" in loop.fields
        if node.id == name:
            return None
        return Seen(node.id, path, rounds)

    def _export(self, loop: Draft, node: str, port: str) -> str:
        """The output of ``loop`` that hands out a port of a node in its body."""
        exports = self._exports(loop)
        key = (node, port)
        if key not in exports.by_port:
            exports.by_port[key] = exports.names.take(f"{node}_{port}")
            exports.outputs[exports.by_port[key]] = self.value(Ref(node, (port,)), loop.id, True)
        return exports.by_port[key]

    def _exports(self, loop: Draft) -> Exports:
        if loop.id not in self.exports:
            self.exports[loop.id] = Exports()
            for taken in ("count", *loop.fields.get("outputs", ()), *loop.fields.get("state", ())):
                self.exports[loop.id].names.take(taken)
        return self.exports[loop.id]

    def _from_last_round(self, ref: Ref, _name: str, around: list[str]) -> Seen | None:
        """The value that a node had in the round before, kept in the state of the loop."""
        loop = self._canvas.drafts[around[0]] if around else None
        if loop is None or loop.id not in chain(self._canvas, ref.root) or "over" in loop.fields:
            return None
        return Seen("state", (self._carry(loop, ref.root, str(ref.path[0])), *ref.path[1:]))

    def _carry(self, loop: Draft, node: str, port: str) -> str:
        """The state of ``loop`` that keeps a port of a node in its body as the last round gave it
        in which the node ran."""
        exports = self._exports(loop)
        key = (f"last {node}", port)
        if key not in exports.by_port:
            name = exports.by_port[key] = exports.names.take(f"{node}_{port}_before")
            exports.state[name] = None
            now, before = Ref(node, (port,)), Ref("state", (name,), loop.id)
            kept = expression("default(", now, ", ", before, ")")
            exports.next[name] = self.value(kept if node in self._chancy else now, loop.id, True)
        return exports.by_port[key]


def _by_chance(canvas: Canvas, shape: Shape) -> set[str]:
    """The nodes that do not run in every round: those behind cases and failures."""
    targets: dict[str, list[str]] = {}
    waiting: list[str] = []
    gone = shape.back | shape.cut
    for number, wire in enumerate(canvas.wires):
        source, target = canvas.origin(wire), canvas.find(wire.target)
        if source is None or target is None or number in gone:
            continue
        targets.setdefault(source.id, []).append(target.id)
        waiting += [target.id] if wire.kind in {"case", "failed"} else []
    found = set(waiting)
    while waiting:
        more = [name for name in targets.get(waiting.pop(), ()) if name not in found]
        found.update(more)
        waiting.extend(more)
    return found


def _protected(data: Any) -> Any:
    """JSON data as a value that means just that."""
    data = data.data if isinstance(data, Raw) else data
    return {"literal": data} if isinstance(data, Mapping | list) or _is_text(data) else data


def _is_text(data: Any) -> bool:
    return isinstance(data, str) and "${" in data


def _path(seen: Seen) -> str:
    return seen.root + "".join(f"[{s}]" if isinstance(s, int) else f".{s}" for s in seen.path)


def _spelled(seen: Seen) -> str:
    first, rest = (seen.path[:1], seen.path[1:]) if seen.rounds else ((), seen.path)
    found = seen.root + "".join(map(_step, first))
    return (f"last({found})" if seen.rounds else found) + "".join(map(_step, rest))


def _step(step: str | int) -> str:
    plain = isinstance(step, str) and step.isascii() and step.isidentifier()
    if plain and not keyword.iskeyword(str(step)):
        return f".{step}"
    return "".join(str(part) for part in expression("[", operand(step), "]").parts)


_WRITERS: Mapping[type, Any] = {
    Ref: Renderer.ref,
    Expr: Renderer.expr,
    Text: Renderer.text,
    dict: Renderer.mapping,
    list: Renderer.items,
    tuple: Renderer.items,
}
