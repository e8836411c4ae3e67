"""From the text of a condition to a clause, falling back on quoting what is not understood."""

from __future__ import annotations

from functools import lru_cache

from stageline.schema.rules.english import Speaker
from stageline.schema.rules.predicate import Node, read_predicate
from stageline.schema.rules.simplify import simplify
from stageline.schema.rules.tokens import Token, one_line, tokenize

_LONGEST = 500  # a clause beyond this is worse to read than its source


@lru_cache(maxsize=4_096)
def understand(text: str, dialect: str) -> Node | None:
    """The simplified tree of a condition, or ``None`` where it is not understood."""
    return understand_tokens(tokenize(text, dialect))


def understand_tokens(tokens: list[Token]) -> Node | None:
    node = read_predicate(tokens)
    return simplify(node) if node is not None else None


def demand(node: Node | None, source: str, speaker: Speaker) -> str:
    """``the quantity must be at least 1``, or the source quoted as a condition that must hold."""
    text = speaker.demand(node) if node is not None else ""
    return text if 0 < len(text) <= _LONGEST else f"this must hold: {one_line(source)}"


def state(node: Node | None, source: str, speaker: Speaker) -> str:
    """``the quantity is at least 1``, or the source quoted."""
    text = speaker.state(node) if node is not None else ""
    return text if 0 < len(text) <= _LONGEST else f"“{one_line(source)}” holds"
