"""The part of a stream that is being looked at, in blocks of one size whatever the chunks were."""

from __future__ import annotations

from collections.abc import Iterator

BLOCK = 1 << 18


class Window:
    """``data[pos:]`` is not yet consumed; ``base + pos`` is its offset in the stream."""

    def __init__(self, chunks: Iterator[bytes], block: int = BLOCK) -> None:
        self.data = b""
        self.pos = 0
        self.base = 0
        self.eof = False
        self._chunks = chunks
        self._block = block
        self._rest = memoryview(b"")

    def __len__(self) -> int:
        return len(self.data) - self.pos

    @property
    def offset(self) -> int:
        return self.base + self.pos

    def ensure(self, size: int) -> None:
        """Have ``size`` unconsumed bytes at hand, or all that are left."""
        while len(self) < size and not self.eof:
            # Growing by what is already there keeps the copying linear.
            self._append(max(size - len(self), self._block))

    def _append(self, size: int) -> None:
        parts = [memoryview(self.data)[self.pos :]]
        while size > 0:
            if not self._rest:
                chunk = next(self._chunks, None)
                if chunk is None:
                    self.eof = True
                    break
                self._rest = memoryview(chunk)
            # The window's length must not depend on how the stream was cut into chunks.
            parts.append(self._rest[:size])
            size -= len(parts[-1])
            self._rest = self._rest[len(parts[-1]) :]
        self.data = b"".join(parts)
        self.base += self.pos
        self.pos = 0
