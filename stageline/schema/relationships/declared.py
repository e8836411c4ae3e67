"""The foreign keys that the dump declares, and what they teach about its habits."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from stageline.schema.analysis import Evidence, Relationship, qualified
from stageline.schema.model import ForeignKey
from stageline.schema.relationships.catalogue import Catalogue, Entry
from stageline.schema.relationships.names import drop_ordinal, glue, tokenise


@dataclass(slots=True)
class Declared:
    """``columns`` are the (table number, folded column) pairs that a declared key covers;
    ``pairs`` are the numbers of tables that a declared key joins, the referring one first;
    ``habits`` counts, by the glue of a column's name, the tables that it is declared to mean;
    ``targets`` are those of keys of one column: (table number, folded column) of both sides."""

    relationships: list[Relationship] = field(default_factory=list)
    dangling: list[str] = field(default_factory=list)
    columns: set[tuple[int, str]] = field(default_factory=set)
    pairs: set[tuple[int, int]] = field(default_factory=set)
    habits: dict[str, Counter[int]] = field(default_factory=dict)
    targets: dict[tuple[int, str], tuple[int, str]] = field(default_factory=dict)


def read_declared(catalogue: Catalogue) -> Declared:
    """Turn every declared foreign key into a relationship; a key to a table that the dump does
    not define is dangling and kept all the same."""
    declared = Declared()
    for entry in catalogue.entries:
        for key in entry.table.foreign_keys:
            _add_key(catalogue, declared, entry, key)
    declared.relationships.sort(key=lambda r: (r.table, r.columns, r.referred_table, r.name or ""))
    declared.dangling = sorted(set(declared.dangling))
    return declared


def _add_key(catalogue: Catalogue, declared: Declared, entry: Entry, key: ForeignKey) -> None:
    target = catalogue.find(key.referred_table, key.referred_schema)
    name = target.name if target else qualified(key.referred_table, key.referred_schema)
    columns = key.referred_columns or (target.table.primary_key if target else ())
    fold = catalogue.schema.fold
    declared.columns.update((entry.number, fold(column)) for column in key.columns)
    if target is None:
        declared.dangling.append(f"{entry.name}({', '.join(key.columns)}) -> {name}")
    else:
        declared.pairs.add((entry.number, target.number))
        if len(key.columns) == 1:
            habit = glue(drop_ordinal(tokenise(key.columns[0])))
            declared.habits.setdefault(habit, Counter())[target.number] += 1
        if len(key.columns) == len(columns) == 1:
            place = (target.number, fold(columns[0]))
            declared.targets.setdefault((entry.number, fold(key.columns[0])), place)
    declared.relationships.append(
        Relationship(
            table=entry.name,
            columns=key.columns,
            referred_table=name,
            referred_columns=columns,
            declared=True,
            confidence=1.0,
            cardinality="one-to-one" if is_unique(catalogue, entry, key.columns) else "many-to-one",
            optional=is_optional(catalogue, entry, key.columns),
            name=key.name,
            on_delete=key.on_delete,
            evidence=(Evidence("declared", "declared as a foreign key", 1.0),),
            line=key.line or entry.table.line,
        )
    )


def is_unique(catalogue: Catalogue, entry: Entry, columns: tuple[str, ...]) -> bool:
    """Whether at most one row can hold the same values: a key lies within the columns."""
    fold, table = catalogue.schema.fold, entry.table
    wanted = set(map(fold, columns))
    keys = [table.primary_key, *(c.columns for c in table.unique_constraints)]
    keys += [i.columns for i in table.indexes if i.unique and not i.where]
    return any(key and wanted.issuperset(map(fold, key)) for key in keys)


def is_optional(catalogue: Catalogue, entry: Entry, columns: tuple[str, ...]) -> bool:
    """Whether a row need not refer to anything: one of the columns may be NULL."""
    found = (catalogue.column(entry, column) for column in columns)
    key = set(map(catalogue.schema.fold, entry.table.primary_key))
    return any(
        column is not None and column.nullable and catalogue.schema.fold(column.name) not in key
        for column in found
    )
