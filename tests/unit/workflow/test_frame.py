"""Frames: which node may be looked at when, which is skipped and why, what fails a level."""

from __future__ import annotations

from typing import Any

import pytest

from stageline.workflow import check
from stageline.workflow.document import LoopNode, Workflow
from stageline.workflow.frame import (
    MAX_PATH,
    Frame,
    build_graph,
    completed,
    failed,
    output_ports,
    root_frame,
    round_frame,
    skipped,
    subflow_frame,
)


def values(name: str, found: Any = None, **more: Any) -> dict[str, Any]:
    return {"id": name, "kind": "task", "tool": "set_values",
            "parameters": {"values": {"v": found}}, **more}  # fmt: skip


def nap(name: str, source: str, **more: Any) -> dict[str, Any]:
    """A node that needs a value."""
    return {"id": name, "kind": "task", "tool": "sleep",
            "parameters": {"seconds": {"ref": source}}, **more}  # fmt: skip


def read(*nodes: dict[str, Any], **more: Any) -> Workflow:
    return check({"schema": "workflow/1", "nodes": list(nodes), **more}).require()


def frame_of(*nodes: dict[str, Any], **more: Any) -> Frame:
    return root_frame(build_graph(read(*nodes, **more).nodes), {})


def after(*names: str, on: str = "done", **more: Any) -> dict[str, Any]:
    return {"after": [{"node": name, "on": on, **more} for name in names]}


def test_nodes_come_up_when_all_that_they_wait_for_has_ended():
    frame = frame_of(
        values("c", {"ref": "a.values.v"}, **after("b")), values("a"), values("b"),
        {"id": "n", "kind": "note", "text": "never runs"},
    )  # fmt: skip
    assert frame.begin() == ["a", "b"]
    assert frame.settle("a", completed({"values": {"v": 1}})) == []
    assert not frame.is_done
    assert frame.settle("b", skipped("x")) == ["c"]
    frame.settle("c", completed({}))
    assert frame.is_done
    assert frame.scope["a"] == {"values": {"v": 1}, "error": None}
    assert frame.scope["b"] is None


NODE = read(values("x")).nodes[0]
DONE = completed({"values": {"v": 1}})
FAILED = failed(NODE, "tool", "no", {})
GOES_ON = failed(NODE.model_copy(update={"on_error": "continue"}), "tool", "no", {})
SKIPPED = skipped("nothing")


@pytest.mark.parametrize(
    ("on", "how", "reason"),
    [
        ("done", DONE, None),
        ("done", FAILED, "a failed"),
        ("done", GOES_ON, None),
        ("done", SKIPPED, "a was skipped"),
        ("failed", DONE, "a did not fail"),
        ("failed", FAILED, None),
        ("failed", GOES_ON, None),
        ("failed", SKIPPED, "a did not fail"),
    ],
)
def test_a_control_edge_is_alive_as_its_source_ended(on, how, reason):
    frame = frame_of(values("a"), values("b", **after("a", on=on)))
    frame.begin()
    assert frame.settle("a", how) == ["b"]
    assert frame.obstacle("b") == reason


@pytest.mark.parametrize(
    ("chosen", "reason"),
    [("x", None), ("y", "way did not choose x"), (None, "way did not choose x")],
)  # fmt: skip
def test_an_edge_of_a_case_is_alive_if_it_was_chosen(chosen, reason):
    way = {"id": "way", "kind": "branch", "default": "y", "cases": [{"name": "x", "when": "true"}]}
    frame = frame_of(way, values("b", **after("way", on="case", case="x")))
    frame.begin()
    frame.settle("way", completed({"case": chosen}))
    assert frame.obstacle("b") == reason


@pytest.mark.parametrize(
    ("how", "needed", "optional"),
    [(DONE, None, None), (FAILED, "a failed", None), (SKIPPED, "a was skipped", None),
     (GOES_ON, None, None)],
)  # fmt: skip
def test_what_a_node_needs_is_an_edge_and_what_it_can_do_without_is_null(how, needed, optional):
    frame = frame_of(values("a"), nap("b", "a.values.v"), values("c", {"ref": "a.values"}))
    frame.begin()
    assert frame.settle("a", how) == ["b", "c"]
    assert (frame.obstacle("b"), frame.obstacle("c")) == (needed, optional)


@pytest.mark.parametrize(
    ("join", "ends", "runs"),
    [
        ("all", (DONE, DONE), True), ("all", (DONE, SKIPPED), False),
        ("all", (FAILED, DONE), False),
        ("any", (SKIPPED, DONE), True), ("any", (SKIPPED, FAILED), False),
        ("always", (SKIPPED, FAILED), True),
    ],
)  # fmt: skip
def test_joins(join, ends, runs):
    frame = frame_of(values("a"), values("b"), values("c", join=join, **after("a", "b")))
    frame.begin()
    for name, how in zip("ab", ends, strict=True):
        frame.settle(name, how)
    assert (frame.obstacle("c") is None) is runs


def test_a_node_without_edges_runs_whatever_its_join():
    for join in ("all", "any", "always"):
        frame = frame_of(values("a", join=join))
        frame.begin()
        assert frame.obstacle("a") is None


@pytest.mark.parametrize(
    ("nodes", "fatal"),
    [
        ([values("a"), values("b")], "a"),
        ([values("a", on_error="ignore"), values("b")], "b"),
        ([values("a", on_error="continue"), values("b", on_error="ignore")], None),
        ([values("a"), values("b", on_error="ignore", **after("a", on="failed"))], None),
        ([values("a"), values("b", on_error="ignore", **after("a"))], "a"),
    ],
)
def test_the_first_failure_that_nothing_handles_fails_the_level(nodes, fatal):
    frame = frame_of(*nodes)
    frame.begin()
    for name in "ab":
        node = frame.graph.nodes[name]
        frame.settle(name, failed(node, "tool", "no", {}))
    assert frame.failure() == fatal


LOOP = {
    "id": "each", "kind": "loop", "over": [1, 2], "outputs": {"all": {"ref": "inner.seconds"}},
    "nodes": [nap("inner", "far.values.v"), values("free", {"ref": "far.values"}),
              {"id": "deep", "kind": "loop", "limit": 2, "until": "far.values is not None",
               "nodes": [values("bottom", {"ref": "index"})]}],
}  # fmt: skip


def rounds() -> tuple[Frame, Frame]:
    frame = frame_of(values("far"), LOOP)
    loop = frame.graph.nodes["each"]
    assert isinstance(loop, LoopNode)
    graph = build_graph(loop.nodes, frozenset(frame.graph.nodes))
    return frame, round_frame(frame, graph, 1, {"index": 1, "item": 2, "state": {}})


def test_a_loop_waits_for_what_its_body_takes_but_does_not_need_it():
    frame, _ = rounds()
    assert frame.begin() == ["far"]
    assert frame.settle("far", SKIPPED) == ["each"]
    assert frame.obstacle("each") is None


def test_a_node_in_a_round_is_skipped_for_what_it_needs_from_outside():
    frame, inner = rounds()
    frame.begin()
    frame.settle("far", SKIPPED)
    assert set(inner.begin()) == {"inner", "free", "deep"}
    assert inner.obstacle("inner") == "far did not complete"
    assert inner.obstacle("free") is None
    assert inner.obstacle("deep") == "far did not complete"


def test_a_round_sees_what_is_outside_and_keeps_its_own():
    frame, inner = rounds()
    frame.begin()
    frame.settle("far", DONE)
    assert inner.scope["far"]["values"] == {"v": 1}
    inner.begin()
    inner.settle("inner", completed({"seconds": 3}))
    assert (inner.scope["inner"]["seconds"], "inner" in frame.scope) == (3, False)
    assert inner.scope["item"] == 2


def test_paths_have_the_rounds_and_the_subflows_around():
    frame, inner = rounds()
    deep = round_frame(inner, inner.graph, 0, {})
    sub = subflow_frame(deep, "sub", frame.graph, {})
    assert frame.path("far") == "far"
    assert inner.path("inner") == "inner[1]"
    assert deep.path("bottom") == "bottom[1][0]"
    assert sub.path("x") == "sub[1][0].x"
    assert round_frame(sub, frame.graph, 3, {}).path("y") == "sub[1][0].y[3]"


def test_long_paths_are_cut_and_stay_apart():
    frame, _ = rounds()
    paths = set()
    for _ in range(3):
        frame = subflow_frame(frame, "s" * 60, frame.graph, {})
        paths |= {frame.path("x" * 60), frame.path("y" * 60)}
    assert len(paths) == 6
    assert max(map(len, paths)) <= MAX_PATH


def test_a_level_is_dead_with_any_level_around_it():
    frame, inner = rounds()
    sub = subflow_frame(inner, "sub", frame.graph, {})
    assert not sub.is_dead
    inner.dead = True
    assert (frame.is_dead, inner.is_dead, sub.is_dead) == (False, True, True)


def test_inputs_of_a_subflow_that_have_a_default_are_not_needed():
    inner = read(values("a"), inputs={"x": {"type": "integer"},
                                      "y": {"type": "integer", "default": 1}})  # fmt: skip
    sub = {"id": "sub", "kind": "subflow", "document": "0" * 64}
    outer = read(
        values("a"),
        sub | {"inputs": {"x": 1, "y": {"ref": "a.values.v"}}},
        sub | {"id": "other", "inputs": {"x": {"ref": "a.values.v"}}},
    )
    frame = root_frame(build_graph(outer.nodes, documents={"0" * 64: inner}), {})
    frame.begin()
    frame.settle("a", SKIPPED)
    assert (frame.obstacle("sub"), frame.obstacle("other")) == (None, "a was skipped")


def test_every_kind_of_node_has_its_output_ports():
    inner = read(values("a"), outputs={"o": 1})
    nodes = read(
        values("t"), LOOP | {"state": {"s": 1}, "nodes": [values("b")], "outputs": {"x": 1}},
        {"id": "br", "kind": "branch", "cases": [{"name": "x", "when": "true"}]},
        {"id": "sub", "kind": "subflow", "document": "0" * 64},
        {"id": "w", "kind": "wait", "seconds": 1},
        {"id": "f", "kind": "wait", "form": {"ok": {"type": "boolean"}}},
    ).nodes  # fmt: skip
    found = {node.id: output_ports(node, {"0" * 64: inner}) for node in nodes}
    assert found == {
        "t": ("values",), "each": ("x", "s", "count"), "br": ("case",), "sub": ("o",),
        "w": ("until",), "f": ("ok",),
    }  # fmt: skip
    assert FAILED.outputs == {"values": None, "error": {"category": "tool", "message": "no"}}
