"""How soon jobs are seen and ended: python -m benchmarks.workflow_live [jobs] [cancels]

One Prefect server on SQLite; the jobs run in processes of their own. For the delay of live
messages, ``stream`` listens to documents of 20 nodes that take 50 ms each; a delay is from the
time that a message bears to its arrival. For cancels, a directly called flow runs a command, and
the time is from the call of ``deployments.jobs.cancel`` to the end of the command's process.
20 jobs and 30 cancels by default. Targets: 95 % of the messages in 200 ms, of the cancels in 2 s.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from uuid import UUID

from deployments.server import running_server
from tests.s3.servers import free_port

MESSAGE_TARGET, CANCEL_TARGET, LIMIT = 0.2, 2.0, 120
_context = get_context("forkserver")


def run(flow_run: str, document: dict[str, Any], store: str) -> None:
    """The child: one job, as the flow run that was made for it, without its console."""
    from prefect.client.orchestration import get_client  # noqa: PLC0415
    from prefect.flow_engine import run_flow  # noqa: PLC0415

    from flows.run_workflow import run_workflow  # noqa: PLC0415

    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    with get_client(sync_client=True) as client:
        made = client.read_flow_run(UUID(flow_run))
    given = {"document": document, "journey_id": "LIVE", "store": store}
    run_flow(run_workflow, flow_run=made, parameters=given)


def begin(document: dict[str, Any], store: str) -> tuple[str, Any]:
    """Make a flow run, and the process that runs it when it is started."""
    from prefect.client.orchestration import get_client  # noqa: PLC0415

    from flows.run_workflow import run_workflow  # noqa: PLC0415

    with get_client(sync_client=True) as client:
        made = client.create_flow_run(run_workflow, parameters={"document": "x"})
    return str(made.id), _context.Process(target=run, args=(str(made.id), document, store))


def node(name: str, tool: str, **parameters: Any) -> dict[str, Any]:
    return {"id": name, "kind": "task", "tool": tool, "parameters": parameters, "cache": False}


async def delays(document: dict[str, Any], store: str) -> list[float]:
    """The delays in seconds of all messages of one job."""
    from deployments.stream import stream  # noqa: PLC0415

    found: list[float] = []
    flow_run, process = begin(document, store)

    async def listen() -> None:
        async for message in stream(flow_run):
            sent = datetime.fromisoformat(message["timestamp"])
            found.append((datetime.now(UTC) - sent).total_seconds())

    listening = asyncio.create_task(listen())
    await asyncio.sleep(1)
    process.start()
    await asyncio.wait_for(listening, LIMIT)
    await asyncio.to_thread(process.join)
    return found


def cancel_once(folder: Path, number: int) -> float:
    """The seconds from a cancel to the end of the command."""
    from deployments.jobs import cancel  # noqa: PLC0415

    file = folder / f"pid{number}"
    argv = ["sh", "-c", f"echo $$ > {file}; exec sleep 600"]
    document = {"schema": "workflow/1", "id": "live",
                "nodes": [node("command", "run_command", argv=argv)]}  # fmt: skip
    flow_run, process = begin(document, str(folder / "results"))
    process.start()
    while not (file.exists() and file.read_text().strip()):
        time.sleep(0.01)
    time.sleep(0.05 * (number % 20))  # at all phases of what looks at the state
    pid = int(file.read_text())
    began = time.monotonic()
    cancel(UUID(flow_run))
    while Path(f"/proc/{pid}").exists():
        time.sleep(0.005)
    took = time.monotonic() - began
    process.join()
    return took


def report(what: str, seconds: list[float], target: float) -> bool:
    worst = statistics.quantiles(seconds, n=20)[-1]
    print(f"{what:<28}{len(seconds):>6}  median {statistics.median(seconds) * 1e3:7.0f} ms  "
          f"p95 {worst * 1e3:7.0f} ms  longest {max(seconds) * 1e3:7.0f} ms  "
          f"(target {target * 1e3:.0f} ms)", flush=True)  # fmt: skip
    return worst < target


def main() -> int:
    jobs = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    cancels = int(sys.argv[2]) if len(sys.argv) > 2 else 30
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["PREFECT_HOME"] = f"{name}/prefect"
        os.environ["PREFECT_LOGGING_LEVEL"] = "CRITICAL"
        with running_server(port=free_port()) as api:
            os.environ["PREFECT_API_URL"] = api
            _context.set_forkserver_preload(["flows.run_workflow"])
            nodes = [node(f"n{k}", "sleep", seconds=0.05) for k in range(20)]
            document = {"schema": "workflow/1", "id": "live", "nodes": nodes}
            store = str(folder / "results")
            asyncio.run(delays(document, store))  # the fork server imports
            found = [d for _ in range(jobs) for d in asyncio.run(delays(document, store))]
            good = report("delay of a message", found, MESSAGE_TARGET)
            ends = [cancel_once(folder, number) for number in range(cancels)]
            good &= report("cancel to end of command", ends, CANCEL_TARGET)
    return int(not good)


if __name__ == "__main__":
    sys.exit(main())
