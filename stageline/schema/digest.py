"""The sha256 of a stream, computed beside the reading of it."""

from __future__ import annotations

import hashlib
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor

_AHEAD = 4  # blocks that may wait for the thread; this bounds the memory
_LARGE = 1 << 18  # smaller blocks are hashed at once: a thread would cost more than it saves


class Digest:
    """sha256 (hex) of the blocks it is fed, in their order.

    Large blocks are hashed in a thread: the interpreter is free meanwhile. ``close`` ends it.
    """

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self._thread: ThreadPoolExecutor | None = None
        self._waiting: deque[Future[None]] = deque()

    def update(self, block: bytes) -> None:
        if self._thread is None and len(block) < _LARGE:
            self._hash.update(block)
            return
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, "stageline-digest")
        self._waiting.append(self._thread.submit(self._hash.update, block))
        self._drain(_AHEAD)

    def hexdigest(self) -> str:
        self._drain()
        return self._hash.hexdigest()

    def close(self) -> None:
        """Wait for what was fed, and end the thread; may be called again."""
        try:
            self._drain()
        finally:
            thread, self._thread = self._thread, None
            if thread is not None:
                thread.shutdown()

    def _drain(self, left: int = 0) -> None:
        while len(self._waiting) > left:
            self._waiting.popleft().result()
