"""A step's outcome: its value, and what it says about it for people and programs.

A step is a plain function that returns ``Outcome``; what surrounds it (logs, times, storage)
is added outside, so that the function can be called and tested alone.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from inspect import Parameter, getdoc, getsource, signature
from pathlib import Path
from typing import Any, Generic, TypeVar, get_args, get_type_hints

from stageline.errors import ConfigError
from stageline.job import StepLog, StepReport
from stageline.keys import check_id, digest
from stageline.source_code import source_version

Value_co = TypeVar("Value_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Findings:
    """What a step reports. ``results`` is JSON data: counts first, then named lists.

    Insights state facts that name real objects; recommendations say what to do about which.
    """

    items_processed: int = 0
    results: Mapping[str, Any] = field(default_factory=dict)
    insights: tuple[str, ...] = ()
    recommendations: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome(Generic[Value_co]):
    """What a step function returns: the value for the steps behind it, and its findings."""

    value: Value_co
    findings: Findings


@dataclass(frozen=True, slots=True)
class Source:
    """A file handed in. ``digest`` is the sha256 of its bytes, ``uri`` what the user named."""

    path: Path
    digest: str
    size: int
    uri: str


@dataclass(frozen=True, slots=True)
class Ref:
    """A value that a step made, by reference: where it lies, and the sha256 of its bytes."""

    step_id: str
    content_key: str
    digest: str
    size: int


@dataclass(frozen=True, slots=True)
class StepResult:
    """One executed step: its value by reference, what it says, and what it logged."""

    value: Ref | None
    report: StepReport
    log: StepLog


@dataclass(frozen=True)
class StepFunction:
    """A step function taken apart.

    Positional parameters are inputs, keyword-only ones are configuration, and the value has
    the type ``output`` of the annotated ``Outcome[output]``. ``version`` is the digest of the
    source that computes the value. ``misfit`` says why a stored value can be none of this
    step; with it a value is decoded as soon as it is found, else when it is needed.
    """

    function: Callable[..., Outcome[Any]]
    step_id: str
    title: str
    inputs: tuple[str, ...]
    defaults: Mapping[str, Any]
    output: Any
    version: str
    cached_as: str = ""
    misfit: Callable[[Any], str | None] | None = None

    @property
    def cache_id(self) -> str:
        """Whose values these are: rounds of a loop share one, though each is a step."""
        return self.cached_as or self.step_id


def describe(function: Callable[..., Outcome[Any]]) -> StepFunction:
    """Take a step function apart. Raises ``ConfigError`` if it cannot be a step."""
    name = check_id("step", function.__name__)
    output = get_args(get_type_hints(function).get("return"))
    if len(output) != 1:
        raise ConfigError(f"The step {name} needs the annotation '-> Outcome[...]'.")
    parameters = signature(function).parameters.values()
    options = [p for p in parameters if p.kind is Parameter.KEYWORD_ONLY]
    return StepFunction(
        function=function,
        step_id=name,
        title=(getdoc(function) or name.replace("_", " ")).splitlines()[0].rstrip("."),
        inputs=tuple(p.name for p in parameters if p.kind is Parameter.POSITIONAL_OR_KEYWORD),
        defaults={p.name: p.default for p in options},
        output=output[0],
        version=code_version(function),
    )


def code_version(function: Callable[..., Any]) -> str:
    """The sha256 of the source that a function's result depends on (``stageline.source_code``)."""
    module = sys.modules.get(function.__module__)
    file = getattr(module, "__file__", None)
    if file is None or function.__module__ == "__main__" or "." in function.__qualname__:
        return digest(getsource(function).encode())
    root = Path(file).parents[function.__module__.count(".")]
    return source_version(root, function.__module__, function.__name__)
