"""What the splitter hands out: runs of bytes of the dump, in order, without gap or overlap."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from stageline.schema.record import twin_of

SAMPLE = 1 << 16  # bytes of a data piece that become its text
Kind = Literal["sql", "data", "client", "blank"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of bytes of the dump. The pieces of a dump, in order, cover it without gap or overlap.

    ``kind``: ``sql`` one statement; ``data`` one INSERT/COPY/LOAD statement or a run of ``count``
    INSERTs into one table; ``client`` a command of a client program (``GO``, ``\\connect``,
    ``SET TERM``, ``DELIMITER``, ``prompt``, ``/``); ``blank`` white space and comments alone.
    ``text`` is decoded, without the terminator; leading blanks and comments belong to the piece
    but not to ``text``, which starts with the first real token, in line ``line`` (``blank``: the
    line of the first byte, and no text). ``start`` and ``end`` are byte offsets.
    For ``data``, ``text`` is only the head, at most ``SAMPLE`` bytes (for value samples): of a run
    the statements with ``;`` between them, of COPY the command, ``;``, and its rows as they are.
    ``fault`` says what a statement that had to be cut off lacks, and where that was.
    """

    kind: Kind
    start: int
    end: int
    line: int
    text: str
    count: int = 1
    terminated: bool = True
    fault: str = ""


_Open = twin_of(Piece)


def make_plain(kind: Kind, start: int, end: int, line: int, text: str, count: int = 1) -> Piece:
    """One whole statement or command, or a run of ``count`` INSERTs."""
    made = _Open()
    made.kind = kind
    made.start = start
    made.end = end
    made.line = line
    made.text = text
    made.count = count
    made.terminated = True
    made.fault = ""
    made.__class__ = Piece
    return made  # type: ignore[no-any-return]


def merge(batches: Iterator[tuple[Sequence[Piece], bytes]]) -> Iterator[Piece]:
    """Put consecutive INSERTs into one table together; the text of a run is bounded.

    A batch is one INSERT with its table, or some pieces that are none.
    """
    held: Piece | None = None
    target, texts, size, end, count = b"", [""], 0, 0, 0
    for pieces, into in batches:
        if held is not None:
            piece = pieces[0]
            if into and into == target and piece.terminated and held.terminated:
                end, count = piece.end, count + piece.count
                if size < SAMPLE:
                    texts.append(piece.text)
                    size += len(piece.text)
                continue
            yield _joined(held, end, count, texts)
            held = None
        if not into:
            yield from pieces
            continue
        held, target = pieces[0], into
        texts, size, end, count = [held.text], len(held.text), held.end, held.count
    if held is not None:
        yield _joined(held, end, count, texts)


def _joined(first: Piece, end: int, count: int, texts: list[str]) -> Piece:
    if end == first.end:
        return first
    return replace(first, end=end, count=count, text=";\n".join(texts))
