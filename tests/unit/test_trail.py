import pytest

from stageline import keys
from stageline.claims import claim
from stageline.codec import decode
from stageline.errors import DependencyError, InputError
from stageline.job import End, Failure, JobRecord, StepLog, StepReport, now
from stageline.store import FolderStore, MissingObjectError
from stageline.trail import AlreadyEndedError, Places, Trail, close_if_dead, load_record
from tests.unit import jobs
from tests.unit.test_claims import GONE


class CountingStore(FolderStore):
    def __init__(self, folder):
        super().__init__(folder)
        self.written = []

    def put(self, key, data, content_type=None):
        self.written.append(key)
        super().put(key, data, content_type)

    def create(self, key, data):
        self.written.append(key)
        return super().create(key, data)


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return CountingStore(tmp_path / "store")


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "in.txt"
    path.write_text("abc")
    return path


def test_a_job_writes_at_most_3n_plus_3_objects(store, source):
    jobs.run(store, source)
    assert len(store.written) == 3 * 3 + 3 + 1, "the first job of a journey writes its record too"
    store.written.clear()
    jobs.run(store, source)
    assert len(store.written) == 2 * 3 + 3, "cached values are not written again"


def test_log_report_and_record_lie_where_they_should(store, source):
    record = jobs.run(store, source)
    ids = ("JRN", "stage", record.job_id)
    log = decode(StepLog, store.get(keys.log_key(*ids, "first")))
    report = decode(StepReport, store.get(keys.report_key(*ids, "first")))
    assert [e.message for e in log.entries] == ["computing first"]
    assert report.step_id == "first"
    assert load_record(store, *ids) == record
    assert record.locations["page"].endswith(f"{record.job_id}/report.html")
    assert b"<table>" in store.get(keys.page_key(*ids))


def test_a_job_ends_exactly_once(store, source):
    record = jobs.run(store, source)
    opening = jobs.claim(store, jobs.opening()).opening
    trail = Trail(Places.of(store), opening)
    assert trail.finish(End("cancelled", now()), b"x").status == "cancelled"
    for status in ("completed", "failed"):
        with pytest.raises(AlreadyEndedError):
            trail.finish(End(status, now()), b"y")
    assert load_record(store, "JRN", "stage", opening.job_id).status == "cancelled"
    assert load_record(store, "JRN", "stage", record.job_id).status == "completed"


def test_the_next_attempt_at_a_flow_run_ends_the_record_anew(store):
    run = jobs.opening().flow_run_id
    trail = jobs.start(store, flow_run_id=run)
    trail.finish(End("failed", now(), Failure("dependency", "down", "again")), b"x")
    again = jobs.start(store, flow_run_id=run)
    assert again.opening.job_id == trail.opening.job_id
    assert load_record(store, "JRN", "stage", again.opening.job_id).status == "recovering"
    record = again.finish(End("completed", now()), b"x")
    assert (record.status, record.attempts) == ("completed", 2)
    with pytest.raises(AlreadyEndedError):
        trail.finish(End("failed", now()), b"x")


class NoLogs(FolderStore):
    def put(self, key, data, content_type=None):
        raise DependencyError("The bucket of the logs does not answer.")


def test_a_log_that_cannot_be_written_fails_nothing(store, source, tmp_path, monkeypatch):
    monkeypatch.setattr(
        Places, "of", classmethod(lambda cls, s: Places(s, NoLogs(tmp_path / "logs"), s))
    )
    record = jobs.run(store, source)
    assert record.status == "completed"
    assert record.job_metrics.total_logs == 3


def test_a_running_record_is_derived_and_a_killed_one_is_ended_by_the_next(store):
    trail = jobs.start(store, process=GONE)
    ids = ("JRN", "stage", trail.opening.job_id)
    assert load_record(store, *ids).status == "running"
    jobs.start(store)
    record = load_record(store, *ids)
    assert (record.status, record.error.category) == ("failed", "crashed")
    page = store.get(keys.page_key(*ids)).decode()
    assert "<strong>crashed</strong>" in page and record.job_id in page
    assert close_if_dead(Places.of(store), trail.opening) is None


def test_a_paused_job_is_not_taken_for_dead(store):
    trail = jobs.start(store, process=GONE)
    trail.pause()
    assert close_if_dead(Places.of(store), trail.opening) is None
    assert load_record(store, "JRN", "stage", trail.opening.job_id).status == "paused"
    trail.resume()
    assert load_record(store, "JRN", "stage", trail.opening.job_id).status == "running"


def test_secrets_are_in_no_object(tmp_path, source, monkeypatch):
    monkeypatch.chdir(tmp_path)
    store = FolderStore(tmp_path / "store")
    places = Places.of(store, secrets=["hunter-canary"])
    opening = claim(store, jobs.opening()).opening
    trail = Trail(places, opening)
    error = Failure("tool", "hunter-canary", "x", "hunter-canary")
    trail.finish(End("failed", now(), error), b"<p>hunter-canary</p>")
    objects = [store.get(stat.key) for stat in store.list("journeys/")]
    assert len(objects) == 3
    assert not any(b"hunter-canary" in data for data in objects)
    assert decode(JobRecord, store.get(keys.job_key("JRN", "stage", opening.job_id)))


@pytest.mark.parametrize("bad", ["../x", "JOB-1", "JOB-001-20250101000000\n", "", "x" * 5000])
def test_a_bad_job_id_is_refused(store, bad):
    with pytest.raises(InputError):
        load_record(store, "JRN", "stage", bad)


def test_an_unknown_job_is_said_to_be_unknown(store, source):
    jobs.run(store, source)
    for job in ("JOB-001-20010101000000", "JOB-002-20010101000000"):
        with pytest.raises(MissingObjectError):
            load_record(store, "JRN", "stage", job)
