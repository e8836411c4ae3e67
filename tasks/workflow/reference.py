"""A flow that is called with a document, and passes only digests on to Prefect."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from blocks.places import resolve_place
from tasks.parameters import KEEPS_NOTHING, CheckedFlow
from tasks.workflow.request import KEPT, keep


class DocumentFlow(CheckedFlow[..., Any]):
    """Checks and keeps the document and its inputs before a flow run is made.

    So a wrong document is an error of the call and leaves no run behind, and what Prefect keeps
    of the call is two digests. A deployment's run gets its parameters as they were given.
    """

    def __call__(
        self, *args: Any, return_state: bool = False, wait_for: Any = None, **kwargs: Any
    ) -> Any:
        """Run the document; the other parameters are those of the function."""
        given = self.bind(*args, **kwargs)
        self.validate_parameters({**given, "document": "", "inputs": None})
        store = resolve_place(given["store"]).store
        kept = keep(given["document"], given["inputs"], store)
        passed = {**given, "document": kept.snapshot, "inputs": {KEPT: kept.inputs}}
        return super().__call__(return_state=return_state, wait_for=wait_for, **passed)


def document_flow(**options: Any) -> Callable[[Callable[..., Any]], DocumentFlow]:
    """As ``checked_flow``, for a function whose first parameters are a document and its inputs."""
    return lambda function: DocumentFlow(function, **KEEPS_NOTHING, **options)
