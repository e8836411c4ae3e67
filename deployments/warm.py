"""A warm start: a long-lived process that runs documents at once, as a Prefect task worker.

A worker or ``serve`` starts a process for each run, which loads Prefect anew (3 to 5 seconds).
A task worker has it loaded: ``python -m deployments.warm`` runs one, ``submit`` hands it a
document. Its jobs leave the same trail; they are cancelled, paused and resumed like others.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.task_worker import serve

from blocks.places import resolve_place
from flows.run_workflow import run_workflow
from tasks.workflow.request import KEPT, Document, keep


@task(name="start_document", persist_result=False, cache_policy=NO_CACHE, result_serializer="json")
def start_document(options: dict[str, Any]) -> str:
    """Run a document in this process; gives its job id. ``options`` are those of the flow."""
    job: str = run_workflow(**options).id
    return job


def submit(document: Document, inputs: Mapping[str, Any] | None = None, **options: Any) -> UUID:
    """Hand a document to a task worker; gives the id of the task run that starts it.

    Document and inputs are checked and kept here, as by a direct call; only their digests are
    passed on, as JSON. ``options`` are the other parameters of ``run_workflow``. The worker has
    to see the same store: give a bucket, a block, or an absolute folder.
    """
    run_workflow.validate_parameters({"document": "", **options})
    store = options.setdefault("store", str(resolve_place().store.uri))
    kept = keep(document, inputs, resolve_place(store).store)
    given = {"document": kept.snapshot, "inputs": {KEPT: kept.inputs}}
    future = start_document.delay({**given, **options})
    return future.task_run_id


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--limit", type=int, default=10, help="documents at the same time")
    serve(start_document, limit=parser.parse_args().limit)


if __name__ == "__main__":
    main()
