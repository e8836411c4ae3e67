"""A workflow document as a deployment of its own, with schedules and default inputs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from prefect.deployments.runner import DeploymentApplyError, RunnerDeployment
from prefect.runner.storage import LocalStorage
from prefect.schedules import Cron, Interval, RRule, Schedule
from prefect.types.entrypoint import EntrypointType

from blocks.places import resolve_place
from deployments.set_up import POOL
from flows.run_workflow import run_workflow
from stageline.errors import ConfigError, InputError
from stageline.keys import check_id, shown
from stageline.store import FolderStore
from tasks.workflow.request import Document, keep, read_document

ROOT = Path(__file__).resolve().parents[1]
When = Schedule | datetime | timedelta | str


def deploy(  # noqa: PLR0913 - what a deployment is made with, by keyword
    document: Document,
    schedule: When | None = None,
    *,
    inputs: Mapping[str, Any] | None = None,
    timezone: str | None = None,
    name: str | None = None,
    journey_id: str = "default",
    store: str | Path | None = "./results",
    max_parallel: int = 8,
    pool: str = POOL,
) -> UUID:
    """Make a document a deployment in a work pool, named after it; gives the deployment's id.

    ``schedule`` is a time (once), a ``timedelta`` (interval), a cron or RRULE text, or a
    Prefect ``Schedule``. ``inputs`` are the defaults of its runs; they and the document are
    checked here. Tools that look outside are called anew in each run. Deploying again under one
    name replaces the document, the inputs and the schedule.
    """
    opened = resolve_place(store).store
    workflow = read_document(document, opened)
    snapshot = keep(workflow, inputs, opened).snapshot
    where = str(opened.uri) if isinstance(opened, FolderStore) else str(store)
    parameters = {
        "document": snapshot,
        "inputs": dict(inputs or {}),
        "journey_id": check_id("journey", journey_id),
        "triggered_by": "deployment",
        "store": where,
        "max_parallel": max_parallel,
        "fresh": True,
    }
    run_workflow.validate_parameters(parameters)
    made = run_workflow.to_deployment(
        name=check_id("deployment", name or workflow.id),
        description=workflow.description or workflow.title or None,
        tags=["stageline", "stage:run_workflow", f"workflow:{workflow.id}"],
        parameters=parameters,
        schedules=[] if schedule is None else [to_schedule(schedule, timezone)],
        work_pool_name=pool,
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    assert isinstance(made, RunnerDeployment)  # noqa: S101  (no event loop runs here)
    made.storage = LocalStorage(str(ROOT))  # where a worker finds the flows
    try:
        return UUID(str(made.apply()))
    except DeploymentApplyError as error:
        raise ConfigError(
            f"The deployment cannot be made: {error} Where the work pool is missing, "
            "python -m deployments.set_up makes it."
        ) from error


def to_schedule(when: When, timezone: str | None = None) -> Schedule:
    """A Prefect schedule from what people write. ``InputError`` for what is none."""
    _check_timezone(timezone)
    if isinstance(when, Schedule):
        return replace(when, timezone=timezone) if timezone else when
    if isinstance(when, datetime):
        return _once(when)
    try:
        if isinstance(when, timedelta):
            if when <= timedelta(0):
                raise ValueError("an interval must be longer than nothing")
            return Interval(when, timezone=timezone or "UTC")
        if "FREQ=" in when.upper():
            return RRule(_with_start(when, timezone or "UTC"), timezone=timezone or "UTC")
        return Cron(when, timezone=timezone or "UTC")
    except (TypeError, ValueError, KeyError) as error:
        raise InputError(
            f"{shown(when)} is no schedule ({error}). Give a time, a timedelta, a cron text such "
            "as '0 6 * * *', or an RRULE text such as 'FREQ=DAILY;BYHOUR=6'."
        ) from None


def _check_timezone(name: str | None) -> None:
    try:
        ZoneInfo(name or "UTC")
    except (ValueError, OSError, KeyError):
        raise InputError(
            f"{shown(name)} is no time zone. Give a name such as 'Europe/Berlin' or 'UTC'."
        ) from None


def _once(when: datetime) -> Schedule:
    if when.tzinfo is None:
        raise InputError(f"The time {when.isoformat()} needs a time zone.")
    if when <= datetime.now(UTC):
        raise InputError(f"The time {when.isoformat()} is over.")
    start = when.astimezone(UTC)
    return RRule(f"DTSTART:{start:%Y%m%dT%H%M%SZ}\nRRULE:FREQ=DAILY;COUNT=1", timezone="UTC")


def _with_start(rule: str, timezone: str) -> str:
    """An RRULE without a start would begin at another moment each time it is read; the start is
    local time, as Prefect reads it."""
    if "DTSTART" in rule.upper():
        return rule
    text = rule if rule.upper().startswith("RRULE:") else f"RRULE:{rule}"
    return f"DTSTART:{datetime.now(ZoneInfo(timezone)):%Y%m%dT%H%M%S}\n{text}"
