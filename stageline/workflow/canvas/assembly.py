"""A canvas becomes a document.

The document is checked like any other. What the check refuses is taken back, node by node, to
what is sure: a tool that was recognised becomes an unknown one with its parameters as they were,
a condition that does not fit becomes ``False``; each with a warning. No node is dropped.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

from stageline.workflow.canvas.draft import Canvas, Draft
from stageline.workflow.canvas.foreign import as_foreign
from stageline.workflow.canvas.gates import After, add_gates
from stageline.workflow.canvas.loops import Shape, find_loops
from stageline.workflow.canvas.naming import identifier
from stageline.workflow.canvas.rendering import Exports, Renderer
from stageline.workflow.canvas.retreat import retreat
from stageline.workflow.canvas.until import set_ends
from stageline.workflow.canvas.wiring import ImportedEdge, Wiring, take_data
from stageline.workflow.check import errors_in
from stageline.workflow.document import SCHEMA, Workflow
from stageline.workflow.problems import Problem, count_problems

ATTEMPTS = 40


@dataclass(frozen=True)
class Imported:
    """What became of a document of another system.

    ``workflow`` is ``None`` where ``problems`` hold an error. ``edges`` accounts for every edge
    of the original, in its order.
    """

    format: str
    workflow: Workflow | None
    problems: tuple[Problem, ...]
    edges: tuple[ImportedEdge, ...] = ()

    def __repr__(self) -> str:
        about = self.workflow.about if self.workflow else "no workflow"
        return f"<Imported from {self.format}: {about}; {count_problems(self.problems)}>"


def assemble(canvas: Canvas) -> Imported:
    """Find the loops of a canvas, wire it up, and check the document that it gives."""
    take_data(canvas)
    shape = find_loops(canvas)
    set_ends(canvas)
    wiring = Wiring(canvas, shape)
    edges = wiring.run()
    gates = add_gates(canvas, wiring.after, wiring.needed)
    edges = tuple(_through(edge, gates, wiring.after) for edge in edges)
    workflow, problems = _settled(canvas, shape, wiring.after, edges)
    return Imported(canvas.format, workflow, problems, edges)


def _through(edge: ImportedEdge, gates: Mapping[str, str], after: After) -> ImportedEdge:
    """An edge that leads to the gate before its target now."""
    gate = gates.get(edge.nodes[-1]) if len(edge.nodes) == 2 else None
    ways = {way["node"] for way in after[gate]} if gate and edge.kind != "data" else set()
    return replace(edge, nodes=(edge.nodes[0], gate)) if gate and edge.nodes[0] in ways else edge


def _settled(
    canvas: Canvas,
    shape: Shape,
    after: Mapping[str, list[dict[str, Any]]],
    edges: tuple[ImportedEdge, ...],
) -> tuple[Workflow | None, tuple[Problem, ...]]:
    """The document, taken back where the check refuses it, and all problems."""
    for attempt in range(ATTEMPTS):
        build = _Build(canvas, shape, after)
        data = build.document(edges)
        known = as_foreign(data["nodes"], lambda node: canvas.drafts[node["id"]].foreign)
        errors = errors_in({**data, "nodes": known})
        if not errors or attempt == ATTEMPTS - 1 or not retreat(canvas, data, errors):
            break
    problems = [*canvas.problems, *build.lost(), *_unknown(canvas)]
    if errors or canvas.failed:
        return None, (*problems, *(error.located(_nowhere) for error in errors))
    return _validated(data, problems)


def _nowhere(_place: object) -> None:
    """The document is not in a text."""


def _validated(
    data: dict[str, Any], problems: list[Problem]
) -> tuple[Workflow | None, tuple[Problem, ...]]:
    try:
        return Workflow.model_validate(data), tuple(problems)
    except ValidationError as error:
        what = error.errors(include_url=False, include_input=False, include_context=False)[0]
        place = ".".join(map(str, what["loc"]))
        return None, (*problems, Problem("not_importable", f"{place}: {what['msg']}"))


def _unknown(canvas: Canvas) -> Iterator[Problem]:
    for draft in canvas.drafts.values():
        if draft.foreign:
            yield Problem(
                "unknown_tool",
                f"There is no tool for {draft.type[:200]!r}.",
                f"Provide a tool named {draft.fields['tool']!r}, or use another node.",
                "warning",
                draft.id,
            )


class _Build:
    """One document made of the drafts as they are now."""

    def __init__(
        self, canvas: Canvas, shape: Shape, after: Mapping[str, list[dict[str, Any]]]
    ) -> None:
        self._canvas = canvas
        self._after = after
        self._renderer = Renderer(canvas, shape)
        self._inside: dict[str | None, list[Draft]] = {}
        for draft in sorted(canvas.drafts.values(), key=lambda d: (d.place, not d.generated)):
            self._inside.setdefault(draft.container, []).append(draft)

    def document(self, edges: tuple[ImportedEdge, ...]) -> dict[str, Any]:
        canvas = self._canvas
        outputs = {n: self._renderer.value(v, "") for n, v in canvas.outputs.items()}
        rendered = {d.id: self._rendered(d) for d in canvas.drafts.values()}
        head = {"title": canvas.title[:60_000], "description": canvas.description[:60_000],
                "inputs": canvas.inputs, "outputs": outputs}  # fmt: skip
        wires = [_shown(edge, dict(wire.data))
                 for edge, wire in zip(edges, canvas.wires, strict=True)]  # fmt: skip
        return {
            "schema": SCHEMA,
            "id": identifier(canvas.title, "workflow"),
            **{name: value for name, value in head.items() if value},
            "nodes": self._nested(None, rendered),
            "ui": {"format": canvas.format, **canvas.ui, "edges": wires},
        }

    def _rendered(self, draft: Draft) -> dict[str, Any]:
        node: dict[str, Any] = {"id": draft.id, "kind": draft.kind}
        if draft.title:
            node["title"] = draft.title[:60_000]
        node.update(_KINDS[draft.kind](self._renderer, draft))
        if after := self._after.get(draft.id):
            node["after"] = after
            several = len({(a["node"], a["on"], a.get("case")) for a in after}) > 1
            if several and draft.join is None:
                node["join"] = "any"
        if draft.join is not None and draft.runs:
            node["join"] = draft.join
        node["ui"] = draft.ui
        return node

    def _nested(
        self, level: str | None, rendered: Mapping[str, dict[str, Any]]
    ) -> list[dict[str, Any]]:
        found = []
        for draft in self._inside.get(level, ()):
            node = rendered[draft.id]
            if draft.kind == "loop":
                _export(node, self._renderer.exports.get(draft.id))
                node["nodes"] = self._nested(draft.id, rendered)
            found.append(node)
        return found

    def lost(self) -> Iterator[Problem]:
        """A warning for each reference that cannot be seen from where it stands."""
        for name, ref in dict.fromkeys(self._renderer.lost):
            path = ".".join(map(str, (ref.root, *ref.path)))
            yield Problem(
                "untranslated_expression",
                f"{path[:200]!r} cannot be referred to from here; null stands in its place.",
                "Pass the value on through a node in between.",
                "warning",
                name or None,
            )


def _shown(edge: ImportedEdge, data: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"source": edge.source, "target": edge.target, "kind": edge.kind}
    ports = {"source_port": edge.source_port, "target_port": edge.target_port}
    found.update((name, port) for name, port in ports.items() if port)
    return {**found, "data": data} if data else found


def _export(node: dict[str, Any], exports: Exports | None) -> None:
    if exports is not None:
        for name in ("state", "next", "outputs"):
            if more := getattr(exports, name):
                node[name] = {**node.get(name, {}), **more}


_PLAIN = ("retry", "timeout", "on_error", "cache")


def _plain(draft: Draft) -> dict[str, Any]:
    return {name: draft.fields[name] for name in _PLAIN if name in draft.fields}


def _task(renderer: Renderer, draft: Draft) -> dict[str, Any]:
    given = draft.fields["parameters"]
    parameters = {n: renderer.value(v, draft.id) for n, v in given.items()}
    when = {n: renderer.expression(draft.fields[n], draft.id) for n in ("when",)
            if n in draft.fields}  # fmt: skip
    return {"tool": draft.fields["tool"], **({"parameters": parameters} if parameters else {}),
            **when, **_plain(draft)}  # fmt: skip


def _branch(renderer: Renderer, draft: Draft) -> dict[str, Any]:
    cases = [
        {"name": name, "when": renderer.expression(when, draft.id) if not isinstance(when, str)
         else when}
        for name, when in draft.fields["cases"]
    ]  # fmt: skip
    default = draft.fields["default"]
    return {"cases": cases, **({"default": default} if default else {}), **_plain(draft)}


def _loop(renderer: Renderer, draft: Draft) -> dict[str, Any]:
    fields = draft.fields
    found: dict[str, Any] = {n: fields[n] for n in ("limit", "max_parallel") if n in fields}
    if "over" in fields:
        if (name := renderer.as_name(draft)) != "item":
            found["as"] = name
        found["over"] = renderer.value(fields["over"], draft.id)
    if "until" in fields:
        until = fields["until"]
        found["until"] = (
            until if isinstance(until, str) else renderer.expression(until, draft.id, True)
        )
    if "state" in fields:
        found["state"] = renderer.value(fields["state"], draft.id)
    for port in ("next", "outputs"):
        if port in fields:
            found[port] = {n: renderer.value(v, draft.id, True) for n, v in fields[port].items()}
    return {**found, **_plain(draft)}


def _wait(renderer: Renderer, draft: Draft) -> dict[str, Any]:
    found: dict[str, Any] = {
        n: renderer.value(draft.fields[n], draft.id) for n in ("seconds", "until")
             if n in draft.fields}  # fmt: skip
    form = {"form": draft.fields["form"]} if "form" in draft.fields else {}
    return {**found, **form, **_plain(draft)}


def _note(_renderer: Renderer, draft: Draft) -> dict[str, Any]:
    return {"text": draft.fields["text"]} if draft.fields.get("text") else {}


_KINDS = {"task": _task, "branch": _branch, "loop": _loop, "wait": _wait, "note": _note}
