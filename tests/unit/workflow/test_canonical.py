"""One document has one canonical form, whatever it was written in; another has another."""

from __future__ import annotations

import json
import re
from random import Random
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from stageline.errors import DependencyError, DocumentError
from stageline.keys import snapshot_key
from stageline.store import CorruptObjectError, FolderStore, MissingObjectError
from stageline.workflow import Workflow, canonical, check, digest_of
from stageline.workflow.snapshot import load, save
from tests.unit.workflow.documents import EVERYTHING, documents


def test_defaults_order_blanks_and_spelling_do_not_matter() -> None:
    short = {"schema": "workflow/1", "nodes": [{"id": "a", "kind": "wait", "seconds": 1}]}
    long = """
    nodes:
      - seconds: 1.0
        kind: wait
        id: a
        title: ""
        join: all
        cache: null
        after: []
        ui: {}
        when: null
    id: workflow
    inputs: {}
    schema: workflow/1
    """
    assert canonical(long) == canonical(short)
    assert canonical(short) == (
        b'{"nodes":[{"id":"a","kind":"wait","seconds":1}],"schema":"workflow/1"}'
    )


DIFFERENT = [
    ({"outputs": {"x": 1}}, {"outputs": {"x": True}}),
    ({"outputs": {"x": 0}}, {"outputs": {"x": False}}),
    ({"outputs": {"x": 1}}, {"outputs": {"x": "1"}}),
    ({"outputs": {"x": None}}, {"outputs": {}}),
    ({"outputs": {"x": []}}, {"outputs": {"x": {}}}),
    ({"outputs": {"x": 2**53}}, {"outputs": {"x": 2**53 + 1}}),
    ({"outputs": {"x": 0.1}}, {"outputs": {"x": 0.1 + 1e-16}}),
    ({"inputs": {"x": {"type": "string", "default": None}}}, {"inputs": {"x": {"type": "string"}}}),
    (
        {"inputs": {"x": {"type": "string", "required": False}}},
        {"inputs": {"x": {"type": "string"}}},
    ),
    ({"title": "a"}, {"title": "b"}),
    ({"ui": {"x": 1}}, {"ui": {"x": 2}}),
    ({"title": "é"}, {"title": "e\u0301"}),
]
SAME = [
    ({"outputs": {"x": 1}}, {"outputs": {"x": 1.0}}),
    ({"outputs": {"x": 0}}, {"outputs": {"x": -0.0}}),
    ({"outputs": {"x": 10**18}}, {"outputs": {"x": 1e18}}),
    (
        {"inputs": {"x": {"type": "string"}}},
        {"inputs": {"x": {"type": "string", "required": True}}},
    ),
    (
        {"inputs": {"x": {"type": "string", "default": "", "required": False}}},
        {"inputs": {"x": {"type": "string", "default": ""}}},
    ),
    (
        {"inputs": {"x": {"type": "string", "required": None}}},
        {"inputs": {"x": {"type": "string"}}},
    ),
    ({"ui": {"b": 1, "a": 2}}, {"ui": {"a": 2, "b": 1}}),
    ({"title": "\u00e9"}, {"title": "é"}),
]


@pytest.mark.parametrize(("left", "right"), DIFFERENT)
def test_different_documents_have_different_forms(left: Any, right: Any) -> None:
    schema = {"schema": "workflow/1"}
    assert canonical(schema | left) != canonical(schema | right)


@pytest.mark.parametrize(("left", "right"), SAME)
def test_equal_documents_have_equal_forms(left: Any, right: Any) -> None:
    schema = {"schema": "workflow/1"}
    assert canonical(schema | left) == canonical(schema | right)


@given(documents())
def test_a_form_is_a_document_with_that_form(document: dict[str, Any]) -> None:
    form = canonical(document)
    assert form.isascii()
    assert canonical(form) == form
    assert canonical(json.loads(form)) == form
    assert canonical(check(document).require()) == form


_ORDER = Random(0)  # noqa: S311  an order of names, no secret


@given(documents(), st.randoms(use_true_random=False))
@example({"schema": "workflow/1", "title": "0E0", "nodes": []}, _ORDER)
@example({"schema": "workflow/1", "title": "0o7", "outputs": {"a": ".5", "b": "-1e3"}}, _ORDER)
def test_every_spelling_has_the_same_form(document: dict[str, Any], random: Any) -> None:
    form = canonical(document)
    shuffled = _shuffled(document, random)
    assert canonical(shuffled) == form
    assert canonical(json.dumps(shuffled, indent=3)) == form
    assert canonical(json.dumps(shuffled, ensure_ascii=False)) == form
    assert canonical(yaml.dump(shuffled, Dumper=_Yaml12, allow_unicode=False)) == form


class _Yaml12(yaml.SafeDumper):
    """Quotes text that YAML 1.2 takes for a number, and PyYAML's YAML 1.1 does not: 0E0, 0o7."""


_Yaml12.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$|0o[0-7]+$"),
    list("-+.0123456789"),
)


def _shuffled(value: Any, random: Any) -> Any:
    if isinstance(value, dict):
        names = list(value)
        random.shuffle(names)
        return {name: _shuffled(value[name], random) for name in names}
    return [_shuffled(item, random) for item in value] if isinstance(value, list) else value


@given(documents(), documents())
def test_forms_are_equal_exactly_when_documents_are(left: Any, right: Any) -> None:
    same = _spelled(check(left).require()) == _spelled(check(right).require())
    assert (canonical(left) == canonical(right)) == same


def _spelled(value: Any) -> Any:
    """An independent account of what a document means: the model, with types of its values."""
    if isinstance(value, Workflow):
        data = value.model_dump(by_alias=True)
        for name, spec in value.inputs.items():
            data["inputs"][name] |= {"required": spec.is_required, "has": spec.has_default}
        return _spelled(data)
    if isinstance(value, dict):
        return {name: _spelled(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_spelled(item) for item in value]
    return ("number", value) if type(value) in (int, float) else (type(value).__name__, value)


def test_a_wrong_document_has_no_form() -> None:
    with pytest.raises(DocumentError, match="There is no kind of node 'tsk'"):
        canonical({"schema": "workflow/1", "nodes": [{"id": "a", "kind": "tsk"}]})


# --- snapshots -------------------------------------------------------------------------------


def test_a_snapshot_is_kept_under_its_digest(tmp_path: Any) -> None:
    store = FolderStore(tmp_path)
    workflow = check(EVERYTHING).require()
    digest = save(store, workflow)
    assert digest == digest_of(EVERYTHING) == save(store, workflow)
    assert snapshot_key(digest) == f"workflows/{digest}"
    assert store.get(snapshot_key(digest)) == canonical(EVERYTHING)
    assert load(store, digest) == workflow


def test_a_snapshot_that_is_not_there(tmp_path: Any) -> None:
    with pytest.raises(MissingObjectError):
        load(FolderStore(tmp_path), "0" * 64)


def test_a_snapshot_that_was_changed(tmp_path: Any) -> None:
    store = FolderStore(tmp_path)
    workflow = check(EVERYTHING).require()
    digest = save(store, workflow)
    store.put(snapshot_key(digest), canonical("schema: workflow/1"))
    with pytest.raises(CorruptObjectError):
        load(store, digest)
    with pytest.raises(CorruptObjectError):
        save(store, workflow)


def test_a_snapshot_of_another_version(tmp_path: Any) -> None:
    from stageline.keys import digest as sha256  # noqa: PLC0415

    store = FolderStore(tmp_path)
    data = b'{"schema":"workflow/2"}'
    store.put(snapshot_key(sha256(data)), data)
    with pytest.raises(DependencyError, match="another version"):
        load(store, sha256(data))
