"""Live messages on their way to Prefect's events, several to a request.

Prefect's own worker hands every event through three threads and looks up anew what it is about:
a millisecond of CPU each, and a short job has more messages than steps. Here the related
resources are found once, and messages wait for others a twentieth of a second at most.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID, uuid4

import httpx
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.objects import FlowRun
from prefect.context import FlowRunContext
from prefect.exceptions import EventTooLarge, ObjectNotFound

from stageline.job import now

GATHER_SECONDS = 0.05  # a message is to be seen within 200 ms, on a busy host too
IDLE_SECONDS = 1.0
MAX_BYTES = 1_500_000  # what a server takes of one event, unless it is set up otherwise


@dataclass
class Outbox:
    """Events about one flow run; ``client`` is that of the running flow."""

    client: SyncPrefectClient
    run: FlowRun
    waiting: list[bytes] = field(default_factory=list)
    since: float = 0.0

    def add(self, event: str, resource: dict[str, str], payload: dict[str, Any]) -> None:
        """Take an event. Raises ``EventTooLarge`` for one that no server would take."""
        itself = resource["prefect.resource.id"]
        made = {
            "id": str(uuid4()),
            "occurred": now().isoformat(),
            "event": event,
            "resource": resource,
            "related": [r for r in self._related if r["prefect.resource.id"] != itself],
            "payload": payload,
        }
        data = json.dumps(made).encode()
        if len(data) > MAX_BYTES:
            raise EventTooLarge(len(data), MAX_BYTES)
        if not self.waiting:
            self.since = time.monotonic()
        self.waiting.append(data)

    @property
    def due_in(self) -> float:
        """In how many seconds the oldest message should go, or one might be there."""
        if not self.waiting:
            return IDLE_SECONDS
        return max(0.0, self.since + GATHER_SECONDS - time.monotonic())

    def send(self) -> None:
        """Send all that waits, in order, in one request; what a fault cuts off is lost."""
        waiting, self.waiting = self.waiting, []
        if waiting:
            content = b"[" + b",".join(waiting) + b"]"
            headers = {"Content-Type": "application/json"}
            self.client.request("POST", "/events", content=content, headers=headers)

    @cached_property
    def _related(self) -> list[dict[str, str]]:
        """What Prefect relates to events in a flow run: the run, flow, deployment, work, tags."""
        run, context = self.run, FlowRunContext.get()
        named = [
            ("flow-run", run.id, run.name),
            ("flow", run.flow_id, context.flow.name if context and context.flow else None),
            ("work-queue", run.work_queue_id, run.work_queue_name),
            ("work-pool", run.work_pool_id, run.work_pool_name),
        ]
        found = [_resource(kind, str(key), name) for kind, key, name in named if key]
        if run.deployment_id:
            found.append(self._deployment(run.deployment_id))
        return found + [_resource("tag", tag, None) for tag in sorted(run.tags)]

    def _deployment(self, key: UUID) -> dict[str, str]:
        """The deployment with its name; a server that cannot be asked costs only the name."""
        try:
            return dict(self.client.read_deployment(key).as_related_resource().root)
        except (httpx.HTTPError, ObjectNotFound):
            return _resource("deployment", str(key), None)


def _resource(kind: str, key: str, name: str | None) -> dict[str, str]:
    labels = {"prefect.resource.id": f"prefect.{kind}.{key}", "prefect.resource.role": kind}
    return {**labels, "prefect.resource.name": name} if name else labels
