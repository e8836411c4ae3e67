"""Subflows: with their documents at hand, inputs, outputs and depth are checked too."""

from __future__ import annotations

from typing import Any

from stageline.store import MissingObjectError
from stageline.workflow import canonical, check, digest_of

INNER = {
    "schema": "workflow/1",
    "id": "inner",
    "inputs": {
        "amount": {"type": "integer", "minimum": 1},
        "name": {"type": "string", "default": ""},
    },
    "outputs": {"waited": {"ref": "a.seconds"}},
    "nodes": [{"id": "a", "kind": "task", "tool": "sleep", "parameters": {"seconds": 0}}],
}
DIGEST = digest_of(INNER)


def outer(digest: str = DIGEST, port: str = "waited", **inputs: Any) -> dict[str, Any]:
    node = {"id": "s", "kind": "subflow", "document": digest, "inputs": inputs}
    return {"schema": "workflow/1", "nodes": [node], "outputs": {"x": {"ref": f"s.{port}"}}}


def codes(document: Any, documents: Any) -> list[str]:
    return [problem.code for problem in check(document, documents).problems]


def test_a_subflow_that_fits() -> None:
    for documents in ({DIGEST: INNER}, {DIGEST: check(INNER).workflow}, {DIGEST: canonical(INNER)}):
        assert codes(outer(amount=1, name="x"), documents) == []
        assert codes(outer(amount=1), documents.get) == []


def test_without_documents_subflows_are_taken_as_they_are() -> None:
    assert codes(outer(anything=1, port="whatever"), None) == []


def test_inputs_of_a_subflow() -> None:
    documents = {DIGEST: INNER}
    assert codes(outer(), documents) == ["missing_parameter"]
    assert codes(outer(amount=1, nmae=2), documents) == ["unknown_parameter"]
    assert codes(outer(amount="1"), documents) == ["type_mismatch"]
    assert codes(outer(amount=0), documents) == ["bad_parameter"]
    assert codes(outer(amount={"expr": "'a' + 'b'"}), documents) == ["type_mismatch"]
    assert codes(outer(amount=1, name=None), documents) == []


def test_outputs_of_a_subflow() -> None:
    assert codes(outer(amount=1, port="wanted"), {DIGEST: INNER}) == ["unknown_port"]


def test_a_document_that_is_not_there() -> None:
    def missing(digest: str) -> None:
        raise MissingObjectError(digest)

    assert codes(outer(), {}) == ["unknown_document"]
    assert codes(outer(), missing) == ["unknown_document"]


def test_a_document_that_is_another() -> None:
    assert codes(outer(amount=1), {DIGEST: {**INNER, "title": "changed"}}) == ["digest_mismatch"]


def test_a_document_that_is_wrong_itself() -> None:
    problems = check(outer(amount=1), {DIGEST: {**INNER, "nodes": 5}}).problems
    assert [problem.code for problem in problems] == ["bad_subflow"]
    assert "nodes must be a list" in problems[0].message


def test_a_document_that_is_its_own_subflow() -> None:
    """Digests make that impossible; a mapping with wrong keys does not."""
    one, two = "1" * 64, "2" * 64
    documents = {one: outer(two), two: outer(one)}
    problems = check(outer(one), documents).problems
    assert [problem.code for problem in problems] == ["bad_subflow"]
    assert "subflow of itself" in problems[0].message


def _nested(depth: int) -> tuple[dict[str, Any], dict[str, Any]]:
    documents: dict[str, Any] = {}
    document: dict[str, Any] = {"schema": "workflow/1", "outputs": {"waited": 1}}
    for _ in range(depth):
        digest = digest_of(document)
        documents[digest] = document
        document = {
            "schema": "workflow/1",
            "nodes": [{"id": n, "kind": "subflow", "document": digest} for n in ("a", "b")],
            "outputs": {"waited": {"expr": "[a.waited, b.waited]"}},
        }
    return document, documents


def test_subflows_of_subflows_are_each_checked_once() -> None:
    """Two subflows on each of 16 levels would be 65,536 checks otherwise."""
    document, documents = _nested(16)
    looked_up: list[str] = []

    def find(digest: str) -> Any:
        looked_up.append(digest)
        return documents[digest]

    assert codes(document, find) == []
    assert len(looked_up) == 16


def test_subflows_can_be_too_deep() -> None:
    problems = check(*_nested(17)).problems
    assert {problem.code for problem in problems} == {"bad_subflow"}
    assert "nested more than 16 deep" in problems[0].message
