"""The folder is the registry: tools are found by being in ``stageline/tools/``.

Other people's tools are found through the entry-point group ``stageline.tools``: the name of
an entry is the name of the tool, its value leads to the function.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from types import MappingProxyType
from typing import Any

import stageline.tools
from stageline.errors import ConfigError, InputError
from stageline.keys import check_id
from stageline.ports import Tool, describe_tool

GROUP = "stageline.tools"


@cache
def tool_names() -> frozenset[str]:
    """The names of all tools; none is imported for that."""
    return frozenset([*_own_names(), *_foreign()])


@cache
def find_tool(name: str) -> Tool | None:
    """The tool of this name, or ``None``. Raises ``ConfigError`` if it cannot be loaded."""
    if name in _own_names():
        module = import_module(f"{stageline.tools.__name__}.{name}")
        if not hasattr(module, name):
            raise ConfigError(f"stageline/tools/{name}.py has no function {name}.")
        return describe_tool(getattr(module, name))
    entry = _foreign().get(name)
    return describe_tool(_load(entry), name) if entry else None


def all_tools() -> Iterator[Tool]:
    """Every tool, by name."""
    for name in sorted(tool_names()):
        if tool := find_tool(name):
            yield tool


def forget_tools() -> None:
    """Look anew at the next question: for a process into which a package was just installed."""
    for cached in (tool_names, find_tool, _own_names, _foreign):
        cached.cache_clear()


@cache
def _own_names() -> frozenset[str]:
    found = pkgutil.iter_modules(stageline.tools.__path__)
    return frozenset(module.name for module in found if not module.name.startswith("_"))


@cache
def _foreign() -> Mapping[str, EntryPoint]:
    found: dict[str, EntryPoint] = {}
    for entry in entry_points(group=GROUP):
        _check_name(entry)
        other = found.setdefault(entry.name, entry)
        if other != entry:
            raise ConfigError(
                f"Two installed packages have a tool {entry.name}: {_origin(other)} and "
                f"{_origin(entry)}. Remove one of them."
            )
    return MappingProxyType(found)


def _check_name(entry: EntryPoint) -> None:
    try:
        check_id("tool", entry.name)
    except InputError as error:
        raise ConfigError(f"A tool of {_origin(entry)} has a wrong name: {error}") from error
    if entry.name in _own_names():
        raise ConfigError(
            f"The tool {entry.name} of {_origin(entry)} has the name of one of Stageline's own. "
            "Give it another one, or remove the package."
        )


def _origin(entry: EntryPoint) -> str:
    package = entry.dist.name if entry.dist else "an installed package"
    return f"{package} ({entry.value})"


def _load(entry: EntryPoint) -> Any:
    try:
        return entry.load()
    except Exception as error:
        raise ConfigError(
            f"The tool {entry.name} of {_origin(entry)} cannot be loaded: "
            f"{type(error).__name__}: {error}."
        ) from error
