"""Runs imported workflows with the plain interpreter, our own tools and stand-ins for others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from stageline.plugins import find_tool
from stageline.ports import outputs_of
from stageline.workflow import Workflow
from stageline.workflow.spelling import data_of
from tests.unit.workflow.reference import REQUIRED, Failure, Interpreter, Result, value_of

Fake = Callable[[Mapping[str, Any]], dict[str, Any]]


class Running(Interpreter):
    """``fakes`` stand for tools that do not exist here: parameters to outputs."""

    def __init__(self, fakes: Mapping[str, Fake]) -> None:
        super().__init__({})
        self.fakes = fakes
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def needed(self, node: dict[str, Any]) -> list[tuple[str, str | None]]:
        if node["kind"] == "task":
            tool = find_tool(node["tool"])
            ports = tool.ports if tool else dict.fromkeys(node.get("parameters", {}))
            REQUIRED[node["tool"]] = {n for n, port in ports.items() if not port or port.required}
        return super().needed(node)

    def ports(self, node: dict[str, Any]) -> tuple[str, ...]:
        if node["kind"] == "task":
            tool = find_tool(node["tool"])
            return tuple(tool.outputs) if tool else ("output",)
        return super().ports(node)

    def task(self, node: dict[str, Any], scope: Mapping[str, Any], *_: Any) -> dict[str, Any]:
        given = {n: value_of(v, scope) for n, v in node.get("parameters", {}).items()}
        self.calls.append((node["id"], given))
        tool = find_tool(node["tool"])
        if tool is None:
            return self.fakes[node["tool"]](given)
        if node["tool"] == "fail":
            raise Failure("tool")
        return outputs_of(tool.function(**tool.check(given)))


def run(
    workflow: Workflow, inputs: Mapping[str, Any] | None = None, **fakes: Fake
) -> tuple[Result, list[str]]:
    """The result, and the ids of the tasks in the order in which they were called."""
    document = data_of(workflow)
    specs = document.get("inputs", {})
    defaults = {n: s.get("default") for n, s in specs.items()}
    running, result = Running({n.replace("__", "."): f for n, f in fakes.items()}), Result()
    running.beside = result.maybe
    scope = {"inputs": {**defaults, **(inputs or {})}}
    settled = running.level(document["nodes"], scope, {}, ("", ""), result.statuses)
    result.category = running.failed(document["nodes"], settled)
    if result.category is None:
        given = document.get("outputs", {})
        result.outputs = {n: value_of(v, scope) for n, v in given.items()}
    return result, [name for name, _ in running.calls]
