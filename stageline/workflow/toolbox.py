"""What a check asks of tools, put so that thousands of nodes can be asked quickly."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pydantic import ValidationError
from pydantic_core import to_json

from stageline.errors import ConfigError
from stageline.plugins import find_tool
from stageline.ports import Port, Tool


class Misfit(NamedTuple):
    """A literal that a tool does not take: the path to it from the parameters, and why."""

    path: tuple[str | int, ...]
    message: str


@dataclass(frozen=True)
class Kit:
    """A tool as a check needs it. ``outputs`` gives types by port, ``error`` among them.

    ``literal``: the parameters whose literals its model can judge; files are opened first.
    """

    tool: Tool
    ports: Mapping[str, Port]
    outputs: Mapping[str, str]
    names: frozenset[str]
    required: frozenset[str]
    literal: frozenset[str]
    _known: dict[bytes, tuple[Misfit, ...]] = field(default_factory=dict)

    def misfits(self, literals: Mapping[str, Any]) -> tuple[Misfit, ...]:
        """What of these parameters the tool's model refuses; the same ones are judged once."""
        if not literals:
            return ()
        text = to_json(literals)
        found = self._known.get(text)
        if found is None:
            found = self._known[text] = self._judge(text)
        return found

    def _judge(self, text: bytes) -> tuple[Misfit, ...]:
        try:
            self.tool.model.model_validate_json(text, strict=True)
        except ValidationError as error:
            items = error.errors(include_url=False, include_context=False, include_input=False)
            return tuple(Misfit(i["loc"], i["msg"][:200]) for i in items if not _is_absence(i))
        return ()


def _is_absence(item: Any) -> bool:
    """A parameter that is not among the literals may be given by a reference."""
    return item["type"] == "missing" and len(item["loc"]) == 1


class Toolbox:
    """The tools that a document names; each is looked up once. ``broken`` says why one could
    not be loaded."""

    def __init__(self) -> None:
        self.broken: dict[str, str] = {}
        self._kits: dict[str, Kit | None] = {}

    def find(self, name: str) -> Kit | None:
        """The tool of this name, or ``None`` if there is none that can be loaded."""
        try:
            return self._kits[name]
        except KeyError:
            found = self._kits[name] = self._load(name)
            return found

    def _load(self, name: str) -> Kit | None:
        try:
            tool = find_tool(name)
        except (ConfigError, ImportError) as error:
            self.broken[name] = str(error)
            return None
        return _kit(tool) if tool else None


def _kit(tool: Tool) -> Kit:
    ports = tool.ports
    return Kit(
        tool=tool,
        ports=ports,
        outputs={**{name: port.type for name, port in tool.outputs.items()}, "error": "any"},
        names=frozenset(ports),
        required=frozenset(name for name, port in ports.items() if port.required),
        literal=frozenset(name for name, port in ports.items() if not _takes_files(port)),
    )


def _takes_files(port: Port) -> bool:
    return '"type": "file"' in json.dumps(port.schema)
