"""``raw_analysis``: from a schema dump to a report that can be trusted."""

from __future__ import annotations

from blocks.places import Destination, Location
from stageline.schema.dialect import name_dialect
from stageline.schema.steps import present
from stageline.view import Job
from tasks import raw_analysis as tasks
from tasks.contract import run_job, side_by_side
from tasks.parameters import Attempts, checked_flow
from tasks.plan import plan
from tasks.request import requested
from tasks.schedule import run_steps

PLAN = plan(
    "raw_analysis",
    (tasks.schema_parsing, "dump"),
    (tasks.relationship_discovery, "schema_parsing"),
    (tasks.data_type_analysis, "schema_parsing"),
    (tasks.business_rules_extraction, "schema_parsing"),
    (
        tasks.complexity_assessment,
        "schema_parsing",
        "relationship_discovery",
        "data_type_analysis",
        "business_rules_extraction",
    ),
    sources=("dump",),
)


@checked_flow(name=PLAN.stage, task_runner=side_by_side())
def raw_analysis(
    dump: Location,
    journey_id: str = "default",
    triggered_by: str = "user",
    dialect: str = "auto",
    store: Destination = "./results",
    refresh_from: str | None = None,
    max_attempts: Attempts = 3,
) -> Job:
    """Read a SQL schema dump and report what is in it.

    Tables and keys, relationships declared and implied, data types, business rules, and how
    hard the schema is to migrate, on one page (`report.html`) and step by step.

    Args:
        dump: Path or `s3://` URI of the dump.
        journey_id: What the job belongs to, for example the database under transformation.
        triggered_by: Who or what started the job.
        dialect: `auto`, or the name of one, for example `informix`.
        store: Where results go: a folder, an `s3://` URI, or the name of a Result Store block.
        refresh_from: A step to compute anew with all that follow, whatever is cached.
        max_attempts: How often the same input may fail before a start is refused.
    """
    with requested(
        PLAN,
        sources={"dump": dump},
        journey_id=journey_id,
        triggered_by=triggered_by,
        options={"dialect": name_dialect(dialect)},
        store=store,
        refresh_from=refresh_from,
        max_attempts=max_attempts,
    ) as request:
        return run_job(PLAN, request, run_steps, present)  # type: ignore[no-any-return]
