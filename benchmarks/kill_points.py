"""What a kill -9 costs: python -m benchmarks.kill_points [points] [seed]

A process that runs ``raw_analysis`` against one Prefect server is killed at random points
between the claim of its number and its end, then the job is run again; 50 points by default.
Prints, by what the killed job had reached, how often that was hit, how many
values it had kept, and of these how many the next job served from the cache, how many it computed
again, and what else was wrong. The last two must be 0.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from benchmarks._killing import run_killed
from deployments.server import running_server
from stageline.codec import decode
from stageline.job import JobRecord
from stageline.journey import records, statistics
from stageline.results import Head
from stageline.store import FolderStore
from tests.s3.servers import free_port

EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "telecom_billing.sql"
JOURNEY = "KILLED"
LATE = "after its record was completed"


def analyse(dump: str, store: str) -> None:
    """The child: one job, without its console; imports are done by then."""
    from flows.raw_analysis import raw_analysis  # noqa: PLC0415

    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    raw_analysis(dump, journey_id=JOURNEY, triggered_by="benchmark", store=store)


@dataclass(frozen=True)
class Point:
    """One kill: what lay in the store then, and what the next job made of it."""

    reached: str
    kept: int
    cached: int
    redone: int
    wrong: tuple[str, ...]


class Scene:
    """A folder with a dump that changes before each point, so that no step is cached."""

    def __init__(self, folder: Path) -> None:
        self.dump, self.store = folder / "dump.sql", FolderStore(folder / "results")
        self._context = get_context("forkserver")
        self._context.set_forkserver_preload(["flows.raw_analysis"])

    def renew(self, number: int) -> None:
        self.dump.write_text(f"{EXAMPLE.read_text()}\n-- point {number}\n")

    def run(self, kill_after: float | None = None) -> int | None:
        """Run a job, killed so many seconds after its number was claimed. Gives its exit code."""
        process = self._context.Process(
            target=analyse, args=(str(self.dump), str(self.store.folder))
        )
        return run_killed(process, self.store, JOURNEY, "raw_analysis", kill_after)

    def length(self) -> float:
        """The seconds that a whole job takes from its start to its end."""
        self.run()
        return self.jobs()[-1].duration_seconds

    def values(self) -> dict[str, str]:
        """The stored values: key and step."""
        heads = {s.key: self.store.get(s.key).split(b"\n")[0] for s in self.store.list("results/")}
        return {key: decode(Head, head).step_id for key, head in heads.items()}

    def jobs(self) -> list[JobRecord]:
        return list(records(self.store, JOURNEY))


def hit(scene: Scene, number: int, seconds: float) -> Point:
    """Kill one job and run it again."""
    scene.renew(number)
    values, jobs = scene.values(), scene.jobs()
    scene.run(seconds)
    kept = {key: step for key, step in scene.values().items() if key not in values}
    killed = [job for job in scene.jobs() if job not in jobs]
    again = scene.run()
    found = scene.jobs()
    steps = {state.step_id: state for state in found[-1].steps}
    open_then = {job.job_id for job in killed if job.status == "running"}
    ends = {(j.status, j.error.category if j.error else "") for j in found if j.job_id in open_then}
    wrong = {
        "the next job did not complete": again != 0 or found[-1].status != "completed",
        "a number is missing": [job.number for job in found] != list(range(1, len(found) + 1)),
        "a killed record is not ended as crashed": not ends <= {("failed", "crashed")},
        "a stored value is gone": not kept.keys() <= scene.values().keys(),
    }
    redone = [step for step in kept.values() if not steps[step].cached]
    cached = sum(state.cached for state in steps.values())
    said = tuple(what for what, is_so in wrong.items() if is_so)
    return Point(_reached(killed, kept), len(kept), cached, len(redone), said)


def _reached(killed: list[JobRecord], kept: dict[str, str]) -> str:
    if not killed:
        return "before its number was claimed"
    if killed[0].status != "running":
        return f"after its record was {killed[0].status}"
    return f"{len(kept)} of 5 values stored"


def print_table(points: list[Point]) -> None:
    print(f"{'killed':<34}{'times':>6}{'kept':>6}{'cached':>8}{'redone':>8}{'wrong':>7}")
    counts: dict[str, Callable[[Point], int]] = {
        "kept": lambda p: p.kept, "cached": lambda p: p.cached, "redone": lambda p: p.redone,
        "wrong": lambda p: len(p.wrong),
    }  # fmt: skip
    for reached in sorted({point.reached for point in points}):
        rows = [point for point in points if point.reached == reached]
        kept, cached, redone, wrong = (sum(map(count, rows)) for count in counts.values())
        print(f"{reached:<34}{len(rows):>6}{kept:>6}{cached:>8}{redone:>8}{wrong:>7}")
    for what, times in sorted(Counter(what for p in points for what in p.wrong).items()):
        print(f"WRONG {times} times: {what}")


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 20250102
    chance = random.Random(seed)  # noqa: S311
    with tempfile.TemporaryDirectory() as folder:
        os.environ["PREFECT_HOME"] = f"{folder}/prefect"
        with running_server(port=free_port()) as api:
            os.environ["PREFECT_API_URL"] = api
            os.environ["PREFECT_LOGGING_LEVEL"] = "CRITICAL"
            scene = Scene(Path(folder))
            scene.renew(-1)
            scene.run()  # the fork server imports
            scene.renew(0)
            length = scene.length()
            print(f"a whole job takes {length:.2f} s; seed {seed}, {count} points")
            points: list[Point] = []
            for number in range(1, count + 1):
                points.append(hit(scene, number, chance.uniform(0, length)))
                late = points[-1].reached == LATE  # this machine is not always equally fast
                length *= 0.8 if late else 1.07
            end = statistics(scene.store, JOURNEY)
    print_table(points)
    print(f"{end.jobs} jobs: {end.completed} completed, {end.failed} failed, "
          f"{end.unfinished} unfinished")  # fmt: skip
    return int(any(point.wrong or point.redone for point in points) or end.unfinished > 0)


if __name__ == "__main__":
    sys.exit(main())
