"""Tables that are only there to tie others together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from stageline.schema.analysis import Relationship
from stageline.schema.relationships.catalogue import Catalogue, Entry
from stageline.schema.relationships.names import tokenise, words

# Words of columns that say who wrote a row and when; they do not make a link an entity.
_BOOKKEEPING = words(
    "created create creation modified modify updated update changed change inserted insert entered"
    " write deleted last timestamp ts version audit stamp"
)
MOST_EXTRA = 2  # columns of its own that a join table may have besides keys and bookkeeping


def find_join_tables(catalogue: Catalogue, found: Sequence[Relationship]) -> Iterator[str]:
    """The names of tables that hold many-to-many pairs: every key column refers to another
    table, or, with a key of its own, next to nothing but two or more references is there."""
    by_table: dict[str, list[Relationship]] = {}
    for relationship in found:
        by_table.setdefault(relationship.table, []).append(relationship)
    for entry in catalogue.entries:
        if _joins(catalogue, entry, by_table.get(entry.name, [])):
            yield entry.name


def _joins(catalogue: Catalogue, entry: Entry, mine: list[Relationship]) -> bool:
    fold = catalogue.schema.fold
    outward = [r for r in mine if len(r.columns) == 1]
    referring = {fold(r.columns[0]) for r in outward}
    key = set(map(fold, entry.table.primary_key))
    rest = [c for c in entry.columns if c not in referring | key]
    extra = [c for c in rest if not _BOOKKEEPING.intersection(tokenise(entry.columns[c].name))]
    if len(key) > 1:
        return len(key & referring) >= 2 and key <= referring and len(extra) <= MOST_EXTRA
    return len(referring - key) >= 2 and not extra and len(outward) <= 3
