"""Inputs: what fits, what does not, and that all of it is told by name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stageline.errors import InputError
from stageline.workflow import Inputs, Workflow, check, check_inputs
from stageline.workflow.document import Input
from stageline.workflow.input_types import misfit
from stageline.workflow.inputs import check_file, check_form


def workflow(**inputs: Any) -> Workflow:
    return check({"schema": "workflow/1", "inputs": inputs}).require()


def spec(**fields: Any) -> Input:
    return Input.model_validate(fields)


FITS: list[tuple[dict[str, Any], Any]] = [
    ({"type": "string"}, ""),
    ({"type": "string"}, "text"),
    ({"type": "string", "enum": ["a", "b"]}, "b"),
    ({"type": "string", "pattern": "b+"}, "abbc"),
    ({"type": "string", "pattern": "^b+$"}, "bb"),
    ({"type": "string", "min_length": 2, "max_length": 2}, "äö"),
    ({"type": "number"}, 1),
    ({"type": "number"}, -1.5),
    ({"type": "number", "minimum": 0, "maximum": 1}, 1),
    ({"type": "integer"}, 5),
    ({"type": "integer"}, 5.0),
    ({"type": "integer", "enum": [1, 2]}, 2.0),
    ({"type": "boolean"}, False),
    ({"type": "boolean", "enum": [True]}, True),
    ({"type": "array"}, []),
    ({"type": "array", "items": "integer", "max_length": 3}, [1, 2.0, 3]),
    ({"type": "array", "items": "file"}, ["a.pdf", {"uri": "s3://b/a.pdf"}]),
    ({"type": "object"}, {"a": [1]}),
    ({"type": "file"}, "a.pdf"),
    ({"type": "file"}, {"uri": "a.pdf", "sha256": "0" * 64, "size": 1, "mime": "application/pdf"}),
]
MISFITS: list[tuple[dict[str, Any], Any, str]] = [
    ({"type": "string"}, 1, "1 is not text"),
    ({"type": "string"}, None, "None is not text"),
    ({"type": "string", "enum": ["a", "b"]}, "c", "'c' is not one of 'a', 'b'"),
    ({"type": "string", "pattern": "^b+$"}, "abbc", "does not match the pattern '^b+$'"),
    ({"type": "string", "min_length": 2}, "a", "a length of 1 is less than 2 characters"),
    ({"type": "string", "max_length": 2}, "abc", "a length of 3 is more than 2 characters"),
    ({"type": "number"}, True, "True is not a number"),
    ({"type": "number"}, "1", "'1' is not a number"),
    ({"type": "number", "minimum": 0}, -0.1, "-0.1 is less than 0"),
    ({"type": "integer"}, 5.5, "5.5 is not an integer"),
    ({"type": "integer"}, True, "True is not an integer"),
    ({"type": "integer", "enum": [1]}, 2, "2 is not one of 1"),
    ({"type": "boolean"}, 1, "1 is not true or false"),
    ({"type": "boolean"}, "true", "'true' is not true or false"),
    ({"type": "array"}, "abc", "'abc' is not a list"),
    ({"type": "array", "items": "integer"}, [1, "2"], "item 1 is '2', not an integer"),
    ({"type": "array", "min_length": 1}, [], "a length of 0 is less than 1 items"),
    ({"type": "object"}, [], "[] is not a mapping"),
    ({"type": "file"}, "", "'' is not the path or URI of a file"),
    ({"type": "file"}, {"path": "x"}, "is not the path or URI of a file"),
    ({"type": "array", "enum": [[1, True]]}, [1, 1], "is not one of"),
]


@pytest.mark.parametrize(("fields", "value"), FITS)
def test_values_that_fit(fields: dict[str, Any], value: Any) -> None:
    assert misfit(spec(**fields), value) is None


@pytest.mark.parametrize(("fields", "value", "why"), MISFITS)
def test_values_that_do_not(fields: dict[str, Any], value: Any, why: str) -> None:
    assert why in (misfit(spec(**fields), value) or "")


def test_a_pattern_that_others_choke_on_takes_no_time() -> None:
    assert misfit(spec(type="string", pattern="^(a+)+$"), "a" * 5_000 + "b") is not None


def test_all_errors_are_told_at_once() -> None:
    document = workflow(
        count={"type": "integer"}, name={"type": "string", "max_length": 2},
        mode={"type": "string", "default": "fast"}, extra={"type": "object", "required": False},
    )  # fmt: skip
    assert check_inputs(document, {"count": 5.0, "name": "x"}) == {
        "count": 5, "name": "x", "mode": "fast", "extra": None,
    }  # fmt: skip
    with pytest.raises(InputError) as caught:
        check_inputs(document, {"name": "long", "mode": 1, "cuont": 3})
    assert str(caught.value) == (
        "The inputs do not fit: 'count' is needed; 'name' a length of 4 is more than 2 "
        "characters; 'mode' 1 is not text; 'cuont' is not an input. Did you mean 'count'?"
    )


def test_integers_are_integers() -> None:
    values = check_inputs(workflow(n={"type": "integer"}, m={"type": "array", "items": "integer"}),
                          {"n": 5.0, "m": [1.0, 2]})  # fmt: skip
    assert [type(value) for value in (values["n"], *values["m"])] == [int, int, int]


def test_null_is_a_value_where_an_input_may_be_left_out() -> None:
    document = workflow(
        a={"type": "string", "required": False}, b={"type": "string", "default": None},
        c={"type": "string", "default": "x"}, d={"type": "string"},
    )  # fmt: skip
    given_nulls = {"a": None, "b": None, "c": None, "d": None}
    wrong = Inputs(document)
    for name, value in given_nulls.items():
        wrong.set(name, value)
    assert wrong.validate() == {
        "c": "cannot be null; give it a string", "d": "cannot be null; give it a string",
    }  # fmt: skip


def test_inputs_are_filled_in_step_by_step() -> None:
    inputs = Inputs(workflow(a={"type": "integer"}, b={"type": "integer", "default": 2}))
    assert inputs.validate() == {"a": "is needed"}
    assert not inputs.valid
    with pytest.raises(InputError, match="'a' is needed"):
        _ = inputs.values
    assert inputs.set("a", 1).valid
    assert inputs.values == {"a": 1, "b": 2}
    assert inputs.set("b", 3).values == {"a": 1, "b": 3}
    inputs.clear("b")
    assert inputs.values == {"a": 1, "b": 2}
    inputs.set("z", 1).set("a", "1")
    assert inputs.validate() == {
        "a": "'1' is not an integer", "z": "is not an input. There is 'a', 'b'.",
    }  # fmt: skip
    inputs.clear()
    assert inputs.validate() == {"a": "is needed"}


def test_files_of_this_host_are_looked_into(tmp_path: Path) -> None:
    (tmp_path / "right.bin").write_bytes(b"%PDF-1.7\n")
    (tmp_path / "wrong.pdf").write_text("It only says that it is one.")
    inputs = Inputs(workflow(a={"type": "file", "mime": ["application/pdf"]}))
    assert inputs.set("a", str(tmp_path / "right.bin")).valid
    assert (
        "is text/plain, by its content"
        in inputs.set("a", str(tmp_path / "wrong.pdf")).validate()["a"]
    )
    with pytest.raises(InputError, match="takes application/pdf"):
        _ = inputs.values
    for nothing in (tmp_path / "none.pdf", tmp_path, "/dev/null"):
        assert "is not there, or is no file" in inputs.set("a", str(nothing)).validate()["a"]
    assert inputs.set("a", "s3://bucket/key.pdf").valid  # looked into when it is read
    assert inputs.clear().validate() == {"a": "is needed"}


def test_defaults_are_not_shared() -> None:
    document = workflow(a={"type": "array", "default": [1]})
    check_inputs(document, {})["a"].append(2)
    assert check_inputs(document, {}) == {"a": [1]}


@pytest.mark.parametrize("value", [float("nan"), 10**30, {1: 2}, {"x": b"y"}, "\ud800", "a\0"])
def test_what_is_no_json_is_no_input(value: Any) -> None:
    document = workflow(a={"type": "object", "default": {}}, b={"type": "string", "default": ""})
    assert "a" in Inputs(document).set("a", value).validate()
    with pytest.raises(InputError):
        check_inputs(document, {"b": value})


def test_forms_are_checked_the_same() -> None:
    form = {"approved": spec(type="boolean"), "remark": spec(type="string", default="")}
    assert check_form(form, {"approved": True}) == {"approved": True, "remark": ""}
    with pytest.raises(InputError, match="'approved' 'yes' is not true or false"):
        check_form(form, {"approved": "yes"})


@given(st.sampled_from(FITS), st.sampled_from(FITS))
def test_checked_inputs_are_right_when_checked_again(left: Any, right: Any) -> None:
    document = workflow(left=left[0], right=right[0])
    values = check_inputs(document, {"left": left[1], "right": right[1]})
    assert check_inputs(document, values) == values


MIMES = [
    ([], "application/pdf", True), (["application/pdf"], "application/pdf", True),
    (["application/pdf"], "image/png", False), (["image/*"], "image/png", True),
    (["image/*"], "imagex/png", False), (["*/*"], "image/png", True),
    (["text/csv", "Image/*"], "image/PNG", True), (["image/p*"], "image/png", False),
]  # fmt: skip


@pytest.mark.parametrize(("takes", "mime", "fits"), MIMES)
def test_mime_types_of_files(takes: list[str], mime: str, fits: bool) -> None:
    field = spec(type="file", mime=takes)
    if fits:
        check_file(field, mime)
    else:
        with pytest.raises(InputError, match=f"'scan' is {mime}, by its content"):
            check_file(field, mime, "scan")
