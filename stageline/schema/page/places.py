"""Where on the page a named object stands, so that names become links."""

from __future__ import annotations

import re
from collections.abc import Sequence

from stageline.schema.analysis import qualified
from stageline.schema.model import Schema, Table

_JOINED = re.compile(r"( (?:→|\+) )")  # how the analyses join several names in one text


class Places:
    """Positions of the page's tables by name; of tables named alike, the first."""

    def __init__(self, schema: Schema, tables: Sequence[Table]) -> None:
        self._fold = schema.fold
        self._positions: dict[str, int] = {}
        for position, table in enumerate(tables):
            name = self._fold(qualified(table.name, table.schema))
            self._positions.setdefault(name, position)

    def find(self, name: str) -> int | None:
        """The position of the table that ``name`` (``table`` or ``table.column``) is about."""
        folded = self._fold(name)
        position = self._positions.get(folded)
        if position is None and "." in folded:
            return self._positions.get(folded.rpartition(".")[0])
        return position

    def anchor(self, name: str) -> str:
        """The link to that table, or an empty text where the page has none."""
        position = self.find(name)
        return "" if position is None else f"#table-{position}"

    def parts(self, text: str) -> list[tuple[str, str]]:
        """``text`` cut into names and what joins them, each with its link or an empty text."""
        whole = self._positions.get(self._fold(text))
        pieces = [text] if whole is not None else _JOINED.split(text)
        return [(piece, self.anchor(piece)) for piece in pieces]
