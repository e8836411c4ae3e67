"""The type names that every vendor type is mapped to.

The names are neutral on purpose: they describe what values a column holds, so that one column
can be compared with another and with any target, whatever the dialect calls its types.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

CANONICAL: Mapping[str, str] = MappingProxyType(
    {
        "boolean": "true or false",
        "int8": "signed whole number of 8 bits",
        "int16": "signed whole number of 16 bits",
        "int32": "signed whole number of 32 bits",
        "int64": "signed whole number of 64 bits",
        "decimal": "exact number with precision and scale",
        "float32": "binary floating point of 32 bits",
        "float64": "binary floating point of 64 bits",
        "string": "text of bounded length",
        "text": "text without a bound that matters",
        "binary": "bytes",
        "bit": "string of bits",
        "date": "calendar day",
        "time": "time of day",
        "timetz": "time of day with an offset",
        "timestamp": "day and time without a zone",
        "timestamptz": "instant: day and time with a zone",
        "interval": "span of time",
        "uuid": "universally unique identifier",
        "json": "JSON document or semi-structured value",
        "xml": "XML document",
        "enum": "one of a fixed list of labels",
        "set": "several of a fixed list of labels",
        "array": "list of values of one type",
        "map": "keys and values",
        "struct": "named fields",
        "range": "interval of an ordered type",
        "geometry": "point, shape or place on a map",
        "network": "IP or MAC address",
        "search": "prepared full text",
        "vector": "embedding: numbers of a fixed dimension",
        "rowid": "physical address of a row",
        "reference": "pointer to something outside the row: file, object, link",
        "any": "value of any type",
        "unknown": "type that no table of vendor types knows",
    }
)

# Types that hold the same kind of value and differ only in how much of it fits.
FAMILIES: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("int8", "int16", "int32", "int64"), "whole number"),
        "decimal": "exact number",
        **dict.fromkeys(("float32", "float64"), "floating point"),
        **dict.fromkeys(("string", "text", "enum"), "text"),
        **dict.fromkeys(("timestamp", "timestamptz"), "date and time"),
        **dict.fromkeys(("time", "timetz"), "time of day"),
    }
)

NUMERIC_FAMILIES = frozenset({"whole number", "exact number", "floating point"})


def family(canonical: str) -> str:
    """The kind of value: types of one family differ in size only."""
    return FAMILIES.get(canonical, canonical)
