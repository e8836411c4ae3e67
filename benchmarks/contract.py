"""What the job contract costs: python benchmarks/contract.py [dump.sql ...]

The five steps of raw_analysis as a bare Prefect flow, against the same steps as a job in a
folder store; CPU seconds of this process, medians of runs taken in turns, on one private server.
Also the writes of a job. Targets: 1.5 with empty steps, 1.1 on a real dump, 3n + 3 writes.
"""

# Step functions have inputs that empty ones do not use.
# ruff: noqa: ARG001

from __future__ import annotations

import gc
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ["PREFECT_LOGGING_LEVEL"] = "ERROR"  # read at import

from prefect import flow, task
from prefect.settings import (
    PREFECT_FLOWS_HEARTBEAT_FREQUENCY,
    temporary_settings,
)
from prefect.testing.utilities import prefect_test_harness
from prefect.utilities.annotations import quote

from stageline.job import JobRecord
from stageline.keys import digest_file
from stageline.schema import steps
from stageline.step import Findings, Outcome, Source
from stageline.store import FolderStore
from stageline.trail import Places
from stageline.view import Presentation
from tasks.contract import run_job, side_by_side
from tasks.parameters import checked_flow
from tasks.plan import Plan, plan
from tasks.request import Request
from tasks.schedule import run_steps
from tasks.step import step

RUNS = 15
PARSE, RELATE, TYPE, RULE, ASSESS = (
    steps.schema_parsing, steps.relationship_discovery, steps.data_type_analysis,
    steps.business_rules_extraction, steps.complexity_assessment,
)  # fmt: skip


def empty_parse(source: Source) -> Outcome[str]:
    return Outcome("parsed", Findings())


def empty_relate(schema: str) -> Outcome[str]:
    return Outcome("related", Findings())


def empty_type(schema: str) -> Outcome[str]:
    return Outcome("typed", Findings())


def empty_rule(schema: str) -> Outcome[str]:
    return Outcome("ruled", Findings())


def empty_assess(schema: str, a: str, b: str, c: str) -> Outcome[str]:
    return Outcome("assessed", Findings())


EMPTY = (empty_parse, empty_relate, empty_type, empty_rule, empty_assess)
REAL = (PARSE, RELATE, TYPE, RULE, ASSESS)


def wired(functions: tuple[Callable[..., Outcome[Any]], ...]) -> Plan:
    parse, *side, last = functions
    names = [function.__name__ for function in functions]
    return plan(
        "bench",
        (step(parse), "source"),
        *((step(function), names[0]) for function in side),
        (step(last), *names[:4]),
        sources=("source",),
    )


def bare_flow(functions: tuple[Callable[..., Outcome[Any]], ...]) -> Callable[[Source], Any]:
    """The same steps, in the same shape, without the contract.

    Values are handed over quoted, as the job does: else Prefect walks through each of them,
    which costs more than the steps themselves and would flatter the contract.
    """
    parse, *side, last = [task(function, persist_result=False) for function in functions]

    @flow(name="bare", task_runner=side_by_side(), persist_result=False)
    def bare(path: str) -> int:
        source = Source(Path(path), digest_file(Path(path)), Path(path).stat().st_size, path)
        first = parse.submit(source).result().value
        beside = [one.submit(quote(first)) for one in side]
        last.submit(quote(first), *(quote(future.result().value) for future in beside)).result()
        return 0

    return lambda source: bare(str(source.path))


def with_page(values: Any, record: JobRecord) -> Presentation:
    return Presentation(b"page")


def job_flow(wiring: Plan, store: FolderStore, refresh: bool = True) -> Callable[[Source], Any]:
    places = Places.of(store)

    @checked_flow(name="job", task_runner=side_by_side())
    def job(path: str) -> Any:
        source = Source(Path(path), digest_file(Path(path)), Path(path).stat().st_size, path)
        refreshed = frozenset(wiring.steps) if refresh else frozenset[str]()
        request = Request("bench", "bench", places, {"source": source}, {}, refreshed, 3)
        return run_job(wiring, request, run_steps, with_page)

    return lambda source: job(str(source.path))


def cpu(call: Callable[[Source], Any], source: Source) -> float:
    gc.collect()
    began = time.process_time()
    call(source)
    return time.process_time() - began


class CountingStore(FolderStore):
    writes = 0

    def put(self, key: str, data: bytes, content_type: str | None = None) -> None:
        self.writes += 1
        super().put(key, data, content_type)

    def create(self, key: str, data: bytes) -> bool:
        self.writes += 1
        return super().create(key, data)


def compare(
    name: str, functions: tuple[Callable[..., Outcome[Any]], ...], path: Path, runs: int
) -> None:
    source = Source(path, digest_file(path), path.stat().st_size, str(path))
    with tempfile.TemporaryDirectory() as folder:
        store = CountingStore(folder)
        bare, job = bare_flow(functions), job_flow(wired(functions), store)
        cpu(bare, source), cpu(job, source)  # imports and adapters
        store.writes = 0
        pairs = []
        for _ in range(runs):
            shutil.rmtree(store.folder / "journeys/bench/stages")  # each job is the first
            pairs.append((cpu(bare, source), cpu(job, source)))
        columns = list(zip(*pairs, strict=True))
        (without, with_contract), (least, most) = (
            [measure(column) for column in columns] for measure in (statistics.median, min)
        )
        print(
            f"{name:<42} bare {without * 1e3:8.1f} ms   job {with_contract * 1e3:8.1f} ms   "
            f"ratio {with_contract / without:5.2f}, of the best {most / least:5.2f}   "
            f"writes a job {store.writes / runs:.1f}"
        )


def main() -> None:
    settings = {PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}
    with prefect_test_harness(server_startup_timeout=120), temporary_settings(settings):
        root = Path(__file__).resolve().parents[1]
        example = root / "examples" / "telecom_billing.sql"
        compare("five empty steps", EMPTY, example, RUNS)
        for path in [example, *map(Path, sys.argv[1:])]:
            compare(f"raw_analysis of {path.name}", REAL, path, RUNS)


if __name__ == "__main__":
    main()
