"""A direct call, a deployment run and a scheduled run leave the same trail."""

from pathlib import Path

from prefect.client.orchestration import get_client
from prefect.states import Scheduled

from stageline.journey import records
from tests.flows.processes import until
from tests.flows.toys import toy_stage

SERVE = """
import sys
from datetime import timedelta
from prefect.schedules import Interval
from tests.flows.toys import toy_stage
toy_stage.serve(
    name="served", parameters={"journey_id": "SERVED", "triggered_by": "deployment",
    "source": sys.argv[1], "store": sys.argv[2]}, limit=2, print_starting_message=False,
    schedules=[Interval(
        timedelta(seconds=5),  # the next is near, however long it took to get here
        parameters={"journey_id": "SCHEDULED", "triggered_by": "schedule"},
    )],
)
"""


def keys_of(store, journey):
    """The keys of a journey without what names the job, its run and the day."""
    prefix = f"journeys/{journey}/"
    found = [stat.key.removeprefix(prefix).split("/") for stat in store.list(prefix)]
    return [["JOB" if p.startswith("JOB-") else p for p in parts] for parts in found]


def trail_of(record):
    return (
        record.status, record.progress, [(s.step_id, s.status) for s in record.steps],
        sorted(record.parameters), sorted(record.locations), record.job_metrics.items_processed,
    )  # fmt: skip


def test_direct_deployed_and_scheduled_runs_leave_the_same_trail(start, store):
    toy_stage(journey_id="DIRECT", source="in.txt")
    (direct,) = records(store, "DIRECT")

    served = start(SERVE, str(Path("in.txt").absolute()), str(store.folder))
    with get_client(sync_client=True) as client:
        name = "toy_stage/served"
        until(lambda: [d for d in client.read_deployments() if d.name == "served"])
        deployment = client.read_deployment_by_name(name)
        client.create_flow_run_from_deployment(deployment.id, state=Scheduled())
        # A private server has no scheduler loop; this is the call that the loop makes.
        client._client.post(f"/deployments/{deployment.id}/schedule", json={"max_runs": 1})

        def ended(journey):
            return [r for r in records(store, journey) if r.ended_at]

        (deployed,) = until(lambda: ended("SERVED"))
        (scheduled,) = until(lambda: ended("SCHEDULED"))
        runs = [client.read_flow_run(r.flow_run_id) for r in (direct, deployed, scheduled)]
    assert served.poll() is None
    assert runs[2].auto_scheduled and not runs[1].auto_scheduled
    assert trail_of(direct) == trail_of(deployed) == trail_of(scheduled)
    assert keys_of(store, "DIRECT") == keys_of(store, "SERVED") == keys_of(store, "SCHEDULED")
    assert [run.name for run in runs] == [r.job_id for r in (direct, deployed, scheduled)]
    assert all("stage:toy_stage" in run.tags for run in runs)
