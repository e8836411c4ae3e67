"""What running a document costs: python -m benchmarks.workflow_overhead [runs]

A document against a hand-written Prefect flow of the same shape: the same tool in every node,
each of which takes the values of two nodes of the layer before (futures passed as arguments).
CPU seconds of this process, medians of runs taken in turns, on one server; threads while the
document runs; and a document of 1,000 nodes to its end on SQLite, with the server's CPU.
Targets: ratio 1.15 at 10 nodes, 1.0 at 200; threads at most max_parallel + 20.
"""

from __future__ import annotations

import gc
import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

os.environ["PREFECT_LOGGING_LEVEL"] = "ERROR"  # read at import

from prefect import flow, task
from prefect.settings import PREFECT_API_URL, PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

from deployments.server import running_server
from flows.run_workflow import run_workflow
from stageline.store import FolderStore
from stageline.tools.set_values import set_values
from stageline.workflow import check
from stageline.workflow.snapshot import save
from tasks.contract import side_by_side
from tests.s3.servers import free_port

WIDTH, MAX_PARALLEL = 5, 8
TARGETS = {10: 1.15, 200: 1.0}


def document(count: int) -> dict[str, Any]:
    """Layers of ``WIDTH`` nodes; what is put in at the first differs from run to run."""
    nodes = [
        {"id": f"n{number}", "kind": "task", "tool": "set_values", "parameters": {"values": values}}
        for number in range(count)
        for values in [_values(*layer_before(number))]
    ]
    return {"schema": "workflow/1", "id": f"shape{count}", "nodes": nodes,
            "inputs": {"run": {"type": "string"}}, "outputs": {"n": count}}  # fmt: skip


def _values(*sources: int) -> dict[str, Any]:
    if not sources:
        return {"run": {"ref": "inputs.run"}}
    above, beside = sources
    return {"run": {"ref": f"n{above}.values.run"}, "too": {"ref": f"n{beside}.values.run"}}


def layer_before(number: int) -> tuple[int, ...]:
    """A node's sources: the one above, and its right neighbour."""
    if number < WIDTH:
        return ()
    row, place = divmod(number, WIDTH)
    return ((row - 1) * WIDTH + place, (row - 1) * WIDTH + (place + 1) % WIDTH)


@task(persist_result=False)
def begin(run: str) -> dict[str, Any]:
    return dict(set_values({"run": run}).values)


@task(persist_result=False)
def go_on(above: dict[str, Any], beside: dict[str, Any]) -> dict[str, Any]:
    return dict(set_values({"run": above["run"], "too": beside["run"]}).values)


def by_hand(count: int) -> Callable[[], Any]:
    @flow(task_runner=side_by_side(MAX_PARALLEL), persist_result=False)
    def written(run: str) -> int:
        futures: list[Any] = []
        for number in range(count):
            sources = [futures[before] for before in layer_before(number)]
            futures.append(go_on.submit(*sources) if sources else begin.submit(run))
        for future in futures:
            future.result()
        return count

    return lambda: written(str(uuid4()))


def from_document(count: int, store: FolderStore) -> Callable[[], Any]:
    digest = save(store, check(document(count)).require())
    return lambda: run_workflow(
        digest, {"run": str(uuid4())}, f"bench{count}", "bench", str(store.folder),
        max_parallel=MAX_PARALLEL,
    )  # fmt: skip


def cpu(call: Callable[[], Any]) -> float:
    gc.collect()
    began = time.process_time()
    call()
    return time.process_time() - began


def compare(count: int, runs: int, store: FolderStore) -> bool:
    hand, ours = by_hand(count), from_document(count, store)
    cpu(hand), cpu(ours)
    pairs = [(cpu(hand), cpu(ours)) for _ in range(runs)]
    one, other = (statistics.median(column) for column in zip(*pairs, strict=True))
    best = min(o for _, o in pairs) / min(h for h, _ in pairs)
    print(f"{count:>5} nodes: by hand {one * 1e3:.1f} ms, document {other * 1e3:.1f} ms, "
          f"ratio {other / one:.2f} (target {TARGETS[count]}), of the best {best:.2f}")  # fmt: skip
    return other / one <= TARGETS[count]


def count_threads(call: Callable[[], Any]) -> int:
    """The most threads that there were beside those of before."""
    before, most, over = threading.active_count(), 0, threading.Event()

    def look() -> None:
        nonlocal most
        while not over.wait(0.002):
            most = max(most, threading.active_count() - before - 1)

    watcher = threading.Thread(target=look)
    watcher.start()
    call()
    over.set()
    watcher.join()
    return most


def server_seconds(port: int) -> float:
    """CPU seconds of the processes that listen at a port, by their command lines."""
    ticks = 0
    for folder in Path("/proc").iterdir():
        try:
            if f"\0{port}\0".encode() in (folder / "cmdline").read_bytes():
                ticks += sum(
                    map(int, (folder / "stat").read_text().rpartition(")")[2].split()[11:15])
                )
        except (OSError, ValueError):
            continue
    return ticks / os.sysconf("SC_CLK_TCK")


def main() -> int:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    with tempfile.TemporaryDirectory() as folder:
        os.environ["PREFECT_HOME"] = f"{folder}/prefect"
        port = free_port()
        settings = {PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}
        with (
            running_server(port=port) as api,
            temporary_settings({PREFECT_API_URL: api, **settings}),
        ):
            store = FolderStore(f"{folder}/results")
            good = [compare(count, runs, store) for count in TARGETS]
            threads = count_threads(from_document(200, store))
            print(f"  200 nodes: {threads} threads more (target {MAX_PARALLEL + 20})")
            large, began, busy = from_document(1000, store), time.monotonic(), server_seconds(port)
            used = cpu(large)
            took = time.monotonic() - began
            print(f" 1000 nodes: {took:.1f} s, CPU {used:.1f} s here and "
                  f"{server_seconds(port) - busy:.1f} s in the server")  # fmt: skip
    return int(not (all(good) and threads <= MAX_PARALLEL + 20))


if __name__ == "__main__":
    sys.exit(main())
