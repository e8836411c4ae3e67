"""Live messages of a job, from Prefect's events websocket."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from prefect.events.clients import get_events_subscriber
from prefect.events.filters import EventFilter, EventNameFilter, EventResourceFilter

from stageline.keys import parse_job_id
from stageline.view import Job
from tasks.live import PREFIX

_LAST = frozenset({"job_completed", "job_failed"})


async def stream(job: Job | UUID | str) -> AsyncIterator[dict[str, Any]]:
    """Yield the messages of a job from now on, until it has ended.

    ``job`` is the id of its flow run, or a job id. A message has ``type`` (``job_started``,
    ``node_status``, ``node_progress``, ``metrics``, ``job_completed``, ``job_failed``),
    ``job_id``, ``node_id``, ``status``, ``progress`` (0 to 100) and ``timestamp``.
    """
    wanted = EventFilter(
        event=EventNameFilter(prefix=[PREFIX]), resource=EventResourceFilter(labels=_labels(job))
    )
    async with get_events_subscriber(filter=wanted) as subscriber:
        async for event in subscriber:
            yield dict(event.payload)
            if event.payload.get("type") in _LAST:
                return


def _labels(job: Job | UUID | str) -> Any:
    run = job.record.flow_run_id if isinstance(job, Job) else str(job)
    if run.startswith("JOB-"):
        parse_job_id(run)
        return {"prefect.resource.name": run}
    return {"prefect.resource.id": f"prefect.flow-run.{UUID(run)}"}
