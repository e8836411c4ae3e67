"""Tools for tests, found through the entry points of ``tests/plugins``."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stageline.ports import File


@dataclass(frozen=True, slots=True)
class Echo:
    value: Any


@dataclass(frozen=True, slots=True)
class Looked:
    text: str
    mime: str


def echo(value: Any, *, note: str = "") -> Echo:
    """Hand on a value."""
    return Echo(value)


def work(name: str, value: Any = None) -> Echo:
    """Note that it ran, do what ``toys.behave`` said, and hand on a value."""
    from tests.flows import toys  # noqa: PLC0415 - it imports Prefect

    with toys.at_work():
        toys.work(name, "")
    return Echo(value)


def note(name: str, value: Any = None, *, file: str, seconds: float = 0.0) -> Echo:
    """Write a name into a file, work for some time, and hand on a value."""
    with Path(file).open("a") as opened:
        opened.write(f"{name}\n")
    time.sleep(seconds)
    return Echo(value)


def look(file: File) -> Looked:
    """Read a file."""
    return Looked(file.path.read_text(), file.mime)


def stuck(file: str, seconds: float = 60) -> Echo:
    """Hear nothing until the time is over or the file is there."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and not Path(file).exists():
        time.sleep(0.02)
    return Echo(threading.current_thread().name)
