"""kill -9 at random points, then run again: nothing done twice, nothing lost, records right."""

import os
import random
import time
from collections import Counter
from multiprocessing import get_context
from pathlib import Path

from stageline.journey import records, statistics
from stageline.store import FolderStore
from tests.unit import jobs

POINTS = 50
STEPS = ("first", "second", "third")


def run_in(folder: str) -> None:
    os.chdir(folder)
    jobs.run(FolderStore(folder), Path("in.txt"))


def kept(store: FolderStore) -> set[str]:
    """The steps whose value is stored."""
    heads = [store.get(stat.key).split(b"\n", 1)[0] for stat in store.list("results/")]
    return {step for step in STEPS for head in heads if f'"{step}"'.encode() in head}


def ran(folder: Path) -> Counter[str]:
    file = folder / "ran.txt"
    return Counter(file.read_text().split()) if file.exists() else Counter()


def test_kill_at_random_points_then_run_again(tmp_path):
    context = get_context("forkserver")
    context.set_forkserver_preload(["tests.unit.jobs"])
    chance, killed = random.Random(20250102), 0  # noqa: S311
    store, reach = FolderStore(tmp_path), 0.06
    (tmp_path / "in.txt").write_text("abc")
    for point in range(POINTS):
        if point % 5 == 0:  # new input: all steps are to be done again
            (tmp_path / "in.txt").write_text(f"abc {point}")
            for stat in list(store.list("results/")):
                store.delete(stat.key)
        before, done = ran(tmp_path), kept(store)
        process = context.Process(target=run_in, args=(str(tmp_path),))
        process.start()
        time.sleep(chance.uniform(0, reach))
        process.kill()  # SIGKILL; it may have ended
        process.join()
        killed += process.exitcode != 0
        reach = max(0.01, reach * 0.9 if process.exitcode == 0 else reach * 1.1)  # stay within
        again = ran(tmp_path) - before
        assert not done & set(again), "a completed step was done again"
    last = context.Process(target=run_in, args=(str(tmp_path),))
    last.start()
    last.join()
    assert last.exitcode == 0
    found = list(records(store, "JRN"))
    assert [record.number for record in found] == list(range(1, len(found) + 1))
    assert killed > POINTS // 4, "too few were hit under way to prove anything"
    assert {record.status for record in found} <= {"completed", "failed"}
    assert all(r.error.category == "crashed" for r in found if r.status == "failed")
    assert statistics(store, "JRN").unfinished == 0
    assert found[-1].status == "completed"
