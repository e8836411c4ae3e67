"""Read a table."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from stageline.ports import File, Traits
from stageline.tools._tables import MAX_ROWS, Format, Reading, Rows

TRAITS = Traits(isolated=True)


def read_table(  # noqa: PLR0913 - each is a setting of its own
    file: File,
    *,
    format: Format = "auto",
    columns: list[str] | None = None,
    limit: Annotated[int, Field(ge=0, le=MAX_ROWS)] = 10_000,
    offset: Annotated[int, Field(ge=0)] = 0,
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] | None = None,
    header: bool | None = None,
    all_text: bool = False,
    timeout: Annotated[float, Field(gt=0, le=3_600)] = 60.0,
) -> Rows:
    """Read the rows of a CSV (also packed with gzip) or Parquet file.

    ``format`` is told by the content unless given; for CSV, so are ``delimiter``, ``header`` and
    the types, unless ``all_text`` keeps everything as it stands; lines above the header that do
    not fit are passed over, no other is. ``columns`` chooses some; ``offset`` rows are passed
    over and at most ``limit`` are given.

    Dates and times come in ISO 8601 and UTC, decimals as text, bytes in base64, NaN as null, and
    infinite dates as the first or last of the years 1 to 9999.

    Errors: ``InputError`` for what is no such file, or has no such column; ``ResourceError``
    above 1 GB of memory; ``StepTimeoutError`` after ``timeout`` seconds. Caps: 100,000 rows,
    5,000,000 values.
    """
    from stageline.tools._locked import opened, selected  # noqa: PLC0415 - DuckDB loads slowly

    reading = Reading(format, delimiter, header, all_text)
    chosen = ", ".join('"' + name.replace('"', '""') + '"' for name in columns or ()) or "*"
    with opened({"data": file}, {}, reading, timeout) as connection:
        sql = f"SELECT {chosen} FROM data LIMIT ? OFFSET ?"  # noqa: S608 - names are quoted
        return selected(connection, sql, limit, (limit + 1, offset))
