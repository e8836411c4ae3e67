"""What others want of a running flow run: to cancel it, or to pause it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.objects import FlowRun, State, StateType

from stageline.errors import CancelledError
from stageline.trail import Trail
from tasks.live import QUIET_SECONDS, Live

POLL_SECONDS = 2.0
_CANCELLED = {StateType.CANCELLING, StateType.CANCELLED}


@dataclass
class Watch:
    """Looks at the flow run's state, at most so ``every`` seconds.

    Prefect tells the process of a deployment run itself; a directly called flow would learn of
    neither, and its end would overwrite the wish.
    """

    client: SyncPrefectClient
    flow_run: FlowRun
    trail: Trail
    live: Live
    every: float = POLL_SECONDS
    looked_at: float = field(default_factory=time.monotonic)

    def check(self, force: bool = False) -> None:
        """Raise ``CancelledError`` if the run is to be cancelled; wait while it is paused."""
        if not force and time.monotonic() - self.looked_at < self.every:
            return
        state = self._look()
        if state and state.type == StateType.PAUSED:
            state = self._wait(state)
        self._raise_if_cancelled(state)

    def wait_for_resume(self, end: float) -> bool:
        """Wait until a paused run is resumed; False at ``end`` (as ``time.monotonic`` counts)."""
        self.trail.pause()
        self.live.flush(at_once=True)
        state = self._look()
        while (state is None or state.type == StateType.PAUSED) and time.monotonic() < end:
            time.sleep(self.every)
            state = self._look()
        self._raise_if_cancelled(state)
        self.trail.resume()
        return state is not None and state.type != StateType.PAUSED

    def _raise_if_cancelled(self, state: State | None) -> None:
        if state and state.type in _CANCELLED:
            reason = (state.message or "no reason given").rstrip(".")
            raise CancelledError(f"Cancelled in Prefect: {reason}.")

    def _look(self) -> State | None:
        """The state; ``None`` while Prefect cannot be asked, which ends no job."""
        state = None
        with self.live.optional("a look at the state"):
            state = self.client.read_flow_run(self.flow_run.id).state
        self.looked_at = time.monotonic() + (0 if state else QUIET_SECONDS)
        return state

    def _wait(self, state: State) -> State:
        self.trail.pause()
        self.live.flush(at_once=True)
        while state.type == StateType.PAUSED:
            time.sleep(self.every)
            state = self._look() or state
        self.trail.resume()
        return state
