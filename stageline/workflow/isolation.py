"""Tools that may hang or eat memory, run in a process of their own that can be killed.

A timeout in a thread does not stop the work; a SIGKILL does. The call costs a Python start
(about a fifth of a second), which the tool process keeps short by importing only the one tool.
It gets a short list of environment variables and those that the tool's ``Traits`` name, so
nothing that handles foreign files sees the credentials of this process.
"""

from __future__ import annotations

import json
import logging
import os
import site
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from stageline.errors import (
    CancelledError,
    CrashedError,
    ResourceError,
    StagelineError,
    StepTimeoutError,
    error_of,
)
from stageline.ports import Tool, as_json
from stageline.processes import Ended, Limits, Running, attend
from stageline.tool_process import HEADER, MAX_RESULT_BYTES

KEPT_VARIABLES = (
    "PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "SSL_CERT_FILE",
    "SSL_CERT_DIR", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "OPENBLAS_CORETYPE",
)  # fmt: skip
TAIL = 2_000
MAX_LINE = 4_000
MEBIBYTE = 1024 * 1024

logger = logging.getLogger(__name__)


class Stopping(Protocol):
    """What tells that a call is to end: ``ports.Stop``, or a ``threading.Event``."""

    def wait(self, timeout: float, /) -> bool: ...


def run_isolated(
    tool: Tool,
    arguments: Mapping[str, Any],
    stop: Stopping,
    timeout: float | None = None,
    note: Callable[[str], None] | None = None,
) -> dict[str, Any]:
    """The outputs of ``tool`` by port, called in a new process with these ``arguments``.

    ``note`` gets what the tool notes and prints, line by line; what it logs is logged here,
    under the same names and in the calling thread. ``timeout`` is in seconds, start included.

    Raises what the tool raised (same category and message), ``InputError`` for wrong arguments,
    ``StepTimeoutError``, ``CancelledError`` once ``stop`` says so, ``ResourceError`` when memory
    ran out or the result is above 64 MB, ``CrashedError`` when the process died otherwise. In
    every case nothing of the process is left.
    """
    conversation = _Conversation(note or getattr(stop, "note", None) or _nowhere)
    deadline = None if timeout is None else time.monotonic() + timeout
    call = json.dumps(_call(tool, arguments)).encode()

    def look() -> None:
        if stop.wait(0):
            raise CancelledError(f"{tool.name} was told to stop.")
        if deadline is not None and time.monotonic() > deadline:
            raise StepTimeoutError(
                f"{tool.name} took longer than {timeout:g} seconds and was killed. Raise its "
                "timeout if it needs more, or give it less."
            )

    look()
    with tempfile.TemporaryDirectory(prefix="stageline-") as folder:
        heard, tell = os.pipe()
        try:
            with _started(tool, tell, folder) as running:
                out, err = running.outputs
                readers = {heard: conversation.hear, out.fileno(): conversation.print,
                           err.fileno(): conversation.print}  # fmt: skip
                ended = attend(running, readers, call, look)
        finally:
            os.close(heard)
    return conversation.outcome(tool.name, ended)


def _nowhere(line: str) -> None:
    logger.debug("%s", line)


def _call(tool: Tool, arguments: Mapping[str, Any]) -> dict[str, Any]:
    levels = {name: logging.getLogger(name or None).level for name in ("", "stageline")}
    return {"name": tool.name, "module": tool.function.__module__, "levels": levels,
            "function": tool.function.__name__, "arguments": as_json(arguments)}  # fmt: skip


def _started(tool: Tool, tell: int, folder: str) -> Running:
    argv = [sys.executable, "-P", "-m", "stageline.tool_process", str(tell)]
    names = (*KEPT_VARIABLES, *tool.traits.environment)
    env = {name: os.environ[name] for name in names if name in os.environ}
    env |= {"PYTHONPATH": os.pathsep.join(_paths()), "PYTHONHASHSEED": "0", "TMPDIR": folder}
    limits = Limits(memory_bytes=tool.traits.memory_mb * MEBIBYTE)
    return Running(argv, cwd=folder, env=env, limits=limits, keep=(tell,))


def _paths() -> list[str]:
    """Where modules are found here and a new Python would not look by itself."""
    default = {sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib")}
    default |= {os.path.join(folder, "lib-dynload") for folder in default}  # noqa: PTH118
    default |= {*site.getsitepackages(), site.getusersitepackages()}
    return [os.path.abspath(path) for path in sys.path if path not in default]  # noqa: PTH100


class _Conversation:
    """What the tool's process says: frames with results and lines, and what it prints."""

    def __init__(self, note: Callable[[str], None]) -> None:
        self._note = note
        self._waiting = bytearray()
        self._printed = b""
        self._tail = ""
        self._result: dict[str, Any] | None = None
        self._error: dict[str, str] | None = None

    def hear(self, piece: bytes) -> None:
        """Take in a piece of frames; ``ResourceError`` for one that is too large."""
        self._waiting += piece
        while len(self._waiting) >= HEADER.size:
            (length,) = HEADER.unpack_from(self._waiting)
            if length > MAX_RESULT_BYTES:
                raise ResourceError(
                    f"The tool returned {length:,} bytes; at most {MAX_RESULT_BYTES:,} are taken. "
                    "Have it return less, or write to the store and return a reference."
                )
            if len(self._waiting) < HEADER.size + length:
                return
            data = bytes(self._waiting[HEADER.size : HEADER.size + length])
            del self._waiting[: HEADER.size + length]
            self._take(json.loads(data))

    def _take(self, message: Mapping[str, Any]) -> None:
        if "log" in message:
            record = logging.makeLogRecord(message["log"])
            record.levelname = logging.getLevelName(record.levelno)
            target = logging.getLogger(record.name)
            if target.isEnabledFor(record.levelno):
                target.handle(record)
        elif "note" in message:
            self._note(message["note"])
        self._result = message.get("result", self._result)
        self._error = message.get("error", self._error)

    def print(self, piece: bytes) -> None:
        """Take in what was printed: whole lines are noted, the last ones kept for messages."""
        *lines, self._printed = (self._printed + piece).split(b"\n")
        self._printed = self._printed[-MAX_LINE:]
        for line in lines:
            text = line[:MAX_LINE].decode("utf-8", "replace")
            self._tail = f"{self._tail}{text}\n"[-TAIL:]
            self._note(text)

    def outcome(self, name: str, ended: Ended) -> dict[str, Any]:
        """The outputs, or the error that says why there are none."""
        if self._error is not None:
            error = error_of(self._error["category"], self._error["message"])  # type: ignore[arg-type]
            if self._error["trace"]:
                error.add_note(f"In the process of {name}:\n{self._error['trace']}")
            raise error
        if self._result is not None and ended.exit_code == 0:
            return self._result
        raise self._death(name, ended)

    def _death(self, name: str, ended: Ended) -> StagelineError:
        tail = (self._tail + self._printed.decode("utf-8", "replace")).strip()
        said = f" Last it said: {tail[-TAIL:]}" if tail else ""
        if ended.failure:
            return ResourceError(f"The process of {name} cannot be started: {ended.failure}.")
        if ended.signal_name == "SIGKILL":
            return ResourceError(
                f"The process of {name} was killed (SIGKILL), most likely for want of memory.{said}"
            )
        if "MemoryError" in tail or "std::bad_alloc" in tail:
            return ResourceError(f"The process of {name} ran out of memory.{said}")
        how = ended.signal_name or f"exit code {ended.exit_code}"
        return CrashedError(f"The process of {name} ended by {how} without a result.{said}")
