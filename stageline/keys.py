"""Every object key and every id check, spelled once; content keys.

Keys are relative to the prefix of a store and always use ``/``::

    journeys/{journey}/journey.json
    journeys/{journey}/stages/{stage}/claims/{number}.json          who owns execution {number}
    journeys/{journey}/stages/{stage}/runs/{run}/{attempt}.json     who runs attempt {attempt}
    journeys/{journey}/stages/{stage}/executions/{job}/job.json
                                                      /logs/{step}.json
                                                      /reports/{step}.json
                                                      /report.html
                                                      /outputs.json     of a workflow document
                                                      /artifacts/{step}/{name}
    results/{content key}
    workflows/{digest}                                              a snapshot of a document
    inputs/{digest}                                                 given to a workflow document

The path of a step inside a document (``each[3]``, ``sub.node``) is a step id too; in keys the
rounds of loops are written with points (``each.3``).

Claims stand beside the executions, so that no id can collide with them. Every builder checks
its ids again, whoever checked them before: an ``InputError`` is raised, never a key built.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from stageline.errors import InputError

ID_PATTERN = r"[A-Za-z][A-Za-z0-9_-]{0,63}"
_ID = re.compile(ID_PATTERN, re.ASCII)
_STEP = re.compile(rf"{ID_PATTERN}(?:\[[0-9]{{1,6}}\]|\.{ID_PATTERN})*", re.ASCII)
_JOB = re.compile(r"JOB-([0-9]{3,9})-([0-9]{14})", re.ASCII)
_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)
_TOLD = re.compile(rf"journeys/{ID_PATTERN}/stages/{ID_PATTERN}/executions/{_JOB.pattern}/"
                   r"(?:(?:logs|reports)/[^/]+|report\.html)", re.ASCII)  # fmt: skip
_SEGMENT = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}", re.ASCII)
_MAX_NUMBER = 999_999_999
_SHOWN, _MAX_PATH = 60, 120


# --- ids -------------------------------------------------------------------------------------


def shown(value: object) -> str:
    """``value`` as printable ASCII of bounded length, for messages about untrusted input."""
    cut = value[: _SHOWN + 1] if isinstance(value, str | bytes) else value
    text = ascii(cut)
    if len(text) <= _SHOWN:
        return text
    length = f" ({len(value):,} characters)" if isinstance(value, str | bytes) else ""
    return f"{text[: _SHOWN - 1]}...{length}"


def check_id(kind: str, value: str) -> str:
    """Give ``value`` back when it is an id; ``kind`` ("journey", "step", ...) names it in errors.

    An id is a letter followed by at most 63 letters, digits, ``_`` or ``-``, all ASCII.
    Raises ``InputError`` for everything else, also for what is not a ``str``.
    """
    if isinstance(value, str) and _ID.fullmatch(value):
        return value
    raise InputError(
        f"{shown(value)} cannot be a {kind} id. Use a letter followed by at most 63 letters, "
        "digits, '_' or '-', for example 'JRN-ABC123'."
    )


def check_step(value: str) -> str:
    """Give ``value`` back when it is a step id, or the path of a step inside a document: ids
    joined by points, each with the numbers of its rounds, at most 120 characters."""
    if isinstance(value, str) and len(value) <= _MAX_PATH and _STEP.fullmatch(value):
        return value
    return check_id("step", value)


def _step_file(step: str) -> str:
    return check_step(step).replace("[", ".").replace("]", "")


def job_id(number: int, at: datetime) -> str:
    """The id of execution ``number`` (from 1) of a stage, started ``at`` (an aware time)."""
    if at.tzinfo is None:
        raise InputError(f"The start time {at.isoformat()} needs a time zone, for example UTC.")
    return f"JOB-{_check_number(number):03d}-{at.astimezone(UTC):%Y%m%d%H%M%S}"


def parse_job_id(value: str) -> tuple[int, datetime]:
    """The execution number and the start time (UTC) of a job id; ``InputError`` if it is none."""
    parts = _job_parts(value) if isinstance(value, str) else None
    if parts:
        return parts
    raise InputError(
        f"{shown(value)} is not a job id. A job id looks like 'JOB-001-20250131235959' (UTC)."
    )


@lru_cache(maxsize=256)
def _job_parts(value: str) -> tuple[int, datetime] | None:
    """Kept for a while, because every key of a job begins with its id."""
    match = _JOB.fullmatch(value)
    if match is None:
        return None
    try:
        at = datetime.strptime(match[2], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None
    number = int(match[1])
    return (number, at) if number and job_id(number, at) == value else None


def _check_number(number: int) -> int:
    if type(number) is int and 1 <= number <= _MAX_NUMBER:
        return number
    raise InputError(f"{shown(number)} is not an execution number from 1 to {_MAX_NUMBER:,}.")


def _check_run(run: str) -> str:
    try:
        return str(UUID(run))
    except (ValueError, AttributeError, TypeError):
        raise InputError(f"{shown(run)} is not the id (a UUID) of a flow run.") from None


# --- keys ------------------------------------------------------------------------------------


def check_key(key: str) -> str:
    """Give ``key`` back when a store may hold an object under it; ``InputError`` otherwise.

    Wider than what the builders here make (so that a store can hold other things), and still
    no way out of the store: no empty, hidden, ``.`` or ``..`` part, ASCII only, at most 1,024.
    """
    if (
        isinstance(key, str)
        and len(key) <= 1024
        and all(_SEGMENT.fullmatch(part) for part in key.split("/"))
    ):
        return key
    raise InputError(f"{shown(key)} cannot be the key of a stored object.")


def journey_prefix(journey: str) -> str:
    return f"journeys/{check_id('journey', journey)}/"


def journey_key(journey: str) -> str:
    return f"{journey_prefix(journey)}journey.json"


def stages_prefix(journey: str) -> str:
    return f"{journey_prefix(journey)}stages/"


def stage_prefix(journey: str, stage: str) -> str:
    return f"{stages_prefix(journey)}{check_id('stage', stage)}/"


def claims_prefix(journey: str, stage: str) -> str:
    return f"{stage_prefix(journey, stage)}claims/"


def claim_key(journey: str, stage: str, number: int) -> str:
    """Where execution ``number`` is claimed; sorts by number up to 999,999."""
    return f"{claims_prefix(journey, stage)}{_check_number(number):06d}.json"


def run_claim_key(journey: str, stage: str, run: str, attempt: int) -> str:
    """Where attempt ``attempt`` (from 1) at flow run ``run`` (a UUID) is claimed."""
    return f"{stage_prefix(journey, stage)}runs/{_check_run(run)}/{_check_number(attempt):03d}.json"


def executions_prefix(journey: str, stage: str) -> str:
    return f"{stage_prefix(journey, stage)}executions/"


def job_prefix(journey: str, stage: str, job: str) -> str:
    parse_job_id(job)
    return f"{executions_prefix(journey, stage)}{job}/"


def job_key(journey: str, stage: str, job: str) -> str:
    return f"{job_prefix(journey, stage, job)}job.json"


def log_key(journey: str, stage: str, job: str, step: str) -> str:
    return f"{job_prefix(journey, stage, job)}logs/{_step_file(step)}.json"


def report_key(journey: str, stage: str, job: str, step: str) -> str:
    return f"{job_prefix(journey, stage, job)}reports/{_step_file(step)}.json"


def outputs_key(journey: str, stage: str, job: str) -> str:
    return f"{job_prefix(journey, stage, job)}outputs.json"


def snapshot_key(sha256: str) -> str:
    """Where a snapshot of a workflow document is kept, by the sha256 of its canonical form."""
    return f"workflows/{_check_sha256(sha256)}"


def inputs_key(sha256: str) -> str:
    """Where the inputs given to a workflow document are kept, by their sha256."""
    return f"inputs/{_check_sha256(sha256)}"


def page_key(journey: str, stage: str, job: str) -> str:
    return f"{job_prefix(journey, stage, job)}report.html"


def artifact_key(journey: str, stage: str, job: str, step: str, name: str) -> str:
    folder = f"{job_prefix(journey, stage, job)}artifacts/{check_id('step', step)}/"
    return f"{folder}{check_id('artifact', name)}"


def result_key(content: str) -> str:
    """Where the value with this content key (64 hexadecimal digits) is cached."""
    return f"results/{_check_sha256(content)}"


def is_sha256(value: str) -> bool:
    """Whether a text is a sha256 in lower-case hexadecimal digits."""
    return _SHA256.fullmatch(value) is not None


def _check_sha256(value: str) -> str:
    if isinstance(value, str) and _SHA256.fullmatch(value):
        return value
    raise InputError(f"{shown(value)} is not a content key (64 lower-case hexadecimal digits).")


def must_survive(key: str) -> bool:
    """Whether an object has to outlast a crash of the machine: all but step logs, step reports
    and pages, which only tell of what values, claims and records hold."""
    return _TOLD.fullmatch(key) is None


def object_key(name: str) -> str:
    """Where the tools of a workflow keep the object ``name``, out of the way of all records."""
    return f"objects/{check_key(name)}"


# --- content ---------------------------------------------------------------------------------


def digest(data: bytes) -> str:
    """The sha256 of ``data``: 64 lower-case hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def digest_file(path: Path) -> str:
    """The sha256 of a file's bytes, read in small pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def canonical_json(value: object) -> bytes:
    """``value`` as JSON with one spelling: sorted names, no blanks, ASCII, no NaN.

    Raises ``InputError`` for what JSON cannot tell apart or hold: names that are not ``str``
    (1 and "1" would meet), NaN and infinities, and other types.
    """
    _check_names(value)
    try:
        text = json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)
    except (TypeError, ValueError) as error:
        raise InputError(f"A content key needs JSON data: {error}.") from error
    return text.encode("ascii")


def content_key(
    step: str, version: str, configuration: Mapping[str, object], inputs: Mapping[str, str]
) -> str:
    """The sha256 under which a step's value is cached.

    ``version`` identifies the code that computes the value, ``configuration`` is JSON data, and
    ``inputs`` gives for each input its digest or the content key of the step that made it.
    """
    parts = ["stageline/1", step, version, dict(configuration), dict(inputs)]
    return digest(canonical_json(parts))


def _check_names(value: object) -> None:
    if isinstance(value, dict):
        for name, item in value.items():
            if not isinstance(name, str):
                raise InputError(f"A content key needs text as names, not {shown(name)}.")
            _check_names(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _check_names(item)
