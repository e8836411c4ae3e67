"""How a running node is told to end: cancelled, or out of time."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from stageline.errors import CancelledError, StepTimeoutError

OUTPUT_LOG = "stageline.output"
T = TypeVar("T")
_output = logging.getLogger(OUTPUT_LOG)


@dataclass(eq=False)
class Stopper:
    """The ``Stop`` service of one node. ``timeout`` in seconds counts anew for each try."""

    timeout: float | None = None
    reason: Literal["cancelled", "timeout"] | None = None
    began: float | None = None
    told_at: float | None = None
    given_up: bool = False
    _told: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def wait(self, seconds: float) -> bool:
        """Wait so long, or until told to stop; True if told to stop."""
        return self._told.wait(seconds)

    def is_set(self) -> bool:
        return self._told.is_set()

    def note(self, line: str) -> None:
        """Tell a line of output: it goes into the step's log at once."""
        _output.info("%s", line)

    def stop(self, reason: Literal["cancelled", "timeout"]) -> None:
        """Tell the node to end. A cancel outlasts every try; a timeout ends this one."""
        with self._lock:
            if self.reason != "cancelled":
                self.reason = reason
            self.told_at = self.told_at or time.monotonic()
            self._told.set()

    def give_up(self) -> None:
        """Nobody waits for the node any more, as it does not heed; no further try may begin."""
        self.given_up = True
        self.stop("cancelled")

    @property
    def unheeded_for(self) -> float:
        """Seconds since the node was told to end; 0 if it was not."""
        return 0.0 if self.told_at is None else time.monotonic() - self.told_at

    @property
    def late_by(self) -> float:
        """Seconds since the time of this try ran out; negative before."""
        if self.timeout is None or self.began is None:
            return float("-inf")
        return time.monotonic() - self.began - self.timeout

    def guard(self, what: str, run: Callable[[], T]) -> T:
        """One try: ``run``, with a stop for lateness told as ``StepTimeoutError``."""
        self._renew(what)
        self.began = time.monotonic()
        try:
            result = run()
        except CancelledError:
            if self.reason != "timeout":
                raise
            raise late(what, self.timeout) from None
        finally:
            self.began = None
        if self.given_up:
            raise CancelledError(f"{what} ended when nobody waited for it any more.")
        return result

    def pause(self, what: str, seconds: float) -> None:
        """Wait between two tries. Raises ``CancelledError`` at once if told so."""
        self._renew(what)
        if self._told.wait(seconds):
            raise CancelledError(f"{what} was cancelled between two tries.")

    def _renew(self, what: str) -> None:
        with self._lock:
            if self.reason == "cancelled":
                raise CancelledError(f"{what} was cancelled before it began.")
            self.reason = self.told_at = None
            self._told.clear()


def late(what: str, timeout: float | None) -> StepTimeoutError:
    """The error of a try that took too long."""
    return StepTimeoutError(
        f"{what} took more than {timeout:g} seconds and was stopped. Raise its timeout if it "
        "needs more."
    )
