"""A flow that is called with a document, and passes only digests on to Prefect."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from prefect import Flow

from blocks.places import resolve_place
from tasks.workflow.request import KEPT, keep


class DocumentFlow(Flow[..., Any]):
    """Checks and keeps the document and its inputs before a flow run is made.

    So a wrong document is an error of the call and leaves no run behind, and what Prefect keeps
    of the call is two digests. A deployment's run gets its parameters as they were given.
    """

    def __call__(  # type: ignore[override]  # Prefect types it by what is returned
        self, document: Any, inputs: Any = None, *args: Any, **kwargs: Any
    ) -> Any:
        """Run the document; the other parameters are those of the function."""
        store = resolve_place(kwargs.get("store", "./results")).store
        snapshot, given = keep(document, inputs, store)
        return super().__call__(snapshot, {KEPT: given}, *args, **kwargs)


def document_flow(**options: Any) -> Callable[[Callable[..., Any]], DocumentFlow]:
    """As ``prefect.flow``, for a function whose first parameters are a document and its inputs."""
    return lambda function: DocumentFlow(function, **options)
