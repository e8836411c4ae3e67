"""What Prefect gets to see while a job runs: name, tags, labels, progress, events, artifacts.

All of it is for those who watch. What of it cannot be shown is said once and fails nothing.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.actions import ArtifactCreate, ArtifactUpdate
from prefect.client.schemas.objects import FlowRun
from prefect.events import emit_event
from prefect.exceptions import EventTooLarge, ObjectNotFound

from stageline.job import JobRecord, Opening, now

PREFIX = "stageline."
REFRESH_SECONDS = 1.0
QUIET_SECONDS = 60.0  # without progress after a fault: the client's retries hold up the job
# A server that cannot be reached, that refuses or fails (after the client's own retries), or
# that has lost what is to be changed.
API_FAULTS = (httpx.HTTPError, ObjectNotFound, EventTooLarge)
_log = logging.getLogger("stageline.live")


@dataclass
class Live:
    """The live side of one job. ``client`` is that of the running flow."""

    client: SyncPrefectClient
    run: FlowRun
    opening: Opening
    artifact: UUID | None = None
    shown_at: float = field(default_factory=time.monotonic)
    lost: list[str] = field(default_factory=list)

    @contextmanager
    def optional(self, what: str) -> Iterator[None]:
        """Go on without ``what`` where Prefect cannot take it; warn the first time."""
        try:
            yield
        except API_FAULTS as error:
            level = logging.DEBUG if self.lost else logging.WARNING
            self.lost.append(what)
            self.shown_at = time.monotonic() + QUIET_SECONDS
            _log.log(
                level,
                "Prefect could not take %s of %s (%s: %s). The job goes on; its record is not "
                "touched by this.",
                what, self.opening.job_id, type(error).__name__, error,
            )  # fmt: skip

    def say(self, text: str) -> None:
        """Warn whoever looks at the run's log."""
        _log.warning("%s: %s", self.opening.job_id, text)

    def announce(self) -> None:
        """Name the run after its job; tag and label it with journey, stage and job."""
        opening = self.opening
        labels = {"journey": opening.journey_id, "stage": opening.stage_id, "job": opening.job_id}
        if workflow := opening.parameters.get("workflow"):
            labels["workflow"] = str(workflow)
        tags = [f"{name}:{value}" for name, value in labels.items() if name != "job"]
        tags = sorted({*self.run.tags, *tags})
        with self.optional("the name"):
            self.client.update_flow_run(self.run.id, name=opening.job_id, tags=tags)
            self.run.name, self.run.tags = opening.job_id, tags
        labels["store"] = opening.store
        with self.optional("the labels"):
            self.client.update_flow_run_labels(
                self.run.id, {f"stageline.{name}": value for name, value in labels.items()}
            )
        self.send("job_started", status="running", progress=0.0)

    def send(
        self, kind: str, status: str, progress: float, node: str | None = None, **more: Any
    ) -> None:
        """Emit a live message: a Prefect event about the flow run."""
        with self.optional(f"the message {kind}"):
            self._emit(kind, status, progress, node, more)

    def _emit(
        self, kind: str, status: str, progress: float, node: str | None, more: dict[str, Any]
    ) -> None:
        emit_event(
            event=PREFIX + kind,
            resource={
                "prefect.resource.id": f"prefect.flow-run.{self.run.id}",
                "prefect.resource.name": self.opening.job_id,
                "stageline.journey": self.opening.journey_id,
                "stageline.stage": self.opening.stage_id,
            },
            payload={
                "type": kind,
                "job_id": self.opening.job_id,
                "node_id": node,
                "status": status,
                "progress": progress,
                "timestamp": now().isoformat(),
                **more,
            },
        )

    @property
    def is_stale(self) -> bool:
        """Whether progress was last shown more than a second ago."""
        return time.monotonic() - self.shown_at >= REFRESH_SECONDS

    def show_progress(self, record: JobRecord) -> None:
        """Update the progress artifact and tell it live."""
        self.shown_at = time.monotonic()
        self.send("node_progress", record.status, record.progress, node=record.current_step)
        with self.optional("the progress"):
            if self.artifact is None:
                self.artifact = self.client.create_artifact(self._progress(record)).id
            else:
                update = ArtifactUpdate(data=record.progress, description=_sentence(record))
                self.client.update_artifact(self.artifact, update)

    def _progress(self, record: JobRecord) -> ArtifactCreate:
        return ArtifactCreate(
            type="progress",
            key=_artifact_key(self.opening, "progress"),
            description=_sentence(record),
            data=record.progress,
            flow_run_id=self.run.id,
        )

    def show_page(self, name: str, markdown: str, description: str) -> None:
        """Add a markdown artifact to the run."""
        page = ArtifactCreate(
            type="markdown",
            key=_artifact_key(self.opening, name),
            description=description,
            data=markdown,
            flow_run_id=self.run.id,
        )
        with self.optional(f"the page {name}"):
            self.client.create_artifact(page)


def _artifact_key(opening: Opening, name: str) -> str:
    """Artifact keys take lower-case letters, digits and dashes."""
    return f"{opening.stage_id}-{name}".lower().replace("_", "-")


def _sentence(record: JobRecord) -> str:
    done = sum(step.status == "completed" for step in record.steps)
    return f"{record.job_id}: {record.status}, {done} of {len(record.steps)} steps completed."
