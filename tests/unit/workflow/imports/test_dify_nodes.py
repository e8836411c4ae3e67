"""Dify: requests, inputs, failures and the ways out of nodes."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from stageline.workflow import import_document
from stageline.workflow.document import TaskNode
from tests.unit.workflow.imports.test_dify import code, edge, end, imported, node, outputs


def http(name: str = "1", **data: Any) -> Any:
    plain = {"method": "post", "url": "https://example.org", "authorization": {"type": "no-auth"}}
    return node(name, "http-request", **{**plain, **data})


def request(**data: Any) -> dict[str, Any]:
    found = imported([http(**data)])
    task = found.workflow.nodes[0] if found.workflow else None
    assert isinstance(task, TaskNode)
    assert task.tool == "http_request", found.problems
    return dict(task.parameters)


def test_a_request_has_its_lines_of_headers_and_parameters() -> None:
    found = request(headers="X-A:1\nX-B: b: c", params="page:2\nq:{{#sys.query#}}",
                    body={"type": "json", "data": [{"type": "text", "value": "{}"}]})  # fmt: skip
    assert found["headers"] == {"X-A": "1", "X-B": "b: c", "Content-Type": "application/json"}
    assert found["params"] == {"page": "2", "q": {"ref": "inputs.sys_query"}}
    assert found["body"] == "{}"


@pytest.mark.parametrize(
    ("data", "checked"),
    [({}, False), ({"error_strategy": "none"}, False), ({"error_strategy": "fail-branch"}, None),
     ({"retry_config": {"retry_enabled": True, "max_retries": 2}}, None)],
)  # fmt: skip
def test_an_answer_that_says_no_is_a_failure_only_where_failures_are_seen_to(
    data: dict[str, Any], checked: bool | None
) -> None:
    assert request(**data).get("check") is checked


def test_what_failed_is_said_on_the_way_of_failures() -> None:
    found = imported(
        [http(error_strategy="fail-branch"),
         node("2", "template-transform", template="{{ m }} ({{ t }})", variables=[
             {"variable": "m", "value_selector": ["1", "error_message"]},
             {"variable": "t", "value_selector": ["1", "error_type"]}])],
        edge("1", "2", "fail-branch"),
    )  # fmt: skip
    task = found.workflow.nodes[1] if found.workflow else None
    assert isinstance(task, TaskNode)
    assert task.parameters["values"] == {
        "m": {"ref": "http_request_1.error.message"},
        "t": {"ref": "http_request_1.error.category"},
    }


def test_a_node_that_failed_gives_its_default_values() -> None:
    found = imported(
        [node("1", "llm", error_strategy="default-value", default_value=[
            {"key": "text", "type": "string", "value": "nothing"},
            {"key": "n", "type": "number", "value": "3"}]),
         end("2", text=["1", "text"], n=["1", "n"])],
        edge("1", "2"),
    )  # fmt: skip
    assert outputs(found, dify__llm=lambda _: {"text": "T", "n": None}) == {"text": "T", "n": 3}


@pytest.mark.parametrize(
    ("variable", "default"),
    [({"type": "text-input", "default": "en"}, "en"), ({"type": "number", "default": "3"}, 3),
     ({"type": "select", "options": ["a", "b"], "default": "c"}, None),
     ({"type": "paragraph", "default": ""}, None), ({"type": "file", "default": ["x"]}, None)],
)  # fmt: skip
def test_inputs_have_the_defaults_of_the_start(variable: dict[str, Any], default: Any) -> None:
    found = imported(
        [node("1", "start", variables=[{"variable": "v", "required": True, **variable}])]
    )
    assert found.workflow is not None
    assert found.workflow.inputs["v"].default == default


def test_the_start_also_gives_what_the_system_knows() -> None:
    found = imported([node("1", "start", variables=[]),
                      end("2", a=["1", "sys.query"], b=["sys", "query"], c=["userinput", "query"])],
                     edge("1", "2"))  # fmt: skip
    assert outputs(found, {"sys_query": "Why?"}) == dict.fromkeys("abc", "Why?")


def test_code_may_take_a_part() -> None:
    text = "def main(t):\n    return {'r': t[:2], 's': t[-1:]}"
    found = imported(
        [code("1", "def main():\n    return {'t': 'abcdef'}"), code("2", text, t=["1", "t"]),
         end("3", r=["2", "r"], s=["2", "s"])],
        edge("1", "2"), edge("2", "3"),
    )  # fmt: skip
    assert outputs(found) == {"r": "ab", "s": "f"}


def test_a_template_says_what_jinja_says() -> None:
    """A line break in quotes is one; the one at the end is left out."""
    found = imported(
        [code("1", "def main():\n    return {'l': ['a', 'b']}"),
         node("2", "template-transform", template='{{ l | join("\\n") }}\n\n', variables=[
             {"variable": "l", "value_selector": ["1", "l"]}]),
         end("3", t=["2", "output"])],
        edge("1", "2"), edge("2", "3"),
    )  # fmt: skip
    assert outputs(found) == {"t": "a\nb\n"}


def test_an_app_may_be_the_text_in_the_answer_of_an_api() -> None:
    graph = {"nodes": [node("1", "answer", answer="Hello")], "edges": []}
    app = {"app": {"name": "Wrapped", "mode": "advanced-chat"}, "workflow": {"graph": graph}}
    found = import_document(json.dumps({"data": yaml.safe_dump(app)}))
    assert found.format == "dify"
    assert found.workflow is not None
    assert outputs(found) == {"answer": "Hello"}
