"""A script between Stageline and a command: ``python -I -S supervisor.py CONTROL STATUS``.

It starts one command in a session of its own under limits, and sees to it that nothing of it
outlives the command, the wish to end it, or Stageline itself. ``stageline.processes`` starts it.

``CONTROL`` is a pipe: first the length (4 bytes, big endian) and the marshalled job, then
silence. Its end means: kill all. ``STATUS`` is a pipe too; it gets lines of text: ``pid N``,
``failed WHY`` if the command could not be started, and last ``status N`` (the wait status) or
``ended processes`` (there were too many) or ``ended told``.

It imports only the small modules that are needed (``json`` alone would double its start), and
is a process, not a function run between fork and exec, since that deadlocks where threads are.
"""

# This script stands alone and starts with each command: pathlib alone would cost half of it.
# ruff: noqa: PTH123, PTH208, SIM105

from __future__ import annotations

import ctypes
import marshal
import os
import resource
import select
import signal
import sys
import time
from types import FrameType
from typing import Any, NoReturn

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
LOOK_SECONDS = 0.05
KILL_ROUNDS = 400
LIMITS = {
    "cpu_seconds": resource.RLIMIT_CPU,
    "memory_bytes": resource.RLIMIT_AS,
    "file_bytes": resource.RLIMIT_FSIZE,
    "open_files": resource.RLIMIT_NOFILE,
}


def main() -> None:
    """Run one job and tell how it ended."""
    control, status = int(sys.argv[1]), int(sys.argv[2])
    # Until there is a handler: an end between the fork and it would leave the command alone.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    os.set_inheritable(control, False)
    os.set_inheritable(status, False)
    _adopt_orphans()
    job = _job(control)
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake)
    signal.signal(signal.SIGCHLD, _ignored)
    pid = os.fork()
    if pid == 0:
        _become(job, status)
    _let_go(job)
    _tell(status, f"pid {pid}")
    signal.signal(signal.SIGTERM, lambda *_: _end(pid))
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
    ending = _watch(pid, control, woken, job["limits"].get("processes"))
    _kill_all(pid)
    _tell(status, ending)


def _ignored(number: int, frame: FrameType | None) -> None:
    """A handler, so that the signal is seen at all."""


def _end(pid: int) -> NoReturn:
    _kill_all(pid)
    os._exit(1)


def _adopt_orphans() -> None:
    """Become the parent of all that the command leaves behind, and end with our own parent."""
    if sys.platform == "linux":
        prctl = ctypes.CDLL(None).prctl
        prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


def _job(control: int) -> dict[str, Any]:
    """What to run; from the process that started this one, with the same Python."""
    length = int.from_bytes(_exactly(control, 4), "big")
    job: dict[str, Any] = marshal.loads(_exactly(control, length))  # noqa: S302
    return job


def _exactly(control: int, length: int) -> bytes:
    data = b""
    while len(data) < length:
        part = os.read(control, length - len(data))
        if not part:
            os._exit(1)  # who started this is gone before it said what to do
        data += part
    return data


def _become(job: dict[str, Any], status: int) -> NoReturn:
    """Turn this fork into the command."""
    try:
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGCHLD, signal.SIGPIPE, signal.SIGXFSZ):
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
        os.setsid()
        os.chdir(job["cwd"])
        for name, wanted in job["limits"].items():
            if name in LIMITS:
                _limit(LIMITS[name], wanted)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        os.execvpe(job["argv"][0], job["argv"], job["env"])  # noqa: S606
    except (OSError, ValueError) as error:
        _tell(status, f"failed {getattr(error, 'strerror', None) or error}")
    finally:
        os._exit(127)


def _limit(kind: int, wanted: int) -> None:
    hard = resource.getrlimit(kind)[1]
    bound = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    # A second more before the hard limit: then the signal names what happened.
    slack = bound + 1 if kind == resource.RLIMIT_CPU else bound
    ceiling = slack if hard == resource.RLIM_INFINITY else min(slack, hard)
    resource.setrlimit(kind, (bound, ceiling))


def _let_go(job: dict[str, Any]) -> None:
    """Close what only the command may hold, so that its end is the end of its pipes."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    for descriptor in job["keep"]:
        os.close(descriptor)


def _watch(pid: int, control: int, woken: int, processes: int | None) -> str:
    """Wait for the command, for the end of ``control``, or until there are too many processes."""
    while True:
        ready, _, _ = select.select([control, woken], [], [], LOOK_SECONDS if processes else None)
        if woken in ready:
            os.read(woken, 4096)
        ended = _reap(pid)
        if ended is not None:
            return f"status {ended}"
        if control in ready and not os.read(control, 4096):
            return "ended told"
        if processes and len(_descendants(os.getpid())) > processes:
            return "ended processes"


def _reap(pid: int) -> int | None:
    """Take leave of all that ended; the wait status of ``pid`` if it is among them."""
    found = None
    try:
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            found = ended[1] if ended[0] == pid else found
    except ChildProcessError:
        pass  # there is none left
    return found


def _kill_all(pid: int) -> None:
    """Kill the command's process group, then all that descends from here, until none is left."""
    for _ in range(KILL_ROUNDS):
        _kill(-pid)
        alive = _descendants(os.getpid())
        if not alive:
            return
        for other in alive:
            _kill(other)
        _reap(pid)
        time.sleep(0.002)


def _kill(target: int) -> None:
    try:
        os.kill(target, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass  # gone, or changed its user, which we may not touch


def _descendants(pid: int) -> list[int]:
    """The processes below ``pid`` as far as the system tells, zombies among them."""
    found, waiting = [], [pid]
    while waiting:
        children = _children(waiting.pop())
        found += children
        waiting += children
    return found


def _children(pid: int) -> list[int]:
    found: list[int] = []
    try:
        for thread in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{thread}/children", "rb") as file:
                found += map(int, file.read().split())
    except OSError:
        pass  # it ended meanwhile, or this system has no /proc
    return found


def _tell(status: int, message: str) -> None:
    try:
        os.write(status, f"{message}\n".encode())
    except BrokenPipeError:
        pass  # nobody is left to be told


if __name__ == "__main__":
    main()
