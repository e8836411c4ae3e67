"""What expressions give, what they refer to, and what is said of those that are wrong."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stageline.errors import DocumentError, ToolError
from stageline.workflow.expressions import EvaluationError, ExpressionError, evaluate, parse
from stageline.workflow.functions import FUNCTIONS
from stageline.workflow.language import MAX_LENGTH, MAX_NODES

SCOPE: dict[str, Any] = {
    "inputs": {"name": "Ada", "n": 3, "rows": [{"id": 1}, {"id": 2}], "none": None, "flag": True},
    "fetch": {"status": 200, "body": {"content-type": "text"}, "error": None},
    "read-table": {"rows": [1, 2, 3]},
    "broken": {"data": None, "error": {"category": "tool", "message": "no"}},
    "item": {"name": "x", "tags": ["a", "b"]},
    "index": 2,
    "state": {"seen": ["a"]},
    "len": {"port": 7},
    "skipped": None,
}

VALUES = {
    # names and steps
    "inputs.name": "Ada",
    "inputs['name']": "Ada",
    "fetch.body['content-type']": "text",
    "fetch.body": {"content-type": "text"},
    'nodes["read-table"].rows[0]': 1,
    "nodes.fetch.status": 200,
    "inputs.rows[-1].id": 2,
    "inputs.rows[index - 1].id": 2,
    "inputs[item.name + '' if false else 'n']": 3,
    "get(fetch.body, 'content-type')": "text",
    "item.tags[0:1]": ["a"],
    "item.tags[-1:]": ["b"],
    "inputs.name[1:]": "da",
    "inputs.name[:-1]": "Ad",
    "len.port + len('ab')": 9,
    "index": 2,
    "[1, [2]][1][0]": 2,
    "{'a': {'b': 1}}.a.b": 1,
    "first(inputs.rows).id": 1,
    # constants
    "true": True, "True": True, "false": False, "null": None, "None": None,
    "'it\\'s'": "it's",
    "\"\\u00e9\\n\\t\\x41\"": "\u00e9\n\tA",
    r"r'\d'": r"\d",
    "1.5e3": 1500.0,
    ".5": 0.5,
    "1_": ExpressionError,
    "  1\n+ 2": 3,
    "(1, 2)": [1, 2],
    "{'a': 1, 'b': [inputs.n]}": {"a": 1, "b": [3]},
    # operators
    "7 // 2 + 7 % 4 - -1": 7,
    "7 / 2": 3.5,
    "2 * 3.5": 7.0,
    "+3": 3,
    "'a' + 'b'": "ab",
    "[1] + [2]": [1, 2],
    "1 < 2 <= 2 < 3": True,
    "1 < 2 > 5": False,
    "'a' < 'b'": True,
    "1 == 1.0": True,
    "'1' == 1": False,
    "1 != 2": True,
    "inputs.n in [1, 3]": True,
    "'d' in inputs.name": True,
    "'id' in inputs.rows[0]": True,
    "4 not in [1, 3]": True,
    "inputs.none is null": True,
    "inputs.none is not None": False,
    "not inputs.none": True,
    "inputs.none or 'x'": "x",
    "inputs.n and 'x'": "x",
    "false and 1 / 0": False,
    "true or 1 / 0": True,
    "1 if inputs.flag else 1 / 0": 1,
    "{'a': [1]} == {'a': [1]}": True,
    # skipped nodes
    "skipped.port": None,
    "skipped.port.deep[0]": None,
    "skipped.port[index].x[1:]": None,
    "nodes['not-there'].port": None,
    "default(skipped.port, 5)": 5,
    "exists(skipped.port)": False,
    "broken.error.category": "tool",
    # functions
    "len(inputs.rows)": 2, "len('abc')": 3, "len({})": 0,
    "min([3, 1])": 1, "max(1, 2.5)": 2.5, "min('b', 'a')": "a", "max(['a', 'b'])": "b",
    "sum([1, 2])": 3, "sum([])": 0, "sum([0.1, 0.2, 0.3])": 0.6,
    "abs(-2)": 2, "round(2.567, 1)": 2.6, "round(2.5)": 2, "round(1234, -2)": 1200,
    "int('12')": 12, "int(3.9)": 3, "int(true)": 1, "float('1.5')": 1.5, "float(2)": 2.0,
    "str(1.5)": "1.5", "str(true)": "true", "str(null)": "", "str('a')": "a",
    "str([1, null])": "[1,null]", "bool([])": False, "bool('x')": True,
    "lower('AB')": "ab", "upper('ab')": "AB", "strip(' a ')": "a", "strip('xax', 'x')": "a",
    "split('a b')": ["a", "b"], "split('a,b', ',')": ["a", "b"],
    "join(['a', 'b'], '-')": "a-b", "join(['a', 'b'])": "ab", "join([])": "",
    "replace('aba', 'a', 'c')": "cbc", "replace('ab', '', '-')": "-a-b-",
    "startswith('ab', 'a')": True, "endswith('ab', 'a')": False,
    "contains('abc', 'b')": True, "contains([1], 1)": True, "contains({'a': 1}, 'a')": True,
    "matches('JRN-12', r'^JRN-\\d+$')": True, "matches('a1b', r'\\d')": True,
    "matches('b', '^a')": False, "matches('\u00c4', '(?i)\u00e4')": True,
    "keys({'b': 1, 'a': 2})": ["b", "a"], "values({'b': 1, 'a': 2})": [1, 2],
    "sorted([2, 1.5])": [1.5, 2], "sorted(['b', 'a'])": ["a", "b"],
    "unique([1, 'a', 1.0, 'a', true, [1], [1], null])": [1, "a", True, [1], None],
    "flatten([[1, [2]], 3, [], null])": [1, [2], 3, None],
    "first([1, 2])": 1, "last([1, 2])": 2, "first([])": None,
    "get(inputs, 'zz')": None, "get(inputs, 'zz', 1)": 1, "get(null, 'a', 2)": 2,
    "exists(inputs.zz)": False, "exists(inputs.none)": False, "exists(inputs.n)": True,
    "exists(inputs.zz.deeper)": False, "default(inputs.zz, 'd')": "d",
    "default(inputs.none, 'd')": "d", "default(0, 1)": 0,
    "type(inputs)": "object", "type(1)": "integer", "type(1.0)": "number", "type(null)": "null",
    "type([])": "array", "type('')": "string", "type(true)": "boolean",
    "any([0, 1])": True, "all([0, 1])": False, "all([])": True,
    "parse_json('{\"a\": [1, 2.5, null]}')": {"a": [1, 2.5, None]},
    "to_json({'a': '\u00e9', 'b': [1, null]})": '{"a":"\u00e9","b":[1,null]}',
}  # fmt: skip


@pytest.mark.parametrize("text", VALUES)
def test_value(text: str) -> None:
    expected = VALUES[text]
    if expected is ExpressionError:
        with pytest.raises(ExpressionError):
            parse(text)
        return
    value = evaluate(text, SCOPE)
    assert (value, type(value)) == (expected, type(expected))


def test_every_function_is_shown() -> None:
    shown = " ".join(VALUES)
    assert [name for name in FUNCTIONS if f"{name}(" not in shown] == []


@pytest.mark.parametrize(
    ("text", "column", "said"),
    [
        ("inputs.a + ", 11, "not an expression"),
        ("inputs.a b", 10, "not an expression"),
        ("(1 + 2", 1, "never closed"),
        ("1 + frob(2)", 5, "no function 'frob'"),
        ("1 + [x for x in y]", 5, "comprehension is not part"),
        ("a.b ** 2", 1, "'**' is not part"),
        ("a # b", 3, "Comments"),
        ("  'é' + b'x'", 9, "is not part"),
        ("'é' + a.__class__", 7, "not allowed"),
        ("'éé' + 'äöü' + x.upper()", 16, "upper(x), not x.upper()"),
        ("a +\n  b.c(1)", 7, "Only functions"),
        ("len(1, 2)", 1, "does not take 2 arguments"),
        ("exists()", 1, "exists(x)"),
        ("1 + 'a", 5, "string is not ended"),
        ("nodes[x]", 1, "must be written out"),
        ("a is 1", 6, "use '=='"),
        ("{1: 2}", 2, "names in a mapping are strings"),
        ("max(*a)", 5, "not part"),
        ("1" * 20, 1, "beyond 10**18"),
        ("+".join("1" * 33), 1, "nested more than 30 deep"),
        ("[" + "1," * (MAX_NODES) + "]", 1 + 2 * (MAX_NODES - 1) + 1, "more than 500 parts"),
        (" " * MAX_LENGTH + "1", MAX_LENGTH + 1, "at most 2,000"),
    ],
)
def test_message_and_column(text: str, column: int, said: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    assert isinstance(caught.value, DocumentError)
    assert said in caught.value.message
    assert caught.value.column == column
    assert str(caught.value) == f"{caught.value.message} (column {column})"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("inputs.zz", "'inputs.zz': there is no 'zz'; there is 'name', 'n'"),
        ("inputs.rows[2].id", "'inputs.rows[2].id': there is no item 2 in a list of 2"),
        ("inputs.none.x", "a value of type null has no 'x'"),
        ("broken.data.x", "a value of type null has no 'x'"),
        ("inputs.name.x", "a value of type string has no 'x'"),
        ("len(inputs.n)", "len does not take integer as argument 1"),
        ("inputs.name + 1", "'+' does not fit string and integer"),
        ("1 / (inputs.n - 3)", "by zero"),
        ("inputs.rows < 1", "'<' does not fit array and integer"),
        ("inputs.flag + 1", "'+' does not fit boolean and integer"),
        ("matches('a', '(')", "not a pattern"),
    ],
)
def test_error_of_evaluation(text: str, said: str) -> None:
    with pytest.raises(EvaluationError) as caught:
        evaluate(text, SCOPE)
    assert isinstance(caught.value, ToolError)
    assert said in str(caught.value)
    assert str(caught.value).startswith(repr(text))


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("inputs.a + fetch.b.c[0]", ["inputs.a@1", "fetch.b.c[0]@12"]),
        ('nodes["a-b"].c', ["a-b.c@1"]),
        ("item.x[index].y", ["item.x@1", "index@8"]),
        ("exists(a.b) and default(c.d, e.f)", ["a.b@8", "c.d@25", "e.f@30"]),
        ("inputs.rows[-1].id", ["inputs.rows@1"]),
        ("a.b[1:2]", ["a.b@1"]),
        ("'é' + a.b", ["a.b@7"]),
        (" a.b", ["a.b@2"]),
        ("len(true)", []),
        ("a.b == a.b", ["a.b@1", "a.b@8"]),
    ],
)
def test_references(text: str, paths: list[str]) -> None:
    found = [f"{reference.text}@{reference.column}" for reference in parse(text).references]
    assert found == paths


def test_parsed_once() -> None:
    assert parse("inputs.a + 12345") is parse("inputs.a + 12345")


def test_a_scope_may_be_any_mapping() -> None:
    class Scope(dict[str, Any]):
        def get(self, name: str, default: Any = None) -> Any:
            return {"port": name} if name != "gone" else default

    assert evaluate("fetch.port + 'x'", Scope()) == "fetchx"
    assert evaluate("gone.port", Scope()) is None


def test_missing_data_do_not_hide_other_errors() -> None:
    with pytest.raises(EvaluationError, match="by zero"):
        evaluate("exists(1 / 0)", {})
    with pytest.raises(EvaluationError, match="by zero"):
        evaluate("default(1 / 0, 1)", {})


# --- the same as Python ----------------------------------------------------------------------

_numbers = st.integers(0, 20).map(str) | st.floats(0, 9, width=16).map(repr) | st.just("x")


def _grow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    signs = st.sampled_from(["+", "-", "*", "/", "//", "%"])
    compared = st.sampled_from(["<", "<=", "==", "!=", ">", ">="])
    joined = st.sampled_from(["and", "or"])
    return (
        st.tuples(inner, signs, inner).map(lambda p: f"({p[0]} {p[1]} {p[2]})")
        | st.tuples(inner, compared, inner, compared, inner).map(
            lambda p: f"({p[0]} if {p[0]} {p[1]} {p[2]} {p[3]} {p[4]} else -{p[2]})"
        )
        | st.tuples(inner, joined, inner).map(lambda p: f"({p[0]} {p[1]} {p[2]})")
        | st.lists(inner, min_size=1, max_size=3).map(lambda p: f"max([{', '.join(p)}])")
        | st.tuples(inner, inner).map(lambda p: f"({p[0]} if {p[1]} in [1, 2.0, x] else {p[1]})")
    )


@given(st.recursive(_numbers, _grow, max_leaves=12), st.integers(-3, 3))
def test_arithmetic_is_that_of_python(text: str, x: int) -> None:
    try:
        parse(text)
        expected = eval(text, {"x": x})  # noqa: S307  the text is made above
    except (ExpressionError, ZeroDivisionError):
        return
    if abs(expected) <= 10**18:
        value = outcome(text, x)
        assert value == expected or isinstance(value, EvaluationError)
        assert type(value) in {type(expected), EvaluationError}


def outcome(text: str, x: int) -> Any:
    try:
        return evaluate(text, {"x": x})
    except EvaluationError as error:  # a number on the way was too large
        assert "10**18" in str(error)
        return error


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("inputs.n = 3", "To compare, write '=='."), ("n === 3", "To compare, write '=='."),
        ("n <> 3", "To compare, write '!='."), ("!n", "For '!', write 'not'."),
        ("a && b", "For '&&', write 'and'."), ("a || b", "For '||', write 'or'."),
        ("${inputs.n} > 3", "a path stands alone, such as inputs.name."),
    ],
)  # fmt: skip
def test_what_other_languages_write_is_told_with_what_to_write(text: str, meant: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    assert meant in str(caught.value)


def test_a_sign_inside_of_a_string_is_not_meant() -> None:
    with pytest.raises(ExpressionError) as caught:
        parse("'a = b' 3")
    assert "write" not in str(caught.value)
