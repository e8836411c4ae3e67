"""What the definition of a column says, apart from its name."""

from __future__ import annotations

from dataclasses import dataclass

from stageline.schema.model import Index
from stageline.schema.tokens import Name


@dataclass(slots=True)
class Reference:
    """An inline REFERENCES; ``line`` counts from the column's own."""

    referred: Name
    columns: list[str]
    name: str | None
    on_delete: str | None
    on_update: str | None
    enforced: bool
    line: int


@dataclass(slots=True)
class ColumnSpec:
    """All that follows a column's name. Lines count from the column's own."""

    type: str = ""
    nullable: bool | None = None
    default: str | None = None
    identity: bool = False
    generated: str | None = None
    comment: str | None = None
    primary: bool = False
    primary_name: str | None = None
    uniques: tuple[str | None, ...] = ()  # tuples: most columns share the empty one
    references: tuple[Reference, ...] = ()
    checks: tuple[tuple[str, str | None, int], ...] = ()
    indexes: tuple[Index, ...] = ()  # without their column; lines as of the others
    inline: bool = False
    rest: int = 0  # tokens before a constraint of the table that follows without a comma
    pending: str | None = None
    last: str = ""
