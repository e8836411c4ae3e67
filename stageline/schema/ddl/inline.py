"""Constraints that stand behind a column."""

from __future__ import annotations

from dataclasses import replace

from stageline.schema.ddl.column_spec import ColumnSpec
from stageline.schema.ddl.drafts import KeyDraft, TableDraft
from stageline.schema.model import Check, UniqueConstraint


def add_inline(table: TableDraft, name: str, spec: ColumnSpec, line: int) -> None:
    """They become constraints of the table."""
    if spec.primary:
        table.primary_key = [name]
        table.primary_key_name = spec.primary_name
    for unique in spec.uniques:
        table.uniques.append(UniqueConstraint((name,), unique, line))
    for item in spec.references:
        table.foreign_keys.append(
            KeyDraft(
                [name], item.referred, list(item.columns), item.name,
                item.on_delete, item.on_update, item.enforced, line + item.line,
            )
        )  # fmt: skip
    for expression, check, offset in spec.checks:
        table.checks.append(Check(expression, (), check, line + offset))
    for index in spec.indexes:
        table.indexes.append(replace(index, columns=(name,), line=line + index.line))
