"""Jobs in processes of their own, so that they can be interrupted and killed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from stageline.job import JobRecord
from stageline.journey import records
from stageline.store import FolderStore

ROOT = Path(__file__).resolve().parents[2]
LONG = 90  # seconds after which what a test waits for will not come, on a busy machine either
T = TypeVar("T")
# A test run in the background of a shell ignores SIGINT, and its children inherit that.
INTERRUPTIBLE = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
CALL = "from tests.flows.toys import toy_stage; print(toy_stage(triggered_by='process').id)"
OF_RUN = """
import sys
from prefect.client.orchestration import get_client
from prefect.flow_engine import run_flow
from tests.flows.toys import toy_stage
with get_client(sync_client=True) as client:
    flow_run = client.read_flow_run(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
print(run_flow(toy_stage, flow_run=flow_run, parameters={"triggered_by": "process"}).id)
"""


def start(api: str, code: str = CALL, *arguments: str) -> subprocess.Popen[str]:
    """Start Python on ``code`` in the working directory."""
    environment = {
        **os.environ, "PREFECT_API_URL": api, "PYTHONPATH": str(ROOT),
        "PREFECT_LOGGING_LEVEL": "WARNING",
    }  # fmt: skip
    return subprocess.Popen(
        [sys.executable, "-c", INTERRUPTIBLE + code, *arguments],
        env=environment, stdin=-1, stdout=-1, stderr=-1, text=True,
    )  # fmt: skip


def until(look: Callable[[], T], seconds: float = LONG) -> T:
    """What ``look`` gives as soon as it gives something; an error if it never does."""
    end = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < end, f"waited {seconds} s in vain"
        time.sleep(0.1)
    return found


def reached(step: str) -> bool:
    """Whether a step has begun."""
    file = Path("ran.txt")
    return file.exists() and step in file.read_text().split()


def only(store: FolderStore) -> JobRecord:
    (record,) = records(store, "JRN")
    return record
