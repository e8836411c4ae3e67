"""Tables while the dump is replayed: what statements may still change."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from stageline.schema.model import Check, Column, Index, UniqueConstraint
from stageline.schema.tokens import Name

if TYPE_CHECKING:
    from stageline.schema.ddl.freeze import Spelling

_FEW = 64  # so many columns are looked through in the time in which a directory is made
TableKind = Literal["table", "temporary", "external", "partition", "virtual"]


class Refused(Exception):  # noqa: N818 - a verdict on one statement, not a failure of the reader
    """A statement cannot be applied; the text says why and where."""


@dataclass(slots=True, eq=False)
class KeyDraft:
    """A foreign key. ``target`` is set when the table was there at the time of the statement,
    so that the key follows later renames."""

    columns: list[str]
    referred: Name
    referred_columns: list[str]
    name: str | None = None
    on_delete: str | None = None
    on_update: str | None = None
    enforced: bool = True
    line: int = 0
    target: TableDraft | None = None


class Places:
    """Where the names of a list stand that grows. After any other change in it, make a new one."""

    def __init__(self, items: list[Any]) -> None:
        self.items = items
        self.count = 0
        self.exact: dict[str, int] = {}
        self.loose: dict[str, int] = {}

    def update(self) -> None:
        for place in range(self.count, len(self.items)):
            name = self.items[place].name or ""
            self.exact.setdefault(name, place)
            self.loose.setdefault(name.casefold(), place)
        self.count = len(self.items)

    def find(self, name: str) -> int:
        """The first of that name: spelled exactly so, else up to case; -1 if there is none."""
        place = self.exact.get(name)
        return self.loose.get(name.casefold(), -1) if place is None else place


def places_in(items: list[Any], known: Places | None) -> Places:
    """The places of a list, made up to date from what is known of the same list."""
    found = known if known is not None and known.items is items else Places(items)
    found.update()
    return found


@dataclass(slots=True, eq=False)
class TableDraft:
    name: Name
    line: int
    kind: TableKind = "table"
    columns: list[Column] = field(default_factory=list)
    primary_key: list[str] = field(default_factory=list)
    primary_key_name: str | None = None
    foreign_keys: list[KeyDraft] = field(default_factory=list)
    uniques: list[UniqueConstraint] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    indexes: list[Index] = field(default_factory=list)
    comment: str | None = None
    inherits: list[str] = field(default_factory=list)
    parents: list[TableDraft] = field(default_factory=list)
    children: list[TableDraft] = field(default_factory=list)
    referrers: list[KeyDraft] = field(default_factory=list)
    dropped: bool = False
    row_count: int = 0
    sample_columns: tuple[str, ...] = ()
    rows: list[tuple[str | None, ...]] = field(default_factory=list)
    sample_size: int = 0
    sample_count: int = 0
    complete: bool = True
    spelling: Spelling | None = None
    column_places: Places | None = None
    index_places: Places | None = None

    def position(self, column: str) -> int:
        """The index of a column: spelled exactly so, else up to case; -1 if there is none."""
        if len(self.columns) > _FEW:
            self.column_places = places_in(self.columns, self.column_places)
            return self.column_places.find(column)
        wanted = column.casefold()
        loose = -1
        for index, candidate in enumerate(self.columns):
            if candidate.name == column:
                return index
            if loose < 0 and candidate.name.casefold() == wanted:
                loose = index
        return loose

    def index_named(self, name: str) -> Index | None:
        """The index of exactly that name."""
        self.index_places = places_in(self.indexes, self.index_places)
        place = self.index_places.exact.get(name)
        return None if place is None else self.indexes[place]
