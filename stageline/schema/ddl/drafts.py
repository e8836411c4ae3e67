"""Tables while the dump is replayed: what statements may still change."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from stageline.schema.model import Check, Column, Index, UniqueConstraint
from stageline.schema.tokens import Name

if TYPE_CHECKING:
    from stageline.schema.ddl.freeze import Spelling

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

    def position(self, column: str) -> int:
        """The index of a column: spelled exactly so, else up to case; -1 if there is none."""
        wanted = column.casefold()
        loose = -1
        for index, candidate in enumerate(self.columns):
            if candidate.name == column:
                return index
            if loose < 0 and candidate.name.casefold() == wanted:
                loose = index
        return loose
