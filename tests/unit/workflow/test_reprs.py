"""What a console shows of documents, checks, imports and pictures; and of wrong hands-in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from stageline.errors import InputError
from stageline.workflow import Inputs, Workflow, check, import_document
from stageline.workflow.drawing import Drawing, draw

DOCUMENT = """
schema: workflow/1
id: doc
title: A title that nobody wants to read in a list
inputs: {n: {type: integer}}
nodes:
  - {id: a, kind: task, tool: set_values, parameters: {values: {n: {ref: inputs.n}}}}
  - id: each
    kind: loop
    over: [1, 2]
    nodes: [{id: b, kind: task, tool: set_values, parameters: {values: {x: {ref: item}}}}]
  - {id: why, kind: note, text: text}
outputs: {n: {ref: a.values.n}, all: {ref: each.count}}
"""
ABOUT = "doc, nodes: 2 task, 1 loop, 1 note"


def test_a_workflow_is_told_by_its_id_and_its_nodes() -> None:
    workflow = check(DOCUMENT).require()
    assert repr(workflow) == str(workflow) == f"<Workflow {ABOUT}>"
    assert repr(Drawing(workflow)) == f"<Drawing of {ABOUT}>"
    assert repr(Workflow(schema="workflow/1")) == "<Workflow workflow, nodes: none>"


def test_a_node_is_told_by_what_was_given() -> None:
    assert repr(check(DOCUMENT).require().nodes[2]) == (
        "NoteNode(id='why', kind='note', text='text')"
    )


def test_a_check_is_told_by_its_problems() -> None:
    assert repr(check(DOCUMENT)) == str(check(DOCUMENT)) == f"<Checked {ABOUT}; no problems>"
    wrong = check("schema: workflow/1\nnodes: [{id: a, kind: tsk}, {id: b, kind: note, x: 1}]")
    assert repr(wrong) == "<Checked no workflow; 2 errors: unknown_kind, unknown_field>"
    assert str(wrong).splitlines() == [str(problem) for problem in wrong.problems]
    doubtful = check(DOCUMENT.replace("{n: {ref: a.values.n}, all:", "{all:"))
    assert repr(doubtful) == f"<Checked {ABOUT}; 1 warning: orphan_node>"


def test_an_import_is_told_by_all_of_this() -> None:
    found = import_document(DOCUMENT)
    assert repr(found) == f"<Imported from {found.format}: {ABOUT}; no problems>"


def test_inputs_are_told_by_what_was_given() -> None:
    inputs = Inputs(check(DOCUMENT).require())
    assert (repr(inputs), repr(inputs.set("n", 3))) == ("Inputs()", "Inputs(n=3)")


@pytest.mark.parametrize("given", [check(DOCUMENT), DOCUMENT, {"schema": "workflow/1"}, None])
@pytest.mark.parametrize("use", [Inputs, draw])
def test_what_is_no_workflow_is_told_with_what_to_hand_in(use: Any, given: Any) -> None:
    with pytest.raises(InputError, match=r"is no Workflow. Hand in check\(...\).require\(\)"):
        use(given)


def test_a_path_is_no_document_but_what_the_file_holds() -> None:
    (problem,) = check(Path("a.yaml")).problems
    assert str(problem) == (
        "This is a path, and no document. "
        "Hand in text, bytes or a mapping; of a file, what it holds."
    )
