"""What parsing a dump says for people: counts, what was left out, and at which lines."""

from __future__ import annotations

from collections import Counter
from typing import Any

from stageline.schema.model import Schema, Statement
from stageline.schema.oddities import find_oddities
from stageline.step import Findings

_SHOWN = 20
_NOTHING = "No table, view or routine was found. Check that this is a dump of a schema, as SQL."
_KINDS = ("tables", "views", "triggers", "routines", "sequences", "types", "synonyms")


def schema_findings(schema: Schema) -> Findings:
    """Counts of objects and statements; failed statements, odd declarations and tables without a
    key by name."""
    failed = [s for s in schema.statements if s.status == "failed"]
    keyless = [table.name for table in schema.tables if not table.primary_key]
    return Findings(
        items_processed=len(schema.tables),
        results={
            "counts": _counts(schema),
            "dialect": schema.dialect,
            "encoding": schema.encoding,
            "tables": [table.name for table in schema.tables[:1000]],
            "failed_statements": [_describe(s) for s in failed[:_SHOWN]],
            "skipped_statements": _skipped(schema),
            "tables_without_primary_key": keyless[:_SHOWN],
        },
        insights=_insights(schema, failed, keyless),
        recommendations=_recommendations(schema, failed, keyless),
        warnings=(() if any(_numbers(schema)) else (_NOTHING,))
        + tuple(f"Line {s.line}: {s.kind} was not read: {s.reason}" for s in failed[:_SHOWN])
        + find_oddities(schema, _SHOWN),
    )


def _counts(schema: Schema) -> dict[str, int]:
    by_status = Counter[str]()
    for statement in schema.statements:
        by_status[statement.status] += statement.count
    return {
        **dict(zip(_KINDS, _numbers(schema), strict=True)),
        "columns": sum(len(table.columns) for table in schema.tables),
        "foreign_keys": sum(len(table.foreign_keys) for table in schema.tables),
        **{f"statements_{name}": by_status[name] for name in ("parsed", "skipped", "failed")},
    }


def _numbers(schema: Schema) -> list[int]:
    return [len(getattr(schema, kind)) for kind in _KINDS]


def _describe(statement: Statement) -> dict[str, Any]:
    return {"line": statement.line, "kind": statement.kind, "reason": statement.reason}


def _skipped(schema: Schema) -> dict[str, int]:
    counts = Counter[str]()
    for statement in schema.statements:
        if statement.status == "skipped":
            counts[statement.reason or statement.kind] += statement.count
    return dict(sorted(counts.items()))


def _insights(schema: Schema, failed: list[Statement], keyless: list[str]) -> tuple[str, ...]:
    columns = sum(len(table.columns) for table in schema.tables)
    said = [f"{len(schema.tables):,} tables with {columns:,} columns, read as {schema.dialect}."]
    widest = max(schema.tables, key=lambda table: len(table.columns), default=None)
    if widest:
        said.append(f"The widest table is {widest.name} with {len(widest.columns):,} columns.")
    if keyless:
        said.append(f"{len(keyless):,} tables have no primary key: {_names(keyless)}.")
    if failed:
        lines = _names([str(statement.line) for statement in failed])
        said.append(f"{len(failed):,} statements could not be read, at lines {lines}.")
    return tuple(said)


def _recommendations(
    schema: Schema, failed: list[Statement], keyless: list[str]
) -> tuple[str, ...]:
    said = [] if any(_numbers(schema)) else [_NOTHING]
    if failed:
        said.append(
            f"Look at line {failed[0].line} ({failed[0].kind}: {failed[0].reason}) first; "
            "what a statement that could not be read declares is missing from the analysis."
        )
    if keyless:
        said.append(f"Find out what identifies a row of {_names(keyless)}.")
    return tuple(said)


def _names(names: list[str], most: int = 5) -> str:
    rest = len(names) - most
    shown = ", ".join(names[:most])
    return f"{shown} and {rest:,} more" if rest > 0 else shown
