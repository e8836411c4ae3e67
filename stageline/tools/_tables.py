"""Tables as tools hand them on: rows as JSON data, columns with types."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from stageline.errors import InputError, ResourceError

Format = Literal["auto", "csv", "parquet"]
MAX_ROWS = 100_000
MAX_VALUES = 5_000_000


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, and its type as DuckDB writes it (``BIGINT``, ``VARCHAR`` ...)."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Rows:
    """``rows`` as mappings from column to value, in order; ``truncated``: there were more."""

    rows: list[dict[str, Any]]
    columns: list[Column]
    truncated: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """How files are read; ``None`` is found out."""

    format: Format = "auto"
    delimiter: str | None = None
    header: bool | None = None
    all_text: bool = False


_KINDS = {bool: "BOOLEAN", int: "BIGINT", float: "DOUBLE", str: "VARCHAR"}


def column_types(rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The columns of ``rows`` in order of appearance, each with a type that holds all values.

    What is mixed or nested becomes text: JSON. Raises ``InputError`` if there is no column,
    ``ResourceError`` if filling all columns of all rows would take too much.
    """
    found: dict[str, set[str]] = {}
    for row in rows:
        for name, value in row.items():
            kinds = found.setdefault(name, set())
            if value is not None:
                kinds.add(_kind(value))
    if not found:
        raise InputError("Rows without any column are no table.")
    if len(rows) * len(found) > MAX_VALUES:
        raise ResourceError(
            f"{len(rows):,} rows of {len(found):,} columns are more than {MAX_VALUES:,} values. "
            "Give fewer at once."
        )
    return {name: _common(kinds) for name, kinds in found.items()}


def _kind(value: Any) -> str:
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        return "VARCHAR"
    return _KINDS.get(type(value), "JSON")


def _common(kinds: set[str]) -> str:
    if kinds == {"BIGINT", "DOUBLE"}:
        return "DOUBLE"
    return next(iter(kinds)) if len(kinds) == 1 and kinds != {"JSON"} else "VARCHAR"


def flat(row: Mapping[str, Any], kinds: Mapping[str, str]) -> dict[str, Any]:
    return {name: as_text(value) if kinds[name] == "VARCHAR" else value
            for name, value in row.items()}  # fmt: skip


def as_text(value: Any) -> str | None:
    """A value for a column of text: text as it is, else JSON; null stays null."""
    return value if value is None or isinstance(value, str) else json.dumps(value)
