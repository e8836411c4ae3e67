"""What a job is asked to do, validated before anything is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from blocks.place import Place
from blocks.places import local_input, resolve_place
from stageline import keys
from stageline.claims import MAX_ATTEMPTS
from stageline.codec import to_data
from stageline.errors import InputError
from stageline.step import Source
from stageline.trail import Places
from tasks.plan import Plan, StagePlan

MAX_TRIGGER = 200


@dataclass(frozen=True)
class Request:
    """A checked request. ``options`` configures the steps that have a parameter of that name;
    ``notes`` are kept in the record, and are no part of what is asked for."""

    journey_id: str
    triggered_by: str
    places: Places
    sources: Mapping[str, Source]
    options: Mapping[str, Any]
    refreshed: frozenset[str]
    max_attempts: int
    notes: Mapping[str, Any] = field(default_factory=dict)

    def purpose(self, plan: StagePlan) -> str:
        """The digest of code, configuration and inputs: what makes two attempts the same."""
        digests = {name: source.digest for name, source in self.sources.items()}
        return keys.content_key(plan.stage, plan.version, self._options(), digests)

    def parameters(self) -> dict[str, Any]:
        """What the record keeps of the request."""
        named = {name: {"uri": s.uri, "sha256": s.digest, "bytes": s.size}
                 for name, s in self.sources.items()}  # fmt: skip
        return {**self._options(), **named, **self.notes, "refreshed": sorted(self.refreshed)}

    def _options(self) -> dict[str, Any]:
        return {name: to_data(value) for name, value in sorted(self.options.items())}


@contextmanager
def requested(  # noqa: PLR0913 - what a flow is called with, by keyword
    plan: Plan,
    *,
    sources: Mapping[str, str | Path],
    journey_id: str,
    triggered_by: str,
    options: Mapping[str, Any],
    store: str | Path | None = None,
    refresh_from: str | None = None,
    max_attempts: int = MAX_ATTEMPTS,
) -> Iterator[Request]:
    """Validate what a flow was called with and open its inputs; nothing has been written then.

    ``store`` and ``sources`` are paths, URIs or, for the store, the name of a block. Sources
    are local files until the end. Raises ``InputError`` or ``ConfigError``.
    """
    keys.check_id("journey", journey_id)
    check_trigger(triggered_by)
    refreshed = _refreshed(plan, refresh_from)
    check_attempts(max_attempts)
    place: Place = resolve_place(store)
    with ExitStack() as stack:
        opened = {
            name: open_source(stack.enter_context(local_input(uri, place.store)), str(uri))
            for name, uri in sources.items()
        }
        places = Places.of(place.store, secrets=place.secrets)
        yield Request(journey_id, triggered_by, places, opened, options, refreshed, max_attempts)


def _refreshed(plan: Plan, refresh_from: str | None) -> frozenset[str]:
    if refresh_from is None:
        return frozenset()
    if refresh_from not in plan.steps:
        raise InputError(
            f"{keys.shown(refresh_from)} is not a step of {plan.stage}. "
            f"Its steps are {', '.join(plan.steps)}."
        )
    return plan.following(refresh_from)


def open_source(path: Path, uri: str) -> Source:
    """A file that was handed in, with the digest of its bytes. ``InputError`` if it cannot be."""
    what = keys.shown(uri)
    try:
        if not path.is_file():
            raise InputError(
                f"{what} is a folder; name a file."
                if path.is_dir()
                else f"{what} is no file."
                if path.exists()
                else f"There is no file {what}."
            )
        size = path.stat().st_size
        if size == 0:
            raise InputError(f"{what} is empty.")
        return Source(path, keys.digest_file(path), size, uri)
    except (OSError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{what} cannot be read: {error}.") from error


def check_trigger(value: str) -> str:
    """Who or what started a job: printable text of 1 to 200 characters on one line."""
    if isinstance(value, str) and len(value) <= MAX_TRIGGER and _is_a_line(value):
        return value
    raise InputError(
        f"{keys.shown(value)} cannot be triggered_by. Say who or what started the job in 1 to "
        f"{MAX_TRIGGER} printable characters, for example 'user'."
    )


def check_attempts(value: int) -> int:
    """How often the same input may fail: 1 or more."""
    if type(value) is int and value >= 1:
        return value
    raise InputError(f"max_attempts is {keys.shown(value)}; it must be 1 or more.")


def _is_a_line(value: str) -> bool:
    return bool(value.strip()) and value.isprintable()
