"""Dumps of database schemas: read, analyse, report."""

from stageline.schema.model import (
    Check,
    Column,
    ForeignKey,
    Index,
    Routine,
    Sample,
    Schema,
    Sequence,
    Statement,
    Synonym,
    Table,
    Trigger,
    UniqueConstraint,
    UserType,
    View,
)
from stageline.schema.reader import read_schema

__all__ = [
    "Check", "Column", "ForeignKey", "Index", "Routine", "Sample", "Schema", "Sequence",
    "Statement", "Synonym", "Table", "Trigger", "UniqueConstraint", "UserType", "View",
    "read_schema",
]  # fmt: skip
