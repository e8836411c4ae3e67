"""Commands that leave nothing behind: limits, capped time, and a whole family killed at its end.

Between this process and the command stands ``stageline/supervisor.py``. It kills the command
and all that it started when the command ends, when it is told to, and when this process dies,
even by SIGKILL. This is no sandbox: a command has the rights of the user who runs it.
"""

from __future__ import annotations

import marshal
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from types import TracebackType
from typing import IO, Self

from stageline import supervisor
from stageline.errors import ResourceError

TICK_SECONDS = 0.05
POLITE_SECONDS, GRACE_SECONDS = 0.5, 4.0
PIECE = 65_536
_LIBRARIES = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")  # a Python may need them to start at all


@dataclass(frozen=True, slots=True)
class Limits:
    """What a command may use; ``None`` leaves what the system gives.

    ``memory_bytes`` is address space of each process. ``processes`` counts all that the command
    started and is looked at 20 times a second, so it bounds what stays, not a moment's burst.
    """

    cpu_seconds: int | None = None
    memory_bytes: int | None = None
    file_bytes: int | None = None
    open_files: int | None = None
    processes: int | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended. ``exit_code`` is minus the signal's number if a signal ended it.

    ``failure`` says why it could not be started, ``too_many`` that it had too many processes.
    """

    exit_code: int | None
    failure: str | None = None
    too_many: bool = False

    @property
    def signal_name(self) -> str | None:
        if self.exit_code is None or self.exit_code >= 0:
            return None
        try:
            return signal.Signals(-self.exit_code).name
        except ValueError:
            return f"signal {-self.exit_code}"  # a real-time signal has no name


class Running:
    """A started command; leaving the context kills what is left of it."""

    def __init__(
        self,
        argv: Sequence[str],
        *,
        cwd: str,
        env: Mapping[str, str],
        limits: Limits,
        keep: Sequence[int] = (),
    ) -> None:
        """Start ``argv``; the descriptors ``keep`` are handed to it, and closed here."""
        told, self._control = os.pipe()
        self.status, tell = os.pipe()
        try:
            self._supervisor = _start(told, tell, keep)
        except OSError as error:
            os.close(self._control)
            os.close(self.status)
            raise ResourceError(f"No process can be started: {error}.") from error
        finally:
            for descriptor in (told, tell, *keep):
                os.close(descriptor)
        wanted = {name: n for name, n in asdict(limits).items() if n is not None}
        job = {"argv": [*argv], "cwd": cwd, "env": {**env}, "limits": wanted, "keep": [*keep]}
        self._messages = b""
        data = marshal.dumps(job)
        self._send(len(data).to_bytes(4, "big") + data)

    def _send(self, data: bytes) -> None:
        try:
            while data:
                data = data[os.write(self._control, data) :]
        except BrokenPipeError:
            pass  # the supervisor was killed; ``ended`` tells

    @property
    def stdin(self) -> IO[bytes]:
        assert self._supervisor.stdin  # noqa: S101 - a pipe was asked for
        return self._supervisor.stdin

    @property
    def outputs(self) -> tuple[IO[bytes], IO[bytes]]:
        """Standard output and standard error."""
        assert self._supervisor.stdout  # noqa: S101
        assert self._supervisor.stderr  # noqa: S101
        return self._supervisor.stdout, self._supervisor.stderr

    def hear(self, piece: bytes) -> None:
        """Take in what came through ``status``."""
        self._messages += piece

    def ended(self) -> Ended:
        """How it ended, when ``status`` has ended; exit code ``None`` if nobody can tell."""
        said = self._said()
        code = os.waitstatus_to_exitcode(int(said["status"])) if "status" in said else None
        return Ended(code, said.get("failed"), said.get("ended") == "processes")

    def _said(self) -> dict[str, str]:
        lines = self._messages.decode("utf-8", "replace").splitlines()
        return {name: rest for name, _, rest in (line.partition(" ") for line in lines)}

    def kill(self) -> None:
        """Kill the command and all it started; return when they are gone."""
        if self._control >= 0:
            os.close(self._control)
            self._control = -1
        if self._has_ended(POLITE_SECONDS):
            return
        # A fork of this process may hold the pipe open, or the command may have stopped it.
        self._supervisor.terminate()
        self._supervisor.send_signal(signal.SIGCONT)
        self._has_ended(GRACE_SECONDS)
        self._kill_without_help()

    def _has_ended(self, seconds: float) -> bool:
        try:
            return self._supervisor.wait(seconds) == 0
        except subprocess.TimeoutExpired:
            return False

    def _kill_without_help(self) -> None:
        """What can be done when the supervisor itself was killed or does not answer."""
        os.set_blocking(self.status, False)
        with suppress(BlockingIOError):  # nothing more was said
            self.hear(os.read(self.status, PIECE))
        if pid := self._said().get("pid"):
            _kill_group(int(pid))
        _kill_group(self._supervisor.pid)
        self._supervisor.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.kill()
        os.close(self.status)
        for stream in (*self.outputs, self.stdin):
            if not stream.closed:
                stream.close()


def _start(told: int, tell: int, keep: Sequence[int]) -> subprocess.Popen[bytes]:
    script = [sys.executable, "-I", "-S", supervisor.__file__, str(told), str(tell)]
    return subprocess.Popen(  # noqa: S603 - our own script
        script,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
        pass_fds=(told, tell, *keep),
        start_new_session=True,
        env={name: os.environ[name] for name in _LIBRARIES if name in os.environ},
    )


def _kill_group(pid: int) -> None:
    with suppress(ProcessLookupError):  # it ended just now
        os.killpg(pid, signal.SIGKILL)


def attend(
    running: Running,
    readers: Mapping[int, Callable[[bytes], None]],
    stdin: bytes,
    look: Callable[[], None],
) -> Ended:
    """Feed ``stdin`` and read everything until the command has ended.

    ``readers`` gets each piece by descriptor. ``look`` is called 20 times a second and ends the
    wait by raising; so does a reader. Both run in the thread that calls this.
    """
    all_readers = {**readers, running.status: running.hear}
    with selectors.DefaultSelector() as selector:
        for descriptor in all_readers:
            selector.register(descriptor, selectors.EVENT_READ)
        feed = _Feed(running.stdin, stdin, selector)
        patience = _Patience()
        while any(d in selector.get_map() for d in all_readers):
            for key, _ in selector.select(TICK_SECONDS):
                if key.fd == feed.descriptor:
                    feed.write()
                elif piece := os.read(key.fd, PIECE):
                    all_readers[key.fd](piece)
                else:
                    selector.unregister(key.fd)
            look()
            if patience.is_over(running.status not in selector.get_map()):
                break
    return running.ended()


class _Patience:
    """How long to wait for the pipes of a command whose supervisor has already ended."""

    def __init__(self) -> None:
        self._since: float | None = None

    def is_over(self, has_ended: bool) -> bool:
        if has_ended and self._since is None:
            self._since = time.monotonic()
        return self._since is not None and time.monotonic() - self._since > 1


class _Feed:
    """Writes standard input as fast as it is taken."""

    def __init__(self, pipe: IO[bytes], data: bytes, selector: selectors.BaseSelector) -> None:
        self._pipe, self._rest, self._selector = pipe, memoryview(data), selector
        self.descriptor = pipe.fileno()
        os.set_blocking(self.descriptor, False)
        selector.register(self.descriptor, selectors.EVENT_WRITE)
        if not data:
            self._end()

    def write(self) -> None:
        try:
            self._rest = self._rest[os.write(self.descriptor, self._rest[:PIECE]) :]
        except BlockingIOError:
            return
        except BrokenPipeError:
            self._rest = self._rest[:0]  # the command does not want the rest
        if not self._rest:
            self._end()

    def _end(self) -> None:
        self._selector.unregister(self.descriptor)
        self._pipe.close()
        self.descriptor = -1
