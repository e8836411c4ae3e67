"""Types as the dump writes them mean the same as types as a server's catalog shows them.

A server spells types its own way (``int4`` comes back as ``integer``, ``numeric(5)`` as
``decimal(5,0)``); both spellings have to end at one canonical type with equal sizes.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stageline.schema.analysis import ColumnType
from stageline.schema.model import Column, Schema, Table
from stageline.schema.reader import read_schema
from stageline.schema.types import analyze_types

SHARED = Path(__file__).resolve().parents[3].parent / "shared" / "schemas"
TRUTHS = [
    path
    for path in sorted(SHARED.glob("truth/*.json"))
    if not path.name.startswith("sqlite") and path.stat().st_size < 300_000
]


def meaning(column: ColumnType) -> tuple[object, ...]:
    exact = column.canonical == "decimal"
    sized = column.canonical in {"string", "binary"}
    return (
        column.canonical,
        column.length if sized else None,
        column.precision if exact else None,
        column.scale if exact else None,
    )


def by_name(columns: tuple[ColumnType, ...]) -> dict[tuple[str, str], ColumnType]:
    return {(c.table.rpartition(".")[2].lower(), c.column.lower()): c for c in columns}


@pytest.mark.skipif(not TRUTHS, reason="the shared dumps are not beside the checkout")
def test_dump_and_catalog_mean_the_same() -> None:
    compared = 0
    for path in TRUTHS:
        dialect, _, name = path.stem.partition("__")
        schema = read_schema(SHARED / "dumps" / dialect / f"{name}.sql", dialect)
        tables: dict[str, list[Column]] = {}
        for column in json.loads(path.read_text())["columns"]:
            tables.setdefault(column["t"], []).append(Column(column["c"], column["ty"] or ""))
        listed = tuple(Table(table, columns=tuple(found)) for table, found in tables.items())
        truth = by_name(analyze_types(Schema(dialect, listed, types=schema.types)).columns)
        for place, column in by_name(analyze_types(schema).columns).items():
            if place in truth:
                compared += 1
                assert meaning(column) == meaning(truth[place]), (path.stem, place)
    assert compared > 2_000
