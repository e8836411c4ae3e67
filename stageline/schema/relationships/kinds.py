"""How far two vendor types can hold the same key."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

Agreement = Literal["same", "alike", "unknown", "different"]

_SHAPE = re.compile(r"\s*([^\s(]+)[^(]*(?:\(\s*([^)]*?)\s*\))?")
_FAMILIES = {
    "integer": "int integer bigint smallint tinyint mediumint int2 int4 int8 int64 serial serial4"
    " serial8 bigserial smallserial number numeric decimal dec byteint hugeint identity counter",
    "text": "char character varchar varchar2 nvarchar nvarchar2 nchar text lvarchar string"
    " varying bpchar citext tinytext sysname",
    "identifier": "uuid uniqueidentifier guid raw binary varbinary",
    "date": "date datetime time timestamp timestamptz datetime2 smalldatetime interval year",
    "float": "float real double money smallmoney float4 float8 double_precision binary_float",
    "flag": "bool boolean bit enum set",
    "large": "blob clob image bytea byte longblob mediumblob longtext mediumtext ntext json jsonb"
    " xml bfile nclob long geometry geography hstore tsvector array struct map variant super",
}
_FAMILY = {name: family for family, names in _FAMILIES.items() for name in names.split()}
_EQUAL = {"int4": "integer", "int": "integer", "serial": "integer", "serial4": "integer",
          "number": "decimal", "numeric": "decimal", "dec": "decimal", "serial8": "bigint",
          "int8": "bigint", "bigserial": "bigint", "identity": "integer", "character": "char",
          "varchar2": "varchar"}  # fmt: skip


@lru_cache(maxsize=16384)
def _take_apart(vendor: str) -> tuple[str, str]:
    found = _SHAPE.match(vendor.lower().replace('"', "").replace("`", ""))
    if not found:
        return "", ""
    base = found[1].rpartition(".")[2]
    if base in ("character", "char") and "varying" in vendor.lower():
        base = "varchar"
    return _EQUAL.get(base, base), re.sub(r"\s+|(,0)$", "", found[2] or "")


def family_of(vendor: str) -> str:
    """``integer``, ``text``, ``identifier``, ``date``, ``float``, ``flag``, ``large`` or
    ``other`` (a type of the schema's own, or none written)."""
    base, size = _take_apart(vendor)
    if base == "decimal" and re.fullmatch(r"\d+,[1-9]\d*", size):
        return "float"
    return _FAMILY.get(base, "other")


def is_fixed(vendor: str) -> bool:
    """Whether it is text of a fixed length, as codes are held in."""
    return _take_apart(vendor)[0] in ("char", "nchar")


@lru_cache(maxsize=65536)
def compare_types(one: str, other: str) -> Agreement:
    """``same`` base and size; ``alike`` in one family; ``unknown`` when one is a named type."""
    (base, size), (base2, size2) = _take_apart(one), _take_apart(other)
    family, family2 = family_of(one), family_of(other)
    if base == base2 and (size == size2 or family == "integer"):
        return "same"
    if "other" in (family, family2):
        return "unknown"
    if family == family2 or {family, family2} == {"text", "identifier"}:
        return "alike"
    return "different"
