"""``run_workflow``: a workflow document, checked, run node by node, watched and recovered."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, WithJsonSchema

from blocks.places import Destination
from stageline.view import Job
from tasks.contract import run_job, side_by_side
from tasks.parameters import NUMBER, Attempts
from tasks.workflow.graph_run import run_graph
from tasks.workflow.plan import STAGE
from tasks.workflow.reference import document_flow
from tasks.workflow.request import MOST_PARALLEL, requested_document

DocumentSource = Annotated[str | Path | dict[str, Any], WithJsonSchema({"type": "string"})]
SideBySide = Annotated[int, Field(ge=1, le=MOST_PARALLEL), NUMBER]


@document_flow(name=STAGE, task_runner=side_by_side(MOST_PARALLEL))
def run_workflow(  # noqa: PLR0913, PLR0917 - the fields of its form in the UI
    document: DocumentSource,
    inputs: dict[str, Any] | None = None,
    journey_id: str = "default",
    triggered_by: str = "user",
    store: Destination = "./results",
    refresh_from: str | None = None,
    max_parallel: SideBySide = 8,
    fresh: bool | None = None,
    max_attempts: Attempts = 3,
    continues: str | None = None,
) -> Job:
    """Run a workflow document: a graph of tools, branches, loops, waits and approvals.

    Args:
        document: Path or `s3://` URI of the document, the digest of a snapshot, or the text.
        inputs: The document's inputs by name.
        journey_id: What the job belongs to.
        triggered_by: Who or what started the job.
        store: Where results go: a folder, an `s3://` URI, or the name of a Result Store block.
        refresh_from: A node to compute anew with all that follow, whatever is cached.
        max_parallel: How many nodes may run side by side.
        fresh: Whether tools that look at or act on the world (requests, commands, messages) are
            called anew, unless this run continues one that did not complete. Where nothing is
            said, they are, but for those before an edit of the document.
        max_attempts: How often the same input may fail before a start is refused.
        continues: A job whose finished visits to the world are taken over; without, the latest
            job of the document, if that did not complete.
    """
    with requested_document(
        document=document,
        inputs=inputs,
        journey_id=journey_id,
        triggered_by=triggered_by,
        store=store,
        refresh_from=refresh_from,
        max_parallel=max_parallel,
        fresh=fresh,
        continues=continues,
        max_attempts=max_attempts,
    ) as (plan, request):
        return run_job(plan, request, run_graph)  # type: ignore[no-any-return]
