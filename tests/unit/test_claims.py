import os
import subprocess
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from stageline import keys
from stageline.claims import (
    AlreadyRunningError,
    TooManyAttemptsError,
    add_attempt,
    claim,
    claimed_numbers,
    process_is_gone,
    read_attempts,
    read_opening,
    this_process,
)
from stageline.job import Attempt, Opening, now
from stageline.journey import statistics
from stageline.store import FolderStore

ROOT = Path(__file__).resolve().parents[2]
GONE = this_process().rpartition("#")[0] + "#999999999@1"


def opening(run=None, **more):
    return Opening(
        **{
            "journey_id": "JRN", "stage_id": "stage", "flow_run_id": run or str(uuid4()),
            "triggered_by": "test", "steps": ("a",), "process": this_process(), "store": "x",
            "started_at": now(), "purpose": "p", **more,
        }
    )  # fmt: skip


@pytest.fixture
def store(tmp_path):
    return FolderStore(tmp_path)


RACER = """
import sys
from concurrent.futures import ThreadPoolExecutor
from tests.unit.test_claims import opening
from stageline.claims import claim
from stageline.store import FolderStore
store = FolderStore(sys.argv[1])
sys.stdin.readline()
with ThreadPoolExecutor(5) as pool:
    for claimed in pool.map(lambda _: claim(store, opening()), range(int(sys.argv[2]))):
        print(claimed.opening.number)
"""


def test_a_hundred_racing_starts_from_processes_get_a_hundred_numbers(tmp_path):
    command = [sys.executable, "-c", RACER, str(tmp_path), "25"]
    racers = [subprocess.Popen(command, cwd=ROOT, stdin=-1, stdout=-1, text=True) for _ in range(4)]
    said = [racer.communicate("go\n", timeout=60)[0] for racer in racers]
    numbers = [int(line) for text in said for line in text.split()]
    assert sorted(numbers) == list(range(1, 101))
    store = FolderStore(tmp_path)
    assert claimed_numbers(store, "JRN", "stage").last == 100
    assert statistics(store, "JRN").jobs == 100


def test_one_flow_run_started_many_times_at_once_runs_once(store):
    run, barrier = str(uuid4()), threading.Barrier(8)

    def start(_):
        barrier.wait()
        try:
            return claim(store, opening(run)).opening.job_id
        except AlreadyRunningError as error:
            assert run in str(error)
            return None

    def other(_):
        barrier.wait()
        return claim(store, opening()).opening.job_id

    with ThreadPoolExecutor(8) as pool:
        same = [pool.submit(start, n) for n in range(4)]
        others = [pool.submit(other, n) for n in range(4)]
    assert Counter(bool(f.result()) for f in same) == {True: 1, False: 3}
    assert len({f.result() for f in others}) == 4


def test_a_second_start_is_found_by_age_and_by_name(store):
    run = str(uuid4())
    first = claim(store, opening(run)).opening
    for _ in range(3):
        claim(store, opening())
    with pytest.raises(AlreadyRunningError):
        claim(store, opening(run), since=first.started_at)
    with pytest.raises(AlreadyRunningError):
        claim(store, opening(run), since=now() + timedelta(days=1), job_id=first.job_id)
    other = claim(store, opening(), job_id=first.job_id).opening
    assert other.number == 5, "a run that merely has the name of another's job is not that job"


def test_a_killed_run_keeps_its_number_when_it_is_started_again(store):
    run = str(uuid4())
    first = claim(store, opening(run, process=GONE))
    again = claim(store, opening(run))
    assert again.opening.job_id == first.opening.job_id
    assert [a.event for a in again.attempts] == ["retried"]
    with pytest.raises(AlreadyRunningError):
        claim(store, opening(run))


def test_of_racing_retries_one_goes_on(store):
    run = str(uuid4())
    claim(store, opening(run, process=GONE))

    def again(_):
        try:
            return claim(store, opening(run))
        except AlreadyRunningError:
            return None

    with ThreadPoolExecutor(6) as pool:
        went_on = [found for found in pool.map(again, range(6)) if found]
    assert len(went_on) == 1
    assert len(read_attempts(store, went_on[0].opening)) == 1


def test_a_run_on_another_host_is_over_only_if_its_states_say_so(store):
    run = str(uuid4())
    claim(store, opening(run, process="elsewhere/-/-#12@34"))
    with pytest.raises(AlreadyRunningError):
        claim(store, opening(run))
    assert claim(store, opening(run), is_over=lambda _: True).attempts


def test_attempts_are_bounded_and_pauses_are_none(store):
    run = str(uuid4())
    first = claim(store, opening(run, process=GONE)).opening
    for _ in range(2):
        claim(store, opening(run, process=GONE))
    with pytest.raises(TooManyAttemptsError, match="tried 3 times"):
        claim(store, opening(run, process=GONE))
    assert add_attempt(store, first, Attempt(4, "paused", now(), GONE))
    assert claim(store, opening(run)).attempts[-1].event == "resumed"


def test_the_claim_holds_how_the_job_began(store):
    mine = opening()
    claimed = claim(store, mine).opening
    assert read_opening(store, "JRN", "stage", 1) == claimed
    assert claimed.job_id == keys.job_id(1, mine.started_at)


def test_numbers_go_on_past_999(store):
    store.create(keys.claim_key("JRN", "stage", 1000), b"{}")
    late = now() + timedelta(hours=1)
    assert claim(store, opening(), since=late).opening.job_id.startswith("JOB-1001-")


def test_a_process_is_told_from_a_gone_one_and_from_one_that_took_its_pid():
    host = this_process().rpartition("#")[0]
    assert not process_is_gone(this_process())
    assert process_is_gone(GONE)
    assert process_is_gone(f"{host}#{os.getpid()}@1")
    assert not process_is_gone("elsewhere#1@1")
    assert not process_is_gone("nonsense")
