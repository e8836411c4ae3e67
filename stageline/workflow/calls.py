"""From a node to the call of a step: what it is called with, and what identifies the result."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from stageline.errors import InputError, ToolError
from stageline.keys import canonical_json, content_key, digest, shown
from stageline.ports import LocalFile, Tool, outputs_of
from stageline.step import Findings, Outcome, StepFunction
from stageline.workflow.document import Node, TaskNode, WaitNode
from stageline.workflow.isolation import run_isolated
from stageline.workflow.previews import preview
from stageline.workflow.stopper import Stopper
from stageline.workflow.stored_outputs import misfit_of_known, misfit_of_tool, misfit_of_wait
from stageline.workflow.values import evaluate_value

OUTPUTS = dict[str, Any]
GRACE_SECONDS = 5.0
Open = Callable[[str], LocalFile]


@dataclass(frozen=True, slots=True)
class Bound:
    """The arguments of a tool, evaluated; ``identity`` is what of them makes a result the same."""

    arguments: Mapping[str, Any]
    identity: Mapping[str, Any]


def bind(node: TaskNode, tool: Tool, scope: Mapping[str, Any], open_file: Open) -> Bound:
    """Evaluate a task's parameters. Null stands for "not given" where a port has a default."""
    given = {name: evaluate_value(value, scope) for name, value in node.parameters.items()}
    given = {name: value for name, value in given.items() if not _is_absent(tool, name, value)}
    files = {
        name: _file(name, value, open_file)
        for name, value in given.items()
        if name in tool.ports and tool.ports[name].type == "file" and value is not None
    }
    identity = {n: _identity(files[n]) if n in files else v for n, v in given.items()}
    return Bound({**given, **files}, identity)


def _is_absent(tool: Tool, name: str, value: Any) -> bool:
    port = tool.ports.get(name)
    return value is None and port is not None and not port.required and not port.nullable


def _identity(file: LocalFile) -> dict[str, str]:
    return {"sha256": file.sha256, "name": file.uri.rpartition("/")[2]}


def _file(name: str, value: Any, open_file: Open) -> LocalFile:
    """A file is given as text (a path or URI), or as the data of an opened one."""
    uri = value.get("uri") if isinstance(value, Mapping) else value
    if not isinstance(uri, str):
        raise InputError(f"{name} is {shown(value)}; give the path or URI of a file.")
    found = open_file(uri)
    expected = value.get("sha256") if isinstance(value, Mapping) else None
    if expected not in {None, found.sha256}:
        raise InputError(f"The file {shown(uri)} of {name} was changed since it was named.")
    return found


def tool_step(
    path: str,
    node: TaskNode,
    tool: Tool,
    bound: Bound,
    services: Mapping[str, Any],
    stopper: Stopper,
    occasion: Mapping[str, str],
) -> tuple[StepFunction, dict[str, Any]]:
    """The step that calls a tool, and the options that (with its code) identify the result.

    ``occasion`` says of which call it is the result, where not every call has the same.
    """
    arguments = tool.check(bound.arguments)
    run = _isolated if tool.traits.isolated else _here

    def compute(**_: Any) -> Outcome[OUTPUTS]:
        outputs = stopper.guard(
            f"The node {path}", lambda: run(tool, bound.arguments, arguments, services, stopper)
        )
        return Outcome(outputs, _findings(outputs))

    title = node.title or tool.title
    function = _step(path, node, compute, title, tool.version, partial(misfit_of_tool, tool))
    return function, _options(tool.name, bound.identity, occasion)


def _options(name: str, identity: Mapping[str, Any], occasion: Mapping[str, str]) -> dict[str, Any]:
    return {"tool": name, "arguments": digest(canonical_json(identity)), **occasion}


def _here(
    tool: Tool, _: Any, arguments: Mapping[str, Any], services: Mapping[str, Any], __: Stopper
) -> OUTPUTS:
    own = {name: services[kind.__name__] for name, kind in tool.services.items()}
    try:
        return outputs_of(tool.function(**arguments, **own))
    except SystemExit as error:  # it is the tool's to end, not the job's
        raise ToolError(f"{tool.name} ended with sys.exit({error.code!r}).") from error


def _isolated(
    tool: Tool, arguments: Mapping[str, Any], _: Any, __: Any, stopper: Stopper
) -> OUTPUTS:
    seconds = _seconds(tool, arguments, stopper.timeout)
    return run_isolated(tool, arguments, stopper, seconds, stopper.note)


def _seconds(tool: Tool, arguments: Mapping[str, Any], timeout: float | None) -> float | None:
    """When the process is killed: at the timeout of the node, or soon after the one that the tool
    has itself, for it may hang where it cannot look at the time."""
    field = tool.model.model_fields.get("timeout")
    own = arguments.get("timeout", field.default if field else None)
    ends = [timeout, own + GRACE_SECONDS if isinstance(own, int | float) else None]
    return min((end for end in ends if end is not None), default=None)


def fixed_step(
    path: str, node: Node, outputs: Mapping[str, Any], **identity: Any
) -> tuple[StepFunction, dict[str, Any]]:
    """The step of a node that calls no tool: its outputs are known when it ends.

    They identify the result, unless ``identity`` does: of an answer that was given once.
    """

    def compute(**_: Any) -> Outcome[OUTPUTS]:
        return Outcome(dict(outputs), _findings(outputs))

    about = identity or {"outputs": digest(canonical_json(dict(outputs)))}
    judge = partial(misfit_of_known, dict(outputs))
    if identity and isinstance(node, WaitNode):
        judge = partial(misfit_of_wait, node)
    return _step(path, node, compute, node.title or node.id, "1", judge), about


def failing_step(path: str, node: Node, error: Exception) -> tuple[StepFunction, dict[str, Any]]:
    """The step of a node that fails before it can begin."""

    def compute(**_: Any) -> Outcome[OUTPUTS]:
        raise error

    return _step(path, node, compute, node.title or node.id, "1"), {}


def key_of(step: StepFunction, options: Mapping[str, Any]) -> str:
    """The content key of a step that takes nothing but options."""
    return content_key(step.cache_id, step.version, options, {})


def _step(
    path: str,
    node: Node,
    compute: Callable[..., Outcome[OUTPUTS]],
    title: str,
    version: str,
    misfit: Callable[[OUTPUTS], str | None] | None = None,
) -> StepFunction:
    return StepFunction(
        function=compute,
        step_id=path,
        title=title,
        inputs=(),
        defaults={},
        output=OUTPUTS,
        version=version,
        cached_as=node.id,
        misfit=misfit,
    )


def _findings(outputs: Mapping[str, Any]) -> Findings:
    return Findings(1, {"outputs": {name: preview(value) for name, value in outputs.items()}})
