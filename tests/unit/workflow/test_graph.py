"""Edges, order and cycles of documents."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stageline.errors import DocumentError
from stageline.workflow import Workflow, graph
from stageline.workflow.graph import CycleError, Edge, edges, is_needed, order, sort


def nodes_of(*nodes: dict[str, Any]) -> Any:
    return Workflow.model_validate({"schema": "workflow/1", "nodes": list(nodes)}).nodes


def sleep(name: str, seconds: Any, **more: Any) -> dict[str, Any]:
    return {"id": name, "kind": "task", "tool": "sleep", "parameters": {"seconds": seconds}, **more}


def test_edges_come_from_references_and_after() -> None:
    nodes = nodes_of(
        sleep("a", 1),
        sleep("b", {"ref": "a.seconds"}),
        sleep("c", {"expr": "a.seconds + b.seconds + a.seconds"}, after=[{"node": "a"}]),
        {
            "id": "d",
            "kind": "task",
            "tool": "fail",
            "parameters": {"message": "${b.seconds} s"},
            "after": [{"node": "a", "on": "failed"}],
        },
    )
    assert edges(nodes) == (
        Edge("a", "b", "data", None, True, "seconds"),
        Edge("a", "c", "done"),
        Edge("a", "c", "data", None, True, "seconds"),
        Edge("b", "c", "data", None, True, "seconds"),
        Edge("a", "d", "failed"),
        # The message of the tool fail has a default.
        Edge("b", "d", "data", None, False, "seconds"),
    )


def test_edges_of_branches_name_the_case() -> None:
    nodes = nodes_of(
        sleep("a", 1),
        {"id": "b", "kind": "branch", "cases": [{"name": "long", "when": "a.seconds > 3"}]},
        sleep("c", 1, after=[{"node": "b", "on": "case", "case": "long"}]),
    )
    assert edges(nodes) == (
        Edge("a", "b", "data", None, True, "seconds"),
        Edge("b", "c", "case", "long"),
    )


def test_what_the_body_of_a_loop_takes_is_an_edge_of_the_loop_and_optional() -> None:
    loop = {
        "id": "l",
        "kind": "loop",
        "over": {"expr": "[a.seconds]"},
        "state": {"s": {"ref": "b.seconds"}},
        "next": {"s": {"expr": "state.s + c.seconds"}},
        "outputs": {"o": {"ref": "inner.seconds"}},
        "nodes": [
            sleep("inner", {"ref": "item"}),
            sleep("other", {"expr": "d.seconds + inner.seconds"}),
        ],
    }
    nodes = nodes_of(sleep("a", 1), sleep("b", 1), sleep("c", 1), sleep("d", 1), loop)
    assert edges(nodes) == (
        Edge("a", "l", "data", None, True, "seconds"),
        Edge("b", "l", "data", None, True, "seconds"),
        Edge("c", "l", "data", None, False, "seconds"),
        Edge("d", "l", "data", None, False, "seconds"),
    )
    assert edges(nodes[4].nodes) == (Edge("inner", "other", "data", None, True, "seconds"),)


def test_an_error_is_never_needed() -> None:
    nodes = nodes_of(sleep("a", 1), sleep("b", 1, when="a.error is not None"))
    assert edges(nodes) == (Edge("a", "b", "data", None, False, "error"),)


def test_who_asks_can_say_what_is_needed() -> None:
    digest = "0" * 64
    nodes = nodes_of(
        sleep("a", 1),
        {"id": "s", "kind": "subflow", "document": digest, "inputs": {"x": {"ref": "a.seconds"}}},
    )
    assert edges(nodes)[0].needed
    assert not edges(nodes, needed=lambda node, name: name != "x")[0].needed


def test_parameters_without_default_are_needed() -> None:
    wait, fail, unknown = nodes_of(
        sleep("a", 1),
        {"id": "b", "kind": "task", "tool": "fail"},
        {"id": "c", "kind": "task", "tool": "of.another/system"},
    )
    assert is_needed(wait, "seconds")
    assert not is_needed(fail, "message")
    assert is_needed(unknown, "anything")


def test_order_is_that_of_the_document_where_it_can_be() -> None:
    nodes = nodes_of(
        sleep("z", {"ref": "a.seconds"}),
        sleep("b", 1),
        sleep("a", 1),
        sleep("c", {"ref": "z.seconds"}),
    )
    assert order(nodes, edges(nodes)) == ("b", "a", "z", "c")


def test_a_cycle_is_named_in_order() -> None:
    nodes = nodes_of(
        sleep("start", 1),
        sleep("b", {"ref": "c.seconds"}, after=[{"node": "start"}]),
        sleep("c", 1, after=[{"node": "d", "on": "failed"}]),
        sleep("d", {"expr": "b.seconds + 1"}),
        sleep("behind", {"ref": "d.seconds"}),
    )
    with pytest.raises(CycleError, match="b -> d -> c -> b") as caught:
        order(nodes, edges(nodes))
    assert caught.value.cycle == ("b", "d", "c")
    assert isinstance(caught.value, DocumentError)


def test_a_node_that_waits_for_itself_is_a_cycle() -> None:
    nodes = nodes_of(sleep("a", {"ref": "a.seconds"}))
    with pytest.raises(CycleError, match="a -> a"):
        order(nodes, edges(nodes))


def test_many_nodes_in_a_row_do_not_recurse() -> None:
    ids = [f"n{i}" for i in range(10_000)]
    backwards = [(ids[i + 1], ids[i]) for i in range(9_999)]
    assert sort(ids, backwards) == (ids[::-1], [])
    _, cycles = sort(ids, [*backwards, (ids[0], ids[-1])])
    assert len(cycles) == 1
    assert len(cycles[0]) == 10_000


PAIRS = st.integers(1, 12).flatmap(
    lambda n: st.tuples(
        st.just(n), st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=40)
    )
)


@given(PAIRS)
def test_sort_gives_all_nodes_sources_first_or_true_cycles(drawn: Any) -> None:
    count, numbers = drawn
    ids = [f"n{i}" for i in range(count)]
    pairs = [(ids[a], ids[b]) for a, b in numbers]
    found, cycles = sort(ids, pairs)
    assert sorted(found) == sorted(ids)
    for cycle in cycles:
        assert all((a, b) in pairs for a, b in zip(cycle, (*cycle[1:], cycle[0]), strict=True))
        assert len(set(cycle)) == len(cycle)
    in_cycles = [name for cycle in cycles for name in cycle]
    assert len(in_cycles) == len(set(in_cycles))
    if not cycles:
        assert all(found.index(a) < found.index(b) for a, b in pairs)


@given(PAIRS)
def test_sort_finds_a_cycle_exactly_when_there_is_one(drawn: Any) -> None:
    count, numbers = drawn
    reach = {i: {b for a, b in numbers if a == i} for i in range(count)}
    for _ in range(count):
        reach = {i: set().union(found, *(reach[j] for j in found)) for i, found in reach.items()}
    has_cycle = any(i in found for i, found in reach.items())
    assert (
        bool(sort([str(i) for i in range(count)], [(str(a), str(b)) for a, b in numbers])[1])
        == has_cycle
    )


def test_what_leads_into_many_cycles_is_walked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    row, pairs = 500, []
    ids = [f"n{number}" for number in range(2_500)]
    pairs += [(ids[number + 1], ids[number]) for number in range(row - 1)]
    for number in range(row, len(ids), 2):
        pair = ids[number], ids[number + 1]
        pairs += [pair, pair[::-1], (pair[0], ids[row - 1])]
    steps = []
    first = graph._Sorting._first_source
    monkeypatch.setattr(
        graph._Sorting, "_first_source", lambda *given: (steps.append(given), first(*given))[1]
    )
    found, cycles = sort(ids, pairs)
    assert (len(found), len(cycles)) == (2_500, 1_000)
    assert len(steps) < 5_000
