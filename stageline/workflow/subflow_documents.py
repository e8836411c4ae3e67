"""The documents that subflows name: found, checked once each, and followed to their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

from stageline import keys
from stageline.errors import InputError
from stageline.workflow.document import SubflowNode, Workflow
from stageline.workflow.problems import Problem
from stageline.workflow.spelling import encode
from stageline.workflow.survey import Placed, Survey

MAX_SUBFLOWS = 16
"""How deep subflows may lie in subflows."""

Documents: TypeAlias = Mapping[str, Any] | Callable[[str], Any]
"""The documents of subflows by digest: text, data or ``Workflow``; a callable gives ``None``,
or raises ``InputError``, for what it does not have."""


class Found(NamedTuple):
    """A subflow's document, or what is wrong with it: code, message and hint."""

    workflow: Workflow | None
    wrong: tuple[str, str, str] | None = None


@dataclass(frozen=True)
class Library:
    """Where documents are looked for. ``check`` checks one that was found, with its own
    subflows; ``around`` are the digests of the documents that are being checked."""

    documents: Documents
    check: Callable[[Any, Library], tuple[Workflow | None, tuple[Problem, ...]]]
    around: tuple[str, ...] = ()
    known: dict[str, Found] = field(default_factory=dict)

    def open(self, survey: Survey) -> Iterator[tuple[Placed, Found]]:
        """What is found for each subflow among the nodes."""
        for placed in survey.placed:
            if isinstance(placed.node, SubflowNode):
                yield placed, self.find(placed.node.document)

    def find(self, digest: str) -> Found:
        """The document of this digest."""
        if digest in self.around:
            return Found(None, ("recursive_subflow", "The document is a subflow of itself.",
                                "Use a loop for what is done again."))  # fmt: skip
        if digest not in self.known:
            self.known[digest] = self._check(digest)
        return self.known[digest]

    def _check(self, digest: str) -> Found:
        if len(self.around) >= MAX_SUBFLOWS:
            return Found(None, ("subflows_too_deep",
                                f"Subflows are nested more than {MAX_SUBFLOWS} deep.",
                                "Use fewer levels."))  # fmt: skip
        given = self._look_up(digest)
        if given is None:
            message = f"There is no document {digest[:12]}..."
            hint = "Save it first, and use the digest that saving gives."
            return Found(None, ("unknown_document", message, hint))
        inside = Library(self.documents, self.check, (*self.around, digest), self.known)
        workflow, problems = self.check(given, inside)
        if workflow is None:
            first = next((p for p in problems if p.severity == "error"), None)
            return Found(None, ("bad_subflow", f"The document is wrong itself: {first}",
                                "Check that document by itself."))  # fmt: skip
        if (real := keys.digest(encode(workflow))) != digest:
            message = "The document is not the one with this digest."
            hint = f"Its digest is {real}."
            return Found(workflow, ("digest_mismatch", message, hint))
        return Found(workflow)

    def _look_up(self, digest: str) -> Any:
        if isinstance(self.documents, Mapping):
            return self.documents.get(digest)
        try:
            return self.documents(digest)
        except InputError:  # what a store raises for an object that is not there
            return None
