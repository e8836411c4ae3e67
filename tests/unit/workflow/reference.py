"""A plain interpreter of workflow documents: one node after the other, nothing side by side.

It says what a document has to come to, and is written to be read: no Prefect, no frames, no
edges as objects. It works on documents as JSON data, finds references by itself, and shares with
the product only the evaluation of expressions. It knows the few tools of the property tests.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from stageline.errors import StagelineError
from stageline.workflow.expressions import evaluate

PATH = re.compile(r"[A-Za-z][A-Za-z0-9_-]*(?:\.[A-Za-z][A-Za-z0-9_-]*|\[\d+\])*")
STEP = re.compile(r"\.([A-Za-z][A-Za-z0-9_-]*)|\[(\d+)\]")
HOLE = re.compile(r"\$\$\{|\$\{([^}]*)\}")
REQUIRED = {"echo": {"value"}, "set_values": set(), "fail": set()}
PORTS = {"echo": ("value",), "set_values": ("values",), "fail": ()}


class Failure(Exception):  # noqa: N818 - the name of what happens to a node
    """A node fails, with an error of this category."""

    def __init__(self, category: str) -> None:
        super().__init__(category)
        self.category = category


@dataclass
class Settled:
    """How a node ended: completed, failed or skipped."""

    status: str
    ports: dict[str, Any] | None = None  # None: skipped
    passes: bool = False


@dataclass
class Result:
    """What a document comes to. ``maybe``: rounds that may have begun beside a failed one."""

    statuses: dict[str, str] = field(default_factory=dict)
    maybe: dict[str, str] = field(default_factory=dict)
    outputs: dict[str, Any] = field(default_factory=dict)
    category: str | None = None


# --- references ------------------------------------------------------------------------------


def names_in_value(value: Any) -> Iterator[tuple[str, str | None]]:
    """Root and first step of every path in a value."""
    if isinstance(value, str):
        yield from (split(hole[1]) for hole in HOLE.finditer(value) if hole[1] is not None)
    elif isinstance(value, dict) and set(value) == {"ref"}:
        yield split(value["ref"])
    elif isinstance(value, dict) and set(value) == {"expr"}:
        yield from names_in_expression(value["expr"])
    elif isinstance(value, dict) and set(value) == {"literal"}:
        return
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from names_in_value(item)


def names_in_expression(text: str) -> Iterator[tuple[str, str | None]]:
    for found in ast.walk(ast.parse(text, mode="eval")):
        if isinstance(found, ast.Attribute) and isinstance(found.value, ast.Name):
            yield found.value.id, found.attr


def split(path: str) -> tuple[str, str | None]:
    root, *steps = path.replace("[", ".[").split(".")
    return root, steps[0] if steps else None


# --- values ----------------------------------------------------------------------------------


def look_up(path: str, scope: Mapping[str, Any]) -> Any:
    assert PATH.fullmatch(path), path
    root = re.match(r"[^.\[]+", path)[0]  # type: ignore[index]
    value = scope.get(root)
    if value is None:
        return None
    for name, number in STEP.findall(path[len(root) :]):
        if name and isinstance(value, dict) and name in value:
            value = value[name]
        elif number and isinstance(value, list) and int(number) < len(value):
            value = value[int(number)]
        else:
            raise Failure("tool")
    return value


def compute(text: str, scope: Mapping[str, Any]) -> Any:
    try:
        return evaluate(text, scope)
    except StagelineError as error:
        raise Failure(error.category) from error


def value_of(value: Any, scope: Mapping[str, Any]) -> Any:  # noqa: PLR0911 - one a kind
    if isinstance(value, str):
        return HOLE.sub(lambda hole: filled(hole, scope), value)
    if isinstance(value, list):
        return [value_of(item, scope) for item in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {"ref"}:
        return look_up(value["ref"], scope)
    if set(value) == {"expr"}:
        return compute(value["expr"], scope)
    if set(value) == {"literal"}:
        return value["literal"]
    return {name: value_of(item, scope) for name, item in value.items()}


def filled(hole: re.Match[str], scope: Mapping[str, Any]) -> str:
    if hole[1] is None:
        return "${"
    found = look_up(hole[1], scope)
    if found is None:
        return ""
    if isinstance(found, str):
        return found
    return json.dumps(found, separators=(",", ":"), ensure_ascii=False)


# --- the graph -------------------------------------------------------------------------------


class Interpreter:
    """Runs a document. ``documents`` are the subflows by digest."""

    def __init__(self, documents: Mapping[str, Any]) -> None:
        self.documents = documents

    def needed(self, node: dict[str, Any]) -> list[tuple[str, str | None]]:
        """What of other nodes a node cannot do without; that of a loop's body not among it."""
        found = list(names_in_expression(node["when"])) if "when" in node else []
        kind = node["kind"]
        if kind == "task":
            required = REQUIRED[node["tool"]]
            found += [name for port, value in node.get("parameters", {}).items()
                      if port in required for name in names_in_value(value)]  # fmt: skip
        elif kind == "branch":
            found += [name for case in node["cases"] for name in names_in_expression(case["when"])]
        elif kind == "loop":
            found += names_in_value([node.get("over"), *node.get("state", {}).values()])
            found += names_in_expression(node["until"]) if "until" in node else []
        elif kind == "wait":
            found += names_in_value([node.get("seconds"), node.get("until")])
        elif kind == "subflow":
            specs = self.documents[node["document"]].get("inputs", {})
            required = {port for port in node.get("inputs", {}) if "default" not in specs[port]}
            found += [n for port in required for n in names_in_value(node["inputs"][port])]
        return [name for name in found if name[1] != "error"]

    def mentioned(self, node: dict[str, Any]) -> Iterator[str]:
        """Every root that a node mentions anywhere, a loop's body included."""
        yield from (after["node"] for after in node.get("after", []))
        yield from (root for root, _ in self.needed(node))
        held = [node.get(part) for part in ("parameters", "inputs", "state", "next", "outputs")]
        yield from (root for root, _ in names_in_value([node.get("over"), *held]))
        for text in [
            node.get("when"),
            node.get("until"),
            *(c["when"] for c in node.get("cases", [])),
        ]:
            if isinstance(text, str):
                yield from (root for root, _ in names_in_expression(text))
        for inner in node.get("nodes", []):
            yield from self.mentioned(inner)

    def level(
        self,
        nodes: list[dict[str, Any]],
        scope: dict[str, Any],
        around: Mapping[str, Settled],
        path: tuple[str, str],
        statuses: dict[str, str],
    ) -> dict[str, Settled]:
        """Settle all nodes of a level, each after what it mentions. ``scope`` is filled in."""
        by_id = {node["id"]: node for node in nodes if node["kind"] != "note"}
        settled: dict[str, Settled] = {}

        def settle(name: str) -> None:
            if name in settled:
                return
            node = by_id[name]
            for source in self.mentioned(node):
                if source in by_id and source != name:
                    settle(source)
            how = self.node(node, scope, {**around, **settled}, by_id, path, statuses)
            settled[name] = how
            scope[name] = how.ports
            statuses[f"{path[0]}{name}{path[1]}"] = how.status

        for name in by_id:
            settle(name)
        return settled

    def node(
        self,
        node: dict[str, Any],
        scope: dict[str, Any],
        seen: Mapping[str, Settled],
        beside: Mapping[str, Any],
        path: tuple[str, str],
        statuses: dict[str, str],
    ) -> Settled:
        """One node, everything that it mentions being settled."""
        if not self.may_run(node, seen, beside):
            return Settled("skipped")
        try:
            if "when" in node and not compute(node["when"], scope):
                return Settled("skipped")
            ports = getattr(self, node["kind"])(node, scope, seen, path, statuses)
            return Settled("completed", {**ports, "error": None}, passes=True)
        except Failure as failure:
            null = dict.fromkeys(self.ports(node))
            error = {"category": failure.category, "message": ""}
            passes = node.get("on_error") == "continue"
            return Settled("failed", {**null, "error": error}, passes)

    def may_run(
        self, node: dict[str, Any], seen: Mapping[str, Settled], beside: Mapping[str, Any]
    ) -> bool:
        alive = [self.is_alive(after, seen[after["node"]]) for after in node.get("after", [])]
        needed = {root for root, _ in self.needed(node)}
        alive += [seen[root].passes for root in sorted(needed) if root in beside]
        join = node.get("join", "all")
        if join == "any":
            return any(alive) or not alive
        if join == "always":
            return True
        outer = [seen[root].passes for root in needed if root in seen and root not in beside]
        return all(alive) and all(outer)

    def is_alive(self, after: dict[str, Any], source: Settled) -> bool:
        on = after.get("on", "done")
        if on == "failed":
            return source.status == "failed"
        if on == "case":
            return source.passes and (source.ports or {}).get("case") == after["case"]
        return source.passes

    def ports(self, node: dict[str, Any]) -> tuple[str, ...]:
        kind = node["kind"]
        if kind == "task":
            return PORTS[node["tool"]]
        if kind == "subflow":
            return tuple(self.documents[node["document"]].get("outputs", {}))
        if kind == "loop":
            return (*node.get("outputs", {}), *node.get("state", {}), "count")
        return {"branch": ("case",), "wait": ("until",)}[kind]

    def failed(self, nodes: list[dict[str, Any]], settled: Mapping[str, Settled]) -> str | None:
        """The category of the first failure, in document order, that nothing handles."""
        handled = {after["node"] for node in nodes for after in node.get("after", [])
                   if after.get("on") == "failed"}  # fmt: skip
        for node in nodes:
            how = settled.get(node["id"])
            fatal = node.get("on_error", "fail") == "fail" and node["id"] not in handled
            if how and how.status == "failed" and fatal:
                return str((how.ports or {})["error"]["category"])
        return None

    # --- kinds ---

    def task(self, node: dict[str, Any], scope: Mapping[str, Any], *_: Any) -> dict[str, Any]:
        given = {n: value_of(v, scope) for n, v in node.get("parameters", {}).items()}
        if node["tool"] == "echo":
            return {"value": given["value"]}
        if node["tool"] == "fail":
            text = given.get("message")
            raise Failure("tool" if text is None or isinstance(text, str) else "invalid_input")
        values, onto = given.get("values"), given.get("onto")
        if not all(part is None or isinstance(part, dict) for part in (values, onto)):
            raise Failure("invalid_input")
        return {"values": {**(onto or {}), **(values or {})}}

    def branch(self, node: dict[str, Any], scope: Mapping[str, Any], *_: Any) -> dict[str, Any]:
        for case in node["cases"]:
            if compute(case["when"], scope):
                return {"case": case["name"]}
        return {"case": node.get("default")}

    def wait(self, node: dict[str, Any], scope: Mapping[str, Any], *_: Any) -> dict[str, Any]:
        seconds = value_of(node["seconds"], scope)
        if isinstance(seconds, bool) or not isinstance(seconds, int | float) or seconds < 0:
            raise Failure("invalid_input")
        return {"until": "some time"}

    def subflow(
        self,
        node: dict[str, Any],
        scope: Mapping[str, Any],
        _: Any,
        path: tuple[str, str],
        statuses: dict[str, str],
    ) -> dict[str, Any]:
        given = {n: value_of(v, scope) for n, v in node.get("inputs", {}).items()}
        inner = self.documents[node["document"]]
        inputs = {n: spec["default"] for n, spec in inner.get("inputs", {}).items()
                  if "default" in spec}  # fmt: skip
        inputs |= {n: v for n, v in given.items() if v is not None}
        for name in inner.get("inputs", {}):
            if not isinstance(inputs.get(name), int) or isinstance(inputs[name], bool):
                raise Failure("invalid_input")
        own: dict[str, Any] = {"inputs": inputs}
        prefix = f"{path[0]}{node['id']}{path[1]}."
        settled = self.level(inner["nodes"], own, {}, (prefix, ""), statuses)
        if category := self.failed(inner["nodes"], settled):
            raise Failure(category)
        return {n: value_of(v, own) for n, v in inner.get("outputs", {}).items()}

    def loop(  # noqa: C901 - the rounds in one place
        self,
        node: dict[str, Any],
        scope: dict[str, Any],
        seen: Mapping[str, Settled],
        path: tuple[str, str],
        statuses: dict[str, str],
    ) -> dict[str, Any]:
        items = None
        if "over" in node:
            items = value_of(node["over"], scope)
            if not isinstance(items, list):
                raise Failure("invalid_input")
            items = items[: node.get("limit")]
        state = {n: value_of(v, scope) for n, v in node.get("state", {}).items()}
        rounds: list[dict[str, Any]] = []
        error: Failure | None = None
        for number in range(node["limit"] if items is None else len(items)):
            inside = {**scope, "index": number, "state": state}
            if items is not None:
                inside[node.get("as", "item")] = items[number]
            said: dict[str, str] = {}
            try:
                here = (path[0], f"{path[1]}[{number}]")
                found, after, holds = self.one_round(node, inside, seen, here, said)
            except Failure as failure:
                error = error or failure
                statuses |= said if failure is error else {}
                self.beside |= said if failure is not error else {}
                if node.get("max_parallel", 1) > 1:
                    continue  # others may be under way
                break
            if error:
                self.beside |= said
                continue
            statuses |= said
            rounds.append(found)
            state = {**state, **after}
            if holds:
                break
        if error:
            raise error
        if items is not None:
            named = {n: [found[n] for found in rounds] for n in node.get("outputs", {})}
        else:
            named = {n: rounds[-1][n] for n in node.get("outputs", {})}
        return {**state, **named, "count": len(rounds)}

    def one_round(
        self,
        node: dict[str, Any],
        inside: dict[str, Any],
        seen: Mapping[str, Settled],
        path: tuple[str, str],
        statuses: dict[str, str],
    ) -> tuple[dict[str, Any], dict[str, Any], bool]:
        settled = self.level(node["nodes"], inside, seen, path, statuses)
        if category := self.failed(node["nodes"], settled):
            raise Failure(category)
        found = {n: value_of(v, inside) for n, v in node.get("outputs", {}).items()}
        after = {n: value_of(v, inside) for n, v in node.get("next", {}).items()}
        inside["state"] = {**inside["state"], **after}
        holds = "until" in node and bool(compute(node["until"], inside))
        return found, after, holds

    beside: dict[str, str]


def interpret(
    document: dict[str, Any], inputs: Mapping[str, Any], documents: Mapping[str, Any] | None = None
) -> Result:
    """Run a valid document with these inputs (defaults are filled in)."""
    interpreter, result = Interpreter(documents or {}), Result()
    interpreter.beside = result.maybe
    specs = document.get("inputs", {})
    scope = {"inputs": {n: s["default"] for n, s in specs.items() if "default" in s} | dict(inputs)}
    settled = interpreter.level(document["nodes"], scope, {}, ("", ""), result.statuses)
    result.category = interpreter.failed(document["nodes"], settled)
    if result.category is None:
        try:
            result.outputs = {n: value_of(v, scope) for n, v in document.get("outputs", {}).items()}
        except Failure as failure:
            result.category = failure.category
    return result
