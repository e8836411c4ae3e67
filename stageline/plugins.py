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
from stageline.errors import ConfigError
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
        return describe_tool(getattr(module, name))
    entry = _foreign().get(name)
    return describe_tool(_load(entry), name) if entry else None


def all_tools() -> Iterator[Tool]:
    """Every tool, by name."""
    for name in sorted(tool_names()):
        if tool := find_tool(name):
            yield tool


@cache
def _own_names() -> frozenset[str]:
    found = pkgutil.iter_modules(stageline.tools.__path__)
    return frozenset(module.name for module in found if not module.name.startswith("_"))


@cache
def _foreign() -> Mapping[str, EntryPoint]:
    found = {entry.name: entry for entry in entry_points(group=GROUP)}
    if taken := sorted(found.keys() & _own_names()):
        raise ConfigError(f"The tool {taken[0]} of an installed package has the name of ours.")
    return MappingProxyType(found)


def _load(entry: EntryPoint) -> Any:
    try:
        return entry.load()
    except Exception as error:
        raise ConfigError(
            f"The tool {entry.name} ({entry.value}) cannot be loaded: {error}."
        ) from error
