import logging
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from stageline import capture as module
from stageline.capture import Capture, capturing, peak_memory
from stageline.redaction import Redactor

log = logging.getLogger("stageline.test")


def new(step="one", **more):
    return Capture(step, "stage", "JOB-001-20250101000000", **more)


def test_lines_of_the_core_are_kept_with_their_ids():
    with capturing(new()) as capture:
        log.info("read %d tables", 3)
        logging.getLogger("elsewhere").warning("odd")
    first, second = capture.lines()
    assert (first.level, first.message, first.step_id) == ("INFO", "read 3 tables", "one")
    assert first.stage_id, first.job_id == ("stage", "JOB-001-20250101000000")
    assert (second.level, second.details["logger"]) == ("WARNING", "elsewhere")


def test_steps_side_by_side_never_mix_their_lines():
    barrier = threading.Barrier(8)

    def work(number):
        with capturing(new(f"s{number}")) as capture:
            for line in range(200):
                if line % 50 == 0:
                    barrier.wait()
                log.info("s%d line %d", number, line)
        return capture

    with ThreadPoolExecutor(8) as pool:
        captures = list(pool.map(work, range(8)))
    for number, capture in enumerate(captures):
        expected = [f"s{number} line {line}" for line in range(200)]
        assert [entry.message for entry in capture.lines()] == expected
        assert {entry.step_id for entry in capture.lines()} == {f"s{number}"}


def test_nothing_is_kept_outside_and_no_handler_stays_behind():
    before = list(logging.getLogger().handlers)
    with capturing(new()) as capture:
        pass
    log.warning("after")
    assert capture.lines() == ()
    assert logging.getLogger().handlers == before


def test_secrets_are_removed_from_lines_details_and_what_is_forwarded():
    forwarded = []
    redactor = Redactor(["hunter-canary"])
    with capturing(new(redactor=redactor, forward=lambda *a: forwarded.append(a))) as capture:
        log.info("with %s", "hunter-canary")
        try:
            raise ValueError("hunter-canary")
        except ValueError:
            log.exception("failed")
    assert len(forwarded) == 2
    assert "hunter-canary" not in str(forwarded) + str(capture.lines())
    assert "ValueError" in capture.lines()[1].details["traceback"]


def test_a_flood_is_bounded_and_counted(monkeypatch):
    monkeypatch.setattr(module, "MAX_ENTRIES", 10)
    told: list[str] = []
    with capturing(new()) as capture:
        capture.forward = lambda _, text: told.append(text)
        for line in range(25):
            log.info("%d", line)
    assert len(capture.lines()) == len(told) == 11
    assert "no more" in told[-1]
    assert "15 further lines" in capture.lines()[-1].message


def test_times_add_up_over_tries_and_memory_is_that_of_the_process():
    capture = new()
    for _ in range(2):
        with capturing(capture):
            sum(range(200_000))
            time.sleep(0.01)
    assert capture.tries == 2
    assert capture.wall_seconds >= 0.02
    assert 0 < capture.cpu_seconds < capture.wall_seconds
    assert capture.started < capture.ended
    assert capture.peak_memory_bytes > 5_000_000


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_memory_is_measured_without_proc_too(monkeypatch, tmp_path):
    here = peak_memory()
    monkeypatch.setattr(module, "_STATUS_FILE", tmp_path / "absent")
    assert 0.2 * here < peak_memory() < 100 * here


def test_lines_of_prefect_and_its_clients_are_not_the_steps():
    with capturing(new()) as capture:
        logging.getLogger("httpx").warning("HTTP")
        logging.getLogger("prefect.client").warning("state")
    assert capture.lines() == ()
