"""The actions of ALTER TABLE that change one column."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from stageline.schema.ddl.column import read_column
from stageline.schema.ddl.column_spec import ColumnSpec
from stageline.schema.ddl.default import end_of_default
from stageline.schema.ddl.drafts import Refused, TableDraft, put
from stageline.schema.ddl.inline import add_inline
from stageline.schema.ddl.typename import end_of_type
from stageline.schema.model import Column, Index, UniqueConstraint
from stageline.schema.tokens import unquote

if TYPE_CHECKING:
    from stageline.schema.ddl.alter_table import Action


def locate(table: TableDraft, column: str) -> int:
    """The position of a column that must be there. Raises ``Refused``."""
    position = table.position(column)
    if position < 0:
        raise Refused(f"table {table.name.name} has no column {column}")
    return position


def place(action: Action, begin: int) -> int | None:
    """The position that FIRST, AFTER x or BEFORE x ask for."""
    upper, words = action.tokens.upper, action.tokens.words
    last = action.end - 1
    if last > begin and upper[last] == "FIRST":
        return 0
    if last - 1 > begin and upper[last - 1] in ("AFTER", "BEFORE"):
        position = action.table.position(unquote(words[last]))
        if position >= 0:
            return position + (upper[last - 1] == "AFTER")
    return None


def rename(table: TableDraft, old: str, new: str) -> None:
    """Rename a column and every mention of it in keys and indexes."""
    position = locate(table, old)
    old = table.columns[position].name
    put(table, position, name=new)
    swap = _swapper(old, new)
    table.primary_key = swap(table.primary_key)
    table.uniques = [replace(u, columns=tuple(swap(u.columns))) for u in table.uniques]
    table.indexes = [replace(i, columns=tuple(swap(i.columns))) for i in table.indexes]
    for key in table.foreign_keys:
        key.columns = swap(key.columns)
    for key in table.referrers:
        key.referred_columns = swap(key.referred_columns)


def _swapper(old: str, new: str) -> Callable[[Any], list[str]]:
    wanted = old.casefold()
    return lambda names: [new if name.casefold() == wanted else name for name in names]


def modify(action: Action) -> bool:
    """``MODIFY [COLUMN] c ...`` or ``MODIFY (c ..., d ...)``."""
    tokens, at = action.tokens, action.begin + 1
    if tokens.upper[at] in ("CONSTRAINT", "PARTITION", "SUBPARTITION", "LOB", "PRIMARY"):
        return False
    if tokens.upper[at] in ("NEXT", "LOCK", "EXTENT"):  # storage (Informix)
        return False
    if tokens.upper[at] == "COLUMN":
        at += 1
    if tokens.upper[at] == "IF":
        at += 2
    spans = tokens.elements(at) if tokens.words[at] == "(" else [(at, action.end)]
    for begin, end in spans:
        position = locate(action.table, unquote(tokens.words[begin]))
        spec = read_column(tokens, begin + 1, end, action.session)
        redefine(action, position, spec, keep=action.session.dialect.modify_keeps_rest)
    return True


def change(action: Action) -> bool:
    """``CHANGE [COLUMN] old new definition`` (MySQL)."""
    tokens, at = action.tokens, action.begin + 1
    if tokens.upper[at] == "COLUMN":
        at += 1
    old, new = unquote(tokens.words[at]), unquote(tokens.words[at + 1])
    if old != new:
        rename(action.table, old, new)
    position = locate(action.table, new)
    redefine(action, position, read_column(tokens, at + 2, action.end, action.session), keep=False)
    return True


def redefine(action: Action, position: int, spec: ColumnSpec, *, keep: bool) -> None:
    """Give a column a new definition; ``keep`` what that leaves out."""
    old: Column = action.table.columns[position]
    keep = keep or not spec.type
    nullable = spec.nullable if spec.nullable is not None else (old.nullable if keep else True)
    put(
        action.table,
        position,
        type=spec.type or old.type,
        nullable=nullable,
        default=spec.default if spec.default is not None or not keep else old.default,
        comment=spec.comment or (old.comment if keep else None),
        identity=spec.identity or (keep and old.identity),
        generated=spec.generated or (old.generated if keep else None),
    )
    add_inline(action.table, old.name, spec, old.line)
    target = place(action, action.begin)
    if target is not None:
        column = action.table.columns.pop(position)
        action.table.columns.insert(target - (target > position), column)
        action.table.column_places = None


def alter(action: Action) -> bool:
    """``ALTER [COLUMN] c action``; several actions may follow one another (Db2)."""
    tokens, at = action.tokens, action.begin + 1
    if tokens.upper[at] in ("CONSTRAINT", "INDEX", "CHECK", "FOREIGN"):
        return False
    if tokens.upper[at] == "COLUMN":
        at += 1
    if tokens.upper[at] == "IF":
        at += 2
    position = locate(action.table, unquote(tokens.words[at]))
    at += 1
    words = (tokens.upper[at], tokens.upper[at + 1])
    step = _STEPS.get(words) or _STEPS.get((words[0], ""))
    if step is not None:
        return step(action, position, at)
    spec = read_column(tokens, at, action.end, action.session)
    if not spec.type:
        return False
    redefine(action, position, replace(spec), keep=spec.nullable is None and False)
    return True


def _set_default(action: Action, position: int, at: int) -> bool:
    begin = at + (2 if action.tokens.upper[at] == "SET" else 1)
    end = end_of_default(action.tokens, begin, action.end)
    put(action.table, position, default=action.tokens.slice(begin, end))
    return True


def _set_type(action: Action, position: int, at: int) -> bool:
    begin = action.tokens.find(at, action.end, "TYPE") + 1
    end = end_of_type(action.tokens, begin, action.end, action.session)
    put(action.table, position, type=action.tokens.squeeze(begin, end))
    return True


def _rename_step(action: Action, position: int, at: int) -> bool:
    """``ALTER c TO d`` (Firebird), ``ALTER COLUMN c RENAME TO d``."""
    at += 1 if action.tokens.upper[at] == "RENAME" else 0
    rename(action.table, action.table.columns[position].name, unquote(action.tokens.words[at + 1]))
    return True


def _putter(**changes: Any) -> Callable[[Action, int, int], bool]:
    def step(action: Action, position: int, at: int) -> bool:  # noqa: ARG001
        put(action.table, position, **changes)
        return True

    return step


def _set_generated(action: Action, position: int, at: int) -> bool:
    """``SET GENERATED AS IDENTITY``, but not ``AS ROW BEGIN`` (Db2)."""
    if action.tokens.find(at, action.end, "ROW", "TRANSACTION") < action.end:
        return False
    put(action.table, position, identity=True)
    return True


def _comment(action: Action, position: int, at: int) -> bool:
    put(action.table, position, comment=unquote(action.tokens.words[at + 1]))
    return True


def _nothing(action: Action, position: int, at: int) -> bool:  # noqa: ARG001
    return False


_STEPS: dict[tuple[str, str], Callable[[Action, int, int], bool]] = {
    ("SET", "DEFAULT"): _set_default,
    ("DEFAULT", ""): _set_default,
    ("DROP", "DEFAULT"): _putter(default=None),
    ("SET", "NOT"): _putter(nullable=False),
    ("DROP", "NOT"): _putter(nullable=True),
    ("SET", "NULL"): _putter(nullable=True),
    ("NOT", "NULL"): _putter(nullable=False),
    ("SET", "DATA"): _set_type,
    ("TYPE", ""): _set_type,
    ("ADD", "GENERATED"): _putter(identity=True, nullable=False),
    ("SET", "GENERATED"): _set_generated,
    ("DROP", "IDENTITY"): _putter(identity=False),
    ("DROP", "EXPRESSION"): _putter(generated=None),
    ("TO", ""): _rename_step,
    ("RENAME", ""): _rename_step,
    ("COMMENT", ""): _comment,
    ("SET", ""): _nothing,
    ("RESET", ""): _nothing,
    ("ADD", ""): _nothing,
    ("DROP", ""): _nothing,
    ("RESTART", ""): _nothing,
    ("POSITION", ""): _nothing,
}

__all__ = [
    "Index",
    "UniqueConstraint",
    "alter",
    "change",
    "locate",
    "modify",
    "place",
    "put",
    "rename",
]
