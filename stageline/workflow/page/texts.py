"""Values and measures as the page and the summary show them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from stageline.workflow.previews import preview

_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_CUT = {"preview", "size", "sha256", "truncated"}
MAX_NAME = 200


def clip(text: str, most: int = MAX_NAME) -> str:
    """``text`` of at most so many characters; what cannot be shown is a question mark."""
    shown = _UNFIT.sub("\ufffd", text[:most])
    return shown if len(text) <= most else shown[: most - 1] + "…"


def value_text(value: Any, most: int) -> str:
    """JSON data for people: text as it is, other values as indented JSON."""
    if isinstance(value, str):
        return clip(value, most)
    return clip(json.dumps(value, ensure_ascii=False, indent=2), most)


def value_line(value: Any, most: int = MAX_NAME) -> str:
    """JSON data in one line."""
    text = json.dumps(preview(value, 4 * most), ensure_ascii=False)
    return clip(text, most)


def shown_value(value: Any) -> tuple[Any, str]:
    """What to show of an output in a report, and how much more there is."""
    if isinstance(value, Mapping) and set(value) == _CUT:
        return value["preview"], f"the beginning of {size(int(value['size']))}"
    return value, ""


def size(count: int) -> str:
    """Bytes in the largest fitting unit of 1,000."""
    if count < 1_000:
        return f"{count} bytes"
    unit, name = (1e3, "kB") if count < 1e6 else (1e6, "MB") if count < 1e9 else (1e9, "GB")
    return f"{count / unit:.1f} {name}"


def duration(seconds: float) -> str:
    """``0.2 s``, ``12 s``, ``3 min 5 s``, ``2 h 10 min``."""
    if seconds < 59.5:
        return f"{seconds:.2f} s" if seconds < 1 else f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"


def plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
