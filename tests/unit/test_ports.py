"""From a signature to ports: what a tool may look like, and what it is handed."""

from dataclasses import dataclass, make_dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from pydantic import Field

from stageline.errors import ConfigError, InputError
from stageline.ports import File, LocalFile, Stop, as_json, describe_tool, outputs_of
from stageline.store import Store


@dataclass
class Out:
    text: str
    number: float | None
    file: File
    rows: list[dict[str, Any]]


@dataclass
class Anything:
    value: Any


def sample(
    file: File,
    text: str = "a",
    more: list[File] | None = None,
    *,
    mode: Literal["x", "y"] = "x",
    limit: Annotated[int, Field(ge=1, le=9)] = 3,
    share: float = 0.5,
    anything: Any = None,
    store: Store,
    stop: Stop,
) -> Out:
    """Do something. And more.

    Details.
    """
    raise NotImplementedError


FILE = LocalFile(Path("/data/x"), "s3://b/x", "0" * 64, 3)


def test_signature_becomes_ports():
    tool = describe_tool(sample)
    assert tool.name == "sample"
    assert tool.title == "Do something. And more"
    assert {n: (p.type, p.required) for n, p in tool.inputs.items()} == {
        "file": ("file", True), "text": ("string", False), "more": ("array", False)}  # fmt: skip
    assert {n: p.type for n, p in tool.options.items()} == {
        "mode": "string", "limit": "integer", "share": "number", "anything": "any"}  # fmt: skip
    assert {n: (p.type, p.nullable) for n, p in tool.outputs.items()} == {
        "text": ("string", False), "number": ("number", True), "file": ("file", False),
        "rows": ("array", False)}  # fmt: skip
    assert tool.services == {"store": Store, "stop": Stop}
    assert tool.options["limit"].schema["maximum"] == 9


def test_arguments_arrive_as_the_function_takes_them():
    found = describe_tool(sample).check({"file": FILE, "more": [FILE], "limit": 9, "share": 1})
    assert found == {"file": FILE, "more": [FILE], "limit": 9, "share": 1.0}
    assert isinstance(found["more"][0], LocalFile)
    assert describe_tool(sample).check(as_json(found)) == found


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({}, "file"),
        ({"file": "x.txt"}, "file"),
        ({"file": FILE, "limit": "3"}, "limit"),
        ({"file": FILE, "limit": 10}, "limit"),
        ({"file": FILE, "limit": True}, "limit"),
        ({"file": FILE, "text": 1}, "text"),
        ({"file": FILE, "mode": "z"}, "mode"),
        ({"file": FILE, "store": "x"}, "store"),
        ({"file": FILE, "unknown": 1}, "unknown"),
        ({"file": FILE, "anything": object()}, "JSON"),
    ],
)
def test_wrong_arguments_are_named(arguments: dict[str, Any], named: str):
    with pytest.raises(InputError, match=named):
        describe_tool(sample).check(arguments)


def test_all_wrong_arguments_are_named_at_once():
    with pytest.raises(InputError, match=r"text.*limit"):
        describe_tool(sample).check({"file": FILE, "text": 1, "limit": 0})


class Lonely: ...


def no_annotation(a) -> Out: ...
def no_result(a: str): ...
def no_dataclass(a: str) -> dict[str, str]: ...
def unknown_name(a: "Missing") -> Out: ...  # noqa: F821
def no_json(a: Lonely) -> Out: ...
def many(*args: str) -> Out: ...
def named(**kwargs: str) -> Out: ...
def unnamed(a: str, /) -> Out: ...
def positional_service(store: Store) -> Out: ...
async def later(a: str) -> Out: ...
def taken(a: str) -> make_dataclass("Taken", [("error", str)]): ...  # type: ignore[valid-type]
def no_id(_a: str) -> Out: ...


@pytest.mark.parametrize(
    "function",
    [no_annotation, no_result, no_dataclass, unknown_name, no_json, many, named, unnamed,
     positional_service, later, taken, no_id, Out, len, "text"],
    ids=lambda f: getattr(f, "__name__", str(f)),
)  # fmt: skip
def test_what_cannot_be_a_tool_is_refused(function: Any):
    with pytest.raises(ConfigError):
        describe_tool(function)


def test_outputs_become_json_data():
    found = outputs_of(Out("a", None, FILE, [{"b": (1, 2)}]))
    assert found["file"] == {"uri": "s3://b/x", "sha256": "0" * 64, "size": 3,
                             "mime": "application/octet-stream"}  # fmt: skip
    assert found["rows"] == [{"b": [1, 2]}]


@pytest.mark.parametrize("value", [None, 5, {"text": ""}, Out])
def test_what_is_no_dataclass_is_refused(value):
    with pytest.raises(ConfigError, match="not the dataclass that it declares"):
        outputs_of(value)


@pytest.mark.parametrize(
    ("value", "why"),
    [({1, object()}, "no JSON data"), (b"\xff", "no JSON data"), ({"\ud800": 1}, "no JSON data")],
)
def test_outputs_that_are_no_json_data_are_refused(value, why):
    with pytest.raises(InputError, match=why):
        outputs_of(Anything(value))


def test_numbers_that_json_has_not_are_kept_to_be_refused_and_do_not_become_null():
    assert outputs_of(Anything([float("inf")])) == {"value": [float("inf")]}
