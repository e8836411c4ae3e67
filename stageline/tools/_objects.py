"""Objects that a workflow's tools write to the store."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from stageline.errors import ToolError
from stageline.keys import digest, object_key, shown
from stageline.ports import File, LocalFile
from stageline.store import Store


@dataclass(frozen=True, slots=True)
class Stored:
    """What was written. ``file`` fits a file port; ``uri`` is where it lies, ``key`` its name for
    ``read_object``, ``digest`` its sha256, ``size`` its bytes."""

    file: File
    uri: str
    key: str
    digest: str
    size: int


def put(store: Store, name: str, data: bytes, mime: str, replace: bool = True) -> Stored:
    """Write ``data`` as the object ``name``; ``ToolError`` if it exists and may not be replaced."""
    key = object_key(name)
    if replace:
        store.put(key, data, mime)
    elif not store.create(key, data):
        raise ToolError(f"The object {shown(name)} exists already and is not to be replaced.")
    uri, sha256 = f"{store.uri.rstrip('/')}/{key}", digest(data)
    return Stored(LocalFile(Path(uri), uri, sha256, len(data), mime), uri, name, sha256, len(data))
