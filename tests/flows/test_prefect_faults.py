"""Prefect's API fails for what is only shown: no step and no job fails for that."""

import time

import httpx
import pytest
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.events.clients import PrefectEventsClient
from prefect.settings import PREFECT_CLIENT_MAX_RETRIES, temporary_settings

from tasks import live, outbox, watch
from tests.flows.toys import DEEDS, behave, toy_stage

SHOWN = ("/artifacts", "/labels", "/logs", "/events")


def unavailable(request):
    return httpx.Response(503, request=request, headers={"Retry-After": "0"})


def refused(request):
    raise httpx.ConnectError("All connection attempts failed", request=request)


def gone(request):
    return httpx.Response(404, request=request)


def _patiently(send):
    """A server on SQLite answers 503 while it is busy; only the faults are to be met at once."""
    for _ in range(30):
        response = send()
        if response.status_code != 503:
            break
        time.sleep(0.5)
    return response


@pytest.fixture
def broken(monkeypatch):
    """Let requests for what is only shown meet a fault; gives the paths of those that did."""
    hit = []

    def with_fault(fault, parts=SHOWN):
        send = httpx.HTTPTransport.handle_request

        def handle(transport, request):
            if any(part in request.url.path for part in parts):
                hit.append(request.url.path)
                return fault(request)
            return _patiently(lambda: send(transport, request))

        monkeypatch.setattr(httpx.HTTPTransport, "handle_request", handle)
        return hit

    monkeypatch.setattr(live, "REFRESH_SECONDS", 0)
    monkeypatch.setattr(live, "QUIET_SECONDS", 0)
    with temporary_settings({PREFECT_CLIENT_MAX_RETRIES: 0}):
        yield with_fault


def warnings_in(caplog):
    said = [record for record in caplog.records if record.name == "stageline.live"]
    return [record.message for record in said if record.levelname == "WARNING"]


@pytest.mark.parametrize("fault", [unavailable, refused, gone])
def test_what_cannot_be_shown_fails_nothing_and_is_said_once(broken, caplog, fault):
    hit = broken(fault)
    job = toy_stage()
    assert job.status == "completed"
    assert all(step.status == "completed" for step in job.record.steps)
    assert sum("/artifacts" in path for path in hit) > 5, "each is tried"
    (said,) = warnings_in(caplog)
    assert job.id in said and "The job goes on" in said


def test_a_message_that_is_too_large_fails_nothing(monkeypatch, caplog):
    monkeypatch.setattr(outbox, "MAX_BYTES", 1)
    assert toy_stage().status == "completed"
    assert len(warnings_in(caplog)) == 1


def test_events_that_cannot_be_sent_fail_nothing(monkeypatch):
    async def refuse(*_):
        raise ConnectionRefusedError("no websocket")

    monkeypatch.setattr(PrefectEventsClient, "_emit", refuse)
    assert toy_stage().status == "completed"


def test_a_look_at_the_state_that_fails_ends_no_job(monkeypatch, caplog):
    def unreadable(*_):
        raise httpx.ReadError("cut")

    monkeypatch.setattr(watch, "POLL_SECONDS", 0)
    monkeypatch.setattr(watch, "QUIET_SECONDS", 0)
    monkeypatch.setitem(
        DEEDS,
        "blind",
        lambda _: monkeypatch.setattr(SyncPrefectClient, "read_flow_run", unreadable),
    )
    behave(root="blind")
    job = toy_stage()
    monkeypatch.undo()
    assert job.status == "completed"
    assert len(warnings_in(caplog)) == 1
    with get_client(sync_client=True) as client:
        assert client.read_flow_run(job.record.flow_run_id).state.is_completed()
