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
    _told: threading.Event = field(default_factory=threading.Event)

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
        if self.reason != "cancelled":
            self.reason = reason
        self._told.set()

    @property
    def late_by(self) -> float:
        """Seconds since the time of this try ran out; negative before."""
        if self.timeout is None or self.began is None:
            return float("-inf")
        return time.monotonic() - self.began - self.timeout

    def guard(self, what: str, run: Callable[[], T]) -> T:
        """One try: ``run``, with a stop for lateness told as ``StepTimeoutError``."""
        if self.reason == "cancelled":
            raise CancelledError(f"{what} was cancelled before it began.")
        self.reason, self.began = None, time.monotonic()
        self._told.clear()
        try:
            return run()
        except CancelledError:
            if self.reason != "timeout":
                raise
            raise late(what, self.timeout) from None
        finally:
            self.began = None


def late(what: str, timeout: float | None) -> StepTimeoutError:
    """The error of a try that took too long."""
    return StepTimeoutError(
        f"{what} took more than {timeout:g} seconds and was stopped. Raise its timeout if it "
        "needs more."
    )
