"""What a schema dump declares: tables, columns, keys and code, as immutable data.

Names keep the spelling of the dump, without their quotes. Looking a name up follows the
dialect's case rule (``Schema.table``). Lines count from 1 in the dump as it was handed in.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from stageline.brief import brief

CaseRule = Literal["insensitive", "sensitive"]
StatementStatus = Literal["parsed", "skipped", "failed"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``type`` is the vendor type as written, with single spaces."""

    name: str
    type: str
    nullable: bool = True
    default: str | None = None
    line: int = 0
    comment: str | None = None
    identity: bool = False
    generated: str | None = None


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """A declared reference; left-out ``referred_columns`` are taken from the target's key."""

    columns: tuple[str, ...]
    referred_table: str
    referred_columns: tuple[str, ...] = ()
    referred_schema: str | None = None
    name: str | None = None
    on_delete: str | None = None
    on_update: str | None = None
    enforced: bool = True
    line: int = 0


@dataclass(frozen=True, slots=True)
class UniqueConstraint:
    columns: tuple[str, ...]
    name: str | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class Check:
    """A CHECK as written, without the keyword and the outer parentheses."""

    expression: str
    columns: tuple[str, ...] = ()
    name: str | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class Index:
    """An index; an entry of ``columns`` is a column name, or an expression as written."""

    columns: tuple[str, ...]
    name: str | None = None
    unique: bool = False
    method: str | None = None
    where: str | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class Sample:
    """The first rows that the dump inserts into a table, as text; ``None`` is NULL.

    ``complete`` says that these are all the rows of the dump. Values are unquoted.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]
    complete: bool


@dataclass(frozen=True, slots=True)
class Table:
    name: str
    schema: str | None = None
    columns: tuple[Column, ...] = ()
    primary_key: tuple[str, ...] = ()
    primary_key_name: str | None = None
    foreign_keys: tuple[ForeignKey, ...] = ()
    unique_constraints: tuple[UniqueConstraint, ...] = ()
    checks: tuple[Check, ...] = ()
    indexes: tuple[Index, ...] = ()
    comment: str | None = None
    line: int = 0
    kind: Literal["table", "temporary", "external", "partition", "virtual"] = "table"
    inherits: tuple[str, ...] = ()
    row_count: int = 0
    sample: Sample | None = None

    __repr__ = brief


@dataclass(frozen=True, slots=True)
class View:
    name: str
    schema: str | None = None
    columns: tuple[str, ...] = ()
    query: str = ""
    materialized: bool = False
    comment: str | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class Trigger:
    """A trigger. ``routine`` is the function it calls where the body is elsewhere."""

    name: str
    table: str
    schema: str | None = None
    timing: str | None = None
    events: tuple[str, ...] = ()
    routine: str | None = None
    body: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Routine:
    """A function, procedure, package, package body, aggregate or macro."""

    name: str
    schema: str | None = None
    kind: str = "function"
    language: str | None = None
    parameters: str = ""
    returns: str | None = None
    body: str = ""
    comment: str | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class Sequence:
    name: str
    schema: str | None = None
    start: str | None = None
    increment: str | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class UserType:
    """``kind``: enum, domain, composite, range, distinct, alias, table or object."""

    name: str
    schema: str | None = None
    kind: str = "domain"
    base: str | None = None
    labels: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()
    nullable: bool = True
    default: str | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class Synonym:
    name: str
    target: str
    schema: str | None = None
    target_schema: str | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class Statement:
    """The account of one statement, or of ``count`` like ones in a row (data, comments).

    ``kind`` is the verb and object in lower case (``create table``, ``insert``, ``comment``,
    ``client``; ``unknown`` for text that is no SQL). ``start`` and ``end`` are byte offsets in the
    text that is read: the dump itself, but unpacked where it is a gzip file, without a mark at its
    start, and UTF-16 turned into UTF-8. The spans of all statements, in order, cover that text
    without gap or overlap. ``reason`` says why it was skipped or failed.
    """

    kind: str
    line: int
    status: StatementStatus
    reason: str | None = None
    start: int = 0
    end: int = 0
    count: int = 1


@dataclass(frozen=True)
class Schema:
    dialect: str
    tables: tuple[Table, ...] = ()
    views: tuple[View, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    routines: tuple[Routine, ...] = ()
    sequences: tuple[Sequence, ...] = ()
    types: tuple[UserType, ...] = ()
    synonyms: tuple[Synonym, ...] = ()
    statements: tuple[Statement, ...] = field(default=(), repr=False)
    name: str = ""
    encoding: str = "utf-8"
    size: int = 0
    digest: str = ""
    case_rule: CaseRule = "insensitive"

    __repr__ = brief

    def table(self, name: str, schema: str | None = None) -> Table | None:
        """Look up a table by the dialect's case rule; without ``schema`` the first of that name.

        A table spelled exactly so comes before one that differs in case.
        """
        found = self._by_name.get(self.fold(name), ())
        if len(found) > 1:
            found = tuple(sorted(found, key=lambda table: table.name != name))
        if schema is None:
            return found[0] if found else None
        wanted = self.fold(schema)
        return next((t for t in found if t.schema and self.fold(t.schema) == wanted), None)

    def fold(self, name: str) -> str:
        """The form of a name under which the dialect compares it."""
        return name if self.case_rule == "sensitive" else name.casefold()

    @cached_property
    def _by_name(self) -> dict[str, tuple[Table, ...]]:
        grouped: dict[str, list[Table]] = {}
        for table in self.tables:
            grouped.setdefault(self.fold(table.name), []).append(table)
        return {name: tuple(tables) for name, tables in grouped.items()}
