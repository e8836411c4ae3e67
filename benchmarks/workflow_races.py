"""Starts of one flow run at the same moment: python -m benchmarks.workflow_races [rounds] [jobs]

Rounds of racing claims by processes that wait for each other, on a folder and on an S3 server
(moto); then whole jobs: processes that were given the same flow run, whose nodes write down that
they ran. Prints how many starts there were, and how often a round had not exactly one winner, or
a node of a job ran twice. Both must be 0. 250 rounds of 4 starts and 20 jobs by default.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any
from uuid import UUID

from deployments.server import running_server
from stageline.claims import AlreadyRunningError, claim, this_process
from stageline.job import Opening, now
from stageline.store import FolderStore
from tests.flows.graphs import OF_RUN, graph, task
from tests.s3.servers import Server, free_port, moto

RACERS, JOB_RACERS, LIMIT = 4, 2, 120


def race(place: Server | str, rounds: int, start: Barrier, won: Any) -> None:
    """One racer: in each round it claims the flow run of that round when all are ready."""
    store = FolderStore(place) if isinstance(place, str) else place.store("races")
    for number in range(rounds):
        opening = Opening(
            journey_id=f"RACE{number // 10}", stage_id="run_workflow",
            flow_run_id=str(UUID(int=number + 1)), triggered_by="benchmark", steps=("a",),
            process=this_process(), store=store.uri, started_at=now(), purpose="p",
        )  # fmt: skip
        start.wait(LIMIT)
        try:
            claim(store, opening)
        except AlreadyRunningError:
            continue
        with won.get_lock():
            won[number] += 1


def claims(place: Server | str, rounds: int) -> int:
    """How many rounds had not exactly one winner; those that had several are told."""
    context = get_context("spawn")
    start, won = context.Barrier(RACERS), context.Array("i", rounds)
    racers = [context.Process(target=race, args=(place, rounds, start, won)) for _ in range(RACERS)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    if several := sum(count > 1 for count in won):
        print(f"{several} rounds had several winners")
    return sum(count != 1 for count in won)


def whole_jobs(folder: Path, jobs: int, api: str) -> int:
    """In how many jobs a node ran twice, or not at all."""
    from prefect.client.orchestration import get_client  # noqa: PLC0415 - not for the racers

    from flows.run_workflow import run_workflow  # noqa: PLC0415

    wrong = 0
    for number in range(jobs):
        here = folder / f"job{number}"
        here.mkdir()
        argv = ["sh", "-c", "echo $0 >> ran.txt; sleep 0.5"]
        nodes = [task(name, "run_command", argv=[*argv, name], cwd=str(here)) for name in "abc"]
        with get_client(sync_client=True) as client:
            run = client.create_flow_run(run_workflow, parameters={"document": "x"})
        given = (here, api, str(run.id), json.dumps(graph(*nodes)))
        racers = [_start(*given) for _ in range(JOB_RACERS)]
        for racer in racers:
            assert racer.stdout and racer.stdout.readline() == "ready\n"
        for racer in racers:
            assert racer.stdin
            racer.stdin.write("go\n")
            racer.stdin.flush()
        for racer in racers:
            racer.communicate(timeout=LIMIT)
        wrong += Counter((here / "ran.txt").read_text().split()) != {"a": 1, "b": 1, "c": 1}
    return wrong


def _start(folder: Path, api: str, *arguments: str) -> subprocess.Popen[str]:
    root = str(Path(__file__).resolve().parents[1])
    environment = {**os.environ, "PREFECT_API_URL": api, "PYTHONPATH": root}
    return subprocess.Popen(
        [sys.executable, "-c", OF_RUN, *arguments], cwd=folder, env=environment, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def main() -> int:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 250
    jobs = int(sys.argv[2]) if len(sys.argv) > 2 else 20
    os.environ["PREFECT_LOGGING_LEVEL"] = "CRITICAL"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        wrong = _report("a folder", rounds, claims(f"{name}/claims", rounds))
        with moto() as server:
            wrong += _report("S3 (moto)", rounds, claims(server, rounds))
        os.environ["PREFECT_HOME"] = f"{name}/prefect"
        with running_server(port=free_port()) as api:
            os.environ["PREFECT_API_URL"] = api
            began = time.monotonic()
            twice = whole_jobs(folder, jobs, api)
            print(f"{jobs * JOB_RACERS} processes given {jobs} flow runs: {twice} jobs with a node "
                  f"that did not run exactly once ({time.monotonic() - began:.0f} s)")  # fmt: skip
    return int(bool(wrong or twice))


def _report(where: str, rounds: int, wrong: int) -> int:
    print(f"{rounds * RACERS:,} starts of {rounds:,} flow runs on {where}: {wrong} without exactly "
          "one winner", flush=True)  # fmt: skip
    return wrong


if __name__ == "__main__":
    sys.exit(main())
