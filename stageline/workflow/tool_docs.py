"""The page of all tools, made from their signatures: ``python -m stageline.workflow.tool_docs``."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Mapping
from inspect import Parameter, cleandoc, signature
from pathlib import Path
from typing import Any, get_type_hints

from stageline.plugins import all_tools
from stageline.ports import Port, Tool

INTRODUCTION = """\
# Tools

What a node of kind `task` can call. This page is made from the signatures of the tools
(`python -m stageline.workflow.tool_docs docs/tools.md`); a test fails when it is stale.

Inputs and configuration are given under `parameters`; those without a default are required.
A `file` is given by its path or URI, or by a reference to a `file` output. An *isolated* tool
runs in a process of its own, which a timeout or a cancel kills. An *outside* tool looks at or
acts on the world, so each job calls it anew, and each round of a loop; a result of an earlier
job is taken if the node says `cache: true`, and what a job had done that did not complete.

A tool of your own is one typed function in a package that declares it under the entry-point
group `stageline.tools`; see `stageline/ports.py` for what a signature means.
"""
_LIMITS = (("minimum", "≥ {}"), ("exclusiveMinimum", "> {}"), ("maximum", "≤ {}"),
           ("exclusiveMaximum", "< {}"), ("minLength", "≥ {} characters"),
           ("maxLength", "≤ {} characters"), ("minItems", "≥ {} items"),
           ("maxItems", "≤ {} items"))  # fmt: skip


def tools_page(tools: Iterable[Tool] | None = None) -> str:
    """The page as Markdown; of Stageline's own tools unless others are given."""
    found = [t for t in all_tools() if t.function.__module__.startswith("stageline.tools.")]
    shown = found if tools is None else list(tools)
    index = [f"- [`{tool.name}`](#{tool.name}) – {_prose(tool.title)}" for tool in shown]
    return "\n".join([INTRODUCTION, *index, "", *(_section(tool) for tool in shown)])


def _section(tool: Tool) -> str:
    traits = [n for n in ("isolated", "outside") if getattr(tool.traits, n)]
    lines = [f"## {tool.name}", "", *([f"*{', '.join(traits)}*", ""] if traits else []),
             _prose(tool.description), ""]  # fmt: skip
    lines += _table("Input", tool, tool.inputs) + _table("Configuration", tool, tool.options)
    return "\n".join(lines + _outputs(tool))


def _prose(text: str) -> str:
    """A docstring as Markdown: code marks become those of Markdown."""
    return re.sub(r"``(.+?)``", r"`\1`", text, flags=re.DOTALL)


def _table(title: str, tool: Tool, ports: Mapping[str, Port]) -> list[str]:
    if not ports:
        return []
    parameters = signature(tool.function).parameters
    rows = [f"| `{port.name}` | {_type(port)} | {_limits(port)} | {_default(parameters[name])} |"
            for name, port in ports.items()]  # fmt: skip
    return [f"| {title} | Type | Limits | Default |", "|---|---|---|---|", *rows, ""]


def _outputs(tool: Tool) -> list[str]:
    rows = [f"| `{port.name}` | {_type(port)} |" for port in tool.outputs.values()]
    if not rows:
        return ["No outputs.", ""]
    result = get_type_hints(tool.function)["return"]
    said = [_prose(" ".join(cleandoc(result.__doc__).split())), ""] if result.__doc__ else []
    return [*said, "| Output | Type |", "|---|---|", *rows, ""]


def _type(port: Port) -> str:
    enum = next(_found(port.schema, "enum"), None)
    said = " or ".join(f"`{value}`" for value in enum) if enum else port.type
    return f"{said} or null" if port.nullable and port.type != "any" else said


def _limits(port: Port) -> str:
    said = [text.format(_number(value)) for name, text in _LIMITS
            for value in _found(port.schema, name)]  # fmt: skip
    return ", ".join(said)


def _found(schema: Mapping[str, Any], name: str) -> Any:
    """What the schema, or one of its alternatives, says under ``name``."""
    if name in schema:
        yield schema[name]
    for option in schema.get("anyOf", ()):
        yield from _found(option, name)


def _number(value: float) -> str:
    return f"{value:,.15g}" if isinstance(value, float) else f"{value:,}"


def _default(parameter: Parameter) -> str:
    if parameter.default is Parameter.empty:
        return "*required*"
    return f"`{json.dumps(parameter.default)}`"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(tools_page(), encoding="utf-8")
