"""The published schema accepts what a check accepts, as far as one field can say."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
from hypothesis import given

from stageline.workflow import json_schema
from stageline.workflow.source import read_source
from tests.unit.workflow.documents import EVERYTHING, documents

VALIDATOR = jsonschema.Draft202012Validator(json_schema())


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(json_schema())


def test_a_document_that_uses_everything_fits() -> None:
    data = {"$schema": "x", **read_source(EVERYTHING).data}
    assert [error.message for error in VALIDATOR.iter_errors(data)] == []


@given(documents())
def test_random_correct_documents_fit(document: dict[str, Any]) -> None:
    assert VALIDATOR.is_valid(document)


NODE = {"id": "a", "kind": "wait", "seconds": 1}
WRONG: list[dict[str, Any]] = [
    {}, {"schema": "workflow/2"}, {"x": 1}, {"nodes": {}}, {"inputs": {"a b": {"type": "string"}}},
    {"inputs": {"a": {"type": "text"}}}, {"nodes": [{**NODE, "kind": "x"}]},
    {"nodes": [{**NODE, "colour": 1}]}, {"nodes": [{**NODE, "id": "1"}]},
    {"nodes": [{"id": "a", "kind": "task"}]}, {"nodes": [{**NODE, "retry": {"attempts": 0}}]},
    {"nodes": [{"id": "a", "kind": "task", "tool": "x", "parameters": {"a b": 1}}]},
]  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG, ids=str)
def test_wrong_documents_do_not_fit(wrong: dict[str, Any]) -> None:
    assert not VALIDATOR.is_valid({"schema": "workflow/1", **wrong} if wrong else {})
