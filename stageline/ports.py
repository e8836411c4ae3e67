"""From a tool's signature to its ports: what goes in, how it is configured, what comes out.

A tool is one typed function. Positional parameters are input ports, keyword-only ones are
configuration, the fields of the dataclass that it returns are output ports. A keyword-only
parameter whose annotation is a *service* (``Store``, ``Files``, ``Notifier``, ``Stop``) is
handed in by whoever runs the tool, and is no port.
"""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from inspect import Parameter, getdoc, signature
from pathlib import Path
from typing import Annotated, Any, Protocol, get_type_hints

from pydantic import (
    BaseModel,
    ConfigDict,
    TypeAdapter,
    ValidationError,
    WithJsonSchema,
    create_model,
)
from pydantic_core import to_json

from stageline.codec import to_data
from stageline.errors import ConfigError, InputError
from stageline.keys import check_id
from stageline.step import code_version
from stageline.store import Store


@dataclass(frozen=True, slots=True)
class LocalFile:
    """A file of the run. ``path`` is where it lies here, ``uri`` what the user named."""

    path: Path
    uri: str
    sha256: str
    size: int
    mime: str = "application/octet-stream"

    def as_data(self) -> dict[str, Any]:
        """What of it is a value: everything but the path, which differs from host to host."""
        return {"uri": self.uri, "sha256": self.sha256, "size": self.size, "mime": self.mime}


File = Annotated[LocalFile, WithJsonSchema({"type": "file"})]
"""The annotation of a port that takes a file."""


class Files(Protocol):
    """A service: files by URI, as local copies."""

    def open(self, uri: str) -> LocalFile:
        """The file at a path or URI; ``InputError`` if there is none or it may not be read."""


class Notifier(Protocol):
    """A service: sends messages through a notification block."""

    def notify(self, block: str, subject: str, body: str) -> None:
        """Send one message; ``ConfigError`` if there is no such block."""


class Stop(Protocol):
    """A service: tells a tool that it is to end (cancelled, or out of time)."""

    def wait(self, seconds: float) -> bool:
        """Wait so long, or until told to stop; True if told to stop."""

    def note(self, line: str) -> None:
        """Tell a line of output while the tool runs."""


SERVICES: tuple[type, ...] = (Store, Files, Notifier, Stop)


@dataclass(frozen=True, slots=True)
class Traits:
    """What a tool's file may say of it in a constant ``TRAITS``.

    ``isolated``: it may hang or eat memory, so it runs in a process that can be killed.
    ``outside``: it looks at or acts on the world, so a fresh run calls it anew.
    """

    isolated: bool = False
    outside: bool = False


@dataclass(frozen=True, slots=True)
class Port:
    """A named, typed value. ``type`` is a JSON type, ``file``, or ``any``."""

    name: str
    type: str
    required: bool = False
    schema: Mapping[str, Any] = field(default_factory=dict)
    nullable: bool = False


@dataclass(frozen=True)
class Tool:
    """A tool taken apart. ``version`` is the digest of the source that computes its result."""

    name: str
    function: Callable[..., Any]
    inputs: Mapping[str, Port]
    options: Mapping[str, Port]
    outputs: Mapping[str, Port]
    services: Mapping[str, type]
    traits: Traits
    title: str
    description: str

    @cached_property
    def version(self) -> str:
        return code_version(self.function)

    @cached_property
    def ports(self) -> Mapping[str, Port]:
        """Inputs and configuration together: what a node's ``parameters`` may give."""
        return {**self.inputs, **self.options}

    @cached_property
    def model(self) -> type[BaseModel]:
        """The pydantic model of all parameters; no unknown names, no conversion of types."""
        return _model(self.function, tuple(self.ports))

    def check(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """``arguments`` (JSON data; ``LocalFile`` for files) as the function takes them.

        Raises ``InputError`` that names every parameter that does not fit.
        """
        files = {n: v for n, v in arguments.items() if isinstance(v, LocalFile)}
        shown = {n: (v.as_data() | {"path": str(v.path)} if n in files else v)
                 for n, v in arguments.items()}  # fmt: skip
        try:
            model = self.model.model_validate_json(to_json(shown), strict=True)
        except ValidationError as error:
            raise InputError(f"{self.name}: {_explain(error)}") from None
        return {n: getattr(model, n) for n in model.model_fields_set} | files


def describe_tool(function: Callable[..., Any], name: str | None = None) -> Tool:
    """Take a tool apart. Raises ``ConfigError`` if the function cannot be a tool."""
    name = check_id("tool", name or function.__name__)
    hints = get_type_hints(function, include_extras=True)
    result = hints.get("return")
    if not (isinstance(result, type) and dataclasses.is_dataclass(result)):
        raise ConfigError(f"The tool {name} needs a dataclass as its return annotation.")
    parameters = signature(function).parameters.values()
    services = {p.name: hints[p.name] for p in parameters if hints.get(p.name) in SERVICES}
    doc = (getdoc(function) or name.replace("_", " ")).strip()
    return Tool(
        name=name,
        function=function,
        inputs=_ports(name, parameters, hints, services, {Parameter.POSITIONAL_OR_KEYWORD,
                                                          Parameter.POSITIONAL_ONLY}),
        options=_ports(name, parameters, hints, services, {Parameter.KEYWORD_ONLY}),
        outputs=_fields(result),
        services=services,
        traits=_traits(function),
        title=doc.splitlines()[0].rstrip("."),
        description=doc,
    )  # fmt: skip


def _traits(function: Callable[..., Any]) -> Traits:
    found = getattr(sys.modules.get(function.__module__), "TRAITS", Traits())
    if not isinstance(found, Traits):
        raise ConfigError(f"TRAITS of {function.__module__} must be a stageline.ports.Traits.")
    return found


def _ports(
    tool: str,
    parameters: Any,
    hints: Mapping[str, Any],
    services: Mapping[str, type],
    kinds: set[Any],
) -> dict[str, Port]:
    found = {}
    for parameter in parameters:
        if parameter.kind in kinds and parameter.name not in services:
            if parameter.name not in hints:
                raise ConfigError(f"The parameter {parameter.name} of tool {tool} has no type.")
            required = parameter.default is Parameter.empty
            found[parameter.name] = port_of(parameter.name, hints[parameter.name], required)
    return found


def _fields(result: type) -> dict[str, Port]:
    hints = get_type_hints(result, include_extras=True)
    return {f.name: port_of(f.name, hints[f.name]) for f in dataclasses.fields(result)}


def port_of(name: str, annotation: Any, required: bool = False) -> Port:
    """The port of one annotated parameter or field."""
    schema = TypeAdapter(annotation).json_schema()
    kinds = _types(schema, schema.get("$defs", {}))
    plain = kinds - {"null"}
    kind = (
        next(iter(plain))
        if len(plain) == 1
        else "number"
        if plain == {"integer", "number"}
        else "any"
    )
    return Port(name, kind, required, schema, nullable="null" in kinds or "any" in kinds)


def _types(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> set[str]:
    if "$ref" in schema:
        return _types(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    if "anyOf" in schema:
        return set().union(*(_types(option, definitions) for option in schema["anyOf"]))
    if "enum" in schema or "const" in schema:
        values = schema.get("enum", [schema.get("const")])
        return {"string"} if all(isinstance(v, str) for v in values) else {"any"}
    return {schema.get("type", "any")}


def _model(function: Callable[..., Any], names: tuple[str, ...]) -> type[BaseModel]:
    hints = get_type_hints(function, include_extras=True)
    parameters = signature(function).parameters
    fields: dict[str, Any] = {
        n: (hints[n], ... if parameters[n].default is Parameter.empty else parameters[n].default)
        for n in names
    }
    return create_model(
        f"{function.__name__}_parameters",
        __config__=ConfigDict(extra="forbid", arbitrary_types_allowed=True),
        **fields,
    )


def _explain(error: ValidationError) -> str:
    parts = []
    for item in error.errors(include_url=False, include_context=False, include_input=False)[:10]:
        place = ".".join(str(part) for part in item["loc"]) or "parameters"
        parts.append(f"{place}: {item['msg'][:200]}")
    return "; ".join(parts)


def outputs_of(result: Any) -> dict[str, Any]:
    """What a tool returned, as JSON data by output port."""
    found = {f.name: getattr(result, f.name) for f in dataclasses.fields(result)}
    return {n: v.as_data() if isinstance(v, LocalFile) else to_data(v) for n, v in found.items()}
