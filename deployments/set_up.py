"""Stand the collection up on a Prefect server: work pool and blocks. Safe to repeat."""

from __future__ import annotations

import argparse

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import WorkPoolCreate, WorkPoolUpdate
from prefect.exceptions import ObjectNotFound
from prefect.workers.process import ProcessWorker

from blocks.result_store import ResultStore

POOL = "stageline"


def ensure_pool(client: SyncPrefectClient, name: str, limit: int) -> None:
    """Create the process work pool, or bring its limit up to date.

    The limit belongs to the pool and not to a worker: a worker with ``--limit`` is killed by a
    run that is retried quickly.
    """
    try:
        client.read_work_pool(name)
        client.update_work_pool(name, WorkPoolUpdate(concurrency_limit=limit))
    except ObjectNotFound:
        template = ProcessWorker.get_default_base_job_template()
        client.create_work_pool(
            WorkPoolCreate(
                name=name, type="process", base_job_template=template, concurrency_limit=limit
            )
        )


def set_up(pool: str = POOL, limit: int = 4) -> None:
    """Register the block type and make sure that the work pool is there."""
    ResultStore.register_type_and_schema()
    with get_client(sync_client=True) as client:
        ensure_pool(client, pool, limit)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pool", default=POOL)
    parser.add_argument("--limit", type=int, default=4, help="runs of the pool at the same time")
    options = parser.parse_args()
    set_up(options.pool, options.limit)
    print(f"work pool {options.pool!r} is ready; start: prefect worker start --pool {options.pool}")  # noqa: T201


if __name__ == "__main__":
    main()
