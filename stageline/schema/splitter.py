"""Cut a dump into statements (interface; being written)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of bytes of the dump. The pieces of a dump, in order, cover it without gap or overlap.

    ``kind``: ``sql`` one statement; ``data`` one INSERT/COPY/LOAD statement or a run of ``count``
    INSERTs into one table; ``client`` a command of a client program (``GO``, ``\\connect``,
    ``SET TERM``, ``DELIMITER``, ``prompt``, ``/``); ``blank`` white space and comments alone.
    ``text`` is decoded, without the terminator; leading blanks and comments belong to the piece
    and ``line`` is the line of the first real token (of the first byte for ``blank``).
    For ``data``, ``text`` is only the head, up to a bounded number of rows (for value samples).
    """

    kind: Literal["sql", "data", "client", "blank"]
    start: int
    end: int
    line: int
    text: str
    count: int = 1
    terminated: bool = True
