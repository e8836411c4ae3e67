"""Small documents for tests, and what came of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from stageline.job import JobRecord
from stageline.journey import records
from stageline.store import FolderStore
from tests.conftest import PLUGINS

RUN = f"""
import json, sys
sys.path.insert(0, {str(PLUGINS)!r})
from flows.run_workflow import run_workflow
job = run_workflow(json.loads(sys.argv[1]), journey_id="JRN")
print(job.id, job.status, flush=True)
"""
OF_RUN = f"""
import json, sys
sys.path.insert(0, {str(PLUGINS)!r})
from prefect.client.orchestration import get_client
from prefect.flow_engine import run_flow
from flows.run_workflow import run_workflow
with get_client(sync_client=True) as client:
    flow_run = client.read_flow_run(sys.argv[1])
parameters = {{"document": json.loads(sys.argv[2]), "journey_id": "JRN"}}
print("ready", flush=True)
sys.stdin.readline()
print(run_flow(run_workflow, flow_run=flow_run, parameters=parameters).id)
"""


def graph(*nodes: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"schema": "workflow/1", "id": "doc", "nodes": list(nodes), **more}


def work(name: str, value: Any = None, *, after: str = "", **more: Any) -> dict[str, Any]:
    """A task that does what ``toys.behave`` says, and gives ``value``."""
    node = {"id": name, "kind": "task", "tool": "work",
            "parameters": {"name": name, "value": value}, **more}  # fmt: skip
    return {**node, "after": [{"node": source} for source in after.split()]} if after else node


def task(name: str, tool: str, *, node: dict[str, Any] | None = None, **parameters: Any) -> Any:
    return {"id": name, "kind": "task", "tool": tool, "parameters": parameters, **(node or {})}


def ref(path: str) -> dict[str, str]:
    return {"ref": path}


def statuses(record: JobRecord) -> dict[str, str]:
    return {step.step_id: step.status for step in record.steps}


def cached(record: JobRecord) -> dict[str, bool]:
    return {step.step_id: step.cached for step in record.steps}


def last(store: FolderStore) -> JobRecord:
    return list(records(store, "JRN"))[-1]


def ran() -> list[str]:
    """What ``work`` nodes ran, in all processes of this test."""
    file = Path("ran.txt")
    return file.read_text().split() if file.exists() else []


def text_of(document: dict[str, Any]) -> str:
    return json.dumps(document)
