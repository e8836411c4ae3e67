"""Tables that are only there to tie others together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from stageline.schema.analysis import Relationship
from stageline.schema.relationships.catalogue import Catalogue, Entry
from stageline.schema.relationships.names import tokenise, words

# Words of columns that say who wrote a row and when; they do not make a link an entity.
_BOOKKEEPING = words(
    "created create creation modified modify updated update changed change inserted insert entered"
    " write deleted last timestamp ts version audit stamp"
)
# Words of the few things that a tie itself may say: how much, in which order, since when.
_ATTRIBUTES = words(
    "date dt quantity qty amount amt count number no sort order position pos rank seq sequence line"
    " active enabled flag flg default primary main from to start end valid since until granted"
    " by"
)
MOST_EXTRA = 3  # such columns of its own that a join table may have besides bookkeeping


def find_join_tables(catalogue: Catalogue, found: Sequence[Relationship]) -> Iterator[str]:
    """The names of tables that hold many-to-many pairs: the key, primary or unique, consists of
    references to two or more tables and of nothing else, and hardly any column says more; or
    there is no such key and nothing at all besides two or three references."""
    by_table: dict[str, list[Relationship]] = {}
    for relationship in found:
        by_table.setdefault(relationship.table, []).append(relationship)
    referred = {r.referred_table for r in found if r.table != r.referred_table}
    for entry in catalogue.entries:
        mine = by_table.get(entry.name, [])
        if len(mine) > 1 and _joins(catalogue, entry, mine, entry.name in referred):
            yield entry.name


def _joins(catalogue: Catalogue, entry: Entry, mine: list[Relationship], is_referred: bool) -> bool:
    fold = catalogue.schema.fold
    targets = {fold(column): r.referred_table for r in mine for column in r.columns}
    own = set(map(fold, entry.table.primary_key)) if len(entry.table.primary_key) == 1 else set()
    rest = [
        entry.columns[name] for name in entry.columns if name not in targets and name not in own
    ]
    extra = [c for c in rest if not _BOOKKEEPING.intersection(tokenise(c.name))]
    plain = all(_ATTRIBUTES.intersection(tokenise(c.name)) for c in extra)
    for key in _list_keys(entry):
        columns = set(map(fold, key))
        if columns <= targets.keys() and len(_split_targets(mine, columns, fold)) > 1:
            return plain and len(extra) <= MOST_EXTRA
    return not extra and not is_referred and 2 <= len(targets.keys() - own) <= 3


def _split_targets(
    mine: list[Relationship], columns: set[str], fold: Callable[[str], str]
) -> set[tuple[str, ...]]:
    """The references within the key, by their columns; a table may be tied to itself twice."""
    return {r.columns for r in mine if columns.issuperset(map(fold, r.columns))}


def _list_keys(entry: Entry) -> Iterator[tuple[str, ...]]:
    """The primary key and the unique ones, of two or more columns."""
    table = entry.table
    keys = [table.primary_key, *(c.columns for c in table.unique_constraints)]
    keys += [index.columns for index in table.indexes if index.unique and not index.where]
    yield from (key for key in keys if len(key) > 1)
