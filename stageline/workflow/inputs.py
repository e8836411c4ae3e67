"""The inputs of a workflow: given one by one or all at once, and checked before anything runs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stageline.errors import InputError
from stageline.keys import shown
from stageline.near import near
from stageline.workflow.document import Input, Workflow, expect_workflow
from stageline.workflow.input_types import convert, misfit
from stageline.workflow.mime import HEAD_BYTES, mime_of
from stageline.workflow.plain import tidy


class Inputs:
    """Values for a workflow's inputs, or for the fields of a form, as they are filled in.

    >>> inputs = Inputs(workflow)
    >>> inputs.set("threshold", 0.8).validate()
    {'customer': 'is needed'}
    """

    def __init__(self, workflow: Workflow) -> None:
        self._specs = expect_workflow(workflow).inputs
        self._given: dict[str, Any] = {}

    def set(self, name: str, value: Any) -> Inputs:
        """Give an input its value. Whether it fits, ``validate`` says."""
        self._given[name] = value
        return self

    def clear(self, name: str | None = None) -> Inputs:
        """Take one value back, or all."""
        if name is None:
            self._given.clear()
        else:
            self._given.pop(name, None)
        return self

    def validate(self) -> dict[str, str]:
        """What is wrong, by input name; nothing if all is well. Files of this host are looked
        into; those behind a URI are when the workflow is run."""
        return self._check()[1]

    @property
    def valid(self) -> bool:
        return not self.validate()

    @property
    def values(self) -> dict[str, Any]:
        """The values with defaults. Raises ``InputError`` that names everything wrong."""
        return _require(*self._check())

    def _check(self) -> tuple[dict[str, Any], dict[str, str]]:
        values, wrong = check_values(self._specs, self._given)
        for name, spec in self._specs.items():
            given = spec.type == "file" and name in values and name in self._given
            if given and (why := _wrong_file(spec, values[name])):
                wrong[name] = why
        return values, wrong

    def __repr__(self) -> str:
        return f"Inputs({', '.join(f'{n}={shown(v)}' for n, v in self._given.items())})"


def check_inputs(workflow: Workflow, given: Mapping[str, Any] | None) -> dict[str, Any]:
    """All inputs of a workflow as plain data, with defaults; null for what may be left out.

    Raises ``InputError`` that names every input that is missing, unknown, or does not fit.
    """
    return _require(*check_values(workflow.inputs, given or {}))


def check_form(form: Mapping[str, Input], given: Mapping[str, Any]) -> dict[str, Any]:
    """The same for the fields of a form that a person filled in."""
    return _require(*check_values(form, given))


def check_values(
    specs: Mapping[str, Input], given: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, str]]:
    """The values that fit, with defaults, and what is wrong with the others, by name."""
    values: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for name, spec in specs.items():
        value, why = _value(spec, given, name)
        if why:
            wrong[name] = why
        else:
            values[name] = value
    for name in given:
        if name not in specs:
            wrong[str(name)] = f"is not an input. {near(str(name), specs)}"
    return values, wrong


def _value(spec: Input, given: Mapping[str, Any], name: str) -> tuple[Any, str | None]:
    if name not in given:
        return (None, "is needed") if spec.is_required else (tidy(spec.default)[0], None)
    value, faults = tidy(given[name])
    if faults:
        return None, f"cannot be used: {faults[0].message} {faults[0].hint}"
    if value is None:
        allowed = not spec.is_required and spec.default is None
        return None, None if allowed else f"cannot be null; give it {_a(spec.type)}"
    return convert(spec, value), misfit(spec, value)


def _a(kind: str) -> str:
    return f"{'an' if kind[0] in 'aeio' else 'a'} {kind}"


def _require(values: dict[str, Any], wrong: Mapping[str, str]) -> dict[str, Any]:
    if not wrong:
        return values
    listed = "; ".join(f"{shown(name)} {why.rstrip('.')}" for name, why in list(wrong.items())[:20])
    raise InputError(f"The inputs do not fit: {listed}{'' if listed.endswith('?') else '.'}")


def _wrong_file(spec: Input, value: Any) -> str | None:
    """Why a local file does not fit; ``None`` too for what lies elsewhere."""
    if not isinstance(value, str) or "://" in value:
        return None
    path = Path(value)
    try:
        if not path.is_file():
            return f"{shown(value)} is not there, or is no file"
        with path.open("rb") as file:
            mime = mime_of(file.read(HEAD_BYTES), path.name)
    except OSError as error:
        return f"{shown(value)} cannot be read: {error.strerror or error}"
    return None if _takes(spec, mime) else f"{shown(value)} {_unwanted(spec, mime)}"


def check_file(spec: Input, mime: str, name: str = "file") -> None:
    """Raises ``InputError`` if an input does not take files of this MIME type.

    ``mime`` of the input may hold ``image/*`` and ``*/*``; none at all takes every file.
    """
    if not _takes(spec, mime):
        raise InputError(f"The file for {shown(name)} {_unwanted(spec, mime)}.")


def _unwanted(spec: Input, mime: str) -> str:
    return f"is {mime}, by its content; this input takes {' or '.join(spec.mime)}"


def _takes(spec: Input, mime: str) -> bool:
    return not spec.mime or any(_matches(mime, pattern) for pattern in spec.mime)


def _matches(mime: str, pattern: str) -> bool:
    found, wanted = mime.lower(), pattern.lower()
    if wanted.endswith("/*"):
        return wanted == "*/*" or found.startswith(wanted[:-1])
    return found == wanted
