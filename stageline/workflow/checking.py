"""What all rules share while one document is checked: its names, its findings, its edges."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from stageline.workflow.document import Workflow
from stageline.workflow.findings import Finding, Findings, Path, Place
from stageline.workflow.names import Names
from stageline.workflow.paths import Reference
from stageline.workflow.structure import Outline
from stageline.workflow.survey import Level, Placed, Survey
from stageline.workflow.toolbox import Toolbox


class Site(NamedTuple):
    """From where a reference looks: the level that it sees, and the node that it belongs to
    (``None`` for the outputs of the workflow)."""

    level: Level
    placed: Placed | None = None


@dataclass(eq=False)
class Checking:
    """One check under way. ``documents`` has the subflows that could be looked into;
    ``connected`` the ids of nodes that have an edge, or whose value is an output; ``patterns``
    counts those of inputs and forms."""

    outline: Outline
    survey: Survey
    names: Names
    toolbox: Toolbox
    documents: Mapping[str, Workflow]
    findings: Findings
    connected: set[str] = field(default_factory=set)
    patterns: int = 0

    def report(
        self,
        code: str,
        message: str,
        place: Path | Place,
        hint: str | Callable[[], str],
        placed: Placed | None = None,
        port: str | None = None,
        severity: Literal["error", "warning"] = "error",
    ) -> None:
        """Note a problem. ``place``: a path to a value, or more exactly a ``Place``."""
        where = place if isinstance(place, Place) else Place(place)
        node = placed.node.id if placed else None
        self.findings.add(Finding(code, message, where, hint, severity, node, port))

    def refer(self, reference: Reference, site: Site, path: Path) -> str:
        """Follow a reference that stands at ``path``: note its edge or its fault, and give the
        type of what it names."""
        found = self.names.resolve(reference, site.level)
        if found.fault is not None:
            code, message, hint, port = found.fault
            place = Place(path, column=reference.column)
            self.report(code, message, place, hint, site.placed, port)
            if site.placed:  # it meant to have an edge: one problem is enough
                self.connected.add(site.placed.node.id)
        if found.placed is not None:
            self._connect(found.placed, site)
        return found.type

    def _connect(self, source: Placed, site: Site) -> None:
        self.connected.add(source.node.id)
        target = site.placed
        if target is None or self.survey.by_id[target.node.id] is not target:
            return
        if source.level is target.level:
            self.connect(source, target.node.id)
        elif source.level is not target.body:
            self.connected.add(target.node.id)
            self.connect(source, source.level.entrance(target.level))

    def connect(self, source: Placed, target: str) -> None:
        """Note an edge between two nodes of one level."""
        source.level.pairs.append((source.node.id, target))
        self.connected.add(source.node.id)
        self.connected.add(target)
