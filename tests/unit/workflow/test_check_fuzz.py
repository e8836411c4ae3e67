"""Whatever is handed in, a check tells problems or gives a workflow, and never raises."""

from __future__ import annotations

import copy
import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stageline.workflow import Checked, check
from stageline.workflow.document import Workflow
from stageline.workflow.problems import MAX_PROBLEMS
from stageline.workflow.source import read_source
from tests.unit.workflow.documents import EVERYTHING
from tests.unit.workflow.malformed import read_malformed

DATA = read_source(EVERYTHING).data
TEXTS = [EVERYTHING, json.dumps(DATA, indent=1), *(wrong.text for wrong in read_malformed())]
WORDS = st.sampled_from([
    "schema", "workflow/1", "id", "kind", "task", "loop", "branch", "wait", "subflow", "note",
    "nodes", "tool", "sleep", "parameters", "inputs", "outputs", "ref", "expr", "literal", "over",
    "until", "limit", "as", "state", "next", "cases", "name", "when", "after", "node", "on",
    "failed", "case", "form", "type", "string", "integer", "default", "enum", "pattern", "items",
    "seconds", "retry", "attempts", "ui", "a", "b", "a.seconds", "inputs.a", "item", "index",
    "state.a", "${a.seconds}", "${", "(", "a.b.c[0]", "1 + 'a'", "len(a)", "not", "", "0" * 64,
])  # fmt: skip
ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | WORDS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(WORDS | st.text(max_size=3), inner, max_size=5)
    ),
    max_leaves=25,
)
SLOW_OK = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=150)


def is_sound(checked: Checked) -> None:
    errors = [problem for problem in checked.problems if problem.severity == "error"]
    assert (checked.workflow is None) == bool(errors)
    assert len(checked.problems) <= MAX_PROBLEMS
    for problem in checked.problems:
        assert problem.code.isidentifier()
        assert problem.message
        assert len(str(problem)) < 2_000
        assert (problem.line is None) == (problem.column is None)
        str(problem).encode()  # fit to be shown


@SLOW_OK
@given(ODD)
def test_any_data(data: Any) -> None:
    is_sound(check(data))
    is_sound(check({"schema": "workflow/1", "nodes": data}))
    is_sound(check({"schema": "workflow/1", "nodes": [data], "inputs": data, "outputs": data}))


@SLOW_OK
@given(st.text(max_size=200) | st.binary(max_size=200))
def test_any_text(text: str | bytes) -> None:
    is_sound(check(text))


@SLOW_OK
@given(st.sampled_from(TEXTS), st.data())
def test_texts_with_bytes_changed(text: str, data: st.DataObject) -> None:
    raw = bytearray(text.encode())
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(raw) - 1))
        how = data.draw(st.sampled_from(["set", "cut", "double", "insert"]))
        byte = data.draw(st.integers(0, 255) | st.sampled_from(list(b"{}[]:,-'\"\n #&*!|>%@\0")))
        end = at + data.draw(st.integers(1, 30))
        piece = {"set": bytes([byte]) + raw[at + 1 : end], "cut": b"",
                 "double": raw[at:end] * 2, "insert": bytes([byte]) + raw[at:end]}[how]  # fmt: skip
        raw[at:end] = piece
        raw = raw or bytearray(b" ")
    is_sound(check(bytes(raw)))


def _places(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    members = data.items() if isinstance(data, dict) else enumerate(data) \
        if isinstance(data, list) else ()  # fmt: skip
    return [path, *(place for step, item in members for place in _places(item, (*path, step)))]


PLACES = [place for place in _places(DATA) if place]


@SLOW_OK
@given(st.lists(st.tuples(st.sampled_from(PLACES), ODD, st.booleans()), min_size=1, max_size=3))
def test_a_right_document_with_parts_changed(changes: list[Any]) -> None:
    document = copy.deepcopy(DATA)
    for place, value, remove in changes:
        _change(document, place, value, remove)
    is_sound(check(document))
    try:
        text = json.dumps(document)
        text.encode()
    except (UnicodeEncodeError, ValueError):
        return
    as_text, as_data = check(text), check(document)
    assert sorted(p.code for p in as_data.problems) == sorted(p.code for p in as_text.problems)
    assert as_text.workflow == as_data.workflow


def _change(document: Any, place: tuple[Any, ...], value: Any, remove: bool) -> None:
    for step in place[:-1]:
        try:
            document = document[step]
        except (KeyError, IndexError, TypeError):
            return
    if isinstance(document, dict) and isinstance(place[-1], str):
        document.pop(place[-1], None)
        if not remove:
            document[place[-1]] = value
    elif isinstance(document, list) and isinstance(place[-1], int) and place[-1] < len(document):
        document[place[-1] : place[-1] + 1] = [] if remove else [value]


def test_what_passes_is_a_workflow() -> None:
    assert isinstance(check(EVERYTHING).workflow, Workflow)
