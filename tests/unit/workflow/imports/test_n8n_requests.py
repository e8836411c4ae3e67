"""n8n: requests and fields, in the shapes that they have had."""

from __future__ import annotations

from typing import Any

import pytest

from stageline.workflow.document import Node, TaskNode
from tests.unit.workflow.imports.test_n8n import imported, node, nodes_of


def asked(**parameters: Any) -> tuple[Node, list[str]]:
    found = imported([node("Get", "airtable"), node("Ask", "httpRequest", parameters)],
                     ("Get", 0, "Ask"))  # fmt: skip
    return nodes_of(found)["ask"], [p.message for p in found.problems if p.node == "ask"]


def pairs(name: str, value: str, inner: str = "parameters") -> dict[str, Any]:
    return {inner: [{"name": name, "value": value}]}


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"requestMethod": "POST", "bodyParametersUi": pairs("a", "={{ $json.b }}", "parameter"),
          "headerParametersUi": pairs("H", "1", "parameter"),
          "queryParametersUi": pairs("q", "2", "parameter")},
         {"method": "POST", "json": {"a": {"ref": "get_.json.b"}}, "headers": {"H": "1"},
          "params": {"q": "2"}}),
        ({"requestMethod": "PUT", "jsonParameters": True, "bodyParametersJson": '{"a": [1]}',
          "headerParametersJson": '{"H": "x"}'},
         {"method": "PUT", "json": {"a": [1]}, "headers": {"H": "x"}}),
        ({"method": "POST", "sendBody": True, "specifyBody": "json",
          "jsonBody": '={"a": "{{ $json.b }}", "c": {"d": 1}}'},
         {"method": "POST", "json": {"a": {"ref": "get_.json.b"}, "c": {"d": 1}}}),
        ({"method": "POST", "sendBody": True, "specifyBody": "json", "jsonBody": "={{ $json }}"},
         {"method": "POST", "json": {"ref": "get_.json"}}),
        ({"method": "POST", "sendBody": False, "jsonBody": "{}"}, {"method": "POST"}),
    ],
)  # fmt: skip
def test_requests_in_every_shape_that_they_had(
    parameters: dict[str, Any], expected: dict[str, Any]
) -> None:
    made, problems = asked(url="https://example.org", **parameters)
    assert isinstance(made, TaskNode)
    assert (made.tool, problems) == ("http_request", [])
    assert made.parameters == {"url": "https://example.org", **expected}


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({}, "no address"),
        ({"url": "x", "authentication": "genericCredentialType",
          "genericAuthType": "httpHeaderAuth"}, "credentials (httpHeaderAuth)"),
        ({"url": "x", "sendBody": True, "contentType": "multipart-form-data"}, "multipart"),
        ({"url": "x", "sendBody": True, "jsonBody": '={"a": {{ $json.a }} }'}, "counterpart"),
    ],
)  # fmt: skip
def test_requests_that_cannot_be_made_here_say_why(parameters: dict[str, Any], said: str) -> None:
    made, problems = asked(**parameters)
    assert isinstance(made, TaskNode)
    assert made.tool == "n8n-nodes-base.httpRequest"
    assert said in problems[0]


def test_fields_may_be_written_as_json_or_be_none() -> None:
    found = imported(
        [node("Get", "airtable"),
         node("Raw", "set", {"mode": "raw", "jsonOutput": '={"a": "{{ $json.b }}", "n": [1]}'}),
         node("None", "set", {"assignments": {"assignments": []}, "includeOtherFields": True})],
        ("Get", 0, "Raw"), ("Raw", 0, "None"),
    )  # fmt: skip
    made = nodes_of(found)
    raw, none = made["raw"], made["none"]
    assert isinstance(raw, TaskNode)
    assert isinstance(none, TaskNode)
    assert raw.parameters == {"values": {"a": {"ref": "get_.json.b"}, "n": [1]}}
    assert none.parameters == {"onto": {"ref": "raw.values"}}
