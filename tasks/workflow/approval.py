"""A form that a person fills in: the run is paused, Prefect shows the form, its answer resumes it.

The pause is Prefect's, with a run input whose schema the UI shows and the server checks. It is
not ``pause_flow_run`` because that neither sees a cancel nor lets a late form be handled.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from math import inf
from typing import Any, Literal
from uuid import uuid4

from prefect.input import RunInput
from prefect.input.run_input import keyset_from_paused_state
from prefect.states import Paused, Running
from pydantic import Field, ValidationError, create_model

from stageline.errors import DependencyError, StepTimeoutError
from stageline.workflow.document import Input, WaitNode
from tasks.live import API_FAULTS
from tasks.run import Run
from tasks.workflow.plan import GraphPlan

DEFAULT_SECONDS = 7 * 86_400.0
SLACK_SECONDS = 60  # Prefect fails a run that is paused for too long; this must be first
_TYPES: dict[str, Any] = {
    "string": str,
    "number": float,
    "integer": int,
    "boolean": bool,
    "array": list,
    "object": dict,
}


def ask(run: Run[GraphPlan], path: str, node: WaitNode, latest: float = inf) -> dict[str, Any]:
    """Show the form of a node and wait for its answer: a value for each field.

    Raises ``StepTimeoutError`` when nobody answers in the node's ``timeout`` (7 days unless it
    says) nor until ``latest`` (of ``time.monotonic``: when a loop around has no time left),
    ``CancelledError`` when the run is cancelled meanwhile, ``DependencyError`` when Prefect
    cannot be reached.
    """
    form = _form(path, node)
    began = time.monotonic()
    end = min(began + (node.timeout or DEFAULT_SECONDS), latest)
    with _answering(path):
        answer = _ask(run, path, form, end)
    if answer is None:
        raise StepTimeoutError(f"Nobody answered the form {path} in {end - began:.0f} seconds.")
    return answer


def _ask(run: Run[GraphPlan], path: str, form: type[RunInput], end: float) -> dict[str, Any] | None:
    while time.monotonic() < end:
        keyset = _pause(run, path, form, end)
        if not run.watch.wait_for_resume(end):
            break
        try:
            answer: Any = form.load(keyset, flow_run_id=run.watch.flow_run.id)
            return dict(answer.model_dump(mode="json"))
        except ValidationError as error:
            run.live.say(f"The answer to {path} does not fit its form; it is shown again: {error}")
    run.watch.client.set_flow_run_state(run.watch.flow_run.id, Running(), force=True)
    return None


@contextmanager
def _answering(path: str) -> Iterator[None]:
    try:
        yield
    except API_FAULTS as error:
        raise DependencyError(
            f"The form {path} cannot be shown: Prefect does not answer ({error})."
        ) from error


def _pause(run: Run[GraphPlan], path: str, form: type[RunInput], end: float) -> Any:
    seconds = round(end - time.monotonic()) + SLACK_SECONDS
    state: Any = Paused(timeout_seconds=seconds, pause_key=uuid4().hex, message=f"Waits for {path}")
    keyset = keyset_from_paused_state(state)
    state.state_details.run_input_keyset = keyset
    client, flow_run = run.watch.client, run.watch.flow_run.id
    form.save(keyset, flow_run_id=flow_run)
    client.set_flow_run_state(flow_run, state)
    return keyset


def _form(path: str, node: WaitNode) -> type[RunInput]:
    fields: dict[str, Any] = {name: _field(spec) for name, spec in (node.form or {}).items()}
    made = create_model(f"Form_{node.id}", __base__=RunInput, **fields)
    made._description = node.title or f"{path} waits for an answer."
    return made


def _field(spec: Input) -> tuple[Any, Any]:
    kind = Literal[tuple(spec.enum)] if spec.enum else _TYPES[spec.type]
    default = ... if spec.is_required else spec.default
    may_be_null = not spec.is_required and spec.default is None
    return (kind | None if may_be_null else kind), Field(
        default=default,
        title=spec.title or None,
        description=spec.description or None,
        pattern=spec.pattern,
        ge=spec.minimum,
        le=spec.maximum,
        min_length=spec.min_length,
        max_length=spec.max_length,
        strict=None if spec.enum or spec.type == "number" else True,
    )
