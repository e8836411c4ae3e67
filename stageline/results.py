"""Cached step values: found by content key, believed only when their digest fits.

A stored value is one object: a line of JSON that gives the digests, a line of JSON with the
step's findings, and the value as JSON. Nothing in it is ever executed.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from stageline.codec import decode, encode
from stageline.errors import DependencyError
from stageline.keys import digest, result_key
from stageline.step import Findings, Ref
from stageline.store import CorruptObjectError, MissingObjectError, Store

_TYPE = "application/json"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Head:
    """The first line of a stored value: whose it is, under which content key, and the sha256 of
    the value and of the findings' line."""

    step_id: str
    value: str
    findings: str
    key: str = ""
    version: int = 2


@dataclass(frozen=True, slots=True)
class Stored:
    """A value as it lies in the store, with what its step said about it."""

    ref: Ref
    findings: Findings
    payload: bytes


def save(store: Store, key: str, step_id: str, payload: bytes, findings: Findings) -> Ref:
    """Write a value under its content key; on return the store has verified the bytes."""
    said = encode(findings)
    head = Head(step_id, digest(payload), digest(said), key)
    store.put(result_key(key), b"\n".join((encode(head), said, payload)), _TYPE)
    return Ref(step_id, key, head.value, len(payload))


def lookup(store: Store, key: str, step_id: str) -> Stored | None:
    """The value under a content key, or ``None`` if it is missing; also, with a warning, if it is
    cut, changed or another's."""
    try:
        return _read(store, key, step_id)
    except MissingObjectError:
        return None
    except (CorruptObjectError, DamagedValueError) as error:
        warn_of_damage(key, error)
        return None


def warn_of_damage(key: str, why: object) -> None:
    """Say why a stored value is not served."""
    _log.warning("The cached value %s is damaged and not used: %s", result_key(key), why)


def load(store: Store, ref: Ref, kind: Any) -> Any:
    """The value that ``ref`` names, decoded; ``DependencyError`` if it is no longer there."""
    try:
        found = _read(store, ref.content_key, ref.step_id)
    except (MissingObjectError, CorruptObjectError, DamagedValueError):
        found = None
    if found is None or found.ref.digest != ref.digest:
        raise DependencyError(
            f"The value of step {ref.step_id} (results/{ref.content_key}) in {store.uri} is "
            "gone or was changed since it was written. Run again; it will be computed anew."
        )
    return decode(kind, found.payload)


def _read(store: Store, key: str, step_id: str) -> Stored:
    return _parse(store.get(result_key(key)), key, step_id)


class DamagedValueError(DependencyError):
    """The stored bytes are not a value that was written here."""


def _parse(data: bytes, key: str, step_id: str) -> Stored:
    first, _, rest = data.partition(b"\n")
    said, _, payload = rest.partition(b"\n")
    try:
        head, findings = decode(Head, first), decode(Findings, said)
    except DependencyError as error:
        raise DamagedValueError(str(error)) from error
    found = head.step_id, head.key, head.findings, head.value
    if found != (step_id, key, digest(said), digest(payload)):
        raise DamagedValueError(f"The value under results/{key} is not the one that was written.")
    return Stored(Ref(step_id, key, head.value, len(payload)), findings, payload)
