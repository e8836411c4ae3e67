"""Jobs of documents are found, watched, cancelled, paused, resumed, recovered and reset by id."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from pathlib import Path

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId
from prefect.client.schemas.objects import StateType

from deployments import jobs as control
from flows.run_workflow import run_workflow
from stageline.claims import TooManyAttemptsError
from stageline.errors import InputError, StagelineError
from stageline.journey import records, statistics
from stageline.store import FolderStore
from tests.flows.processes import LONG, until

RUN = """
from flows.run_workflow import run_workflow
print(run_workflow("doc.json", journey_id="J").id)
"""


def value(name: str, values: object, **more: object) -> dict[str, object]:
    return {
        "kind": "task", "id": name, "tool": "set_values", "parameters": {"values": values}, **more
    }  # fmt: skip


def command(name: str, *argv: str, **more: object) -> dict[str, object]:
    return {
        "kind": "task", "id": name, "tool": "run_command", "parameters": {"argv": list(argv)},
        **more,
    }  # fmt: skip


def after(*names: str) -> list[dict[str, str]]:
    return [{"node": name} for name in names]


def document(name: str, *nodes: dict[str, object], **more: object) -> dict[str, object]:
    found = {"schema": "workflow/1", "id": name, "nodes": list(nodes), **more}
    Path("doc.json").write_text(json.dumps(found))
    return found


CHATTY = "echo $$ > {pid}; echo here I am; while true; do sleep 0.1; done"


async def last_message(flow_run: object) -> dict[str, object]:
    """What the stream of a job ends with."""
    async with asyncio.timeout(LONG):
        return [message async for message in control.stream(flow_run)][-1]


def state_of(name: str, flow_run: object) -> StateType | None:
    """The state of a node's task run in Prefect, once it is a final one."""
    wanted = FlowRunFilter(id=FlowRunFilterId(any_=[flow_run]))
    with get_client(sync_client=True) as client:
        (found,) = [r for r in client.read_task_runs(flow_run_filter=wanted) if r.name == name]
    return found.state_type if found.state and found.state.is_final() else None


@pytest.fixture
def gated() -> dict[str, object]:
    """A document whose second node fails until there is a file ``gate``."""
    gate = str(Path("gate").absolute())
    return document(
        "gated",
        value("first", {"n": 1}),
        command("second", "test", "-e", gate, after=after("first")),
        value("third", {"n": 3}, after=after("second")),
        outputs={"n": {"ref": "third.values.n"}},
    )


@pytest.fixture
def endless() -> dict[str, object]:
    """A document whose command goes on for ever, after having said who it is."""
    pid = str(Path("pid").absolute())
    return document(
        "endless",
        value("first", {}),
        command("chat", "sh", "-c", CHATTY.format(pid=pid), after=after("first")),
        value("last", {}, after=after("chat")),
    )


def only(workflow: str, status: str | None = None) -> control.JobInfo | None:
    found = control.jobs(workflow=workflow, status=status)
    return found[0] if found else None


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def failing(document: dict[str, object], journey: str = "J", **options: object) -> control.JobInfo:
    with pytest.raises(StagelineError):
        run_workflow(document, journey_id=journey, **options)
    found = only(str(document["id"]))
    assert found is not None
    return found


def test_a_failed_job_is_found_recovered_and_then_no_longer_recoverable(gated, store) -> None:
    info = failing(gated)
    assert (info.status, info.journey, info.workflow) == ("failed", "J", "gated")
    assert info.flow_run_id in {job.flow_run_id for job in control.failed()}
    assert info.flow_run_id in {job.flow_run_id for job in control.recoverable()}
    assert info.flow_run_id not in {job.flow_run_id for job in control.active()}
    Path("gate").touch()
    assert control.progress(info).job_id == info.id
    job = control.recover(info)
    assert job.outputs == {"n": 3}
    assert [(s.step_id, s.cached) for s in job.record.steps] == [
        ("first", True), ("second", False), ("third", False),
    ]  # fmt: skip
    assert "gated" not in {found.workflow for found in control.recoverable()}
    assert statistics(store, "J").completed == 1
    with pytest.raises(InputError, match="only what failed"):
        control.recover(job)
    again = control.recover(job, from_node="second")
    assert [s.cached for s in again.record.steps] == [True, False, False]


def test_a_job_that_failed_as_often_as_it_may_is_recovered_if_it_may_more_often(gated) -> None:
    info = failing(gated, "M", max_attempts=1)
    Path("gate").touch()
    with pytest.raises(TooManyAttemptsError, match="raise max_attempts"):
        control.recover(info)
    assert control.recover(info, max_attempts=2).outputs == {"n": 3}


def test_wrong_questions_are_refused_by_the_call() -> None:
    for wrong in ("../x", "a\0b", "JOB-1"):
        with pytest.raises(InputError):
            control.live_output(wrong, "a")
    with pytest.raises(InputError, match="no status 'fialed'"):
        control.jobs(status="fialed")


def test_recovery_from_a_node_computes_it_and_what_follows_anew(gated) -> None:
    info = failing(gated)
    Path("gate").touch()
    job = control.recover(info.id, from_node="first", journey="J")
    assert [s.cached for s in job.record.steps] == [False, False, False]
    with pytest.raises(InputError, match="not a node of gated"):
        run_workflow(gated, journey_id="J", refresh_from="nowhere")


def test_a_reset_job_is_computed_anew_and_keeps_its_reports(gated, store) -> None:
    Path("gate").touch()
    job = run_workflow(gated, journey_id="J")
    assert control.reset(job) == 3
    assert control.reset(job) == 0, "nothing is left to forget"
    again = run_workflow(gated, journey_id="J")
    assert [s.cached for s in again.record.steps] == [False, False, False]
    assert [r.status for r in records(store, "J")] == ["completed", "completed"]


def test_a_running_job_is_watched_and_cancelled_with_its_command(start, endless, store) -> None:
    process = start("import os; os.environ['PREFECT_LOGGING_LEVEL'] = 'INFO'" + RUN)
    info = until(lambda: only("endless", "running"))
    until(lambda: Path("pid").exists() and Path("pid").read_text().strip())
    pid = int(Path("pid").read_text())
    assert until(lambda: list(control.live_output(info.flow_run_id, "chat"))) == ["here I am"]
    steps = {s.step_id: s.status for s in control.progress(info.id, "J").steps}
    assert steps == {"first": "completed", "chat": "running", "last": "pending"}
    with pytest.raises(InputError, match="cancel it before"):
        control.reset(info.flow_run_id)
    assert control.cancel(info.id, "J", wait=LONG).status == "cancelled"
    assert not is_alive(pid)
    assert process.wait(LONG) != 0
    (record,) = records(store, "J")
    assert (record.status, record.error.category) == ("cancelled", "cancelled")
    assert until(lambda: state_of("chat", info.flow_run_id)) == StateType.CANCELLED
    with pytest.raises(InputError, match="is cancelled; it cannot be cancelled"):
        control.cancel(info.flow_run_id)


def test_a_paused_job_begins_nothing_and_goes_on_when_resumed(start, store) -> None:
    go = str(Path("go").absolute())
    document(
        "pausing",
        command("wait", "sh", "-c", f"until test -e {go}; do sleep 0.05; done"),
        value("then", {}, after=after("wait")),
    )
    process = start(RUN)
    info = until(lambda: only("pausing", "running"))
    until(lambda: control.progress(info.flow_run_id).steps[0].status == "running")
    assert control.pause(info.flow_run_id).status == "paused"
    until(lambda: [r for r in records(store, "J") if r.status == "paused"])
    Path("go").touch()
    until(lambda: control.progress(info.flow_run_id).steps[0].status == "completed")
    assert control.progress(info.flow_run_id).status == "paused"
    assert control.progress(info.flow_run_id).steps[1].status == "pending"
    with pytest.raises(InputError, match="only a running job can pause"):
        control.pause(info.flow_run_id)
    assert control.resume(info.flow_run_id).status == "running"
    assert process.wait(LONG) == 0, process.stderr.read()
    with pytest.raises(InputError, match="cannot be resumed"):
        control.resume(info.flow_run_id)


def test_a_form_pauses_the_run_refuses_wrong_types_and_takes_right_ones(start, store) -> None:
    form = {
        "who": {"type": "string", "enum": ["ann", "bob"]},
        "share": {"type": "number", "minimum": 0, "default": 0.5},
        "sure": {"type": "boolean"},
    }
    document(
        "approval",
        {"kind": "wait", "id": "ask", "form": form},
        value("then", {"who": {"ref": "ask.who"}, "share": {"ref": "ask.share"}}),
        outputs={"said": {"ref": "then.values"}},
    )
    process = start(
        "from flows.run_workflow import run_workflow; "
        "print(run_workflow('doc.json', journey_id='J').outputs)"
    )
    info = until(lambda: only("approval", "paused"))
    for wrong in (None, {"who": "eve", "sure": True}, {"who": "ann", "sure": "perhaps"},
                  {"who": "ann", "sure": True, "share": -1}):  # fmt: skip
        with pytest.raises(InputError, match="was not resumed"):
            control.resume(info.flow_run_id, wrong)
        assert control.progress(info.flow_run_id).status == "paused"
    for wrong in (["ann"], "ann"):
        with pytest.raises(InputError, match="is a mapping"):
            control.resume(info.flow_run_id, wrong)
    control.resume(info.flow_run_id, {"who": "ann", "sure": True})
    said, errors = process.communicate(timeout=LONG)
    assert said.strip() == "{'said': {'share': 0.5, 'who': 'ann'}}", errors


def test_a_job_that_waits_for_an_answer_can_be_cancelled(start) -> None:
    document("silent", {"kind": "wait", "id": "ask", "form": {"x": {"type": "integer"}}})
    process = start(RUN)
    info = until(lambda: only("silent", "paused"))
    assert control.cancel(info.flow_run_id, wait=LONG).status == "cancelled"
    assert process.wait(LONG) != 0


def test_a_job_killed_while_it_waited_for_an_answer_is_ended(start, store) -> None:
    document("silent", {"kind": "wait", "id": "ask", "form": {"x": {"type": "integer"}}})
    process = start(RUN)
    info = until(lambda: only("silent", "paused"))
    until(lambda: [r for r in records(store, "J") if r.status == "paused"])
    process.kill()
    process.wait()
    assert only("silent").status == "failed"
    assert control.cancel(info.flow_run_id).status == "failed"
    (record,) = records(store, "J")
    assert (record.status, record.error.category) == ("failed", "crashed")


def test_a_killed_job_is_told_failed_and_recovered(start, endless, store) -> None:
    process = start(RUN)
    info = until(lambda: only("endless", "running"))
    until(lambda: Path("pid").exists() and Path("pid").read_text().strip())
    pid = int(Path("pid").read_text())
    process.send_signal(signal.SIGKILL)
    process.wait()
    until(lambda: not is_alive(pid))
    assert only("endless").status == "failed"
    assert asyncio.run(last_message(info.flow_run_id))["status"] == "failed"
    changed = document("endless", *endless["nodes"][:1], command("chat", "true"))
    Path("doc.json").write_text(json.dumps(changed))
    assert control.cancel(info.flow_run_id).status == "failed"
    (record,) = records(store, "J")
    assert (record.status, record.error.category) == ("failed", "crashed")
    job = run_workflow(changed, journey_id="J")
    assert [s.cached for s in job.record.steps] == [True, False]


def test_what_is_no_job_is_refused_and_two_of_one_name_are_told(gated) -> None:
    Path("gate").touch()
    one = run_workflow(gated, journey_id="ONE")
    for wrong in ("JOB-1", "../x", "JOB-999-20200101000000", "x" * 5000):
        with pytest.raises(InputError):
            control.progress(wrong)
    with get_client(sync_client=True) as client:
        made = client.create_flow_run(
            run_workflow, name=one.id, tags=["stage:run_workflow", "journey:TWO"],
            parameters={"document": "x"},
        )  # fmt: skip
    # Two of ours, and those of other tests that began in the same second.
    with pytest.raises(InputError, match=r"There are [2-9] jobs"):
        control.progress(one.id)
    assert control.progress(one.id, "ONE").status == "completed"
    assert control.cancel(made.id).status == "cancelled", "a run that has not begun"
    with get_client(sync_client=True) as client:
        assert client.read_flow_run(made.id).state.type == StateType.CANCELLED


def test_the_store_of_a_job_is_found_from_another_folder(gated, tmp_path, monkeypatch) -> None:
    info = failing(gated)
    other = tmp_path / "elsewhere"
    other.mkdir()
    Path("gate").touch()
    monkeypatch.chdir(other)
    assert control.recover(info.flow_run_id).outputs == {"n": 3}
    assert not (other / "results").exists()
    assert len(list(records(FolderStore(tmp_path / "results"), "J"))) == 2
