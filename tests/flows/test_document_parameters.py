"""The parameters of a document's flow are cast and refused as Prefect does it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from prefect import Flow
from prefect.exceptions import ParameterTypeError

from flows.run_workflow import run_workflow
from tests.flows.graphs import graph, work

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


@pytest.mark.parametrize(
    "more",
    [{"max_parallel": "three"}, {"inputs": [1]}, {"document": 5}, {"fresh": "?", "store": 1}],
)
def test_what_prefect_refuses_is_refused_in_its_words(more: dict[str, Any]) -> None:
    said = []
    for validate in (run_workflow.validate_parameters, Flow(run_workflow.fn).validate_parameters):
        with pytest.raises(ParameterTypeError) as caught:
            validate(GIVEN | more)
        said.append(str(caught.value))
    assert said[0] == said[1]


def test_a_name_of_json_schema_in_a_document_is_no_block() -> None:
    given = GIVEN | {"document": graph(work("a")), "inputs": {"s": {"$ref": "#/a"}}}
    cast = run_workflow.validate_parameters(given)
    assert {name: cast[name] for name in given} == given
