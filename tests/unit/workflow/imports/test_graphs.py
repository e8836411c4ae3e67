"""Flowise, Langflow, ComfyUI, Elyra: graphs of typed nodes."""

from __future__ import annotations

import json
from typing import Any

from stageline.workflow import import_document
from stageline.workflow.canvas.components import ordering
from stageline.workflow.document import BranchNode, LoopNode, Node, NoteNode, TaskNode
from stageline.workflow.imports import Imported, convert

AT = {"x": 5, "y": 6}


def nodes_of(found: Imported) -> dict[str, Node]:
    assert found.workflow is not None, found.problems
    return {node.id: node for node in found.workflow.walk()}


def flowise(name: str, kind: str, **inputs: Any) -> dict[str, Any]:
    data = {"id": name, "name": kind, "label": kind, "inputs": inputs, "outputAnchors": []}
    return {"id": name, "type": "customNode", "position": AT, "data": data, "width": 300,
            "height": 100}  # fmt: skip


def test_flowise_edges_carry_values_into_anchors() -> None:
    found = convert({
        "nodes": [flowise("m_0", "model", temperature="0.5"),
                  flowise("t_0", "tools", many=["{{x}}"]), flowise("t_1", "tools"),
                  flowise("c_0", "chain", model="{{m_0.data.instance}}"),
                  {**flowise("s_0", "stickyNote", note="Hi"), "type": "stickyNote"}],
        "edges": [
            {"id": "1", "source": "m_0", "sourceHandle": "m_0-output-model-Base|Model",
             "target": "c_0", "targetHandle": "c_0-input-model-Base"},
            *({"id": s, "source": s, "sourceHandle": f"{s}-output-tool-Tool", "target": "c_0",
               "targetHandle": "c_0-input-tools-Tool"} for s in ("t_0", "t_1"))],
    })  # fmt: skip
    assert found.format == "flowise"
    made = nodes_of(found)
    chain = made["chain"]
    assert isinstance(chain, TaskNode)
    assert chain.tool == "flowise.chain"
    assert chain.parameters == {
        "model": {"ref": "model.model"},
        "tools": [{"ref": "tools.tool"}, {"ref": "tools_2.tool"}],
    }
    assert [e.kind for e in found.edges] == ["data"] * 3
    assert isinstance(made["stickynote"], NoteNode)
    assert (made["chain"].ui["x"], made["chain"].ui["width"]) == (5, 300)


def test_flowise_conditions_branch_and_loops_jump_back() -> None:
    conditions = [{"type": "number", "value1": "<p>{{ a_0 }}</p>", "operation": "larger",
                   "value2": "3"}]  # fmt: skip
    found = convert({
        "nodes": [flowise("a_0", "llmAgentflow"),
                  flowise("q_0", "conditionAgentflow", conditions=conditions),
                  flowise("l_0", "loopAgentflow", loopBackToNode="a_0-Ask", maxLoopCount=7),
                  flowise("e_0", "llmAgentflow")],
        "edges": [{"id": "1", "source": "a_0", "target": "q_0", "targetHandle": "q_0"},
                  {"id": "2", "source": "q_0", "sourceHandle": "q_0-output-0", "target": "e_0"},
                  {"id": "3", "source": "q_0", "sourceHandle": "q_0-output-1", "target": "l_0"}],
    })  # fmt: skip
    made = nodes_of(found)
    loop = made["loop_llmagentflow"]
    assert isinstance(loop, LoopNode)
    assert (loop.limit, loop.until) == (7, '(conditionagentflow.case in ["case_1"])')
    branch = made["conditionagentflow"]
    assert isinstance(branch, BranchNode)
    assert branch.cases[0].when == "llmagentflow.output > 3.0"
    assert [e.kind for e in found.edges] == ["control", "exit", "case", "back"]
    assert found.edges[-1].source_port == "loopBackToNode"


def test_langflow_edges_lead_from_outputs_to_fields() -> None:
    def component(name: str, kind: str, **fields: Any) -> dict[str, Any]:
        template = {n: {"value": v, "type": "str"} for n, v in fields.items()}
        return {"id": name, "type": "genericNode", "position": AT, "data": {
            "type": kind, "id": name, "node": {"display_name": f"My {kind}",
                                               "template": template}}}  # fmt: skip

    written = "{œfieldNameœ: œinput_valueœ, œidœ: œBœ}"
    remark = {"id": "n", "type": "noteNode", "position": AT, "data": {
        "type": "note", "node": {"description": "# Hi", "template": {}}}}  # fmt: skip
    found = convert({"name": "Flow", "data": {
        "nodes": [component("A", "ChatInput"), component("B", "Agent", system="be kind"), remark],
        "edges": [{"source": "A", "target": "B", "targetHandle": written,
                   "data": {"sourceHandle": {"name": "message"}}}]}})  # fmt: skip
    assert found.format == "langflow"
    agent = nodes_of(found)["my_agent"]
    assert isinstance(agent, TaskNode)
    assert agent.tool == "langflow.Agent"
    assert agent.parameters == {"system": "be kind", "input_value": {"ref": "my_chatinput.message"}}
    assert nodes_of(found)["note"].text == "# Hi"  # type: ignore[union-attr]


def test_langflow_cycles_of_values_become_state() -> None:
    def component(name: str) -> dict[str, Any]:
        return {"id": name, "type": "genericNode", "position": AT,
                "data": {"type": name, "node": {"display_name": name, "template": {}}}}  # fmt: skip

    def edge(source: str, target: str, field: str) -> dict[str, Any]:
        return {"source": source, "target": target, "data": {
            "sourceHandle": {"name": "out"}, "targetHandle": {"fieldName": field}}}  # fmt: skip

    found = convert({"data": {
        "nodes": [component(n) for n in ("S", "A", "B", "E")],
        "edges": [edge("S", "A", "x"), edge("A", "B", "x"), edge("B", "A", "again"),
                  edge("B", "E", "x")]}})  # fmt: skip
    loop = nodes_of(found)["loop_a"]
    assert isinstance(loop, LoopNode)
    assert dict(loop.state) == {"b_out_before": None}
    assert dict(loop.next) == {"b_out_before": {"ref": "b.out"}}
    assert dict(loop.outputs) == {"b_out": {"ref": "b.out"}}
    made = nodes_of(found)
    assert made["a"].parameters == {"x": {"ref": "s.out"}, "again": {"ref": "state.b_out_before"}}  # type: ignore[union-attr]
    assert made["e"].parameters == {"x": {"ref": "loop_a.b_out"}}  # type: ignore[union-attr]
    assert [e.kind for e in found.edges] == ["data", "data", "back", "exit"]


def test_comfyui_links_fill_inputs() -> None:
    found = convert({
        "last_node_id": 3, "last_link_id": 2, "groups": [
            {"title": "Frame", "bounding": [1, 2, 30, 40]}],
        "nodes": [
            {"id": 1, "type": "Load", "pos": [7, 8], "size": {"0": 100, "1": 50}, "mode": 4,
             "outputs": [{"name": "MODEL"}], "widgets_values": ["a.ckpt"]},
            {"id": 2, "type": "Sample", "pos": {"0": 1, "1": 2}, "size": [3, 4],
             "inputs": [{"name": "model.main", "link": 1}]},
            {"id": 3, "type": "Note", "pos": [0, 0], "widgets_values": ["Hello"]}],
        "links": [[1, 1, 0, 2, 0, "MODEL"], {"id": 2, "origin_id": 9, "origin_slot": 0,
                                             "target_id": 2, "target_slot": 5}],
    })  # fmt: skip
    assert found.format == "comfyui"
    made = nodes_of(found)
    assert made["sample"].parameters == {"model_main": {"ref": "load.MODEL"}}  # type: ignore[union-attr]
    assert made["load"].parameters == {"widgets_values": {"literal": ["a.ckpt"]}}  # type: ignore[union-attr]
    assert [made["load"].ui[n] for n in ("x", "y", "width", "height")] == [7, 8, 100, 50]
    assert made["note"].text == "Hello"  # type: ignore[union-attr]
    assert isinstance(made["frame"], NoteNode)
    assert [e.kind for e in found.edges] == ["data", "dangling"]
    assert {p.code for p in found.problems} == {"unknown_tool", "disabled_node", "dangling_edge"}


def test_comfyui_prompts_of_the_api() -> None:
    prompt = {"3": {"class_type": "KSampler", "_meta": {"title": "Sample"},
                    "inputs": {"seed": 2**64 - 1, "model": ["4", 1], "size": [1, 2]}},
              "4": {"class_type": "Load", "inputs": {}}}  # fmt: skip
    found = import_document(json.dumps({"prompt": prompt, "client_id": "x"}))
    assert found.format == "comfyui"
    assert nodes_of(found)["sample"].parameters == {  # type: ignore[union-attr]
        "seed": "18446744073709551615", "size": {"literal": [1, 2]},
        "model": {"ref": "load.output_1"},
    }  # fmt: skip
    assert [p.code for p in found.problems if p.line] == ["bad_number"]


def test_elyra_nodes_name_those_before_them() -> None:
    def step(name: str, before: str = "") -> dict[str, Any]:
        links = [{"id": "l", "node_id_ref": before, "port_id_ref": "outPort"}] if before else []
        return {"id": name, "type": "execution_node", "op": "execute-notebook-node",
                "app_data": {"component_parameters": {"filename": f"{name}.ipynb"},
                             "ui_data": {"label": f"Run {name}", "x_pos": 1, "y_pos": 2}},
                "inputs": [{"id": "inPort", "links": links}]}  # fmt: skip

    comments = [{"id": "c", "x_pos": 3, "y_pos": 4, "width": 5, "height": 6, "content": "Look"}]
    found = convert({"doc_type": "pipeline", "primary_pipeline": "p", "pipelines": [
        {"id": "p", "nodes": [step("a"), step("b", "a"), step("c2", "gone")],
         "app_data": {"ui_data": {"comments": comments},
                      "properties": {"name": "Pipe"}}}]})  # fmt: skip
    assert found.format == "elyra"
    made = nodes_of(found)
    assert made["run_b"].after[0].node == "run_a"
    assert made["run_b"].tool == "elyra.execute-notebook-node"  # type: ignore[union-attr]
    assert made["run_b"].parameters == {"filename": "b.ipynb"}  # type: ignore[union-attr]
    assert made["comment"].text == "Look"  # type: ignore[union-attr]
    assert [e.kind for e in found.edges] == ["control", "dangling"]
    assert found.workflow is not None
    assert found.workflow.title == "Pipe"


def test_elyra_nodes_need_all_before_them() -> None:
    def step(name: str, *before: str) -> dict[str, Any]:
        links = [{"node_id_ref": name} for name in before]
        return {"id": name, "op": name, "app_data": {}, "inputs": [{"id": "in", "links": links}]}

    nodes = [step("a"), step("b", "a"), step("c", "a", "b")]
    made = nodes_of(convert({"doc_type": "pipeline", "pipelines": [{"id": "p", "nodes": nodes}]}))
    assert [(n.join, [a.node for a in n.after]) for n in made.values()] == [
        ("all", []), ("all", ["a"]), ("all", ["a", "b"])]  # fmt: skip


def test_flowise_iterations_hold_their_body() -> None:
    inner = {**flowise("b_0", "llmAgentflow"), "parentNode": "i_0"}
    found = convert({
        "nodes": [flowise("a_0", "llmAgentflow"), inner,
                  flowise("i_0", "iterationAgentflow", iterationInput="<p>{{ a_0 }}</p>")],
        "edges": [{"id": "1", "source": "a_0", "target": "i_0"}]})  # fmt: skip
    loop = nodes_of(found)["iterationagentflow"]
    assert isinstance(loop, LoopNode)
    assert loop.over == {"ref": "llmagentflow.output"}
    assert [n.id for n in loop.nodes] == ["llmagentflow_2"]


def test_a_foreign_type_never_calls_a_tool_of_ours() -> None:
    found = convert({"StartAt": "A", "States": {
        "A": {"Type": "Task", "Resource": "run_command", "End": True,
              "argv": ["rm", "-r", "dir"]}}})  # fmt: skip
    task = nodes_of(found)["a"]
    assert isinstance(task, TaskNode)
    assert task.tool == "asl.run_command"


def test_places_follow_what_leads_to_them_and_a_cycle_has_one() -> None:
    found = ordering(["d", "c", "b", "a"], [("a", "b"), ("b", "c"), ("c", "b")], [("c", "d")])
    assert found == {"a": ("a", 0), "b": ("c", 1), "c": ("c", 1), "d": ("d", 2)}
