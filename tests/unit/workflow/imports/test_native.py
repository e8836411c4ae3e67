"""A document of ours goes to React Flow and back, edits on the canvas included."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from stageline.workflow import canonical, check, import_document
from stageline.workflow.document import Workflow
from stageline.workflow.exports.reactflow import to_reactflow

EXAMPLES = sorted((Path(__file__).parents[4] / "examples").glob("*.yaml"))
NESTED = {
    "schema": "workflow/1",
    "id": "nested",
    "title": "All there is",
    "inputs": {"n": {"type": "integer", "default": 2}},
    "outputs": {"all": {"ref": "each.found"}},
    "nodes": [
        {"kind": "branch", "id": "way", "cases": [{"name": "big", "when": "inputs.n > 1"}]},
        {
            "kind": "loop", "id": "each", "over": [1, 2], "ui": {"x": 5, "y": 6.5},
            "after": [{"node": "way", "on": "case", "case": "big", "ui": {"label": "yes"}}],
            "outputs": {"found": {"ref": "inner.last"}},
            "nodes": [
                {
                    "kind": "loop", "id": "inner", "until": "index == 1", "limit": 3,
                    "outputs": {"last": {"ref": "value.values.v"}},
                    "nodes": [
                        {"kind": "task", "id": "value", "tool": "set_values",
                         "parameters": {"values": {"v": {"ref": "index"}}}},
                    ],
                },
            ],
        },
        {"kind": "task", "id": "boom", "tool": "fail", "on_error": "ignore"},
        {"kind": "wait", "id": "rest", "seconds": 1, "after": [{"node": "boom", "on": "failed"}]},
        {"kind": "note", "id": "remark", "text": "hello"},
    ],
}  # fmt: skip


def checked(document: Any) -> Workflow:
    found = check(document)
    assert found.workflow is not None, found.problems
    return found.workflow


def drawn(document: Any) -> dict[str, Any]:
    return json.loads(json.dumps(to_reactflow(checked(document))))


@pytest.mark.parametrize("document", [NESTED, *(p.read_text() for p in EXAMPLES)])
def test_a_document_comes_back_as_it_was(document: Any) -> None:
    found = import_document(json.dumps(drawn(document)))
    assert (found.format, found.problems) == ("workflow", check(document).problems)
    assert found.workflow is not None
    assert canonical(found.workflow) == canonical(checked(document))


def test_what_is_edited_on_the_canvas_is_taken_over() -> None:
    canvas = drawn(NESTED)
    nodes = {node["id"]: node for node in canvas["nodes"]}
    nodes["rest"]["position"] = {"x": 77, "y": 88}
    canvas["nodes"] = [node for node in canvas["nodes"] if node["id"] != "remark"]
    canvas["edges"] = [edge for edge in canvas["edges"] if edge["target"] != "rest"]
    canvas["edges"].append({"id": "new", "source": "each", "target": "rest"})
    found = import_document(canvas).workflow
    assert found is not None
    rest = next(node for node in found.nodes if node.id == "rest")
    assert [(after.node, after.on) for after in rest.after] == [("each", "done")]
    assert (rest.ui["x"], rest.ui["y"]) == (77, 88)
    assert "remark" not in {node.id for node in found.walk()}


def test_a_node_without_definition_makes_it_a_foreign_graph() -> None:
    canvas = drawn(NESTED)
    canvas["nodes"].append({"id": "new", "position": {"x": 0, "y": 0}, "data": {}})
    assert import_document(canvas).format == "reactflow"


def test_a_broken_definition_is_told_as_in_any_document() -> None:
    canvas = drawn(NESTED)
    canvas["nodes"][0]["data"]["definition"]["cases"] = 3
    found = import_document(canvas)
    assert found.workflow is None
    assert [problem.code for problem in found.problems] == ["wrong_type"]


def test_any_number_of_unknown_tools_costs_nothing_else() -> None:
    nodes = [{"id": f"n{n}", "kind": "task", "tool": f"other.tool{n}"} for n in range(60)]
    document = {"schema": "workflow/1", "nodes": nodes, "outputs": {"n": {"ref": "n0.x"}}}
    workflow = Workflow.model_validate(document)
    for given in (to_reactflow(workflow), canonical(workflow), document):
        found = import_document(given)
        assert found.workflow is not None
        assert canonical(found.workflow) == canonical(workflow)
        unknown = [p for p in found.problems if p.code == "unknown_tool"]
        assert [p.node for p in unknown] == [f"n{n}" for n in range(60)]
        assert {p.severity for p in unknown} == {"warning"}


def test_an_unknown_tool_hides_no_other_fault() -> None:
    strange = {"id": "a", "kind": "task", "tool": "other.x"}
    for wrong in ({"ref": "b.y"}, {"expr": "1 +"}):
        document = {"schema": "workflow/1", "nodes": [{**strange, "parameters": {"p": wrong}}]}
        found = import_document(document)
        assert found.workflow is None
        assert {"unknown_node", "bad_expression"} & {p.code for p in found.problems}
    misnamed = {"schema": "workflow/1", "nodes": [{**strange, "tool": "no name"}]}
    assert import_document(misnamed).workflow is None
