"""The catalogue that the statements of a dump change, in order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from stageline.schema.ddl.drafts import KeyDraft, TableDraft
from stageline.schema.model import Routine, Sequence, Synonym, Trigger, UserType, View
from stageline.schema.tokens import Name

Key = tuple[str | None, str]


class _Named(Protocol):
    name: Name


Item = TypeVar("Item")
Draft = TypeVar("Draft", bound=_Named)


class Namespace(Generic[Item]):
    """Objects under (schema, name) keys in order of creation, found also without a schema
    and, when no spelling fits, without regard to case."""

    __slots__ = ("_loose", "items")

    def __init__(self) -> None:
        self.items: dict[Key, Item] = {}
        self._loose: dict[str, dict[Key, None]] | None = None  # made when it is asked for

    def __iter__(self) -> Iterator[Item]:
        return iter(self.items.values())

    def add(self, name: Name, item: Item) -> None:
        key = (name.schema_key, name.key)
        self.items[key] = item
        if self._loose is not None:
            self._loose.setdefault(key[1].casefold(), {})[key] = None

    def remove(self, name: Name) -> Item | None:
        key = self.key(name)
        if key is None:
            return None
        if self._loose is not None:
            self._loose[key[1].casefold()].pop(key)
        return self.items.pop(key)

    def exact(self, name: Name) -> Item | None:
        return self.items.get((name.schema_key, name.key))

    def find(self, name: Name) -> Item | None:
        item = self.items.get((name.schema_key, name.key))
        if item is not None:
            return item
        key = self.key(name)
        return None if key is None else self.items[key]

    def key(self, name: Name) -> Key | None:
        """A schema on one side only does not part two names; two schemas do."""
        key = (name.schema_key, name.key)
        if key in self.items:
            return key
        if self._loose is None:
            self._loose = {}
            for known in self.items:
                self._loose.setdefault(known[1].casefold(), {})[known] = None
        near = self._loose.get(name.key.casefold())
        if not near:
            return None
        schema = name.schema_key
        fits = [k for k in near if schema is None or k[0] is None or _same(k[0], schema)]
        return next((k for k in fits if k[1] == name.key), fits[0] if fits else None)


def _same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


@dataclass(slots=True)
class Catalog:
    tables: Namespace[TableDraft] = field(default_factory=Namespace)
    views: Namespace[View] = field(default_factory=Namespace)
    triggers: dict[tuple[Key, str], Trigger] = field(default_factory=dict)
    routines: dict[tuple[str, Key, str], Routine] = field(default_factory=dict)
    sequences: Namespace[Sequence] = field(default_factory=Namespace)
    types: Namespace[UserType] = field(default_factory=Namespace)
    synonyms: Namespace[Synonym] = field(default_factory=Namespace)
    defaults: Namespace[str] = field(default_factory=Namespace)  # what may be bound to columns
    rules: Namespace[str] = field(default_factory=Namespace)

    def drop_table(self, name: Name) -> TableDraft | None:
        """Take a table out, with what belongs to it."""
        table = self.tables.remove(name)
        if table is None:
            return None
        table.dropped = True
        for parent in table.parents:
            parent.children.remove(table)
        for child in list(table.children):
            if child.kind == "partition" and not child.dropped:
                self.drop_table(child.name)
        self._drop_triggers(table.name)
        return table

    def _drop_triggers(self, table: Name) -> None:
        owner = (table.schema_key, table.key)
        for key in [key for key in self.triggers if key[0] == owner]:
            del self.triggers[key]

    def rename_table(self, table: TableDraft, name: Name) -> None:
        self.tables.remove(table.name)
        table.name = name
        self.tables.add(name, table)

    def refer(self, key: KeyDraft) -> None:
        """Tie a foreign key to its table, if that is there already."""
        target = self.tables.find(key.referred)
        if target is not None:
            key.target = target
            target.referrers.append(key)
