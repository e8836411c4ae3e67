"""One line for what a console or a notebook shows of large data."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields, is_dataclass
from typing import Any

_LONGEST = 40


def brief(value: Any) -> str:
    """A dataclass by its plain fields and by how many it has of the others; without what is empty.

    To be used as its ``__repr__``: the whole would be pages, and ``dataclasses.asdict`` gives it.
    """
    shown = [field.name for field in fields(value) if field.repr]
    parts = [part for name in shown if (part := _part(name, getattr(value, name)))]
    return f"<{' '.join([type(value).__name__, ', '.join(parts)]).strip()}>"


def _part(name: str, value: Any) -> str:
    if value is None or value == "" or is_dataclass(value):
        return ""
    if isinstance(value, Collection) and not isinstance(value, str | bytes):
        return f"{len(value)} {name}" if value else ""
    text = repr(value)
    return f"{name}={text if len(text) <= _LONGEST else f'{text[: _LONGEST - 3]}...'}"
