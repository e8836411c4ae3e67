"""Write a table."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from stageline.keys import object_key
from stageline.ports import Traits
from stageline.store import Store
from stageline.tools._objects import Stored, put
from stageline.tools._tables import MAX_ROWS, as_text, column_types

TRAITS = Traits(outside=True)


def write_table(
    rows: Annotated[list[dict[str, Any]], Field(min_length=1, max_length=MAX_ROWS)],
    *,
    key: str,
    format: Literal["csv", "parquet"] = "csv",
    store: Store,
) -> Stored:
    """Write rows as a CSV or Parquet file into the store, under ``objects/`` and ``key``.

    The columns are all names in order of appearance; a value that a row lacks is null. A column
    with whole numbers, numbers, booleans or text keeps its type in Parquet; mixed and nested
    values become JSON text. CSV is UTF-8 with commas, ``\\n`` and a header; null is empty. An
    object of the same key is replaced.

    Errors: ``InputError`` for a key that leads out of ``objects/`` or rows without columns, and
    what the store says (``AccessError``, ``ResourceError``, ``DependencyError``). Caps: 100,000
    rows, 5,000,000 values with those that rows lack.
    """
    object_key(key)  # before the work
    return put(store, key, _WRITERS[format](rows), _TYPES[format])


def _csv(rows: Sequence[Mapping[str, Any]]) -> bytes:
    names = list(column_types(rows))
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([as_text(row.get(name)) for name in names] for row in rows)
    return out.getvalue().encode("utf-8", "replace")


def _parquet(rows: Sequence[Mapping[str, Any]]) -> bytes:
    from stageline.tools._locked import write_parquet  # noqa: PLC0415 - DuckDB loads slowly

    with tempfile.TemporaryDirectory(prefix="stageline-") as folder:
        path = Path(folder) / "table.parquet"
        write_parquet(rows, path)
        return path.read_bytes()


_WRITERS: Mapping[str, Callable[[Sequence[Mapping[str, Any]]], bytes]] = {
    "csv": _csv,
    "parquet": _parquet,
}
_TYPES = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet"}
