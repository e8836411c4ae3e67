"""One job under way: what the parts of the contract share while it runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.context import FlowRunContext
from prefect.exceptions import Abort

from stageline import claims, keys
from stageline.errors import ConfigError, InputError
from stageline.job import JobRecord, Opening, now
from stageline.journey import open_journey, review
from stageline.step import Ref, Source
from stageline.trail import Trail
from stageline.view import Presentation
from tasks.live import API_FAULTS, Live
from tasks.plan import StagePlan
from tasks.request import Request
from tasks.watch import Watch

PlanT = TypeVar("PlanT", bound=StagePlan)


@dataclass
class Run(Generic[PlanT]):
    """The state of one running job. ``values`` holds decoded step values by digest and ends
    with the job; ``refs`` the values by step; ``skipped`` why a step did not run; ``outputs``
    what a workflow document gives in the end; ``present`` shows the job however it ends."""

    plan: PlanT
    request: Request
    trail: Trail
    live: Live
    watch: Watch
    refs: dict[str, Ref] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    outputs: dict[str, Any] = field(default_factory=dict)
    present: Callable[[JobRecord], Presentation] | None = None

    @property
    def job_id(self) -> str:
        return self.trail.opening.job_id

    def input(self, name: str) -> Ref | Source:
        """What a source or a finished step gives."""
        return self.refs[name] if name in self.refs else self.request.sources[name]


def start_run(plan: PlanT, request: Request) -> Run[PlanT]:
    """Claim the job and announce it. A second start of the same flow run stops here."""
    context = FlowRunContext.get()
    if context is None or context.flow_run is None:
        raise ConfigError("A job runs inside a Prefect flow run. Call its flow.")
    client, flow_run = context.client, context.flow_run
    if not isinstance(client, SyncPrefectClient):
        raise ConfigError("A job runs inside a flow that is a plain function, not 'async def'.")
    opening = _opening(plan, request, flow_run)
    store = request.places.store
    review(request.places, opening, request.max_attempts, lambda job: _has_ended(client, job))
    try:
        claimed = claims.claim(
            store,
            opening,
            since=flow_run.created,
            job_id=_named_job(flow_run),
            is_over=lambda earlier: _is_over(client, flow_run, earlier.started_at),
            max_attempts=request.max_attempts,
        )
    except claims.AlreadyRunningError as error:
        raise Abort(str(error)) from error  # ends this process's part, not the run
    open_journey(store, request.journey_id, request.triggered_by)
    live = Live(client, flow_run, claimed.opening)
    trail = Trail(request.places, claimed.opening, claimed.attempts)
    live.announce()
    return Run(plan, request, trail, live, Watch(client, flow_run, trail, live))


def _opening(plan: StagePlan, request: Request, flow_run: FlowRun) -> Opening:
    return Opening(
        journey_id=request.journey_id,
        stage_id=plan.stage,
        flow_run_id=str(flow_run.id),
        triggered_by=request.triggered_by,
        steps=tuple(plan.steps),
        process=claims.this_process(),
        store=request.places.store.uri,
        started_at=now(),
        purpose=request.purpose(plan),
        parameters=request.parameters(),
    )


def _named_job(flow_run: FlowRun) -> str | None:
    """The job that the flow run is named after, if an earlier attempt has named it."""
    try:
        keys.parse_job_id(flow_run.name)
    except InputError:
        return None
    return flow_run.name


def _has_ended(client: SyncPrefectClient, job: Opening) -> bool:
    """Whether Prefect saw the flow run of a job end; False where it cannot say."""
    try:
        state = client.read_flow_run(UUID(job.flow_run_id)).state
    except API_FAULTS:
        return False
    return state is not None and state.is_final()


def _is_over(client: SyncPrefectClient, flow_run: FlowRun, started: datetime) -> bool:
    """Whether the flow run left ``running`` since an earlier attempt began: then that is over.

    A second process that is given a running flow run adds only pending and running states.
    """
    busy = {StateType.PENDING, StateType.RUNNING}
    states = client.read_flow_run_states(flow_run.id)
    return any(state.type not in busy and state.timestamp > started for state in states)
