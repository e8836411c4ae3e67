"""What is right passes: in JSON, in YAML, as data; and what a check says beside errors."""

from __future__ import annotations

import gc
import json
from functools import reduce
from typing import Any

import pytest
import yaml
from hypothesis import given

from stageline.errors import DocumentError
from stageline.workflow import Workflow, check
from stageline.workflow.source import read_source
from tests.unit.workflow.documents import EVERYTHING, documents


def codes(document: Any) -> list[str]:
    return [problem.code for problem in check(document).problems]


def doc(*nodes: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"schema": "workflow/1", **more, "nodes": list(nodes)}


def test_a_document_that_uses_everything_is_right() -> None:
    checked = check(EVERYTHING)
    assert checked.problems == ()
    assert checked.workflow is not None
    assert len(list(checked.workflow.walk())) == 13


def test_text_bytes_data_and_model_are_the_same() -> None:
    data = read_source(EVERYTHING).data
    expected = check(EVERYTHING).workflow
    for given_as in (EVERYTHING.encode(), data, json.dumps(data), yaml.safe_dump(data), expected):
        assert check(given_as).workflow == expected


def test_the_least_document() -> None:
    assert check("schema: workflow/1").ok
    assert check({"schema": "workflow/1"}).workflow == check('{"schema":"workflow/1"}').workflow


def test_an_editor_may_name_the_schema() -> None:
    assert check({"$schema": "docs/schemas/workflow.json", "schema": "workflow/1"}).ok


def test_a_workflow_can_be_required() -> None:
    assert isinstance(check("schema: workflow/1").require(), Workflow)
    with pytest.raises(DocumentError, match="line 2, column 1: There is no field 'x'"):
        check("schema: workflow/1\nx: 1\ny: 2").require()


def test_what_is_handed_in_is_not_changed_and_not_kept() -> None:
    given_data = doc({"id": "a", "kind": "wait", "seconds": 1, "ui": {"x": [1]}})
    before = json.dumps(given_data)
    workflow = check(given_data).require()
    given_data["nodes"][0]["ui"]["x"].append(2)
    assert workflow.nodes[0].ui == {"x": [1]}
    assert json.dumps(given_data) != before


def test_the_collector_is_left_as_it_was() -> None:
    check(EVERYTHING)
    assert gc.isenabled()
    gc.disable()
    try:
        check(EVERYTHING)
        assert not gc.isenabled()
    finally:
        gc.enable()


RIGHT: list[tuple[str, dict[str, Any]]] = [
    (
        "an integer where a number is asked for",
        doc(
            {
                "id": "a",
                "kind": "task",
                "tool": "sleep",
                "parameters": {"seconds": {"ref": "inputs.n"}},
            },
            inputs={"n": {"type": "integer"}},
        ),
    ),
    (
        "an output that can be null where null is none, since it may not be null",
        doc(
            {"id": "a", "kind": "task", "tool": "read_object", "parameters": {"key": "k"}},
            {
                "id": "b",
                "kind": "task",
                "tool": "text_analyzer",
                "parameters": {"text": {"ref": "a.text"}},
            },
        ),
    ),
    (
        "null where null is allowed",
        doc({"id": "a", "kind": "task", "tool": "read_object", "parameters": {"key": None}}),
    ),
    (
        "a file as a path",
        doc(
            {
                "id": "a",
                "kind": "task",
                "tool": "pdf_extractor",
                "parameters": {"file": "s3://bucket/a.pdf"},
            }
        ),
    ),
    (
        "a file from an input",
        doc(
            {
                "id": "a",
                "kind": "task",
                "tool": "pdf_extractor",
                "parameters": {"file": {"ref": "inputs.f"}},
            },
            inputs={"f": {"type": "file"}},
        ),
    ),
    (
        "parts of a file",
        doc(inputs={"f": {"type": "file"}}, outputs={"u": {"ref": "inputs.f.uri"}}),
    ),
    (
        "any for all",
        doc(
            {
                "id": "a",
                "kind": "task",
                "tool": "sleep",
                "parameters": {"seconds": {"ref": "inputs.o.deep[0].er"}},
            },
            inputs={"o": {"type": "object"}},
        ),
    ),
    (
        "the error of a node",
        doc(
            {"id": "a", "kind": "wait", "seconds": 1},
            {"id": "b", "kind": "wait", "seconds": 1, "when": "a.error.category == 'timeout'"},
        ),
    ),
    (
        "an outer node inside of loops",
        doc(
            {"id": "a", "kind": "wait", "seconds": 1},
            {
                "id": "l",
                "kind": "loop",
                "over": [1],
                "nodes": [
                    {
                        "id": "m",
                        "kind": "loop",
                        "over": [1],
                        "as": "inner",
                        "nodes": [
                            {
                                "id": "b",
                                "kind": "task",
                                "tool": "fail",
                                "parameters": {"message": "${a.until} ${item} ${inner} ${index}"},
                            }
                        ],
                    }
                ],
            },
        ),
    ),
    (
        "nodes that only outputs use",
        doc(
            {"id": "a", "kind": "wait", "seconds": 1},
            {"id": "b", "kind": "wait", "seconds": 1},
            outputs={"x": {"expr": "[a.until, b.until]"}},
        ),
    ),
    (
        "one node alone among notes",
        doc({"id": "a", "kind": "wait", "seconds": 1}, {"id": "n", "kind": "note"}),
    ),
    ("a literal that looks like a reference", doc(outputs={"x": {"literal": {"ref": "no.where"}}})),
    ("an escaped template", doc(outputs={"x": "$${no.where}"})),
    ("a mapping with more than a reference", doc(outputs={"x": {"ref": "no.where", "y": 1}})),
    (
        "ids with dashes",
        doc(
            {"id": "a-b", "kind": "wait", "seconds": 1},
            outputs={"x": {"ref": "a-b.until"}, "y": {"expr": 'nodes["a-b"].until'}},
        ),
    ),
    (
        "a note on its own in a loop",
        doc(
            {
                "id": "l",
                "kind": "loop",
                "over": [1],
                "nodes": [{"id": "a", "kind": "wait", "seconds": 1}, {"id": "n", "kind": "note"}],
            }
        ),
    ),
    (
        "loops nested eight deep",
        doc(
            reduce(
                lambda inner, i: {"id": f"l{i}", "kind": "loop", "over": [1], "nodes": [inner]},
                range(8),
                {"id": "a", "kind": "wait", "seconds": 1},
            )
        ),
    ),
    (
        "a default case of a case's name",
        doc(
            {
                "id": "b",
                "kind": "branch",
                "cases": [{"name": "x", "when": "len(inputs) > 2"}],
                "default": "x",
            },
            {
                "id": "a",
                "kind": "wait",
                "seconds": 1,
                "after": [{"node": "b", "on": "case", "case": "x"}],
            },
        ),
    ),
]


@pytest.mark.parametrize("document", [d for _, d in RIGHT], ids=[name for name, _ in RIGHT])
def test_right(document: dict[str, Any]) -> None:
    assert [str(problem) for problem in check(document).problems] == []


@given(documents())
def test_random_correct_documents_pass(document: dict[str, Any]) -> None:
    checked = check(document)
    assert {p.code for p in checked.problems} <= {"orphan_node"}
    assert checked.ok


def test_the_body_of_a_loop_has_its_own_orphans_and_cycles() -> None:
    wait = {"kind": "wait", "seconds": 1}
    body = [
        {"id": "a", **wait, "after": [{"node": "b"}]},
        {"id": "b", **wait, "after": [{"node": "a"}]},
        {"id": "c", **wait},
    ]
    checked = check(doc({"id": "l", "kind": "loop", "over": [1], "nodes": body}))
    assert [(p.code, p.node) for p in checked.problems] == [("cycle", "a"), ("orphan_node", "c")]
    assert "a -> b -> a" in checked.problems[0].message


def test_types_of_items_follow_what_is_looped_over() -> None:
    loop = {
        "id": "l",
        "kind": "loop",
        "over": {"ref": "inputs.n"},
        "nodes": [
            {"id": "a", "kind": "task", "tool": "sleep", "parameters": {"seconds": {"ref": "item"}}}
        ],
    }
    inputs = {"n": {"type": "array", "items": "number"}}
    assert codes(doc(loop, inputs=inputs)) == []
    inputs["n"]["items"] = "string"
    assert codes(doc(loop, inputs=inputs)) == ["type_mismatch"]
    assert codes(doc({**loop, "over": [1, 2]})) == []
    assert codes(doc({**loop, "over": [1, "2"]})) == []
    assert codes(doc({**loop, "over": ["1", "2"]})) == ["type_mismatch"]


def test_a_tool_that_cannot_be_loaded_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    from stageline.errors import ConfigError  # noqa: PLC0415
    from stageline.workflow import toolbox  # noqa: PLC0415

    def broken(name: str) -> None:
        raise ConfigError(f"The tool {name} cannot be loaded: no module.")

    monkeypatch.setattr(toolbox, "find_tool", broken)
    problem = check(doc({"id": "a", "kind": "task", "tool": "sleep"})).problems[0]
    assert (problem.code, problem.node) == ("broken_tool", "a")


@pytest.mark.parametrize(
    ("field", "hint"),
    [("retry: 3", "Write it as {attempts: 3}, for example."),
     ("timeout: 5m", "Write the seconds as a number, such as 60.")],
)  # fmt: skip
def test_what_a_field_of_the_wrong_type_may_be_is_shown_by_example(field: str, hint: str) -> None:
    node = "{id: a, kind: task, tool: set_values, " + field + "}"
    (problem,) = check(f"schema: workflow/1\nnodes: [{node}]").problems
    assert (problem.code, problem.hint) == ("wrong_type", hint)


def test_so_is_an_input_that_is_no_more_than_its_type() -> None:
    (problem,) = check("schema: workflow/1\ninputs: {name: string}").problems
    assert problem.hint == "Write it as {type: string}, for example."
