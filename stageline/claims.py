"""Who runs what: execution numbers, attempts at one flow run, and which processes still live.

A number is claimed by creating an object that must not exist yet; its content is the opening of
the job. Of racing starts each gets its own number. A flow run has one claim: who finds one of
its own flow run may go on only if the earlier attempt is over, and claims the next attempt.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from stageline import keys
from stageline.codec import decode, encode
from stageline.errors import ConfigError, ToolError
from stageline.job import Attempt, Opening, now
from stageline.store import Store

CLOCK_SKEW = timedelta(minutes=10)
MAX_ATTEMPTS = 3


class AlreadyRunningError(ConfigError):
    """Another process runs this flow run."""


class TooManyAttemptsError(ToolError):
    """The job failed as often as it may."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """The right to run: the job's opening and what happened to its flow run before."""

    opening: Opening
    attempts: tuple[Attempt, ...] = ()


def claim(
    store: Store,
    opening: Opening,
    since: datetime | None = None,
    job_id: str | None = None,
    is_over: Callable[[Opening], bool] = lambda _: False,
    max_attempts: int = MAX_ATTEMPTS,
) -> Claimed:
    """Claim the next execution number for ``opening``, or the next attempt at its flow run.

    ``since`` is when the flow run was made (older claims cannot be its own), ``job_id`` the job
    it had, if known. ``is_over`` is asked about an earlier attempt of this flow run on a host
    that cannot be seen from here. Raises ``AlreadyRunningError``, ``TooManyAttemptsError``.
    """
    journey, stage = opening.journey_id, opening.stage_id
    own = _named(store, opening, job_id)
    seen = 0
    while own is None:
        numbers = claimed_numbers(store, journey, stage, after=seen, since=since)
        own = _own(store, opening, numbers.unread)
        if own:
            break
        seen = numbers.last
        mine = _numbered(opening, seen + 1)
        if store.create(keys.claim_key(journey, stage, mine.number), encode(mine)):
            return Claimed(mine)
    return _again(store, own, opening, is_over, max_attempts)


def _numbered(opening: Opening, number: int) -> Opening:
    return replace(opening, number=number, job_id=keys.job_id(number, opening.started_at))


@dataclass(frozen=True, slots=True)
class Numbers:
    """The highest number claimed, and those above ``after`` that may be of interest."""

    last: int
    unread: tuple[int, ...]


def claimed_numbers(
    store: Store, journey: str, stage: str, after: int = 0, since: datetime | None = None
) -> Numbers:
    """List the claims of a stage; ``unread`` leaves out what is older than ``since``."""
    prefix = keys.claims_prefix(journey, stage)
    last, unread = after, []
    for stat in store.list(prefix):
        number = int(stat.key.removeprefix(prefix).removesuffix(".json"))
        last = max(last, number)
        if number > after and (since is None or stat.modified >= since - CLOCK_SKEW):
            unread.append(number)
    return Numbers(last, tuple(unread))


def read_opening(store: Store, journey: str, stage: str, number: int) -> Opening:
    """The opening of execution ``number``."""
    return decode(Opening, store.get(keys.claim_key(journey, stage, number)))


def read_attempts(store: Store, opening: Opening) -> tuple[Attempt, ...]:
    """What happened to the flow run of a job after its first start, in order."""
    key = keys.run_claim_key(opening.journey_id, opening.stage_id, opening.flow_run_id, 2)
    prefix = key.rpartition("/")[0] + "/"
    found = [decode(Attempt, store.get(stat.key)) for stat in store.list(prefix)]
    return tuple(sorted(found, key=lambda attempt: attempt.number))


def add_attempt(store: Store, opening: Opening, attempt: Attempt) -> bool:
    """Note the next event of a flow run; False if another process did so first."""
    journey, stage, run = opening.journey_id, opening.stage_id, opening.flow_run_id
    key = keys.run_claim_key(journey, stage, run, attempt.number)
    return store.create(key, encode(attempt))


def _own(store: Store, opening: Opening, numbers: tuple[int, ...]) -> Opening | None:
    """The claim of this flow run among those with these numbers, the latest first."""
    for number in reversed(numbers):
        data = store.get(keys.claim_key(opening.journey_id, opening.stage_id, number))
        if opening.flow_run_id.encode() in data:  # most are others': not worth decoding
            found = decode(Opening, data)
            if found.flow_run_id == opening.flow_run_id:
                return found
    return None


def _named(store: Store, opening: Opening, job_id: str | None) -> Opening | None:
    """The claim of the job that the flow run is named after, if it is this flow run's."""
    if job_id is None:
        return None
    number, _ = keys.parse_job_id(job_id)
    if not store.exists(keys.claim_key(opening.journey_id, opening.stage_id, number)):
        return None
    found = read_opening(store, opening.journey_id, opening.stage_id, number)
    return found if found.flow_run_id == opening.flow_run_id else None


def _again(
    store: Store,
    own: Opening,
    mine: Opening,
    is_over: Callable[[Opening], bool],
    max_attempts: int,
) -> Claimed:
    attempts = read_attempts(store, own)
    paused = bool(attempts) and attempts[-1].event == "paused"
    ended = store.exists(keys.job_key(own.journey_id, own.stage_id, own.job_id))
    process = attempts[-1].process if attempts else own.process
    if not (paused or ended or process_is_gone(process) or is_over(own)):
        raise _taken(own, process)
    tries = 2 + sum(a.event == "retried" for a in attempts)
    if not paused and tries > max_attempts:
        raise TooManyAttemptsError(
            f"{own.job_id} was tried {max_attempts} times. Look at its reports, then start a new "
            "job (finished steps are kept), or raise max_attempts."
        )
    number = attempts[-1].number + 1 if attempts else 2
    event = Attempt(number, "resumed" if paused else "retried", now(), mine.process)
    if not add_attempt(store, own, event):
        raise _taken(own, "another process")
    return Claimed(own, (*attempts, event))


def _taken(own: Opening, process: str) -> AlreadyRunningError:
    return AlreadyRunningError(
        f"Flow run {own.flow_run_id} is already running as {own.job_id} ({process}). "
        "This second start stops here and changes nothing."
    )


# --- processes -------------------------------------------------------------------------------


@cache
def _host() -> str:
    """This host and process namespace, as processes that can see each other agree on it."""
    names = [socket.gethostname()]
    for path, read in (("/proc/sys/kernel/random/boot_id", Path.read_text),
                       ("/proc/self/ns/pid", lambda p: str(p.readlink()))):  # fmt: skip
        try:
            names.append(read(Path(path)).strip())
        except OSError:
            names.append("-")  # not Linux
    return "/".join(names)


def _birth(pid: int) -> str:
    """When a process started, in clock ticks since the boot; tells a reused pid apart."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
    except OSError:
        return "-"
    return stat.rpartition(")")[2].split()[19]


def this_process() -> str:
    """A name for this process: host, boot, namespace, pid and start time."""
    return f"{_host()}#{os.getpid()}@{_birth(os.getpid())}"


def is_visible_elsewhere(process: str) -> bool:
    """Whether it is another process of this host, whose end can be seen from here."""
    return process != this_process() and process.rpartition("#")[0] == _host()


def process_is_gone(process: str) -> bool:
    """Whether a process of this host has ended; False for one that cannot be seen from here."""
    host, _, rest = process.rpartition("#")
    pid, _, birth = rest.partition("@")
    if host != _host() or not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return _birth(int(pid)) != birth
