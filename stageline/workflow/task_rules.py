"""Rules for tasks: the tool exists, and takes what the node gives it."""

from __future__ import annotations

from typing import Any

from stageline.keys import shown
from stageline.near import near
from stageline.plugins import tool_names
from stageline.workflow.checking import Checking, Site
from stageline.workflow.document import TaskNode
from stageline.workflow.findings import Place
from stageline.workflow.port_types import fits
from stageline.workflow.survey import Placed
from stageline.workflow.toolbox import Kit
from stageline.workflow.value_rules import OTHER_TYPE, Kind, check_value, literal_of


def check_task(c: Checking, placed: Placed, node: TaskNode) -> None:
    """Check the parameters of a task against the ports of its tool."""
    kit = c.toolbox.find(node.tool)
    site, around = Site(placed.level, placed), (*placed.path, "parameters")
    kinds = {n: check_value(c, v, site, (*around, n)) for n, v in node.parameters.items()}
    if kit is None:
        _report_tool(c, placed, node)
        return
    if not kinds.keys() <= kit.names or not kit.required <= kinds.keys():
        _check_names(c, placed, node, kit)
    literals: dict[str, Any] = {}
    for name, kind in kinds.items():
        if kind.is_literal and name in kit.literal:
            literals[name] = literal_of(node.parameters[name])
        elif name in kit.ports:
            _check_kind(c, placed, name, kind, kit)
    for misfit in kit.misfits(literals):
        name = str(misfit.path[0])
        c.report("bad_parameter", f"{name}: {misfit.message}.",
                 (*around, *misfit.path), _taken(kit, name), placed, name)  # fmt: skip


def _report_tool(c: Checking, placed: Placed, node: TaskNode) -> None:
    path = (*placed.path, "tool")
    if node.tool in c.toolbox.broken:
        c.report("broken_tool", c.toolbox.broken[node.tool], path,
                 "Correct or reinstall the package that brings the tool.", placed)  # fmt: skip
        return
    c.report("unknown_tool", f"There is no tool {shown(node.tool)}.", path,
             lambda: near(node.tool, tool_names()), placed)  # fmt: skip


def _check_names(c: Checking, placed: Placed, node: TaskNode, kit: Kit) -> None:
    around = (*placed.path, "parameters")
    for name in node.parameters:
        if name not in kit.names:
            c.report(
                "unknown_parameter",
                f"The tool {node.tool} has no parameter {shown(name)}.",
                Place((*around, name), is_key=True),
                _meant(name, kit),
                placed,
                name,
            )
    for name in sorted(kit.required - node.parameters.keys()):
        c.report("missing_parameter", f"The tool {node.tool} needs the parameter {name}.",
                 around, f"Add it; its type is {kit.ports[name].type}.", placed, name)  # fmt: skip


def _taken(kit: Kit, name: str) -> str:
    port = kit.ports.get(name)
    if port is None:
        return "Leave it out."
    return f"It takes {port.type}{' or null' if port.nullable else ''}, within its limits."


def _meant(name: str, kit: Kit) -> Any:
    return lambda: near(name, kit.names)


def _check_kind(c: Checking, placed: Placed, name: str, kind: Kind, kit: Kit) -> None:
    port = kit.ports[name]
    if not fits(kind.type, port.type, port.nullable):
        c.report(
            "type_mismatch",
            f"The parameter {name} takes {port.type}, not {kind.type}.",
            (*placed.path, "parameters", name),
            OTHER_TYPE,
            placed,
            name,
        )
