"""Read an object or a file."""

from __future__ import annotations

import base64 as base64_module
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field

from stageline.errors import InputError, ResourceError
from stageline.keys import digest, object_key, shown
from stageline.ports import File, Traits
from stageline.store import Store
from stageline.tools._json import read_json

TRAITS = Traits(outside=True)
MAX_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Content:
    """The content in the port that ``format`` names, the others null; ``digest`` is the sha256 of
    the bytes, ``size`` their number."""

    text: str | None
    json: Any
    base64: str | None
    digest: str
    size: int


def read_object(
    key: str | None = None,
    file: File | None = None,
    *,
    format: Literal["text", "json", "base64"] = "text",
    encoding: Literal["utf-8", "utf-16", "latin-1", "cp1252"] = "utf-8",
    max_bytes: Annotated[int, Field(ge=0, le=MAX_BYTES)] = 8 * 1024 * 1024,
    store: Store,
) -> Content:
    """Read what ``write_object`` wrote under ``key``, or any ``file``.

    A key names an object under ``objects/`` in the store and nothing else; a file is given by
    its path or URI, where the run may read it.

    Errors: ``InputError`` unless exactly one of the two is given, if there is none, or if it is
    not text of this encoding or not JSON; ``ResourceError`` above ``max_bytes``; what the store
    says (``AccessError``, ``DependencyError``). Cap: 32 MiB.
    """
    data = _bytes(key, file, max_bytes, store)
    sha256, size = digest(data), len(data)
    if format == "base64":
        return Content(None, None, base64_module.b64encode(data).decode(), sha256, size)
    try:
        text = data.decode("utf-8-sig" if encoding == "utf-8" else encoding)
        if format == "text":
            return Content(text, None, None, sha256, size)
        return Content(None, read_json(text), None, sha256, size)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{_name(key, file)} is not {format} in {encoding}: {error}.") from None


def _bytes(key: str | None, file: File | None, max_bytes: int, store: Store) -> bytes:
    if (key is None) == (file is None):
        raise InputError("Give either the key of an object or a file.")
    size = store.stat(object_key(key)).size if key is not None else _size(file)
    if size > max_bytes:
        raise ResourceError(
            f"{_name(key, file)} has {size:,} bytes; at most {max_bytes:,} are read. Raise "
            "`max_bytes`."
        )
    return store.get(object_key(key)) if key is not None else _read(file)


def _size(file: File | None) -> int:
    return file.path.stat().st_size if file else 0


def _read(file: File | None) -> bytes:
    return file.path.read_bytes() if file else b""


def _name(key: str | None, file: File | None) -> str:
    return shown(key if key is not None else file and file.uri)
