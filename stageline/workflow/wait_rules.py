"""Rules for waits: exactly one thing is waited for, and it can come."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from stageline.keys import shown
from stageline.workflow.checking import Checking, Site
from stageline.workflow.document import MAX_SECONDS, WaitNode
from stageline.workflow.findings import Place
from stageline.workflow.input_rules import check_specs
from stageline.workflow.port_types import fits
from stageline.workflow.survey import Placed
from stageline.workflow.value_rules import OTHER_TYPE, check_value, literal_of

_WAYS = ("seconds", "until", "form")
_HINTS = {
    "seconds": "Use more than 0; for a far time, use 'until'.",
    "until": "Write date, time and zone as in ISO 8601.",
}


def check_wait(c: Checking, placed: Placed, node: WaitNode) -> None:
    """Check what a node waits for."""
    ways = [way for way in _WAYS if way in node.model_fields_set]
    if len(ways) != 1:
        found = f"not {' and '.join(ways)}" if ways else "and has none of them"
        c.report("wait_way", f"A wait has one of seconds, until and form, {found}.",
                 placed.path, "Keep one of them.", placed)  # fmt: skip
    for way in ways:
        _CHECKS[way](c, placed, node)


def _check_seconds(c: Checking, placed: Placed, node: WaitNode) -> None:
    _check(c, placed, "seconds", "number", _wrong_seconds, node.seconds)


def _check_until(c: Checking, placed: Placed, node: WaitNode) -> None:
    _check(c, placed, "until", "string", _wrong_time, node.until)


def _check(
    c: Checking,
    placed: Placed,
    field: str,
    wanted: str,
    wrong: Callable[[Any], str | None],
    value: Any,
) -> None:
    path = (*placed.path, field)
    kind = check_value(c, value, Site(placed.level, placed), path)
    if not fits(kind.type, wanted):
        c.report("type_mismatch", f"{field!r} takes {wanted}, not {kind.type}.",
                 path, OTHER_TYPE, placed, field)  # fmt: skip
    elif kind.is_literal and (why := wrong(literal_of(value))):
        message = f"{field}: {shown(value)} is {why}."
        c.report("bad_value", message, path, _HINTS[field], placed, field)


def _wrong_seconds(value: float) -> str | None:
    return None if 0 < value <= MAX_SECONDS else f"not between 0 and {MAX_SECONDS:,}"


def _wrong_time(value: str) -> str | None:
    try:
        time = datetime.fromisoformat(value)
    except ValueError:
        return "no time such as 2030-01-31T09:00:00+01:00"
    return None if time.tzinfo else "a time without a zone such as Z or +01:00"


def _check_form(c: Checking, placed: Placed, node: WaitNode) -> None:
    path = (*placed.path, "form")
    if not node.form:
        c.report("empty_form", "A form needs fields.", path, "Add one, or use 'until'.", placed)
        return
    if "error" in node.form:
        c.report("reserved_name", "No field of a form can be called 'error'.",
                 Place((*path, "error"), is_key=True), "Use another name.", placed)  # fmt: skip
    check_specs(c, node.form, path, placed)


_CHECKS: Mapping[str, Callable[[Checking, Placed, WaitNode], None]] = {
    "seconds": _check_seconds,
    "until": _check_until,
    "form": _check_form,
}
