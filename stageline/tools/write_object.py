"""Write an object."""

from __future__ import annotations

import base64 as base64_module
import binascii
import json as json_module
import mimetypes
from typing import Annotated, Any

from pydantic import Field

from stageline.errors import InputError, ResourceError
from stageline.keys import object_key
from stageline.ports import Traits
from stageline.store import Store
from stageline.tools._objects import Stored, put

TRAITS = Traits(outside=True)
MAX_BYTES = 64 * 1024 * 1024
TYPES = mimetypes.MimeTypes()  # without the files of the system, so that all hosts agree


def write_object(
    text: str | None = None,
    json: Any = None,
    base64: str | None = None,
    *,
    key: str,
    mime: Annotated[str, Field(pattern=r"^[\w.+-]+/[\w.+-]+$", max_length=100)] | None = None,
    replace: bool = True,
    store: Store,
) -> Stored:
    """Write text (UTF-8), JSON data, or bytes given in base64 to the store.

    The object lies under ``objects/`` and ``key``, such as ``invoices/2025/a.json``; no key leads
    elsewhere, so records and cached results are out of reach. ``mime`` is told by the key's
    ending unless given. With ``replace`` off, an object that exists is left as it is.

    Errors: ``InputError`` unless exactly one content is given, or for a wrong key or base64;
    ``ToolError`` if it exists and ``replace`` is off; what the store says (``AccessError``,
    ``ResourceError``, ``DependencyError``). Cap: 64 MiB.
    """
    object_key(key)
    data = _bytes(text, json, base64)
    if len(data) > MAX_BYTES:
        raise ResourceError(f"The object has {len(data):,} bytes; at most {MAX_BYTES:,} can be.")
    guessed = TYPES.guess_type(key)[0] or "application/octet-stream"
    return put(store, key, data, mime or guessed, replace)


def _bytes(text: str | None, json: Any, base64: str | None) -> bytes:
    if sum(content is not None for content in (text, json, base64)) != 1:
        raise InputError("Give exactly one of text, json and base64.")
    if text is not None:
        return text.encode("utf-8", "replace")
    try:
        if base64 is None:
            return json_module.dumps(json, ensure_ascii=True, allow_nan=False).encode()
        return base64_module.b64decode(base64, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InputError(f"The content is no base64, or no JSON: {error}.") from None
