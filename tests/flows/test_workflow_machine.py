"""Start, cancel, pause, resume, kill, recover and reset in any order, against a model.

The document has three nodes in a row: ``first`` notes that it ran, ``gate`` runs a command until
it is told how to end, ``last`` notes that it ran. Jobs run in processes of their own, which are
forked from one that has imported everything.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from deployments import jobs as control
from stageline.errors import InputError
from stageline.journey import records
from stageline.store import FolderStore
from tests.conftest import PLUGINS
from tests.flows.graphs import cached, graph
from tests.flows.processes import LONG, until

WAIT = "echo gate >> ran.txt; while [ ! -e told ]; do sleep 0.05; done; exit $(cat told)"


def work(api: str, folder: str, journey: str, document: dict[str, Any]) -> None:
    """The process of one job."""
    from prefect.settings import PREFECT_API_URL, temporary_settings  # noqa: PLC0415

    from flows.run_workflow import run_workflow  # noqa: PLC0415

    os.chdir(folder)
    sys.path.insert(0, str(PLUGINS))
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    with temporary_settings({PREFECT_API_URL: api}):
        run_workflow(document, journey_id=journey, max_attempts=100)


@dataclass
class Model:
    """What ought to be: the statuses of all jobs, the nodes whose values are kept, and how
    often each node has begun."""

    statuses: list[str]
    kept: set[str]
    begun: Counter[str]

    @property
    def latest(self) -> str:
        return self.statuses[-1] if self.statuses else "none"

    def begin(self) -> None:
        """A job begins: what is kept is served; the gate is outside, so each job looks at it."""
        self.statuses.append("running")
        if "first" not in self.kept:
            self.begun["first"] += 1
            self.kept.add("first")
        self.begun["gate"] += 1

    def complete(self) -> None:
        if "last" not in self.kept:
            self.begun["last"] += 1
        self.kept.add("last")
        self.statuses[-1] = "completed"


class Control(RuleBasedStateMachine):
    """The rules. ``api`` is set by the test."""

    api = ""

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="machine-"))
        self.journey = f"J{uuid4().hex[:8]}"
        self.model = Model([], set(), Counter())
        self.process: Any = None
        here = str(self.folder)
        gate = {"argv": ["sh", "-c", WAIT], "cwd": here}
        nodes = [("first", "note", {"name": "first", "file": f"{here}/ran.txt"}),
                 ("gate", "run_command", gate),
                 ("last", "note", {"name": "last", "file": f"{here}/ran.txt"})]  # fmt: skip
        self.document = graph(
            *({"id": name, "kind": "task", "tool": tool, "parameters": parameters}
              for name, tool, parameters in nodes)
        )  # fmt: skip
        for before, node in zip(self.document["nodes"], self.document["nodes"][1:], strict=False):
            node["after"] = [{"node": before["id"]}]
        os.chdir(here)

    def teardown(self) -> None:
        if self.process is not None and self.process.is_alive():
            self.process.kill()
            self.process.join()
        os.chdir("/")
        shutil.rmtree(self.folder, ignore_errors=True)

    # --- what is ---

    @property
    def job(self) -> control.JobInfo:
        return control.jobs(journey=self.journey)[0]

    def ran(self) -> Counter[str]:
        file = self.folder / "ran.txt"
        return Counter(file.read_text().split()) if file.exists() else Counter()

    def tell(self, code: int) -> None:
        (self.folder / "told").write_text(str(code))

    def is_(self, *statuses: str) -> bool:
        return self.model.latest in statuses

    def end(self, status: str) -> None:
        """The process ends, and everybody says the same."""
        self.process.join(LONG)
        assert not self.process.is_alive()
        self.model.statuses[-1] = status
        self.compare()

    def compare(self) -> None:
        store = FolderStore(self.folder / "results")
        found = list(records(store, self.journey))
        assert [record.status for record in found] == self.model.statuses
        told = [info.status for info in control.jobs(journey=self.journey)]
        assert told[::-1] == self.model.statuses
        assert self.ran() == self.model.begun

    # --- rules ---

    @precondition(lambda self: not self.is_("running", "paused"))
    @rule()
    def start(self) -> None:
        (self.folder / "told").unlink(missing_ok=True)
        context = get_context("forkserver")
        context.set_forkserver_preload(["flows.run_workflow"])
        given = (self.api, str(self.folder), self.journey, self.document)
        self.process = context.Process(target=work, args=given)
        self.process.start()
        self.model.begin()
        until(lambda: self.ran()["gate"] == self.model.begun["gate"], LONG)
        self.compare()

    @precondition(lambda self: self.is_("running"))
    @rule()
    def complete(self) -> None:
        self.tell(0)
        self.model.complete()
        self.end("completed")

    @precondition(lambda self: self.is_("running"))
    @rule()
    def fail(self) -> None:
        self.tell(3)
        self.end("failed")

    @precondition(lambda self: self.is_("running"))
    @rule()
    def kill(self) -> None:
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.join(LONG)
        assert self.job.status == "failed"
        with pytest.raises(InputError):
            control.pause(self.job.id, self.journey)
        (info,) = [info for info in control.recoverable() if info.journey == self.journey]
        assert info.id == self.job.id
        control.reset(info.id, self.journey)  # which ends its record
        self.model.kept.clear()
        self.end("failed")

    @precondition(lambda self: self.is_("running", "paused"))
    @rule()
    def cancel(self) -> None:
        assert control.cancel(self.job.id, self.journey, wait=LONG).status == "cancelled"
        self.end("cancelled")

    @precondition(lambda self: self.is_("running"))
    @rule()
    def pause(self) -> None:
        assert control.pause(self.job.id, self.journey).status == "paused"
        until(lambda: control.progress(self.job.id, self.journey).status == "paused", LONG)
        self.model.statuses[-1] = "paused"
        self.compare()

    @precondition(lambda self: self.is_("paused"))
    @rule()
    def resume(self) -> None:
        control.resume(self.job.id, journey=self.journey)
        until(lambda: control.progress(self.job.id, self.journey).status == "running", LONG)
        self.model.statuses[-1] = "running"
        self.compare()

    @precondition(lambda self: self.is_("failed", "cancelled"))
    @rule()
    def recover(self) -> None:
        self.tell(0)
        expected = {name: name in self.model.kept for name in ("first", "gate", "last")}
        job = control.recover(self.job.id, journey=self.journey)
        assert cached(job.record) == expected  # type: ignore[union-attr]
        self.model.begin()
        self.model.complete()
        self.compare()

    @precondition(lambda self: self.is_("completed", "failed", "cancelled"))
    @rule()
    def reset(self) -> None:
        control.reset(self.job.id, self.journey)
        self.model.kept.clear()
        self.compare()

    @precondition(lambda self: not self.is_("none"))
    @rule()
    def what_cannot_be_is_refused(self) -> None:
        """No verb has an effect on a job that is not in a state for it."""
        refused = {
            "running": (control.recover, control.reset),
            "paused": (control.pause, control.recover, control.reset),
            "completed": (control.cancel, control.pause, control.resume, control.recover),
            "failed": (control.cancel, control.pause, control.resume),
            "cancelled": (control.cancel, control.pause, control.resume),
        }[self.model.latest]
        for verb in refused:
            with pytest.raises(InputError):
                verb(self.job.id, journey=self.journey)
        self.compare()


def test_control_follows_its_model(api: str, toy_tools: None) -> None:
    Control.api = api
    checks = [HealthCheck.too_slow, HealthCheck.filter_too_much]
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Control,
        settings=settings(
            max_examples=4, stateful_step_count=7, derandomize=True, deadline=None,
            database=None, suppress_health_check=checks, phases=[Phase.generate],
        ),
    )  # fmt: skip
