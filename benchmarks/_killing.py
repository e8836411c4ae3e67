"""A job in a process of its own, killed at a moment of its life."""

from __future__ import annotations

import os
import signal
import time
from multiprocessing.process import BaseProcess
from pathlib import Path

from stageline.keys import claims_prefix
from stageline.store import FolderStore


def run_killed(
    process: BaseProcess, store: FolderStore, journey: str, stage: str, after: float | None
) -> int | None:
    """Start a process that runs a job, and kill it ``after`` so many seconds from the moment
    that its number was claimed, if it still lives; never where that is None. Its exit code."""
    folder = store.folder / claims_prefix(journey, stage)
    claimed = _count(folder)
    process.start()
    if after is not None:
        while process.is_alive() and _count(folder) == claimed:
            time.sleep(0.001)
        process.join(after)
        if process.is_alive() and process.pid:
            os.kill(process.pid, signal.SIGKILL)
    process.join()
    return process.exitcode


def _count(folder: Path) -> int:
    return sum(path.name[0] != "." for path in folder.iterdir()) if folder.exists() else 0
