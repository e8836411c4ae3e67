"""Ask tables by SQL."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from stageline.ports import File, Traits
from stageline.tools._tables import MAX_ROWS, Format, Reading, Rows

TRAITS = Traits(isolated=True)


def query_table(
    sql: Annotated[str, Field(min_length=1, max_length=100_000)],
    data: File | None = None,
    other: File | None = None,
    rows: list[dict[str, Any]] | None = None,
    *,
    format: Format = "auto",
    limit: Annotated[int, Field(ge=0, le=MAX_ROWS)] = 10_000,
    timeout: Annotated[float, Field(gt=0, le=3_600)] = 60.0,
) -> Rows:
    """Ask CSV or Parquet files, and rows of other nodes, by one SELECT in DuckDB's SQL.

    What is given under ``data``, ``other`` and ``rows`` are the tables of these names. The
    statement must be a single SELECT (also WITH, VALUES, FROM, DESCRIBE, SUMMARIZE). It sees
    these tables and nothing else: no other file, no network, no extension, no setting. Without
    ORDER BY the order of a grouped or joined result is not fixed.

    Dates and times come in ISO 8601 and UTC, decimals as text, bytes in base64, NaN as null.

    Errors: ``InputError`` for another statement, wrong SQL, unknown names or unreadable files;
    ``AccessError`` for a try to reach something else; ``ResourceError`` above 1 GB of memory;
    ``StepTimeoutError`` after ``timeout`` seconds. Caps: 100,000 rows, 5,000,000 values, two
    threads.
    """
    from stageline.tools._locked import opened, selected_by  # noqa: PLC0415 - DuckDB loads slowly

    files = {name: file for name, file in (("data", data), ("other", other)) if file}
    tables = {} if rows is None else {"rows": rows}
    with opened(files, tables, Reading(format), timeout) as connection:
        return selected_by(connection, sql, limit)
