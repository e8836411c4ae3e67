"""After a crash of the machine, files that were not flushed are empty or cut: no reader minds."""

import os

import pytest

from stageline import keys
from stageline.job import End, now
from stageline.journey import statistics
from stageline.store import FolderStore
from stageline.trail import Places, close_if_dead, load_record, read_reports
from tests.unit import jobs
from tests.unit.test_claims import GONE

STEPS = {"first", "second", "third"}


class Machine:
    """A folder of results on a disk that knows which files were flushed."""

    def __init__(self, folder):
        self.store, self.flushed = FolderStore(folder), set()

    def flush(self, descriptor):
        self.flushed.add(os.fstat(descriptor).st_ino)

    def lose_power(self, left):
        """Cut what was not flushed to the share ``left``; gives its keys."""
        paths = {stat.key: self.store.folder / stat.key for stat in self.store.list()}
        lost = {key: path for key, path in paths.items() if path.stat().st_ino not in self.flushed}
        for path in lost.values():
            path.write_bytes(path.read_bytes()[: int(path.stat().st_size * left)])
        return set(lost)


@pytest.fixture
def machine(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = Machine(tmp_path / "store")
    monkeypatch.setattr(os, "fsync", found.flush)
    return found


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "in.txt"
    path.write_text("abc")
    return path


@pytest.mark.parametrize("left", [0, 0.5])
def test_records_and_values_outlast_it_and_the_rest_may_be_cut(machine, source, left):
    record = jobs.run(machine.store, source)
    ids = ("JRN", "stage", record.job_id)
    told = {build(*ids, step) for build in (keys.log_key, keys.report_key) for step in STEPS}
    assert machine.lose_power(left) == {*told, keys.page_key(*ids)}
    assert load_record(machine.store, *ids) == record
    assert statistics(machine.store, "JRN").completed == 1
    assert read_reports(machine.store, keys.job_prefix(*ids)) == {}
    again = jobs.run(machine.store, source)
    assert [step.cached for step in again.steps] == [True] * len(STEPS)


@pytest.mark.parametrize("left", [0, 0.5])
def test_a_job_that_it_ended_is_closed_and_what_was_finished_is_kept(
    machine, source, left, monkeypatch
):
    with monkeypatch.context() as patch:
        patch.setattr(jobs.Trail, "finish", lambda trail, end, page: trail.opening)
        opening = jobs.run(machine.store, source, process=GONE)
    machine.lose_power(left)
    record = close_if_dead(Places.of(machine.store), opening)
    assert (record.status, record.error.category) == ("failed", "crashed")
    assert record.job_id in machine.store.get(keys.page_key(*_ids(opening))).decode()
    again = jobs.run(machine.store, source)
    assert [step.cached for step in again.steps] == [True] * len(STEPS)


def test_a_job_goes_on_after_it(machine, source):
    trail = jobs.start(machine.store, process=GONE)
    machine.lose_power(0)
    again = jobs.start(machine.store, flow_run_id=trail.opening.flow_run_id)
    assert again.finish(End("completed", now()), b"page").attempts == 2
    assert load_record(machine.store, *_ids(trail.opening)).status == "completed"


def _ids(opening):
    return opening.journey_id, opening.stage_id, opening.job_id
