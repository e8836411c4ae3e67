"""A tool for tests that runs in a process of its own, and hangs there."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

from stageline.ports import Traits

TRAITS = Traits(isolated=True)


@dataclass(frozen=True, slots=True)
class Hung:
    pid: int


def hang(file: str) -> Hung:
    """Write the process id into a file, then sleep for very long."""
    Path(file).write_text(str(os.getpid()))
    time.sleep(600)
    return Hung(os.getpid())
