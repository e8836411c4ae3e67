import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args

from stageline.codec import decode, encode
from stageline.job import (
    STATUS_OF_STATE_NAME,
    STATUS_OF_STATE_TYPE,
    Attempt,
    End,
    ExecutionSummary,
    Failure,
    JobRecord,
    JobStatus,
    Opening,
    StepReport,
    StepStatus,
    fold,
    status_of_state,
)
from stageline.published import published_schemas

START = datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC)
DOCS = Path(__file__).resolve().parents[2] / "docs" / "schemas"


def opening(**more):
    return Opening(
        journey_id="JRN", stage_id="stage", flow_run_id="run", triggered_by="user",
        steps=("a", "b", "c"), process="host#1@2", store="place", started_at=START, purpose="p",
        number=1, job_id="JOB-001-20250102030405", **more,
    )  # fmt: skip


def report(step, status="completed", **more):
    summary = ExecutionSummary(status, items_processed=2, logs=3, warnings=1, **more)
    error = Failure("tool", "no", "advice") if status == "failed" else None
    return StepReport(f"r.{step}", step, step, step, summary, error=error, generated_at=START)


def test_a_running_record_follows_from_the_reports_so_far():
    record = fold(opening(), {"a": report("a", cached=True)}, {})
    assert (record.status, record.progress, record.current_step) == ("running", 33.3, "b")
    assert [s.status for s in record.steps] == ["completed", "pending", "pending"]
    assert record.steps[0].cached
    assert record.ended_at is None
    assert record.job_metrics.total_logs == 3


def test_the_end_says_why_steps_did_not_run():
    failed = {"a": report("a"), "b": report("b", "failed")}
    end = End("failed", START + timedelta(seconds=5), Failure("tool", "no", "x"), {"c": "b failed"})
    record = fold(opening(), failed, {}, (), end)
    assert [(s.status, s.reason) for s in record.steps] == [
        ("completed", None), ("failed", "no"), ("skipped", "b failed"),
    ]  # fmt: skip
    assert (record.duration_seconds, record.current_step) == (5.0, None)
    cancelled = fold(opening(), {}, {}, (), End("cancelled", START))
    assert {s.status for s in cancelled.steps} == {"cancelled"}


def test_attempts_are_counted_and_shown():
    def attempt(number, event):
        return Attempt(number, event, START, "p")

    assert fold(opening(), {}, {}, (attempt(2, "paused"),)).status == "paused"
    assert fold(opening(), {}, {}, (attempt(2, "paused"), attempt(3, "resumed"))).attempts == 1
    retried = fold(opening(), {}, {}, (attempt(2, "retried"),))
    assert (retried.status, retried.attempts) == ("recovering", 2)


def test_a_record_survives_storing():
    record = fold(opening(parameters={"x": [1]}), {"a": report("a")}, {"store": "x"}, (), None)
    assert decode(JobRecord, encode(record)) == record


def test_every_state_of_prefect_has_a_status():
    assert set(STATUS_OF_STATE_TYPE) == {
        "SCHEDULED", "PENDING", "RUNNING", "COMPLETED", "FAILED", "CANCELLED", "CRASHED",
        "PAUSED", "CANCELLING",
    }  # fmt: skip
    assert set(STATUS_OF_STATE_TYPE.values()) <= set(get_args(JobStatus))
    assert set(STATUS_OF_STATE_NAME.values()) <= set(get_args(StepStatus))
    assert status_of_state("COMPLETED", "Skipped") == "skipped"
    assert status_of_state("COMPLETED", "Cached") == "completed"


def test_published_schemas_are_those_of_the_code():
    """After a change: python -m stageline.published docs/schemas"""
    for name, text in published_schemas().items():
        assert (DOCS / name).read_text(encoding="utf-8") == text, f"{name} is stale"
        assert {"version", "schema"} & json.loads(text)["properties"].keys()
