"""AWS Step Functions: what states, paths and choices become."""

from __future__ import annotations

from typing import Any

import pytest

from stageline.workflow.document import BranchNode, LoopNode, Node, TaskNode, WaitNode
from stageline.workflow.imports import Imported, convert
from tests.unit.workflow.imports.running import run

ARN = "arn:aws:states:::lambda:invoke"


def machine(start: str, **states: Any) -> dict[str, Any]:
    return {"StartAt": start, "States": {n.replace("_", " "): s for n, s in states.items()}}


def imported(start: str, **states: Any) -> Imported:
    found = convert(machine(start, **states))
    assert found.format == "asl"
    assert found.workflow is not None, found.problems
    return found


def nodes_of(found: Imported) -> dict[str, Node]:
    return {node.id: node for node in found.workflow.walk()}  # type: ignore[union-attr]


def task(target: str = "", **more: Any) -> dict[str, Any]:
    way = {"Next": target} if target else {"End": True}
    return {"Type": "Task", "Resource": ARN, **way, **more}


def test_states_keep_names_resources_and_policies() -> None:
    found = imported("Call It", Call_It=task(
        "Done", TimeoutSeconds=30, Parameters={"F": "${Name}"},
        Retry=[{"ErrorEquals": ["X"], "MaxAttempts": 9},
               {"ErrorEquals": ["States.ALL"], "IntervalSeconds": 2, "MaxAttempts": 4,
                "BackoffRate": 1.5}],
        Catch=[{"ErrorEquals": ["States.ALL"], "Next": "Sorry"}]),
        Done={"Type": "Succeed"}, Sorry={"Type": "Fail", "Error": "E", "Cause": "why"})  # fmt: skip
    made = nodes_of(found)
    call = made["call_it"]
    assert isinstance(call, TaskNode)
    assert (call.tool, call.timeout, call.title) == (ARN, 30, "Call It")
    assert call.retry is not None
    assert (call.retry.attempts, call.retry.delay, call.retry.backoff, call.retry.jitter) == (
        5, 2, 1.5, 0)  # fmt: skip
    assert call.parameters == {"Parameters": {"literal": {"F": "${Name}"}}}
    assert (made["done"].after[0].on, made["sorry"].after[0].on) == ("done", "failed")
    assert made["sorry"].parameters == {"message": "E: why"}  # type: ignore[union-attr]
    assert [(e.source, e.target, e.kind) for e in found.edges] == [
        ("Call It", "Done", "control"), ("Call It", "Sorry", "failed")]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"Variable": "$.a.b", "StringEquals": "x"}, 'inputs.input.a.b == "x"'),
        ({"Variable": "$.a-b[0]", "NumericGreaterThanEquals": 3}, 'inputs.input["a-b"][0] >= 3'),
        ({"Variable": "$.a", "IsPresent": True}, "exists(inputs.input.a)"),
        ({"Variable": "$.a", "IsNull": False}, "not (inputs.input.a is None)"),
        ({"Variable": "$.a", "StringMatches": "log-*.txt"},
         r'matches(inputs.input.a, "^log\\-.*\\.txt$")'),
        ({"Variable": "$.a", "NumericLessThanPath": "$.b"}, "inputs.input.a < inputs.input.b"),
        ({"Not": {"Variable": "$.a", "BooleanEquals": True}}, "not (inputs.input.a == True)"),
        ({"And": [{"Variable": "$.a", "IsNumeric": True},
                  {"Or": [{"Variable": "$.b", "StringEquals": "1"}]}]},
         '(type(inputs.input.a) in ["number", "integer"]) and (inputs.input.b == "1")'),
        ({"Variable": "$$.Execution.Input.k", "StringEquals": "q"}, 'inputs.input.k == "q"'),
        ({"Variable": "$.a[?(@.x)]", "StringEquals": "q"}, "False"),
        ({"Condition": "{% $a = 1 %}"}, "False"),
        ({"Variable": "$.a", "Surprise": 1}, "False"),
    ],
)  # fmt: skip
def test_choices(rule: dict[str, Any], expected: str) -> None:
    found = imported("C", C={"Type": "Choice", "Choices": [{**rule, "Next": "D"}], "Default": "E"},
                     D={"Type": "Succeed"}, E={"Type": "Succeed"})  # fmt: skip
    branch = nodes_of(found)["c"]
    assert isinstance(branch, BranchNode)
    assert [(c.name, c.when) for c in branch.cases] == [("d", expected)]
    assert branch.default == "otherwise"
    assert nodes_of(found)["e"].after[0].case == "otherwise"
    doubtful = any(p.code == "untranslated_expression" for p in found.problems)
    assert doubtful == (expected == "False")


def test_paths_lead_to_the_state_that_put_the_value_there() -> None:
    found = imported(
        "A", A=task("B", ResultPath="$.a"), B=task("C", ResultPath=None),
        C={"Type": "Pass", "Parameters": {"x.$": "$.a.deep", "n": 1, "lost.$": "States.UUID()"},
           "ResultPath": "$.c", "Next": "D"},
        D={"Type": "Wait", "SecondsPath": "$.c.n", "Next": "E"},
        E={"Type": "Choice", "Choices": [
            {"Variable": "$.before", "StringEquals": "z", "Next": "F"},
            {"Variable": "$.a.k", "StringEquals": "y", "Next": "F"}]},
        F={"Type": "Succeed"},
    )  # fmt: skip
    made = nodes_of(found)
    given = made["c"].parameters["values"]  # type: ignore[union-attr]
    assert given == {"x": {"ref": "a.output.deep"}, "n": 1, "lost": "States.UUID()"}
    pause = made["d"]
    assert isinstance(pause, WaitNode)
    assert pause.seconds == {"ref": "c.values.n"}
    branch = made["e"]
    assert isinstance(branch, BranchNode)
    assert [c.when for c in branch.cases] == [
        'inputs.input.before == "z"', 'a.output.k == "y"']  # fmt: skip


def test_map_is_a_loop_and_parallel_a_loop_of_one_round() -> None:
    found = imported(
        "Both",
        Both={"Type": "Parallel", "Next": "Each", "ResultPath": "$.both", "Branches": [
            machine("L", L={"Type": "Pass", "Result": {"v": 1}, "End": True}),
            machine("R", R={"Type": "Pass", "Result": {"v": 2}, "End": True})]},
        Each={"Type": "Map", "ItemsPath": "$.items", "MaxConcurrency": 3, "End": True,
              "ItemProcessor": machine("M", M={
                  "Type": "Pass", "Parameters": {"got.$": "$.name"}, "End": True})},
    )  # fmt: skip
    both, each = (nodes_of(found)[n] for n in ("both", "each"))
    assert isinstance(both, LoopNode)
    assert isinstance(each, LoopNode)
    assert [n.title for n in both.nodes] == ["L", "R"]
    assert (each.max_parallel, each.over) == (3, {"ref": "inputs.input.items"})
    names = [{"name": "a"}, {"name": "b"}]
    result, _ = run(found.workflow, {"input": {"items": names}})  # type: ignore[arg-type]
    assert result.category is None
    assert sorted(result.statuses) == ["both", "each", "l[0]", "m[0]", "m[1]", "r[0]"]


def test_waiting_for_a_job_becomes_a_loop() -> None:
    found = imported(
        "Start", Start=task("Wait", ResultPath="$.job"),
        Wait={"Type": "Wait", "Seconds": 0.001, "Next": "Ask"},
        Ask=task("Done", ResultPath="$.state", Parameters={"Id.$": "$.job.Id"}),
        Done={"Type": "Choice", "Choices": [{"Variable": "$.state.Status", "StringEquals": "OK",
                                             "Next": "After"}], "Default": "Wait"},
        After=task(),
    )  # fmt: skip
    loop = nodes_of(found)["loop_wait"]
    assert isinstance(loop, LoopNode)
    assert loop.until == '(done.case in ["after"])'
    answers = iter(["NO", "NO", "OK"])

    def call(given: Any) -> dict[str, Any]:
        return {"output": {"Status": next(answers) if "Parameters" in given else "-"}}

    result, calls = run(found.workflow, None, **{ARN: call})  # type: ignore[arg-type]
    assert result.category is None
    assert calls == ["start", "ask", "ask", "ask", "after"]


def test_a_next_that_is_not_there_dangles() -> None:
    found = imported("A", A=task("Nowhere"))
    assert [(e.kind, e.target) for e in found.edges] == [("dangling", "Nowhere")]
    assert "dangling_edge" in [p.code for p in found.problems]


def test_a_map_without_states_is_kept_as_a_task() -> None:
    found = imported("M", M={"Type": "Map", "End": True, "ItemProcessor": {"States": {}}})
    assert isinstance(nodes_of(found)["m"], TaskNode)


def test_a_map_says_what_it_cannot_go_through() -> None:
    inner = {"ItemProcessor": machine("B", B=task())}
    for more in ({"ItemReader": {"Resource": "arn:reader"}}, {"Items": "{% $states.x %}"}):
        found = imported("A", A={"Type": "Map", "End": True, **inner, **more})
        lost = [p for p in found.problems if p.code == "untranslated_expression"]
        assert len(lost) == 1
        assert "arn:reader" in lost[0].message or "$states.x" in lost[0].message
        assert nodes_of(found)["a"].over == {"literal": []}  # type: ignore[union-attr]
    given = imported("A", A={"Type": "Map", "End": True, "Items": [1, 2], **inner})
    assert nodes_of(given)["a"].over == {"literal": [1, 2]}  # type: ignore[union-attr]


def test_a_wait_says_which_time_it_cannot_tell() -> None:
    found = imported("W", W={"Type": "Wait", "Seconds": "{% $random() * 9 %}", "End": True})
    assert [p.code for p in found.problems] == ["untranslated_expression", "unknown_tool"]
    assert "$random()" in found.problems[0].message


def test_what_a_state_gave_in_the_round_before_makes_no_loop_of_its_own() -> None:
    inner = {"ItemProcessor": machine("B", B=task())}
    found = imported(
        "Start", Start={"Type": "Pass", "Next": "Check"},
        Check={"Type": "Choice", "Default": "Done",
               "Choices": [{"Variable": "$.n", "NumericEquals": 1, "Next": "Each"}]},
        Each={"Type": "Map", "Next": "Check", **inner}, Done={"Type": "Succeed"},
    )  # fmt: skip
    loops = {n.id for n in nodes_of(found).values() if isinstance(n, LoopNode)}
    assert loops == {"loop_check", "each"}


def test_a_state_without_a_type_is_what_its_fields_say() -> None:
    inner = {"ItemProcessor": machine("B", B={"Resource": ARN, "End": True})}
    found = imported("A", A={"Next": "C", **inner}, C={"End": True})
    made = nodes_of(found)
    assert isinstance(made["a"], LoopNode)
    assert [n.id for n in made["a"].nodes] == ["b"]
    missing = {p.node: p.message for p in found.problems if p.code == "missing_type"}
    assert missing.keys() == {"a", "b", "c"}
    assert "a Map" in missing["a"]
