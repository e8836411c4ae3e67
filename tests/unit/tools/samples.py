"""What several tests of tools need: a way to stop, files, processes that carry a mark."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from stageline.keys import digest_file
from stageline.ports import LocalFile


class Told(threading.Event):
    """The service ``Stop``; ``lines`` is what was noted."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def note(self, line: str) -> None:
        self.lines.append(line)

    def after(self, seconds: float) -> Told:
        """Be told to stop some seconds from now."""
        timer = threading.Timer(seconds, self.set)
        timer.daemon = True
        timer.start()
        return self


def local(path: Path) -> LocalFile:
    return LocalFile(path, path.name, digest_file(path), path.stat().st_size)


def alive(mark: str) -> list[int]:
    """The processes that have ``mark`` among their arguments, zombies left out."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                if mark in (folder / "cmdline").read_bytes().decode("utf-8", "replace"):
                    found.append(int(folder.name))
            except OSError:
                continue  # it ended meanwhile
    return found


def wait_until(condition, seconds: float = 20) -> bool:
    """Whether ``condition()`` comes true in time; the time is only a guard."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.02)
    return False
