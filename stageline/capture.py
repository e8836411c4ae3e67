"""What surrounds a step's function: its log lines, its times, its memory.

Lines are found through stdlib ``logging`` and told apart by a context variable, so steps that
run side by side in threads never mix theirs. A thread that a step starts itself must be started
with ``contextvars.copy_context().run`` for its lines to be kept.
"""

from __future__ import annotations

import logging
import resource
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from stageline.job import LogEntry, now
from stageline.redaction import Redactor

MAX_ENTRIES = 10_000
"""Lines kept of one step, and handed on while it runs; what comes after is counted, and the count
is the last line."""

_FOREIGN = ("prefect", "httpx", "httpcore", "websockets", "asyncio", "botocore", "urllib3",
            "apprise")  # fmt: skip
_STATUS_FILE = Path("/proc/self/status")


@dataclass(slots=True)
class Capture:
    """The lines and measures of one step, over all tries. ``forward`` gets each line as well."""

    step_id: str
    stage_id: str
    job_id: str
    redactor: Redactor = field(default_factory=Redactor)
    forward: Callable[[int, str], None] | None = None
    entries: list[LogEntry] = field(default_factory=list)
    dropped: int = 0
    started: datetime | None = None
    ended: datetime | None = None
    wall_seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_memory_bytes: int = 0
    tries: int = 0

    def add(self, level: int, message: str, **details: Any) -> None:
        """Keep a line, secrets removed."""
        if len(self.entries) >= MAX_ENTRIES:
            self.dropped += 1
            if self.forward and self.dropped == 1:
                self.forward(
                    logging.WARNING, f"Of more than {MAX_ENTRIES:,} lines no more is told."
                )
            return
        text = self.redactor.redact(message)
        self.entries.append(self._entry(now(), level, text, details))
        if self.forward:
            self.forward(level, text)

    def lines(self) -> tuple[LogEntry, ...]:
        """The lines kept, and one that says how many were not."""
        if not self.dropped:
            return tuple(self.entries)
        text = f"{self.dropped:,} further lines were not kept (at most {MAX_ENTRIES:,} a step)."
        return (*self.entries, self._entry(now(), logging.WARNING, text, {}))

    def _entry(self, at: datetime, level: int, message: str, details: dict[str, Any]) -> LogEntry:
        name = logging.getLevelName(level)
        return LogEntry(at, name, message, self.step_id, self.stage_id, self.job_id, details)


_current: ContextVar[Capture | None] = ContextVar("stageline_capture", default=None)


class _Handler(logging.Handler):
    """Gives each line to the capture of the context that logged it."""

    def emit(self, record: logging.LogRecord) -> None:
        capture = _current.get()
        if capture is None or record.name.split(".", 1)[0] in _FOREIGN:
            return
        details: dict[str, Any] = {"logger": record.name}
        if record.exc_info and record.exc_info[0]:
            text = "".join(traceback.format_exception(*record.exc_info))
            details["traceback"] = capture.redactor.redact(text)
        at = datetime.fromtimestamp(record.created, UTC)
        details["logged_at"] = at.isoformat()
        capture.add(record.levelno, record.getMessage(), **details)


_handler = _Handler()
_lock = threading.Lock()
_open = 0


@contextmanager
def _listening() -> Iterator[None]:
    """Listen at the root logger while any capture is open, and at no other time."""
    global _open  # noqa: PLW0603 - one handler serves all captures of the process
    with _lock:
        if _open == 0:
            logging.getLogger().addHandler(_handler)
        _open += 1
        core = logging.getLogger("stageline")
        if core.level == logging.NOTSET:
            core.setLevel(logging.INFO)
    try:
        yield
    finally:
        with _lock:
            _open -= 1
            if _open == 0:
                logging.getLogger().removeHandler(_handler)


@contextmanager
def capturing(capture: Capture) -> Iterator[Capture]:
    """Collect into ``capture`` what happens inside; times of several tries add up."""
    token = _current.set(capture)
    wall, cpu = time.perf_counter(), time.thread_time()
    capture.started = capture.started or now()
    capture.tries += 1
    try:
        with _listening():
            yield capture
    finally:
        _current.reset(token)
        capture.ended = now()
        capture.wall_seconds += time.perf_counter() - wall
        capture.cpu_seconds += time.thread_time() - cpu
        capture.peak_memory_bytes = peak_memory()


def peak_memory() -> int:
    """The highest resident size of this process so far, in bytes.

    On Linux this is VmHWM, since ``ru_maxrss`` is inherited from the parent at a fork.
    """
    try:
        status = _STATUS_FILE.read_bytes()
    except OSError:
        status = b""  # not Linux: the portable measure below
    _, found, rest = status.partition(b"VmHWM:")
    if found:
        return int(rest.split(None, 1)[0]) * 1024
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
