"""Types that disagree between columns: equal names, and keys with what they refer to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from stageline.schema.analysis import ColumnType, Inconsistency, Severity, qualified
from stageline.schema.model import ForeignKey, Schema, Table
from stageline.schema.types.canonical import NUMERIC_FAMILIES, family
from stageline.schema.types.names import COMMON, means_identifier
from stageline.schema.types.smells import list_names

_EXACT = frozenset({"whole number", "exact number"})


def kind_of(column: ColumnType) -> str:
    """The kind of value; an exact number without decimals is a whole number."""
    whole = column.canonical == "decimal" and column.scale == 0
    return "whole number" if whole else family(column.canonical)


def size_of(column: ColumnType) -> tuple[object, ...]:
    return (column.canonical, column.length, column.precision, column.scale, column.unsigned)


def _show(types: list[ColumnType]) -> str:
    """``INTEGER in 3 tables (a, b, c)``: vendor spelling with where it is used."""
    tables = tuple(column.table for column in types)
    unit = "table" if len(tables) == 1 else "tables"
    return f"{types[0].vendor or 'no type'} in {len(tables)} {unit} ({list_names(tables, 3)})"


def _severity(name: str, kinds: set[str]) -> Severity:
    if len(kinds) == 1 or (kinds <= NUMERIC_FAMILIES and not means_identifier(name)):
        return "low"
    if kinds <= _EXACT:
        return "medium"
    if means_identifier(name) and name.casefold() not in COMMON:
        return "high"
    return "low" if name.casefold() in COMMON else "medium"


def find_type_conflicts(columns: tuple[ColumnType, ...]) -> Iterator[Inconsistency]:
    """Columns of one name whose types differ; the most common type counts as the intended one."""
    named: dict[str, list[ColumnType]] = {}
    for column in columns:
        named.setdefault(column.column.casefold(), []).append(column)
    for name, group in named.items():
        sizes = {size_of(column) for column in group}
        if len(group) > 1 and len(sizes) > 1:
            yield _report_conflict(name, group)


def _report_conflict(name: str, group: list[ColumnType]) -> Inconsistency:
    by_size: dict[tuple[object, ...], list[ColumnType]] = {}
    for column in group:
        by_size.setdefault(size_of(column), []).append(column)
    variants = sorted(by_size.values(), key=len, reverse=True)
    kinds = {kind_of(column) for column in group}
    severity = _severity(name, kinds)
    difference = "kind" if len(kinds) > 1 else "size"
    shown = "; ".join(_show(variant) for variant in variants[:4])
    more = f"; and {len(variants) - 4} more types" if len(variants) > 4 else ""
    rare = tuple(f"{c.table}.{c.column}" for variant in variants[1:] for c in variant)
    usual = variants[0][0]
    return Inconsistency(
        "type_conflict" if difference == "kind" else "size_conflict",
        severity,
        f"{usual.column} has {len(variants)} types that differ in {difference}: {shown}{more}",
        tuple(f"{column.table}.{column.column}" for column in group),
        f"Agree on {usual.vendor} for {usual.column}, or rename where it means something else: "
        f"{list_names(rare)}.",
        variants[1][0].line,
    )


def find_key_mismatches(
    schema: Schema, types: dict[tuple[str, str], ColumnType]
) -> Iterator[Inconsistency]:
    """Declared keys whose columns differ in type from what they refer to."""
    for table in schema.tables:
        for key in table.foreign_keys:
            target = schema.table(key.referred_table, key.referred_schema)
            if target is not None:
                yield from _compare_key(schema, types, table, key, target)


def _compare_key(
    schema: Schema,
    types: dict[tuple[str, str], ColumnType],
    table: Table,
    key: ForeignKey,
    target: Table,
) -> Iterator[Inconsistency]:
    referred = key.referred_columns or target.primary_key
    for own, other in zip(key.columns, referred, strict=False):
        left = types.get((qualified(table.name, table.schema), schema.fold(own)))
        right = types.get((qualified(target.name, target.schema), schema.fold(other)))
        if left and right and size_of(left) != size_of(right):
            yield _report_mismatch(left, right, key.line or left.line)


def _report_mismatch(left: ColumnType, right: ColumnType, line: int) -> Inconsistency:
    kinds = {kind_of(left), kind_of(right)}
    severity: Severity = "high" if len(kinds) > 1 and not kinds <= _EXACT else "medium"
    if severity == "medium" and left.canonical == right.canonical == "string":
        severity = "low"
    one, other = f"{left.table}.{left.column}", f"{right.table}.{right.column}"
    return Inconsistency(
        "key_mismatch",
        severity,
        f"{one} is {left.vendor} but refers to {other}, which is {right.vendor}",
        (one, other),
        f"Give {one} the type of {other} ({right.vendor}), or widen the key if values demand it.",
        line,
    )


def find_mixed_zones(columns: tuple[ColumnType, ...]) -> Iterator[Inconsistency]:
    """Timestamps with and without a zone side by side."""
    counts = Counter(column.canonical for column in columns)
    with_zone, without = counts["timestamptz"], counts["timestamp"]
    if not (with_zone and without):
        return
    rare = "timestamp" if without <= with_zone else "timestamptz"
    group = [column for column in columns if column.canonical == rare]
    names = tuple(f"{column.table}.{column.column}" for column in group)
    yield Inconsistency(
        "mixed_time_zones",
        "low",
        f"{with_zone} columns hold instants with a zone and {without} without one",
        names,
        f"Find out which zone is meant without one and agree on one form: {list_names(names)}.",
        group[0].line,
    )


def find_enum_conflicts(columns: tuple[ColumnType, ...]) -> Iterator[Inconsistency]:
    """Columns of one name whose lists of labels differ."""
    named: dict[str, list[ColumnType]] = {}
    for column in columns:
        if column.labels:
            named.setdefault(column.column.casefold(), []).append(column)
    for group in named.values():
        if len({column.labels for column in group}) > 1:
            names = tuple(f"{column.table}.{column.column}" for column in group)
            yield Inconsistency(
                "label_conflict",
                "low",
                f"{group[0].column} allows different labels in {list_names(names)}",
                names,
                f"Check whether {list_names(names)} mean the same list.",
                group[0].line,
            )
