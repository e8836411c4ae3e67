"""Pairs of a type column and an id column that together point at one of several tables.

Most pairs of a ``..._type`` and an ``..._id`` are no such thing: the id identifies the row itself,
or refers to one table, and the type is a plain attribute. A pair is one only when its common
words mean no particular table (``owner``, ``object``, ``commentable``), when the known values of
the type column name tables, or when a key or index holds the two together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from stageline.schema.analysis import PolymorphicPair
from stageline.schema.model import Column
from stageline.schema.relationships.catalogue import Catalogue, Entry, without_prefix
from stageline.schema.relationships.inclusion import Values
from stageline.schema.relationships.kinds import family_of
from stageline.schema.relationships.labels import Labels, collect_labels, name_tables, read_code
from stageline.schema.relationships.names import Tokens, fold, glue, stem, tokenise, words

Places = set[tuple[int, str]]

_TYPE_WORDS = words("type kind class table tbl tab tablename tabname model entity")
_NAME_WORDS = words("name nm")
_ID_WORDS = words("id key uid uuid guid pk ref")
_COUNTING_WORDS = words("no nr num")
_OBJECT_WORDS = words(
    "object obj entity item record rec row resource target source ref content owner parent subject"
    " from to holder related linked assoc associated attached container element trackable"
)
_OBJECTS = frozenset(map(fold, _OBJECT_WORDS))


def find_pairs(
    catalogue: Catalogue, values: Values, resolved: Places, inbound: Mapping[str, int]
) -> list[PolymorphicPair]:
    """Pairs such as ``commentable_type, commentable_id``, in the order of tables and columns.

    An id column that is ``resolved``, that is to say refers to one table, is no part of a pair.
    ``inbound`` counts the references to each table: of several tables that a short code may
    mean, the one that others refer to most is taken.
    """
    drafts = [draft for entry in catalogue.entries for draft in _draft(catalogue, entry, resolved)]
    code = read_code(catalogue) if drafts else []
    found = []
    for entry, kind, identity, sure in drafts:
        labels = collect_labels(catalogue, values, code, entry, kind)
        tables = name_tables(catalogue, labels, entry, identity, inbound)
        if tables or sure:
            text = _tell(kind, identity, labels)
            found.append(PolymorphicPair(entry.name, kind.name, identity.name, tables, text))
    return found


def _tell(kind: Column, identity: Column, labels: Labels) -> str:
    text = f"{kind.name} says which kind of row {identity.name} identifies"
    if not labels.known:
        return text
    shown = ", ".join(sorted(labels.known)[:6])
    return f"{text}; its values {shown} are known from {' and '.join(labels.sources)}"


def _draft(
    catalogue: Catalogue, entry: Entry, resolved: Places
) -> Iterator[tuple[Entry, Column, Column, bool]]:
    """Each possible pair, and whether it is one even if no value names a table."""
    named = [(_read(entry, column), column) for column in entry.table.columns]
    ids = _list_ids(entry, named, resolved)
    if not ids:
        return
    paired = {_folded(tokens[:-1]) for tokens, _ in named if tokens[-1:] == ("type",)}
    free = {key: column for key, column in ids.items() if key not in paired}
    for tokens, column in named:
        said = stem(tokens)
        if not said or said[-1] not in _TYPE_WORDS or not _may_tell_types(column):
            continue
        about, own = _folded(said[:-1]), ids.get(_folded(said[:-1]))
        if about and own is not None:
            if not _is_own_name(entry, about):
                yield entry, column, own, _is_sure(catalogue, entry, about, column, own)
        elif (not about or about[0] in _OBJECTS) and (loose := _find_loose(free)):
            yield entry, column, loose, True


def _read(entry: Entry, column: Column) -> Tokens:
    """The words of a name; ``table_nm`` counts as ``table``."""
    tokens = without_prefix(tokenise(column.name), entry)
    return tokens[:-1] if len(tokens) > 1 and tokens[-1] in _NAME_WORDS else tokens


def _folded(tokens: Tokens) -> Tokens:
    return tuple(map(fold, tokens))


def _list_ids(
    entry: Entry, named: list[tuple[Tokens, Column]], resolved: Places
) -> dict[Tokens, Column]:
    """Id columns by the folded words before the marker; a counting ``no`` is none, unless of
    an object in general, nor is a column of the primary key that does without the type."""
    key = entry.table.primary_key
    typed = any(stem(tokens)[-1:] == ("type",) and c.name in key for tokens, c in named)
    found: dict[Tokens, Column] = {}
    for tokens, column in named:
        about = _folded(tokens[:-1])
        marked = tokens[-1:] and (
            tokens[-1] in _ID_WORDS or (tokens[-1] in _COUNTING_WORDS and about[:1] == ("object",))
        )
        own = column.name in key and not (typed and len(key) > 1)
        if about and marked and not own and (entry.number, column.name) not in resolved:
            found[about] = column
    return found


def _find_loose(free: dict[Tokens, Column]) -> Column | None:
    """``object_id`` or ``row_key``, when it is the only one without a type of its own."""
    loose = [column for key, column in free.items() if len(key) == 1 and key[0] in _OBJECTS]
    return loose[0] if len(loose) == 1 else None


def _is_own_name(entry: Entry, about: Tokens) -> bool:
    """Whether the words are the beginning or the end of the table's own name: ``acct_type`` and
    ``acct_no`` of ``acct`` describe the account itself."""
    if about[0] in _OBJECTS:
        return False
    size = len(about)
    names = (_folded(entry.core), _folded(entry.tokens))
    return any(name[:size] == about or name[-size:] == about for name in names)


def _is_sure(
    catalogue: Catalogue, entry: Entry, about: Tokens, kind: Column, identity: Column
) -> bool:
    if about[-1] in _OBJECTS or about[-1].endswith("abl"):
        return True
    if any(a.kind in ("full", "bare") for a in catalogue.by_name.get(glue(about), ())):
        return False
    table = entry.table
    keys = [table.primary_key, *(c.columns for c in table.unique_constraints)]
    keys += [index.columns for index in table.indexes]
    return any({kind.name, identity.name} <= set(key[:3]) for key in keys)


def _may_tell_types(column: Column) -> bool:
    return family_of(column.type) in ("text", "integer", "other")
