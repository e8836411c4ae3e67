from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from stageline.codec import adapter, decode, encode, to_data
from stageline.errors import DependencyError, InternalError
from stageline.schema.model import Column, ForeignKey, Schema, Table


@dataclass(frozen=True, slots=True)
class Thing:
    name: str
    parts: tuple[str, ...] = ()
    at: datetime | None = None
    more: Mapping[str, Any] = field(default_factory=dict)


def test_a_value_comes_back_equal_and_as_the_same_bytes():
    thing = Thing("zählt \u202e", ("a", "b"), datetime(2025, 1, 2, tzinfo=UTC), {"x": [1, None]})
    data = encode(thing)
    assert decode(Thing, data) == thing
    assert encode(decode(Thing, data)) == data


def test_a_schema_comes_back_equal():
    key = ForeignKey(("a",), "u", ("b",))
    schema = Schema("informix", (Table("t", columns=(Column("a", "int"),), foreign_keys=(key,)),))
    back = decode(Schema, encode(schema))
    assert back == schema
    assert back.table("T") == schema.tables[0]


@pytest.mark.parametrize("data", [b"", b"{", b'{"name": 1}', b'{"parts": []}', b"\x80\x04K\x01."])
def test_bytes_that_are_no_such_value_are_refused_in_words(data):
    with pytest.raises(DependencyError, match="not a Thing"):
        decode(Thing, data)


def test_what_json_cannot_hold_is_refused_when_written():
    with pytest.raises(InternalError, match="cannot be stored as JSON"):
        encode(Thing("x", more={"f": lambda: 1}))


def test_adapters_are_made_once_and_data_is_plain():
    assert adapter(Thing) is adapter(Thing)
    assert to_data(Thing("x", ("y",))) == {"name": "x", "parts": ["y"], "at": None, "more": {}}
    assert decode(tuple[str, ...], encode(("a",), tuple[str, ...])) == ("a",)
