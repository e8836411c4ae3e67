"""The seed format for jobs: steps, mappings, variables."""

from __future__ import annotations

from typing import Any

import pytest

from stageline.workflow import import_document
from stageline.workflow.document import Node
from stageline.workflow.imports import Imported, convert
from tests.unit.workflow.imports.running import run

TEXT = """
name: Document analysis
input_variables: [text, {name: lang, type: string, default: en}]
steps:
  - name: Analyse it
    tool: text_analyzer
    parameter_mappings: {text: text}
    output_mappings: {keywords: words, counts: counted}
  - id: report
    tool: render_text
    parameter_mappings:
      - {parameter: template, value: "{{ counted.words }}"}
      - {parameter: values, value: {counted: counted}}
    output_mappings: [{output: text, variable: report_text}]
  - id: post
    tool: acme/post
    parameter_mappings: {a: words, b: "words!", c: "${lang}", d: lang, e: [words], f: later, g: 3}
    output_mappings: [later]
"""


def nodes_of(found: Imported) -> dict[str, Node]:
    assert found.workflow is not None, found.problems
    return {node.id: node for node in found.workflow.walk()}


def test_names_of_declared_variables_are_references_all_else_is_literal() -> None:
    found = import_document(TEXT)
    assert found.format == "seed"
    post = nodes_of(found)["post"]
    assert post.parameters == {  # type: ignore[union-attr]
        "a": {"ref": "analyse_it.keywords"},
        "b": "words!",
        "c": {"literal": "${lang}"},
        "d": {"ref": "inputs.lang"},
        "e": {"literal": ["words"]},
        "f": "later",
        "g": 3,
    }
    assert nodes_of(found)["report"].parameters["values"] == {"literal": {"counted": "counted"}}  # type: ignore[union-attr]
    assert [(p.code, p.severity) for p in found.problems] == [("unknown_tool", "warning")]
    assert [(e.source, e.target, e.kind, e.source_port, e.target_port) for e in found.edges] == [
        ("Analyse it", "post", "data", "keywords", "a")]  # fmt: skip


def test_the_workflow_runs_and_gives_its_variables() -> None:
    document: dict[str, Any] = {
        "input_variables": {"text": {"type": "string"}},
        "steps": {"count": {"tool": "text_analyzer", "parameter_mappings": {"text": "text"},
                            "output_mappings": {"counted": "counts"}}},
    }  # fmt: skip
    found = convert(document)
    assert found.workflow is not None
    result, _ = run(found.workflow, {"text": "One two. Three."})
    assert list(result.outputs) == ["counted"]
    assert result.outputs["counted"]["words"] == 3


@pytest.mark.parametrize(
    "variables",
    [["pdf"], [{"name": "pdf"}], {"pdf": {}}, {"pdf": {"type": "file"}}, {"pdf": "file"},
     [{"name": "pdf", "type": "file", "required": True}]],
)  # fmt: skip
def test_spellings_of_input_variables(variables: Any) -> None:
    found = convert({"input_variables": variables, "steps": [
        {"tool": "pdf_extractor", "parameter_mappings": {"file": "pdf"},
         "output_mappings": {"text": "t"}}]})  # fmt: skip
    assert found.workflow is not None, found.problems
    spec = found.workflow.inputs["pdf"]
    assert (spec.type, spec.is_required) == ("file", True)
    assert dict(found.workflow.outputs) == {"t": {"ref": "step_1.text"}}


def test_defaults_and_declared_outputs() -> None:
    found = convert({
        "input_variables": {"n": 3, "s": {"type": "string", "required": False}},
        "output_variables": ["got", "missing"],
        "steps": [{"id": "a", "tool": "acme/x", "parameter_mappings": {"n": "n"},
                   "output_mappings": {"value": "got", "other": "unused"}}],
    })  # fmt: skip
    assert found.workflow is not None
    inputs = {n: (s.type, s.default) for n, s in found.workflow.inputs.items()}
    assert inputs == {"n": ("integer", 3), "s": ("string", None)}
    assert dict(found.workflow.outputs) == {"got": {"ref": "a.value"}}
    assert "unknown_variable" in [p.code for p in found.problems]


def test_what_a_known_tool_refuses_is_an_error_of_the_author() -> None:
    found = convert({"input_variables": [], "steps": [
        {"id": "a", "tool": "text_analyzer", "parameter_mappings": {"txt": "x"}}]})  # fmt: skip
    assert found.workflow is None
    assert {(p.code, p.node) for p in found.problems} >= {("unknown_port", "a")} or {
        p.node for p in found.problems} == {"a"}  # fmt: skip


def test_steps_wait_for_what_they_depend_on() -> None:
    found = convert({"input_variables": [], "steps": [
        {"id": "a", "name": "Begin", "tool": "x/a"},
        {"id": "b", "tool": "x/b", "depends_on": ["a"]},
        {"id": "c", "tool": "x/c", "depends_on": ["Begin", "z"]}]})  # fmt: skip
    assert [e.kind for e in found.edges] == ["control", "control", "dangling"]
    assert nodes_of(found)["c"].after[0].node == "begin"
