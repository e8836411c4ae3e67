"""What a console shows of documents, checks, imports and pictures: one line each."""

from __future__ import annotations

from stageline.workflow import Inputs, Workflow, check, import_document
from stageline.workflow.drawing import Drawing

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
