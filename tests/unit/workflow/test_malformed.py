"""Wrong documents are refused with the right codes, at the right places, all at once."""

from __future__ import annotations

from typing import Any

import pytest

from stageline.workflow import check
from stageline.workflow.problems import MAX_PROBLEMS
from tests.unit.workflow.malformed import Malformed, read_malformed

TABLE = read_malformed()


@pytest.mark.parametrize("wrong", TABLE, ids=lambda wrong: wrong.name)
def test_malformed_document(wrong: Malformed) -> None:
    checked = check(wrong.text)
    found = [(p.severity, p.code, p.line, p.column) for p in checked.problems]
    assert found == [(e.severity, e.code, e.line, e.column) for e in wrong.expected]
    assert checked.ok == all(e.severity == "warning" for e in wrong.expected)
    assert all(problem.message.endswith(".") for problem in checked.problems)
    assert all(problem.hint for problem in checked.problems)


def test_there_are_enough_kinds() -> None:
    assert len(TABLE) >= 150
    assert len({e.code for wrong in TABLE for e in wrong.expected}) >= 60


def test_malformed_documents_as_bytes_have_the_same_problems() -> None:
    for wrong in TABLE:
        assert check(wrong.text.encode()).problems == check(wrong.text).problems
        assert check(b"\xef\xbb\xbf" + wrong.text.encode()).problems == check(wrong.text).problems


BYTES: list[tuple[str, bytes, str, int | None, int | None]] = [
    ("UTF-16 with a mark", '{"schema": "workflow/1"}'.encode("utf-16"), "bad_encoding", 1, 1),
    ("UTF-16 without", '{"schema": 1}'.encode("utf-16-be"), "bad_encoding", 1, 1),
    ("UTF-32", '{"schema": 1}'.encode("utf-32"), "bad_encoding", 1, 1),
    ("Latin-1", "schema: workflow/1\ntitle: Größe".encode("latin-1"), "bad_encoding", 2, 10),
    ("a cut off character", "title: ß".encode()[:-1], "bad_encoding", 1, 8),
    ("overlong UTF-8", b"title: \xc0\xaf", "bad_encoding", 1, 8),
    ("surrogates in UTF-8", b"title: \xed\xa0\x80", "bad_encoding", 1, 8),
    ("NUL", b"schema: workflow/1\ntitle: a\0b", "nul_character", 2, 9),
    ("a program", b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0", "nul_character", 1, 8),
    ("control character in YAML", b"schema: workflow/1\ntitle: a\x01b", "bad_character", 2, 9),
    ("control character in JSON", b'{"title": "a\x01b"}', "json_syntax", 1, 13),
    ("no byte", b"", "empty_document", 1, 1),
    ("only a mark", b"\xef\xbb\xbf", "empty_document", 1, 1),
    ("only blanks", b" \n\t\n", "empty_document", 1, 1),
    ("too large", b"#" * 16_000_001, "too_large", 1, 1),
    ("deep JSON", b'{"ui":' + b"[" * 100_000, "too_deep", 1, 206),
    ("deep JSON that is right", b'{"ui":' + b"[" * 300 + b"]" * 300 + b"}", "too_deep", 1, 206),
    ("deep JSON behind text", b'{"a": "[[{\\"",\n"ui":' + b"[" * 300 + b"]" * 300 + b"}",
     "too_deep", 2, 205),
    ("deep YAML", b"- " * 100_000, "too_deep", 1, 401),
    ("deep flow in YAML", b"ui: " + b"[" * 100_000, "too_deep", 1, 204),
    ("deep mappings in YAML", b"ui: " + b"{a: " * 10_000, "too_deep", 1, 801),
    ("huge integer", b'{"ui": {"x": ' + b"9" * 100_000 + b"}}", "bad_number", 1, 14),
    ("huge integer in YAML", b"ui: {x: " + b"9" * 100_000 + b"}", "bad_number", 1, 9),
]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "code", "line", "column"), [row[1:] for row in BYTES], ids=[row[0] for row in BYTES]
)
def test_malformed_bytes(data: bytes, code: str, line: int | None, column: int | None) -> None:
    checked = check(data)
    problem = next(p for p in checked.problems if p.code == code)
    assert (problem.line, problem.column) == (line, column)
    assert problem.hint
    assert checked.workflow is None


def _self_holding() -> dict[str, Any]:
    data: dict[str, Any] = {"schema": "workflow/1"}
    data["ui"] = {"again": data}
    return data


MAPPINGS: list[tuple[str, Any, str]] = [
    ("nothing", None, "not_a_document"),
    ("a number", 5, "not_a_document"),
    ("a list", [{"schema": "workflow/1"}], "not_a_document"),
    ("a set in it", {"schema": "workflow/1", "ui": {"x": {1}}}, "not_json"),
    ("bytes in it", {"schema": "workflow/1", "title": b"x"}, "not_json"),
    ("a number as a name", {"schema": "workflow/1", "ui": {1: 2}}, "bad_key"),
    ("NaN", {"schema": "workflow/1", "ui": {"x": float("nan")}}, "bad_number"),
    ("infinity", {"schema": "workflow/1", "ui": {"x": float("-inf")}}, "bad_number"),
    ("a huge integer", {"schema": "workflow/1", "ui": {"x": 10**5_000}}, "bad_number"),
    ("half a surrogate pair", {"schema": "workflow/1", "title": "\ud800"}, "lone_surrogate"),
    ("half a pair in a name", {"schema": "workflow/1", "ui": {"\udfff": 1}}, "lone_surrogate"),
    ("NUL", {"schema": "workflow/1", "title": "\0"}, "nul_character"),
    ("a mapping that holds itself", _self_holding(), "too_deep"),
    ("half a surrogate pair in text", '{"schema": "\ud800"}', "lone_surrogate"),
]


@pytest.mark.parametrize(
    ("data", "code"), [row[1:] for row in MAPPINGS], ids=[row[0] for row in MAPPINGS]
)
def test_malformed_data(data: Any, code: str) -> None:
    checked = check(data)
    assert checked.workflow is None
    assert code in {problem.code for problem in checked.problems}
    assert all(problem.hint for problem in checked.problems)


def test_no_more_than_fifty_problems_are_told_and_the_last_one_counts_the_rest() -> None:
    nodes = [{"id": f"n{i}", "kind": "task", "tool": "nope"} for i in range(70)]
    checked = check({"schema": "workflow/1", "nodes": nodes})
    assert len(checked.problems) == MAX_PROBLEMS
    assert checked.problems[-1].code == "more_problems"
    # Each node has an unknown tool, and no edge.
    assert "91 more" in checked.problems[-1].message
    assert all(problem.code == "unknown_tool" for problem in checked.problems[:-1])


def test_many_warnings_do_not_hide_an_error() -> None:
    nodes = [{"id": f"n{i}", "kind": "wait", "seconds": 1} for i in range(70)]
    checked = check({"schema": "workflow/1", "nodes": [*nodes, {"id": "x", "kind": "wait"}]})
    assert checked.problems[0].code == "wait_way"
    assert checked.workflow is None


def test_more_than_ten_thousand_nodes_are_refused() -> None:
    nodes = [{"id": f"n{i}", "kind": "note"} for i in range(10_001)]
    assert check({"schema": "workflow/1", "nodes": nodes[1:]}).ok
    checked = check({"schema": "workflow/1", "nodes": nodes})
    assert [problem.code for problem in checked.problems] == ["too_many_nodes"]


def test_a_broken_node_does_not_hide_what_is_wrong_with_others() -> None:
    checked = check({
        "schema": "workflow/1",
        "nodes": [
            {"id": "broken", "kind": "task"},
            {"id": "loop", "kind": "loop", "over": [1], "nodes": [
                {"id": "worse", "kind": "wait", "seconds": "soon", "colour": 1},
                {"id": "wrong", "kind": "task", "tool": "sleep", "parameters": {"seconds": "1"}},
                {"id": "fine", "kind": "task", "tool": "sleep",
                 "parameters": {"seconds": {"ref": "worse.until"}}},
            ]},
            {"id": "user", "kind": "task", "tool": "sleep",
             "parameters": {"seconds": {"ref": "broken.x"}}, "after": [{"node": "broken"}]},
        ],
    })  # fmt: skip
    errors = {(p.node, p.code) for p in checked.problems if p.severity == "error"}
    assert errors == {
        ("broken", "missing_field"), ("worse", "unknown_field"), ("wrong", "bad_parameter"),
    }  # fmt: skip


HINTS = [
    ({"id": "a", "kind": "task", "tool": "slep"}, "Did you mean 'sleep'?"),
    ({"id": "a", "kind": "note", "depends_on": []}, "Here it is called 'after'."),
    ({"id": "a", "kind": "note", "tittle": ""}, "Did you mean 'title'?"),
    ({"id": "a", "kind": "tsk"}, "Did you mean 'task'?"),
    ({"id": "a", "kind": "wait", "seconds": 1, "when": "b.x"}, "There is 'a'."),
    ({"id": "a", "kind": "wait", "seconds": 1, "when": "amount > 3"},
     "Did you mean inputs.amount?"),
    ({"id": "a", "kind": "task", "tool": "sleep", "parameters": {"second": 1, "seconds": 1}},
     "Did you mean 'seconds'?"),
]  # fmt: skip


@pytest.mark.parametrize(("node", "hint"), HINTS, ids=lambda value: str(value)[:40])
def test_hints_name_what_was_probably_meant(node: dict[str, Any], hint: str) -> None:
    inputs = {"amount": {"type": "number"}}
    checked = check({"schema": "workflow/1", "inputs": inputs, "nodes": [node]})
    assert hint in {problem.hint for problem in checked.problems}


def test_problems_are_read_well() -> None:
    checked = check('{"schema": "workflow/1",\n "nodes": [{"id": "a", "kind": "tusk"}]}')
    assert str(checked.problems[0]) == (
        "line 2, column 32: node a: There is no kind of node 'tusk'. Did you mean 'task'?"
    )


def test_a_small_text_cannot_fill_the_memory_with_errors() -> None:
    fields = {f"x{i}": 1 for i in range(200_001)}
    wide = check({"schema": "workflow/1", "nodes": [{"id": "a", "kind": "note", **fields}]})
    assert [problem.code for problem in wide.problems] == ["too_many_fields"]
    nodes = check({"schema": "workflow/1", "nodes": [1] * 10_001})
    assert [problem.code for problem in nodes.problems] == ["too_many_nodes"]


def test_of_very_many_errors_the_first_are_told() -> None:
    wrong = [{"id": f"n{i}", "kind": "note", "colour": i} for i in range(2_000)]
    checked = check({"schema": "workflow/1", "nodes": wrong})
    codes = [problem.code for problem in checked.problems]
    assert codes == ["too_many_errors", *["unknown_field"] * 48, "more_problems"]
    assert checked.problems[0].message == "There are 2,000 errors in the structure."
    assert checked.problems[1].node == "n0"


def test_only_so_many_patterns_are_read() -> None:
    inputs = {f"x{i}": {"type": "string", "pattern": f"^a{{{i % 9}}}$"} for i in range(1_001)}
    checked = check({"schema": "workflow/1", "inputs": inputs})
    assert [problem.code for problem in checked.problems] == ["too_many_patterns"]


def test_more_findings_than_are_kept() -> None:
    checked = check('{"schema": "workflow/1", "ui": {"x": [' + ",".join(["NaN"] * 2_000) + "]}}")
    assert len(checked.problems) == MAX_PROBLEMS
    assert checked.problems[-1].message == "There are at least 951 more problems."
    checked = check("ui:\n" + "- &a x\n" * 2_000)
    assert checked.problems[-1].message.startswith("There are at least 95")


def test_a_text_of_escaped_holes_that_is_too_long_is_a_problem() -> None:
    nodes = [{"id": "a", "kind": "task", "tool": "set_values",
              "parameters": {"values": {"x": "$${" * 600_000}}}]  # fmt: skip
    checked = check({"schema": "workflow/1", "nodes": nodes})
    assert [(problem.code, problem.node) for problem in checked.problems] == [("bad_template", "a")]


def test_a_place_in_a_block_of_text_is_told_in_its_line() -> None:
    checked = check(
        "schema: workflow/1\nnodes:\n  - id: a\n    kind: task\n    tool: render_text\n"
        "    parameters:\n      template: |\n        Dear reader,\n        see ${b.text}!\n"
    )
    assert [(p.code, p.line, p.column) for p in checked.problems] == [("unknown_node", 9, 15)]


def test_a_dear_condition_is_not_evaluated_while_checking() -> None:
    dear = "replace(" * 4 + "'aaaaaaaaaa'" + ", 'a', 'aaaaaaaaaa')" * 4 + " == ''"
    cases = [{"name": "a", "when": dear}, {"name": "b", "when": "1 > 2"}]
    checked = check({"schema": "workflow/1", "nodes": [
        {"id": "x", "kind": "branch", "cases": cases}]})  # fmt: skip
    assert [(p.code, p.port) for p in checked.problems] == [("unreachable_case", "b")]


def test_a_name_in_the_place_of_an_entry_is_told_the_fields_of_one() -> None:
    text = "schema: workflow/1\nnodes: [{id: b, kind: wait, seconds: 1, after: [a]}]"
    (problem,) = check(text).problems
    assert (problem.code, problem.column) == ("wrong_type", 49)
    assert problem.hint == "Write it as {node: ...}; its fields are node, on, case, ui."
