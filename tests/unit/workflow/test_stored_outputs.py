"""What is believed of a value that lies under the key of a node."""

from dataclasses import dataclass
from typing import Any

import pytest

from stageline.ports import File, describe_tool
from stageline.workflow.document import WaitNode
from stageline.workflow.stored_outputs import misfit_of_known, misfit_of_tool, misfit_of_wait


@dataclass(frozen=True, slots=True)
class Given:
    text: str
    number: float
    count: int
    rows: list[int]
    file: File
    anything: Any
    perhaps: str | None
    sure: bool


def give(x: int) -> Given:
    """Give one of each type."""
    raise NotImplementedError(x)


TOOL = describe_tool(give)
GOOD = {"text": "", "number": 1, "count": 2, "rows": [], "file": {"uri": "a"}, "anything": [None],
        "perhaps": None, "sure": True}  # fmt: skip


def test_what_a_tool_may_have_given_is_believed():
    assert misfit_of_tool(TOOL, GOOD) is None
    assert misfit_of_tool(TOOL, GOOD | {"perhaps": "yes", "number": 0.5, "anything": None}) is None


@pytest.mark.parametrize(
    ("port", "value"),
    [("text", 1), ("text", None), ("number", "1"), ("number", True), ("count", 1.5),
     ("count", False), ("rows", {}), ("file", "a"), ("perhaps", 0), ("sure", 1)],
)  # fmt: skip
def test_another_type_names_its_port(port, value):
    found = misfit_of_tool(TOOL, GOOD | {port: value})
    assert found is not None
    assert found.startswith(f"{port} is ")


def test_other_ports_are_named():
    assert "the ports text instead" in str(misfit_of_tool(TOOL, {"text": ""}))
    assert "the ports none instead" in str(misfit_of_tool(TOOL, {}))


def test_an_answer_fits_its_form_and_a_wait_has_a_time():
    form = {"ok": {"type": "boolean"}, "why": {"type": "string", "default": None}}
    ask = WaitNode.model_validate({"id": "ask", "kind": "wait", "form": form})
    rest = WaitNode.model_validate({"id": "rest", "kind": "wait", "seconds": 1})
    assert misfit_of_wait(ask, {"ok": True, "why": None}) is None
    for wrong in ({}, {"ok": True}, {"ok": 1, "why": None}, {"ok": None, "why": ""}):
        assert misfit_of_wait(ask, wrong)
    assert misfit_of_wait(rest, {"until": "2030-01-01T00:00:00+00:00"}) is None
    for wrong in ({}, {"until": None}, {"until": "x", "more": 1}):
        assert misfit_of_wait(rest, wrong)


def test_what_is_known_can_be_nothing_else():
    assert misfit_of_known({"case": "a"}, {"case": "a"}) is None
    assert "'b'" in str(misfit_of_known({"case": "a"}, {"case": "b"}))
