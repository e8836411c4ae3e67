"""A document as a picture: one self-contained SVG, with the states of a job if there is one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from stageline.workflow.document import Workflow, expect_workflow
from stageline.workflow.picture.ink import write_svg
from stageline.workflow.picture.marks import States, marks_of
from stageline.workflow.picture.scene import compose
from stageline.workflow.picture.wording import clean

__all__ = ["Drawing", "draw"]


def draw(workflow: Workflow, states: States = None, links: Collection[str] = ()) -> str:
    """The SVG of a document: equal arguments give equal text.

    Nodes stand where their ``ui`` says (``x``, ``y``), if all of a level have a place there,
    else in layers along the edges. Loops are frames around their body. ``states`` gives the
    state of each node by its id, or of each step by its path (``each[3]``), or is the record of
    a job; each state has a colour, a sign and a word. The nodes in ``links`` lead to the element
    ``node-{id}`` of the page that the picture is put into.

    Raises ``InputError`` for a state that there is not.
    """
    expect_workflow(workflow)
    scene = compose(workflow.nodes, marks_of(workflow, states))
    name = clean(workflow.title) or workflow.id
    return write_svg(scene, f"Workflow {name}, {len(workflow.nodes)} nodes", links)


@dataclass(frozen=True)
class Drawing:
    """A document's picture for notebooks: the last line of a cell shows it."""

    workflow: Workflow
    states: States = None

    def __repr__(self) -> str:
        return f"<Drawing of {self.workflow.about}>"

    def __str__(self) -> str:
        return draw(self.workflow, self.states)

    def save(self, path: str | Path) -> Path:
        """Write the picture as a file; gives its path."""
        place = Path(path)
        place.write_text(str(self), encoding="utf-8")
        return place

    def _repr_svg_(self) -> str:
        return str(self)
