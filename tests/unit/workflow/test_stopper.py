"""How a node is told to end: a timeout ends a try, a cancel all of them."""

from __future__ import annotations

import threading

import pytest

from stageline.errors import CancelledError, StepTimeoutError
from stageline.workflow.stopper import Stopper


def wait(stopper: Stopper) -> str:
    if stopper.wait(30):
        raise CancelledError("told to stop")
    return "waited in vain"


def soon(what: object) -> None:
    threading.Timer(0.05, what).start()  # type: ignore[arg-type]


def test_a_timeout_ends_one_try_and_the_next_is_free():
    stopper = Stopper(timeout=0.1)
    soon(lambda: stopper.stop("timeout"))
    with pytest.raises(StepTimeoutError, match=r"more than 0.1 seconds"):
        stopper.guard("It", lambda: wait(stopper))
    assert stopper.guard("It", lambda: "done") == "done"


def test_a_cancel_ends_this_try_and_all_others():
    stopper = Stopper(timeout=9)
    soon(lambda: stopper.stop("cancelled"))
    with pytest.raises(CancelledError, match="told to stop"):
        stopper.guard("It", lambda: wait(stopper))
    stopper.stop("timeout")
    with pytest.raises(CancelledError, match="before it began"):
        stopper.guard("It", lambda: "done")
    with pytest.raises(CancelledError):
        stopper.pause("It", 30)


def test_a_cancel_ends_the_pause_between_two_tries():
    stopper = Stopper()
    stopper.stop("timeout")  # of the try before
    soon(lambda: stopper.stop("cancelled"))
    with pytest.raises(CancelledError, match="between two tries"):
        stopper.pause("It", 30)
    Stopper().pause("It", 0)


def test_lateness_counts_from_the_begin_of_a_try():
    stopper = Stopper(timeout=10)
    assert stopper.late_by == float("-inf")
    assert stopper.guard("It", lambda: -10 <= stopper.late_by < 0)
    assert stopper.late_by == float("-inf")


def test_what_was_given_up_gives_no_result_and_begins_no_more():
    stopper = Stopper(timeout=1)

    def deaf() -> str:
        stopper.give_up()
        return "too late"

    with pytest.raises(CancelledError, match="nobody waited"):
        stopper.guard("It", deaf)
    with pytest.raises(CancelledError):
        stopper.guard("It", lambda: "again")


def test_how_long_it_was_not_heeded_counts_from_the_first_word():
    stopper = Stopper()
    assert stopper.unheeded_for == 0
    stopper.stop("cancelled")
    first = stopper.told_at
    stopper.stop("cancelled")
    assert stopper.told_at == first
    assert stopper.unheeded_for >= 0
