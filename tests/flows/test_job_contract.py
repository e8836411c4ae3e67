"""The job contract around toy steps, in Prefect."""

import time

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    ArtifactFilter,
    ArtifactFilterFlowRunId,
    FlowRunFilter,
    FlowRunFilterId,
    LogFilter,
    LogFilterFlowRunId,
)

from stageline.codec import decode
from stageline.errors import DependencyError, InputError, InternalError, StepTimeoutError
from stageline.job import StepLog, StepReport
from stageline.journey import records, statistics
from stageline.keys import log_key, report_key
from stageline.trail import load_record
from tests.flows import toys
from tests.flows.toys import behave, toy_stage

STEPS = ("root", "left", "middle", "right", "end")


def last(store):
    return list(records(store, "JRN"))[-1]


def flow_run(record):
    with get_client(sync_client=True) as client:
        return client.read_flow_run(record.flow_run_id)


def artifacts(record):
    with get_client(sync_client=True) as client:
        wanted = ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[record.flow_run_id]))
        return client.read_artifacts(artifact_filter=wanted)


def test_a_job_is_complete_and_says_so_everywhere(store, tmp_path):
    job = toy_stage()
    assert dict(job.values) == {
        "root": "abc", "left": "abcl", "middle": "abcm", "right": "abcr", "end": "abclabcmabcr",
    }  # fmt: skip
    record = load_record(store, "JRN", "toy_stage", job.id)
    assert (record.status, record.progress, record.triggered_by) == ("completed", 100.0, "test")
    assert job.record.steps == record.steps
    assert (tmp_path / "results/journeys/JRN/journey.json").exists()
    for step in STEPS:
        report = decode(StepReport, store.get(report_key("JRN", "toy_stage", job.id, step)))
        assert report.execution_summary.status == "completed"
        assert report.insights == (f"{step} is done.",)
    run = flow_run(record)
    assert run.name == job.id
    assert {"journey:JRN", "stage:toy_stage"} <= set(run.tags)
    assert run.labels["stageline.job"] == job.id
    made = {artifact.type: artifact for artifact in artifacts(record) if artifact.type}
    assert made["progress"].data == 100.0
    pages = [a.data for a in artifacts(record) if a.type == "markdown"]
    assert any("report.html" in page for page in pages) and any("is done" in p for p in pages)


def test_a_second_job_is_served_from_the_cache_and_says_so():
    toy_stage()
    job = toy_stage()
    assert all(step.cached and step.status == "completed" for step in job.record.steps)
    assert toys.RAN.count("root") == 1
    with get_client(sync_client=True) as client:
        runs = _until(lambda: _task_runs(client, job.record, "Cached"), 5)
    assert len(runs) == 5


def _task_runs(client, record, name):
    wanted = FlowRunFilter(id=FlowRunFilterId(any_=[record.flow_run_id]))
    return [r for r in client.read_task_runs(flow_run_filter=wanted) if r.state_name == name]


def _until(look, count, tries=600):
    """Task runs reach the server through a queue."""
    for _ in range(tries):
        found = look()
        if len(found) >= count:
            return found
        time.sleep(0.1)
    return found


def test_from_a_step_on_all_is_computed_anew():
    toy_stage()
    job = toy_stage(refresh_from="middle")
    cached = {step.step_id: step.cached for step in job.record.steps}
    assert cached == {"root": True, "left": True, "middle": False, "right": True, "end": False}


def test_a_changed_parameter_recomputes_only_what_follows():
    toy_stage()
    job = toy_stage(text="!")
    assert not any(step.cached for step in job.record.steps)
    again = toy_stage(text="!")
    assert all(step.cached for step in again.record.steps)


def test_a_failing_step_is_recorded_then_raised_and_the_next_run_recovers(store):
    behave(left="fail")
    with pytest.raises(InputError, match="left says no"):
        toy_stage()
    record = last(store)
    assert (record.status, record.error.category) == ("failed", "invalid_input")
    assert "raise InputError" in record.error.traceback
    statuses = {step.step_id: step.status for step in record.steps}
    assert statuses == {
        "root": "completed", "left": "failed", "middle": "completed", "right": "completed",
        "end": "skipped",
    }  # fmt: skip
    assert record.steps[-1].reason == "left did not complete"
    assert toys.RAN.count("left") == 1, "an input error is not retried"
    report = decode(StepReport, store.get(report_key("JRN", "toy_stage", record.job_id, "left")))
    assert report.error.category == "invalid_input"
    assert report.error.traceback and report.recommendations == (report.error.advice,)
    log = decode(StepLog, store.get(log_key("JRN", "toy_stage", record.job_id, "left")))
    assert log.entries[0].message == "left works"
    assert flow_run(record).state.is_failed()
    with get_client(sync_client=True) as client:
        assert len(_until(lambda: _task_runs(client, record, "Skipped"), 1)) == 1
    assert (statistics(store, "JRN").failed, statistics(store, "JRN").completed) == (1, 0)

    behave()
    job = toy_stage()
    cached = {step.step_id: step.cached for step in job.record.steps}
    assert cached == {"root": True, "left": False, "middle": True, "right": True, "end": False}
    assert (statistics(store, "JRN").failed, statistics(store, "JRN").completed) == (1, 1)


def test_the_error_of_a_job_says_where_its_report_is(store):
    behave(root="fail")
    with pytest.raises(InputError) as caught:
        toy_stage()
    record = last(store)
    page = record.locations["page"]
    assert caught.value.__notes__ == [f"Job {record.job_id} failed; its report is {page}"]
    assert store.exists(page.removeprefix(f"{store.uri}/"))


def test_a_failure_at_the_root_skips_all_the_rest(store):
    behave(root="break")
    with pytest.raises(InternalError, match="Step root: ZeroDivisionError"):
        toy_stage()
    statuses = [step.status for step in last(store).steps]
    assert statuses == ["failed", "skipped", "skipped", "skipped", "skipped"]
    assert b"bug" in store.get(
        f"journeys/JRN/stages/toy_stage/executions/{last(store).job_id}/report.html"
    )


def test_an_error_that_may_pass_is_retried_with_its_log_kept(store):
    toys.FLAKY["failures"] = 0
    behave(middle="flake")
    job = toy_stage()
    step = next(s for s in job.record.steps if s.step_id == "middle")
    assert (step.status, step.tries) == ("completed", 3)
    messages = [entry.message for entry in job.step("middle").log.entries]
    assert sum("does not answer" in message for message in messages) == 2


def test_retries_are_bounded(store):
    toys.FLAKY["failures"] = -10
    behave(middle="flake")
    with pytest.raises(DependencyError):
        toy_stage()
    assert toys.RAN.count("middle") == 3
    assert last(store).error.category == "dependency"


def test_a_step_that_takes_too_long_fails_the_job_in_time(store):
    behave(right="sleep")
    with pytest.raises(StepTimeoutError, match="more than 1 second"):
        toy_stage()
    assert last(store).error.category == "timeout"
    assert last(store).steps[-1].status == "skipped"


def test_the_same_failure_is_tried_three_times_only(store):
    behave(root="fail")
    for _ in range(3):
        with pytest.raises(InputError):
            toy_stage()
    with pytest.raises(Exception, match="failed 3 times on this input"):
        toy_stage()
    assert statistics(store, "JRN").jobs == 3
    with pytest.raises(InputError):
        toy_stage(max_attempts=4)


def test_a_flow_that_prefect_retries_keeps_its_job(store):
    behave(left="fail")
    with pytest.raises(InputError):
        toys.toy_stage_that_retries()
    assert statistics(store, "JRN").jobs == 1
    assert (last(store).attempts, last(store).status) == (2, "failed")
    assert toys.RAN.count("root") == 1


def test_logs_of_steps_side_by_side_reach_the_step_log_and_prefect_unmixed(store):
    behave(left="chat", middle="chat", right="chat")
    job = toy_stage()
    for step in ("left", "middle", "right"):
        messages = [entry.message for entry in job.step(step).log.entries]
        assert messages == [f"{step} works", *(f"{step} line {n}" for n in range(40))]
    with get_client(sync_client=True) as client:
        wanted = {f"{s} line {n}" for s in ("left", "middle", "right") for n in range(40)}
        _until(lambda: wanted & _api_logs(client, job.record), len(wanted))
        assert wanted <= _api_logs(client, job.record)


def _api_logs(client, record):
    wanted = LogFilter(flow_run_id=LogFilterFlowRunId(any_=[record.flow_run_id]))
    return {log.message for log in client.read_logs(log_filter=wanted, limit=200)}


BAD = ("../x", "a\0b", "a\nb", "a\u202eb", "x" * 5000, "", "1a")


@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize("entry", ["journey_id", "refresh_from"])
def test_bad_ids_are_refused_before_anything_is_written(tmp_path, bad, entry):
    with pytest.raises(InputError):
        toys.stage(**{entry: bad})
    assert not (tmp_path / "results").exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"triggered_by": ""},
        {"triggered_by": "a\nb"},
        {"triggered_by": "x" * 201},
        {"source": "absent.txt"},
        {"source": "."},
        {"source": "empty.txt"},
        {"source": "a\0b"},
        {"max_attempts": 0},
        {"store": "ftp://x/y"},
        {"store": "no-such-block"},
    ],
)
def test_wrong_input_is_refused_before_anything_is_written(tmp_path, wrong):
    (tmp_path / "empty.txt").touch()
    with pytest.raises(ValueError):
        toys.stage(**wrong)
    assert not (tmp_path / "results").exists()


def test_a_flow_called_with_wrong_input_says_so(tmp_path):
    with pytest.raises(InputError, match="cannot be a journey id"):
        toy_stage(journey_id="../x")
    assert not (tmp_path / "results").exists()
