"""Tables while the dump is replayed: what statements may still change."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from stageline.schema.model import Check, Column, Index, UniqueConstraint
from stageline.schema.record import twin_of
from stageline.schema.tokens import Name

if TYPE_CHECKING:
    from stageline.schema.ddl.freeze import Spelling

_FEW = 64  # so many columns or indexes are looked through in the time in which a directory is made
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


_OpenIndex = twin_of(Index)


def make_index(
    columns: tuple[str, ...], name: str | None, line: int, *, unique: bool, method: str | None
) -> Index:
    """An index of all rows."""
    made = _OpenIndex()
    made.columns = columns
    made.name = name
    made.unique = unique
    made.method = method
    made.where = None
    made.line = line
    made.__class__ = Index
    return made  # type: ignore[no-any-return]


class TableDraft:
    """A table as far as it is known. Written out: a dataclass makes its lists at twice the cost."""

    __slots__ = (
        "checks", "children", "column_places", "columns", "comment", "complete", "dropped",
        "foreign_keys", "index_places", "indexes", "inherits", "kind", "line", "name", "parents",
        "primary_key", "primary_key_name", "referrers", "row_count", "rows", "sample_columns",
        "sample_count", "sample_size", "spelling", "uniques",
    )  # fmt: skip

    def __init__(self, name: Name, line: int, kind: TableKind = "table") -> None:
        self.name = name
        self.line = line
        self.kind: TableKind = kind
        self.columns: list[Column] = []
        self.primary_key: list[str] = []
        self.primary_key_name: str | None = None
        self.foreign_keys: list[KeyDraft] = []
        self.uniques: list[UniqueConstraint] = []
        self.checks: list[Check] = []
        self.indexes: list[Index] = []
        self.comment: str | None = None
        self.inherits: list[str] = []
        self.parents: list[TableDraft] = []
        self.children: list[TableDraft] = []
        self.referrers: list[KeyDraft] = []
        self.dropped = False
        self.row_count = 0
        self.sample_columns: tuple[str, ...] = ()
        self.rows: list[tuple[str | None, ...]] = []
        self.sample_size = 0
        self.sample_count = 0
        self.complete = True
        self.spelling: Spelling | None = None
        self.column_places: Places | None = None
        self.index_places: Places | None = None

    def position(self, column: str) -> int:
        """The index of a column: spelled exactly so, else up to case; -1 if there is none."""
        if len(self.columns) > _FEW:
            self.column_places = places_in(self.columns, self.column_places)
            return self.column_places.find(column)
        for index, candidate in enumerate(self.columns):
            if candidate.name == column:
                return index
        wanted = column.casefold()
        for index, candidate in enumerate(self.columns):
            if candidate.name.casefold() == wanted:
                return index
        return -1

    def index_named(self, name: str) -> Index | None:
        """The index of exactly that name."""
        if len(self.indexes) <= _FEW:
            for index in self.indexes:
                if index.name == name:
                    return index
            return None
        self.index_places = places_in(self.indexes, self.index_places)
        place = self.index_places.exact.get(name)
        return None if place is None else self.indexes[place]


def put(table: TableDraft, position: int, **changes: Any) -> None:
    """Replace attributes of a column, in the table and in those that inherit it."""
    column = table.columns[position]
    table.columns[position] = replace(column, **changes)
    if "name" in changes:
        table.column_places = None
    for child in table.children:
        at = child.position(column.name)
        if at >= 0:
            put(child, at, **changes)
