"""From a tool's signature to its ports: what goes in, how it is configured, what comes out.

A tool is one typed function. Positional parameters are input ports, keyword-only ones are
configuration, the fields of the dataclass that it returns are output ports. A keyword-only
parameter whose annotation is a *service* (``Store``, ``Files``, ``Notifier``, ``Stop``) is
handed in by whoever runs the tool, and is no port.
"""

from __future__ import annotations

import dataclasses
import sys
import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from inspect import Parameter, getdoc, iscoroutinefunction, isfunction, signature
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
from pydantic.errors import PydanticUserError
from pydantic_core import PydanticSerializationError, to_json, to_jsonable_python

from stageline.errors import ConfigError, InputError
from stageline.keys import check_id
from stageline.store import Store

ERROR_PORT = "error"
"""Every node has this port beside those of its tool; so no output may be called so."""
MAX_SHOWN = 10


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

    ``isolated``: it may hang or eat memory, so it runs in a process that can be killed; of the
    services it can have ``Stop`` only. Its process gets at most ``memory_mb`` MiB of address
    space, and of the environment a short fixed list and the variables named ``environment``.
    ``outside``: it looks at or acts on the world, so each job calls it anew.
    """

    isolated: bool = False
    outside: bool = False
    memory_mb: int = 4096
    environment: tuple[str, ...] = ()


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
        from stageline.step import code_version  # noqa: PLC0415 - what only runs needs no steps

        return code_version(self.function)

    @cached_property
    def ports(self) -> Mapping[str, Port]:
        """Inputs and configuration together: what a node's ``parameters`` may give."""
        return {**self.inputs, **self.options}

    @cached_property
    def model(self) -> type[BaseModel]:
        """The pydantic model of all parameters; no unknown names, no conversion of types."""
        return model_of(self.function, self.services)

    def check(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """``arguments`` (JSON data; ``LocalFile`` for files, or what ``as_json`` made of one)
        as the function takes them.

        Raises ``InputError`` that names every parameter that does not fit.
        """
        return check_arguments(self.name, self.model, arguments)


def as_json(value: Any) -> Any:
    """JSON data in which each ``LocalFile`` has become a mapping that ``Tool.check`` takes."""
    if isinstance(value, LocalFile):
        return value.as_data() | {"path": str(value.path)}
    if isinstance(value, Mapping):
        return {name: as_json(item) for name, item in value.items()}
    return [as_json(item) for item in value] if isinstance(value, list | tuple) else value


def check_arguments(
    name: str, model: type[BaseModel], arguments: Mapping[str, Any]
) -> dict[str, Any]:
    """What ``Tool.check`` does, given the model of the parameters (``model_of``)."""
    try:
        data = to_json(as_json(arguments))
        found = model.model_validate_json(data, strict=True)
    except ValidationError as error:
        raise InputError(f"{name}: {_explain(error)}") from None
    except (PydanticSerializationError, RecursionError, ValueError) as error:
        raise InputError(f"{name}: the parameters are not JSON data: {error}.") from None
    return {n: getattr(found, n) for n in model.model_fields if n in found.model_fields_set}


def services_of(function: Callable[..., Any], name: str) -> dict[str, type]:
    """The services that a tool asks for, by parameter."""
    hints = _hints(name, function)
    parameters = signature(function).parameters
    return {n: hints[n] for n in parameters if hints.get(n) in SERVICES}


def describe_tool(function: Callable[..., Any], name: str | None = None) -> Tool:
    """Take a tool apart. Raises ``ConfigError`` if the function cannot be a tool."""
    if not isfunction(function) or iscoroutinefunction(function):
        raise ConfigError(f"The tool {name or function!r} must be a plain function.")
    name = check_id("tool", name or function.__name__)
    hints = _hints(name, function)
    result = hints.get("return")
    if not (isinstance(result, type) and dataclasses.is_dataclass(result)):
        raise ConfigError(f"The tool {name} needs a dataclass as its return annotation.")
    parameters = tuple(signature(function).parameters.values())
    services = services_of(function, name)
    _check_kinds(name, parameters, services)
    ports = {p.name: _port_of_parameter(name, p, hints) for p in parameters
             if p.name not in services}  # fmt: skip
    options = {p.name for p in parameters if p.kind is Parameter.KEYWORD_ONLY}
    doc = (getdoc(function) or name.replace("_", " ")).strip()
    return Tool(
        name=name,
        function=function,
        inputs={n: port for n, port in ports.items() if n not in options},
        options={n: port for n, port in ports.items() if n in options},
        outputs=_outputs(name, result),
        services=services,
        traits=_traits(name, function, services),
        title=doc.splitlines()[0].rstrip("."),
        description=doc,
    )


def _hints(tool: str, subject: Any) -> dict[str, Any]:
    try:
        return get_type_hints(subject, include_extras=True)
    except (NameError, TypeError, SyntaxError) as error:
        raise ConfigError(f"An annotation of tool {tool} cannot be understood: {error}.") from error


def _check_kinds(tool: str, parameters: Iterable[Parameter], services: Mapping[str, type]) -> None:
    for p in parameters:
        if p.kind in {Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD}:
            raise ConfigError(f"The tool {tool} has the parameter {p}; each needs its own name.")
        if p.kind is Parameter.POSITIONAL_ONLY:
            raise ConfigError(f"The parameter {p.name} of tool {tool} must take its name as well.")
        if p.name in services and p.kind is not Parameter.KEYWORD_ONLY:
            raise ConfigError(f"The service {p.name} of tool {tool} must be keyword-only.")


def _traits(tool: str, function: Callable[..., Any], services: Mapping[str, type]) -> Traits:
    found = getattr(sys.modules.get(function.__module__), "TRAITS", Traits())
    if not isinstance(found, Traits):
        raise ConfigError(f"TRAITS of {function.__module__} must be a stageline.ports.Traits.")
    if found.isolated and (strange := sorted(n for n, s in services.items() if s is not Stop)):
        raise ConfigError(
            f"The tool {tool} runs in a process of its own, which cannot have {strange[0]}."
        )
    return found


def _port_of_parameter(tool: str, parameter: Parameter, hints: Mapping[str, Any]) -> Port:
    name = parameter.name
    if name not in hints:
        raise ConfigError(f"The parameter {name} of tool {tool} has no type.")
    return _named_port(tool, name, hints[name], parameter.default is Parameter.empty)


def _outputs(tool: str, result: type) -> dict[str, Port]:
    hints = _hints(tool, result)
    found = [f.name for f in dataclasses.fields(result)]
    if ERROR_PORT in found:
        raise ConfigError(f"The tool {tool} cannot call an output {ERROR_PORT}: every node has it.")
    return {name: _named_port(tool, name, hints[name]) for name in found}


def _named_port(tool: str, name: str, annotation: Any, required: bool = False) -> Port:
    try:
        return port_of(check_id("port", name), annotation, required)
    except (PydanticUserError, InputError) as error:
        text = str(error).splitlines()[0]
        raise ConfigError(f"The port {name} of tool {tool} cannot be JSON data: {text}") from error


def port_of(name: str, annotation: Any, required: bool = False) -> Port:
    """The port of one annotated parameter or field."""
    schema = TypeAdapter(annotation).json_schema()
    kinds = _types(schema, schema.get("$defs", {}))
    nullable = "null" in kinds or "any" in kinds
    return Port(name, _one_of(kinds - {"null"}), required, schema, nullable)


def _one_of(kinds: set[str]) -> str:
    if kinds == {"integer", "number"}:
        return "number"
    return next(iter(kinds)) if len(kinds) == 1 else "any"


def _types(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> set[str]:
    if "$ref" in schema:
        return _types(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    if "anyOf" in schema:
        return set().union(*(_types(option, definitions) for option in schema["anyOf"]))
    if "enum" in schema or "const" in schema:
        values = schema.get("enum", [schema.get("const")])
        return {"string"} if all(isinstance(v, str) for v in values) else {"any"}
    return {schema.get("type", "any")}


def model_of(function: Callable[..., Any], services: Iterable[str]) -> type[BaseModel]:
    """The pydantic model of all parameters of a tool but its ``services``."""
    hints = get_type_hints(function, include_extras=True)
    parameters = signature(function).parameters
    names = [name for name in parameters if name not in set(services)]
    fields: dict[str, Any] = {
        n: (hints[n], ... if parameters[n].default is Parameter.empty else parameters[n].default)
        for n in names
    }
    with warnings.catch_warnings():
        # A parameter may be called json or copy: the value of a field goes before the method.
        warnings.filterwarnings("ignore", "Field name .* shadows an attribute", UserWarning)
        return create_model(
            f"{function.__name__}_parameters",
            __config__=ConfigDict(
                extra="forbid", arbitrary_types_allowed=True, protected_namespaces=()
            ),
            **fields,
        )


def _explain(error: ValidationError) -> str:
    parts = []
    shown = error.errors(include_url=False, include_context=False, include_input=False)
    for item in shown[:MAX_SHOWN]:
        place = ".".join(str(part) for part in item["loc"]) or "parameters"
        parts.append(f"{place}: {item['msg'][:200]}")
    rest = len(shown) - MAX_SHOWN
    return "; ".join([*parts, f"and {rest} more"] if rest > 0 else parts)


def outputs_of(result: Any) -> dict[str, Any]:
    """What a tool returned, as JSON data by output port. Raises ``InputError`` for what is no
    JSON data, or nested too deep to be kept; ``ConfigError`` for what is no dataclass."""
    if isinstance(result, type) or not dataclasses.is_dataclass(result):
        raise ConfigError(f"The tool returned {result!r:.100}, not the dataclass that it declares.")
    found = {f.name: getattr(result, f.name) for f in dataclasses.fields(result)}
    return {n: v.as_data() if isinstance(v, LocalFile) else _output(n, v) for n, v in found.items()}


def _output(name: str, value: Any) -> Any:
    try:
        return to_jsonable_python(value, inf_nan_mode="constants")  # these are refused later
    except (ValueError, RecursionError) as error:
        deep = isinstance(error, RecursionError) or "depth" in str(error)
        why = "nested too deep to be kept" if deep else "no JSON data"
        raise InputError(f"The output {name} is {why}: {error}.") from error
