"""ComfyUI: subgraphs are opened where they are used."""

from __future__ import annotations

from typing import Any

from stageline.workflow import canonical, import_document
from stageline.workflow.document import LoopNode, Node, NoteNode, TaskNode
from stageline.workflow.exports.reactflow import to_reactflow
from stageline.workflow.imports import Imported, convert


def step(number: int, kind: str, inputs: str = "", outputs: str = "", **more: Any) -> Any:
    return {"id": number, "type": kind, "pos": [number, 5], "size": [9, 9],
            "inputs": [{"name": n} for n in inputs.split()],
            "outputs": [{"name": n} for n in outputs.split()], **more}  # fmt: skip


def link(source: int, out: int, target: int, into: int) -> dict[str, Any]:
    return {"id": 1, "origin_id": source, "origin_slot": out, "target_id": target,
            "target_slot": into, "type": "T"}  # fmt: skip


def subgraph(name: str, nodes: list[Any], links: list[Any], into: str, out: str) -> dict[str, Any]:
    return {"id": name, "name": f"Sub {name}", "inputNode": {"id": -10, "bounding": [1, 2, 3, 4]},
            "outputNode": {"id": -20, "bounding": [5, 6, 7, 8]}, "nodes": nodes, "links": links,
            "inputs": [{"name": n} for n in into.split()],
            "outputs": [{"name": n} for n in out.split()],
            "groups": [{"title": "Inside", "bounding": [0, 0, 1, 1]}]}  # fmt: skip


def imported(nodes: list[Any], links: list[Any], *subgraphs: Any) -> Imported:
    found = convert({"last_node_id": 9, "last_link_id": 9, "nodes": nodes, "links": links,
                     "definitions": {"subgraphs": list(subgraphs)}})  # fmt: skip
    assert found.format == "comfyui"
    assert found.workflow is not None, found.problems
    again = import_document(to_reactflow(found.workflow)).workflow
    assert again is not None
    assert canonical(again) == canonical(found.workflow)
    return found


def by_source(found: Imported) -> dict[str, Node]:
    assert found.workflow is not None
    return {node.ui["source_id"]: node for node in found.workflow.walk()}


TWO = subgraph(
    "two",
    [step(1, "Mask", "image size", "MASK"), step(2, "MarkdownNote", widgets_values=["Hi"])],
    [link(-10, 0, 1, 0), link(-10, 1, 1, 1), link(1, 0, -20, 0)],
    "image size", "mask count",
)  # fmt: skip


def test_a_subgraph_is_a_loop_of_one_round() -> None:
    found = imported(
        [step(1, "Load", "", "IMAGE"), step(2, "two", "size image", "mask"), step(3, "Save", "m")],
        [[1, 1, 0, 2, 1, "T"], [2, 2, 0, 3, 0, "T"]], TWO,
    )  # fmt: skip
    made = by_source(found)
    loop, mask, save = made["2"], made["2:1"], made["3"]
    assert isinstance(loop, LoopNode)
    assert (loop.title, loop.until, loop.limit) == ("Sub two", "True", 1)
    assert [node.ui["source_id"] for node in loop.nodes] == [
        "2:-10", "2:1", "2:2", "2:group 0", "2:-20"]  # fmt: skip
    assert isinstance(made["2:2"], NoteNode)
    assert (mask.ui["x"], made["2:-20"].ui["x"]) == (1, 5)
    assert isinstance(mask, TaskNode)
    assert mask.parameters == {"image": {"ref": "inputs_of_sub_two.values.image"}}
    assert made["2:-10"].parameters == {"values": {"image": {"ref": "load.IMAGE"}}}  # type: ignore[union-attr]
    assert save.parameters == {"m": {"ref": "sub_two.mask"}}  # type: ignore[union-attr]
    assert [edge.kind for edge in found.edges] == ["data", "data", "data", "control", "data"]


def test_each_use_of_a_subgraph_is_opened() -> None:
    uses = [step(1, "two", "image", "mask"), step(2, "two", "image", "mask")]
    links = [link(-10, 0, 1, 0), link(1, 0, 2, 0), link(2, 0, -20, 0)]
    outer = subgraph("outer", uses, links, "a", "b")
    found = imported(
        [step(1, "Load", "", "IMAGE"), step(2, "outer", "a", "b"), step(3, "Save", "m")],
        [link(1, 0, 2, 0), link(2, 0, 3, 0)], TWO, outer,
    )  # fmt: skip
    made = by_source(found)
    assert {"2:1:1", "2:2:1"} <= made.keys()
    assert len(found.edges) == 2 + 3 + 2 * 3
    assert {p.code for p in found.problems} == {"unknown_tool"}


def test_a_subgraph_that_never_ends_is_kept_closed() -> None:
    found = imported(
        [step(1, "self", "", "x"), step(2, "self", "a"), step(3, "gone", "a")],
        [link(1, 0, 2, 0), link(2, 7, 1, 7), link(1, 0, 3, 0)],
        subgraph("self", [step(1, "self", "a", "x")], [link(1, 0, -20, 9), link(7, 0, 1, 0)],
                 "a", "x"),
    )  # fmt: skip
    codes = [p.code for p in found.problems]
    assert codes.count("subgraph_kept") == 2
    assert codes.count("dangling_edge") == 2
    assert len(found.edges) == 3 + 2 * 2


def test_subgraphs_that_multiply_are_bounded() -> None:
    levels = [subgraph(str(n), [step(m, str(n + 1)) for m in range(9)], [], "", "")
              for n in range(6)]  # fmt: skip
    nodes = [step(n, "0") for n in range(9)]
    found = convert({"last_node_id": 9, "nodes": nodes, "links": [],
                     "definitions": {"subgraphs": levels}})  # fmt: skip
    assert "subgraph_kept" in {p.code for p in found.problems}
    assert found.workflow is not None
    assert len(by_source(found)) <= 10_000
