"""Types of expressions before the run: what is inferred, what clashes, and where."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stageline.workflow.expressions import EvaluationError, ExpressionError, evaluate, infer
from stageline.workflow.language import type_name
from stageline.workflow.paths import Reference

DATA: dict[str, Any] = {
    "s": "text", "n": 1.5, "i": 2, "b": True, "l": [1, 2], "o": {"k": 1}, "x": "anything",
}  # fmt: skip
TYPES = {
    "inputs.s": "string", "inputs.n": "number", "inputs.i": "integer", "inputs.b": "boolean",
    "inputs.l": "array", "inputs.o": "object", "inputs.x": "any",
}  # fmt: skip


def types(reference: Reference) -> str | None:
    return TYPES.get(reference.text)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("inputs.s", "string"),
        ("inputs.s + 'a'", "string"),
        ("inputs.i + 1", "integer"),
        ("inputs.i // 2 * 3 % 4 - 5", "integer"),
        ("inputs.i / 1", "number"),
        ("inputs.i + 1.0", "number"),
        ("inputs.n + 1", "number"),
        ("-inputs.i", "integer"),
        ("[1] + inputs.l", "array"),
        ("inputs.x + 1", "number"),
        ("inputs.x + 'a'", "string"),
        ("inputs.x + inputs.x", "any"),
        ("inputs.x - inputs.x", "number"),
        ("-inputs.x", "number"),
        ("not inputs.s", "boolean"),
        ("1 < inputs.n <= inputs.x", "boolean"),
        ("inputs.s in inputs.l", "boolean"),
        ("inputs.s == 1", "boolean"),
        ("inputs.s is null", "boolean"),
        ("inputs.b and inputs.b", "boolean"),
        ("inputs.b and inputs.s", "any"),
        ("inputs.i or inputs.n", "number"),
        ("1 if inputs.b else 2", "integer"),
        ("1 if inputs.b else 'a'", "any"),
        ("{'a': 1}", "object"),
        ("(1, 2)", "array"),
        ("true", "boolean"),
        ("null", "null"),
        ("inputs.l[inputs.i]", "any"),
        ("inputs.s[1:]", "string"),
        ("inputs.l[:-1]", "array"),
        ("first(inputs.l)", "any"),
        ("len(inputs.o)", "integer"),
        ("abs(inputs.i)", "integer"),
        ("abs(inputs.x)", "number"),
        ("round(inputs.n)", "number"),
        ("max(1, 2)", "integer"),
        ("max(1, inputs.n)", "number"),
        ("max(inputs.l)", "any"),
        ("default(null, 'a')", "string"),
        ("default(inputs.s, 'a')", "string"),
        ("exists(inputs.s)", "boolean"),
        ("get(inputs.o, 'k').deep[0]", "any"),
        ("parse_json(inputs.s)", "any"),
        ("to_json(inputs.o)", "string"),
        ("upper(inputs.x)", "string"),
        ("round(inputs.n, inputs.n)", "number"),
    ],
)
def test_type(text: str, kind: str) -> None:
    assert infer(text, types) == kind


@pytest.mark.parametrize(
    ("text", "column", "said"),
    [
        ("inputs.s + 1", 1, "'+' does not fit string and integer"),
        ("1 + (2 + 'a')", 6, "'+' does not fit integer and string"),
        ("inputs.b * 2", 1, "'*' does not fit boolean and integer"),
        ("inputs.o + inputs.x", 1, "'+' does not fit object and any"),
        ("1 + null", 1, "'+' does not fit integer and null"),
        ("[inputs.s - 1]", 2, "'-' does not fit"),
        ("-inputs.s", 1, "sign"),
        ("1 < inputs.s", 5, "'<' does not fit integer and string"),
        ("inputs.l < inputs.l", 12, "'<' does not fit array and array"),
        ("1 in inputs.n", 6, "'in' does not fit"),
        ("1 in inputs.s", 6, "'in' does not fit"),
        ("len(inputs.n)", 5, "len takes array or object or string here, not number"),
        ("upper(inputs.i)", 7, "upper takes string here, not integer"),
        ("sum(inputs.s)", 5, "sum takes array"),
        ("max(inputs.s)", 1, "max takes one list"),
        ("max(1, inputs.s)", 1, "numbers only, or strings only"),
        ("inputs.zz == 1", 1, "There is no 'inputs.zz'"),
        ("'é' + upper(nothing.x)", 13, "There is no 'nothing.x'"),
        ("inputs.s[inputs.i]", 1, "has no such item"),
        ("inputs.o[inputs.b]", 10, "not a value of type boolean"),
        ("inputs.n[1:]", 1, "cannot be cut"),
        ("upper('a').x", 1, "has no such item"),
        ("{inputs.i: 1}", 2, "names in a mapping"),
        ("default(1 + 'a', 2)", 9, "'+' does not fit"),
    ],
)
def test_clash(text: str, column: int, said: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        infer(text, types)
    assert said in caught.value.message
    assert caught.value.column == column


_leaves = st.sampled_from([f"inputs.{name}" for name in DATA] + ["1", "2.5", "'a'", "null", "[]"])


def _grow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    signs = st.sampled_from(["+", "-", "*", "/", "//", "and", "or", "<", "==", "in"])
    one = st.sampled_from(
        ["len", "abs", "upper", "str", "max", "first", "keys", "sorted", "sum", "not ", "-"]
    )
    two = st.sampled_from(["default", "min", "get", "join", "contains", "round"])
    return (
        st.tuples(inner, signs, inner).map(lambda p: f"({p[0]} {p[1]} {p[2]})")
        | st.tuples(one, inner).map(lambda p: f"({p[0]}({p[1]}))")
        | st.tuples(two, inner, inner).map(lambda p: f"{p[0]}({p[1]}, {p[2]})")
        | st.tuples(inner, inner, inner).map(lambda p: f"({p[0]} if {p[1]} else {p[2]})")
        | inner.map(lambda p: f"{p}[0:1]")
        | inner.map(lambda p: f"({p})[inputs.i]")
    )


@given(st.recursive(_leaves, _grow, max_leaves=8))
def test_an_inferred_type_is_that_of_the_value(text: str) -> None:
    try:
        kind, value = infer(text, types), evaluate(text, {"inputs": DATA})
    except (ExpressionError, EvaluationError):
        return
    assert kind in {"any", type_name(value)} or (kind, type_name(value)) == ("number", "integer")


@given(st.recursive(_leaves, _grow, max_leaves=3))
def test_a_clash_without_a_choice_is_an_error_of_the_run(text: str) -> None:
    """Where nothing is left out by and, or, if: what is refused before would fail then."""
    if any(word in text for word in (" and ", " or ", " if ", "default", "get")):
        return
    try:
        infer(text, types)
    except ExpressionError:
        with pytest.raises(EvaluationError):
            evaluate(text, {"inputs": DATA})
