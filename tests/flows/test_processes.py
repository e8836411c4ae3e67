"""Interrupted, cancelled, paused, killed and doubly started jobs, in real processes."""

import signal
from collections import Counter
from pathlib import Path

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import StateType
from prefect.states import Cancelling, Crashed, Paused, Running, Scheduled

from stageline.journey import records, statistics
from tests.flows.processes import LONG, OF_RUN, only, reached, until
from tests.flows.toys import behave, toy_stage


def state_of(record):
    with get_client(sync_client=True) as client:
        return client.read_flow_run(record.flow_run_id).state


def set_state(record, state):
    with get_client(sync_client=True) as client:
        client.set_flow_run_state(record.flow_run_id, state, force=True)


def cancelled(store):
    return only(store).status == "cancelled"


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_job_is_cancelled(start, store, sign):
    behave(left="wait")
    process = start()
    until(lambda: reached("left"))
    process.send_signal(sign)
    until(lambda: cancelled(store))
    Path("go").touch()
    _, errors = process.communicate(timeout=LONG)
    assert process.returncode != 0, errors
    record = only(store)
    assert (record.status, record.error.category) == ("cancelled", "cancelled")
    assert record.steps[0].status == "completed"
    assert record.steps[-1].status == "cancelled"
    assert state_of(record).type == StateType.CANCELLED
    behave()
    assert toy_stage().record.steps[0].cached


def test_a_directly_called_job_is_cancelled_from_outside_and_stays_so(start, store):
    """What the UI and the API do is to set the state Cancelling."""
    behave(left="wait")
    process = start()
    until(lambda: reached("left"))
    set_state(only(store), Cancelling(message="enough"))
    until(lambda: cancelled(store))
    Path("go").touch()
    _, errors = process.communicate(timeout=LONG)
    assert "enough" in errors
    assert only(store).status == "cancelled"
    assert state_of(only(store)).type == StateType.CANCELLED
    assert statistics(store, "JRN").cancelled == 1


def test_a_directly_called_job_pauses_between_steps_and_goes_on(start, store):
    behave(root="wait")
    process = start()
    until(lambda: reached("root"))
    set_state(only(store), Paused(timeout_seconds=300))
    until(lambda: only(store).status == "paused")
    Path("go").touch()
    set_state(only(store), Running())
    said, errors = process.communicate(timeout=LONG)
    assert process.returncode == 0, errors
    assert (only(store).status, only(store).job_id) == ("completed", said.strip())
    assert only(store).attempts == 1


def test_a_killed_job_is_recovered_and_no_number_is_lost(start, store):
    behave(left="die")
    process = start()
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    assert only(store).status == "running", "nobody has looked yet"
    behave()
    job = toy_stage()
    killed, recovered = records(store, "JRN")
    assert (killed.number, recovered.number) == (1, 2)
    assert (killed.status, killed.error.category) == ("failed", "crashed")
    assert recovered.status == "completed"
    assert job.record.steps[0].cached
    ran = Counter(Path("ran.txt").read_text().split())
    assert ran["root"] == 1, "a completed step is not done again"


def test_of_two_processes_with_one_flow_run_one_runs_and_a_retry_keeps_the_job(start, store):
    behave(left="wait")
    with get_client(sync_client=True) as client:
        run = client.create_flow_run(toy_stage)
    racers = [start(OF_RUN, str(run.id)) for _ in range(2)]
    assert all(racer.stdout.readline() == "ready\n" for racer in racers)
    for racer in racers:
        racer.stdin.write("go\n")
        racer.stdin.flush()
    stopped = until(lambda: next((r for r in racers if r.poll() is not None), None))
    (running,) = [racer for racer in racers if racer is not stopped]
    assert "is already running as JOB-001-" in stopped.communicate()[1]
    until(lambda: reached("left"))
    assert state_of(only(store)).type == StateType.RUNNING, "the second start changes nothing"
    running.kill()
    running.communicate()
    assert Counter(Path("ran.txt").read_text().split())["root"] == 1

    behave()
    set_state(only(store), Crashed())
    set_state(only(store), Scheduled())
    again = start(OF_RUN, str(run.id))
    said, errors = again.communicate("go\n", timeout=60)
    assert again.returncode == 0, errors
    record = only(store)
    assert said.split()[-1] == record.job_id
    assert (record.status, record.attempts) == ("completed", 2)
    assert record.steps[0].cached
