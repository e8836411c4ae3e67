import asyncio
from contextlib import suppress
from uuid import UUID

import pytest
from prefect.client.orchestration import get_client
from prefect.flow_engine import run_flow

from deployments.stream import stream
from stageline.errors import InputError
from tests.flows.toys import behave, toy_stage


def collect(run):
    """The messages of a run that is started once the subscription stands."""

    async def listen():
        return [message async for message in stream(run.id)]

    async def both():
        listening = asyncio.create_task(listen())
        await asyncio.sleep(1)
        await asyncio.to_thread(run_flow_quietly, run)
        return await asyncio.wait_for(listening, 20)

    return asyncio.run(both())


def run_flow_quietly(run):
    with suppress(InputError):
        run_flow(toy_stage, flow_run=run, parameters={})


def new_run():
    with get_client(sync_client=True) as client:
        return client.create_flow_run(toy_stage)


def test_a_job_is_told_live_from_start_to_end():
    messages = collect(new_run())
    kinds = [message["type"] for message in messages]
    assert (kinds[0], kinds[-1]) == ("job_started", "job_completed")
    assert set(kinds) == {"job_started", "node_status", "node_progress", "metrics", "job_completed"}
    done = {m["node_id"] for m in messages if m["status"] == "completed" and m["node_id"]}
    assert done == {"root", "left", "middle", "right", "end"}
    progress = [m["progress"] for m in messages]
    assert progress == sorted(progress) and progress[-1] == 100.0
    assert all({"job_id", "node_id", "status", "timestamp"} <= set(m) for m in messages)


def test_a_failure_is_told_live():
    behave(root="fail")
    messages = collect(new_run())
    assert messages[-1]["type"] == "job_failed"
    assert {m["node_id"] for m in messages if m["status"] == "skipped"} == {
        "left", "middle", "right", "end",
    }  # fmt: skip


@pytest.mark.parametrize("fault", [None, "fail"])
def test_the_stream_of_a_job_that_has_ended_ends_with_its_last_message(fault):
    if fault:
        behave(root=fault)
    run = new_run()
    run_flow_quietly(run)

    async def listen():
        return [message async for message in stream(run.id)]

    # Prefect repeats events of the last minute, where it has kept them by now.
    last = asyncio.run(asyncio.wait_for(listen(), 20))[-1]
    wanted = ("job_failed", "failed") if fault else ("job_completed", "completed")
    assert (last["type"], last["status"]) == wanted
    assert last["job_id"].startswith("JOB-") and last["node_id"] is None and last["timestamp"]


@pytest.mark.parametrize("bad", ["JOB-1", "x", "../x", "JOB-999-20200101000000", UUID(int=1)])
def test_what_is_no_job_is_refused(bad):
    with pytest.raises(InputError):
        asyncio.run(asyncio.wait_for(anext(stream(bad)), 20))
