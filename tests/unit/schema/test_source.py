"""What a dump may come as, and what is refused with which words."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

import pytest

from stageline.errors import InputError
from stageline.schema.source import open_source

TEXT = "CREATE TABLE straße (größe INT); -- ünï\n"


def read(data: bytes) -> tuple[str, str]:
    source = open_source(data)
    text = source.decode(b"".join(source.chunks()))
    return text, source.encoding


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (TEXT.encode("utf-8-sig"), "utf-8-sig"),
        (TEXT.encode("cp1252"), "cp1252"),
        (TEXT.encode("utf-16-le"), "utf-16-le"),
        (TEXT.encode("utf-16-be"), "utf-16-be"),
        (b"\xff\xfe" + TEXT.encode("utf-16-le"), "utf-16-le"),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "utf-16-be"),
        (gzip.compress(TEXT.encode(), mtime=0), "utf-8"),
        (
            gzip.compress(TEXT.encode()[:9], mtime=0) + gzip.compress(TEXT.encode()[9:], mtime=0),
            "utf-8",
        ),
    ],
)
def test_encodings_are_told_and_read(data: bytes, encoding: str) -> None:
    assert read(data) == (TEXT, encoding)


def test_long_utf16_is_transcoded_across_chunks() -> None:
    text = "CREATE TABLE tä€𝄞 (a INT);\n" * 40_000
    source = open_source(text.encode("utf-16"))
    chunks = list(source.chunks())
    assert b"".join(chunks).decode() == text
    assert max(map(len, chunks)) < 1 << 20


def test_size_and_digest_are_those_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "dump.sql.gz"
    path.write_bytes(gzip.compress(TEXT.encode() * 9999, mtime=0))
    source = open_source(path)
    assert sum(map(len, source.chunks())) == len(TEXT.encode()) * 9999
    assert source.size == path.stat().st_size
    assert source.digest == hashlib.sha256(path.read_bytes()).hexdigest()
    assert source.name == str(path)


def test_the_head_is_not_consumed() -> None:
    source = open_source(b"SELECT 1;" * 100_000)
    assert source.head(20) == b"SELECT 1;SELECT 1;SE"
    assert len(source.head(300_000)) == 300_000
    assert sum(map(len, source.chunks())) == 900_000


def test_gzip_that_expands_without_end_is_read_in_bounded_chunks() -> None:
    packed = gzip.compress(b"\n" * 50_000_000, mtime=0)
    assert max(map(len, open_source(packed).chunks())) < 1 << 20


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"PGDMP\x01\x0e\x00", "pg_restore"),
        (b"PK\x03\x04abc", "zip archive"),
        (b"SQLite format 3\x00abc", ".dump"),
        (bytes(range(256)) * 20, "binary"),
        (gzip.compress(TEXT.encode() * 99, mtime=0)[:-20], "ends early"),
        (gzip.compress(TEXT.encode() * 99, mtime=0)[:30] + b"x" * 50, "damaged"),
        (gzip.compress(b"", mtime=0), "is empty"),
    ],
)
def test_what_is_no_text_is_refused_with_advice(data: bytes, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read(data)


def test_paths_that_cannot_be_read_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        open_source(tmp_path / "missing.sql")
    with pytest.raises(InputError, match="directory"):
        open_source(tmp_path)
    with pytest.raises(InputError, match="cannot be opened"):
        open_source("dump\0.sql")
