"""What is suspicious about one column's type alone. A detector is a function in ``DETECTORS``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from stageline.schema.analysis import ColumnType, Inconsistency, Severity
from stageline.schema.model import Column, Table
from stageline.schema.types.names import (
    means_date,
    means_flag,
    means_identifier,
    means_money,
    means_prose,
    means_short,
)
from stageline.schema.types.vendors import Vendor

_FLOATS = frozenset({"float32", "float64"})
_TEXTS = frozenset({"string", "text"})
_WHOLES = frozenset({"int8", "int16", "int32", "int64"})
_WIDE = 4_000
_SHORT_WIDE = 100
_FACTOR_TOO_WIDE = 10
_FLAG_VALUES = frozenset({"y", "n"})


@dataclass(frozen=True, slots=True)
class Place:
    """A column with all that is known of it."""

    table: Table
    column: Column
    type: ColumnType
    vendor: Vendor | None
    key: bool
    sample: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Hit:
    """A detector's find. Hits of one kind and group are reported together."""

    kind: str
    group: str
    detail: str


@dataclass(frozen=True, slots=True)
class Kind:
    severity: Severity
    message: str
    recommendation: str


KINDS: dict[str, Kind] = {
    "money_in_float": Kind(
        "high",
        "{where}: money as {vendor}, but binary floats cannot hold cents exactly",
        "Store {columns} as an exact number, for example DECIMAL(19,4), and check sums before and "
        "after.",
    ),
    "money_in_text": Kind(
        "medium",
        "{where}: money as text ({vendor})",
        "Convert {columns} to an exact number after checking that every value is one.",
    ),
    "date_in_text": Kind(
        "medium",
        "{where}: a date or time as text ({vendor})",
        "Find out the format used in {columns}, then convert to a date or timestamp.",
    ),
    "date_in_number": Kind(
        "low",
        "{where}: a date or time as a number ({vendor})",
        "Find out whether {columns} counts seconds, days or spells digits, then convert.",
    ),
    "boolean_as_char": Kind(
        "low",
        "{where}: yes or no as text ({vendor})",
        "Map {columns} to BOOLEAN and list the spellings in use first.",
    ),
    "boolean_as_number": Kind(
        "low",
        "{where}: yes or no as a number ({vendor})",
        "Map {columns} to BOOLEAN once no value other than 0 and 1 is in use.",
    ),
    "overwide_text": Kind(
        "low",
        "{where}: wider than the content needs, {detail}",
        "Measure the longest value of {columns} and narrow the type to it.",
    ),
    "deprecated_type": Kind(
        "medium",
        "{where}: {vendor} is out of date; {detail}",
        "Move {columns} to the successor of {vendor} during the migration.",
    ),
    "unknown_type": Kind(
        "medium",
        "{where}: type “{vendor}” is in no table of types",
        "Find out what {columns} holds; if it is a type of your own, add its CREATE TYPE to the "
        "dump.",
    ),
    "identifier_in_float": Kind(
        "high",
        "{where}: rows identified by a float ({vendor}), where equality is unsafe",
        "Change {columns} to a whole number of 64 bits.",
    ),
    "zero_date": Kind(
        "medium",
        "{where}: the default {detail} is a day that no calendar has",
        "Let {columns} be NULL instead and convert the rows that hold the zero date.",
    ),
}


def find_money(place: Place) -> Iterator[Hit]:
    canonical = place.type.canonical
    if canonical in _FLOATS and means_money(place.column.name):
        yield Hit("money_in_float", place.column.name, "")
    if canonical == "string" and (place.type.length or 0) > 3 and means_money(place.column.name):
        yield Hit("money_in_text", place.column.name, "")


def find_dates(place: Place) -> Iterator[Hit]:
    canonical = place.type.canonical
    if place.key or not means_date(place.column.name):
        return
    if canonical in _TEXTS and not 0 < (place.type.length or 0) < 6:
        yield Hit("date_in_text", place.column.name, "")
    if canonical in {"int32", "int64", "decimal"}:
        yield Hit("date_in_number", place.column.name, "")


def find_booleans(place: Place) -> Iterator[Hit]:
    default = (place.column.default or "").strip("'\" ()").casefold()
    narrow = place.type.canonical == "string" and (place.type.length or 0) <= 5
    named = means_flag(place.column.name)
    coded = means_short(place.column.name) and not named
    if narrow and (named or (place.type.length == 1 and default in _FLAG_VALUES and not coded)):
        yield Hit("boolean_as_char", place.column.name, "")
    if place.type.canonical in _WHOLES and named and not place.key:
        yield Hit("boolean_as_number", place.column.name, "")


def find_overwide(place: Place) -> Iterator[Hit]:
    length = place.type.length or 0
    if place.type.canonical != "string":
        return
    longest = max(map(len, place.sample), default=0) if place.sample else 0
    if place.sample and length >= _SHORT_WIDE and longest * _FACTOR_TOO_WIDE <= length:
        detail = f"{length} declared, {longest} used by the longest of {len(place.sample)} values"
        yield Hit("overwide_text", f"{place.type.table}.{place.column.name}", detail)
    elif length > _WIDE and not means_prose(place.column.name):
        yield Hit("overwide_text", place.column.name, f"{length:,} are allowed")
    elif length >= _SHORT_WIDE and means_short(place.column.name):
        yield Hit("overwide_text", place.column.name, f"{length:,} for a code or short word")


def find_deprecated(place: Place) -> Iterator[Hit]:
    if place.vendor is not None and place.vendor.deprecated:
        yield Hit("deprecated_type", place.type.base, place.vendor.deprecated)


def find_unknown(place: Place) -> Iterator[Hit]:
    if place.type.canonical == "unknown":
        yield Hit("unknown_type", place.type.vendor, "")


def find_float_identifiers(place: Place) -> Iterator[Hit]:
    identifies = place.key or means_identifier(place.column.name)
    if identifies and place.type.canonical in _FLOATS:
        yield Hit("identifier_in_float", place.column.name, "")


def find_zero_dates(place: Place) -> Iterator[Hit]:
    default = place.column.default or ""
    if "0000-00-00" in default:
        yield Hit("zero_date", place.column.name, default)


DETECTORS: tuple[Callable[[Place], Iterator[Hit]], ...] = (
    find_money,
    find_dates,
    find_booleans,
    find_overwide,
    find_deprecated,
    find_unknown,
    find_float_identifiers,
    find_zero_dates,
)


def list_names(names: tuple[str, ...], most: int = 5) -> str:
    """``a, b, c and 4 more``."""
    shown = ", ".join(names[:most])
    rest = len(names) - most
    return f"{shown} and {rest} more" if rest > 0 else shown


def report(kind_name: str, hits: list[tuple[Hit, Place]]) -> Inconsistency:
    """One inconsistency for all columns that share a kind and a group."""
    kind = KINDS[kind_name]
    columns = tuple(f"{place.type.table}.{place.column.name}" for _, place in hits)
    vendors = tuple(dict.fromkeys(place.type.vendor for _, place in hits))
    words = {
        "where": list_names(columns),
        "columns": list_names(columns),
        "vendor": list_names(vendors, 3),
        "detail": hits[0][0].detail,
    }
    return Inconsistency(
        kind_name, kind.severity, kind.message.format(**words), columns,
        kind.recommendation.format(**words), hits[0][1].column.line,
    )  # fmt: skip


def find_smells(places: list[Place]) -> list[Inconsistency]:
    """Run every detector over every column; linear in their number."""
    grouped: dict[tuple[str, str], list[tuple[Hit, Place]]] = {}
    for place in places:
        for detector in DETECTORS:
            for hit in detector(place):
                key = (hit.kind, hit.group.casefold())
                grouped.setdefault(key, []).append((hit, place))
    return [report(kind, hits) for (kind, _), hits in grouped.items()]
