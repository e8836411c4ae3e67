"""Large outputs as reports show them: a part, the size and a digest; the whole is in the store."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from stageline.errors import InputError
from stageline.keys import digest

LIMIT = 65_536
MAX_TEXT, MAX_ITEMS, MAX_DEPTH, MAX_PREVIEW = 500, 10, 4, 8_192


def preview(value: Any, limit: int = LIMIT) -> Any:
    """``value`` (JSON data) itself if it has at most ``limit`` bytes as JSON, else what stands
    for it: ``{"preview": ..., "size": bytes, "sha256": ..., "truncated": true}``.

    Size and digest are those of the value as compact JSON with sorted names; ``preview`` is the
    beginning of every part, and at most about 8 KB. Raises ``InputError`` for no JSON data.
    """
    try:
        data = json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise InputError(f"A value is no JSON data: {error}.") from error
    if len(data) <= limit:
        return value
    shown = _shortened(value, MAX_DEPTH)
    if len(json.dumps(shown)) > MAX_PREVIEW:
        shown = _cut(data.decode(), MAX_PREVIEW // 2)
    return {"preview": shown, "size": len(data), "sha256": digest(data), "truncated": True}


def _shortened(value: Any, depth: int) -> Any:
    if isinstance(value, str):
        return _cut(value, MAX_TEXT)
    if isinstance(value, Mapping):
        names = list(value)[:MAX_ITEMS] if depth else []
        found = {_cut(name, MAX_TEXT): _shortened(value[name], depth - 1) for name in names}
        rest = len(value) - len(names)
        return {**found, "…": f"{rest:,} more"} if rest else found
    if isinstance(value, list | tuple):
        items = value[:MAX_ITEMS] if depth else []
        rest = len(value) - len(items)
        shown = [_shortened(item, depth - 1) for item in items]
        return [*shown, f"… {rest:,} more"] if rest else shown
    return value


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[:length]}…"
