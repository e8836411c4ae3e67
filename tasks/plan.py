"""A plan: the steps of a stage, and from where each takes its inputs."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

from stageline.errors import ConfigError
from stageline.keys import check_id
from stageline.step import Source
from tasks.step import JobStep


class StagePlan(Protocol):
    """What the contract has to know of a stage: its id, the steps that count for its progress,
    the version of its code, and the type of each step's value."""

    @property
    def stage(self) -> str: ...

    @property
    def steps(self) -> Collection[str]: ...

    @property
    def version(self) -> str: ...

    @property
    def kinds(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True)
class Plan:
    """Steps in order. ``takes`` names, for each positional input of a step, the source or the
    step that gives it. A step may take only from sources and from steps before it."""

    stage: str
    sources: tuple[str, ...]
    steps: Mapping[str, JobStep[..., Any]]
    takes: Mapping[str, tuple[str, ...]]

    def needs(self, name: str) -> tuple[str, ...]:
        """The steps whose values ``name`` takes."""
        return tuple(giver for giver in self.takes[name] if giver in self.steps)

    def following(self, name: str) -> frozenset[str]:
        """``name`` and all steps behind it."""
        found = {name}
        for later in self.steps:
            if found.intersection(self.takes[later]):
                found.add(later)
        return frozenset(found)

    def options(self, name: str, given: Mapping[str, Any]) -> dict[str, Any]:
        """The configuration of a step, out of the parameters of the job."""
        return {option: given[option] for option in self.steps[name].about.defaults
                if option in given}  # fmt: skip

    @cached_property
    def version(self) -> str:
        """The versions of all steps."""
        return "".join(step.about.version for step in self.steps.values())

    @cached_property
    def kinds(self) -> Mapping[str, Any]:
        """The type of the value that each source and step gives."""
        types = {name: step.about.output for name, step in self.steps.items()}
        return {**dict.fromkeys(self.sources, Source), **types}


def plan(
    stage: str, *wires: tuple[JobStep[..., Any], *tuple[str, ...]], sources: tuple[str, ...]
) -> Plan:
    """Wire the steps of a stage: each with the names of what its inputs take, in order.

    Raises ``ConfigError`` when a name is unknown or comes too late, or a step is there twice.
    """
    steps: dict[str, JobStep[..., Any]] = {}
    takes: dict[str, tuple[str, ...]] = {}
    for step, *givers in wires:
        name = step.about.step_id
        _check(name, len(step.about.inputs), givers, known={*sources, *steps}, again=name in steps)
        steps[name], takes[name] = step, tuple(givers)
    return Plan(check_id("stage", stage), sources, steps, takes)


def _check(name: str, inputs: int, givers: list[str], known: set[str], again: bool) -> None:
    unknown = [giver for giver in givers if giver not in known]
    if again:
        raise ConfigError(f"The step {name} is wired twice.")
    if unknown:
        raise ConfigError(f"The step {name} takes {unknown[0]!r}, which nothing before it gives.")
    if len(givers) != inputs:
        raise ConfigError(f"The step {name} has {inputs} inputs; {len(givers)} are wired.")
