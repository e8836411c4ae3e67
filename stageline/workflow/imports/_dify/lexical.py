"""The text of a remark, which Dify keeps as the state of its editor."""

from __future__ import annotations

import json
from typing import Any

from stageline.workflow.canvas.tolerance import items, mapping

_BLOCKS = frozenset({"paragraph", "heading", "listitem", "quote", "linebreak"})
DEEPEST = 50


def plain_text(state: str) -> str:
    """The text without marks; ``state`` itself if it is no such state."""
    try:
        root = mapping(json.loads(state)).get("root")
    except (ValueError, RecursionError):
        return state
    return "".join(_pieces(root, 0)).strip() if root is not None else state


def _pieces(node: Any, depth: int) -> list[str]:
    node = mapping(node)
    text = node.get("text")
    found = [text] if isinstance(text, str) else []
    if depth < DEEPEST:
        for child in items(node.get("children")):
            found += _pieces(child, depth + 1)
    return [*found, "\n"] if node.get("type") in _BLOCKS else found
