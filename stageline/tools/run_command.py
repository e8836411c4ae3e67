"""Run a command."""

from __future__ import annotations

import os
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from pydantic import Field

from stageline.errors import (
    CancelledError,
    InputError,
    ResourceError,
    StepTimeoutError,
    ToolError,
)
from stageline.keys import shown
from stageline.ports import Stop, Traits
from stageline.processes import Ended, Limits, Running, attend

TRAITS = Traits(outside=True)
MEBIBYTE = 1024 * 1024
MAX_ARGUMENTS = 128 * 1024
MAX_LINE = 2_000
TAIL = 2_000
LIMIT_SIGNALS = frozenset({"SIGKILL", "SIGXCPU", "SIGXFSZ"})
DEFAULT_PATH = "/usr/local/bin:/usr/bin:/bin"
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class CommandResult:
    """What the command left. ``exit_code`` is minus the signal's number if one ended it.

    ``stdout`` and ``stderr`` are its first ``max_output`` bytes each, as UTF-8 text (bytes that
    are none become U+FFFD); ``truncated`` says that there was more.
    """

    exit_code: int
    stdout: str
    stderr: str
    truncated: bool


def run_command(  # noqa: PLR0913 - each is a setting of its own
    argv: Annotated[list[str], Field(min_length=1, max_length=1_000)],
    stdin: str = "",
    *,
    env: dict[str, str] | None = None,
    cwd: str | None = None,
    timeout: Annotated[float, Field(gt=0, le=86_400)] = 300.0,
    check: bool = True,
    max_output: Annotated[int, Field(ge=0, le=16 * MEBIBYTE)] = MEBIBYTE,
    cpu_seconds: Annotated[int, Field(ge=1, le=86_400)] | None = None,
    memory_mb: Annotated[int, Field(ge=16, le=1_048_576)] = 4096,
    file_mb: Annotated[int, Field(ge=0, le=1_048_576)] = 1024,
    open_files: Annotated[int, Field(ge=16, le=65_536)] = 1024,
    processes: Annotated[int, Field(ge=1, le=10_000)] = 256,
    stop: Stop,
) -> CommandResult:
    """Run a program with its arguments, without a shell, and take its output.

    ``argv`` is the program (a path, or a name to find along PATH) and its arguments, handed over
    as they are: no part is ever read by a shell. The environment is PATH, LANG=C.UTF-8, HOME and
    TMPDIR (the working folder) and what ``env`` gives; nothing else of this process is handed
    on. It works in ``cwd``, else in a fresh folder that is removed afterwards. Lines of output
    can be watched while it runs.

    The program and all that it started are killed when it ends, after ``timeout`` seconds, on
    cancel, and when this process dies. ``cpu_seconds``, ``memory_mb`` (address space),
    ``file_mb`` (largest file) and ``open_files`` hold for each process, ``processes`` for their
    number (looked at 20 times a second). These bound accidents: a command has the rights of the
    user who runs it, so commands that are not trusted belong on a worker with a user of its own.

    Errors: ``InputError`` for an ``argv``, ``env`` or ``cwd`` that cannot be; ``ToolError`` if
    the program cannot be started, or ends with other than 0 while ``check`` is true;
    ``StepTimeoutError``; ``CancelledError``; ``ResourceError`` at a limit (too many
    processes, SIGKILL, SIGXCPU, SIGXFSZ). Caps: 128 KiB of arguments, ``max_output`` bytes of
    each output.
    """
    _check_text(argv, env or {})
    limits = Limits(cpu_seconds, memory_mb * MEBIBYTE, file_mb * MEBIBYTE, open_files, processes)
    out, err = _Kept(max_output, stop.note), _Kept(max_output, stop.note)
    with _folder(cwd) as folder:
        inside = {"PATH": os.environ.get("PATH", DEFAULT_PATH), "LANG": "C.UTF-8",
                  "HOME": folder, "TMPDIR": folder, **(env or {})}  # fmt: skip
        with Running(argv, cwd=folder, env=inside, limits=limits) as running:
            pipes = [pipe.fileno() for pipe in running.outputs]
            readers = dict(zip(pipes, (out.take, err.take), strict=True))
            ended = attend(running, readers, stdin.encode(), _looker(argv[0], timeout, stop))
    out.close()
    err.close()
    _check_end(argv[0], ended, err.text(), check)
    return CommandResult(
        ended.exit_code or 0, out.text(), err.text(), out.truncated or err.truncated
    )


def _check_text(argv: list[str], env: dict[str, str]) -> None:
    texts = [*argv, *env, *env.values()]
    if any("\0" in text for text in texts):
        raise InputError("A command and its environment cannot hold a NUL character.")
    try:
        size = sum(len(text.encode()) + 1 for text in texts)
    except UnicodeEncodeError:
        raise InputError("A command cannot hold half of a surrogate pair.") from None
    if size > MAX_ARGUMENTS:
        raise InputError(f"The arguments have {size:,} bytes; at most {MAX_ARGUMENTS:,} can be.")
    if not argv[0]:
        raise InputError("The name of the program is empty.")
    if wrong := [name for name in env if not _NAME.fullmatch(name)]:
        raise InputError(f"{shown(wrong[0])} cannot be the name of an environment variable.")


@contextmanager
def _folder(cwd: str | None) -> Iterator[str]:
    if cwd is None:
        with tempfile.TemporaryDirectory(prefix="stageline-", ignore_cleanup_errors=True) as folder:
            yield folder
    elif "\0" in cwd or not Path(cwd).is_dir():
        raise InputError(f"The working folder {shown(cwd)} does not exist.")
    else:
        yield str(Path(cwd).resolve())


def _looker(program: str, timeout: float, stop: Stop) -> Callable[[], None]:
    deadline = time.monotonic() + timeout

    def look() -> None:
        if stop.wait(0):
            raise CancelledError(f"{shown(program)} was told to stop.")
        if time.monotonic() > deadline:
            raise StepTimeoutError(f"{shown(program)} took longer than {timeout:g} seconds.")

    return look


def _check_end(program: str, ended: Ended, stderr: str, check: bool) -> None:
    name, tail = shown(program), stderr.strip()[-TAIL:]
    if ended.failure:
        raise ToolError(f"{name} cannot be started: {ended.failure}.")
    if ended.too_many:
        raise ResourceError(f"{name} had too many processes and was killed. Raise `processes`.")
    if ended.exit_code is None:
        raise ResourceError(f"{name} was killed together with its supervisor; see the system log.")
    if check and ended.exit_code != 0:
        how = ended.signal_name or f"exit code {ended.exit_code}"
        kind = ResourceError if ended.signal_name in LIMIT_SIGNALS else ToolError
        raise kind(f"{name} ended by {how}." + (f" It said: {tail}" if tail else ""))


@dataclass(slots=True)
class _Kept:
    """The first bytes of an output; its lines are told while they come."""

    limit: int
    tell: Callable[[str], None]
    data: bytearray = field(default_factory=bytearray)
    told: int = 0
    truncated: bool = False

    def take(self, piece: bytes) -> None:
        room = self.limit - len(self.data)
        self.truncated = self.truncated or len(piece) > room
        self.data += piece[:room]
        while (end := self.data.find(b"\n", self.told)) >= 0:
            self._line(end)

    def close(self) -> None:
        """The last line may have no end."""
        if self.told < len(self.data):
            self._line(len(self.data))

    def _line(self, end: int) -> None:
        self.tell(self.data[self.told : min(end, self.told + MAX_LINE)].decode("utf-8", "replace"))
        self.told = end + 1

    def text(self) -> str:
        return self.data.decode("utf-8", "replace")
