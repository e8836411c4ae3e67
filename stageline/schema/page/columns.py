"""The columns of the page's tables, with what the type analysis says of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from stageline.schema.analysis import Analysis, ColumnType, qualified
from stageline.schema.model import Column, Schema, Table
from stageline.schema.page.text import TEXT, clip


@dataclass(frozen=True, slots=True)
class DescribedColumns:
    """``columns[i]`` are those of table ``i``; a column's ``reason`` points into ``reasons``."""

    columns: list[list[dict[str, Any]]]
    reasons: list[str]


def describe_columns(
    schema: Schema, analysis: Analysis, tables: Sequence[Table]
) -> DescribedColumns:
    """Join each column with its analysed type; reasons are kept once, as they repeat."""
    types = {(schema.fold(t.table), schema.fold(t.column)): t for t in analysis.types.columns}
    reasons: dict[str, int] = {}
    described = []
    for table in tables:
        owner = schema.fold(qualified(table.name, table.schema))
        described.append([
            _describe(column, types.get((owner, schema.fold(column.name))), reasons)
            for column in table.columns
        ])  # fmt: skip
    return DescribedColumns(described, list(reasons))


def _describe(
    column: Column, analysed: ColumnType | None, reasons: dict[str, int]
) -> dict[str, Any]:
    fields: dict[str, Any] = {"name": clip(column.name), "type": clip(column.type)}
    optional = {
        "line": column.line,
        "required": not column.nullable,
        "default": clip(column.default or "", TEXT),
        "comment": clip(column.comment or "", TEXT),
        "identity": column.identity,
        "generated": clip(column.generated or "", TEXT),
        "canonical": analysed.canonical if analysed else "",
    }
    fields |= {name: value for name, value in optional.items() if value}
    if analysed and analysed.lossy:
        reason = clip(analysed.reason or "the mapping loses something", TEXT)
        fields["lossy"] = reasons.setdefault(reason, len(reasons))
    return fields
