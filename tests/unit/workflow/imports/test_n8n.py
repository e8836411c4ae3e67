"""n8n: what its nodes and expressions become."""

from __future__ import annotations

from typing import Any

import pytest

from stageline.workflow import Workflow
from stageline.workflow.document import BranchNode, LoopNode, Node, NoteNode, TaskNode, WaitNode
from stageline.workflow.imports import Imported, convert
from tests.unit.workflow.imports.running import run

BASE = "n8n-nodes-base."


def node(name: str, kind: str, parameters: Any = None, **more: Any) -> dict[str, Any]:
    return {"name": name, "type": BASE + kind, "parameters": parameters or {}, "typeVersion": 3,
            "position": [10, 20], "id": f"id of {name}", **more}  # fmt: skip


def workflow(nodes: list[dict[str, Any]], *links: tuple[str, int, str]) -> dict[str, Any]:
    connections: dict[str, Any] = {}
    for source, output, target in links:
        outputs = connections.setdefault(source, {}).setdefault("main", [])
        while len(outputs) <= output:
            outputs.append([])
        outputs[output].append({"node": target, "type": "main", "index": 0})
    return {"name": "Test", "nodes": nodes, "connections": connections}


def imported(nodes: list[dict[str, Any]], *links: tuple[str, int, str]) -> Imported:
    found = convert(workflow(nodes, *links))
    assert found.format == "n8n"
    assert found.workflow is not None, found.problems
    return found


def nodes_of(found: Imported) -> dict[str, Node]:
    assert found.workflow is not None
    return {node.id: node for node in found.workflow.walk()}


def codes(found: Imported) -> list[str]:
    return [problem.code for problem in found.problems]


def condition(left: Any, operation: str, right: Any, kind: str = "string") -> dict[str, Any]:
    return {"leftValue": left, "rightValue": right,
            "operator": {"type": kind, "operation": operation}}  # fmt: skip


def test_unknown_types_are_kept_with_their_parameters() -> None:
    found = imported([node("Send it!", "telegram", {"chatId": "${x}", "a b": 1, "list": [1]},
                           credentials={"telegramApi": {"id": "1", "name": "Bot"}})])  # fmt: skip
    task = nodes_of(found)["send_it"]
    assert isinstance(task, TaskNode)
    assert task.tool == "n8n-nodes-base.telegram"
    assert task.title == "Send it!"
    assert dict(task.parameters) == {
        "chatId": {"literal": "${x}"}, "list": {"literal": [1]}, "other": {"literal": {"a b": 1}},
    }  # fmt: skip
    assert (task.ui["x"], task.ui["y"]) == (10, 20)
    assert task.ui["source_id"] == "id of Send it!"
    assert task.ui["source_type"] == "n8n-nodes-base.telegram"
    assert task.ui["data"]["credentials"] == {"telegramApi": {"id": "1", "name": "Bot"}}
    assert codes(found) == ["unknown_tool"]
    assert found.problems[0].severity == "warning"


def test_if_is_a_branch_on_what_the_node_before_gave() -> None:
    conditions = {"combinator": "or", "conditions": [
        condition("={{ $json.size }}", "gt", "10", "number"),
        condition("={{ $json['a b'].name }}", "contains", "x"),
        condition('={{ $("Get").item.json.list[0] }}', "exists", ""),
    ]}  # fmt: skip
    found = imported(
        [node("Get", "airtable"), node("Big?", "if", {"conditions": conditions}),
         node("Yes", "slack"), node("No", "slack")],
        ("Get", 0, "Big?"), ("Big?", 0, "Yes"), ("Big?", 1, "No"),
    )  # fmt: skip
    big = nodes_of(found)["big"]
    assert isinstance(big, BranchNode)
    assert [case.when for case in big.cases] == [
        '(get_.json.size > 10.0) or (contains(get_.json["a b"].name, "x")) '
        "or (get_.json.list[0] is not None)"
    ]
    yes, no = nodes_of(found)["yes"], nodes_of(found)["no"]
    assert [(a.node, a.on, a.case) for a in yes.after] == [("big", "case", "true")]
    assert [(a.node, a.on, a.case) for a in no.after] == [("big", "case", "false")]
    assert [edge.kind for edge in found.edges] == ["control", "case", "case"]


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"conditions": {"number": [{"value1": "={{$json.n}}", "operation": "larger",
                                     "value2": 3}]}}, "get_.json.n > 3"),
        ({"combineOperation": "any", "conditions": {
            "string": [{"value1": "={{$node[\"Get\"].json.s}}", "value2": "q"}],
            "boolean": [{"value1": "={{$json.b}}", "value2": True}]}},
         '(get_.json.s == "q") or (get_.json.b == True)'),
    ],
)  # fmt: skip
def test_first_version_of_if(parameters: dict[str, Any], expected: str) -> None:
    found = imported([node("Get", "airtable"), node("X", "if", parameters)], ("Get", 0, "X"))
    branch = nodes_of(found)["x"]
    assert isinstance(branch, BranchNode)
    assert branch.cases[0].when == expected


def test_switch_has_a_case_for_each_rule_and_a_fallback() -> None:
    rules = {"values": [
        {"outputKey": "new one", "conditions": {"conditions": [
            condition("={{ $json.kind }}", "equals", "new")]}},
        {"conditions": {"conditions": [condition("={{ $runIndex }}", "equals", "old")]}},
    ]}  # fmt: skip
    found = imported(
        [node("Get", "airtable"), node("Kind", "switch", {"rules": rules}), node("A", "slack"),
         node("B", "slack"), node("C", "slack")],
        ("Get", 0, "Kind"), ("Kind", 0, "A"), ("Kind", 1, "B"), ("Kind", 2, "C"),
    )  # fmt: skip
    kind = nodes_of(found)["kind"]
    assert isinstance(kind, BranchNode)
    assert [(c.name, c.when) for c in kind.cases] == [
        ("new_one", 'get_.json.kind == "new"'), ("output_1", "False")]  # fmt: skip
    assert kind.default == "otherwise"
    assert "untranslated_expression" in codes(found)
    assert [nodes_of(found)[n].after[0].case for n in "abc"] == ["new_one", "output_1", "otherwise"]


def test_set_puts_values_over_those_that_come_in() -> None:
    assignments = {"assignments": {"assignments": [
        {"name": "hello", "value": "=Hi {{ $json.name }}, ${5}", "type": "string"},
        {"name": "n", "value": 4, "type": "number"},
    ]}, "includeOtherFields": True}  # fmt: skip
    found = imported(
        [node("Start", "manualTrigger"), node("Edit", "set", assignments)], ("Start", 0, "Edit")
    )
    assert codes(found) == []
    result, _ = run(found.workflow, {"start": {"name": "Ada", "n": 1}})  # type: ignore[arg-type]
    assert result.statuses == {"start": "completed", "edit": "completed"}
    edit = nodes_of(found)["edit"]
    assert isinstance(edit, TaskNode)
    assert dict(edit.parameters) == {
        "values": {"hello": "Hi ${inputs.start.name}, $${5}", "n": 4},
        "onto": {"ref": "inputs.start"},
    }


def test_requests_commands_and_waits_use_our_tools() -> None:
    found = imported([
        node("Ask", "httpRequest", {
            "url": "https://example.org/x", "method": "POST", "sendBody": True,
            "bodyParameters": {"parameters": [{"name": "a", "value": "1"}]},
            "queryParameters": {"parameters": [{"name": "q", "value": "z"}]}}),
        node("Private", "httpRequest", {"url": "https://example.org", "authentication": "oAuth2"}),
        node("Run", "executeCommand", {"command": "ls -l dir"}),
        node("Shell", "executeCommand", {"command": "ls | wc -l"}),
        node("Pause", "wait", {"amount": 2, "unit": "minutes"}),
        node("Halt", "stopAndError", {"errorMessage": "no"}),
    ])  # fmt: skip
    made = nodes_of(found)
    tools = {name: n.tool for name, n in made.items() if isinstance(n, TaskNode)}
    assert tools == {
        "ask": "http_request", "private": "n8n-nodes-base.httpRequest", "run": "run_command",
        "shell": "n8n-nodes-base.executeCommand", "halt": "fail",
    }  # fmt: skip
    assert made["ask"].parameters["json"] == {"a": "1"}  # type: ignore[union-attr]
    assert made["run"].parameters["argv"] == {"literal": ["ls", "-l", "dir"]}  # type: ignore[union-attr]
    pause = made["pause"]
    assert isinstance(pause, WaitNode)
    assert pause.seconds == 120
    assert "shell_command" in codes(found)


def test_policies_notes_and_switched_off_nodes() -> None:
    found = imported([
        node("A", "slack", retryOnFail=True, maxTries=5, waitBetweenTries=2000,
             onError="continueRegularOutput"),
        node("Sticky Note", "stickyNote", {"content": "## Read me", "width": 300, "height": 90}),
        node("Off", "slack", disabled=True),
    ])  # fmt: skip
    made = nodes_of(found)
    assert (made["a"].retry.attempts, made["a"].retry.delay) == (5, 2.0)  # type: ignore[union-attr]
    assert made["a"].on_error == "continue"
    sticky = made["sticky_note"]
    assert isinstance(sticky, NoteNode)
    assert sticky.text == "## Read me"
    assert (sticky.ui["width"], sticky.ui["height"]) == (300, 90)
    assert "disabled_node" in codes(found)


def test_dangling_edges_name_both_ends() -> None:
    found = imported([node("A", "slack")], ("A", 0, "gone"), ("also gone", 0, "A"))
    assert [edge.kind for edge in found.edges] == ["dangling", "dangling"]
    messages = [p.message for p in found.problems if p.code == "dangling_edge"]
    assert "'A'" in messages[0]
    assert "no node 'gone'" in messages[0]
    assert "no node 'also gone'" in messages[1]


def test_error_outputs_are_ways_that_open_after_a_failure() -> None:
    found = imported(
        [node("A", "slack", onError="continueErrorOutput"), node("B", "slack"),
         node("C", "slack")],
        ("A", 0, "B"), ("A", 1, "C"),
    )  # fmt: skip
    assert nodes_of(found)["b"].after[0].on == "done"
    assert nodes_of(found)["c"].after[0].on == "failed"


def test_a_polling_cycle_becomes_a_loop_that_a_branch_ends() -> None:
    done = {"conditions": {"conditions": [condition("={{ $json.status }}", "equals", "done")]}}
    found = imported(
        [node("Start", "manualTrigger"), node("Poll", "jobs"), node("Done?", "if", done),
         node("Wait", "wait", {"amount": 0.001, "unit": "seconds"}), node("After", "slack")],
        ("Start", 0, "Wait"), ("Wait", 0, "Poll"), ("Poll", 0, "Done?"),
        ("Done?", 0, "After"), ("Done?", 1, "Wait"),
    )  # fmt: skip
    loop = nodes_of(found)["loop_wait"]
    assert isinstance(loop, LoopNode)
    assert [inner.id for inner in loop.nodes] == ["poll", "done", "wait"]
    assert loop.until == '(done.case in ["true"])'
    assert [e.kind for e in found.edges] == ["entry", "control", "control", "exit", "back"]
    answers = iter(["busy", "busy", "done"])
    result, calls = run(
        found.workflow,  # type: ignore[arg-type]
        **{"n8n-nodes-base__jobs": lambda _: {"json": {"status": next(answers)}},
           "n8n-nodes-base__slack": lambda _: {}},
    )  # fmt: skip
    assert result.category is None
    assert calls == ["start", "poll", "poll", "poll", "after"]


def test_loop_over_items_becomes_the_loop_itself() -> None:
    greeting = {"assignments": {"assignments": [{"name": "hi", "value": "=Hi {{ $json.name }}"}]}}
    found = imported(
        [node("Rows", "airtable"), node("Each", "splitInBatches"), node("Greet", "set", greeting),
         node("Send", "slack"), node("End", "noOp")],
        ("Rows", 0, "Each"), ("Each", 1, "Greet"), ("Greet", 0, "Send"), ("Send", 0, "Each"),
        ("Each", 0, "End"),
    )  # fmt: skip
    each = nodes_of(found)["each"]
    assert isinstance(each, LoopNode)
    assert each.over == {"ref": "rows.items"}
    assert [inner.id for inner in each.nodes] == ["greet", "send"]
    assert [e.kind for e in found.edges] == ["control", "control", "enter", "control", "back"]
    greet = nodes_of(found)["greet"]
    assert isinstance(greet, TaskNode)
    assert greet.parameters["values"] == {"hi": "Hi ${item.name}"}
    result, calls = run(
        found.workflow,  # type: ignore[arg-type]
        **{"n8n-nodes-base__airtable": lambda _: {"items": [{"name": "A"}, {"name": "B"}]},
           "n8n-nodes-base__slack": lambda _: {}},
    )  # fmt: skip
    assert result.category is None
    assert calls == ["rows", "greet", "send", "greet", "send", "end"]


def test_loop_over_items_without_a_body_stays_a_plain_node() -> None:
    found = imported([node("A", "slack"), node("Each", "splitInBatches")],
                     ("A", 0, "Each"), ("Each", 0, "Each"))  # fmt: skip
    each = nodes_of(found)["each"]
    assert isinstance(each, TaskNode)
    assert each.tool == "n8n-nodes-base.splitInBatches"
    assert [e.kind for e in found.edges] == ["control", "back"]


def test_a_node_where_ways_meet_runs_if_one_of_them_was_gone() -> None:
    which = {"conditions": {"conditions": [condition("={{ $json.x }}", "equals", 1, "number")]}}
    late = {"conditions": {"conditions": [
        condition("={{ $('Start').item.json.x }}", "equals", 1, "number")]}}  # fmt: skip
    nodes = [node("Start", "manualTrigger"), node("If", "if", which), node("A", "noOp"),
             node("B", "noOp"), node("Late", "if", late), node("Final", "noOp")]  # fmt: skip
    links = [("Start", 0, "If"), ("If", 0, "A"), ("If", 1, "B"), ("A", 0, "Late"),
             ("B", 0, "Late"), ("Late", 0, "Final")]  # fmt: skip
    found = imported(nodes, *links)
    for x, expected in ((1, "completed"), (2, "skipped")):
        result, _ = run(found.workflow, {"start": {"x": x}})  # type: ignore[arg-type]
        assert result.statuses["late"] == "completed"
        assert result.statuses["final"] == expected
        assert {result.statuses["a"], result.statuses["b"]} == {"completed", "skipped"}


def test_a_value_from_afar_does_not_open_a_node_whose_ways_are_closed() -> None:
    never = {"conditions": {"conditions": [condition("={{ $json.x }}", "equals", 9, "number")]}}
    late = {"conditions": {"conditions": [
        condition("={{ $('Start').item.json.x }}", "equals", 1, "number")]}}  # fmt: skip
    start = {"assignments": {"assignments": [{"name": "x", "value": 1}]}}
    found = imported(
        [node("Start", "set", start), node("If", "if", never), node("A", "noOp"),
         node("B", "noOp"), node("Late", "if", late)],
        ("Start", 0, "If"), ("If", 0, "A"), ("If", 0, "B"), ("A", 0, "Late"), ("B", 0, "Late"),
    )  # fmt: skip
    result, _ = run(found.workflow)  # type: ignore[arg-type]
    assert result.statuses["late"] == "skipped"


def test_titles_give_readable_unique_ids() -> None:
    found = imported([node(name, "slack") for name in
                      ("Über: Café!", "über café", "开始", "1st", "item", "len",
                       "x" * 99)])  # fmt: skip
    assert list(nodes_of(found)) == [
        "uber_cafe", "uber_cafe_2", "n8n_nodes_base_slack", "n1st", "item_", "len_", "x" * 64
    ]  # fmt: skip
    assert isinstance(found.workflow, Workflow)


def test_two_nodes_of_one_name_are_both_kept() -> None:
    found = imported([node("A", "slack"), node("A", "gmail"), node("B", "noOp")], ("A", 0, "B"))
    assert list(nodes_of(found)) == ["a", "a_2", "b"]
    assert nodes_of(found)["b"].after[0].node == "a"
    assert "duplicate_id" in codes(found)


def test_capitals_that_do_not_count() -> None:
    block = {"options": {"caseSensitive": False}, "conditions": [
        condition("={{ $json.route }}", "equals", "Support")]}  # fmt: skip
    found = imported(
        [node("Get", "airtable"), node("X", "if", {"conditions": block})], ("Get", 0, "X")
    )
    branch = nodes_of(found)["x"]
    assert isinstance(branch, BranchNode)
    assert branch.cases[0].when == '(lower(get_.json.route)) == "support"'


def test_a_foreign_type_with_the_name_of_our_tool() -> None:
    found = convert({"connections": {}, "nodes": [
        {"name": "A", "type": "run_command", "position": [0, 0],
         "parameters": {"argv": ["x"]}}]})  # fmt: skip
    task = nodes_of(found)["a"]
    assert isinstance(task, TaskNode)
    assert task.tool == "other.run_command"


def test_a_remark_may_be_called_like_a_node() -> None:
    remark = node("A", "stickyNote", {"content": "Look"}, id="s")
    found = imported([remark, node("A", "slack", id="a"), node("B", "slack")], ("A", 0, "B"))
    assert codes(found) == ["unknown_tool", "unknown_tool"]
    assert [edge.kind for edge in found.edges] == ["control"]
    b = nodes_of(found)["b"]
    assert nodes_of(found)[b.after[0].node].ui["source_id"] == "a"


def test_edges_that_meet_before_a_node_are_found_there() -> None:
    condition_ = {"conditions": {"conditions": [condition("={{ $json.a }}", "equals", "x")]}}
    found = imported(
        [node("Get", "airtable"), node("P", "if", condition_), node("Q", "if", condition_),
         node("Ask", "httpRequest", {"url": "={{ $('Get').item.json.url }}"})],
        ("Get", 0, "P"), ("P", 0, "Ask"), ("P", 1, "Q"), ("Q", 0, "Ask"),
    )  # fmt: skip
    made = nodes_of(found)
    for edge in found.edges:
        source, target = edge.nodes
        assert source in [after.node for after in made[target].after]


@pytest.mark.parametrize(
    "outputs",
    [{"main": [[{"node": "B"}]]}, {"main": [{"node": "B"}]}, {"main": [["B"]]}, {"main": ["B"]},
     [[{"node": "B"}]], {"main": [None, {"node": "B"}]}],
)  # fmt: skip
def test_connections_that_leave_something_out_are_understood(outputs: Any) -> None:
    found = convert({"nodes": [node("A", "slack"), node("B", "slack")],
                     "connections": {"A": outputs}})  # fmt: skip
    assert [(e.source, e.target, e.kind, e.source_port) for e in found.edges] == [
        ("A", "B", "control", "main:0")]  # fmt: skip


def test_connections_may_name_nodes_by_their_ids() -> None:
    found = convert({"nodes": [node("A", "slack", id="1"), node("B", "slack", id="2")],
                     "connections": {"1": {"main": [[{"node": "2"}]]}}})  # fmt: skip
    assert [(e.kind, e.nodes) for e in found.edges] == [("control", ("a", "b"))]


def test_what_an_agent_works_with_is_no_way_to_it() -> None:
    """A model is there whichever way was gone; the agent still waits for its turn."""
    big = {"conditions": {"number": [{"value1": "={{ $json.n }}", "operation": "larger",
                                      "value2": 3}]}}  # fmt: skip
    data = workflow(
        [node("Start", "manualTrigger"), node("Big", "if", big), node("Agent", "agent"),
         node("Two", "agent"), node("Model", "model")],
        ("Start", 0, "Big"), ("Big", 0, "Agent"), ("Big", 0, "Two"), ("Start", 0, "Two"),
    )  # fmt: skip
    data["connections"]["Model"] = {"ai_languageModel": [[{"node": "Agent"}, {"node": "Two"}]]}
    found = convert(data)
    assert found.workflow is not None
    fakes = {f"n8n-nodes-base__{kind}": lambda _: {"output": 1} for kind in ("agent", "model")}
    for size, ran in ((1, "skipped"), (5, "completed")):
        result, _ = run(found.workflow, {"start": {"n": size}}, **fakes)
        assert result.statuses["agent"] == ran
        assert result.statuses["two"] == "completed"
    made = nodes_of(found)
    assert [a.node for a in made["two"].after] == ["before_two", "model"]
    assert [(e.source, e.nodes[-1]) for e in found.edges if e.target == "Two"] == [
        ("Start", "before_two"), ("Big", "before_two"), ("Model", "two")]  # fmt: skip
