"""The parameters of flows are cast as Prefect does it, and refused in words that help."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from prefect import Flow
from prefect.client.orchestration import get_client
from prefect.flow_engine import run_flow

from deployments.documents import deploy
from deployments.warm import submit
from flows.raw_analysis import raw_analysis
from flows.run_workflow import run_workflow
from stageline.errors import InputError
from stageline.store import FolderStore
from tests.flows.graphs import graph, work

pytestmark = pytest.mark.usefixtures("toy_tools")

GIVEN = {"document": "a.yaml", "inputs": {"n": 1}, "journey_id": "JRN", "store": None}


@pytest.mark.parametrize(
    "more",
    [
        {}, {"max_parallel": "3"}, {"fresh": "yes"}, {"store": Path("here")}, {"inputs": None},
        {"document": {"id": "a"}}, {"document": Path("a.yaml")}, {"max_attempts": 2.0},
    ],
)  # fmt: skip
def test_what_prefect_casts_is_cast(more: dict[str, Any]) -> None:
    given = GIVEN | more
    cast = run_workflow.validate_parameters(given)
    assert cast == Flow.validate_parameters(run_workflow, given)
    assert [type(value) for value in cast.values()] == [
        type(value) for value in Flow.validate_parameters(run_workflow, given).values()
    ]


WRONG: list[tuple[str, Any, str]] = [
    *[("max_parallel", given, "a whole number from 1 to 64")
      for given in ("x", 0, -1, 65, True, 1.5, None, [1] * 5000)],
    *[("max_attempts", given, "a whole number from 1 on") for given in ("many", 0, False)],
    *[(name, given, "text") for name in ("journey_id", "triggered_by") for given in (5, None)],
    ("store", 5, "text"), ("refresh_from", ["a"], "text"), ("fresh", "?", "true or false"),
]  # fmt: skip


def refusal(call: Callable[[], Any]) -> str:
    """What the error says: of one line, short, and nothing of Prefect's or pydantic's."""
    with pytest.raises(InputError) as caught:
        call()
    said = str(caught.value)
    assert len(said) < 400 and "\n" not in said
    assert not re.search("pydantic|[Pp]refect|http|Input should|json", said)
    return said


@pytest.mark.parametrize(("name", "given", "allowed"), WRONG)
def test_a_wrong_parameter_is_named_with_what_is_allowed(
    name: str, given: Any, allowed: str, store: FolderStore
) -> None:
    said = refusal(lambda: run_workflow(graph(work("a")), **{name: given}))
    assert said.startswith(f"{name} is ") and f"; give {allowed}: " in said
    assert not store.folder.exists(), "nothing is kept of such a call"


@pytest.mark.parametrize(
    ("name", "given", "allowed"),
    [("dialect", 3, "text"), ("max_attempts", True, "a whole number from 1 on"),
     ("store", 5, "text"), ("dump", 5, "text"), ("journey_id", 5, "text")],
)  # fmt: skip
def test_so_it_is_for_an_analysis_and_no_run_is_made(name: str, given: Any, allowed: str) -> None:
    before = flow_runs()
    said = refusal(lambda: raw_analysis(**{"dump": "in.txt", name: given}))
    assert said.startswith(f"{name} is ") and f"; give {allowed}: " in said
    assert flow_runs() == before


def test_all_wrong_parameters_are_told_at_once() -> None:
    said = refusal(lambda: run_workflow(graph(work("a")), journey_id=1, max_parallel=0))
    assert said.startswith("journey_id is 1; ") and " max_parallel is 0; " in said


@pytest.mark.parametrize("flow", [run_workflow, raw_analysis])
def test_a_parameter_that_is_none_is_told_with_what_was_meant(flow: Any) -> None:
    said = refusal(lambda: flow("in.txt", max_atempts=2))
    assert said == (
        f"{flow.name}: got an unexpected keyword argument 'max_atempts'. "
        "Did you mean 'max_attempts'?"
    )
    assert "missing a required argument" in refusal(flow)


@pytest.mark.parametrize("inputs", [[1], "abc", 5])
def test_inputs_are_a_mapping(inputs: Any) -> None:
    said = refusal(lambda: run_workflow(graph(work("a")), inputs))
    assert said == f"inputs is {inputs!r}; give a mapping: values by input name."


@pytest.mark.parametrize(
    ("flow", "given"),
    [(run_workflow, {"document": "a.yaml", "max_parallel": "x"}),
     (raw_analysis, {"dump": "in.txt", "max_attempts": "x"})],
)  # fmt: skip
def test_a_run_that_a_deployment_starts_fails_with_these_words(
    flow: Any, given: dict[str, Any]
) -> None:
    with get_client(sync_client=True) as client:
        made = client.create_flow_run(flow, parameters=given)
        with pytest.raises(InputError):
            run_flow(flow, flow_run=made, parameters=given)
        state = client.read_flow_run(made.id).state
    name = list(given)[1]
    assert state is not None and (state.is_failed() or state.is_crashed())
    assert f"InputError: {name} is 'x'; give a whole number from 1 " in str(state.message)
    assert "\n" not in str(state.message)


def test_a_deployment_with_a_wrong_parameter_is_not_made() -> None:
    assert refusal(lambda: deploy(graph(work("a")), max_parallel=0)).startswith("max_parallel is 0")
    assert refusal(lambda: submit(graph(work("a")), max_paralel=1)).startswith(
        "There is no parameter 'max_paralel'. Did you mean"
    )


def flow_runs() -> int:
    with get_client(sync_client=True) as client:
        return int(client.request("POST", "/flow_runs/count", json={}).json())


def test_a_name_of_json_schema_in_a_document_is_no_block() -> None:
    given = GIVEN | {"document": graph(work("a")), "inputs": {"s": {"$ref": "#/a"}}}
    cast = run_workflow.validate_parameters(given)
    assert {name: cast[name] for name in given} == given
