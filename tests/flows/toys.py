"""A stage of five small steps shaped like raw_analysis.

What they do beside their work stands in ``behave.json`` of the working directory (written by
``behave``), so that it is no part of a content key: a job can fail, and be run again.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from prefect import flow

from stageline.errors import DependencyError, InputError
from stageline.step import Findings, Outcome, Source
from stageline.view import Job
from tasks.contract import run_job, side_by_side
from tasks.plan import plan
from tasks.request import requested
from tasks.schedule import run_steps
from tasks.step import step

log = logging.getLogger("stageline.toys")
RAN: list[str] = []
FLAKY = {"failures": 0}


def fail(name: str) -> None:
    raise InputError(f"{name} says no to hunter-canary")


def break_(name: str) -> None:
    raise ZeroDivisionError(name)


def flake(name: str) -> None:
    FLAKY["failures"] += 1
    if FLAKY["failures"] < 3:
        raise DependencyError(f"{name} does not answer (try {FLAKY['failures']})")


def wait(name: str) -> None:
    """Wait for the file ``go``, at most 30 seconds."""
    until = time.monotonic() + 30
    while not Path("go").exists() and time.monotonic() < until:
        time.sleep(0.02)


def die(name: str) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def leave(name: str) -> None:
    raise SystemExit(3)


def mumble(name: str) -> None:
    raise InputError("half \udfff")


def sleep(name: str) -> None:
    time.sleep(3)


def chat(name: str) -> None:
    for line in range(40):
        log.info("%s line %d", name, line)
        time.sleep(0.001)


DEEDS: dict[str, Callable[[str], None]] = {
    "fail": fail, "break": break_, "flake": flake, "wait": wait, "die": die, "sleep": sleep,
    "chat": chat, "leave": leave, "mumble": mumble,
}  # fmt: skip


def behave(**deeds: str) -> None:
    """Tell steps, by name, what to do from now on."""
    Path("behave.json").write_text(json.dumps(deeds))


def work(name: str, value: str) -> Outcome[str]:
    log.info("%s works", name)
    RAN.append(name)
    with Path("ran.txt").open("a") as file:
        file.write(f"{name}\n")
    told = Path("behave.json")
    deeds = json.loads(told.read_text()) if told.exists() else {}
    if name in deeds:
        DEEDS[deeds[name]](name)
    return Outcome(value, Findings(1, {"counts": {"length": len(value)}}, (f"{name} is done.",)))


AT_WORK = {"now": 0, "most": 0}
_lock = threading.Lock()


@contextmanager
def at_work() -> Iterator[None]:
    """Count how many work side by side."""
    with _lock:
        AT_WORK["now"] += 1
        AT_WORK["most"] = max(AT_WORK.values())
    try:
        yield
    finally:
        with _lock:
            AT_WORK["now"] -= 1


def root(source: Source, *, text: str = "") -> Outcome[str]:
    """Begin."""
    return work("root", source.path.read_text() + text)


def left(value: str) -> Outcome[str]:
    """Go left."""
    return work("left", value + "l")


def middle(value: str) -> Outcome[str]:
    """Go on."""
    return work("middle", value + "m")


def right(value: str, *, text: str = "") -> Outcome[str]:
    """Go right."""
    return work("right", value + "r" + text)


def end(a: str, b: str, c: str) -> Outcome[str]:
    """Come together."""
    return work("end", a + b + c)


POLICY = {"retries": 2, "retry_delay_seconds": (0.01, 0.01)}
STEPS = (
    (step(root, **POLICY), "source"),
    (step(left, **POLICY), "root"),
    (step(middle, **POLICY), "root"),
    (step(right, timeout_seconds=1, **POLICY), "root"),
    (step(end, **POLICY), "left", "middle", "right"),
)
PLAN = plan("toy_stage", *STEPS, sources=("source",))


def stage(
    source: str = "in.txt",
    journey_id: str = "JRN",
    triggered_by: str = "test",
    text: str = "",
    store: str | None = None,
    refresh_from: str | None = None,
    max_attempts: int = 3,
) -> Job:
    """Five small steps."""
    with requested(
        PLAN,
        sources={"source": source},
        journey_id=journey_id,
        triggered_by=triggered_by,
        options={"text": text},
        store=store,
        refresh_from=refresh_from,
        max_attempts=max_attempts,
    ) as request:
        return run_job(PLAN, request, run_steps)


toy_stage = flow(name="toy_stage", task_runner=side_by_side(), persist_result=False)(stage)
toy_stage_that_retries = flow(
    name="toy_stage_that_retries", task_runner=side_by_side(), persist_result=False, retries=1
)(stage)
