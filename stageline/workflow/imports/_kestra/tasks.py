"""Tasks of Kestra as nodes, in the order in which they run."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from stageline.workflow.canvas.conditions import compare
from stageline.workflow.canvas.draft import Canvas, Draft, Wire, branch, note, unknown
from stageline.workflow.canvas.naming import Names, identifier
from stageline.workflow.canvas.scripts import UntranslatedError, steps, template
from stageline.workflow.canvas.terms import Raw, Ref
from stageline.workflow.canvas.tolerance import (
    Data,
    canvas_ui,
    items,
    mapping,
    mappings,
    number,
    text,
    whole,
    without,
)
from stageline.workflow.imports._kestra.rules import DEEPEST, short

End: TypeAlias = tuple[str, str]  # a task, and the case by which it is left (or nothing)
_DURATION = re.compile(
    r"P(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6}(?:\.\d+)?)S)?)?"
)
_INSIDE = ("tasks", "then", "else", "cases", "defaults", "errors", "finally")
_SIDE_BY_SIDE = frozenset({"Parallel", "EachParallel", "ForEach"})
_ROUNDS = frozenset({"ForEach", "EachSequential", "EachParallel"})
_GROUPS = frozenset({"Parallel", "Sequential", "WorkingDirectory", "AllowFailure", "Dag"})


class Tasks:
    """Adds tasks to a canvas."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas

    def sequence(
        self, tasks: Any, ends: list[End], around: Draft | None, depth: int = 0
    ) -> list[End]:
        """Tasks one after another behind ``ends``; gives the ends of the last one."""
        for given in mappings(tasks) if depth <= DEEPEST else ():
            ends = self._task(given, ends, around, depth)
        return ends

    def _task(self, given: Data, ends: list[End], around: Draft | None, depth: int) -> list[End]:
        name, kind = text(given.get("id")), text(given.get("type"))
        ui = canvas_ui(name, kind, data=without(given, *_INSIDE))
        draft = self.canvas.add(name or f"task {len(self.canvas.drafts)}", name or short(kind),
                                kind or "task", ui)  # fmt: skip
        draft.container = around.id if around else None
        for source, case in ends:
            kind_of_wire = "case" if case else "control"
            self.canvas.wires.append(Wire(source, draft.source, kind_of_wire, case, "", case))  # type: ignore[arg-type]
        reader = _READERS.get(short(kind))
        found = reader(self, draft, given, depth) if reader else None
        if found is None:
            unknown(draft, without(given, "id", "type", "description", *_INSIDE))
            found = [(draft.source, "")]
        draft.fields.update(_policy(given, draft))
        return found

    def after_failures(self, tasks: Any) -> None:
        """Tasks that run when one of the flow's own has failed."""
        own = [d.source for d in self.canvas.drafts.values() if d.container is None and d.runs]
        first = len(self.canvas.drafts)
        self.sequence(tasks, [], None)
        for draft in list(self.canvas.drafts.values())[first : first + 1]:
            self.canvas.wires += [Wire(name, draft.source, "failed", "errors") for name in own]

    def at_last(self, tasks: Any, ends: list[End]) -> None:
        """Tasks that run behind all others, however these ended."""
        first = len(self.canvas.drafts)
        self.sequence(tasks, ends, None)
        for draft in list(self.canvas.drafts.values())[first : first + 1]:
            draft.join = "always"

    def trigger(self, given: Data) -> None:
        """When a flow starts by itself is a matter of its deployment: a remark."""
        name, kind = text(given.get("id")), text(given.get("type"))
        ui = canvas_ui(name, kind, data=without(given, "id", "type"))
        note(self.canvas.add(f"trigger {name}", name or kind, kind or "trigger", ui), kind)

    def switch(self, draft: Draft, given: Data, depth: int) -> list[End] | None:
        cases = mapping(given.get("cases"))
        names = Names()
        by_value = {value: names.take(value, "case") for value in cases}
        if not by_value:
            return None
        default = names.take("defaults")
        branch(draft, [(name, self._equals(draft, given.get("value"), value))
                       for value, name in by_value.items()], default)  # fmt: skip
        ends: list[End] = []
        for value, name in by_value.items():
            ends += self._inside(cases[value], draft, name, depth)
        return ends + self._inside(given.get("defaults"), draft, default, depth)

    def choose(self, draft: Draft, given: Data, depth: int) -> list[End] | None:
        when = self._tried(draft, given.get("condition"))
        branch(draft, [("then", "False" if when is None else compare("true", when))], "else")
        return [end for name in ("then", "else")
                for end in self._inside(given.get(name), draft, name, depth)]  # fmt: skip

    def _inside(self, tasks: Any, draft: Draft, case: str, depth: int) -> list[End]:
        around = self.canvas.drafts.get(draft.container or "")
        return self.sequence(tasks, [(draft.source, case)], around, depth + 1)

    def group(self, draft: Draft, given: Data, depth: int) -> list[End] | None:
        """Tasks held by another: a loop over values, or of one round."""
        kind = short(text(given.get("type")))
        if not mappings(given.get("tasks")):
            return None
        values = given.get("values") if kind in _ROUNDS else [0]
        over = Raw(values) if isinstance(values, list) else self._tried(draft, values)
        draft.kind, draft.fields = "loop", {"over": Raw([]) if over is None else over}
        if kind in _SIDE_BY_SIDE:
            limit = whole(given.get("concurrencyLimit", given.get("concurrent")), 0, 256)
            draft.fields["max_parallel"] = (limit or 32) if kind in _ROUNDS else 1
        if kind == "Dag":
            self._dag(draft, given, depth)
        elif kind == "Parallel":
            for task in mappings(given.get("tasks")):
                self.sequence([task], [], draft, depth + 1)
        else:
            self.sequence(given.get("tasks"), [], draft, depth + 1)
        return [(draft.source, "")]

    def _dag(self, draft: Draft, given: Data, depth: int) -> None:
        for entry in mappings(given.get("tasks")):
            ends = [(text(before), "") for before in items(entry.get("dependsOn"))]
            self.sequence([mapping(entry.get("task"))], ends, draft, depth + 1)

    def _equals(self, draft: Draft, given: Any, value: str) -> Any:
        left = self._tried(draft, given)
        return "False" if left is None else compare("equals", left, value)

    def _tried(self, draft: Draft, given: Any) -> Any:
        """A value with ``{{ ... }}``; ``None`` and a warning if it is more than a path."""
        if not isinstance(given, str):
            return None if given is None else Raw(given)
        try:
            return template(given, self._resolve)
        except UntranslatedError as error:
            self.canvas.warn(
                "untranslated_expression", f"{str(error)[:200]!r} has no counterpart here.",
                "Write it again here; the original is in the node's 'ui'.", draft.id,
            )  # fmt: skip
            return None

    def _resolve(self, script: str) -> Ref:
        root, *path = steps(f".{script}")
        found = self.canvas.find(str(path[0])) if path else None
        if root == "inputs" and path and identifier(str(path[0])) in self.canvas.inputs:
            return Ref("inputs", tuple(path))
        if root == "outputs" and found is not None and len(path) > 1 and found.kind == "task":
            return Ref(found.id, tuple(path[1:]))
        raise UntranslatedError(script)


def _policy(given: Data, draft: Draft) -> dict[str, Any]:
    found: dict[str, Any] = {}
    retry = mapping(given.get("retry"))
    if (attempts := whole(retry.get("maxAttempt", retry.get("maxAttempts")), 1, 100)) is not None:
        found["retry"] = {"attempts": attempts, "delay": min(_seconds(retry.get("interval")) or 0.0,
                          86_400.0), "backoff": 1.0, "jitter": 0.0}  # fmt: skip
    seconds = _seconds(given.get("timeout"))
    if seconds and draft.kind in {"task", "loop"}:
        found["timeout"] = min(seconds, 31_536_000)
    if given.get("allowFailure") is True:
        found["on_error"] = "continue"
    return found


def _seconds(given: Any) -> float | None:
    """An ISO 8601 duration, or a number of seconds."""
    match = _DURATION.fullmatch(given) if isinstance(given, str) else None
    if match is None:
        return number(given)
    parts = [float(part or 0) for part in match.groups()]
    return sum(part * unit for part, unit in zip(parts, (86_400, 3_600, 60, 1), strict=True))


_READERS: Mapping[str, Callable[[Tasks, Draft, Data, int], list[End] | None]] = {
    "Switch": Tasks.switch,
    "If": Tasks.choose,
    **dict.fromkeys(_GROUPS | _ROUNDS, Tasks.group),
}
