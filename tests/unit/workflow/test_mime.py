"""MIME types by content; where real files can be made here, they are."""

from __future__ import annotations

import gzip
import io
import json
import sqlite3
import tarfile
import wave
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stageline.workflow.mime import HEAD_BYTES, mime_of

OFFICE = "application/vnd.openxmlformats-officedocument."


def archive(*names: str, first: tuple[str, bytes] | None = None) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        if first:
            file.writestr(zipfile.ZipInfo(first[0]), first[1])
        for name in names:
            file.writestr(name, "x" * 50)
    return buffer.getvalue()


def tar() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as file:
        file.addfile(tarfile.TarInfo("a.txt"))
    return buffer.getvalue()


def sound() -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setparams((1, 2, 8_000, 0, "NONE", ""))
    return buffer.getvalue()


LONG_JSON = json.dumps([{"number": i, "text": "something"} for i in range(2_000)]).encode()
KNOWN: list[tuple[str, bytes, str, str]] = [
    ("pdf", b"%PDF-1.7\n%\xe2\xe3", "", "application/pdf"),
    ("png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "", "image/png"),
    ("jpeg", b"\xff\xd8\xff\xe0\0\x10JFIF", "", "image/jpeg"),
    ("gif", b"GIF89a\1\0\1\0", "", "image/gif"),
    ("webp", b"RIFF\x24\0\0\0WEBPVP8 ", "", "image/webp"),
    ("wave", sound(), "", "audio/wav"),
    ("heic", b"\0\0\0\x18ftypheic\0\0\0\0", "", "image/heic"),
    ("mp4", b"\0\0\0\x18ftypisom\0\0\0\0", "", "video/mp4"),
    ("zip", archive("a.txt", "b/c.txt"), "", "application/zip"),
    ("zip called docx", archive("a.txt"), "a.docx", "application/zip"),
    (
        "docx",
        archive("[Content_Types].xml", "_rels/.rels", "word/document.xml"),
        "",
        f"{OFFICE}wordprocessingml.document",
    ),
    ("xlsx", archive("[Content_Types].xml", "xl/workbook.xml"), "", f"{OFFICE}spreadsheetml.sheet"),
    (
        "pptx by its name",
        archive("[Content_Types].xml", "_rels/.rels"),
        "a.PPTX",
        f"{OFFICE}presentationml.presentation",
    ),
    (
        "odt",
        archive("content.xml", first=("mimetype", b"application/vnd.oasis.opendocument.text")),
        "",
        "application/vnd.oasis.opendocument.text",
    ),
    ("gzip", gzip.compress(b"x"), "a.csv.gz", "application/gzip"),
    ("tar", tar(), "", "application/x-tar"),
    ("parquet", b"PAR1\x15\x04", "", "application/vnd.apache.parquet"),
    ("empty", b"", "", "text/plain"),
    ("empty csv", b"", "a.csv", "text/csv"),
    ("text", "Größe: 1 €\n".encode(), "", "text/plain"),
    ("text with a mark", b"\xef\xbb\xbfa;b\n", "a.csv", "text/csv"),
    ("text in UTF-16", "a;b\n".encode("utf-16"), "", "text/plain"),
    ("text in Latin-1", "Größe".encode("latin-1"), "a.txt", "application/octet-stream"),
    ("text whose last character is cut off", "aaaa€".encode()[:-1], "", "text/plain"),
    ("csv", b"a,b\n1,2\n", "a.CSV", "text/csv"),
    ("csv without its name", b"a,b\n1,2\n", "data", "text/plain"),
    ("json", b' {"a": 1}\n', "a.txt", "application/json"),
    ("json that is cut off", LONG_JSON[:HEAD_BYTES], "", "application/json"),
    ("almost json", b"{a: 1}", "", "text/plain"),
    ("a line of json for each", b'{"a": 1}\n{"a": 2}\n', "a.jsonl", "application/jsonl"),
    ("html", b"\n<!-- x --><!DOCTYPE html><html>", "", "text/html"),
    ("html without doctype", b"<HTML><body>", "a.txt", "text/html"),
    ("svg", b'<?xml version="1.0"?>\n<!-- a --><svg xmlns="x">', "", "image/svg+xml"),
    ("xml", b'<?xml version="1.0"?>\n<data/>', "", "application/xml"),
    ("a picture that is called pdf", b"\x89PNG\r\n\x1a\n\0", "a.pdf", "image/png"),
    ("bytes", bytes(range(256)), "a.pdf", "application/octet-stream"),
    ("text with NUL", b"abc\0def", "a.txt", "application/octet-stream"),
]


@pytest.mark.parametrize(
    ("head", "name", "mime"), [row[1:] for row in KNOWN], ids=[row[0] for row in KNOWN]
)
def test_known_types(head: bytes, name: str, mime: str) -> None:
    assert mime_of(head[:HEAD_BYTES], name) == mime


def test_a_database(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with sqlite3.connect(path) as connection:
        connection.execute("create table t (x)")
    connection.close()
    assert mime_of(path.read_bytes()[:HEAD_BYTES], path.name) == "application/vnd.sqlite3"


@given(st.binary(max_size=300), st.text(max_size=10))
def test_every_file_has_a_type(head: bytes, name: str) -> None:
    kind, _, detail = mime_of(head, name).partition("/")
    assert kind
    assert detail


@pytest.mark.parametrize("unit", [b"<!---->", b"<!--", b" ", b"<", b"<?xml", b"{", b"[", b'{"a":'])
def test_what_looks_like_many_things_ends(unit: bytes) -> None:
    """A row of comments would take a regular expression that goes back for ever."""
    mime_of((unit * HEAD_BYTES)[:HEAD_BYTES], "a.html")
