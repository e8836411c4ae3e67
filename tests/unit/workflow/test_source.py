"""Reading: JSON and YAML give the same data, and positions lead to what was meant."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from stageline.workflow import yaml_text
from stageline.workflow.findings import Place
from stageline.workflow.source import read_source

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
# What both languages take as it is: YAML has no pairs of surrogates in escapes.
PLAIN_TEXTS = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Cf", "Cn", "Zl", "Zp"]), max_size=8
)


def documents(texts: st.SearchStrategy[str]) -> st.SearchStrategy[dict[str, Any]]:
    scalars = (
        st.none()
        | st.booleans()
        | st.integers(-(2**63), 2**63 - 1)
        | st.floats(allow_nan=False, allow_infinity=False)
        | texts
    )
    data = st.recursive(
        scalars,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
        max_leaves=12,
    )
    return st.dictionaries(texts, data, max_size=4)


DOCUMENTS, READABLE = documents(TEXTS), documents(PLAIN_TEXTS)


@given(DOCUMENTS, st.sampled_from([None, 1, 4]), st.booleans())
def test_json_is_read_as_it_was_written(
    data: dict[str, Any], indent: int | None, ascii_only: bool
) -> None:
    source = read_source(json.dumps(data, indent=indent, ensure_ascii=ascii_only))
    assert source.findings == []
    assert source.data == data


@given(READABLE)
def test_json_is_yaml_when_it_does_not_begin_with_a_bracket(data: dict[str, Any]) -> None:
    """YAML 1.2 holds all of JSON; what begins with a comment is read as YAML."""
    text = json.dumps(data, indent=1, ensure_ascii=False)
    source = read_source(f"# a comment\n{text}")
    assert source.findings == []
    assert source.data == data


@given(DOCUMENTS)
def test_a_mapping_is_copied(data: dict[str, Any]) -> None:
    source = read_source(data)
    assert source.findings == []
    assert source.data == data
    assert source.data is not data


@given(READABLE, st.sampled_from(["", "# yaml\n"]))
def test_positions_lead_to_every_name_and_value(data: dict[str, Any], before: str) -> None:
    text = before + json.dumps(data, indent=2, ensure_ascii=False)
    source = read_source(text)
    lines = text.split("\n")
    decoder = json.JSONDecoder()
    for path, value in _paths(data, ()):
        line, column = source.locate(Place(path)) or (0, 0)
        rest = "\n".join([lines[line - 1][column - 1 :], *lines[line:]])
        assert decoder.raw_decode(rest)[0] == value
        if path and isinstance(path[-1], str):
            line, column = source.locate(Place(path, is_key=True)) or (0, 0)
            assert decoder.raw_decode(lines[line - 1][column - 1 :])[0] == path[-1]


def _paths(data: Any, path: tuple[Any, ...]) -> Any:
    yield path, data
    members = data.items() if isinstance(data, dict) else enumerate(data) \
        if isinstance(data, list) else ()  # fmt: skip
    for step, item in members:
        yield from _paths(item, (*path, step))


def test_the_core_schema_of_yaml_1_2_is_used() -> None:
    text = """
      on: done
      off: no
      yes: y
      date: 2030-01-31
      time: 12:30:45
      sexagesimal: 190:20:30
      decimal: 0123
      octal: 0o17
      hexadecimal: 0xFF
      grouped: 1_000
      float: 1e3
      dot: .5
      plus: +12
      null: ~
      empty:
      bool: TRUE
      1: one
      quoted: "1"
    """
    assert read_source(text).data == {
        "on": "done", "off": "no", "yes": "y", "date": "2030-01-31", "time": "12:30:45",
        "sexagesimal": "190:20:30", "decimal": 123, "octal": 15, "hexadecimal": 255,
        "grouped": "1_000", "float": 1000.0, "dot": 0.5, "plus": 12, "null": None, "empty": None,
        "bool": True, "1": "one", "quoted": "1",
    }  # fmt: skip


def test_the_parser_in_python_reads_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "schema: workflow/1\nui: {x: [1, 2.5, on], y: 'z'}\ntitle: |\n  two\n  lines\n"
    expected = read_source(text).data
    monkeypatch.setattr(yaml_text, "_Loader", yaml.SafeLoader)
    assert read_source(text).data == expected
    assert read_source("a: *b").findings[0].code == "yaml_alias"
    assert read_source("a: [").findings[0].code == "yaml_syntax"
    assert read_source('a: "\\U00110000"').findings[0].code == "yaml_syntax"


COLUMNS = [
    ('{"a": "one two"}', 5, (1, 12)),
    ('{"a": "caf\\u00e9 two"}', 6, (1, 18)),
    ('{"a": "\\"x\\" in two"}', 8, (1, 17)),
    ('{"a": "\\ud83d\\ude00 two"}', 3, (1, 21)),
    ("a: one two", 5, (1, 8)),
    ("a: 'one two'", 5, (1, 9)),
    ('a: "one two"', 5, (1, 9)),
    ("a: |\n  one two", 5, (2, 7)),
    ("a: |\n  one\n\n    two\n  three\n", 12, (5, 3)),
    ("a: |-  # remark\r\n  one\r\n  two", 5, (3, 3)),
    ("a: |2\n    one\n  two", 8, (3, 4)),
    ("- a: 1\n  b: |\n    x", 1, (1, 1)),
    ("a: >\n  one two", 5, (2, 7)),
    (
        "a: >-\n\n  one\n  two\n",
        6,
        (1, 4),
    ),  # lines are counted in another way: only where it begins
    ("a: one\n  two", 5, (2, 3)),
    ("a: one\n\n  two", 5, (3, 3)),
    ("a: 'it''s\n  two'", 6, (2, 3)),
    ('a: "one\\x20\n\n two"', 6, (3, 2)),
    ('a: "one \\\n  two"', 5, (1, 9)),  # where the line is joined with the next
    ("b: 1\r\na: one two", 5, (2, 8)),
    ("b: 1\ra: one two", 5, (2, 8)),
    ("# äöü 😀\na: one two", 5, (2, 8)),
    ("ä: 😀\na: one two", 5, (2, 8)),
    ("\ufeffa: one two", 5, (1, 8)),
]


@pytest.mark.parametrize(("text", "column", "expected"), COLUMNS)
def test_columns_inside_of_texts(text: str, column: int, expected: tuple[int, int]) -> None:
    assert read_source(text).locate(Place(("a",), column=column)) == expected


def test_what_is_not_there_is_where_it_should_be() -> None:
    source = read_source('{"nodes": [\n {"id": "a"}]}')
    assert source.locate(Place(("nodes", 0, "kind"))) == (2, 2)
    assert source.locate(Place(("outputs", "x"))) == (1, 1)


def test_a_mapping_has_no_positions() -> None:
    assert read_source({"a": 1}).locate(Place(("a",))) is None
