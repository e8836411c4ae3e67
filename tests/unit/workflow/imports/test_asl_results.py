"""AWS Step Functions: what states give on, from round to round and in the end."""

from __future__ import annotations

from typing import Any

import pytest

from stageline.workflow.spelling import data_of
from tests.unit.workflow.imports.running import Running, run
from tests.unit.workflow.imports.test_asl import ARN, imported, task
from tests.unit.workflow.reference import Failure


def result(found: Any, given: dict[str, Any] | None = None, **fakes: Any) -> Any:
    ended, _ = run(found.workflow, {"input": given or {}}, **fakes)
    assert ended.category is None, ended
    return ended.outputs["output"]


def passing(target: str = "", **more: Any) -> dict[str, Any]:
    return {"Type": "Pass", **({"Next": target} if target else {"End": True}), **more}


@pytest.mark.parametrize("given", ["Done", 7, ["a", {"b.$": "$.c"}], {"n": 1}])
def test_a_machine_gives_what_its_last_state_gives(given: Any) -> None:
    found = imported("P", P=passing("Q", Result=given), Q={"Type": "Succeed"})
    assert result(found) == given
    assert found.problems == ()


def test_a_state_that_keeps_its_input_gives_that() -> None:
    found = imported("T", T=task("U", ResultPath=None), U=passing())
    assert result(found, {"x": 1}, **{ARN: lambda _: {"output": 2}}) == {"x": 1}


def test_what_a_result_stands_beside_is_named() -> None:
    found = imported("T", T=task(ResultPath="$.found"))
    assert "ResultPath $.found" in found.problems[0].message
    assert result(found, {"x": 1}, **{ARN: lambda _: {"output": 2}}) == 2


def test_rounds_go_on_from_what_the_one_before_gave() -> None:
    less = {"Variable": "$.n", "NumericLessThan": 3, "Next": "Add"}
    add = {"n.$": "States.MathAdd($.n, 1)", "name.$": "$.name"}
    found = imported(
        "Begin",
        Begin=passing("Add", Parameters={"n": 0, "name.$": "$.name"}),
        Add=passing("Enough", Parameters=add),
        Enough={"Type": "Choice", "Choices": [less], "Default": "End"},
        End={"Type": "Succeed"},
    )
    assert found.problems == ()
    assert result(found, {"name": "A"}) == {"n": 3, "name": "A"}


def test_what_goes_round_only_by_reference_makes_no_loop_inside() -> None:
    """The choice reads what the state after it gave in the round before."""
    more = {"Variable": "$.n", "NumericLessThan": 4, "Next": "Set"}
    found = imported(
        "Begin",
        Begin=passing("Work", Parameters={"n": 1}),
        Work=task("More", ResultPath=None),
        More={"Type": "Choice", "Choices": [more], "Default": "Last"},
        Set=passing("Work", Parameters={"n.$": "States.MathAdd($.n, 2)"}),
        Last=passing(),
    )
    assert found.workflow is not None
    assert [n.kind for n in found.workflow.nodes] == ["task", "loop", "branch", "task"]
    assert result(found, **{ARN: lambda _: {"output": None}}) == {"n": 5}


@pytest.mark.parametrize(
    ("written", "expected"),
    [("States.Format('{} of \\{{}\\}, it\\'s {}', $.n, 'x', $.t)", "3 of {x}, it's A,b"),
     ("States.Array($.n, 'a', null, true, 1.5)", [3, "a", None, True, 1.5]),
     ("States.ArrayLength(States.Array(1, 2))", 2), ("States.ArrayGetItem($.l, 1)", 8),
     ("States.ArrayContains($.l, 9)", False), ("States.ArrayUnique(States.Array(1, 1))", [1]),
     ("States.StringToJson(States.JsonToString($.l))", [7, 8]), ("States.MathAdd($.n, -4)", -1)],
)  # fmt: skip
def test_intrinsic_functions(written: str, expected: Any) -> None:
    found = imported("P", P=passing(Parameters={"v.$": written}))
    assert found.problems == ()
    assert result(found, {"n": 3, "t": "A,b", "l": [7, 8]}) == {"v": expected}


@pytest.mark.parametrize(
    "written",
    ["States.UUID()", "States.Format($.t, 1)", "States.Format('{}')", "States.MathAdd(1)",
     "States.Array(1", "States.Array(1) 2", "States.Array(" * 20, "States.Hash('a', 'MD5')"],
)  # fmt: skip
def test_a_function_that_expressions_have_not_is_named(written: str) -> None:
    found = imported("P", P=passing(Parameters={"v.$": written}))
    assert [p.code for p in found.problems] == ["untranslated_expression"]
    assert result(found) == {"v": written}


def test_jsonata_is_followed_where_it_is_a_path_and_named_elsewhere() -> None:
    found = imported(
        "P",
        P=passing("M", Output={"list": "{% $states.input.items %}", "sum": "{% $sum(x) %}"},
                  Assign={"total": 1}),
        M={"Type": "Map", "Items": "{% $states.input.list %}", "End": True, "ItemProcessor": {
            "StartAt": "One", "States": {"One": passing(Output="{% $states.input.price %}")}}},
    )  # fmt: skip
    assert result(found, {"items": [{"price": 2}, {"price": 5}]}) == [2, 5]
    assert [p.message.split("'")[1] for p in found.problems] == ["{% $sum(x) %}", "Assign total"]


@pytest.mark.parametrize(
    ("said", "expected"),
    [({"Error": "E", "Cause": "C"}, "E: C"), ({"ErrorPath": "$.e", "Cause": "C"}, "late: C"),
     ({"CausePath": "States.Format('at {}', $.n)"}, "at 3"), ({}, "F"),
     ({"Cause": "{% $states.input.e %}"}, "late")],
)  # fmt: skip
def test_a_failure_says_what_stands_at_its_paths(said: dict[str, Any], expected: str) -> None:
    found = imported("F", F={"Type": "Fail", **said})
    assert found.workflow is not None
    running = Running({})
    scope = {"inputs": {"input": {"e": "late", "n": 3}}}
    with pytest.raises(Failure):
        running.task(data_of(found.workflow)["nodes"][0], scope)
    assert running.calls == [("f", {"message": expected})]


def test_batches_of_a_map_are_named() -> None:
    inside = {"StartAt": "P", "States": {"P": passing()}}
    found = imported("M", M={"Type": "Map", "ItemBatcher": {"MaxItemsPerBatch": 2}, "End": True,
                             "ItemProcessor": inside})  # fmt: skip
    assert "ItemBatcher" in found.problems[0].message
