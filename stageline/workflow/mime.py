"""MIME types by content: what the first bytes of a file say, and its name only where they do not.

Sources: the IANA registry of media types, and the specifications of the formats for the bytes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping

HEAD_BYTES = 8_192
"""How much of a file's beginning ``mime_of`` wants to see."""
UNKNOWN = "application/octet-stream"
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"\0\0\1\0", "image/x-icon"),
    (b"\x1f\x8b", "application/gzip"),
    (b"BZh", "application/x-bzip2"),
    (b"\xfd7zXZ\0", "application/x-xz"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"\x28\xb5\x2f\xfd", "application/zstd"),
    (b"PAR1", "application/vnd.apache.parquet"),
    (b"ARROW1", "application/vnd.apache.arrow.file"),
    (b"SQLite format 3\0", "application/vnd.sqlite3"),
    (b"{\\rtf", "application/rtf"),
    (b"ID3", "audio/mpeg"),
    (b"OggS", "application/ogg"),
    (b"fLaC", "audio/flac"),
    (b"\x1aE\xdf\xa3", "video/webm"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"\x7fELF", "application/x-executable"),
)
_RIFF: Mapping[bytes, str] = {
    b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo",
}  # fmt: skip
_BRANDS: Mapping[bytes, str] = {
    b"heic": "image/heic", b"avif": "image/avif", b"qt  ": "video/quicktime",
}  # fmt: skip
_OFFICE = "application/vnd.openxmlformats-officedocument."
# The first folder of an OOXML file that tells what it is.
_OOXML: tuple[tuple[bytes, str], ...] = (
    (b"word/", f"{_OFFICE}wordprocessingml.document"),
    (b"xl/", f"{_OFFICE}spreadsheetml.sheet"),
    (b"ppt/", f"{_OFFICE}presentationml.presentation"),
)
_BY_NAME: Mapping[str, str] = {
    "docx": f"{_OFFICE}wordprocessingml.document",
    "xlsx": f"{_OFFICE}spreadsheetml.sheet",
    "pptx": f"{_OFFICE}presentationml.presentation",
}
# Text says little of itself: here the name decides, where it does not contradict the content.
_TEXTS: Mapping[str, str] = {
    "csv": "text/csv", "tsv": "text/tab-separated-values", "md": "text/markdown",
    "css": "text/css", "js": "text/javascript", "yaml": "application/yaml",
    "yml": "application/yaml", "sql": "application/sql", "jsonl": "application/jsonl",
    "ndjson": "application/jsonl",
}  # fmt: skip
# Groups that never go back: a row of comments would take exponential time otherwise.
_COMMENTS = r"(?:<!--(?>.*?-->)\s*+)*+"
_HTML = re.compile(rf"\s*+{_COMMENTS}<(?:!doctype\s+html|html|head|body)\b", re.I | re.S)
_SVG = re.compile(
    rf"\s*+(?:<\?xml[^>]*+>\s*+)?{_COMMENTS}(?:<!doctype\s+svg[^>]*+>\s*+)?<svg\b", re.I | re.S
)


def mime_of(head: bytes, name: str = "") -> str:
    """The MIME type of a file that begins with ``head`` (``HEAD_BYTES``, or the whole file).

    ``name`` decides between kinds of text, and between kinds of ZIP where the head is too
    short; it never overrules what the bytes say. An empty file is ``text/plain`` unless its
    name says which text. Unknown bytes are ``application/octet-stream``.
    """
    for magic, mime in _MAGIC:
        if head.startswith(magic):
            return mime
    return _container(head, _suffix(name)) or _text(head, _suffix(name))


def _suffix(name: str) -> str:
    return name.rpartition(".")[2].lower() if "." in name else ""


def _container(head: bytes, suffix: str) -> str | None:
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12], UNKNOWN)
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "video/mp4")
    if head[:4] in (b"PK\3\4", b"PK\5\6"):
        return _zip(head, suffix)
    return "application/x-tar" if head[257:262] == b"ustar" else None


def _zip(head: bytes, suffix: str) -> str:
    """A ZIP, or one of the formats that are kept in one."""
    if head[30:38] == b"mimetype":  # OpenDocument and EPUB say it first, uncompressed
        said = re.match(rb"[a-z0-9.+/-]+", head[38:158])
        return said[0].decode() if said else "application/zip"
    if b"[Content_Types].xml" in head or b"_rels/" in head:
        found = next((mime for folder, mime in _OOXML if folder in head), None)
        return found or _BY_NAME.get(suffix, "application/zip")
    return "application/zip"


def _text(head: bytes, suffix: str) -> str:
    text = _decoded(head)
    if text is None:
        return UNKNOWN
    looks = next((mime for mime, looks_like in _LOOKS.items() if looks_like(text)), None)
    return looks or _TEXTS.get(suffix, "text/plain")


def _decoded(head: bytes) -> str | None:
    """The text, if it is one: UTF-8 (the last character may be cut off) or marked UTF-16."""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return head[: len(head) // 2 * 2].decode("utf-16", "replace")
    try:
        text = head.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 3 or error.reason != "unexpected end of data":
            return None
        text = head[: error.start].decode("utf-8-sig")
    return None if re.search("[\0-\x08\x0e-\x1a\x1c-\x1f]", text) else text


def _is_json(text: str) -> bool:
    """A JSON list or mapping, whole or cut off at the end of the head."""
    if text.lstrip()[:1] not in ("{", "["):
        return False
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return len(text) > HEAD_BYTES // 2 and error.pos > len(text) // 2  # cut off
    except (ValueError, RecursionError):
        return False
    return True


_LOOKS: Mapping[str, Callable[[str], bool]] = {
    "application/json": _is_json,
    "text/html": lambda text: _HTML.match(text) is not None,
    "image/svg+xml": lambda text: _SVG.match(text) is not None,
    "application/xml": lambda text: text.lstrip().startswith("<?xml"),
}
