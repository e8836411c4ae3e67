"""Tell a dump's dialect by the marks in its first part.

What the text says in code counts most; what a dumping program or an author wrote in a comment
at the top counts less. Strings, data and other comments do not count at all.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from dataclasses import dataclass
from functools import cache, cached_property

from stageline.schema import marks
from stageline.schema.mark import Mark, Text

HEAD = 1 << 18  # bytes that are looked at, unless the first ones leave no doubt
_FIRST = 1 << 15
_TOP = 4096  # where a header comment stands
_ENOUGH = 1.5  # points below which a dump is of no dialect in particular
_SURE = 8.0  # points of lead that leave no doubt

# Many lines that are rows or INSERTs say no more than the first of them.
_ROW_LINE, _INSERT_LINE = r"[ \t]*+\([^\n]*+", r"[ \t]*+[Ii][Nn][Ss][Ee][Rr][Tt] [^\n]*+"
_MORE_ROWS = re.compile(
    rf"\n(?:({_ROW_LINE}(?:\n{_ROW_LINE}){{7}})(?:\n{_ROW_LINE})++"
    rf"|({_INSERT_LINE}(?:\n{_INSERT_LINE}){{7}})(?:\n{_INSERT_LINE})++)"
)
_COPY_ROWS = re.compile(
    r"^(COPY\b[^;]*\bFROM\s+STDIN\b[^;]*;)[ \t]*\n.*?(?:^\\\.$|\Z)", re.I | re.M | re.S
)
_OPAQUE = re.compile(
    r"'(?:[^'\\\n]|\\.|'')*+'"  # most strings stay on their line; the others do no harm
    r"|--(?!#SET)[^\n]*|/\*(?!M?!|[ \t\r]*\n//).*?(?:\*/|\Z)",
    re.S,
)
_COMMENT = re.compile(
    r"--([^\n]*)|/\*(.*?)(?:\*/|\Z)|^(?:rem|prompt|#)\b([^\n]*)", re.S | re.I | re.M
)


@dataclass(frozen=True, slots=True)
class Detection:
    """``confidence`` in [0, 1] grows with the lead over the second; ``evidence`` is in words."""

    dialect: str
    confidence: float
    evidence: tuple[str, ...] = ()


class _Head:
    """The forms of a dump's head in which marks are looked for."""

    def __init__(self, head: bytes) -> None:
        text = head.decode("utf-8", "replace").replace("\r", "")
        self.raw = _MORE_ROWS.sub(r"\n\1\2", text)

    @cached_property
    def code(self) -> Text:
        """Code without data, with empty strings and no comments."""
        return Text.of(_OPAQUE.sub(_blank_out, _COPY_ROWS.sub(r"\1\n", self.raw)))

    @cached_property
    def header(self) -> Text:
        """The comments at the top."""
        found = _COMMENT.findall(self.raw[:_TOP])
        return Text.of("\n".join(next(filter(None, texts), "") for texts in found))


@cache
def _tables(kind: str) -> dict[str, tuple[Mark, ...]]:
    """The marks of every dialect, from the files of the ``marks`` folder."""
    names = sorted(module.name for module in pkgutil.iter_modules(marks.__path__))
    modules = {name: importlib.import_module(f"{marks.__name__}.{name}") for name in names}
    return {name: getattr(module, kind) for name, module in modules.items()}


def _blank_out(found: re.Match[str]) -> str:
    return "''" if found[0][0] == "'" else " "


def detect_dialect(head: bytes) -> Detection:
    """The dialect of a dump by its first bytes (UTF-8; ``HEAD`` of them are enough)."""
    if len(head) > _FIRST:
        early = _detect(_Head(head[:_FIRST]))
        if early.confidence == 1.0 and early.dialect != "generic":
            return early
    return _detect(_Head(head[:HEAD]))


def _detect(head: _Head) -> Detection:
    seen = _weigh(head.code, _tables("CODE")) + _weigh(head.header, _tables("HEADER"))
    scores: dict[str, float] = {}
    for dialect, mark in seen:
        scores[dialect] = scores.get(dialect, 0.0) + mark.weight
    ranked = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
    best, points = ranked[0] if ranked else ("generic", 0.0)
    second = ranked[1][1] if len(ranked) > 1 else 0.0
    if points < _ENOUGH:
        sure = round(1 - points / (2 * _ENOUGH), 2)
        return Detection("generic", sure, ("no mark of a dialect",))
    confidence = 0.5 + 0.5 * min(1.0, (points - max(second, 0.0)) / _SURE)
    evidence = tuple(mark.words for dialect, mark in seen if dialect == best and mark.weight > 0)
    return Detection(best, round(confidence, 2), evidence)


def _weigh(text: Text, tables: dict[str, tuple[Mark, ...]]) -> list[tuple[str, Mark]]:
    return [
        (dialect, mark) for dialect, table in tables.items() for mark in table if mark.found(text)
    ]
