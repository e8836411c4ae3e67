"""What a kill -9 costs a document: python -m benchmarks.workflow_kills [points] [seed]

A process that runs a workflow document (a chain, a fan, a diamond, a loop with rounds side by
side, a subflow; in turns) against one Prefect server is killed at a random moment between the
claim of its number and its end; then the same call is made again. 200 points by default. Prints,
by document, how many were recovered with the right outputs, how many nodes were in flight when
killed, and how many ran twice. Targets: 99 % recovered, nodes run twice at most those in flight.
"""

from __future__ import annotations

import json
import os
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from benchmarks._killing import run_killed
from deployments.server import running_server
from stageline.codec import decode
from stageline.journey import records, statistics
from stageline.keys import outputs_key
from stageline.results import Head
from stageline.store import FolderStore
from tests.s3.servers import free_port

PLUGINS = str(Path(__file__).resolve().parents[1] / "tests" / "plugins")
JOURNEY, STAGE, SECONDS = "KILLED", "run_workflow", 0.05
Graph = dict[str, Any]


def run(document: str, run_id: str, store: str) -> None:
    """The child: one job, without its console."""
    sys.path.insert(0, PLUGINS)
    from flows.run_workflow import run_workflow  # noqa: PLC0415

    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    run_workflow(json.loads(document), {"run": run_id}, JOURNEY, "benchmark", store)


# --- documents -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Documents:
    """The documents; each node writes its name into ``file``."""

    file: str
    store: FolderStore

    def note(self, name: str, *sources: str, item: str = "") -> Graph:
        value = [{"ref": f"{source}.value"} for source in sources] or [{"ref": "inputs.run"}]
        parameters = {"name": f"{name}{item}", "value": [*value, item], "file": self.file,
                      "seconds": SECONDS}  # fmt: skip
        return {"id": name, "kind": "task", "tool": "note", "parameters": parameters}

    def whole(self, name: str, *nodes: Graph, last: str) -> Graph:
        inputs, outputs = {"run": {"type": "string"}}, {"end": {"ref": last}}
        return {"schema": "workflow/1", "id": name, "nodes": list(nodes), "inputs": inputs,
                "outputs": outputs}  # fmt: skip

    def chain(self) -> Graph:
        nodes = [self.note(f"c{n}", *([f"c{n - 1}"] if n else [])) for n in range(8)]
        return self.whole("chain", *nodes, last="c7.value")

    def fan(self) -> Graph:
        names = [f"f{n}" for n in range(12)]
        nodes = [*map(self.note, names), self.note("together", *names)]
        return self.whole("fan", *nodes, last="together.value")

    def diamond(self) -> Graph:
        nodes = [self.note("a")]
        for n in range(3):
            before = nodes[-1]["id"]
            left, right = self.note(f"l{n}", before), self.note(f"r{n}", before)
            nodes += [left, right, self.note(f"m{n}", f"l{n}", f"r{n}")]
        return self.whole("diamond", *nodes, last="m2.value")

    def loop(self) -> Graph:
        body = [self.note("first", item="${item}"), self.note("second", "first", item="${item}")]
        each = {"id": "each", "kind": "loop", "over": list(range(6)), "max_parallel": 3,
                "nodes": body, "outputs": {"all": {"ref": "second.value"}}}  # fmt: skip
        return self.whole("loop", each, last="each.all")

    def subflow(self) -> Graph:
        from stageline.workflow import check  # noqa: PLC0415 - the tools are known by now
        from stageline.workflow.snapshot import save  # noqa: PLC0415

        digest = save(self.store, check(self.chain()).require())
        inner = {"id": "sub", "kind": "subflow", "document": digest,
                 "inputs": {"run": {"ref": "inputs.run"}}}  # fmt: skip
        after = self.note("after") | {"after": [{"node": "sub"}]}
        return self.whole("subflow", inner, self.note("beside"), after, last="sub.end")

    def all(self) -> list[Graph]:
        return [self.chain(), self.fan(), self.diamond(), self.loop(), self.subflow()]


# --- kills -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Point:
    """One kill, and what the next job made of it."""

    document: str
    reached: str
    in_flight: int
    twice: int
    recovered: bool


class Scene:
    def __init__(self, folder: Path) -> None:
        self.store, self.file = FolderStore(folder / "results"), folder / "ran.txt"
        self._context = get_context("forkserver")
        self._context.set_forkserver_preload(["flows.run_workflow"])

    def run(self, document: Graph, run_id: str, kill_after: float | None = None) -> int | None:
        """Run a job, and kill it so many seconds after its number was claimed."""
        arguments = (json.dumps(document), run_id, str(self.store.folder))
        process = self._context.Process(target=run, args=arguments)
        return run_killed(process, self.store, JOURNEY, STAGE, kill_after)

    def ran(self) -> Counter[str]:
        return Counter(self.file.read_text().split()) if self.file.exists() else Counter()

    def stored(self) -> int:
        """How many values of nodes that write their names are in the store."""
        heads = (self.store.get(s.key).split(b"\n")[0] for s in self.store.list("results/"))
        return sum(decode(Head, head).step_id not in {"each", "sub"} for head in heads)

    def outputs(self) -> Any:
        job = list(records(self.store, JOURNEY))[-1]
        return json.loads(self.store.get(outputs_key(JOURNEY, STAGE, job.job_id)))


def hit(scene: Scene, document: Graph, run_id: str, seconds: float) -> Point:
    """Kill one job, and make the same call again."""
    scene.file.unlink(missing_ok=True)
    stored = scene.stored()
    scene.run(document, run_id, seconds)
    killed = list(records(scene.store, JOURNEY))[-1]
    begun, kept = scene.ran(), scene.stored() - stored
    code = scene.run(document, run_id)
    ended = list(records(scene.store, JOURNEY))[-1]
    good = code == 0 and ended.status == "completed" and run_id in json.dumps(scene.outputs())
    reached = "ended" if killed.status == "completed" else "killed"
    twice = sum(scene.ran().values()) - len(scene.ran())
    return Point(document["id"], reached, sum(begun.values()) - kept, twice, good)


def print_table(points: list[Point]) -> None:
    heads = "      kills  too late  recovered  in flight  twice"
    print(f"document {heads}")
    columns: dict[str, Callable[[Point], int]] = {
        "kills": lambda p: p.reached == "killed", "late": lambda p: p.reached == "ended",
        "recovered": lambda p: p.recovered, "flight": lambda p: p.in_flight,
        "twice": lambda p: p.twice,
    }  # fmt: skip
    for name in [*sorted({point.document for point in points}), "all"]:
        rows = [point for point in points if name in {point.document, "all"}]
        kills, late, recovered, flight, twice = (sum(map(c, rows)) for c in columns.values())
        print(f"{name:<13}{kills:>7}{late:>10}{recovered:>11}{flight:>11}{twice:>7}")


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 20250103
    chance = random.Random(seed)  # noqa: S311
    sys.path.insert(0, PLUGINS)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["PREFECT_HOME"] = f"{folder}/prefect"
        os.environ["PREFECT_LOGGING_LEVEL"] = "CRITICAL"
        with running_server(port=free_port()) as api:
            os.environ["PREFECT_API_URL"] = api
            scene = Scene(Path(folder))
            documents = Documents(str(scene.file), scene.store).all()
            lengths = {d["id"]: _length(scene, d) for d in documents}
            print(f"whole jobs take {lengths}; seed {seed}, {count} points", flush=True)
            points: list[Point] = []
            for number in range(count):
                document = documents[number % len(documents)]
                seconds = chance.uniform(0, lengths[document["id"]])
                points.append(hit(scene, document, f"run-{number}-", seconds))
                late = points[-1].reached == "ended"  # this machine is not always equally fast
                lengths[document["id"]] *= 0.8 if late else 1.04
            end = statistics(scene.store, JOURNEY)
    print_table(points)
    more = [point for point in points if point.twice > point.in_flight]
    recovered = sum(point.recovered for point in points)
    print(f"{recovered} of {count} recovered (target 99 %)")
    print(f"{len(more)} kills after which more nodes ran twice than were in flight (target 0)")
    print(f"{end.unfinished} jobs unfinished")
    return int(recovered < 0.99 * count or bool(more) or end.unfinished > 0)


def _length(scene: Scene, document: Graph) -> float:
    scene.run(document, f"first-{document['id']}")
    scene.run(document, f"second-{document['id']}")
    return round(list(records(scene.store, JOURNEY))[-1].duration_seconds, 2)


if __name__ == "__main__":
    sys.exit(main())
