"""Vendor types, taken apart, mapped to neutral ones, and compared with each other."""

from __future__ import annotations

from stageline.schema.analysis import ColumnType, Inconsistency, TypeAnalysis
from stageline.schema.model import Schema, Table
from stageline.schema.types.canonical import CANONICAL
from stageline.schema.types.conflicts import (
    find_enum_conflicts,
    find_key_mismatches,
    find_mixed_zones,
    find_type_conflicts,
)
from stageline.schema.types.findings import type_findings
from stageline.schema.types.mapping import Resolver, find_vendor, map_column
from stageline.schema.types.smells import Place, find_smells
from stageline.schema.types.syntax import read_type

__all__ = ["CANONICAL", "analyze_types", "type_findings"]

_ORDER = {"high": 0, "medium": 1, "low": 2}
_ROWS_THAT_SHOW = 10


def _key_columns(schema: Schema, table: Table) -> frozenset[str]:
    columns = (*table.primary_key, *(name for key in table.foreign_keys for name in key.columns))
    return frozenset(schema.fold(name) for name in columns)


def _sample_of(schema: Schema, table: Table, name: str) -> tuple[str, ...] | None:
    """All values of a column, where the dump shows all rows and enough of them."""
    sample = table.sample
    if sample is None or not sample.complete or len(sample.rows) < _ROWS_THAT_SHOW:
        return None
    folded = [schema.fold(column) for column in sample.columns]
    if name not in folded:
        return None
    place = folded.index(name)
    return tuple(row[place] or "" for row in sample.rows if place < len(row))


def _places(schema: Schema, resolver: Resolver, columns: tuple[ColumnType, ...]) -> list[Place]:
    mapped = iter(columns)
    vendors = {text: find_vendor(resolver.tables, read_type(text))[1] for text in resolver.seen}
    places = []
    for table in schema.tables:
        keys = _key_columns(schema, table)
        for column in table.columns:
            name, found = schema.fold(column.name), next(mapped)
            vendor = vendors.get(column.type)
            sample = _sample_of(schema, table, name) if table.sample else None
            places.append(Place(table, column, found, vendor, name in keys, sample))
    return places


def analyze_types(schema: Schema) -> TypeAnalysis:
    """Map every column's type and list what is inconsistent, the most serious first.

    Never fails on a strange type: its canonical name is then ``unknown``. Linear in the number
    of columns and keys.
    """
    resolver = Resolver.of(schema)
    columns = tuple(map_column(resolver, t, column) for t in schema.tables for column in t.columns)
    types = {(column.table, schema.fold(column.column)): column for column in columns}
    found: list[Inconsistency] = [
        *find_key_mismatches(schema, types),
        *find_type_conflicts(columns),
        *find_enum_conflicts(columns),
        *find_mixed_zones(columns),
        *find_smells(_places(schema, resolver, columns)),
    ]
    found.sort(key=lambda one: (_ORDER[one.severity], one.kind, one.line, one.columns[:1]))
    return TypeAnalysis(columns, tuple(found))
