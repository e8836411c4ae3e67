"""The journey: its record, and its statistics, which are derived from its jobs' records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from stageline import claims, keys
from stageline.codec import decode, encode
from stageline.errors import RETRYABLE
from stageline.job import VERSION, JobRecord, Opening, now
from stageline.store import Store
from stageline.trail import Places, close_if_dead, record_of

RECENT = 10


@dataclass(frozen=True, slots=True)
class Journey:
    """``journey.json``: written once, by the journey's first job."""

    journey_id: str
    created_at: datetime
    created_by: str
    version: int = VERSION


@dataclass(frozen=True, slots=True)
class Statistics:
    """What became of a journey's jobs. ``total_execution_seconds`` is that of ended jobs."""

    journey_id: str
    jobs: int
    completed: int
    failed: int
    cancelled: int
    unfinished: int
    total_execution_seconds: float
    stages: tuple[str, ...]
    version: int = VERSION


def open_journey(store: Store, journey: str, triggered_by: str) -> None:
    """Write ``journey.json`` unless it is there; of racing first jobs one writes it."""
    key = keys.journey_key(journey)
    if not store.exists(key):
        store.create(key, encode(Journey(journey, now(), triggered_by)))


def read_journey(store: Store, journey: str) -> Journey:
    """The journey's record; ``InputError`` if there is no such journey."""
    return decode(Journey, store.get(keys.journey_key(journey)))


def openings(store: Store, journey: str) -> Iterator[Opening]:
    """The openings of all jobs of a journey, by stage and number."""
    prefix = keys.stages_prefix(journey)
    for stat in store.list(prefix):
        _stage, kind, *_rest = stat.key.removeprefix(prefix).split("/")
        if kind == "claims":
            yield decode(Opening, store.get(stat.key))


def records(places: Places | Store, journey: str) -> Iterator[JobRecord]:
    """The records of all jobs of a journey, ended or not, by stage and number."""
    where = places if isinstance(places, Places) else Places.of(places)
    for opening in openings(where.store, journey):
        yield record_of(where, opening)


def statistics(places: Places | Store, journey: str) -> Statistics:
    """Count a journey's jobs. Read anew each time, so that the figures cannot drift."""
    found = list(records(places, keys.check_id("journey", journey)))
    counts = Counter(record.status for record in found)
    ended = {status: counts[status] for status in ("completed", "failed", "cancelled")}
    return Statistics(
        journey_id=journey,
        jobs=len(found),
        completed=ended["completed"],
        failed=ended["failed"],
        cancelled=ended["cancelled"],
        unfinished=len(found) - sum(ended.values()),
        total_execution_seconds=round(
            sum(record.duration_seconds for record in found if record.ended_at), 6
        ),
        stages=tuple(sorted({record.stage_id for record in found})),
    )


def review(
    places: Places,
    opening: Opening,
    max_attempts: int,
    is_over: Callable[[Opening], bool] = lambda _: False,
    recent: int = RECENT,
) -> None:
    """Look at the stage's latest jobs before a new one starts.

    Records that nobody ended are ended (``stageline.trail.close_if_dead``). Raises
    ``TooManyAttemptsError`` when the same code failed on the same input ``max_attempts`` times in
    a row for reasons that a further try cannot mend. What a retry may mend is not counted.
    """
    journey, stage = opening.journey_id, opening.stage_id
    numbers = claims.claimed_numbers(places.store, journey, stage).unread
    failures = 0
    for number in reversed(numbers[-recent:]):
        earlier = claims.read_opening(places.store, journey, stage, number)
        close_if_dead(places, earlier, is_over)
        if earlier.purpose != opening.purpose or earlier.flow_run_id == opening.flow_run_id:
            continue
        record = record_of(places, earlier)
        if record.status == "completed":
            return
        failures += _is_lasting(record)
        if failures >= max_attempts:
            raise _give_up(record, failures)


def _is_lasting(record: JobRecord) -> bool:
    error = record.error
    return record.status == "failed" and error is not None and error.category not in _PASSING


_PASSING = RETRYABLE | {"crashed", "cancelled", "access"}


def _give_up(record: JobRecord, failures: int) -> claims.TooManyAttemptsError:
    reason = record.error.message if record.error else ""
    return claims.TooManyAttemptsError(
        f"{record.stage_id} failed {failures} times on this input with these parameters, for "
        f"example as {record.job_id}: {reason} Change the input or the parameters, or raise "
        "max_attempts to try again."
    )


def close_dead_jobs(places: Places, journey: str) -> tuple[JobRecord, ...]:
    """End the records of all killed jobs of a journey; gives those that this call ended."""
    closed = [close_if_dead(places, opening) for opening in openings(places.store, journey)]
    return tuple(record for record in closed if record)
