"""Live messages of a job, from Prefect's events websocket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.objects import FlowRun
from prefect.events.clients import get_events_subscriber
from prefect.events.filters import EventFilter, EventNameFilter, EventResourceFilter

from deployments.runs import JobInfo, JobName, connect, find_run, told
from stageline.job import now
from tasks.live import PREFIX

QUIET_SECONDS = 1.0
"""After so long without a message it is asked whether the run is over: a process that was killed
sends none, and an ended job has sent all."""
_LAST = frozenset({"job_completed", "job_failed"})


async def stream(job: JobName, journey: str | None = None) -> AsyncIterator[dict[str, Any]]:
    """Yield the messages of a job from now on, until it has ended.

    ``job`` is the id of its flow run, or a job id. A message has ``type`` (``job_started``,
    ``node_status``, ``node_progress``, ``metrics``, ``job_completed``, ``job_failed``),
    ``job_id``, ``node_id``, ``status``, ``progress`` (0 to 100) and ``timestamp``. Of a job that
    has ended there is at least the last one.

    Raises ``InputError`` if there is no such job, or more than one.
    """
    async with get_client() as client:
        run = await asyncio.to_thread(_find, job, journey)
        about = EventResourceFilter(id=[f"prefect.flow-run.{run.id}"])
        wanted = EventFilter(event=EventNameFilter(prefix=[PREFIX]), resource=about)
        progress = 0.0
        async with get_events_subscriber(filter=wanted) as subscriber:
            async for message in _messages(client, run.id, subscriber):
                message.setdefault("progress", progress)
                progress = message["progress"]
                yield message
                if message["type"] in _LAST:
                    return


async def _messages(client: PrefectClient, run: UUID, events: Any) -> AsyncIterator[dict[str, Any]]:
    """What the subscription gives; the last message in its place once the run is over."""
    coming = asyncio.ensure_future(anext(events))
    try:
        while True:
            await asyncio.wait({coming}, timeout=QUIET_SECONDS)
            if coming.done():
                yield dict(coming.result().payload)
                coming = asyncio.ensure_future(anext(events))
            elif last := _last(await asyncio.to_thread(told, await client.read_flow_run(run))):
                yield last
    finally:
        coming.cancel()


def _last(info: JobInfo) -> dict[str, Any] | None:
    if not info.is_over:
        return None
    is_completed = info.status == "completed"
    return {
        "type": "job_completed" if is_completed else "job_failed",
        "job_id": info.id,
        "node_id": None,
        "status": info.status,
        **({"progress": 100.0} if is_completed else {}),
        "timestamp": now().isoformat(),
    }


def _find(job: JobName, journey: str | None) -> FlowRun:
    with connect() as client:
        return find_run(client, job, journey, stage=None)
