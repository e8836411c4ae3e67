"""The catalogue at the end of the dump, as the immutable model."""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Sequence as Sequence_
from dataclasses import replace

from stageline.schema.ddl.catalog import Catalog
from stageline.schema.ddl.column import make_column
from stageline.schema.ddl.drafts import KeyDraft, TableDraft
from stageline.schema.ddl.sequence import sequence_name
from stageline.schema.ddl.session import Session
from stageline.schema.dialect import Dialect
from stageline.schema.model import (
    Check,
    Column,
    ForeignKey,
    Index,
    Sample,
    Sequence,
    Table,
    UniqueConstraint,
)
from stageline.schema.record import twin_of
from stageline.schema.tokens import Name

_OpenKey = twin_of(ForeignKey)
_OpenTable = twin_of(Table)
_WORDS = re.compile(r"'(?:[^']|'')*'|\"([^\"]+)\"|`([^`]+)`|\[([^\]]+)\]|([^\W\d]\w*)")


class Spelling:
    """The columns of a table under their names: exactly, else up to case."""

    __slots__ = ("_loose", "exact")

    def __init__(self, columns: Iterable[Column]) -> None:
        self.exact = {column.name for column in columns}
        self._loose: dict[str, str] | None = None

    def one(self, name: str) -> str:
        """The name as the table spells it; an unknown one as it is."""
        if name in self.exact:
            return name
        if self._loose is None:
            self._loose = {known.casefold(): known for known in sorted(self.exact, reverse=True)}
        return self._loose.get(name.casefold(), name)

    def all(self, names: Sequence_[str]) -> tuple[str, ...]:
        if self.exact.issuperset(names):
            return tuple(names)
        return tuple(self.one(name) for name in names)

    def mentioned(self, expression: str) -> tuple[str, ...]:
        """The columns that an expression names, in order."""
        found = (
            match[1] or match[2] or match[3] or match[4] for match in _WORDS.finditer(expression)
        )
        spelled = (self.one(word) for word in found if word)
        return tuple(dict.fromkeys(word for word in spelled if word in self.exact))


def spelling_of(table: TableDraft) -> Spelling:
    if table.spelling is None:
        table.spelling = Spelling(table.columns)
    return table.spelling


def freeze_tables(session: Session, catalog: Catalog) -> tuple[Table, ...]:
    session.catalog = catalog
    for table in catalog.tables:
        if table.kind == "partition":
            _inherit_keys(table)
    return tuple([_table(table, session) for table in catalog.tables])


def _inherit_keys(table: TableDraft) -> None:
    """A partition has the keys of the table that it is part of."""
    for parent in table.parents:
        table.primary_key = table.primary_key or list(parent.primary_key)
        known = {tuple(key.columns) for key in table.foreign_keys}
        table.foreign_keys += [k for k in parent.foreign_keys if tuple(k.columns) not in known]
        table.uniques += [unique for unique in parent.uniques if unique not in table.uniques]


def _table(table: TableDraft, session: Session) -> Table:
    spelling = spelling_of(table)
    primary = spelling.all(table.primary_key)
    columns = table.columns
    if session.dialect.key_is_not_null and primary:
        members = set(primary)
        columns = [
            _required(column) if column.nullable and column.name in members else column
            for column in columns
        ]
    absorbed = primary if session.dialect.key_absorbs_unique else ()
    made = _OpenTable()
    made.name = table.name.name
    made.schema = table.name.schema
    made.columns = tuple(columns)
    made.primary_key = primary
    made.primary_key_name = table.primary_key_name
    keys, checks, indexes = table.foreign_keys, table.checks, table.indexes  # most have few
    made.foreign_keys = tuple([_key(key, table, spelling, session) for key in keys]) if keys else ()
    made.unique_constraints = _uniques(table, spelling, absorbed) if table.uniques else ()
    made.checks = tuple([_check(check, spelling) for check in checks]) if checks else ()
    made.indexes = tuple([_index(index, spelling) for index in indexes]) if indexes else ()
    made.comment = table.comment
    made.line = table.line
    made.kind = table.kind
    made.inherits = tuple(table.inherits)
    made.row_count = table.row_count
    made.sample = _sample(table, spelling)
    made.__class__ = Table
    return made  # type: ignore[no-any-return]


def _required(column: Column) -> Column:
    """The column of a primary key, which is not null even if nobody says so."""
    return make_column(column.name, column.line, column, nullable=False)


def _uniques(
    table: TableDraft, spelling: Spelling, absorbed: tuple[str, ...]
) -> tuple[UniqueConstraint, ...]:
    """The unique constraints without those that the primary key absorbs."""
    found = []
    for unique in table.uniques:
        columns = spelling.all(unique.columns)
        if unique.name or columns != absorbed:
            same = columns == unique.columns
            found.append(unique if same else replace(unique, columns=columns))
    return tuple(found)


def _check(check: Check, spelling: Spelling) -> Check:
    return Check(check.expression, spelling.mentioned(check.expression), check.name, check.line)


def _index(index: Index, spelling: Spelling) -> Index:
    columns = spelling.all(index.columns)
    return index if columns == index.columns else replace(index, columns=columns)


def _key(key: KeyDraft, table: TableDraft, spelling: Spelling, session: Session) -> ForeignKey:
    """A foreign key with its target's spelling, and the target's key where none was given."""
    target = _target(key, table, session)
    columns = spelling.all(key.columns)
    referred = tuple(key.referred_columns)
    schema, name = key.referred.schema, key.referred.name
    if target is not None:
        schema, name = target.name.schema, target.name.name
        names = spelling_of(target)
        referred = names.all(referred) if referred else names.all(target.primary_key)
        if len(referred) != len(columns) and not key.referred_columns:
            referred = ()
    made = _OpenKey()
    made.columns = columns
    made.referred_table = name
    made.referred_columns = referred
    made.referred_schema = schema
    made.name = key.name
    made.on_delete = key.on_delete
    made.on_update = key.on_update
    made.enforced = key.enforced
    made.line = key.line
    made.__class__ = ForeignKey
    return made  # type: ignore[no-any-return]


def _target(key: KeyDraft, table: TableDraft, session: Session) -> TableDraft | None:
    """The table as it was when the key was declared, else the one that has its name now;
    without a schema, one in the schema of the referring table comes first."""
    if key.target is not None and not key.target.dropped:
        return key.target
    tables = session.catalog.tables
    if key.referred.schema_key is None and table.name.schema_key is not None:
        own = Name(table.name.schema, key.referred.name, table.name.schema_key, key.referred.key)
        found = tables.exact(own)
        if found is not None:
            return found
    return tables.find(key.referred)


def _sample(table: TableDraft, spelling: Spelling) -> Sample | None:
    if not table.rows:
        return None
    return Sample(spelling.all(table.sample_columns), tuple(table.rows), table.complete)


def freeze_sequences(catalog: Catalog, dialect: Dialect) -> tuple[Sequence, ...]:
    """Declared sequences, and those that serial and identity columns bring (PostgreSQL)."""
    found = {(s.schema, s.name): s for s in catalog.sequences}
    if dialect.serial_types:
        types = {column.type for table in catalog.tables for column in table.columns}
        serial = {type_ for type_ in types if type_.upper() in dialect.serial_types}
        for table in catalog.tables:
            if table.kind == "partition":  # takes its numbers from the sequence of the whole
                continue
            for column in table.columns:
                if column.identity or column.type in serial:
                    name = sequence_name(table.name.name, column.name)
                    key = (table.name.schema, name)
                    found.setdefault(key, Sequence(name, key[0], None, None, column.line))
    return tuple(found.values())
