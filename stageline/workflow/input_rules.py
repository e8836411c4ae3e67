"""Rules for the declarations of inputs and of the fields of forms."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from stageline.errors import ConfigError, StagelineError
from stageline.keys import shown
from stageline.workflow.checking import Checking
from stageline.workflow.document import Input
from stageline.workflow.findings import Path
from stageline.workflow.input_types import misfit
from stageline.workflow.patterns import finds
from stageline.workflow.spelling import spelling
from stageline.workflow.survey import Placed

MAX_PATTERNS = 1_000
"""Reading one may take milliseconds."""
_NUMBERS, _SIZED = ("number", "integer"), ("string", "array")
# For which types a field has a meaning.
_MEANT: Mapping[str, tuple[str, ...]] = {
    "pattern": ("string",),
    "minimum": _NUMBERS,
    "maximum": _NUMBERS,
    "min_length": _SIZED,
    "max_length": _SIZED,
    "items": ("array",),
    "mime": ("file",),
}
_MIME = re.compile(r"(?:\*/\*|[a-z0-9.+-]+/(?:\*|[a-z0-9.+-]+))", re.ASCII | re.IGNORECASE)
_Words = tuple[str, str | Path, str, str]
"""Code, field (or the path to one of its items), message, hint."""


def check_specs(
    c: Checking, specs: Mapping[str, Input], path: Path, placed: Placed | None = None
) -> None:
    """Check the inputs, or the fields of a form, that are declared at ``path``."""
    for name, spec in specs.items():
        c.patterns += spec.pattern is not None
        if c.patterns == MAX_PATTERNS + 1:
            message = f"The document has more than {MAX_PATTERNS:,} patterns."
            c.report("too_many_patterns", message, (*path, name, "pattern"), "Use fewer.", placed)
        if c.patterns > MAX_PATTERNS:
            return
        for code, field, message, hint in _rules(spec):
            steps = field if isinstance(field, tuple) else (field,)
            c.report(code, f"{name}: {message}", (*path, name, *steps), hint, placed, name)


def _rules(spec: Input) -> Iterator[_Words]:
    yield from _fields(spec)
    yield from _bounds(spec)
    if spec.pattern is not None:
        yield from _pattern(spec.pattern)
    for number, mime in enumerate(spec.mime):
        if not _MIME.fullmatch(mime):
            yield ("bad_mime", ("mime", number), f"{shown(mime)} is no MIME type.",
                   "Write it like application/pdf or image/*.")  # fmt: skip
    yield from _enum(spec)
    yield from _default(spec)


def _fields(spec: Input) -> Iterator[_Words]:
    for field in spec.model_fields_set & _MEANT.keys():
        value = getattr(spec, field)
        if value is not None and value != () and spec.type not in _MEANT[field]:
            yield ("field_not_for_type", field, f"{field!r} means nothing for {spec.type}.",
                   f"It is for {' and '.join(_MEANT[field])}.")  # fmt: skip


def _bounds(spec: Input) -> Iterator[_Words]:
    pairs = (("minimum", "maximum"), ("min_length", "max_length"))
    for low, high in pairs:
        least, most = getattr(spec, low), getattr(spec, high)
        if least is not None and most is not None and least > most:
            yield ("bad_bounds", low, f"{low!r} is greater than {high!r}.",
                   "Nothing fits: exchange them.")  # fmt: skip


def _pattern(pattern: str) -> Iterator[_Words]:
    try:
        finds(pattern, "")
    except ConfigError as error:
        yield "bad_pattern", "pattern", str(error), "Install it, or leave patterns out."
    except StagelineError as error:
        yield ("bad_pattern", "pattern", str(error),
               "Use the syntax of RE2: no look-around and no back references.")  # fmt: skip


def _enum(spec: Input) -> Iterator[_Words]:
    choices = spec.enum or ()
    plain = spec.model_copy(update={"enum": None, "pattern": None})
    seen = set()
    for number, choice in enumerate(choices):
        at = ("enum", number)
        if why := misfit(plain, choice):
            yield "bad_enum", at, f"{why}.", "Each choice is a value of the input."
        elif spelling(choice) in seen:
            yield "bad_enum", at, f"{shown(choice)} is there twice.", "Keep one of them."
        seen.add(spelling(choice))


def _default(spec: Input) -> Iterator[_Words]:
    if not spec.has_default:
        return
    if spec.required:
        yield ("required_and_default", "required", "An input with a default is not required.",
               "Take one of both out.")  # fmt: skip
    if spec.default is None:
        return
    without_pattern = spec.model_copy(update={"pattern": None})
    usable = spec if spec.pattern is None or not list(_pattern(spec.pattern)) else without_pattern
    if why := misfit(usable, spec.default):
        yield "bad_default", "default", f"{why}.", "Give a default that fits."
