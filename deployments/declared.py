"""The deployments of ``prefect.yaml`` as objects that ``serve`` takes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from prefect import Flow
from prefect.deployments.runner import RunnerDeployment
from prefect.flows import load_flow_from_entrypoint
from prefect.schedules import Schedule
from pydantic import TypeAdapter

_SCHEDULES = TypeAdapter(list[Schedule])


def read_declarations(path: Path) -> list[dict[str, Any]]:
    """The entries under ``deployments`` of a ``prefect.yaml``."""
    return list(yaml.safe_load(path.read_text(encoding="utf-8"))["deployments"])


def load_flow(declaration: dict[str, Any]) -> Flow[..., Any]:
    """Import the flow of an entry; an import that breaks is an error, never a placeholder."""
    return load_flow_from_entrypoint(declaration["entrypoint"], use_placeholder_flow=False)


def declared_deployments(path: Path) -> list[RunnerDeployment]:
    return [_to_deployment(entry) for entry in read_declarations(path)]


def _to_deployment(entry: dict[str, Any]) -> RunnerDeployment:
    deployment = load_flow(entry).to_deployment(
        name=entry["name"],
        parameters=entry.get("parameters"),
        tags=entry.get("tags"),
        schedules=_SCHEDULES.validate_python(entry.get("schedules") or []),
    )
    assert isinstance(deployment, RunnerDeployment)  # noqa: S101  (not a coroutine: no event loop runs here)
    return deployment
