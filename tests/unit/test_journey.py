import pytest

from stageline.claims import TooManyAttemptsError
from stageline.errors import InputError
from stageline.job import End, Failure, now
from stageline.journey import close_dead_jobs, read_journey, records, statistics
from stageline.store import FolderStore
from stageline.trail import Places
from tests.unit import jobs
from tests.unit.test_claims import GONE


@pytest.fixture
def store(tmp_path):
    return FolderStore(tmp_path)


def end(trail, status, category="tool"):
    failure = Failure(category, "because", "advice") if status == "failed" else None
    return trail.finish(End(status, now(), failure), b"page")


def test_statistics_are_derived_from_records(store):
    ends = ("completed", "completed", "failed", "cancelled")
    ended = [end(jobs.start(store), status) for status in ends]
    end(jobs.start(store, stage_id="other"), "completed")
    jobs.start(store)
    found = statistics(store, "JRN")
    assert (found.jobs, found.completed, found.failed) == (6, 3, 1)
    assert (found.cancelled, found.unfinished) == (1, 1)
    assert found.stages == ("other", "stage")
    assert found.total_execution_seconds >= sum(r.duration_seconds for r in ended)
    assert len(list(records(store, "JRN"))) == 6


def test_the_journeys_record_is_written_once(store):
    jobs.start(store, triggered_by="x")
    first = read_journey(store, "JRN")
    jobs.start(store)
    assert read_journey(store, "JRN") == first


def test_the_same_failure_may_happen_three_times(store):
    for _ in range(3):
        end(jobs.start(store), "failed")
    with pytest.raises(TooManyAttemptsError, match="because"):
        jobs.start(store)
    assert statistics(store, "JRN").jobs == 3, "a refused start takes no number"
    end(jobs.start(store, purpose="edited code or other parameters"), "completed")


def test_failures_that_pass_and_kills_are_not_counted(store):
    for _ in range(2):
        end(jobs.start(store), "failed", "dependency")
        end(jobs.start(store), "failed", "resource")
        jobs.start(store, process=GONE)
    assert jobs.start(store)


def test_a_success_starts_the_count_anew(store):
    for _ in range(2):
        end(jobs.start(store), "failed")
        end(jobs.start(store), "failed")
        end(jobs.start(store), "completed")
    assert jobs.start(store)


def test_all_dead_jobs_of_a_journey_can_be_ended(store):
    dead = jobs.start(store, process=GONE)
    jobs.start(store)
    # the second start has ended the first one's record already
    assert close_dead_jobs(Places.of(store), "JRN") == ()
    other = jobs.start(store, stage_id="other", process=GONE)
    closed = close_dead_jobs(Places.of(store), "JRN")
    assert [record.job_id for record in closed] == [other.opening.job_id]
    assert dead.opening.number == 1


@pytest.mark.parametrize("bad", ["../x", "a\0b", "a\nb", "a\u202eb", "", "x" * 5000, "1a", None])
def test_bad_journeys_are_refused(store, bad):
    for read in (statistics, read_journey):
        with pytest.raises(InputError):
            read(store, bad)
