"""The first rows of a table's data."""

from __future__ import annotations

from stageline.schema.ddl.session import Session
from stageline.schema.model import StatementStatus
from stageline.schema.splitter import Piece


def read_data(piece: Piece, session: Session) -> tuple[str, StatementStatus, str | None]:
    return "insert", "skipped", "data"
