"""React Flow in and out."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from stageline.workflow import Workflow, canonical, check, import_document
from stageline.workflow.document import LoopNode
from stageline.workflow.exports.reactflow import to_reactflow
from stageline.workflow.imports import convert

DOCUMENT: dict[str, Any] = {
    "nodes": [
        {"id": "g", "type": "group", "position": {"x": 0, "y": 0}, "style": {"width": 300}},
        {"id": "1", "type": "input", "parentId": "g", "extent": "parent",
         "position": {"x": 1.5, "y": -2}, "data": {"label": "In"}, "width": 100, "height": 40},
        {"id": "2", "position": {"x": 1, "y": 2}, "data": {"label": "In"},
         "measured": {"width": 10, "height": 20}},
        {"id": "my node", "type": "chart", "position": {"x": 0, "y": 0}, "data": {
            "deep": [{"a": None}], "ref": "x"}},
        {"id": "out", "type": "output", "position": {"x": 9, "y": 9}, "data": {}},
        {"id": "n", "type": "stickyNote", "position": {"x": 3, "y": 3},
         "data": {"text": "Remember"}},
    ],
    "edges": [
        {"id": "a", "source": "1", "target": "2", "animated": True, "data": {"w": 1}},
        {"id": "b", "source": "2", "target": "my node", "sourceHandle": "left",
         "targetHandle": None},
        {"id": "c", "source": "my node", "target": "2", "type": "smoothstep"},
        {"id": "d", "source": "my node", "target": "out"},
        {"id": "e", "source": "gone", "target": "out"},
    ],
    "viewport": {"x": 0, "y": 0, "zoom": 1},
}  # fmt: skip


def imported(document: dict[str, Any]) -> Workflow:
    found = convert(document)
    assert found.format == "reactflow"
    assert found.workflow is not None, found.problems
    return found.workflow


def test_what_comes_in_goes_out() -> None:
    assert to_reactflow(imported(DOCUMENT)) == DOCUMENT


def test_types_of_react_flow_and_of_others() -> None:
    nodes = {node.ui.get("source_id"): node for node in imported(DOCUMENT).walk()}
    assert [nodes[n].kind for n in ("g", "1", "2", "my node", "out", "n")] == [
        "note", "task", "task", "task", "task", "note"]  # fmt: skip
    assert nodes["my node"].tool == "reactflow.chart"  # type: ignore[union-attr]
    assert nodes["1"].tool == "set_values"  # type: ignore[union-attr]
    assert nodes["n"].text == "Remember"  # type: ignore[union-attr]
    assert nodes["1"].ui["parent"] == "g"
    assert isinstance(nodes[None], LoopNode)


def test_edits_show_in_the_export() -> None:
    workflow = imported(DOCUMENT)
    moved = {"schema": "workflow/1", "ui": workflow.ui, "nodes": [
        {"id": "one", "kind": "task", "tool": "sleep", "parameters": {"seconds": 1},
         "ui": {**workflow.nodes[1].ui, "x": 77}},
        {"id": "new", "kind": "task", "tool": "sleep", "parameters": {"seconds": {
            "ref": "one.seconds"}}},
    ]}  # fmt: skip
    drawn = to_reactflow(Workflow.model_validate(moved))
    assert [n["id"] for n in drawn["nodes"]] == ["1", "new"]
    assert drawn["nodes"][0]["position"] == {"x": 77, "y": -2}
    assert [(e["source"], e["target"]) for e in drawn["edges"]] == [("gone", "out"), ("1", "new")]


def test_a_native_workflow_is_drawn() -> None:
    workflow = Workflow.model_validate({"schema": "workflow/1", "nodes": [
        {"id": "a", "kind": "branch", "cases": [{"name": "yes", "when": "True"}]},
        {"id": "each", "kind": "loop", "over": [1], "after": [
            {"node": "a", "on": "case", "case": "yes"}], "nodes": [
            {"id": "b", "kind": "task", "tool": "sleep", "parameters": {"seconds": {
                "ref": "item"}}, "ui": {"x": 5, "y": 6}}]}]})  # fmt: skip
    drawn = to_reactflow(workflow)
    assert [(n["id"], n["type"], n.get("parentId")) for n in drawn["nodes"]] == [
        ("a", "branch", None), ("each", "group", None), ("b", "task", "each")]  # fmt: skip
    assert drawn["nodes"][1]["position"] == {"x": 260, "y": 0}
    assert drawn["nodes"][2]["position"] == {"x": 5, "y": 6}
    assert drawn["edges"] == [
        {"id": "a-yes-each", "source": "a", "target": "each", "sourceHandle": "yes",
         "data": {"kind": "case"}}]  # fmt: skip


def test_elements_of_old_versions() -> None:
    found = convert({"elements": [
        {"id": "1", "type": "input", "data": {"label": "A"}, "position": {"x": 0, "y": 0}},
        {"id": "2", "data": {"label": "B"}, "position": {"x": 0, "y": 5}},
        {"id": "e", "source": "1", "target": "2"}]})  # fmt: skip
    assert found.workflow is not None
    assert [n.id for n in found.workflow.nodes] == ["a", "b"]
    assert [e.kind for e in found.edges] == ["control"]


@st.composite
def drawings(draw: st.DrawFn) -> dict[str, Any]:
    """Any graph: several edges between two nodes, cycles inside cycles, ends that are missing."""
    count = draw(st.integers(1, 12))
    kinds = st.sampled_from(["", "default", "input", "output", "step", "note"])
    nodes = []
    for number in range(count):
        kind = draw(kinds)
        node = {"id": str(number), "position": {"x": number, "y": draw(st.integers(-5, 5))},
                "data": {"label": draw(st.sampled_from(["", "A", "item", "开始"]))}}  # fmt: skip
        nodes.append({**node, "type": kind} if kind else node)
    ends = st.integers(0, count)  # the last one is not there
    edges = [{"id": str(n), "source": str(draw(ends)), "target": str(draw(ends))}
             for n in range(draw(st.integers(0, 3 * count)))]  # fmt: skip
    return {"nodes": nodes, "edges": edges}


@settings(max_examples=150, deadline=None)
@given(drawings())
def test_any_graph_becomes_a_valid_document_and_comes_back(document: dict[str, Any]) -> None:
    found = convert(document)
    assert found.workflow is not None, found.problems
    written = canonical(found.workflow)
    wrong = {p.code for p in check(written).problems if p.severity == "error"}
    assert wrong <= {"unknown_tool"}
    came = [node for node in found.workflow.walk() if not node.ui.get("generated")]
    assert sorted(node.ui["source_id"] for node in came) == sorted(
        node["id"] for node in document["nodes"])  # fmt: skip
    assert [(e.source, e.target) for e in found.edges] == [
        (e["source"], e["target"]) for e in document["edges"]]  # fmt: skip
    again = import_document(to_reactflow(found.workflow)).workflow
    assert to_reactflow(found.workflow) == document
    assert again is not None
    assert canonical(again) == written


def test_names_of_items_are_no_ids_of_nodes() -> None:
    def node(name: str, label: str) -> dict[str, Any]:
        return {"id": name, "position": {"x": 0, "y": 0}, "data": {"label": label}}

    edges = [{"id": "0", "source": "0", "target": "1"}, {"id": "1", "source": "1", "target": "0"},
             {"id": "2", "source": "1", "target": "1"}]  # fmt: skip
    assert imported({"nodes": [node("0", "item"), node("1", "")], "edges": edges}).nodes


def test_nodes_of_one_id_come_back_in_their_places() -> None:
    nodes = [{"id": name, "position": {"x": n, "y": 0}} for n, name in enumerate("abab")]
    data = {"nodes": nodes, "edges": [{"id": "e", "source": "b", "target": "a"},
                                      {"id": "f", "source": "a", "target": "b"}]}  # fmt: skip
    workflow = import_document(data).workflow
    assert workflow is not None
    assert to_reactflow(workflow) == data


def test_elements_may_stand_alone() -> None:
    found = import_document([
        {"id": "1", "position": {"x": 1, "y": 2}, "data": {"label": "A"}},
        {"id": "2", "position": {"x": 3, "y": 4}, "data": {"label": "B"}},
        {"id": "e", "source": "1", "target": "2"}])  # fmt: skip
    assert (found.format, [e.kind for e in found.edges]) == ("reactflow", ["control"])


def test_an_edge_that_lacks_an_end_comes_back_as_it_was() -> None:
    nodes = [{"id": "a", "type": "t", "position": {"x": 1, "y": 2}, "data": {}}]
    edges = [{"id": "e", "target": "a"}, {"id": "f", "source": "", "target": "a"}]
    assert to_reactflow(imported({"nodes": nodes, "edges": edges}))["edges"] == edges
