"""Exports of nine systems as people have published them."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from stageline.workflow import canonical, check, import_document
from stageline.workflow.exports.reactflow import to_reactflow
from stageline.workflow.imports import convert
from stageline.workflow.imports._reading import read
from tests.unit.workflow.imports.running import run

SHARED = Path(__file__).resolve().parents[4].parent / "shared" / "workflows" / "visual"
pytestmark = pytest.mark.skipif(
    not SHARED.is_dir(), reason="the real exports lie in ../shared beside the checkout; not here"
)
LINES = (SHARED / "MANIFEST.tsv").read_text().splitlines() if SHARED.is_dir() else []
ROWS = list(csv.DictReader(LINES, delimiter="\t", quoting=csv.QUOTE_NONE))
DRAWN = [row for row in ROWS if row["nodes"]]
REFUSED = [row for row in ROWS if row["format"] == "kestra_invalid"]
# Drawn beside the nodes that the list counts: frames and comments, and what is inside a Map.
MORE_NODES = {"comfyui", "elyra", "asl", "nodered"}
# States inside a Map and nodes inside a subgraph lead on as well; Flowise's node Loop jumps back
# without an edge.
MORE_EDGES = {"asl", "comfyui", "flowise"}
DOUBTS = {"unknown_tool", "more_problems"}


def text_of(row: dict[str, str]) -> bytes:
    return (SHARED / row["path"]).read_bytes()


@pytest.mark.parametrize("row", DRAWN, ids=lambda row: row["path"][-60:])
def test_nothing_is_dropped(row: dict[str, str]) -> None:
    data, _ = read(text_of(row))
    imported = convert(data)  # raises what import_document would report as a defect
    system = row["format"].partition("_")[0]
    assert imported.format == system
    assert imported.workflow is not None
    came = [node for node in imported.workflow.walk() if not node.ui.get("generated")]
    nodes, edges = int(row["nodes"]), int(row["edges"])
    assert len(came) == nodes or (len(came) > nodes and system in MORE_NODES)
    assert len(imported.edges) == edges or (len(imported.edges) > edges and system in MORE_EDGES)
    kinds = Counter(edge.kind for edge in imported.edges)
    assert kinds["dangling"] == int(row["dangling_edges"])
    assert bool(kinds["back"]) == bool(int(row["cyclic"])) or system in MORE_EDGES
    reported = Counter(problem.code for problem in imported.problems)
    assert reported["dangling_edge"] >= kinds["dangling"]
    ids = {node.id for node in imported.workflow.walk()}
    assert all(set(edge.nodes) <= ids for edge in imported.edges)


@pytest.mark.parametrize("row", DRAWN, ids=lambda row: row["path"][-60:])
def test_the_document_passes_the_check(row: dict[str, str]) -> None:
    imported = import_document(text_of(row))
    assert imported.workflow is not None
    assert [p for p in imported.problems if p.severity == "error"] == []
    written = canonical(imported.workflow)
    wrong = [p for p in check(written).problems if p.severity == "error" and p.code not in DOUBTS]
    assert wrong == []
    again = import_document(text_of(row)).workflow
    assert again is not None
    assert canonical(again) == written


@pytest.mark.parametrize("row", DRAWN, ids=lambda row: row["path"][-60:])
def test_what_is_known_of_a_node_is_kept(row: dict[str, str]) -> None:
    imported = import_document(text_of(row))
    assert imported.workflow is not None
    unknown = {p.node for p in imported.problems if p.code == "unknown_tool"}
    for node in imported.workflow.walk():
        if not node.ui.get("generated"):
            assert node.ui["source_id"]
            assert "source_type" in node.ui
            assert row["format"] == "asl" or {"x", "y"} <= set(node.ui)
        if node.kind == "task" and "." in node.tool:
            assert node.id in unknown


@pytest.mark.parametrize("row", REFUSED, ids=lambda row: row["path"])
def test_invalid_kestra_documents_are_refused_by_name(row: dict[str, str]) -> None:
    imported = import_document(text_of(row))
    assert (imported.format, imported.workflow) == ("kestra", None)
    codes = {p.code for p in imported.problems if p.severity == "error"}
    expected = {
        "dag-notexist-task": "dangling_edge", "duplicate-parallel": "duplicate_id",
        "invalid-parallel": "missing_tasks", "invalid-property": "unknown_property",
        "invalid": "invalid_id", "recursive-flow": "recursive_flow",
        "switch-invalid": "empty_switch", "worker-group": "unsupported_property",
        "workingdirectory-no-tasks": "missing_tasks",
    }  # fmt: skip
    assert expected[Path(row["path"]).stem] in codes


@pytest.mark.parametrize(
    ("name", "inputs", "expected"),
    [
        ("conditional_parallel_code_execution", {"switch": 1},
         {"1": "Code 1", "2": "Code 2", "3": None}),
        ("conditional_parallel_code_execution", {"switch": 2},
         {"1": None, "2": "Code 2", "3": "Code 3"}),
        ("increment_loop_with_break_condition", {}, {"num": 5}),
        ("parallel_iteration_formatting", {},
         {"output": ["output: 1", "output: 2", "output: 3"]}),
    ],
)  # fmt: skip
def test_dify_documents_give_what_they_say(
    name: str, inputs: dict[str, int], expected: dict[str, object]
) -> None:
    workflow = import_document((SHARED / "dify" / f"{name}_workflow.yml").read_bytes()).workflow
    assert workflow is not None
    result, _ = run(workflow, inputs)
    assert result.outputs == expected


@pytest.mark.parametrize("path", sorted(SHARED.glob("reactflow/*")), ids=lambda path: path.stem)
def test_react_flow_comes_back(path: Path) -> None:
    data, _ = read(path.read_bytes())
    workflow = import_document(path.read_bytes()).workflow
    assert workflow is not None
    assert to_reactflow(workflow) == data


@pytest.mark.parametrize("row", DRAWN, ids=lambda row: row["path"][-60:])
def test_every_workflow_can_be_drawn(row: dict[str, str]) -> None:
    workflow = import_document(text_of(row)).workflow
    assert workflow is not None
    drawn = to_reactflow(workflow)
    assert len(drawn["nodes"]) >= int(row["nodes"])
    ids = {node["id"] for node in drawn["nodes"]}
    assert len(ids) == len(drawn["nodes"])
    assert all({e["source"], e["target"]} <= ids for e in drawn["edges"])
    again = import_document(drawn)
    assert again.workflow is not None
    assert to_reactflow(again.workflow) == drawn
    if again.format != "reactflow":
        assert (again.format, canonical(again.workflow)) == ("workflow", canonical(workflow))
