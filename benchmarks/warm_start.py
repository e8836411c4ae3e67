"""From submit to the first node: python -m benchmarks.warm_start [documents] [gap]

A Prefect server and a task worker (``python -m deployments.warm``) run; documents are submitted
one after the other, each another one, so that nothing is cached. Prints the seconds from the call
of ``submit`` to the moment when the first node began, and to the end of the job. 40 by default.

``gap`` seconds lie between the end of one job and the next submit, none by default: that is the
hardest case, since the server writes what the last job said while it takes the next one.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from deployments.server import running_server
from stageline.job import JobRecord
from stageline.journey import records
from stageline.store import FolderStore
from stageline.trail import read_reports
from tests.s3.servers import free_port

ROOT = Path(__file__).resolve().parents[1]
JOURNEY = "WARM"
TARGET = 1.5


def document(number: int) -> dict[str, Any]:
    nodes = [
        {"kind": "task", "id": name, "tool": "set_values", "parameters": {"values": {"n": number}}}
        for name in ("first", "second")
    ]
    return {"schema": "workflow/1", "id": f"warm_{number}", "nodes": nodes}


def ended(store: FolderStore, count: int) -> JobRecord | None:
    found = [record for record in records(store, JOURNEY) if record.ended_at]
    return found[-1] if len(found) == count else None


def measure(store: FolderStore, number: int) -> tuple[float, float]:
    """Seconds from submit to the first node, and to the end of the job."""
    from deployments.warm import submit  # noqa: PLC0415 - Prefect has its address only now

    begun = time.time()
    submit(document(number), journey_id=JOURNEY, triggered_by="bench", store=str(store.folder))
    until = time.monotonic() + 60
    while not (record := ended(store, number + 1)):
        if time.monotonic() > until:
            raise TimeoutError(f"document {number} did not end in a minute")
        time.sleep(0.2)  # a look costs CPU that the worker needs
    folder = f"journeys/{JOURNEY}/stages/{record.stage_id}/executions/{record.job_id}/"
    starts = [r.execution_summary.start_time for r in read_reports(store, folder).values()]
    first = min(start.timestamp() for start in starts if start)
    assert record.ended_at is not None
    return first - begun, record.ended_at.timestamp() - begun


def show(name: str, seconds: list[float]) -> float:
    ordered = sorted(seconds)
    late = ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))]
    print(
        f"{name:<28} median {statistics.median(ordered):.2f} s   p95 {late:.2f} s   "
        f"max {ordered[-1]:.2f} s"
    )
    return late


def run(count: int, gap: float, folder: Path) -> int:
    with running_server(port=free_port()) as api:
        os.environ["PREFECT_API_URL"] = api
        worker = subprocess.Popen(
            [sys.executable, "-m", "deployments.warm"], cwd=ROOT,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            store = FolderStore(folder / "results")
            measure(store, 0)  # waits for the worker to stand
            found = []
            for number in range(1, count + 1):
                time.sleep(gap)
                found.append(measure(store, number))
        finally:
            worker.terminate()
            worker.wait(20)
    late = show("submit to first node", [first for first, _ in found])
    show("submit to end of job", [end for _, end in found])
    print(f"target: p95 of the first below {TARGET} s: {'met' if late < TARGET else 'MISSED'}")
    return 0


if __name__ == "__main__":
    os.environ["PREFECT_LOGGING_LEVEL"] = "ERROR"
    with tempfile.TemporaryDirectory() as place:
        os.environ["PREFECT_HOME"] = place
        given = [float(text) for text in sys.argv[1:3]]
        documents, gap = (*given, 40, 2)[0], (*given[1:], 0)[0]
        sys.exit(run(int(documents), gap, Path(place)))
