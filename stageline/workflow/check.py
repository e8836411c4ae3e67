"""Everything that can be known to be wrong with a document before it runs, all at once."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from stageline.errors import DocumentError
from stageline.workflow.checking import Checking, Site
from stageline.workflow.document import SubflowNode, Workflow
from stageline.workflow.extent import find_excess
from stageline.workflow.findings import Finding, Findings, Place
from stageline.workflow.input_rules import check_specs
from stageline.workflow.names import Names
from stageline.workflow.node_rules import check_ids, check_level, check_node
from stageline.workflow.problems import Problem, count_problems
from stageline.workflow.source import Source, read_source
from stageline.workflow.spelling import data_of
from stageline.workflow.structure import Outline, outline
from stageline.workflow.subflow_documents import Documents, Library
from stageline.workflow.survey import Survey, survey
from stageline.workflow.toolbox import Toolbox
from stageline.workflow.value_rules import check_value


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found: the ``workflow``, unless there is an error among the ``problems``."""

    workflow: Workflow | None
    problems: tuple[Problem, ...]

    @property
    def ok(self) -> bool:
        return self.workflow is not None

    def __repr__(self) -> str:
        found = self.workflow.about if self.workflow else "no workflow"
        return f"<Checked {found}; {count_problems(self.problems)}>"

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems)) or repr(self)

    def require(self) -> Workflow:
        """The workflow. Raises ``DocumentError`` that tells all problems if there is none."""
        if self.workflow is None:
            raise DocumentError("\n".join(str(problem) for problem in self.problems))
        return self.workflow


def check(given: object, documents: Documents | None = None) -> Checked:
    """Check a document: text (JSON or YAML), bytes, a mapping, or a ``Workflow``.

    With ``documents`` subflows are checked against the documents that they name; without, they
    are taken as they are. Nothing is raised, whatever is handed in; see ``docs/documents.md``
    for the codes.
    """
    library = Library(documents, _check_inner) if documents is not None else None
    with _without_collector():
        return _check(given, library)


@contextmanager
def _without_collector() -> Iterator[None]:
    """Put the collector of reference cycles off: it would walk through the growing document
    again and again, which doubles the time of a large one, and there are no cycles in it.

    Threads may overlap here: who found the collector on is who puts it on again.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            if not gc.get_freeze_count():
                # What is new counts as old now, so it is not walked through at once either.
                gc.freeze()
                gc.unfreeze()
            gc.enable()


def _check_inner(given: Any, library: Library) -> tuple[Workflow | None, tuple[Problem, ...]]:
    checked = _check(given, library)
    return checked.workflow, checked.problems


def errors_in(data: dict[str, Any]) -> tuple[Finding, ...]:
    """The errors in plain data, each with the path to its place, for who makes documents and can
    correct them; no more than are reported at once."""
    findings = Findings()
    with _without_collector():
        _check_source(Source(None, data, []), findings, None)
    return findings.errors


def _check(given: object, library: Library | None) -> Checked:
    if isinstance(given, Workflow):
        given = data_of(given)
    source = read_source(given)
    findings = Findings()
    findings.extend(source.findings)
    workflow = _check_source(source, findings, library)
    source.expect(findings.places())
    problems = findings.problems(source.locate)
    return Checked(None if findings.has_errors else workflow, problems)


def _check_source(source: Source, findings: Findings, library: Library | None) -> Workflow | None:
    if not isinstance(source.data, dict):
        if not source.findings:
            message = "A document is a mapping."
            hint = "Begin with 'schema'. Of a file, hand in what it holds, not its name."
            findings.add(Finding("not_a_mapping", message, Place(offset=0), hint))
        return None
    if excess := find_excess(source.data):
        findings.add(excess)
        return None
    found = outline(source.data)
    findings.extend(found.findings)
    _check_outline(found, survey(found.parts), findings, library)
    return found.workflow


def _check_outline(
    found: Outline, nodes: Survey, findings: Findings, library: Library | None
) -> None:
    opened = list(library.open(nodes)) if library else []
    documents = {
        placed.node.document: inner.workflow
        for placed, inner in opened
        if isinstance(placed.node, SubflowNode) and inner.workflow
    }
    toolbox = Toolbox()
    names = Names(found.inputs, nodes, found.lost, toolbox, documents)
    checking = Checking(found, nodes, names, toolbox, documents, findings)
    for placed, inner in opened:
        if inner.wrong:
            code, message, hint = inner.wrong
            checking.report(code, message, (*placed.path, "document"), hint, placed)
    _run_rules(checking)


def _run_rules(c: Checking) -> None:
    check_ids(c)
    check_specs(c, c.outline.inputs, ("inputs",))
    top = Site(c.survey.levels[0])
    for name, value in c.outline.outputs.items():
        check_value(c, value, top, ("outputs", name))
    for placed in c.survey.placed:
        check_node(c, placed)
    for level in c.survey.levels:
        check_level(c, level)
