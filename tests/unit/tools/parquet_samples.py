"""Parquet files made by hand, byte by byte, so that they can say what no writer would."""

from __future__ import annotations

import struct

I32, I64, BINARY, LIST, STRUCT = 5, 6, 8, 9, 12
BYTE_ARRAY, UTF8, REQUIRED = 6, 0, 0
PLAIN, RLE, RLE_DICTIONARY = 0, 3, 8


def varint(number: int) -> bytes:
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes([*out, number])


def zigzag(number: int) -> bytes:
    return varint(-2 * number - 1 if number < 0 else 2 * number)


def _fields(*fields: tuple[int, int, bytes]) -> bytes:
    """A struct of Thrift's compact protocol: number, type and content of each field."""
    out, last = b"", 0
    for number, kind, content in fields:
        out += bytes([(number - last) << 4 | kind]) + content
        last = number
    return out + b"\0"


def _int(field: int, value: int, kind: int = I32) -> tuple[int, int, bytes]:
    return field, kind, zigzag(value)


def _text(field: int, value: bytes) -> tuple[int, int, bytes]:
    return field, BINARY, varint(len(value)) + value


def _list(field: int, kind: int, items: list[bytes]) -> tuple[int, int, bytes]:
    return field, LIST, bytes([0xF0 | kind]) + varint(len(items)) + b"".join(items)


def _page(kind: int, field: int, body: bytes, *about: tuple[int, int, bytes]) -> bytes:
    size = len(body)
    return (
        _fields(_int(1, kind), _int(2, size), _int(3, size), (field, STRUCT, _fields(*about)))
        + body
    )


def parquet_of(
    count: int, groups: int, value: bytes = b"x" * 1_000, rows: int | None = None
) -> bytes:
    """A file with ``groups`` row groups of ``count`` rows, which all are the same few bytes: a
    dictionary with one ``value``, and one run. ``rows`` is what the file says of their number."""
    word = struct.pack("<I", len(value)) + value
    dictionary = _page(2, 7, word, _int(1, 1), _int(2, PLAIN))
    run = b"\x01" + varint(count << 1) + b"\0"
    data = _page(0, 5, run, _int(1, count), _int(2, RLE_DICTIONARY), _int(3, RLE), _int(4, RLE))
    size, begin = len(dictionary) + len(data), 4
    column = _fields(
        _int(1, BYTE_ARRAY), _list(2, I32, [zigzag(RLE_DICTIONARY), zigzag(PLAIN)]),
        _list(3, BINARY, [b"\x01c"]), _int(4, 0), _int(5, count, I64), _int(6, size, I64),
        _int(7, size, I64), _int(9, begin + len(dictionary), I64), _int(11, begin, I64),
    )  # fmt: skip
    chunk = _fields(_int(2, begin, I64), (3, STRUCT, column))
    group = _fields(_list(1, STRUCT, [chunk]), _int(2, size, I64), _int(3, count, I64))
    leaf = _fields(_int(1, BYTE_ARRAY), _int(3, REQUIRED), _text(4, b"c"), _int(6, UTF8))
    schema = _list(2, STRUCT, [_fields(_text(4, b"schema"), _int(5, 1)), leaf])
    total = count * groups if rows is None else rows
    footer = _fields(_int(1, 1), schema, _int(3, total, I64), _list(4, STRUCT, [group] * groups))
    return b"PAR1" + dictionary + data + footer + struct.pack("<I", len(footer)) + b"PAR1"
