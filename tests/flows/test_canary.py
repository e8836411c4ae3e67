"""A secret in a block, and one that a step lets slip, show nowhere."""

import json

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    ArtifactFilter,
    ArtifactFilterFlowRunId,
    LogFilter,
    LogFilterFlowRunId,
)

from stageline.errors import InputError
from stageline.journey import records
from stageline.trail import Places
from tasks import request
from tests.flows.processes import until
from tests.flows.toys import DEEDS, behave, log, toy_stage

CANARY = "canary-9f8e7d6c5b4a"


def leak(name):
    log.warning("connecting with %s", CANARY)
    try:
        raise ConnectionError(f"https://user:{CANARY}@host refused")
    except ConnectionError as error:
        raise InputError(f"{name} could not connect with {CANARY}") from error


def everything(store, record):
    """All that is kept of a job: objects, flow run, task runs, states, logs, artifacts, events."""
    texts = [store.get(stat.key).decode() for stat in store.list("journeys/")]
    with get_client(sync_client=True) as client:
        run = record.flow_run_id
        texts.append(client.read_flow_run(run).model_dump_json())
        texts += [s.model_dump_json() for s in client.read_flow_run_states(run)]
        logs = LogFilter(flow_run_id=LogFilterFlowRunId(any_=[run]))
        texts += until(lambda: lines_of(client, logs))
        made = ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[run]))
        texts += [str(artifact.data) for artifact in client.read_artifacts(artifact_filter=made)]
        texts.append(json.dumps(client.request("POST", "/task_runs/filter", json={
            "flow_runs": {"id": {"any_": [run]}}}).json()))  # fmt: skip
        texts.append(json.dumps(client.request("POST", "/events/filter", json={
            "filter": {"any_resource": {"id": [f"prefect.flow-run.{run}"]}}}).json()))  # fmt: skip
    return texts


def lines_of(client, logs):
    """The run's log in Prefect, once the line that was to leak has arrived there."""
    lines = [entry.message for entry in client.read_logs(log_filter=logs, limit=200)]
    return lines if any("connecting with" in line for line in lines) else []


@pytest.fixture
def block(monkeypatch, store):
    """A place opened with a secret, as a block gives it."""
    monkeypatch.setattr(request, "resolve_place", lambda _: request.Place(store, {CANARY}))
    monkeypatch.setitem(DEEDS, "leak", leak)


def test_a_secret_shows_nowhere(store, block, capfd):
    behave(left="leak")
    with pytest.raises(InputError) as caught:
        toy_stage(triggered_by="test")
    (record,) = records(Places.of(store), "JRN")
    assert "[redacted]" in str(caught.value)
    texts = everything(store, record)
    assert len(texts) > 20
    assert any("[redacted]" in text for text in texts)
    assert not [text for text in texts if CANARY in text]
    assert CANARY not in str(caught.value) + repr(caught.value.__cause__)
