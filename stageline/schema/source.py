"""Where the bytes of a dump come from: a file or bytes in memory, read once, in bounded chunks.

Whatever the encoding, ``Source.chunks`` hands out bytes that are UTF-8 or at least a superset of
ASCII, without a byte order mark; UTF-16 is transcoded on the way and gzip is unpacked.
"""

from __future__ import annotations

import codecs
import io
import os
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from stageline.errors import AccessError, InputError
from stageline.schema.digest import Digest

CHUNK = 1 << 20  # large enough for the thread that hashes to pay off
_HEAD = 1 << 16
_GZIP = b"\x1f\x8b"

# What the first bytes of a file that is no SQL text say, and what to do about it.
_BINARY: tuple[tuple[bytes, str], ...] = (
    (b"PGDMP", "is a pg_dump archive in custom format; convert it: pg_restore -f dump.sql FILE"),
    (b"PK\x03\x04", "is a zip archive; unpack it first"),
    (b"BZh", "is compressed with bzip2; unpack it first: bunzip2 FILE"),
    (b"\xfd7zXZ", "is compressed with xz; unpack it first: unxz FILE"),
    (b"\x28\xb5\x2f\xfd", "is compressed with zstd; unpack it first: unzstd FILE"),
    (b"7z\xbc\xaf", "is a 7-Zip archive; unpack it first"),
    (b"SQLite format 3\x00", "is a SQLite database; dump it first: sqlite3 FILE .dump > dump.sql"),
    (b"%PDF-", "is a PDF document"),
    (b"\x7fELF", "is a program"),
    (b"MZ\x90", "is a program"),
    (b"\x03\x03\x02\x01TAPE", "is a SQL Server backup; script the database from the server"),
    (b"TAPE\x00", "is a SQL Server backup; script the database from the server"),
)
_MARKS: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WIDTHS = (1,) * 12 + (2, 2, 3, 4)  # bytes of a UTF-8 character by the high half of its first
# Signs that no text has many of: not tab, line ends, form feed, Ctrl-Z and escape.
_CONTROLS = bytes(set(range(1, 32)) - set(b"\t\n\v\f\r\x1a\x1b")) + b"\x7f"
_ODD = b"\0" + _CONTROLS
# mysqldump writes binary values as they are: a dump may hold many of them, but never only them.
_VERB = re.compile(rb"\b(?:CREATE|INSERT|ALTER|SET|USE|DROP)\s", re.IGNORECASE)
_WHITE = b" \t\r\n\v\f\x1a"
_CODED_MARKS = {encoding: mark for mark, encoding in _MARKS}


class Source:
    """A dump to be read once. ``size`` counts raw bytes, ``digest`` is their sha256 (hex).

    ``encoding`` and ``digest`` are final once ``chunks`` is exhausted. Usable as a context
    manager; exhausting ``chunks`` closes the file as well.
    """

    def __init__(self, name: str, raw: BinaryIO, size: int) -> None:
        self.name = name
        self.size = size
        self.legacy_pieces = 0
        self._raw = raw
        self._hash = Digest()
        self._utf8_seen = False
        head = self._read(_HEAD)
        self._packed = head.startswith(_GZIP)
        self._unread = _inflate(self._blocks(head), name) if self._packed else self._blocks(head)
        self._ahead: list[bytes] = []
        first = self._peek()
        self._encoding = _sniff(first, name)
        mark = _CODED_MARKS.get(self._encoding, b"")
        if len(first) < _HEAD and not first.removeprefix(mark).strip(b"\0" + _WHITE):
            raise InputError(f"{name}: holds nothing but white space; there is nothing to read")
        self._text = self._transcode()

    @property
    def digest(self) -> str:
        return self._hash.hexdigest()

    @property
    def encoding(self) -> str:
        """``utf-8`` unless a mark, zero bytes or bytes that are no UTF-8 said otherwise."""
        if self._encoding == "utf-8" and self.legacy_pieces and not self._utf8_seen:
            return "cp1252"
        return self._encoding

    def head(self, size: int = 1 << 18) -> bytes:
        """The first bytes of the text, without consuming them."""
        held = sum(map(len, self._ahead))
        while held < size and (chunk := next(self._text, b"")):
            self._ahead.append(chunk)
            held += len(chunk)
        return b"".join(self._ahead)[:size]

    def chunks(self) -> Iterator[bytes]:
        """The text in non-empty chunks. Can be read once."""
        with self:
            while self._ahead:
                yield self._ahead.pop(0)
            yield from self._text

    def decode(self, data: bytes) -> str:
        """A statement as text: UTF-8, or Windows-1252 (a superset of Latin-1) if it is not."""
        if data.isascii():
            return data.decode("ascii")
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            self.legacy_pieces += 1
            return _decode_legacy(data)
        self._utf8_seen = True
        return text

    def close(self) -> None:
        self._raw.close()
        self._hash.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _read(self, size: int) -> bytes:
        try:
            data = self._raw.read(size)
        except OSError as error:
            raise InputError(f"{self.name}: cannot be read: {error.strerror or error}") from error
        self._hash.update(data)
        return data

    def _blocks(self, head: bytes) -> Iterator[bytes]:
        while head:
            yield head
            head = self._read(CHUNK)

    def _peek(self) -> bytes:
        first = b""
        while len(first) < _HEAD and (chunk := next(self._unread, b"")):
            first += chunk
        if not first:
            raise InputError(f"{self.name}: is empty; there is nothing to read")
        self._first = first
        return first

    def _transcode(self) -> Iterator[bytes]:
        first, self._first = self._first, b""
        first = first.removeprefix(_CODED_MARKS.get(self._encoding, b""))
        if self._encoding in ("utf-8", "utf-8-sig"):
            if first:
                yield first
            yield from self._unread
            return
        decoder = codecs.getincrementaldecoder(self._encoding)("replace")
        for chunk in (first, *()):
            yield from _encoded(decoder.decode(chunk))
        for chunk in self._unread:
            yield from _encoded(decoder.decode(chunk))
        yield from _encoded(decoder.decode(b"", final=True))


def open_source(origin: str | os.PathLike[str] | bytes) -> Source:
    """Open a dump by path, or wrap bytes. Raises ``InputError`` for what is no SQL text."""
    if isinstance(origin, (bytes, bytearray, memoryview)):
        data = bytes(origin)
        return Source("<bytes>", io.BytesIO(data), len(data))
    path = str(origin if isinstance(origin, Path) else Path(origin))
    raw = _open(path)
    try:
        return Source(path, raw, os.fstat(raw.fileno()).st_size)
    except BaseException:
        raw.close()
        raise


def _open(path: str) -> BinaryIO:
    try:
        return io.FileIO(path)  # chunks are large, a buffer would only copy them
    except FileNotFoundError as error:
        raise InputError(f"{path}: there is no such file; check the path") from error
    except IsADirectoryError as error:
        raise InputError(f"{path}: is a directory; name one dump file in it") from error
    except PermissionError as error:
        raise AccessError(f"{path}: may not be read; check its permissions") from error
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: cannot be opened: {error}") from error


def _encoded(text: str) -> Iterator[bytes]:
    if text:
        yield text.encode("utf-8", "replace")


def _decode_legacy(data: bytes) -> str:
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return data.decode("latin-1")  # five bytes mean nothing in cp1252


def _sniff(first: bytes, name: str) -> str:
    """The encoding by mark or by the places of zero bytes; refuses what is no text."""
    for mark, encoding in _MARKS:
        if first.startswith(mark):
            return encoding
    for magic, message in _BINARY:
        if first.startswith(magic):
            raise InputError(f"{name}: {message}")
    if len(first.translate(None, _ODD)) == len(first):
        return "utf-8"
    if first.count(0) <= len(first) // 1000:
        if _is_noise(first):
            raise InputError(f"{name}: is binary, not SQL text; hand in a plain SQL dump")
        return "utf-8"
    # Mostly ASCII in UTF-16 has a zero in nearly every other place, and there only.
    even, odd = first[0::2].count(0), first[1::2].count(0)
    half = len(first) // 2
    if odd > 0.4 * half and even < 0.1 * half:
        return "utf-16-le"
    if even > 0.4 * half and odd < 0.1 * half:
        return "utf-16-be"
    raise InputError(f"{name}: is binary, not SQL text; hand in a plain SQL dump")


def _is_noise(first: bytes) -> bool:
    """Whether text without zeros is full of control signs, and says nothing in SQL."""
    controls = len(first) - len(first.translate(None, _CONTROLS))
    return controls > max(8, len(first) // 50) and not _VERB.search(first)


def _inflate(packed: Iterator[bytes], name: str) -> Iterator[bytes]:
    """Unpack gzip, member by member, never more than a chunk at a time."""
    unpacker = zlib.decompressobj(31)
    try:
        for block in packed:
            data = block
            while data:
                if unpacker.eof:
                    unpacker = zlib.decompressobj(31)
                if text := unpacker.decompress(data, CHUNK >> 2):
                    yield text
                data = (
                    unpacker.unused_data.lstrip(b"\0") if unpacker.eof else unpacker.unconsumed_tail
                )
    except zlib.error as error:
        raise InputError(f"{name}: the gzip data is damaged ({error}); fetch it again") from error
    if not unpacker.eof:
        raise InputError(f"{name}: the gzip data ends early; fetch it again")


def whole_characters(data: bytes) -> bytes:
    """``data`` without the head of a UTF-8 character that was cut at its end."""
    for back in range(1, min(4, len(data)) + 1):
        if data[-back] >= 0xC0:
            return data[:-back] if _WIDTHS[data[-back] >> 4] > back else data
        if data[-back] < 0x80:
            break
    return data
