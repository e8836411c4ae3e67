"""One column as defined in CREATE TABLE or ALTER TABLE: its type, then clauses in any order.

Real dumps define a few dozen kinds of columns thousands of times, so what follows the name is
read once for each text (``Session.specs``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from stageline.schema.ddl.actions import read_actions
from stageline.schema.ddl.column_spec import ColumnSpec, Reference
from stageline.schema.ddl.constraint import behind_references
from stageline.schema.ddl.default import AFTER_DEFAULT, end_of_default
from stageline.schema.ddl.drafts import TableDraft
from stageline.schema.ddl.entries import read_columns, read_where
from stageline.schema.ddl.inline import add_inline
from stageline.schema.ddl.literal import literal_value, read_description
from stageline.schema.ddl.session import Session
from stageline.schema.ddl.typename import end_of_type
from stageline.schema.model import Column, Index
from stageline.schema.record import twin_of
from stageline.schema.tokens import Tokens, keywords, unquote

MAX_SPECS = 4096
_Open = twin_of(Column)

_NAMED_NEXT = keywords(
    "PRIMARY UNIQUE REFERENCES FOREIGN CHECK NOT NULL DEFAULT GENERATED KEY COLLATE"
)
_PERIOD = frozenset({"ROW START", "ROW BEGIN", "ROW END"})  # columns that are never null
_TYPES_TOO = keywords("IDENTITY AUTO_INCREMENT AUTOINCREMENT")
_GENERATED_END = keywords(
    "PERSISTED STORED VIRTUAL HIDDEN IMPLICITLY "
    "NOT NULL PRIMARY UNIQUE CHECK CONSTRAINT COMMENT REFERENCES KEY"
)


def make_column(name: str, line: int, kind: ColumnSpec | Column, nullable: bool) -> Column:
    """The column of that name; what else it is, is that of ``kind``."""
    made = _Open()
    made.name = name
    made.type = kind.type
    made.nullable = nullable
    made.default = kind.default
    made.line = line
    made.comment = kind.comment
    made.identity = kind.identity
    made.generated = kind.generated
    made.__class__ = Column
    return made  # type: ignore[no-any-return]


@dataclass(slots=True)
class _Reading:
    """Where a clause stands: what the clause functions share."""

    tokens: Tokens
    begin: int
    end: int
    session: Session
    spec: ColumnSpec

    def take_name(self, kind: str) -> str | None:
        name, self.spec.pending, self.spec.last = self.spec.pending, None, kind
        return name

    def line(self, index: int) -> int:
        return self.tokens.line_at(index) - self.tokens.line_at(self.begin)


def read_column(tokens: Tokens, begin: int, end: int, session: Session) -> ColumnSpec:
    """Read tokens ``begin`` to ``end``: type and clauses. Unknown clauses are passed over."""
    text = tokens.slice(begin, end)
    spec = session.specs.get(text)
    if spec is None:
        if len(session.specs) >= MAX_SPECS:
            session.specs.clear()
        spec = session.specs[text] = _read(tokens, begin, end, session)
    return spec


def _read(tokens: Tokens, begin: int, end: int, session: Session) -> ColumnSpec:
    spec = ColumnSpec()
    reading = _Reading(tokens, begin, end, session, spec)
    if tokens.upper[begin] == "FOR":  # FOR COLUMN name: the short name (Db2 for i)
        begin += 3 if tokens.upper[begin + 1] == "COLUMN" else 2
    index = end_of_type(tokens, begin, end, session)
    spec.type = tokens.squeeze(begin, index)
    if not spec.type and tokens.upper[begin] in _TYPES_TOO and begin < end:
        spec.type = tokens.words[begin]
        spec.primary = spec.type.upper() == "IDENTITY"  # H2
    while index < end:
        clause = CLAUSES.get(tokens.upper[index])
        index = clause(reading, index) if clause else tokens.after(index)
    dialect = session.dialect
    if dialect.fills(spec.type) or (spec.identity and dialect.key_is_not_null):
        spec.nullable = False
    if spec.nullable is None and session.required and session.requires(spec.type):
        spec.nullable = False
    if spec.type.upper() in dialect.unique_types:
        spec.uniques += (None,)
    spec.inline = bool(
        spec.primary or spec.uniques or spec.references or spec.checks or spec.indexes or spec.rest
    )
    return spec


def _not(reading: _Reading, index: int) -> int:
    word = reading.tokens.upper[index + 1]
    if word == "NULL":
        reading.spec.nullable = False
        reading.take_name("not null")
    elif word in ("ENFORCED", "VALID") and reading.spec.references:
        reading.spec.references[-1].enforced = False
    return index + 2


def _null(reading: _Reading, index: int) -> int:
    if reading.spec.nullable is None:
        reading.spec.nullable = True
    reading.take_name("null")
    return index + 1


def _default(reading: _Reading, index: int) -> int:
    tokens, upper = reading.tokens, reading.tokens.upper
    begin = index + 1
    if upper[begin] in ("ON", "FOR") and upper[begin + 1] in ("NULL", "INSERT"):
        begin += 4 if upper[begin + 2] == "ONLY" else 2
        if upper[begin - 1] == "AND" and upper[begin] == "UPDATE":  # on null for insert and update
            begin += 1
    absent = upper[begin] == "NOT"  # DEFAULT ON NULL NOT NULL (H2)
    end = begin if absent else end_of_default(tokens, begin, reading.end)
    # DEFAULT [GLOBAL] AUTOINCREMENT (SQL Anywhere)
    counts = upper[begin + (upper[begin] == "GLOBAL")] == "AUTOINCREMENT"
    # DEFAULT "identity"(...), as Redshift's catalog has it
    if counts or (unquote(upper[begin]), tokens.words[begin + 1]) == ("IDENTITY", "("):
        reading.spec.identity = True
    elif end > begin:
        reading.spec.default = tokens.slice(begin, end)
    reading.take_name("default")
    return max(end, index + 1)


def _serial(reading: _Reading, index: int) -> int:
    """``SERIAL DEFAULT VALUE`` is short for NOT NULL AUTO_INCREMENT UNIQUE (MySQL)."""
    if reading.tokens.upper[index + 1 : index + 3] != ["DEFAULT", "VALUE"]:
        return index + 1
    reading.spec.identity, reading.spec.nullable = True, False
    reading.spec.uniques += (None,)
    return index + 3


def _index(reading: _Reading, index: int) -> int:
    """``INDEX name [UNIQUE] [WHERE condition]`` behind a column (T-SQL); not USING INDEX."""
    tokens, upper = reading.tokens, reading.tokens.upper
    if upper[index - 1] == "USING" or not tokens.is_name(index + 1) or index + 1 >= reading.end:
        return index + 1
    after = tokens.find(index + 2, reading.end, *_NAMED_NEXT, "CONSTRAINT", "WHERE")
    unique = upper[after] == "UNIQUE" and after < reading.end
    if unique:
        after = tokens.find(after + 1, reading.end, *_NAMED_NEXT, "CONSTRAINT", "WHERE")
    where = read_where(tokens, after, reading.end) if upper[after] == "WHERE" else None
    made = Index((), unquote(tokens.words[index + 1]), unique, None, where, reading.line(index))
    reading.spec.indexes += (made,)
    return after if where is None else reading.end


def _with(reading: _Reading, index: int) -> int:
    """``WITH DEFAULT`` may have no value (DB2); other WITH clauses do not matter."""
    word = reading.tokens.upper[index + 1]
    if word != "DEFAULT":
        return reading.tokens.after(index + 1)
    follower = reading.tokens.upper[index + 2]
    if index + 2 >= reading.end or follower in AFTER_DEFAULT - {"NULL"}:
        reading.spec.default = "DEFAULT"
        return index + 2
    return _default(reading, index + 1)


def _primary(reading: _Reading, index: int) -> int:
    after = index + (2 if reading.tokens.upper[index + 1] == "KEY" else 1)
    if _lists(reading, index, after):
        return reading.end
    reading.spec.primary = True
    reading.spec.primary_name = reading.take_name("primary")
    return after


def _unique(reading: _Reading, index: int) -> int:
    after = index + (2 if reading.tokens.upper[index + 1] in ("KEY", "INDEX") else 1)
    if _lists(reading, index, after):
        return reading.end
    reading.spec.uniques += (reading.take_name("unique"),)
    return after


def _lists(reading: _Reading, index: int, after: int) -> bool:
    """Whether columns follow: a constraint of the table without a comma before it (T-SQL)."""
    tokens = reading.tokens
    if tokens.upper[after] in ("CLUSTERED", "NONCLUSTERED"):
        after += 1
    if tokens.words[after] != "(" or after >= reading.end:
        return False
    named = reading.take_name("table") is not None
    reading.spec.rest = index - reading.begin - (2 if named else 0)
    return True


def _references(reading: _Reading, index: int) -> int:
    tokens = reading.tokens
    referred, after = reading.session.name(tokens, behind_references(tokens, index))
    columns: list[str] = []
    if tokens.words[after] == "(" and after < reading.end:
        columns = read_columns(tokens, after)
        after = tokens.after(after)
    actions, after = read_actions(tokens, after, reading.end)
    reference = Reference(
        referred, columns, reading.take_name("reference"),
        actions.on_delete, actions.on_update, actions.enforced, reading.line(index),
    )  # fmt: skip
    reading.spec.references += (reference,)
    return after


def _foreign(reading: _Reading, index: int) -> int:
    """``FOREIGN KEY REFERENCES t (c)`` behind a column (T-SQL)."""
    after = index + (2 if reading.tokens.upper[index + 1] == "KEY" else 1)
    return reading.end if _lists(reading, index, after) else after


def _check(reading: _Reading, index: int) -> int:
    tokens = reading.tokens
    opening = tokens.find(index + 1, reading.end, "(", "CONSTRAINT", "NOT")
    if tokens.words[opening] != "(" or opening >= reading.end:
        return index + 1
    closing = tokens.pairs[opening]
    expression = tokens.slice(opening + 1, closing)
    reading.spec.checks += ((expression, reading.take_name("check"), reading.line(index)),)
    return closing + 1


def _constraint(reading: _Reading, index: int) -> int:
    tokens = reading.tokens
    if tokens.upper[index + 1] in ("PRIMARY", "UNIQUE", "CHECK", "REFERENCES", "FOREIGN"):
        return index + 1
    parts, after = reading.session.parts(tokens, index + 1)
    name = unquote(parts[-1])
    trails = reading.session.dialect.name_trails or tokens.upper[after] not in _NAMED_NEXT
    if trails and reading.spec.last:
        _name_last(reading.spec, name)
    else:
        reading.spec.pending = name
    return after


def _name_last(spec: ColumnSpec, name: str) -> None:
    """Give the name to the constraint before it."""
    if spec.last == "primary":
        spec.primary_name = name
    elif spec.last == "unique":
        spec.uniques = (*spec.uniques[:-1], name)
    elif spec.last == "reference":
        spec.references[-1].name = name
    elif spec.last == "check":
        expression, _, line = spec.checks[-1]
        spec.checks = (*spec.checks[:-1], (expression, name, line))


def _generated(reading: _Reading, index: int) -> int:
    tokens, upper = reading.tokens, reading.tokens.upper
    at = tokens.find(index, reading.end, "AS", "IDENTITY")
    if (upper[at] == "AS" and upper[at + 1] == "IDENTITY") or upper[at] == "IDENTITY":
        reading.spec.identity = True
        after = at + (2 if upper[at] == "AS" else 1)
        return tokens.after(after) if tokens.words[after] == "(" else after
    return _as(reading, at) if at < reading.end else at + 1


def _as(reading: _Reading, index: int) -> int:
    """A computed column; SQL Server needs no parentheses."""
    tokens = reading.tokens
    begin = index + 1
    if tokens.upper[begin] == "IDENTITY":
        reading.spec.identity = True
        return begin + 1
    end = tokens.after(begin)
    while end < reading.end and tokens.upper[end] not in _GENERATED_END:
        end = tokens.after(end)
    whole = tokens.words[begin] == "(" and tokens.after(begin) == end
    reading.spec.generated = tokens.slice(begin + whole, end - whole)
    if reading.spec.generated.upper() in _PERIOD:
        reading.spec.nullable = False
    return end


def _computed(reading: _Reading, index: int) -> int:
    return _as(reading, index + (1 if reading.tokens.upper[index + 1] == "BY" else 0))


def _identity(reading: _Reading, index: int) -> int:
    reading.spec.identity = True
    after = index + 1
    return reading.tokens.after(after) if reading.tokens.words[after] == "(" else after


def _comment(reading: _Reading, index: int) -> int:
    tokens = reading.tokens
    at = index + (2 if tokens.upper[index + 1] in ("=", "IS") else 1)
    if tokens.words[at][:1] in "'\"" and at < reading.end:
        reading.spec.comment = literal_value(tokens.words[at], reading.session.dialect.lexis)
    return at + 1


def _options(reading: _Reading, index: int) -> int:
    """``OPTIONS (description = "...")`` (BigQuery)."""
    tokens = reading.tokens
    reading.spec.comment = read_description(tokens, index + 1) or reading.spec.comment
    return tokens.after(index + 1)


def _on(reading: _Reading, index: int) -> int:
    """``ON UPDATE now()``, ``ON CONFLICT x``: not part of the model."""
    return reading.tokens.after(index + 2)


def _key(reading: _Reading, index: int) -> int:
    """``KEY`` alone is the primary key (MySQL)."""
    reading.spec.primary = True
    reading.take_name("primary")
    return index + 1


def _two(reading: _Reading, index: int) -> int:  # noqa: ARG001 - as every clause
    return index + 2


CLAUSES: dict[str, Callable[[_Reading, int], int]] = {
    "NOT": _not,
    "NULL": _null,
    "DEFAULT": _default,
    "WITH": _with,
    "PRIMARY": _primary,
    "UNIQUE": _unique,
    "REFERENCES": _references,
    "FOREIGN": _foreign,
    "CHECK": _check,
    "CONSTRAINT": _constraint,
    "GENERATED": _generated,
    "AS": _as,
    "MATERIALIZED": _as,
    "ALIAS": _as,
    "COMPUTED": _computed,
    "COMPUTE": _computed,
    "IDENTITY": _identity,
    "AUTO_INCREMENT": _identity,
    "AUTOINCREMENT": _identity,
    "SERIAL": _serial,
    "INDEX": _index,
    "COMMENT": _comment,
    "OPTIONS": _options,
    "ON": _on,
    "KEY": _key,
    "COLLATE": _two,
    "CHARSET": _two,
    "ENCODE": _two,
    "STORAGE": _two,
    "COLUMN_FORMAT": _two,
}


def add_column(
    table: TableDraft, token: str, spec: ColumnSpec, line: int, at: int | None = None
) -> None:
    """Put a column and its inline constraints into the table. Raises ``Refused``."""
    name = token if token.isidentifier() else unquote(token)
    column = make_column(name, line, spec, spec.nullable is not False)
    if at is None:
        table.columns.append(column)
    else:
        table.columns.insert(at, column)
        table.column_places = None
    if spec.inline:
        add_inline(table, name, spec, line)
