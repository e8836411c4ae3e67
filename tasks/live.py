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
from prefect.exceptions import EventTooLarge, ObjectNotFound

from stageline.job import JobRecord, Opening, now
from tasks.outbox import Outbox

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

    def __post_init__(self) -> None:
        self.outbox = Outbox(self.client, self.run)

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
        """Tell a live message: a Prefect event about the flow run, which ``flush`` sends."""
        with self.optional(f"the message {kind}"):
            self._tell(kind, status, progress, node, more)

    def _tell(
        self, kind: str, status: str, progress: float, node: str | None, more: dict[str, Any]
    ) -> None:
        self.outbox.add(
            PREFIX + kind,
            {
                "prefect.resource.id": f"prefect.flow-run.{self.run.id}",
                "prefect.resource.name": self.opening.job_id,
                "stageline.journey": self.opening.journey_id,
                "stageline.stage": self.opening.stage_id,
            },
            {
                "type": kind,
                "job_id": self.opening.job_id,
                "node_id": node,
                "status": status,
                "progress": progress,
                "timestamp": now().isoformat(),
                **more,
            },
        )

    def flush(self, at_once: bool = False) -> float:
        """Send the messages if the oldest has waited long enough; gives the seconds after which
        to ask again. After a fault only what must be told ``at_once`` is tried."""
        if at_once or (self.outbox.due_in <= 0 and not self.is_quiet):
            with self.optional("the messages"):
                self.outbox.send()
        return REFRESH_SECONDS if self.is_quiet else self.outbox.due_in

    @property
    def is_quiet(self) -> bool:
        """Whether Prefect was out of reach a moment ago."""
        return self.shown_at > time.monotonic()

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
                self.artifact = self._create(self._progress(record))
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
            self._create(page)

    def _create(self, artifact: ArtifactCreate) -> UUID:
        """As the client's ``create_artifact``, but its event goes the way of the messages."""
        body = artifact.model_dump(mode="json", exclude_unset=True)
        made = UUID(self.client.request("POST", "/artifacts/", json=body).json()["id"])
        resource = {"prefect.resource.id": f"prefect.artifact.{made}",
                    "prefect.resource.name": artifact.key or ""}  # fmt: skip
        told = {name: body[name] for name in ("key", "type", "description")}
        self.outbox.add("prefect.artifact.created", resource, told)
        return made


def _artifact_key(opening: Opening, name: str) -> str:
    """Artifact keys take lower-case letters, digits and dashes."""
    return f"{opening.stage_id}-{name}".lower().replace("_", "-")


def _sentence(record: JobRecord) -> str:
    done = sum(step.status == "completed" for step in record.steps)
    return f"{record.job_id}: {record.status}, {done} of {len(record.steps)} steps completed."
