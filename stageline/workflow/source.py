"""A document as it was handed in: text, bytes or a mapping, read into data with positions.

Text is UTF-8; a byte order mark is fine, other encodings are refused. What begins with ``{`` or
``[`` is JSON, all else YAML 1.2 (core schema: ``on``, ``no``, dates and times are text) without
aliases, anchors, tags and merge keys.
"""

from __future__ import annotations

import codecs
import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from functools import cached_property
from os import PathLike
from typing import Any

from stageline.workflow.findings import Finding, Path, Place, UnreadableError
from stageline.workflow.json_text import JsonPositions, read_json
from stageline.workflow.plain import tidy
from stageline.workflow.spots import find_spot
from stageline.workflow.yaml_text import YamlPositions, read_yaml

MAX_BYTES = 16_000_000
MAX_LOCATED = 24
"""How many levels deep places are told exactly: each is looked through once more."""
_BREAK = re.compile(r"\r\n|\r|\n")
_SAVE_AS = "Save it as UTF-8."
# UTF-32 first: its mark begins with the one of UTF-16.
_OTHERS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF32_LE, "UTF-32"), (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"), (codecs.BOM_UTF16_BE, "UTF-16"),
)  # fmt: skip


class Source:
    """A document's data (``None`` if it could not be read) and where things stand in its text."""

    def __init__(self, text: str | None, data: Any, findings: list[Finding]) -> None:
        self.text = text
        self.data = data
        self.findings = findings
        self._wanted: frozenset[Path] = frozenset()

    def expect(self, places: Iterable[Place]) -> None:
        """Say which places will be asked for, so that YAML is read only once for all."""
        paths = [place.path[:MAX_LOCATED] for place in places if place.offset is None]
        self._wanted = frozenset(path[:end] for path in paths for end in range(len(path) + 1))
        self.__dict__.pop("_positions", None)

    def locate(self, place: Place) -> tuple[int, int] | None:
        """Line and column, from 1; of what encloses a place that is not there."""
        if self.text is None:
            return None
        offset = place.offset
        if offset is None and self.data is not None:
            offset = self._offset(place.path, place.is_key)
        if offset is None:
            return None
        offset = self._inside(place, offset)
        line = bisect_right(self._lines, offset)
        return line, offset - self._lines[line - 1] + 1

    def _offset(self, path: Path, is_key: bool) -> int | None:
        path, is_key = path[:MAX_LOCATED], is_key and len(path) <= MAX_LOCATED
        if path not in self._wanted:
            self.expect([Place(path)])
        offset = self._positions.find(path, is_key)
        while offset is None and path:
            path = path[:-1]
            offset = self._positions.find(path)
        return offset

    def _inside(self, place: Place, offset: int) -> int:
        """Where the column of ``place`` is in the text at ``offset``; ``offset`` itself where
        that cannot be told."""
        text = _at(self.data, place.path) if place.column and place.offset is None else None
        if not isinstance(text, str) or place.column is None or self.text is None:
            return offset
        found = find_spot(self.text, offset, text, place.column)
        return offset if found is None else found

    @cached_property
    def _lines(self) -> list[int]:
        return [0, *(found.end() for found in _BREAK.finditer(self.text or ""))]

    @cached_property
    def _positions(self) -> JsonPositions | YamlPositions:
        text = self.text or ""
        return JsonPositions(text) if _is_json(text) else YamlPositions(text, self._wanted)


def _at(data: Any, path: Path) -> Any:
    for step in path:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def read_source(given: object) -> Source:
    """Read a document. What is wrong is among its ``findings``; nothing is raised."""
    if isinstance(given, Mapping):
        return Source(None, *tidy(given))
    try:
        text = _decode(given)
    except UnreadableError as error:
        return Source(_readable(given), None, [error.finding])
    try:
        _check_text(text)
        data, findings = (read_json if _is_json(text) else read_yaml)(text)
    except UnreadableError as error:
        return Source(text, None, [error.finding])
    return Source(text, data, findings)


def _readable(given: object) -> str | None:
    """What was refused as text, to count lines and columns in."""
    if isinstance(given, bytes | bytearray | memoryview):
        return bytes(given)[:MAX_BYTES].removeprefix(codecs.BOM_UTF8).decode("utf-8", "replace")
    return None


def _is_json(text: str) -> bool:
    return text.lstrip(" \t\r\n")[:1] in ("{", "[")


def _decode(given: object) -> str:
    if isinstance(given, str):
        return given.removeprefix("\ufeff")
    if not isinstance(given, bytes | bytearray | memoryview):
        kind = "path" if isinstance(given, PathLike) else type(given).__name__
        raise _refuse("not_a_document", f"This is a {kind}, and no document.",
                      "Hand in text, bytes or a mapping; of a file, what it holds.")  # fmt: skip
    data = bytes(given).removeprefix(codecs.BOM_UTF8)
    if len(data) > MAX_BYTES:
        raise _too_large(len(data))
    other = next((name for mark, name in _OTHERS if data.startswith(mark)), None)
    if other or b"\0" in data[:4]:
        raise _refuse("bad_encoding", f"The text is {other or 'UTF-16 or UTF-32'}.", _SAVE_AS)
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise _not_utf8(data, error) from None


def _not_utf8(data: bytes, error: UnicodeDecodeError) -> UnreadableError:
    byte = data[error.start]
    offset = len(data[: error.start].decode())
    return _refuse("bad_encoding", f"The byte {byte:#04x} here is not UTF-8.", _SAVE_AS, offset)


def _check_text(text: str) -> None:
    """Raises ``UnreadableError`` for text that no reader should see."""
    try:
        size = len(text) if text.isascii() else len(text.encode())
    except UnicodeEncodeError as error:
        raise _refuse("lone_surrogate", "The text holds half of a pair of surrogates.",
                      "Write the whole character.", error.start) from None  # fmt: skip
    if size > MAX_BYTES:
        raise _too_large(size)
    if not text.strip():
        raise _refuse("empty_document", "The document is empty.", "It needs 'schema' at least.")
    if "\0" in text:
        raise _refuse("nul_character", "The text holds the character NUL.",
                      "Take it out; is this a text file?", text.index("\0"))  # fmt: skip


def _too_large(size: int) -> UnreadableError:
    return _refuse("too_large", f"The document has {size:,} bytes, more than {MAX_BYTES:,}.",
                   "Split it into subflows, and keep data in files.")  # fmt: skip


def _refuse(code: str, message: str, hint: str, offset: int = 0) -> UnreadableError:
    return UnreadableError(Finding(code, message, Place(offset=offset), hint))
