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


class Question:
    """The form of a node, asked until it is answered or its time is up."""

    def __init__(self, run: Run[GraphPlan], path: str, node: WaitNode) -> None:
        self._run, self._path = run, path
        self._form = _form(path, node)
        self._seconds = node.timeout or DEFAULT_SECONDS
        self._began: float | None = None  # when the form was first shown

    def ask(self, latest: float = inf, until: float = inf) -> dict[str, Any] | None:
        """Show the form and wait for its answer: a value for each field.

        ``None`` if none came ``until`` something else is to be done (as ``time.monotonic``
        counts); the form is to be shown again then. Raises ``StepTimeoutError`` when nobody
        answers in the node's ``timeout`` (7 days unless it says) nor before ``latest`` (when a
        loop around has no time left), ``CancelledError`` when the run is cancelled meanwhile,
        ``DependencyError`` when Prefect cannot be reached.
        """
        began = self._began = self._began or time.monotonic()
        end = min(began + self._seconds, latest)
        with _answering(self._path):
            answer = self._ask(min(end, until))
        if answer is None and time.monotonic() >= end:
            raise StepTimeoutError(
                f"Nobody answered the form {self._path} in {end - began:.0f} seconds."
            )
        return answer

    def _ask(self, end: float) -> dict[str, Any] | None:
        watch = self._run.watch
        while time.monotonic() < end:
            keyset = _pause(self._run, self._path, self._form, end)
            if not watch.wait_for_resume(end):
                break
            try:
                answer: Any = self._form.load(keyset, flow_run_id=watch.flow_run.id)
                return dict(answer.model_dump(mode="json"))
            except ValidationError as error:
                self._run.live.say(f"The answer to {self._path} does not fit its form; it is "
                                   f"shown again: {error}")  # fmt: skip
        watch.client.set_flow_run_state(watch.flow_run.id, Running(), force=True)
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
