"""Kestra: tasks in order, branches, loops, and what Kestra refuses."""

from __future__ import annotations

from typing import Any

from stageline.workflow import import_document
from stageline.workflow.document import BranchNode, LoopNode, Node, TaskNode
from stageline.workflow.imports import Imported
from tests.unit.workflow.imports.running import run
from tests.unit.workflow.reference import Failure

CORE = "io.kestra.plugin.core"
FLOW = f"""
id: demo
namespace: acme.team
inputs:
  - {{id: kind, type: STRING}}
  - {{id: n, type: INT, defaults: 3}}
tasks:
  - {{id: begin, type: {CORE}.log.Log, message: hi, timeout: PT1H30M,
      retry: {{type: constant, interval: PT15S, maxAttempt: 5}}}}
  - id: which
    type: {CORE}.flow.Switch
    value: "{{{{ inputs.kind }}}}"
    cases:
      a: [{{id: in_a, type: {CORE}.log.Log, message: a}}]
      b: [{{id: in_b, type: {CORE}.log.Log, message: b}}]
    defaults: [{{id: other, type: {CORE}.log.Log, message: c}}]
  - id: each
    type: {CORE}.flow.ForEach
    values: [1, 2]
    concurrencyLimit: 2
    tasks: [{{id: inner, type: {CORE}.log.Log, message: x}}]
  - id: both
    type: {CORE}.flow.Parallel
    tasks:
      - {{id: p, type: {CORE}.log.Log, message: p}}
      - {{id: q, type: {CORE}.log.Log, message: q, allowFailure: true}}
  - id: last_one
    type: {CORE}.log.Log
    message: end
"""


def nodes_of(found: Imported) -> dict[str, Node]:
    assert found.workflow is not None, found.problems
    return {node.id: node for node in found.workflow.walk()}


def test_a_flow_runs_in_the_order_that_it_says() -> None:
    found = import_document(FLOW)
    assert found.format == "kestra"
    made = nodes_of(found)
    first, which, each, both = (made[n] for n in ("begin", "which", "each", "both"))
    assert isinstance(first, TaskNode)
    assert (first.tool, first.timeout) == (f"{CORE}.log.Log", 5400)
    assert (first.retry.attempts, first.retry.delay) == (5, 15)  # type: ignore[union-attr]
    assert isinstance(which, BranchNode)
    assert [(c.name, c.when) for c in which.cases] == [
        ("a", 'inputs.kind == "a"'), ("b", 'inputs.kind == "b"')]  # fmt: skip
    assert isinstance(each, LoopNode)
    assert isinstance(both, LoopNode)
    assert (each.max_parallel, made["q"].on_error) == (2, "continue")
    fakes: Any = {f"{CORE}.log.Log": lambda _: {}}
    result, calls = run(found.workflow, {"kind": "b", "n": 3}, **fakes)  # type: ignore[arg-type]
    assert result.category is None
    assert calls == ["begin", "in_b", "inner", "inner", "p", "q", "last_one"]


def test_a_dag_follows_its_dependencies() -> None:
    found = import_document(f"""
id: d
namespace: n
tasks:
  - id: dag
    type: {CORE}.flow.Dag
    tasks:
      - task: {{id: b, type: {CORE}.log.Log, message: b}}
        dependsOn: [a]
      - task: {{id: a, type: {CORE}.log.Log, message: a}}
""")
    assert [(e.source, e.target) for e in found.edges] == [("a", "b")]
    assert nodes_of(found)["b"].after[0].node == "a"


def test_everything_that_is_refused_is_said() -> None:
    found = import_document(f"""
id: "a#"
namespace: N
tasks:
  - {{id: t, type: {CORE}.flow.Parallel}}
  - {{id: t, type: {CORE}.flow.Switch, cases: {{}}}}
  - {{type: {CORE}.log.Log, massage: x}}
""")
    assert found.workflow is None
    assert {p.code for p in found.problems if p.severity == "error"} == {
        "invalid_id", "invalid_namespace", "missing_tasks", "duplicate_id", "empty_switch",
        "unknown_property",
    }  # fmt: skip


def test_what_runs_after_failures_and_at_last() -> None:
    found = import_document(f"""
id: d
namespace: n
triggers: [{{id: daily, type: {CORE}.trigger.Schedule, cron: "0 9 * * *"}}]
tasks: [{{id: a, type: {CORE}.log.Log, message: a}}, {{id: b, type: {CORE}.log.Log, message: b}}]
errors: [{{id: sorry, type: {CORE}.debug.Return, format: s}}]
finally: [{{id: cleanup, type: {CORE}.debug.Echo, format: c}}]
""")
    made = nodes_of(found)
    assert [(a.node, a.on) for a in made["sorry"].after] == [("a", "failed"), ("b", "failed")]
    assert made["cleanup"].join == "always"
    assert made["daily"].kind == "note"

    def fail(_: Any) -> dict[str, Any]:
        raise Failure("tool")

    fakes: Any = {f"{CORE}.log.Log": fail, f"{CORE}.debug.Return": lambda _: {},
                  f"{CORE}.debug.Echo": lambda _: {}}  # fmt: skip
    _, calls = run(found.workflow, **fakes)  # type: ignore[arg-type]
    assert calls == ["a", "sorry", "cleanup"]
