"""Paths, templates and values: what is found in them and what they become."""

from __future__ import annotations

import tracemalloc
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stageline.errors import DocumentError, category_of
from stageline.workflow.expressions import EvaluationError, Expression, ExpressionError
from stageline.workflow.values import (
    Reference,
    evaluate_value,
    parse_path,
    parse_template,
    parts,
    references,
)

SCOPE: dict[str, Any] = {
    "inputs": {"name": "Ada", "n": 3, "none": None, "rows": [{"id": 1}, {"id": 2}]},
    "read-table": {"rows": [[1, 2], [3]], "error": None},
    "item": "x",
    "index": 0,
    "state": {"seen": {"a": 1}},
    "skipped": None,
}


@pytest.mark.parametrize(
    ("text", "root", "path"),
    [
        ("inputs.x", "inputs", ("x",)),
        ("read-table.rows[0][12].content-type", "read-table", ("rows", 0, 12, "content-type")),
        ("item", "item", ()),
        ("index", "index", ()),
        ("row.2nd", "row", ("2nd",)),
        ("state.a._b", "state", ("a", "_b")),
    ],
)
def test_path(text: str, root: str, path: tuple[str | int, ...]) -> None:
    assert parse_path(text) == Reference(root, path, text)


@pytest.mark.parametrize(
    ("text", "column"),
    [("", 1), ("1a.b", 1), ("a b", 2), ("a.", 2), ("a.b[x]", 4), ("a.b[-1]", 4), ("inputs", 7),
     ("a..b", 2), ("nodes.a.b", 1), ("a.b ", 4)],
)  # fmt: skip
def test_wrong_path(text: str, column: int) -> None:
    with pytest.raises(DocumentError) as caught:
        parse_path(text)
    assert isinstance(caught.value, ExpressionError)
    assert caught.value.column == column


VALUES: list[tuple[Any, Any]] = [
    (5, 5),
    (None, None),
    ("plain", "plain"),
    ({"ref": "inputs.n"}, 3),
    ({"ref": "read-table.rows[1][0]"}, 3),
    ({"ref": "item"}, "x"),
    ({"ref": "skipped.a.b[0]"}, None),
    ({"ref": "not-there.a"}, None),
    ({"ref": "read-table.error"}, None),
    ({"expr": "inputs.n + 1"}, 4),
    ({"literal": {"ref": "inputs.n"}}, {"ref": "inputs.n"}),
    ({"literal": "${inputs.n}"}, "${inputs.n}"),
    ({"ref": "inputs.n", "other": 1}, {"ref": "inputs.n", "other": 1}),
    ({"a": [{"ref": "inputs.n"}, {"b": {"expr": "index"}}]}, {"a": [3, {"b": 0}]}),
    ([{"ref": "skipped.a"}], [None]),
    ({"literal": "a", "ref": "${item}"}, {"literal": "a", "ref": "x"}),
    ("Dear ${inputs.name}!", "Dear Ada!"),
    ("${inputs.name}", "Ada"),
    ("${inputs.n}", "3"),
    ("${inputs.none}|${skipped.x}", "|"),
    ("${inputs.rows}", '[{"id":1},{"id":2}]'),
    ("${state.seen} ${read-table.rows[0]}", '{"a":1} [1,2]'),
    ("$${inputs.name} costs $5 ${item}$", "${inputs.name} costs $5 x$"),
    ("$$${item}", "$${item}"),
    ("$${${item}}", "${x}"),
    ("{} $ {{item}}", "{} $ {{item}}"),
    (MappingProxyType({"a": MappingProxyType({"ref": "item"})}), {"a": "x"}),
    (({"ref": "item"}, 1), ["x", 1]),
]


@pytest.mark.parametrize(("value", "expected"), VALUES, ids=lambda x: str(x)[:40])
def test_value(value: Any, expected: Any) -> None:
    made = evaluate_value(value, SCOPE)
    assert (made, type(made)) == (expected, type(expected))


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("plain", []),
        (5, []),
        ({"ref": "a.b"}, ["a.b@1"]),
        ({"expr": "a.b + c.d"}, ["a.b@1", "c.d@7"]),
        ("x ${a.b} $${no} ${c.d[0]}", ["a.b@5", "c.d[0]@19"]),
        ({"x": [{"ref": "a.b"}, "${c.d}"], "y": {"expr": "e.f"}}, ["a.b@1", "c.d@3", "e.f@1"]),
        ({"literal": {"ref": "a.b"}}, []),
        ({"ref": "a.b", "x": "${c.d}"}, ["c.d@3"]),
    ],
)
def test_references(value: Any, found: list[str]) -> None:
    assert [f"{r.text}@{r.column}" for r in references(value)] == found


def test_parts_tell_their_places_and_what_is_wrong() -> None:
    value = {"a": ["x", {"ref": "a.b"}], "b": {"expr": "1 +"}, "c": "${a b}", "d": {"ref": 5}}
    found = list(parts(value))
    assert [place for place, _ in found] == [("a", 1, "ref"), ("b", "expr"), ("c",), ("d", "ref")]
    kinds = [type(part) for _, part in found]
    assert kinds == [Reference, ExpressionError, ExpressionError, ExpressionError]
    assert [part.column for _, part in found[1:3] if isinstance(part, ExpressionError)] == [3, 4]
    assert isinstance(next(parts({"expr": "1"}))[1], Expression)
    with pytest.raises(ExpressionError):
        references(value)


@pytest.mark.parametrize(
    ("text", "column", "said"),
    [
        ("ab ${x.y", 4, "has no '}'"),
        ("ab ${x y}", 7, "is not a path"),
        ("${}", 3, "is not a path"),
        ("a ${x.y} b ${1}", 14, "is not a path"),
        ("${HOME.x", 1, "'$${' for a literal"),
    ],
)
def test_wrong_template(text: str, column: int, said: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse_template(text)
    assert said in caught.value.message
    assert caught.value.column == column


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"ref": "inputs.zz"}, "'inputs.zz': there is no 'zz'"),
        ({"ref": "inputs.none.x"}, "'inputs.none.x': a value of type null has no 'x'"),
        ({"ref": "inputs.rows[7]"}, "no item 7 in a list of 2"),
        ({"ref": "inputs.rows.id"}, "a value of type array has no 'id'"),
        ({"ref": "inputs[0]"}, "a value of type object has no item"),
        ("x ${inputs.zz}", "'inputs.zz': there is no 'zz'"),
        ({"a": [{"expr": "inputs.zz"}]}, "'inputs.zz': there is no 'zz'"),
    ],
)
def test_missing_data_are_an_error_and_not_null(value: Any, said: str) -> None:
    with pytest.raises(EvaluationError, match=r".") as caught:
        evaluate_value(value, SCOPE)
    assert said in str(caught.value)
    assert category_of(caught.value) == "tool"


def test_a_reference_gives_the_value_itself() -> None:
    assert evaluate_value({"ref": "inputs.rows"}, SCOPE) is SCOPE["inputs"]["rows"]


_data = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@given(_data)
def test_any_data_survive_as_literal_and_as_reference(data: Any) -> None:
    assert evaluate_value({"literal": data}, {}) == data
    assert evaluate_value([{"ref": "a.b"}], {"a": {"b": data}}) == [data]


@given(st.text())
def test_any_text_can_be_written_as_a_template(text: str) -> None:
    assert evaluate_value(text.replace("${", "$${"), {}) == text


@pytest.mark.parametrize("text", ["${inputs.text}!", {"expr": "inputs.text[1:]"}])
def test_many_copies_of_a_text_end_before_the_memory_does(text: Any) -> None:
    scope = {"inputs": {"text": "x" * 100_000}}
    tracemalloc.start()
    with pytest.raises(EvaluationError, match="larger than 64,000,000"):
        evaluate_value([text] * 2_000, scope)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 100_000_000
