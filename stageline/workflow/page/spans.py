"""When each step ran: a loop or subflow from the first step inside to its own end."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from stageline.job import StepReport
from stageline.workflow.document import LoopNode, Node, Workflow

_ROUNDS = re.compile(r"\[\d+\]")


class Span(NamedTuple):
    start: datetime
    end: datetime

    @property
    def seconds(self) -> float:
        return (self.end - self.start).total_seconds()


def spans_of(workflow: Workflow, reports: Mapping[str, StepReport]) -> dict[str, Span]:
    """The span of each step that ran, by its path."""
    parents = dict(_parents(workflow.nodes))
    found: dict[str, Span] = {}
    for path, report in reports.items():
        summary = report.execution_summary
        if summary.start_time is None or summary.status == "skipped":
            continue
        span = Span(summary.start_time,
                    summary.start_time + timedelta(seconds=summary.duration_seconds))  # fmt: skip
        inside: str | None = path
        while inside:
            known = found.get(inside, span)
            found[inside] = Span(min(known.start, span.start), max(known.end, span.end))
            inside = _around(inside, parents)
    return found


def _parents(nodes: Iterable[Node]) -> Iterator[tuple[str, str]]:
    for node in nodes:
        if isinstance(node, LoopNode):
            yield from ((inner.id, node.id) for inner in node.nodes)
            yield from _parents(node.nodes)


def _around(path: str, parents: Mapping[str, str]) -> str | None:
    """The step that a step runs inside of: ``sub`` for ``sub.x``, ``each`` for ``sq[3]``."""
    if "." in path:
        return path.rpartition(".")[0]
    loop = parents.get(path.partition("[")[0])
    rounds = _ROUNDS.findall(path)
    return f"{loop}{''.join(rounds[:-1])}" if loop else None
