"""From a vendor type's text to a canonical type, with what gets lost."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from stageline.schema.analysis import ColumnType, qualified
from stageline.schema.model import Column, Schema, Table, UserType
from stageline.schema.types.syntax import TypeSyntax, read_type, unquote_label
from stageline.schema.types.vendors import Vendor, VendorTable, lookup_order

_DEPTH = 16  # domains over domains over ...
_MOST_WORDS = 6
_LENGTH = re.compile(r"(\d{1,18})\s*([kmg])?\s*(char|byte|octets|codeunits)?", re.IGNORECASE)
_SCALE_UP = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}
_SINGLE = frozenset(
    {"char", "character", "nchar", "national char", "national character", "graphic"}
)
_SIZED = frozenset({"string", "text", "binary", "bit", "vector"})
_UNITS = {"binary": "byte", "bit": "bit", "vector": "number"}
_TIMED = frozenset({"time", "timetz", "timestamp", "timestamptz", "interval"})
_COUNTING = frozenset({"identity", "auto_increment", "autoincrement", "generated"})
_LABELLED = frozenset({"enum", "set"})
_WHOLE = ((4, "int16"), (9, "int32"), (18, "int64"))
_ARRAY_LOSS = "several values in one column: elsewhere a table of their own"
_COMPUTED_LOSS = "no type is written: it follows from the expression that computes the column"
_UNKNOWN_LOSS = "the type is not known: what it holds has to be found out"
USER_KINDS: Mapping[str, str] = {
    "enum": "enum", "composite": "struct", "object": "struct", "range": "range", "table": "array",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Resolver:
    """What names of types mean in one schema."""

    dialect: str
    tables: tuple[VendorTable, ...]
    users: Mapping[str, UserType]
    seen: dict[str, ColumnType]

    @classmethod
    def of(cls, schema: Schema) -> Resolver:
        users: dict[str, UserType] = {}
        for user in schema.types:
            users.setdefault(user.name.casefold(), user)
            users.setdefault(qualified(user.name, user.schema).casefold(), user)
        return cls(schema.dialect, lookup_order(schema.dialect), users, {})

    def resolve(self, text: str, depth: int = 0) -> ColumnType:
        """The type without its place; equal texts are taken apart once."""
        known = self.seen.get(text)
        if known is None:
            known = self.seen[text] = self._resolve(text, depth)
        return known

    def _resolve(self, text: str, depth: int) -> ColumnType:
        syntax = read_type(text)
        user = self._user(syntax)
        if user is not None and depth < _DEPTH:
            return self._resolve_user(text, syntax, user, depth)
        name, vendor, table = find_vendor(self.tables, syntax)
        if vendor is None and name.startswith("_") and depth < _DEPTH:
            inner = self.resolve(name[1:], depth + 1)
            return _mark_array(replace(inner, vendor=text, array=True), syntax)
        if vendor is None:
            return ColumnType("", "", text, name, "unknown", lossy=True, reason=_UNKNOWN_LOSS)
        return _mark_array(measure(text, name, vendor, syntax, table), syntax)

    def _user(self, syntax: TypeSyntax) -> UserType | None:
        if not syntax.words:
            return None
        name = syntax.words[0]
        return self.users.get(name) or self.users.get(name.rpartition(".")[2])

    def _resolve_user(
        self, text: str, syntax: TypeSyntax, user: UserType, depth: int
    ) -> ColumnType:
        canonical = USER_KINDS.get(user.kind)
        if canonical is None and user.base:
            inner = self.resolve(user.base, depth + 1)
            return _mark_array(replace(inner, vendor=text), syntax)
        found = ColumnType("", "", text, user.name, canonical or "unknown", labels=user.labels)
        if canonical is None:
            found = replace(found, lossy=True, reason=_UNKNOWN_LOSS)
        return _mark_array(found, syntax)


def _mark_array(found: ColumnType, syntax: TypeSyntax) -> ColumnType:
    """Arrays are written ``int[]``, ``int ARRAY[3]`` or, in PostgreSQL's catalog, ``_int4``."""
    if not (syntax.array or "array" in syntax.words[1:] or found.array):
        return found
    return replace(found, canonical="array", array=True, lossy=True, reason=_ARRAY_LOSS)


def find_vendor(
    tables: tuple[VendorTable, ...], syntax: TypeSyntax
) -> tuple[str, Vendor | None, VendorTable]:
    """The entry of the longest known run of leading words, its name and the table it is in."""
    first = syntax.words[0] if syntax.words else ""
    heads = dict.fromkeys((first, first.rpartition(".")[2]))
    for table in tables if first else tables[:1]:
        for head in heads:
            words = (head, *syntax.words[1:_MOST_WORDS])
            for count in range(len(words), 0, -1):
                name = " ".join(words[:count])
                vendor = _entry(table, name, syntax.arguments(count))
                if vendor is not None:
                    return name, vendor, table
    own = tables[0]
    affinity = next((canonical for part, canonical in own.fallback if part in first), None)
    return first, Vendor(affinity, loss=own.fallback_loss) if affinity else None, own


def _entry(table: VendorTable, name: str, arguments: tuple[str, ...]) -> Vendor | None:
    if not arguments:
        return table.types.get(name)
    forms = [",".join(arguments).casefold(), "p" if len(arguments) == 1 else ""]
    if len(arguments) == 2:
        forms += [f"n,{arguments[1]}", "m,d"]
    keys = (*(f"{name}({form})" for form in forms), name)
    return next((table.types[key] for key in keys if key in table.types), None)


def measure(
    text: str, name: str, vendor: Vendor, syntax: TypeSyntax, table: VendorTable
) -> ColumnType:
    """Apply arguments and modifiers to a table entry."""
    arguments = syntax.arguments(len(name.split()))
    unsigned = "unsigned" in syntax.words or "zerofill" in syntax.words
    found = ColumnType(
        "", "", text, name, vendor.canonical, vendor.length, vendor.unit, vendor.precision,
        vendor.scale, unsigned, vendor.identity or not _COUNTING.isdisjoint(syntax.words),
        reason=vendor.loss or (vendor.bare if not arguments else None),
    )  # fmt: skip
    if unsigned and vendor.unsigned:
        found = replace(found, canonical=vendor.unsigned)
    found = _size(found, arguments, table.unit)
    found = _count_digits(found, arguments, vendor)
    found = _time(found, syntax, arguments)
    if found.canonical in _LABELLED:
        found = replace(found, labels=tuple(unquote_label(label) for label in arguments))
    return replace(found, lossy=found.reason is not None)


def _size(found: ColumnType, arguments: tuple[str, ...], unit: str) -> ColumnType:
    """Length of text and bytes; text without a length is unbounded, except CHAR, which is 1."""
    if found.canonical not in _SIZED:
        return found
    default = _UNITS.get(found.canonical, "char" if found.base[:1] == "n" else unit)
    sized = len(arguments) == 1 or (arguments and found.canonical == "string")
    match = _LENGTH.match(arguments[0]) if sized else None
    if match is None:
        if found.base in _SINGLE:
            return replace(found, length=1, length_unit=default)
        if found.length is not None:
            return replace(found, length_unit=found.length_unit or default)
        return replace(found, canonical="text") if found.canonical == "string" else found
    written = (match[3] or "").casefold()
    given = {"": default, "octets": "byte", "codeunits": "char"}.get(written, written)
    length = int(match[1]) * _SCALE_UP[(match[2] or "").casefold()]
    return replace(found, length=length, length_unit=given)


def _number(text: str) -> int | None:
    text = text.replace(" ", "")
    if text == "*":
        return 38
    return int(text) if re.fullmatch(r"-?\d{1,9}", text) else None


def _count_digits(found: ColumnType, arguments: tuple[str, ...], vendor: Vendor) -> ColumnType:
    """Precision and scale; a NUMBER(9,0) of a vendor without whole numbers is one."""
    if not arguments or found.canonical not in {"decimal", "float32", "float64"}:
        return found
    precision = _number(arguments[0])
    if found.canonical != "decimal":
        narrow = found.base == "float" and vendor.loss is None and len(arguments) == 1
        wide = "float64" if (precision or 0) > 24 else "float32"
        return replace(found, precision=precision, canonical=wide if narrow else found.canonical)
    floating = vendor.loss is not None and vendor.scale is None
    scale = _number(arguments[1]) if len(arguments) > 1 else None if floating else 0
    found = replace(found, precision=precision, scale=scale)
    if vendor.whole and scale == 0 and precision is not None:
        whole = next((name for digits, name in _WHOLE if precision <= digits), found.canonical)
        return replace(found, canonical=whole)
    return found


def _time(found: ColumnType, syntax: TypeSyntax, arguments: tuple[str, ...]) -> ColumnType:
    """Digits of a fraction of a second: the last argument list of times."""
    if found.canonical not in _TIMED or not syntax.groups:
        return found
    last = arguments or syntax.groups[-1][1]
    return replace(found, precision=_number(last[0]) if last else None)


def map_column(resolver: Resolver, table: Table, column: Column) -> ColumnType:
    """One column's type in its place."""
    found = resolver.resolve(column.type)
    if column.generated and not column.type.strip():
        found = replace(found, canonical="any", lossy=True, reason=_COMPUTED_LOSS)
    return ColumnType(
        qualified(table.name, table.schema), column.name, found.vendor, found.base,
        found.canonical, found.length, found.length_unit, found.precision, found.scale,
        found.unsigned, found.identity or column.identity, found.array, found.labels,
        found.lossy, found.reason, column.line,
    )  # fmt: skip
