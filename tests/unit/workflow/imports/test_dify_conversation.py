"""Dify: variables that outlive a node, and all that an app says."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from tests.unit.workflow.imports.running import run
from tests.unit.workflow.imports.test_dify import code, edge, end, imported, node, outputs

TOPIC = [{"name": "topic", "value": "none", "value_type": "string"}]
LIST = "def main():\n    return {'list': [1, 2]}"


def assign(name: str, parent: str = "", operation: str = "over-write", **more: Any) -> Any:
    given = {"variable_selector": ["conversation", "topic"], "operation": operation,
             "input_type": "constant", "value": f"by {name}", **more}  # fmt: skip
    return node(name, "assigner", parent, items=[given])


def answer(name: str, text: str, parent: str = "") -> Any:
    return node(name, "answer", parent, answer=text)


def codes(found: Any) -> list[str]:
    return [problem.code for problem in found.problems]


def test_a_variable_is_what_the_last_assigner_on_the_way_gave() -> None:
    found = imported(
        [answer("1", "{{#conversation.topic#}},"), assign("2"), assign("3"),
         answer("4", "{{#conversation.topic#}}")],
        edge("1", "2"), edge("2", "3"), edge("3", "4"), conversation_variables=TOPIC,
    )  # fmt: skip
    assert outputs(found) == {"answer": "none,by 3"}
    assert outputs(found, {"conversation_topic": "x"}) == {"answer": "x,by 3"}
    assert found.problems == ()


def test_an_assigner_of_another_way_changes_nothing() -> None:
    one = {"comparison_operator": "is", "value": "set", "variable_selector": ["sys", "query"]}
    cases = [{"case_id": "true", "conditions": [one]}]
    found = imported(
        [node("1", "if-else", cases=cases), assign("2"), answer("3", "{{#conversation.topic#}}")],
        edge("1", "2", "true"), edge("1", "3", "false"), edge("2", "3"),
        conversation_variables=TOPIC,
    )  # fmt: skip
    assert [outputs(found, {"sys_query": q})["answer"] for q in ("set", "")] == ["by 2", "none"]


@pytest.mark.parametrize(
    ("kind", "value", "empty"),
    [("string", "a", ""), ("number", 3, 0), ("array[string]", ["a"], [])],
)
def test_a_cleared_variable_is_empty_and_not_as_before(kind: str, value: Any, empty: Any) -> None:
    found = imported(
        [assign("2", operation="clear"), end("3", topic=["conversation", "topic"])],
        edge("2", "3"),
        conversation_variables=[{"name": "topic", "value": value, "value_type": kind}],
    )
    assert outputs(found) == {"topic": empty}


def test_a_variable_that_rounds_over_a_list_set_is_known_behind_them() -> None:
    found = imported(
        [code("1", LIST),
         node("2", "iteration", iterator_selector=["1", "list"], output_selector=["3", "topic"]),
         assign("3", "2", input_type="variable", value=["2", "item"]),
         answer("4", "{{#conversation.topic#}}")],
        edge("1", "2"), edge("2", "4"), conversation_variables=TOPIC,
    )  # fmt: skip
    assert outputs(found) == {"answer": "2"}
    assert found.problems == ()


@pytest.mark.parametrize("read", ["choose", "append"])
def test_rounds_over_a_list_that_would_have_to_know_each_other_are_told(read: str) -> None:
    inside = {
        "choose": [node("5", "if-else", "2", conditions=[]), assign("3", "2")],
        "append": [assign("3", "2", "+=", value="!")],
    }[read]
    found = imported(
        [code("1", LIST), node("2", "iteration", iterator_selector=["1", "list"]), *inside,
         answer("4", "{{#conversation.topic#}}")],
        edge("1", "2"), edge("2", "4"), conversation_variables=TOPIC,
    )  # fmt: skip
    assert codes(found) == ["conversation_variable"]
    assert "'topic'" in found.problems[0].message
    assert found.problems[0].node == "iteration_2"


def test_a_loop_keeps_a_variable_from_round_to_round() -> None:
    found = imported(
        [node("2", "loop", loop_count=3, break_conditions=[]),
         assign("3", "2", "+=", value="!"), answer("4", "{{#conversation.topic#}}")],
        edge("2", "4"), conversation_variables=TOPIC,
    )  # fmt: skip
    assert outputs(found) == {"answer": "none!!!"}


def test_all_answers_on_a_way_are_one_text() -> None:
    """Those of the rounds of a loop too, each time they are given."""
    found = imported(
        [answer("1", "Begin. "), code("2", LIST),
         node("3", "iteration", iterator_selector=["2", "list"], output_selector=["4", "answer"]),
         answer("4", "{{#3.item#}}; ", "3"),
         node("5", "loop", loop_count=2, break_conditions=[]), answer("6", "Again. ", "5"),
         answer("7", "End.")],
        edge("1", "2"), edge("2", "3"), edge("3", "5"), edge("5", "7"),
    )  # fmt: skip
    assert outputs(found) == {"answer": "Begin. 1; 2; Again. Again. End."}


def test_an_answer_is_a_text_whatever_it_names() -> None:
    found = imported([code("1", "def main():\n    return {'n': 5}"), answer("2", "{{#1.n#}}")],
                     edge("1", "2"))  # fmt: skip
    assert outputs(found) == {"answer": "5"}


@pytest.mark.parametrize(
    ("flatten", "expected"), [({}, [1, 2, 2, 4]), ({"flatten_output": False}, [[1, 2], [2, 4]])]
)
def test_lists_of_rounds_become_one_list(flatten: dict[str, Any], expected: Any) -> None:
    pair = code("3", "def main(a):\n    twice = a * 2\n    return {'pair': [a, twice]}", "2",
                a=["2", "item"])  # fmt: skip
    pair["data"]["outputs"] = {"pair": {"type": "array[number]"}}
    found = imported(
        [code("1", LIST), node("2", "iteration", iterator_selector=["1", "list"],
                               output_selector=["3", "pair"], **flatten),
         pair, end("4", all=["2", "output"])],
        edge("1", "2"), edge("2", "4"),
    )  # fmt: skip
    assert outputs(found) == {"all": expected}


@pytest.mark.parametrize(
    ("text", "expected"),
    [("(a + 1) * -a", -12), ("'few' if a < 5 else 'many'", "few"), ("[len(b), b[1]]", [2, 2]),
     ("a in b", False), ("max(b) / 4", 0.5), ("{'en': b, 'de': [a]}.get('de', '')", [3]),
     ("'a-b'.upper().split('-')", ["A", "B"])],
)  # fmt: skip
def test_code_computes_what_expressions_can(text: str, expected: Any) -> None:
    given = "def main():\n    return {'a': 3, 'b': [1, 2]}"
    found = imported(
        [code("1", given), code("2", f"def main(a, b):\n    return {{'r': {text}}}",
                                a=["1", "a"], b=["1", "b"]), end("3", r=["2", "r"])],
        edge("1", "2"), edge("2", "3"),
    )  # fmt: skip
    assert found.problems == ()
    assert outputs(found) == {"r": expected}


@pytest.mark.parametrize("mode", ["continue-on-error", "remove-abnormal-output", "terminated"])
def test_rounds_may_fail_where_the_iteration_says_so(mode: str) -> None:
    found = imported(
        [code("1", LIST), node("2", "iteration", iterator_selector=["1", "list"],
                               output_selector=["3", "text"], error_handle_mode=mode),
         node("3", "llm", "2")], edge("1", "2"),
    )  # fmt: skip
    assert found.workflow is not None
    inside = [n for n in found.workflow.walk() if n.ui.get("source_id") == "3"]
    assert getattr(inside[0], "on_error", None) == ("fail" if mode == "terminated" else "ignore")
    assert codes(found) == ["unknown_tool"]


@pytest.mark.parametrize(("begins", "ends", "rounds"), [(0, 3, 3), (2, 3, 1), (3, 3, 0), (9, 9, 0)])
def test_a_loop_that_is_over_at_once_does_nothing(begins: int, ends: int, rounds: int) -> None:
    more = [{"variable_selector": ["2", "n"], "operation": "+=", "value": 1,
             "input_type": "constant"}]  # fmt: skip
    found = imported(
        [node("1", "start", variables=[]),
         node("2", "loop", loop_count=5, logical_operator="and",
              loop_variables=[{"label": "n", "var_type": "number", "value_type": "constant",
                               "value": begins}],
              break_conditions=[{"variable_selector": ["2", "n"], "comparison_operator": "≥",
                                 "value": "3", "varType": "number"}]),
         node("3", "loop-start", "2"), node("4", "assigner", "2", items=more),
         end("5", n=["2", "n"])],
        edge("1", "2"), edge("3", "4"), edge("2", "5"),
    )  # fmt: skip
    assert found.workflow is not None
    result, called = run(found.workflow)
    assigner = next(n.id for n in found.workflow.walk() if n.ui.get("source_id") == "4")
    assert (result.outputs, called.count(assigner)) == ({"n": ends}, rounds)


@pytest.mark.parametrize(
    ("mode", "expected"), [("remove-abnormal-output", [[1], [5]]), ("terminated", [[1], None, [5]])]
)
@pytest.mark.parametrize("flat", [True, False])
def test_what_a_round_gave_that_failed_is_taken_out(mode: str, expected: Any, flat: bool) -> None:
    """The middle round gives nothing; what the others give are lists."""
    items = "def main():\n    return {'list': [1, 0, 5]}"
    found = imported(
        [code("1", items), node("2", "iteration", iterator_selector=["1", "list"],
                                output_selector=["4", "r"], error_handle_mode=mode,
                                flatten_output=flat),
         node("3", "if-else", "2", cases=[{"case_id": "true", "conditions": [
             {"variable_selector": ["2", "item"], "comparison_operator": ">", "value": "0",
              "varType": "number"}]}]),
         {**code("4", "def main(x):\n    return {'r': [x]}", "2", x=["2", "item"])},
         end("5", r=["2", "output"])],
        edge("1", "2"), edge("3", "4", "true"), edge("2", "5"),
    )  # fmt: skip
    assert outputs(found) == {"r": expected}


def test_a_classifier_sends_on_along_one_way() -> None:
    found = imported(
        [node("1", "question-classifier", classes=[{"id": "17", "name": "Praise"},
                                                    {"id": "18", "name": "Complaint"}]),
         answer("2", "Thanks"), answer("3", "Sorry"), answer("4", "!")],
        edge("1", "2", "17"), edge("1", "3", "18"), edge("2", "4"), edge("3", "4"),
    )  # fmt: skip
    said = [
        outputs(found, **{"dify__question-classifier": lambda _, way=way: {"class_id": way}})
        for way in ("17", "18", "?")
    ]
    assert said == [{"answer": "Thanks!"}, {"answer": "Sorry!"}, {"answer": ""}]
    assert [(e.source, e.target, e.kind) for e in found.edges[:2]] == [
        ("1", "2", "case"), ("1", "3", "case")]  # fmt: skip


def test_of_hundreds_of_assigners_the_last_on_the_way_counts() -> None:
    names = [str(n) for n in range(600)]
    nodes = [assign(n) if int(n) % 2 else answer(n, "{{#conversation.topic#}} ") for n in names]
    found = imported(
        nodes, *(edge(a, b) for a, b in itertools.pairwise(names)),
        conversation_variables=TOPIC,
    )  # fmt: skip
    said = outputs(found)["answer"].split("by ")
    assert [part.strip() for part in said] == ["none", *names[1:-1:2]]
