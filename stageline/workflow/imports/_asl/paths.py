"""Where a JSONPath of a state leads: which state before it has put the value there.

A state's input is what the state before gave: its result at ``ResultPath``, over its own input.
Only plain paths are followed; where several ways lead here and say different things, none is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from stageline.workflow.canvas.components import ordering
from stageline.workflow.canvas.scripts import UntranslatedError
from stageline.workflow.canvas.terms import Expr, Path, Raw, Ref, composed, first_of
from stageline.workflow.canvas.tolerance import Data, mapping, text
from stageline.workflow.imports._asl.intrinsics import intrinsic
from stageline.workflow.imports._asl.jsonata import jsonata, root_of
from stageline.workflow.imports._asl.machine import Machine, Way

INPUT = "input"
FARTHEST, MOST = 200, 4
Found: TypeAlias = Ref | Expr
_STEP = re.compile(r"""\.([^.\[\]\s()?*@,:'"$]+)|\[['"]([^'"\]]+)['"]\]|\[(\d{1,9})\]""")
# These give what they got.
_PASSING = frozenset({"Choice", "Wait", "Succeed", "Fail"})
# The other language, JSONata.
_JSONATA = re.compile(r"\{%(.*)%\}", re.DOTALL)


def steps(path: str) -> Path:
    """What follows the ``$`` of a plain JSONPath. Raises ``UntranslatedError``."""
    found: list[str | int] = []
    at = 0
    while at < len(path):
        match = _STEP.match(path, at)
        if match is None or len(found) > 25:
            raise UntranslatedError(path)
        found.append(int(match[3]) if match[3] else match[1] or match[2])
        at = match.end()
    return tuple(found)


def made(state: Data) -> Any:
    """What a Pass gives; ``None`` if it gives what it got."""
    return next((state[n] for n in ("Result", "Output", "Parameters") if n in state), None)


def port(state: Data) -> Path:
    """Where a state has its result."""
    kind = text(state.get("Type"))
    if kind == "Pass":
        return ("values",) if isinstance(made(state), dict) else ("values", "result")
    return ("output", 0) if kind == "Parallel" else ("output",)


def _order(machine: Machine) -> dict[str, tuple[str, int]]:
    """The cycle that each state is in, and its place; what lies in a state comes after it."""
    ids = list(machine.data)
    pairs = [(way.source, name) for name, ways in machine.before.items() for way in ways]
    owned = [(owner.id, name) for name in ids if (owner := machine.scopes[name].owner)]
    return ordering(ids, pairs, owned)


@dataclass
class _Walk:
    """One walk back; ``written`` is the path as it was written."""

    written: str
    seen: set[tuple[str, Path]] = field(default_factory=set)


class Paths:
    """Follows paths on one machine."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self._order = _order(machine)

    def value(self, name: str, path: Any) -> Any:
        """The value at a path, as the state with the id ``name`` sees it. Raises
        ``UntranslatedError``."""
        written = text(path).strip()
        if match := _JSONATA.fullmatch(written):
            return jsonata(lambda root, path: self._variable(name, root, path, written), match[1])
        if written.startswith("States."):
            return intrinsic(lambda inner: self.value(name, inner), written)
        if written.startswith("$$."):
            return self._context(name, written)
        if not written.startswith("$"):
            raise UntranslatedError(written)
        wanted = steps(written[1:])
        around = self.machine.data[name].get("InputPath", "$")
        if around != "$":
            wanted = (*steps(text(around)[1:]), *wanted) if text(around)[:1] == "$" else wanted
        return self._input(name, wanted, _Walk(written))

    def _variable(self, name: str, root: str, path: Path, written: str) -> Any:
        """What a variable of JSONata holds, of those that every state has."""
        kind, rest = (path[0], path[1:]) if root == "$states" and path else ("", path)
        if kind == "input":
            return self._input(name, rest, _Walk(written))
        if kind == "context":
            return self._in_context(name, rest, written)
        if kind == "result":
            draft = self.machine.canvas.drafts[name]
            return Ref(draft.id, (*port(self.machine.data[name]), *rest))
        raise UntranslatedError(written)

    def _context(self, name: str, written: str) -> Any:
        return self._in_context(name, steps(written[2:]), written)

    def _in_context(self, name: str, path: Path, written: str) -> Any:
        if path[:2] == ("Execution", "Input"):
            return self._given(path[2:])
        if path[:2] == ("Map", "Item") and len(path) > 2:
            loop = self._map_around(name)
            if loop and path[2] == "Value":
                return Ref("item", path[3:], loop)
            if loop and path[2] == "Index":
                return Ref("index", (), loop)
        raise UntranslatedError(written)

    def _given(self, path: Path) -> Ref:
        definition = {"type": "object", "default": {}, "description": "What an execution gets."}
        return Ref("inputs", (self.machine.canvas.input(INPUT, definition), *path))

    def _map_around(self, name: str) -> str:
        data, drafts = self.machine.data, self.machine.canvas.drafts
        found: str | None = name
        while found and text(data[found].get("Type")) != "Map":
            found = drafts[found].container
        return found or ""

    def _input(self, name: str, path: Path, walk: _Walk) -> Ref | Expr:
        """The value at ``path`` in the input of a state."""
        return self._nearest(name, self._ways(name, path, walk, 0), walk)

    def given(self, name: str) -> Ref | Expr:
        """All that a state gives on. Raises ``UntranslatedError``."""
        walk = _Walk("$")
        return self._nearest(name, self._behind(Way(name), (), walk, 0), walk)

    def _nearest(self, name: str, ways: list[tuple[int, Found]], walk: _Walk) -> Found:
        """Of several values that a state may find somewhere, the one that was put there last:
        in this round or the one before, then before all rounds, then by who started all."""
        found: dict[Found, int] = {}
        for depth, ref in ways:
            found.setdefault(ref, depth)
        if not found or len(found) > MOST:
            raise UntranslatedError(walk.written)
        around, _ = self._order.get(name, ("", 0))
        nearest = sorted(found, key=lambda ref: (
            root_of(ref) == "inputs", self._order.get(root_of(ref), ("-", 0))[0] != around,
            -self._order.get(root_of(ref), ("-", 0))[1], found[ref],
        ))  # fmt: skip
        return first_of(nearest)

    def _ways(self, name: str, path: Path, walk: _Walk, depth: int) -> list[tuple[int, Found]]:
        """What may stand at ``path``, with how many states back it was put there."""
        if (name, path) in walk.seen:
            return []  # a way round, which says nothing new
        walk.seen.add((name, path))
        if len(walk.seen) > FARTHEST:
            raise UntranslatedError(walk.written)
        found: list[tuple[int, Found]] = []
        for way in self.machine.before.get(name, ()):
            found += self._behind(way, path, walk, depth + 1)
        scope = self.machine.scopes[name]
        start = scope.names.get(scope.start)
        if start is not None and start.id == name:
            found += self._at_start(name, path, walk, depth + 1)
        return found

    def _at_start(self, name: str, path: Path, walk: _Walk, depth: int) -> list[tuple[int, Found]]:
        """The first state gets the execution's input, an item of its Map, or what its Parallel
        got."""
        owner = self.machine.scopes[name].owner
        if owner is None:
            return [(depth, self._given(path))]
        state = self.machine.data[owner.id]
        if text(state.get("Type")) != "Map":
            return self._ways(owner.id, path, walk, depth)
        chosen = mapping(state.get("ItemSelector")) or mapping(state.get("Parameters"))
        if not chosen:
            return [(depth, Ref("item", path, owner.id))]
        return [(depth, self._selected(owner.id, chosen, path, walk.written))]

    def _selected(self, loop: str, chosen: Data, path: Path, written: str) -> Ref:
        """A value that a Map puts together for each item."""
        source = text(chosen.get(f"{path[0]}.$")) if path else ""
        if source.startswith("$$.Map.Item.Value"):
            return Ref("item", (*steps(source[len("$$.Map.Item.Value") :]), *path[1:]), loop)
        if source.startswith("$"):
            found = self.value(loop, source)
            if isinstance(found, Ref):
                return found.below(*path[1:])
        raise UntranslatedError(written)

    def _behind(self, way: Way, path: Path, walk: _Walk, depth: int) -> list[tuple[int, Found]]:
        """The value at ``path`` in what a state gives on."""
        state = self.machine.data[way.source]
        if "Output" in state and way.caught is None and text(state.get("Type")) != "Pass":
            return [(depth, self._put_out(way.source, state["Output"], path, walk))]
        if text(state.get("Type")) in _PASSING:
            return self._ways(way.source, path, walk, depth)
        holder = state if way.caught is None else way.caught
        result_path = holder.get("ResultPath", "$")
        if way.caught is None and text(state.get("OutputPath", "$")) != "$":
            path = (*steps(text(state["OutputPath"])[1:]), *path)
        if result_path is None:
            return self._ways(way.source, path, walk, depth)
        at = steps(text(result_path)[1:])
        if path[: len(at)] == at:
            return self._result(way, path[len(at) :], walk, depth)
        if at[: len(path)] == path:
            raise UntranslatedError(walk.written)  # what holds the result, and more
        return self._ways(way.source, path, walk, depth)

    def _put_out(self, name: str, given: Any, path: Path, walk: _Walk) -> Found:
        """The value at ``path`` in an ``Output`` that a state puts together."""
        at = 0
        while at < len(path) and isinstance(given, Mapping) and path[at] in given:
            given, at = given[path[at]], at + 1
        found, lost = self.filled(name, given)
        if lost:
            raise UntranslatedError(walk.written)
        if isinstance(found, Ref):
            return found.below(*path[at:])
        if at < len(path):
            raise UntranslatedError(walk.written)
        return composed(found)

    def _result(self, way: Way, path: Path, walk: _Walk, depth: int) -> list[tuple[int, Found]]:
        draft = self.machine.canvas.drafts[way.source]
        state = self.machine.data[way.source]
        kind = text(state.get("Type"))
        if way.caught is not None:
            return [(depth, Ref(draft.id, ("error", *path)))]
        if "ResultSelector" in state:
            path = self._chosen(mapping(state["ResultSelector"]), path, walk.written)
        if kind == "Pass" and made(state) is None:
            return self._ways(way.source, path, walk, depth)
        return [(depth, Ref(draft.id, (*port(state), *path)))]

    def _chosen(self, selector: Data, path: Path, written: str) -> Path:
        """The path in a result of what a ``ResultSelector`` takes out of it."""
        source = text(selector.get(f"{path[0]}.$")) if path else ""
        if not source.startswith("$") or source.startswith("$$"):
            raise UntranslatedError(written)
        return (*steps(source[1:]), *path[1:])

    def filled(self, name: str, template: Any) -> Any:
        """A payload template: names that end in ``.$``, and what stands in ``{%`` and ``%}``,
        take the value at a path; a path that cannot be followed stays as text. Gives the value,
        and what could not be followed."""
        lost: list[str] = []
        return self._fill(name, template, lost, 0), lost

    def _fill(self, name: str, template: Any, lost: list[str], depth: int) -> Any:
        if isinstance(template, str) and template.startswith("{%"):
            return self._tried(name, template, lost)
        if isinstance(template, list) and any(isinstance(i, dict | list | str) for i in template):
            return [self._fill(name, item, lost, depth + 1) for item in template]
        if not isinstance(template, dict) or depth > 20:
            return Raw(template)
        return {
            key.removesuffix(".$"): self._tried(name, value, lost)
            if key.endswith(".$") else self._fill(name, value, lost, depth + 1)
            for key, value in template.items()
        }  # fmt: skip

    def _tried(self, name: str, written: Any, lost: list[str]) -> Any:
        try:
            return self.value(name, written)
        except UntranslatedError:
            lost.append(text(written))
            return Raw(written)
