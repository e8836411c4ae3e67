"""A document as a deployment: its schedules, its defaults, its runs; and the warm start."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import anyio
import pytest
from prefect.client.orchestration import get_client
from prefect.schedules import Cron
from prefect.server.schemas.schedules import SCHEDULE_TYPES
from pydantic import TypeAdapter

from deployments.documents import deploy, to_schedule
from deployments.jobs import jobs
from deployments.set_up import set_up
from deployments.warm import submit
from stageline.errors import ConfigError, DocumentError, InputError
from stageline.journey import records
from tests.flows.processes import ROOT, until

DOCUMENT = {
    "schema": "workflow/1",
    "id": "greeting",
    "inputs": {"name": {"type": "string", "default": "you"}},
    "outputs": {"text": {"ref": "greet.text"}},
    "nodes": [
        {
            "kind": "task",
            "id": "greet",
            "tool": "render_text",
            "parameters": {
                "template": "Hello {{ name }}",
                "values": {"name": {"ref": "inputs.name"}},
            },
        }
    ],
}  # fmt: skip


def read(deployment):
    with get_client(sync_client=True) as client:
        return client.read_deployment(deployment)


def next_dates(schedule, count=3):
    """As the server's scheduler works them out."""
    known = TypeAdapter(SCHEDULE_TYPES).validate_python(schedule.model_dump())
    return anyio.run(known.get_dates, count)


def test_a_document_is_deployed_with_each_kind_of_schedule():
    set_up()
    soon = (datetime.now(UTC) + timedelta(days=2)).replace(microsecond=0)
    made = {
        "once": soon,
        "interval": timedelta(hours=6),
        "cron": "30 6 * * *",
        "rrule": "FREQ=WEEKLY;BYDAY=MO;BYHOUR=6;BYMINUTE=30;BYSECOND=0",
        "own": Cron("0 0 * * *", timezone="Asia/Tokyo"),
    }
    zones = {"own": None}
    found = {
        name: read(deploy(DOCUMENT, when, name=name, timezone=zones.get(name, "Europe/Paris")))
        for name, when in made.items()
    }
    dates = {name: next_dates(d.schedules[0].schedule) for name, d in found.items()}
    assert dates["once"] == [soon]
    assert dates["interval"][2] - dates["interval"][0] == timedelta(hours=12)
    paris = ZoneInfo("Europe/Paris")
    for name in ("cron", "rrule"):
        assert {(d.astimezone(paris).hour, d.astimezone(paris).minute) for d in dates[name]} == {
            (6, 30)
        }
    assert {d.astimezone(paris).weekday() for d in dates["rrule"]} == {0}
    assert {d.astimezone(ZoneInfo("Asia/Tokyo")).hour for d in dates["own"]} == {0}
    assert found["cron"].parameters["inputs"] == {}
    assert "workflow:greeting" in found["cron"].tags


@pytest.mark.parametrize("wrong", ["", "every day", "61 * * * *", "FREQ=NEVER", timedelta(0)])
def test_what_is_no_schedule_is_refused(wrong):
    with pytest.raises(InputError, match="is no schedule"):
        to_schedule(wrong)


def test_times_without_zone_or_over_and_unknown_zones_are_refused():
    for wrong in (datetime(2099, 1, 1), datetime(2020, 1, 1, tzinfo=UTC)):
        with pytest.raises(InputError):
            to_schedule(wrong)
    for when in ("FREQ=DAILY", "0 6 * * 1", timedelta(days=1)):
        with pytest.raises(InputError, match=r"^'Mars/Base' is no time zone"):
            to_schedule(when, "Mars/Base")
    with pytest.raises(InputError, match="is no schedule"):
        to_schedule("0 6 * *")


def test_a_work_pool_that_is_not_there_is_told_with_what_makes_it():
    with pytest.raises(ConfigError, match=r"\"nowhere\" not found.* python -m deployments.set_up"):
        deploy(DOCUMENT, pool="nowhere")


def test_nothing_is_deployed_of_a_wrong_document_or_wrong_inputs():
    with get_client(sync_client=True) as client:
        before = len(client.read_deployments())
    with pytest.raises(DocumentError):
        deploy({**DOCUMENT, "nodes": [{"kind": "task", "id": "x", "tool": "nothing"}]})
    with pytest.raises(InputError, match="name"):
        deploy(DOCUMENT, inputs={"name": 3})
    with pytest.raises(InputError):
        deploy(DOCUMENT, name="../x")
    with get_client(sync_client=True) as client:
        assert len(client.read_deployments()) == before


def test_a_worker_runs_a_deployed_document_with_inputs_of_the_run(start, store, api):
    set_up()
    deployment = deploy(DOCUMENT, inputs={"name": "default"}, journey_id="DEPLOYED", name="worked")
    with get_client(sync_client=True) as client:
        parameters = {**read(deployment).parameters, "inputs": {"name": "Ada"}}
        client.create_flow_run_from_deployment(deployment, parameters=parameters)
    start(
        "import sys; from prefect.cli import app; sys.argv = ['prefect', 'worker', 'start', "
        "'--pool', 'stageline', '--run-once']; app()"
    )
    (record,) = until(lambda: [r for r in records(store, "DEPLOYED") if r.ended_at])
    assert (record.status, record.stage_id, record.parameters["fresh"]) == (
        "completed", "run_workflow", True,
    ), record.error  # fmt: skip
    key = next(s.key for s in store.list("journeys/DEPLOYED") if s.key.endswith("outputs.json"))
    assert store.get(key) == b'{"text":"Hello Ada"}'
    (job,) = jobs(journey="DEPLOYED")
    assert (job.deployment_id, job.id, job.workflow) == (deployment, record.job_id, "greeting")


def test_a_task_worker_starts_a_document_warm(start, store):
    with pytest.raises(InputError):
        submit(DOCUMENT, {"name": 3})
    start("from deployments.warm import main; import sys; sys.argv = ['warm']; main()")
    submit(DOCUMENT, {"name": "Ada"}, journey_id="WARM", triggered_by="test")
    (record,) = until(lambda: [r for r in records(store, "WARM") if r.ended_at])
    assert (record.status, record.triggered_by) == ("completed", "test"), record.error
    until(lambda: jobs(journey="WARM", status="completed"))


def test_the_module_that_serves_warm_starts_is_a_program():
    shown = subprocess.run(
        [sys.executable, "-m", "deployments.warm", "--help"],
        check=False, cwd=Path(ROOT), capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert shown.returncode == 0 and "--limit" in shown.stdout
