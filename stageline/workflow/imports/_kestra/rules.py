"""What Kestra refuses in a document, as problems with a name each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from stageline.workflow.canvas.draft import Canvas
from stageline.workflow.canvas.tolerance import Data, items, mapping, mappings, text

_ID = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9._-]{0,99}")
_NAMESPACE = re.compile(r"[a-z0-9][a-z0-9._-]{0,149}")
_HOLDERS = frozenset(
    {"Parallel", "Sequential", "Dag", "WorkingDirectory", "ForEach", "EachSequential",
     "EachParallel", "AllowFailure"}
)  # fmt: skip
# What every task may have, and what the tasks of the core that are checked in full may have.
_EVERY = frozenset(
    {"id", "type", "description", "retry", "timeout", "disabled", "allowFailure", "allowWarning",
     "logLevel", "logToFile", "runIf", "version", "taskCache", "assets"}
)  # fmt: skip
_KNOWN = {"Return": frozenset({"format"}), "Log": frozenset({"message", "level"})}
DEEPEST = 40


def short(kind: str) -> str:
    return kind.rpartition(".")[2]


def refuse(canvas: Canvas, document: Data) -> None:
    """Note everything that Kestra would not take."""
    if not _ID.fullmatch(text(document.get("id"))):
        canvas.fail("invalid_id", f"{document.get('id')!r:.80} cannot be the id of a flow.",
                    "Use letters, digits, '.', '_' and '-'.")  # fmt: skip
    if not _NAMESPACE.fullmatch(text(document.get("namespace"))):
        canvas.fail("invalid_namespace", f"{document.get('namespace')!r:.80} cannot be a "
                    "namespace.", "Use lower-case letters, digits, '.', '_' and '-'.")  # fmt: skip
    if not items(document.get("tasks")):
        canvas.fail("missing_tasks", "The flow has no tasks.", "Add a task at least.")
    seen: set[str] = set()
    for task in every_task(document.get("tasks"), 0):
        _refuse_task(canvas, document, task, seen)


def every_task(tasks: Any, depth: int) -> Iterator[Data]:
    """All tasks at any depth."""
    if depth > DEEPEST:
        return
    for given in mappings(tasks):
        task = mapping(given.get("task")) or given  # Dag wraps its tasks
        yield task
        for name in ("tasks", "then", "else", "defaults", "errors", "finally"):
            yield from every_task(task.get(name), depth + 1)
        for case in mapping(task.get("cases")).values():
            yield from every_task(case, depth + 1)


def _refuse_task(canvas: Canvas, document: Data, task: Data, seen: set[str]) -> None:
    name, kind = text(task.get("id")), short(text(task.get("type")))
    if not _ID.fullmatch(name):
        canvas.fail("invalid_id", f"{task.get('id')!r:.80} cannot be the id of a task.",
                    "Give every task an id.")  # fmt: skip
    elif name in seen:
        canvas.fail("duplicate_id", f"Two tasks have the id {name!r}.", "Rename one of them.")
    seen.add(name)
    if kind in _HOLDERS and not items(task.get("tasks")):
        canvas.fail("missing_tasks", f"The task {name!r} holds no tasks.",
                    "Add a task at least.")  # fmt: skip
    if kind == "Switch" and not task.get("cases") and not items(task.get("defaults")):
        canvas.fail("empty_switch", f"The task {name!r} has neither cases nor defaults.",
                    "Add a case.")  # fmt: skip
    if kind in {"Subflow", "Flow"} and _same_flow(document, task):
        canvas.fail("recursive_flow", f"The task {name!r} calls the flow that it is in.",
                    "Call another flow.")  # fmt: skip
    _refuse_properties(canvas, task, name, kind)
    if kind == "Dag":
        _refuse_dag(canvas, task)


def _same_flow(document: Data, task: Data) -> bool:
    return (text(task.get("flowId")), text(task.get("namespace"))) == (
        text(document.get("id")), text(document.get("namespace")))  # fmt: skip


def _refuse_properties(canvas: Canvas, task: Data, name: str, kind: str) -> None:
    if "workerGroup" in task:
        canvas.fail("unsupported_property", f"The task {name!r} asks for a worker group.",
                    "Leave 'workerGroup' out.")  # fmt: skip
    if kind in _KNOWN:
        for other in sorted(set(task) - _EVERY - _KNOWN[kind] - {"workerGroup"}):
            canvas.fail("unknown_property", f"The task {name!r} of type {kind} has no property "
                        f"{other[:60]!r}.", "Correct its name.")  # fmt: skip


def _refuse_dag(canvas: Canvas, task: Data) -> None:
    entries = mappings(task.get("tasks"))
    names = {text(mapping(e.get("task")).get("id")) for e in entries}
    for entry in entries:
        for before in items(entry.get("dependsOn")):
            if text(before) not in names:
                inner = text(mapping(entry.get("task")).get("id"))
                canvas.fail("dangling_edge", f"The task {inner!r} depends on {text(before)!r}, "
                            "which is not there.", "Name a task of the same Dag.")  # fmt: skip
