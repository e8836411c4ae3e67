"""AWS Step Functions: states by name, in the Amazon States Language.

Choice is a branch, Wait a wait, Map a loop over its items, Parallel a loop of one round whose
branches run side by side. Task keeps its resource as the name of a tool. Retry is kept; Catch
is a way that opens after a failure.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stageline.workflow.canvas.draft import Canvas
from stageline.workflow.canvas.format import Format
from stageline.workflow.canvas.tolerance import mapping, text, without
from stageline.workflow.imports._asl.machine import Machine
from stageline.workflow.imports._asl.states import make_all

_TYPES = frozenset({"Task", "Choice", "Map", "Parallel", "Wait", "Pass", "Succeed", "Fail"})


def fits(data: Any) -> int:
    states = mapping(data).get("States")
    if not isinstance(states, Mapping):
        return 0
    known = any(text(mapping(s).get("Type")) in _TYPES for s in states.values())
    return 95 if known else 50 if "StartAt" in data else 20


def read(data: Any) -> Canvas:
    canvas = Canvas("asl")
    document = mapping(data)
    canvas.title = canvas.description = text(document.get("Comment"))
    if rest := without(document, "States"):
        canvas.ui = {"data": rest}
    machine = Machine(canvas)
    machine.add(document, "", None)
    make_all(machine)
    return canvas


FORMAT = Format("asl", fits, read, ("aws", "stepfunctions", "amazon states language"))
