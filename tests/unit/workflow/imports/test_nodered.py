"""Node-RED: what its nodes and messages become."""

from __future__ import annotations

from typing import Any

import pytest

from stageline.workflow.document import BranchNode, Node, NoteNode, TaskNode, WaitNode
from stageline.workflow.imports import Imported, convert
from tests.unit.workflow.imports.running import run


def node(name: str, kind: str, *wires: list[str], **more: Any) -> dict[str, Any]:
    return {"id": name, "type": kind, "z": "tab1", "x": 10, "y": 20, "wires": list(wires),
            "name": name, **more}  # fmt: skip


def inject(name: str, payload: str, kind: str, *wires: list[str]) -> dict[str, Any]:
    return node(name, "inject", *wires, props=[{"p": "payload"}], payload=payload,
                payloadType=kind)  # fmt: skip


def imported(*nodes: dict[str, Any]) -> Imported:
    found = convert(list(nodes))
    assert found.format == "nodered"
    assert found.workflow is not None, found.problems
    return found


def nodes_of(found: Imported) -> dict[str, Node]:
    return {node.id: node for node in found.workflow.walk()}  # type: ignore[union-attr]


def test_a_switch_routes_what_was_injected() -> None:
    rules = [{"t": "lt", "v": "0", "vt": "num"}, {"t": "btwn", "v": "0", "vt": "num", "v2": "9",
              "v2t": "num"}, {"t": "else"}]  # fmt: skip
    flow = [
        node("s", "switch", ["low"], ["mid"], ["high"], property="payload", propertyType="msg",
             rules=rules, checkall="false"),
        node("low", "debug"), node("mid", "debug"), node("high", "debug"),
    ]  # fmt: skip
    for payload, expected in (("-3", "low"), ("9", "mid"), ("10", "high")):
        found = imported(inject("i", payload, "num", ["s"]), *flow)
        assert found.problems == ()
        result, _ = run(found.workflow)  # type: ignore[arg-type]
        done = {n for n, status in result.statuses.items() if status == "completed"}
        assert done == {"i", "s", expected}


def test_of_several_sources_the_first_that_ran_counts() -> None:
    rules = [{"t": "eq", "v": "a", "vt": "str"}]
    found = imported(inject("i", "a", "str", ["s"]), inject("j", "b", "str", ["s"]),
                     node("s", "switch", ["d"], property="payload", rules=rules),
                     node("d", "debug"))  # fmt: skip
    switch = nodes_of(found)["s"]
    assert isinstance(switch, BranchNode)
    assert switch.cases[0].when == '(default(i.values.payload, j.values.payload)) == "a"'


def test_change_and_template_set_properties() -> None:
    found = imported(
        inject("i", '{"n": [1, 2]}', "json", ["c"]),
        node("c", "change", ["t"], rules=[
            {"t": "set", "p": "topic", "pt": "msg", "to": "payload.n[1]", "tot": "msg"}]),
        node("t", "template", [], field="payload", template="{{topic}} of {{payload.n}}",
             syntax="mustache"),
    )  # fmt: skip
    assert found.problems == ()
    template = nodes_of(found)["t"]
    assert isinstance(template, TaskNode)
    assert template.parameters["values"] == {
        "payload": "${c.values.topic} of ${i.values.payload.n}"
    }
    result, _ = run(found.workflow)  # type: ignore[arg-type]
    assert result.category is None


@pytest.mark.parametrize(
    "rule",
    [{"t": "change", "p": "payload", "pt": "msg", "from": "a", "to": "b"},
     {"t": "set", "p": "x", "pt": "flow", "to": "1", "tot": "num"},
     {"t": "set", "p": "payload", "pt": "msg", "to": "$now()", "tot": "jsonata"}],
)  # fmt: skip
def test_what_cannot_be_said_stays_as_it_was(rule: dict[str, Any]) -> None:
    found = imported(node("c", "change", [], rules=[rule]))
    change = nodes_of(found)["c"]
    assert isinstance(change, TaskNode)
    assert change.tool == "node-red.change"
    assert change.parameters["rules"] == {"literal": [rule]}
    assert {p.code for p in found.problems} == {"untranslated_expression", "unknown_tool"}


def test_remarks_frames_tabs_and_configuration_are_notes() -> None:
    found = imported(
        {"id": "tab1", "type": "tab", "label": "My flow", "info": "About"},
        node("c", "comment", info="text"),
        {"id": "g", "type": "group", "name": "G", "nodes": ["d"], "x": 1, "y": 2, "w": 30,
         "h": 40, "z": "tab1"},
        {"id": "broker", "type": "mqtt-broker", "name": "B", "broker": "localhost"},
        node("d", "debug", g="g"),
    )  # fmt: skip
    made = nodes_of(found)
    notes = {n: made[n].text for n in made if isinstance(made[n], NoteNode)}  # type: ignore[union-attr]
    assert notes == {"my_flow": "About", "c": "c\n\ntext", "g": "G", "b": "B"}
    assert (made["g"].ui["width"], made["g"].ui["height"]) == (30, 40)
    assert (made["d"].ui["group"], made["d"].ui["tab"]) == ("g", "tab1")
    assert found.workflow is not None
    assert found.workflow.title == "My flow"


def test_requests_commands_and_delays_use_our_tools() -> None:
    found = imported(
        node("d", "delay", [], pauseType="delay", timeout="5", timeoutUnits="seconds"),
        node("r", "delay", [], pauseType="rate"),
        node("h", "http request", [], method="GET", url="https://example.org"),
        node("p", "http request", [], method="POST", url="https://example.org"),
        node("e", "exec", [], command="ls -l", addpay=False, append=""),
        node("f", "exec", [], command="ls | wc", addpay=False),
    )  # fmt: skip
    made = nodes_of(found)
    assert isinstance(made["d"], WaitNode)
    assert made["d"].seconds == 5
    tools = {n.id: n.tool for n in made.values() if isinstance(n, TaskNode)}
    assert tools == {"r": "node-red.delay", "h": "http_request", "p": "node-red.http_request",
                     "e": "run_command", "f": "node-red.exec"}  # fmt: skip


def test_links_lead_on_and_cycles_become_loops() -> None:
    found = imported(
        node("a", "function", ["out"], func="return msg"), node("out", "link out", links=["in"]),
        node("in", "link in", ["b"]), node("b", "function", ["a"], func="return msg"),
    )  # fmt: skip
    assert [(e.source, e.target, e.kind) for e in found.edges] == [
        ("a", "out", "control"), ("out", "in", "control"), ("in", "b", "control"),
        ("b", "a", "back"),
    ]  # fmt: skip
    assert "endless_loop" in [p.code for p in found.problems]


def test_wires_to_nowhere_dangle() -> None:
    found = imported(node("a", "debug", ["b"]))
    assert [e.kind for e in found.edges] == ["dangling"]


@pytest.mark.parametrize(
    ("payload", "kind", "action", "expected"),
    [('{"a": [1]}', "str", "", {"a": [1]}), ('{"a": [1]}', "json", "", '{"a":[1]}'),
     ('{"a": [1]}', "json", "obj", {"a": [1]}), ("x", "str", "str", "x")],
)  # fmt: skip
def test_json_turns_text_into_data_and_back(
    payload: str, kind: str, action: str, expected: Any
) -> None:
    found = imported(inject("i", payload, kind, ["j"]),
                     node("j", "json", property="payload", action=action))  # fmt: skip
    assert found.problems == ()
    assert found.workflow is not None
    outputs = {"x": {"ref": "j.values.payload"}}
    result, _ = run(found.workflow.model_copy(update={"outputs": outputs}))
    assert result.outputs == {"x": expected}


def test_a_template_may_be_data() -> None:
    plain = {"field": "payload", "template": '{"a": [1, "x"]}', "output": "json"}
    moved = {**plain, "template": "{{"}
    found = imported(node("t", "template", **plain), node("v", "template", **moved),
                     node("u", "template", **plain, syntax="plain"))  # fmt: skip
    made = nodes_of(found)
    for name in ("t", "u"):
        assert made[name].parameters == {"values": {"payload": {"literal": {"a": [1, "x"]}}}}  # type: ignore[union-attr]
    assert made["v"].tool == "node-red.template"  # type: ignore[union-attr]


def test_the_wires_of_a_subflow_are_accounted_for() -> None:
    flow = {"id": "s", "type": "subflow", "name": "Sub", "in": [{"wires": [{"id": "a"}]}],
            "out": [{"wires": [{"id": "a", "port": 0}]}],
            "status": {"wires": [{"id": "gone", "port": 0}]}}  # fmt: skip
    found = imported(flow, {**node("a", "function"), "z": "s"})
    assert [(e.source, e.target, e.kind) for e in found.edges] == [
        ("s", "a", "note"), ("a", "s", "note"), ("gone", "s", "dangling")]  # fmt: skip
