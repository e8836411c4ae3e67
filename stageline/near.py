"""Hints for what was spelled wrong."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from stageline.keys import shown

MAX_COMPARED = 100
"""Names of up to 16 characters; of longer ones fewer, which may take half a millisecond each."""


def near(name: str, candidates: Iterable[str]) -> str:
    """A hint that names what is spelled nearly like ``name``, or what there is at all."""
    names = sorted(candidates)
    if not names:
        return "There is none."
    most = min(MAX_COMPARED, 16 * MAX_COMPARED // max(len(name), 1))
    compared = names if len(names) <= most else _alike(name, names)[:most]
    close = get_close_matches(name[:64], compared, n=3, cutoff=0.7)
    if close:
        return f"Did you mean {' or '.join(map(shown, close))}?"
    few = ", ".join(map(shown, names[:8]))
    return f"There is {few}{' ...' if len(names) > 8 else ''}."


def _alike(name: str, names: list[str]) -> list[str]:
    """Of very many names those worth a comparison."""
    return [n for n in names if n[:1] == name[:1] and abs(len(n) - len(name)) <= 1][:MAX_COMPARED]
