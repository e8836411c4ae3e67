"""Recognising formats, reading kindly, hiding secrets, and never failing."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import stageline.workflow.imports as package
from stageline.workflow import import_document
from stageline.workflow.canvas.naming import Names, tool_name
from stageline.workflow.canvas.scripts import UntranslatedError, steps
from stageline.workflow.canvas.secrets import hide_secrets
from stageline.workflow.document import Workflow
from stageline.workflow.imports import convert, formats
from stageline.workflow.imports._reading import read

N8N: dict[str, Any] = {
    "nodes": [
        {"name": "A", "type": "n8n-nodes-base.if", "typeVersion": 2, "position": [0, 0],
         "parameters": {"conditions": {"combinator": "and", "conditions": [
             {"leftValue": "={{ $json.a }}", "rightValue": 1,
              "operator": {"type": "number", "operation": "gt"}}]}}},
        {"name": "B", "type": "n8n-nodes-base.splitInBatches", "typeVersion": 3,
         "position": [1, 1], "parameters": {}},
        {"name": "C", "type": "n8n-nodes-base.set", "typeVersion": 3.4, "position": [2, 2],
         "parameters": {"assignments": {"assignments": [
             {"name": "x", "value": "={{ $json.y }}"}]}}},
    ],
    "connections": {"A": {"main": [[{"node": "B", "type": "main", "index": 0}]]},
                    "B": {"main": [[], [{"node": "C", "type": "main", "index": 0}]]},
                    "C": {"main": [[{"node": "B", "type": "main", "index": 0}]]}},
}  # fmt: skip
NODE_RED: list[Any] = [
    {"id": "1", "type": "inject", "x": 0, "y": 0, "wires": [["2"]], "payload": "1",
     "payloadType": "num"},
    {"id": "2", "type": "switch", "x": 0, "y": 0, "wires": [["3"], ["2"]], "property": "payload",
     "rules": [{"t": "eq", "v": "1", "vt": "num"}, {"t": "else"}]},
    {"id": "3", "type": "template", "x": 0, "y": 0, "wires": [], "template": "{{payload}}"},
]  # fmt: skip
DIFY: dict[str, Any] = {"app": {"name": "x"}, "workflow": {"graph": {
    "nodes": [
        {"id": "1", "position": {"x": 0, "y": 0}, "data": {"type": "start", "variables": [
            {"variable": "n", "type": "number"}]}},
        {"id": "2", "position": {"x": 0, "y": 0}, "data": {
            "type": "loop", "loop_count": 3, "loop_variables": [
                {"label": "k", "value": "1", "value_type": "constant", "var_type": "number"}],
            "break_conditions": [{"comparison_operator": ">", "value": "2", "varType": "number",
                                  "variable_selector": ["2", "k"]}]}},
        {"id": "3", "parentId": "2", "data": {"type": "assigner", "items": [
            {"variable_selector": ["2", "k"], "operation": "+=", "value": 1}]}},
        {"id": "4", "data": {"type": "iteration", "iterator_selector": ["1", "n"],
                             "output_selector": ["5", "output"]}},
        {"id": "5", "parentId": "4", "data": {"type": "template-transform", "template": "{{ a }}",
            "variables": [{"variable": "a", "value_selector": ["4", "item"]}]}},
        {"id": "6", "data": {"type": "end", "outputs": [
            {"variable": "o", "value_selector": ["2", "k"]}]}}],
    "edges": [{"source": "1", "target": "2"}, {"source": "2", "target": "6"}]}}}  # fmt: skip
ASL: dict[str, Any] = {"StartAt": "A", "States": {
    "A": {"Type": "Task", "Resource": "arn:x", "ResultPath": "$.a", "Next": "B", "Retry": [
        {"ErrorEquals": ["States.ALL"]}], "Catch": [{"Next": "C"}]},
    "B": {"Type": "Choice", "Choices": [{"Variable": "$.a.b", "IsNull": True, "Next": "A"}],
          "Default": "C"},
    "C": {"Type": "Map", "ItemsPath": "$.a", "End": True, "Iterator": {
        "StartAt": "D", "States": {
            "D": {"Type": "Wait", "Seconds": 1, "End": True}}}}}}  # fmt: skip
KESTRA: dict[str, Any] = {"id": "a", "namespace": "b", "tasks": [
    {"id": "t", "type": "io.kestra.plugin.core.flow.Switch", "value": "{{ inputs.x }}",
     "cases": {"1": [{"id": "u", "type": "io.kestra.plugin.core.log.Log"}]}}]}  # fmt: skip
SEED: dict[str, Any] = {"input_variables": ["a"], "steps": [
    {"tool": "text_analyzer", "parameter_mappings": {"text": "a"},
     "output_mappings": {"counts": "c"}}]}  # fmt: skip
COMFY: dict[str, Any] = {"last_node_id": 1, "nodes": [
    {"id": 1, "type": "A", "pos": [0, 0], "inputs": [{"name": "x"}], "outputs": [{"name": "y"}]}],
    "links": [[1, 1, 0, 1, 0, "T"]]}  # fmt: skip
DRAWN: dict[str, Any] = {"nodes": [
    {"id": "1", "position": {"x": 0, "y": 0}, "data": {"label": "A"}},
    {"id": "2", "position": {"x": 0, "y": 0}, "data": {"label": "A"}}],
    "edges": [{"source": "1", "target": "2"}, {"source": "2", "target": "1"}]}  # fmt: skip
FLOWISE = {**DRAWN, "nodes": [{**n, "data": {"name": "x", "inputAnchors": [], "inputs": {
    "conditions": [{"operation": "equal", "value1": 1}]}}} for n in DRAWN["nodes"]]}  # fmt: skip
LANGFLOW = {"data": {**DRAWN, "nodes": [{**n, "data": {"type": "x", "node": {"template": {
    "f": {"value": 1}}}}} for n in DRAWN["nodes"]]}}  # fmt: skip
ELYRA: dict[str, Any] = {"doc_type": "pipeline", "pipelines": [{"nodes": [
    {"id": "1", "op": "x", "app_data": {"ui_data": {"x_pos": 1, "y_pos": 2}},
     "inputs": [{"links": [{"node_id_ref": "1"}]}]}]}]}  # fmt: skip
SAMPLES: dict[str, Any] = {
    "asl": ASL, "comfyui": COMFY, "dify": DIFY, "elyra": ELYRA, "flowise": FLOWISE,
    "kestra": KESTRA, "langflow": LANGFLOW, "n8n": N8N, "nodered": NODE_RED,
    "reactflow": DRAWN, "seed": SEED,
}  # fmt: skip


def test_the_folder_is_the_registry() -> None:
    folder = Path(package.__file__).parent
    files = {path.stem for path in folder.glob("[a-z]*.py")}
    assert set(formats()) == files == set(SAMPLES)


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_formats_are_recognised(name: str) -> None:
    found = import_document(json.dumps(SAMPLES[name]))
    assert found.format == name
    assert found.workflow is not None, found.problems
    assert import_document(SAMPLES[name], format=name.upper()).workflow == found.workflow


def test_a_part_of_an_n8n_export_is_known_by_its_types() -> None:
    nodes = [{"name": "Ours", "type": "own.node"}, {"name": "If", "type": "n8n-nodes-base.if"}]
    found = import_document({"nodes": nodes})
    assert found.format == "n8n"
    assert found.workflow is not None
    assert [node.ui["source_id"] for node in found.workflow.nodes] == ["Ours", "If"]
    assert import_document({"nodes": nodes[:1]}).format == "auto"


def test_wrapped_exports_are_found() -> None:
    for wrapped in ([N8N], {"workflow": N8N}, {"flowData": json.dumps(DRAWN)}, {"data": N8N}):
        assert import_document(json.dumps(wrapped)).workflow is not None


def test_documents_of_our_own_are_checked() -> None:
    found = import_document('{"schema": "workflow/1", "nodes": []}')
    assert (found.format, found.workflow) == ("workflow", Workflow(schema="workflow/1"))  # type: ignore[call-arg]


@pytest.mark.parametrize(
    ("given", "code"),
    [("", "empty_document"), ("{", "json_syntax"), ("[]", "unknown_format"),
     (b"\xff\xfea", "bad_encoding"), (None, "not_a_document"), (7, "not_a_document"),
     ([1], "unknown_format"), ("a: [", "yaml_syntax"), ("# nothing", "unknown_format"),
     ('{"a": 1}', "unknown_format"), ("[" * 999, "too_deep"), ("text", "unknown_format")],
)  # fmt: skip
def test_what_is_no_export_is_refused_by_name(given: Any, code: str) -> None:
    found = import_document(given)
    assert found.workflow is None
    assert [p.code for p in found.problems if p.severity == "error"] == [code]


def test_an_unknown_format_is_refused() -> None:
    found = import_document(json.dumps(N8N), format="visio")
    assert (found.workflow, [p.code for p in found.problems]) == (None, ["unknown_format"])


@pytest.mark.parametrize(
    ("text", "data", "codes"),
    [
        ('{"a": 18446744073709551615, "b": NaN}', {"a": "18446744073709551615", "b": "NaN"},
         ["bad_number", "bad_number"]),
        ('{"a": 1e999, "b": 9223372036854775807}', {"a": "1e999", "b": 2**63 - 1}, ["bad_number"]),
        ('{"a": "\\ud83d", "b": "\\u0000x"}', {"a": "?", "b": "x"},
         ["lone_surrogate", "nul_character"]),
        ('{"a": "x\0y"}', {"a": "xy"}, ["nul_character"]),
        ('{"a": 1, "a": 2}', {"a": 2}, ["duplicate_key"]),
        ("a: &x [1, yes, 2024-01-01, 0o17]\nb: *x\n",
         {"a": [1, "yes", "2024-01-01", "0o17"], "b": [1, "yes", "2024-01-01", "0o17"]},
         ["yaml_anchor", "yaml_alias"]),
    ],
)  # fmt: skip
def test_exports_are_read_kindly(text: str, data: Any, codes: list[str]) -> None:
    found, problems = read(text)
    assert found == data
    assert [(p.code, p.severity) for p in problems] == [(code, "warning") for code in codes]


def test_aliases_that_grow_without_bound_are_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    for text in ("\n".join(lines), "a: &a [*a]"):
        found, problems = read(text)
        assert found is None
        assert "yaml_alias" in {p.code for p in problems}


def test_secrets_are_masked_and_placeholders_kept() -> None:
    given = {
        "apiKey": "sk1234567890abc",
        "password": "${PASS}",
        "token": "YOUR_TOKEN",
        "n": 1,
        "maxTokens": "12345678901",
        "url": "https://u:hunter22@h/x",
        "text": "My password is",
    }
    found, problems = hide_secrets(given)
    assert found == {**given, "apiKey": "[redacted]", "url": "https://u:[redacted]@h/x"}
    assert [p.message for p in problems] == [
        "A secret was left out at apiKey.", "A secret was left out at url."]  # fmt: skip


def test_names_are_unique_and_short() -> None:
    names = Names()
    taken = [names.take(text) for text in ["x" * 80, "x" * 80, "x" * 70, "a b", "A-B", "a_b_2"]]
    assert taken == ["x" * 64, f"{'x' * 62}_2", f"{'x' * 62}_3", "a_b", "a_b_2", "a_b_2_2"]
    assert tool_name("Ünï code/1!", "p.") == "p.Uni_code/1"
    assert tool_name("", "") == "type_"[:5] or tool_name("").startswith("type")


@pytest.mark.parametrize("script", [".a.b()", ".a + 1", "[x]", ".a[-1]", ".", "a", "..a", '["a'])
def test_scripts_that_are_more_than_paths(script: str) -> None:
    with pytest.raises(UntranslatedError):
        steps(script)


def places(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    inner = (
        data.items()
        if isinstance(data, dict)
        else enumerate(data)
        if isinstance(data, list)
        else ()
    )
    for step, item in inner:
        yield from places(item, (*path, step))


ODD = st.sampled_from(
    [None, True, 0, -1, 1e300, "", "x", "={{ $json.a }}", "{{#1.n#}}", "$.a", "$[", "${x}", [], {},
     [[]], [None], {"a": 1}, ["1", 0], {"ref": "x.y"}, {"expr": "1+"}, {"literal": 1}, "item",
     "={{ $('", {"0": 1, "1": 2}, [{}], "a" * 3_000, "1", "A", "2", "loop", "iteration", "switch"]
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_no_change_of_an_export_makes_the_import_fail(data: st.DataObject) -> None:
    """``convert`` raises what ``import_document`` would report as a defect of ours."""
    document = copy.deepcopy(data.draw(st.sampled_from(list(SAMPLES.values()))))
    for _ in range(data.draw(st.integers(1, 4))):
        path = data.draw(st.sampled_from(list(places(document)) or [("x",)]))
        holder = document
        for step in path[:-1]:
            holder = holder[step]
        if data.draw(st.booleans()):
            holder[path[-1]] = copy.deepcopy(data.draw(ODD))
        elif isinstance(holder, dict) and path[-1] in holder:
            del holder[path[-1]]
    name = data.draw(st.sampled_from(["auto", "auto", *SAMPLES]))
    found = convert(document, name)
    assert (found.workflow is None) == any(p.severity == "error" for p in found.problems)


@settings(max_examples=150, deadline=None)
@given(st.text() | st.binary())
def test_any_text_gives_problems_and_no_traceback(text: Any) -> None:
    found = import_document(text)
    assert found.workflow is None
    assert found.problems


@pytest.mark.parametrize("name", sorted(SAMPLES.keys() - {"kestra", "seed"}))
def test_what_is_wrapped_up_in_any_way_is_found(name: str) -> None:
    sample = SAMPLES[name]
    plain = import_document(sample).workflow
    answer = {"success": True, "result": {"id": 1, "items": [{"body": sample}]}}
    for wrapped in ({"export": sample}, {"graph": sample}, {"a": json.dumps(sample)}, answer):
        found = import_document(json.dumps(wrapped))
        assert (found.format, found.workflow) == (name, plain)


def test_of_several_workflows_the_first_is_taken_and_the_others_named() -> None:
    found = import_document([N8N, {**N8N, "name": "Other"}])
    assert (found.format, found.workflow) == ("n8n", import_document(N8N).workflow)
    assert found.problems[0].code == "more_workflows"
    assert "2 workflows" in found.problems[0].message


@pytest.mark.parametrize(
    "text",
    ['// by hand\n{"a": [1, "//, ]",], /* so */ "b": 2,\n}',
     '```json\n{"a": [1, "//, ]"], "b": 2}\n```'],
)  # fmt: skip
def test_what_is_too_much_in_json_is_passed_by(text: str) -> None:
    found, problems = read(text.encode())
    assert found == {"a": [1, "//, ]"], "b": 2}
    assert [p.severity for p in problems] == ["warning"]


def test_utf_16_is_read() -> None:
    assert read('{"ü": 1}'.encode("utf-16")) == ({"ü": 1}, ())
    assert read(b"\xff\xfe\x00\xd8{")[0] is None


def test_an_empty_workflow_is_of_its_format() -> None:
    for name, rest in (("n8n", {"connections": {}}), ("reactflow", {"edges": []})):
        found = import_document({"nodes": [], **rest})
        assert (found.format, [*found.workflow.walk()] if found.workflow else None) == (name, [])
