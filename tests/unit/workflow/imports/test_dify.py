"""Dify: what its nodes, selectors and code become."""

from __future__ import annotations

from typing import Any

import pytest

from stageline.workflow.canvas.terms import Raw
from stageline.workflow.document import BranchNode, LoopNode, NoteNode, TaskNode
from stageline.workflow.imports import Imported, convert
from stageline.workflow.imports._dify.code import NotPlainError, returned
from tests.unit.workflow.imports.running import run


def node(name: str, kind: str, parent: str = "", **data: Any) -> dict[str, Any]:
    inside = {"parentId": parent} if parent else {}
    return {"id": name, "type": "custom", "position": {"x": 1.5, "y": 2},
            "data": {"type": kind, "title": f"{kind} {name}", **data}, **inside}  # fmt: skip


def edge(source: str, target: str, handle: str = "source") -> dict[str, Any]:
    return {"id": f"{source}-{target}", "source": source, "target": target,
            "sourceHandle": handle, "targetHandle": "target"}  # fmt: skip


def start(*names: str) -> dict[str, Any]:
    return node("1", "start", variables=[
        {"variable": name, "label": name.title(), "type": "number", "required": True}
        for name in names])  # fmt: skip


def code(name: str, text: str, parent: str = "", **variables: list[str]) -> dict[str, Any]:
    given = [{"variable": n, "value_selector": s} for n, s in variables.items()]
    return node(name, "code", parent, code=text, code_language="python3", variables=given,
                outputs={})  # fmt: skip


def end(name: str, **outputs: list[str]) -> dict[str, Any]:
    return node(name, "end", outputs=[{"variable": n, "value_selector": s}
                                      for n, s in outputs.items()])  # fmt: skip


def imported(nodes: list[dict[str, Any]], *edges: dict[str, Any], **workflow: Any) -> Imported:
    graph = {"nodes": nodes, "edges": list(edges)}
    document = {"app": {"name": "T", "mode": "workflow"}, "kind": "app",
                "workflow": {"graph": graph, **workflow}}  # fmt: skip
    found = convert(document)
    assert found.format == "dify"
    assert found.workflow is not None, found.problems
    return found


def outputs(found: Imported, inputs: dict[str, Any] | None = None, **fakes: Any) -> Any:
    assert found.workflow is not None
    result, _ = run(found.workflow, inputs, **fakes)
    assert result.category is None, result
    return result.outputs


def test_start_and_end_are_inputs_and_outputs() -> None:
    found = imported([start("a"), end("9", b=["1", "a"])], edge("1", "9"))
    assert found.workflow is not None
    assert {n: (i.type, i.title) for n, i in found.workflow.inputs.items()} == {
        "a": ("number", "A")}  # fmt: skip
    assert outputs(found, {"a": 3}) == {"b": 3}
    assert found.problems == ()


def test_if_else_chooses_among_cases() -> None:
    case_id = "91eeee38-2f3d-41fe-aada-fbb552f38d09"
    cases = [
        {"case_id": "true", "logical_operator": "and", "conditions": [
            {"comparison_operator": "≥", "value": "10", "varType": "number",
             "variable_selector": ["1", "n"]}]},
        {"case_id": case_id, "logical_operator": "or", "conditions": [
            {"comparison_operator": "=", "value": "5", "varType": "number",
             "variable_selector": ["1", "n"]},
            {"comparison_operator": "<", "value": "0", "varType": "number",
             "variable_selector": ["1", "n"]}]},
    ]  # fmt: skip
    found = imported(
        [start("n"), node("2", "if-else", cases=cases),
         *(code(str(k), f"def main():\n    return {{'r': {k}}}") for k in (3, 4, 5)),
         node("6", "variable-aggregator", variables=[["3", "r"], ["4", "r"], ["5", "r"]]),
         end("7", r=["6", "output"])],
        edge("1", "2"), edge("2", "3", "true"), edge("2", "4", case_id), edge("2", "5", "false"),
        edge("3", "6"), edge("4", "6"), edge("5", "6"), edge("6", "7"),
    )  # fmt: skip
    assert [outputs(found, {"n": n})["r"] for n in (10, 5, -1, 7)] == [3, 4, 4, 5]


def test_a_condition_before_there_were_cases() -> None:
    old = [{"comparison_operator": "is", "value": "x", "variable_selector": ["1", "n"]}]
    found = imported([start("n"), node("2", "if-else", conditions=old, logical_operator="and")])
    branch = found.workflow.nodes[1] if found.workflow else None
    assert isinstance(branch, BranchNode)
    assert (branch.cases[0].when, branch.default) == ('inputs.n == "x"', "false")


@pytest.mark.parametrize(
    ("operator", "value", "expected"),
    [("contains", "a", 'contains(inputs.n, "a")'), ("not empty", "", 'default(inputs.n, "") not in'
      ' ["", []]'), ("in", "a, b", 'inputs.n in ["a", "b"]'), ("≠", "3", "inputs.n != 3"),
     ("null", None, "inputs.n is None"), ("all of", "x", "False")],
)  # fmt: skip
def test_conditions(operator: str, value: Any, expected: str) -> None:
    one = {"comparison_operator": operator, "value": value, "variable_selector": ["1", "n"],
           "varType": "number" if operator == "≠" else "string"}  # fmt: skip
    start_ = node("1", "start", variables=[{"variable": "n", "type": "paragraph"}])
    found = imported([start_, node("2", "if-else", cases=[{"case_id": "true",
                                                            "conditions": [one]}])])  # fmt: skip
    branch = found.workflow.nodes[1] if found.workflow else None
    assert isinstance(branch, BranchNode)
    assert branch.cases[0].when == expected
    assert any(p.code == "untranslated_expression" for p in found.problems) == (
        expected == "False")  # fmt: skip


def test_code_is_read_and_never_run() -> None:
    arguments = {"a": "A"}
    text = 'def main(a: str) -> dict:\n    """Doc."""\n    return {"x": a, "y": [1, -2.5, None]}'
    assert returned(text, arguments) == {
        "x": "A", "y": [Raw(1), Raw(-2.5), Raw(None)]}  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "import os\ndef main():\n    return {}",
        "def main(a):\n    return {'x': a @ 1}",
        "def main(a):\n    return {'x': a.encode()}",
        "def main(len):\n    return {'x': len(b)}",
        "def main(a):\n    a += 1\n    return {'x': a}",
        "def main(a):\n    a, b = 1, 2\n    return {'x': a}",
        "def main():\n    return {'x': open('/etc/passwd')}",
        "def main():\n    return {**{}}",
        "def main():\n    return {f'{1}': 1}",
        "def main():\n    return {'x': b'bytes'}",
        "def main():\n    return {'x': 1e999}",
        "def main():\n    return 1",
        "def main(a):\n" + "    a = a + a\n" * 9 + "    return {'x': a}",
        "def main(a):\n    for x in a: pass\n    return {'x': a}",
        "@evil\ndef main():\n    return {}",
        "def main(a=evil()):\n    return {'x': b}",
        "def main(:",
        "(" * 500,
        "x" * 30_000,
        "",
        "\0",
    ],
)
def test_code_that_does_more_is_left_to_a_tool(text: str) -> None:
    with pytest.raises(NotPlainError):
        returned(text, {"a": "A"})
    found = imported([code("2", text, a=["1", "n"]), start("n")])
    task = found.workflow.nodes[0] if found.workflow else None
    assert isinstance(task, TaskNode)
    assert task.tool == "dify.code"
    assert task.parameters["code"] == text or {"literal": text} == task.parameters["code"]


def test_iteration_hands_out_one_value_a_round() -> None:
    found = imported(
        [start("n"), code("2", "def main(n):\n    return {'list': [1, n, 3]}", n=["1", "n"]),
         node("3", "iteration", iterator_selector=["2", "list"], output_selector=["5", "output"],
              is_parallel=True, parallel_nums=4),
         node("4", "iteration-start", "3"),
         node("5", "template-transform", "3", template="{{ x }} of {{ n }} at {{ i }}", variables=[
             {"variable": "x", "value_selector": ["3", "item"]},
             {"variable": "n", "value_selector": ["1", "n"]},
             {"variable": "i", "value_selector": ["3", "index"]}]),
         end("6", out=["3", "output"])],
        edge("1", "2"), edge("2", "3"), edge("4", "5"), edge("3", "6"),
    )  # fmt: skip
    assert outputs(found, {"n": 7}) == {"out": ["1 of 7 at 0", "7 of 7 at 1", "3 of 7 at 2"]}
    loop = next(n for n in found.workflow.nodes if isinstance(n, LoopNode))  # type: ignore[union-attr]
    assert loop.max_parallel == 4
    assert [n.ui["source_id"] for n in loop.nodes] == ["4", "5"]


def test_loop_variables_are_state_that_assigners_change() -> None:
    def assign(name: str, variable: str, operation: str, value: Any, **more: Any) -> dict[str, Any]:
        return node(name, "assigner", "2", items=[
            {"variable_selector": ["2", variable], "operation": operation, "value": value,
             "input_type": "constant", **more}])  # fmt: skip

    found = imported(
        [start("n"),
         node("2", "loop", loop_count=20, logical_operator="or", loop_variables=[
                  {"label": "sum", "value": "0", "value_type": "constant", "var_type": "number"},
                  {"label": "k", "value": ["1", "n"], "value_type": "variable",
                   "var_type": "number"}],
              break_conditions=[{"comparison_operator": ">", "value": "9", "varType": "number",
                                 "variable_selector": ["2", "sum"]}]),
         node("3", "loop-start", "2"),
         assign("4", "k", "+=", 1),
         assign("5", "sum", "+=", ["2", "k"], input_type="variable"),
         end("6", total=["2", "sum"], k=["2", "k"])],
        edge("1", "2"), edge("3", "4"), edge("4", "5"), edge("2", "6"),
    )  # fmt: skip
    assert outputs(found, {"n": 0}) == {"total": 10, "k": 4}


def test_a_loop_ends_where_its_end_is_reached() -> None:
    cases = [{"case_id": "true", "conditions": [
        {"comparison_operator": "=", "value": "3", "varType": "number",
         "variable_selector": ["2", "k"]}]}]  # fmt: skip
    found = imported(
        [node("2", "loop", loop_count=50, loop_variables=[
            {"label": "k", "value": 0, "value_type": "constant", "var_type": "number"}]),
         node("3", "loop-start", "2"), node("4", "if-else", "2", cases=cases),
         node("5", "loop-end", "2"),
         node("6", "assigner", "2", items=[{"variable_selector": ["2", "k"], "operation": "+=",
                                            "value": 1, "input_type": "constant"}]),
         end("7", k=["2", "k"])],
        edge("3", "4"), edge("4", "5", "true"), edge("4", "6", "false"), edge("2", "7"),
    )  # fmt: skip
    assert outputs(found) == {"k": 3}


def test_variables_of_the_system_and_the_environment_are_inputs() -> None:
    found = imported(
        [node("2", "answer", answer="{{#sys.query#}} / {{#env.host#}} / {{#conversation.n#}}")],
        environment_variables=[{"name": "host", "value": "h", "value_type": "string"}],
        conversation_variables=[{"name": "n", "value": 2, "value_type": "number"}],
    )
    assert outputs(found) == {"answer": " / h / 2"}
    assert outputs(found, {"sys_query": "Why?", "conversation_n": 4}) == {"answer": "Why? / h / 4"}


def test_several_ends_give_what_the_one_that_ran_gave() -> None:
    cases = [{"case_id": "true", "conditions": [
        {"comparison_operator": "=", "value": "1", "varType": "number",
         "variable_selector": ["1", "n"]}]}]  # fmt: skip
    found = imported(
        [start("n"), node("2", "if-else", cases=cases), end("3", r=["1", "n"]),
         code("4", "def main():\n    return {'x': 'other'}"), end("5", r=["4", "x"])],
        edge("1", "2"), edge("2", "3", "true"), edge("2", "4", "false"), edge("4", "5"),
    )  # fmt: skip
    assert [outputs(found, {"n": n})["r"] for n in (1, 2)] == [1, "other"]


def test_unknown_nodes_remarks_and_failures() -> None:
    state = '{"root":{"children":[{"type":"paragraph","children":[{"text":"Hello"}]}]}}'
    found = imported(
        [node("2", "llm", model={"name": "m"}, error_strategy="default-value",
              retry_config={"retry_enabled": True, "max_retries": 2, "retry_interval": 500}),
         {**node("3", "", text=state), "type": "custom-note", "width": 240, "height": 99},
         node("4", "tool", tool_name="wikipedia_search"), end("5", a=["2", "text"])],
        edge("2", "4", "fail-branch"), edge("2", "5"),
    )  # fmt: skip
    assert found.workflow is not None
    llm, remark, tool, _ = found.workflow.nodes
    assert isinstance(llm, TaskNode)
    assert (llm.tool, llm.on_error, llm.retry.attempts, llm.retry.delay) == (  # type: ignore[union-attr]
        "dify.llm", "continue", 3, 0.5)  # fmt: skip
    assert isinstance(remark, NoteNode)
    assert (remark.text, remark.ui["width"]) == ("Hello", 240)
    assert isinstance(tool, TaskNode)
    assert tool.tool == "dify.tool.wikipedia_search"
    assert tool.after[0].on == "failed"
    assert outputs(found, dify__llm=lambda _: {"text": "T"}, **{
        "dify__tool.wikipedia_search": lambda _: {}}) == {"a": "T"}  # fmt: skip


def test_keys_in_exports_are_hidden() -> None:
    found = imported([node("2", "http-request", url="https://example.org", method="get",
                           authorization={"type": "api-key", "config": {
                               "api_key": "282608591251313024.AiqxcmC7Vkw"}})])  # fmt: skip
    assert "282608591251313024" not in found.workflow.model_dump_json()
    assert [p.code for p in found.problems] == ["secret_hidden", "unknown_tool"]


def test_an_app_without_a_graph_is_refused() -> None:
    found = convert({"app": {"mode": "chat"}, "kind": "app", "model_config": {}})
    assert (found.format, found.workflow) == ("dify", None)
    assert [p.code for p in found.problems] == ["no_graph"]


def test_iterations_inside_each_other_know_the_items_of_both() -> None:
    found = imported(
        [code("1", "def main():\n    return {'list': [[1, 2], [3]]}"),
         node("2", "iteration", iterator_selector=["1", "list"], output_selector=["3", "output"]),
         node("3", "iteration", "2", iterator_selector=["2", "item"],
              output_selector=["4", "output"]),
         node("4", "template-transform", "3", template="{{ i }}/{{ o }}", variables=[
             {"variable": "i", "value_selector": ["3", "item"]},
             {"variable": "o", "value_selector": ["2", "item"]}]),
         end("5", out=["2", "output"])],
        edge("1", "2"), edge("2", "5"),
    )  # fmt: skip
    assert outputs(found) == {"out": ["1/[1,2]", "2/[1,2]", "3/[3]"]}


def test_a_loop_hands_on_no_port_that_is_not_there() -> None:
    """The branch closes the cycle, and has no such output."""
    case = {"case_id": "true", "logical_operator": "and", "conditions": [
        {"comparison_operator": "=", "value": "1", "varType": "number",
         "variable_selector": ["1", "n"]}]}  # fmt: skip
    found = imported(
        [start("n"), node("2", "variable-aggregator", variables=[["3", "output"], ["1", "n"]]),
         node("3", "if-else", cases=[case]), end("4", o=["2", "output"])],
        edge("1", "2"), edge("2", "3"), edge("3", "2", "true"), edge("3", "4", "false"),
    )  # fmt: skip
    assert [e.kind for e in found.edges] == ["entry", "control", "back", "exit"]
    lost = [p.message for p in found.problems if p.code == "untranslated_expression"]
    assert any("if_else_3" in message for message in lost)
