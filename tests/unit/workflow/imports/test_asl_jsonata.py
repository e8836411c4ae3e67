"""AWS Step Functions: formulas in JSONata."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.workflow.imports.running import run
from tests.unit.workflow.imports.test_asl import ARN, imported, task

GIVEN = {"prices": [1, 2, 3], "who": " Ada  L ", "n": -3, "o": {"k": 1}, "half": 2.5, "no": False}


def formula(written: str) -> Any:
    state = {"Type": "Pass", "Output": {"found": f"{{% {written} %}}"}, "End": True}
    found = imported("P", P=state)
    ended, _ = run(found.workflow, {"input": GIVEN})
    return [p.code for p in found.problems], ended.outputs["output"]["found"]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1 + 2 * 3 - -1", 8), ("(1 + 2) * 3", 9), ("$states.input.n % 2", -1),
        ("$states.input.who & 7", " Ada  L 7"), ("$trim($states.input.who)", "Ada L"),
        ("$sum($states.input.prices) / 4", 1.5), ("$max($states.input.n)", -3),
        ("$count($states.input.n)", 1), ("$count($states.input.prices)", 3),
        ("$states.input.prices[1]", 2), ("$states.input.prices[-1]", 3),
        ("[$states.input.prices, 4]", [1, 2, 3, 4]), ("[[1], [2]]", [[1], [2]]),
        ("$append($states.input.prices, 4)", [1, 2, 3, 4]),
        ("{'a': $states.input.o.k, \"b\": [1]}", {"a": 1, "b": [1]}),
        ("$states.input.n < 0 ? 'less' : 'more'", "less"), ("2 in $states.input.prices", True),
        ("$not($states.input.no) and $states.input.n != 0", True), ("$floor(-2.5)", -3),
        ("$ceil($states.input.half)", 3), ("$substring('harbour', 1, 3)", "arb"),
        ("$substringBefore('a-b-c', '-')", "a"), ("$states.input.o.`k`", 1),
        ("$exists($states.input.absent)", False), ("$uppercase('x') = 'X' or false", True),
        ("$join($split('a,b', ','), '+')", "a+b"), ("$lookup($states.input.o, 'k')", 1),
        ("'it\\u0027s'", "it's"), ("true", True), ("$parse('[1]')", [1]),
    ],
)  # fmt: skip
def test_what_a_formula_gives(written: str, value: Any) -> None:
    assert formula(written) == ([], value)


@pytest.mark.parametrize("written", [
    "$random()", "$states.input.prices[$ > 1]", "$map($states.input.prices, function($x) {$x})",
    "$x := 1", "unknown", "$states.input.who.$uppercase()", "1 +", "$replace('a', /a/, 'b')",
    "$states.input.prices.{'a': 1}", "$merge([{}, {}])", "$states.input.n ~> $string",
    "(" * 60 + "1" + ")" * 60, "-" * 80 + "1", "$substring('abc', -1)", "'a", "",
])  # fmt: skip
def test_a_formula_without_an_equal_is_named_and_kept(written: str) -> None:
    assert formula(written) == (["untranslated_expression"], f"{{% {written} %}}")


def test_what_states_put_together_goes_on() -> None:
    found = imported(
        "T",
        T=task("C", Output={"x": "{% $states.result.a %}", "sum": "{% $states.input.n + 1 %}"}),
        C={"Type": "Choice", "Default": "No",
           "Choices": [{"Condition": "{% $states.input.x = 'yes' and $states.input.sum = 5 %}",
                        "Next": "Yes"}]},
        Yes={"Type": "Succeed", "Output": "{% [$states.input.x, $states.input.sum] %}"},
        No={"Type": "Fail"},
    )  # fmt: skip
    assert [p.code for p in found.problems] == ["unknown_tool"]
    ended, _ = run(found.workflow, {"input": {"n": 4}}, **{ARN: lambda _: {"output": {"a": "yes"}}})
    assert ended.outputs["output"] == ["yes", 5]


def test_an_output_that_cannot_be_told_is_not_followed() -> None:
    found = imported(
        "T",
        T=task("P", Output={"id": "{% $uuid() %}", "a": "{% $states.result.a %}"}),
        P={"Type": "Pass", "Output": {"id": "{% $states.input.id %}"}, "End": True},
    )
    lost = [p.message for p in found.problems if p.code == "untranslated_expression"]
    assert "$states.input.id" in lost[0]


def test_failures_that_a_map_tolerates_are_named() -> None:
    inner = {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}}
    found = imported(
        "M",
        M={"Type": "Map", "Items": [1, 2], "ItemProcessor": inner, "End": True,
           "ToleratedFailurePercentage": 5},
    )  # fmt: skip
    assert [p.message for p in found.problems] == [
        "'ToleratedFailurePercentage 5' could not be followed."
    ]
