"""Tables that nobody meant to keep: backups, temporary tables, copies."""

from __future__ import annotations

import re

from stageline.schema.analysis import qualified
from stageline.schema.model import Schema, Table
from stageline.schema.types.names import word_set, words_of

_MARKS = word_set(
    "bak backup bkp bck tmp temp old copy sav saved obsolete deprecated unused dummy junk trash "
    "scratch delme dump orig zz deleteme todelete"
)
_MARKS_IN_FRONT = word_set("copyof xx zzz")
# A day: 20190131, or 190131 and 310119 behind an underscore.
_DAY = re.compile(r"(?:^|_)(?:(?:19|20)\d{2}_?(?:0[1-9]|1[0-2])(?:_?[0-3]\d)?|\d{6})$")
_FEWEST_COLUMNS = 4


def _reason_in_name(name: str) -> str | None:
    words = words_of(name)
    ends = {words[0], words[-1]} if len(words) > 1 else set()
    ends |= {word for word in words[-2:-1] if words[-1].isdigit()}
    marks = sorted((ends & _MARKS) | (set(words[:1]) & _MARKS_IN_FRONT))
    if marks:
        return f"named {marks[0]}"
    return "named after a day" if _DAY.search(name) else None


def _signature(schema: Schema, table: Table) -> tuple[str, ...]:
    return tuple(sorted(schema.fold(column.name) for column in table.columns))


def find_noise(schema: Schema) -> dict[str, str]:
    """Qualified names with the reason, sorted. Partitions are no copies of each other."""
    found: dict[str, str] = {}
    alike: dict[tuple[str, ...], list[Table]] = {}
    for table in schema.tables:
        if table.kind == "partition":
            continue
        reason = _reason_in_name(table.name)
        if reason:
            found[qualified(table.name, table.schema)] = reason
        elif len(table.columns) >= _FEWEST_COLUMNS and not table.inherits:
            alike.setdefault(_signature(schema, table), []).append(table)
    for group in alike.values():
        found.update(_copies(group))
    return dict(sorted(found.items()))


def _copies(group: list[Table]) -> dict[str, str]:
    """Of tables with the same columns, those whose name is another's with something added."""
    names = sorted((table.name.casefold(), qualified(table.name, table.schema)) for table in group)
    shown_by_name: dict[str, str] = {}
    copies = {}
    for name, shown in names:
        parts = name.split("_")
        stems = ("_".join(parts[:count]) for count in range(1, len(parts)))
        original = next((shown_by_name[stem] for stem in stems if stem in shown_by_name), None)
        if original is not None:
            copies[shown] = f"has the columns of {original}"
        shown_by_name.setdefault(name, shown)
    return copies
