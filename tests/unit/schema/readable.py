"""How tests read a dump of a few statements, all of which can be read."""

from __future__ import annotations

from stageline.schema import Schema, Table, read_schema


def read(sql: str, dialect: str | None = None) -> Schema:
    """The schema of a dump in which every statement can be read."""
    schema = read_schema(sql.encode(), dialect)
    assert [(s.line, s.reason) for s in schema.statements if s.status == "failed"] == []
    return schema


def columns(table: Table) -> list[tuple[str, str]]:
    return [(column.name, column.type) for column in table.columns]
