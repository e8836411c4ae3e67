"""What Prefect gets to see while a job runs: name, tags, labels, progress, events, artifacts."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.actions import ArtifactCreate, ArtifactUpdate
from prefect.client.schemas.objects import FlowRun
from prefect.events import emit_event

from stageline.job import JobRecord, Opening, now

PREFIX = "stageline."
REFRESH_SECONDS = 1.0


@dataclass
class Live:
    """The live side of one job. ``client`` is that of the running flow."""

    client: SyncPrefectClient
    run: FlowRun
    opening: Opening
    artifact: UUID | None = None
    shown_at: float = field(default_factory=time.monotonic)

    def announce(self) -> None:
        """Name the run after its job; tag and label it with journey, stage and job."""
        opening = self.opening
        labels = {"journey": opening.journey_id, "stage": opening.stage_id, "job": opening.job_id}
        tags = [f"{name}:{value}" for name, value in labels.items() if name != "job"]
        tags = sorted({*self.run.tags, *tags})
        self.client.update_flow_run(self.run.id, name=opening.job_id, tags=tags)
        self.client.update_flow_run_labels(
            self.run.id, {f"stageline.{name}": value for name, value in labels.items()}
        )
        self.run.name, self.run.tags = opening.job_id, tags
        self.send("job_started", status="running", progress=0.0)

    def send(
        self, kind: str, status: str, progress: float, node: str | None = None, **more: Any
    ) -> None:
        """Emit a live message: a Prefect event about the flow run."""
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

    def show_progress(self, record: JobRecord, last: bool = False) -> None:
        """Update the progress artifact and tell it live, at most once a second and at the end."""
        if not last and time.monotonic() - self.shown_at < REFRESH_SECONDS:
            return
        self.shown_at = time.monotonic()
        self.send("node_progress", record.status, record.progress, node=record.current_step)
        if self.artifact is None:
            made = self.client.create_artifact(self._progress(record))
            self.artifact = made.id
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
        self.client.create_artifact(
            ArtifactCreate(
                type="markdown",
                key=_artifact_key(self.opening, name),
                description=description,
                data=markdown,
                flow_run_id=self.run.id,
            )
        )


def _artifact_key(opening: Opening, name: str) -> str:
    """Artifact keys take lower-case letters, digits and dashes."""
    return f"{opening.stage_id}-{name}".lower().replace("_", "-")


def _sentence(record: JobRecord) -> str:
    done = sum(step.status == "completed" for step in record.steps)
    return f"{record.job_id}: {record.status}, {done} of {len(record.steps)} steps completed."
