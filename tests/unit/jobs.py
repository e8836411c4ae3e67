"""A job without Prefect: the contract's own functions around three small steps, in a row."""

from __future__ import annotations

import logging
import time
from pathlib import Path
from uuid import uuid4

from stageline import keys
from stageline.capture import Capture
from stageline.claims import claim, this_process
from stageline.execution import Call, execute
from stageline.job import End, JobRecord, Opening, now
from stageline.job_page import job_page
from stageline.journey import open_journey, review
from stageline.step import Findings, Outcome, Source, describe
from stageline.store import FolderStore
from stageline.trail import Places, Trail

log = logging.getLogger("stageline.test")
PAUSE = 0.004


def first(source: Source) -> Outcome[str]:
    return _work("first", source.path, source.path.read_text())


def second(text: str) -> Outcome[str]:
    return _work("second", None, text + "2")


def third(text: str) -> Outcome[str]:
    return _work("third", None, text + "3")


def _work(name: str, path: Path | None, text: str) -> Outcome[str]:
    log.info("computing %s", name)
    with Path("ran.txt").open("a") as file:
        file.write(f"{name}\n")
    time.sleep(PAUSE)
    return Outcome(text, Findings(1))


STEPS = tuple(describe(function) for function in (first, second, third))


def opening(**more: object) -> Opening:
    given = {
        "journey_id": "JRN", "stage_id": "stage", "flow_run_id": str(uuid4()),
        "triggered_by": "test", "steps": tuple(step.step_id for step in STEPS),
        "process": this_process(), "store": "here", "started_at": now(), "purpose": "p",
    }  # fmt: skip
    return Opening(**{**given, **more})  # type: ignore[arg-type]


def start(store: FolderStore, **more: object) -> Trail:
    places, mine = Places.of(store), opening(**more)
    review(places, mine, 3)
    claimed = claim(store, mine)
    open_journey(store, mine.journey_id, "test")
    return Trail(places, claimed.opening, claimed.attempts)


def run(store: FolderStore, path: Path, **more: object) -> JobRecord:
    """Run the three steps as one job."""
    trail = start(store, **more)
    given: object = Source(path, keys.digest_file(path), 3, path.name)
    for step in STEPS:
        capture = Capture(step.step_id, "stage", trail.opening.job_id)
        name = step.inputs[0]
        call = Call(step, {name: given}, {}, {name: str}, store, capture, {})  # type: ignore[dict-item]
        result = execute(call)
        trail.add(result)
        given = result.value
    end = End("completed", now())
    return trail.finish(end, job_page(trail.record(end), trail.reports))
