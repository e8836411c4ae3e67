"""What a column may refer to: the keys of every table, found by column name or table name.

Every lookup is by dictionary and every list of hits is bounded, so that finding candidates
costs the same for a column of a small schema and of one with 100,000 tables.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

from stageline.schema.analysis import qualified
from stageline.schema.model import Column, Schema, Table
from stageline.schema.relationships.names import (
    MARKERS,
    Tokens,
    abbreviates,
    fold,
    glue,
    has_marker,
    is_copy,
    is_generic,
    is_link,
    split_marker,
    stem,
    tokenise,
    words,
)

KeySource = Literal["primary", "unique", "identity", "part", "assumed"]
AliasKind = Literal["full", "bare", "tail", "head", "initials"]

MOST_HITS = 12
_LEADING_DECORATION = words("tbl tb tab t m d f dim fact mst ref lu lkp v x my")
_TRAILING_DECORATION = words(
    "tbl tb tab table t lu lkp lookup mst mstr master dim d lov ref base main"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A table with what its names say; ``number`` is its place in the sorted catalogue."""

    number: int
    table: Table
    name: str
    tokens: Tokens
    core: Tokens
    copy: bool
    columns: dict[str, Column]
    column_prefix: str | None
    parents: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Key:
    """A column of a table by which its rows can be referred to."""

    entry: Entry
    column: Column
    source: KeySource
    tokens: Tokens

    @property
    def says_more(self) -> bool:
        """Whether the key has a name of its own, which references would be expected to repeat."""
        return not is_generic(without_prefix(self.tokens, self.entry))


@dataclass(frozen=True, slots=True)
class Alias:
    """A way to name a table; ``share`` is how much of the table's name it says, in [0, 1]."""

    key: Key
    kind: AliasKind
    share: float
    dropped: str = ""


@dataclass(slots=True)
class Catalogue:
    """The tables of a schema, and its keys by the glue of their names."""

    schema: Schema
    entries: list[Entry]
    main_key: dict[int, Key] = field(default_factory=dict)
    keys: dict[int, list[Key]] = field(default_factory=dict)
    by_key: dict[str, list[Key]] = field(default_factory=dict)
    by_name: dict[str, list[Alias]] = field(default_factory=dict)
    modules: Counter[str] = field(default_factory=Counter)
    stems: dict[str, list[Alias]] = field(default_factory=dict)
    by_table: dict[int, Entry] = field(default_factory=dict)
    links: set[int] = field(default_factory=set)
    recalled: dict[Hashable, Any] = field(default_factory=dict)

    def find(self, name: str, schema: str | None) -> Entry | None:
        """The entry of a table that a declared key names."""
        table = self.schema.table(name, schema) or self.schema.table(name)
        return self.by_table.get(id(table)) if table else None

    def column(self, entry: Entry, name: str) -> Column | None:
        return entry.columns.get(self.schema.fold(name))


def build_catalogue(schema: Schema) -> Catalogue:
    """Sort the tables and index their keys; the order of the dump has no influence."""
    tables = sorted(
        (table for table in schema.tables if table.kind != "partition"),
        key=lambda table: (qualified(table.name, table.schema), table.line),
    )
    modules = Counter(tokens[0] for t in tables if len(tokens := tokenise(t.name)) > 1)
    house = _house_prefix(modules, len(tables))
    entries = [_describe(schema, number, table, house) for number, table in enumerate(tables)]
    catalogue = Catalogue(schema, entries, modules=modules)
    catalogue.by_table = {id(entry.table): entry for entry in entries}
    for entry in entries:
        _add_keys(catalogue, entry)
    for entry in entries:
        _add_aliases(catalogue, entry)
    _mark_links(catalogue)
    _bound(catalogue)
    return catalogue


def _house_prefix(modules: Counter[str], tables: int) -> str | None:
    """The word before most tables' names (``wp_posts``, ``cc_card``), if there is one."""
    word, count = max(modules.items(), key=lambda item: (item[1], item[0]), default=("", 0))
    return word if count > 3 and count >= 0.6 * tables else None


def _describe(schema: Schema, number: int, table: Table, house: str | None) -> Entry:
    tokens = tokenise(table.name)
    columns = {schema.fold(column.name): column for column in table.columns}
    return Entry(
        number,
        table,
        qualified(table.name, table.schema),
        tokens,
        undecorate(tokens, house),
        is_copy(tokens),
        columns,
        _common_prefix(table),
        frozenset(name.rpartition(".")[2] for name in table.inherits),
    )


def undecorate(tokens: Tokens, house: str | None = None) -> Tokens:
    """A table's name without ``tbl_``, ``_lu``, ``_master`` and the like."""
    if len(tokens) > 1 and (tokens[0] in _LEADING_DECORATION or tokens[0] == house):
        tokens = tokens[1:]
    if len(tokens) > 1 and tokens[-1] in _TRAILING_DECORATION:
        tokens = tokens[:-1]
    return tokens


def _common_prefix(table: Table) -> str | None:
    """The word before every column of a table (``l_orderkey``, ``rev_page``), if there is one."""
    words = [tokenise(column.name) for column in table.columns]
    first = Counter(word[0] for word in words if len(word) > 1 and word[0] not in MARKERS)
    word, count = max(first.items(), key=lambda item: (item[1], item[0]), default=("", 0))
    own = {fold(token) for token in tokenise(table.name)}
    shared = count >= 3 and count >= 0.8 * len(words) and fold(word) not in own
    return word if shared else None


def _key_columns(table: Table) -> Iterable[tuple[str, KeySource]]:
    if len(table.primary_key) == 1:
        yield table.primary_key[0], "primary"
    for constraint in table.unique_constraints:
        if len(constraint.columns) == 1:
            yield constraint.columns[0], "unique"
    for index in table.indexes:
        if index.unique and len(index.columns) == 1 and not index.where:
            yield index.columns[0], "unique"
    for column in table.columns:
        if column.identity:
            yield column.name, "identity"
    yield from _guess_key(table)


def _guess_key(table: Table) -> Iterable[tuple[str, KeySource]]:
    """A key that is not declared: the part of a composite key, or the first column of a table
    without any key, when it is named after the table or simply ``id``."""
    if len(table.primary_key) == 1:
        return
    own = {glue(tokenise(table.name)), glue(undecorate(tokenise(table.name)))}
    names = table.primary_key or tuple(column.name for column in table.columns[:2])
    for name in names:
        tokens = tokenise(name)
        if tokens == ("id",) or (tokens != stem(tokens) and glue(stem(tokens)) in own):
            yield name, "part" if table.primary_key else "assumed"


def _add_keys(catalogue: Catalogue, entry: Entry) -> None:
    seen: set[str] = set()
    for name, source in _key_columns(entry.table):
        column = catalogue.column(entry, name)
        if column is None or column.name in seen:
            continue
        seen.add(column.name)
        key = Key(entry, column, source, tokenise(column.name))
        catalogue.keys.setdefault(entry.number, []).append(key)
        catalogue.main_key.setdefault(entry.number, key)
        for tokens in dict.fromkeys((key.tokens, without_prefix(key.tokens, entry))):
            if tokens and not is_generic(tokens):
                catalogue.by_key.setdefault(glue(tokens), []).append(key)


def without_prefix(tokens: Tokens, entry: Entry) -> Tokens:
    """A column's name without the word that stands before every column of its table."""
    if entry.column_prefix and len(tokens) > 1 and tokens[0] == entry.column_prefix:
        return tokens[1:]
    return tokens


def _add_aliases(catalogue: Catalogue, entry: Entry) -> None:
    key = catalogue.main_key.get(entry.number)
    if key is None or not entry.tokens:
        return
    found: dict[str, Alias] = {}
    for name, named in _aliases(key, catalogue.modules):
        found.setdefault(name, named)
    for text, alias in found.items():
        catalogue.by_name.setdefault(text, []).append(alias)
    catalogue.stems.setdefault(entry.core[0][:2], []).append(Alias(key, "bare", 1.0))


def _weigh(tokens: Tokens, modules: Counter[str]) -> list[float]:
    """How much each word of a table's name says: its length, but little for a first word that
    five or more tables share."""
    weights = [float(len(token)) for token in tokens]
    if len(tokens) > 1 and modules[tokens[0]] >= 5:
        weights[0] *= 0.3
    return weights


def _aliases(key: Key, modules: Counter[str]) -> Iterable[tuple[str, Alias]]:
    tokens, core = key.entry.tokens, key.entry.core
    yield glue(tokens), Alias(key, "full", 1.0)
    yield glue(core), Alias(key, "bare", 1.0)
    bare = core[-1].rstrip("0123456789")
    if bare != core[-1] and len(bare) > 3:  # a generation: exchg01, glacct1
        yield glue((*core[:-1], bare)), Alias(key, "tail", 0.95)
    weights = _weigh(core, modules)
    size = sum(weights)
    for cut in range(1, len(core)):
        rest = core[cut:]
        doubled = all(word in rest for word in core[:cut])
        share = 1.0 if doubled else sum(weights[cut:]) / size
        alias = Alias(key, "tail", share, "_".join(core[:cut]))
        yield glue(rest), alias
        yield f"{core[0]}|{glue(rest)}", alias
    for cut in range(len(core) - 1, 0, -1):
        share = sum(weights[:cut]) / size
        yield glue(core[:cut]), Alias(key, "head", share, "_".join(core[cut:]))
    if len(tokens) > 1:
        yield "".join(word[0] for word in tokens), Alias(key, "initials", 0.5)


def _mark_links(catalogue: Catalogue) -> None:
    """Find the tables that tie others together: named after two others, or little but ids."""
    whole = {
        text
        for entry in catalogue.entries
        if len(entry.table.columns) > 1
        for text in (glue(entry.tokens), glue(entry.core))
    }
    for entry in catalogue.entries:
        if is_link(entry.table.name) or _is_mostly_ids(entry) or _names_halves(entry, whole):
            catalogue.links.add(entry.number)


def _names_halves(entry: Entry, whole: set[str]) -> bool:
    """Whether the name is made of two tables' names, and a column is named after either."""
    core = entry.core
    said = {stem(tokenise(column.name))[-1:] for column in entry.table.columns}
    return any(
        glue(core[:cut]) in whole
        and glue(core[cut:]) in whole
        and {core[cut - 1 : cut], core[-1:]} <= said
        for cut in range(1, len(core))
    )


def _is_mostly_ids(entry: Entry) -> bool:
    """Two or three columns that identify something else, and hardly anything besides."""
    key, own = entry.table.primary_key, (glue(entry.core), glue(entry.tokens))
    names = [tokenise(c.name) for c in entry.table.columns if len(key) != 1 or c.name not in key]
    marked = sum(
        glue(stem(tokens)) not in own and (has_marker(tokens) or len(split_marker(tokens[-1])) > 1)
        for tokens in names
        if tokens
    )
    return 2 <= marked <= 3 and len(names) - marked <= 1


def _bound(catalogue: Catalogue) -> None:
    for text, keys in catalogue.by_key.items():
        keys.sort(key=lambda key: (-ownership(key), key.entry.copy, key.entry.number))
        del keys[MOST_HITS:]
        catalogue.by_key[text] = keys
    for aliases in catalogue.by_name.values():
        aliases.sort(key=lambda a: (-a.share, a.kind, a.key.entry.copy, a.key.entry.number))
        del aliases[MOST_HITS:]
    for aliases in catalogue.stems.values():
        aliases.sort(key=lambda a: (len(a.key.entry.tokens), a.key.entry.number))
        del aliases[300:]


def ownership(key: Key) -> float:
    """How clearly a key's name is that of its table, in [0, 1]: ``user.user_id`` is 1,
    ``security_user.user_id`` less, ``user_profile.user_id`` little, ``login.user_id`` 0."""
    name = stem(without_prefix(key.tokens, key.entry)) or key.tokens
    wanted, core = {glue(stem(key.tokens)), glue(name)}, key.entry.core
    if glue(key.entry.tokens) in wanted or glue(core) in wanted:
        return 1.0
    if len(name) == len(core) and all(map(_shortens, name, core)):
        return 0.95
    size = sum(map(len, core)) or 1
    for cut in range(1, len(core)):
        if glue(core[cut:]) in wanted:
            return 0.45 + 0.4 * sum(map(len, core[cut:])) / size
        if glue(core[:-cut]) in wanted:
            return 0.25 + 0.3 * sum(map(len, core[:-cut])) / size
    return 0.0


def _shortens(short: str, long: str) -> bool:
    return fold(short) == fold(long) or abbreviates(short, long)
