"""The flow runs of jobs, found in Prefect; and the stores that they write to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterId,
    FlowRunFilterName,
    FlowRunFilterTags,
)
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.sorting import FlowRunSort
from prefect.states import Crashed

from blocks.places import resolve_place
from stageline import claims, keys
from stageline.errors import ConfigError, InputError
from stageline.job import TERMINAL, JobRecord, Opening, status_of_state
from stageline.trail import Places, record_of
from stageline.view import Job
from tasks.workflow.plan import STAGE

MOST = 200
STARTED = frozenset({"running", "paused", "recovering"})


@dataclass(frozen=True, slots=True)
class JobInfo:
    """A job as Prefect knows it. ``id`` is the job id, or the run's name before it began."""

    id: str
    status: str
    journey: str
    workflow: str
    flow_run_id: UUID
    deployment_id: UUID | None
    started_at: datetime | None
    message: str = ""

    @property
    def is_over(self) -> bool:
        return self.status in TERMINAL


JobName = str | UUID | Job | JobInfo


def info_of(run: FlowRun) -> JobInfo:
    """What a flow run says of its job."""
    tags = dict(tag.partition(":")[::2] for tag in run.tags if ":" in tag)
    state = run.state
    return JobInfo(
        id=run.name or str(run.id),
        status=status_of_state(state.type.value, state.name or "") if state else "pending",
        journey=tags.get("journey", ""),
        workflow=tags.get("workflow", ""),
        flow_run_id=run.id,
        deployment_id=run.deployment_id,
        started_at=run.start_time,
        message=(state.message if state else None) or "",
    )


def find_runs(
    client: SyncPrefectClient, *tags: str, name: str | None = None, most: int = MOST
) -> list[FlowRun]:
    """The latest flow runs with all these tags, the newest first."""
    wanted = FlowRunFilter(
        tags=FlowRunFilterTags(all_=list(tags)) if tags else None,
        name=FlowRunFilterName(any_=[name]) if name else None,
    )
    return client.read_flow_runs(
        flow_run_filter=wanted, sort=FlowRunSort.EXPECTED_START_TIME_DESC, limit=most
    )


def find_run(
    client: SyncPrefectClient,
    job: JobName,
    journey: str | None = None,
    stage: str | None = STAGE,
) -> FlowRun:
    """The flow run of a job: by job id (of a ``stage``), by the run's id, or of a listed job.

    Job ids are unique in one stage of one journey: name the ``journey`` where two have the same.
    Raises ``InputError`` if there is none, or more than one.
    """
    if isinstance(job, Job | JobInfo):
        job = UUID(job.record.flow_run_id) if isinstance(job, Job) else job.flow_run_id
    found = _by_id(client, job) if _is_uuid(job) else _by_name(client, str(job), journey, stage)
    if len(found) == 1:
        return found[0]
    what = keys.shown(str(job))
    if not found:
        raise InputError(f"This Prefect server knows no job {what}.")
    where = ", ".join(info_of(run).journey for run in found)
    raise InputError(f"There are {len(found)} jobs {what}, in the journeys {where}. Name one.")


def _is_uuid(job: str | UUID) -> bool:
    try:
        UUID(str(job))
    except ValueError:
        return False
    return True


def _by_id(client: SyncPrefectClient, job: str | UUID) -> list[FlowRun]:
    wanted = FlowRunFilter(id=FlowRunFilterId(any_=[UUID(str(job))]))
    return client.read_flow_runs(flow_run_filter=wanted, limit=1)


def _by_name(
    client: SyncPrefectClient, job: str, journey: str | None, stage: str | None
) -> list[FlowRun]:
    keys.parse_job_id(job)
    tags = [f"journey:{keys.check_id('journey', journey)}"] if journey else []
    return find_runs(client, *([f"stage:{stage}"] if stage else []), *tags, name=job)


def place_of(run: FlowRun) -> str:
    """What opens the store of a job: the block or URI it was called with, else its folder."""
    given = str(run.parameters.get("store") or "")
    if "://" in given or (given and not {"/", ".", "~"} & set(given[:1])):
        return given
    return str(run.labels.get("stageline.store") or given or "./results")


def open_job(run: FlowRun) -> tuple[Places, Opening]:
    """The store of a job and how it began. ``InputError`` if the run has not begun."""
    place = resolve_place(place_of(run))
    journey = info_of(run).journey
    if not journey:
        raise InputError(f"The run {run.name} has not begun; it has no record yet.")
    number, _ = keys.parse_job_id(run.name)
    places = Places.of(place.store, secrets=place.secrets)
    stage = str(run.labels.get("stageline.stage") or STAGE)
    return places, claims.read_opening(place.store, journey, stage, number)


def read_record(run: FlowRun) -> JobRecord:
    """The record of a job, ended or not."""
    return record_of(*open_job(run))


def told(run: FlowRun) -> JobInfo:
    """A job whose process is gone is failed, whatever Prefect still believes."""
    info = info_of(run)
    if info.status not in STARTED or not is_gone(run):
        return info
    return info_of(run.model_copy(update={"state": Crashed(message="Its process is gone.")}))


def is_gone(run: FlowRun) -> bool:
    """Whether the process that runs a job is known to have ended."""
    if run.state and run.state.state_details.pause_reschedule:
        return False  # suspended: it has no process until it is resumed
    try:
        places, opening = open_job(run)
    except (InputError, ConfigError):
        return False  # its store cannot be seen from here
    attempts = claims.read_attempts(places.store, opening)
    return claims.process_is_gone(attempts[-1].process if attempts else opening.process)


def connect() -> Any:
    """A client of the Prefect server that is configured."""
    return get_client(sync_client=True)
