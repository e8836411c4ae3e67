"""Random documents come to the same as a plain interpreter says: fast, and through Prefect."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from flows.run_workflow import run_workflow
from stageline.errors import StagelineError
from stageline.job import JobRecord
from stageline.journey import records
from stageline.store import FolderStore
from stageline.workflow import check, digest_of
from stageline.workflow.snapshot import save
from tests.flows.board_driver import Inline
from tests.unit.workflow.random_documents import Document, documents, problems_of
from tests.unit.workflow.reference import Result, interpret

pytestmark = pytest.mark.usefixtures("toy_tools")
CHECKS = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large,
          HealthCheck.filter_too_much]  # fmt: skip
FEW = settings(max_examples=20, derandomize=True, database=None, deadline=None,
               suppress_health_check=CHECKS)  # fmt: skip
MANY = settings(FEW, max_examples=250)


def read(document: Document) -> tuple[Any, dict[str, Any]]:
    assume(not problems_of(document))  # hardly ever: an integer of unknown type counts as number
    inner = {digest: check(body).require() for digest, body in document.inner.items()}
    return check(document.body, document.inner).require(), inner


def compare(expected: Result, statuses: dict[str, str], outputs: Any, category: str | None) -> None:
    beside = {path: expected.maybe[path] for path in statuses if path in expected.maybe}
    assert statuses == {**expected.statuses, **beside}
    assert category == expected.category
    if category is None:
        assert outputs == expected.outputs


@MANY
@given(documents(most=7), st.integers(0, 1000), st.integers(1, 5))
def test_boards_come_to_what_the_interpreter_says(
    document: Document, seed: int, max_parallel: int
) -> None:
    workflow, inner = read(document)
    expected = interpret(document.body, document.inputs, document.inner)
    found = Inline(workflow, document.inputs, inner, seed, max_parallel=max_parallel)()
    category = found.error.category if found.error else None
    compare(expected, found.statuses, found.run.outputs, category)
    assert len(found.ran) == len(set(found.ran)), "no node runs twice"


@FEW
@given(documents(most=4, deepest=1))
def test_runs_through_prefect_come_to_what_the_interpreter_says(document: Document) -> None:
    workflow, inner = read(document)
    expected = interpret(document.body, document.inputs, document.inner)
    store = FolderStore("results")
    for found in inner.values():
        save(store, found)
    job = f"J{digest_of(workflow)[:20]}"
    try:
        ran = run_workflow(document.body, document.inputs, job, max_attempts=100)
        compare(expected, _statuses(ran.record), ran.outputs, None)
    except StagelineError as error:
        (*_, record) = records(store, job)
        compare(expected, _statuses(record), None, error.category)


def _statuses(record: JobRecord) -> dict[str, str]:
    return {step.step_id: step.status for step in record.steps}
