"""n8n: formulas in JavaScript."""

from __future__ import annotations

from typing import Any

import pytest

from stageline.workflow.spelling import data_of
from tests.unit.workflow.imports.running import run
from tests.unit.workflow.imports.test_n8n import codes, imported, node
from tests.unit.workflow.reference import value_of

GIVEN = {"name": " Ada ", "n": 7, "neg": -7, "none": None, "empty": [], "list": ["b", "a"],
         "no": False, "zero": 0, "o": {"k-1": "v"}, "half": -2.5, "text": "x=1"}  # fmt: skip


def formula(written: str) -> Any:
    fields = [{"name": "found", "value": f"={{{{ {written} }}}}"}]
    found = imported(
        [node("Go", "webhook"), node("Set", "set", {"assignments": {"assignments": fields}})],
        ("Go", 0, "Set"),
    )
    workflow = found.workflow
    assert workflow is not None
    ended, _ = run(workflow, {"go": GIVEN})
    step = next(node for node in data_of(workflow)["nodes"] if node["title"] == "Set")
    return codes(found), ended, step


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("$json.n + 1", 8), ("$json.n - 2 * 3", 1), ("$json.neg % 4", -3), ("-$json.n", -7),
        ("'n: ' + $json.n + '!'", "n: 7!"), ("$json.name.trim().toUpperCase()", "ADA"),
        ("$json.absent || $json.none || 'else'", "else"), ("$json.n || 1", 7),
        ("$json.empty && 'yes'", "yes"), ("$json.no && 'yes'", False), ("!$json.empty", False),
        ("!!$json.absent", False), ("!!$json.zero", False), ("!!$json.name", True),
        ("$json.none ?? 3", 3), ("$json.zero ?? 3", 0), ("$json.n === 7", True),
        ("$json.n !== '7'", True), ("$json.none == null", True), ("$json.n != undefined", True),
        ("$json.text == 'x=1'", True), ("$json.n > 5 && $json.n <= 7", True),
        ("$json.n > 9 ? 'more' : $json.n > 6 ? 'some' : 'less'", "some"),
        ("$json.list.join()", "b,a"), ("$json.list.length", 2), ("$json.o.length", None),
        ("$json.list.includes('a')", True),
        ("$json.text.split('=')[1]", "1"), ("$json.text.slice(-1)", "1"),
        ("$json['o']['k-1'].toUpperCase()", "V"), ("Math.floor($json.half)", -3),
        ("JSON.stringify($json.list)", '["b","a"]'), ("Object.keys($json.o).first()", "k-1"),
        ("$('Go').item.json.n + $node['Go'].json.n", 14),
        ("[$json.n, {a: $json.zero}]", [7, {"a": 0}]),
        ("$input.first().json.n.toString()", "7"), ("$json?.n + 0", 7), ("String($json.n)", "7"),
        ("Boolean($json.list) === true", True), ("'it\\'s'", "it's"),
    ],
)  # fmt: skip
def test_what_a_formula_gives(written: str, value: Any) -> None:
    problems, ended, step = formula(written)
    assert problems == []
    assert ended.category is None
    assert found_in(step) == value


def found_in(step: Any) -> Any:
    """What the parameter ``found`` of a step gives."""
    given = step["parameters"]["values"]["found"]
    return value_of(given, {"inputs": {"go": GIVEN}})


@pytest.mark.parametrize("written", [
    "$now.toISO()", "new Date($json.n)", "$json.list.map(i => i)",
    "$json.text.replace(/x/g, '')", "$json.n == 7", "`${$json.n}`", "$json.n++", "x = 1",
    "$runIndex", "$json.text.replace('x', 'y')",
    "Math.round($json.half)", "$json.text.substring(0, $json.n)", "(" * 60, "!" * 80 + "1", "",
    "$json.list.filter(Boolean)", "$('No').item.json.x + 1", "parseInt($json.n)",
])  # fmt: skip
def test_a_formula_without_an_equal_is_named_and_kept(written: str) -> None:
    problems, _, step = formula(written)
    assert problems == ["untranslated_expression"]
    assert found_in(step) == f"={{{{ {written} }}}}"
