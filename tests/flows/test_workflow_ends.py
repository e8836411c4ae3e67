"""How nodes and jobs of documents end before they are done: timeouts, cancels, forms, kills."""

from __future__ import annotations

import json
import os
import signal
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import StateType
from prefect.client.schemas.responses import SetStateStatus
from prefect.states import Cancelling, Crashed, Paused, Running, Scheduled

from flows.run_workflow import run_workflow
from stageline.errors import InputError, StagelineError, StepTimeoutError
from stageline.journey import records, statistics
from stageline.keys import outputs_key
from stageline.workflow import check
from stageline.workflow.snapshot import save
from tests.flows.graphs import (
    OF_RUN,
    RUN,
    cached,
    graph,
    last,
    ran,
    ref,
    statuses,
    task,
    text_of,
    work,
)
from tests.flows.processes import LONG, only, reached, until
from tests.flows.test_processes import set_state, state_of
from tests.flows.toys import behave

pytestmark = pytest.mark.usefixtures("toy_tools")


def run(document: Any, inputs: dict[str, Any] | None = None, **more: Any) -> Any:
    return run_workflow(document, inputs, journey_id="JRN", **more)


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"


def pid_in(file: str) -> int:
    def look() -> int:
        text = Path(file).read_text().strip() if Path(file).exists() else ""
        return int(text or 0)

    return until(look, LONG)


def sleeper(name: str, file: str, **node: Any) -> Any:
    """A command that writes its pid and sleeps, with a child that does the same."""
    script = f"(echo $BASHPID > {file}.child; exec sleep 600) & echo $$ > {file}; sleep 600"
    return task(name, "run_command", node=node, argv=["bash", "-c", script], cwd=str(Path.cwd()))


# --- timeouts --------------------------------------------------------------------------------


def test_a_tool_in_a_process_of_its_own_is_killed_when_its_time_is_up(store):
    document = graph(task("hang", "hang", node={"timeout": 2}, file=str(Path("pid").absolute())))
    with pytest.raises(StepTimeoutError, match="hang"):
        run(document)
    assert is_gone(pid_in("pid"))
    assert last(store).error.category == "timeout"


def test_a_command_is_killed_with_its_children_when_its_time_is_up(store):
    with pytest.raises(StepTimeoutError, match=r"more than 1.5 seconds"):
        run(graph(sleeper("cmd", "pid", timeout=1.5)))
    until(lambda: is_gone(pid_in("pid")) and is_gone(pid_in("pid.child")))


def test_a_tool_that_listens_is_stopped_and_its_timeout_handled(store):
    document = graph(
        task("nap", "sleep", node={"timeout": 0.2, "on_error": "continue"}, seconds=600),
        work("then", ref("nap.error.category")),
        outputs={"why": ref("then.value")},
    )
    assert run(document).outputs == {"why": "timeout"}
    assert statuses(last(store))["nap"] == "failed"


def test_a_time_that_is_up_is_tried_again_only_if_asked(store):
    nap = task("nap", "sleep", seconds=600)
    for more, tries in (({}, 1), ({"retry": {"attempts": 2, "delay": 0.01}}, 2)):
        with pytest.raises(StepTimeoutError):
            run(graph(nap | {"timeout": 0.1} | more, id=f"d{tries}"))
        assert last(store).steps[0].tries == tries


def test_a_tool_that_hears_nothing_is_given_up_and_the_job_goes_on(start, store):
    document = graph(
        task("deaf", "stuck", node={"timeout": 0.2, "on_error": "ignore"}, file="go"),
        work("other", after="deaf", join="always"),
    )
    process = start(RUN, text_of(document))
    record = until(lambda: next((r for r in records(store, "JRN") if r.ended_at), None), LONG)
    assert not Path("go").exists(), "the job ended before the tool did"
    assert statuses(record) == {"deaf": "failed", "other": "completed"}
    assert record.status == "completed"
    Path("go").touch()
    _, errors = process.communicate(timeout=LONG)
    assert process.returncode == 0, errors


def test_a_loop_ends_with_all_that_runs_inside_when_its_time_is_up(store):
    loop = {"id": "each", "kind": "loop", "over": [1, 2], "timeout": 1.5, "on_error": "ignore",
            "nodes": [sleeper("cmd", "pid")]}  # fmt: skip
    document = graph(loop, work("then", after="each", join="always"),
                     outputs={"why": ref("each.error.category")})  # fmt: skip
    assert run(document).outputs == {"why": "timeout"}
    assert is_gone(pid_in("pid"))
    assert statuses(last(store))["each"] == "failed"
    assert "cmd[1]" not in statuses(last(store))


# --- waits -----------------------------------------------------------------------------------


def test_waits_last_and_are_not_waited_again_in_a_recovery(store):
    behave(then="fail")
    past = (datetime.now(UTC) - timedelta(days=1)).isoformat()
    soon = (datetime.now(UTC) + timedelta(seconds=1)).isoformat()
    document = graph(
        {"id": "pause", "kind": "wait", "seconds": 0.5},
        {"id": "past", "kind": "wait", "until": past},
        {"id": "soon", "kind": "wait", "until": soon},
        work("then", after="pause past soon"),
        outputs={"soon": ref("soon.until")},
    )
    began = time.time()
    with pytest.raises(InputError):
        run(document)
    assert time.time() >= began + 0.5, "it waited"
    behave()
    job = run(document)
    assert dict.fromkeys(("pause", "past", "soon"), True).items() <= cached(job.record).items()
    assert job.outputs == {"soon": soon}
    assert not cached(run(document).record)["pause"], "a new job waits anew"


def test_each_round_and_each_subflow_waits_for_itself(store):
    inner = graph({"id": "rest", "kind": "wait", "seconds": 0.01})
    digest = save(store, check(inner).require())
    loop = {"id": "each", "kind": "loop", "over": [1, 2],
            "nodes": [{"id": "pause", "kind": "wait", "seconds": 0.01}]}  # fmt: skip
    subs = ({"id": name, "kind": "subflow", "document": digest} for name in ("s", "t"))
    document = graph(loop, *subs, work("then", after="each s t"))
    behave(then="fail")
    with pytest.raises(InputError):
        run(document)
    waits = {"pause[0]", "pause[1]", "s.rest", "t.rest"}
    assert {name: cached(last(store))[name] for name in waits} == dict.fromkeys(waits, False)
    behave()
    found = cached(run(document).record)
    assert {name: found[name] for name in waits} == dict.fromkeys(waits, True)


@pytest.mark.parametrize(
    ("wait", "message"),
    [
        ({"seconds": ref("inputs.o.s")}, "must be a number"),
        ({"until": ref("inputs.x")}, "must be a time"),
        ({"until": ref("inputs.y")}, "add a time zone"),
        ({"seconds": ref("inputs.n")}, "at most 31,536,000"),
        ({"until": ref("inputs.z")}, "must be a time"),
        ({"seconds": 600, "timeout": 0.2}, "more than 0.2 seconds"),
    ],
)
def test_a_wait_for_what_is_no_time_or_for_too_long_fails(wait, message):
    inputs = {"x": {"type": "string", "default": "x"},
              "o": {"type": "object", "default": {"s": "long"}},
              "y": {"type": "string", "default": "2030-01-01T00:00:00"},
              "n": {"type": "number", "default": 1e300},
              "z": {"type": "string", "default": "0001-01-01T00:00:00+14:00"}}  # fmt: skip
    document = graph({"id": "w", "kind": "wait", **wait}, inputs=inputs)
    with pytest.raises(StagelineError, match=message):
        run(document)


# --- forms -----------------------------------------------------------------------------------

FORM = {
    "ok": {"type": "boolean", "title": "Good?"},
    "level": {"type": "integer", "minimum": 1, "maximum": 5, "default": 3},
    "color": {"type": "string", "enum": ["red", "blue"], "default": "red"},
}
APPROVAL = graph(
    work("before"),
    {"id": "approve", "kind": "wait", "form": FORM, "after": [{"node": "before"}]},
    work("then", [ref("approve.ok"), ref("approve.level"), ref("approve.color")]),
    outputs={"answer": ref("then.value")},
)  # fmt: skip


def paused(store: Any) -> Any:
    """The paused state of the latest job, once its form is shown and its record says so."""

    def look() -> Any:
        found = list(records(store, "JRN"))
        if not found or found[-1].status != "paused":
            return None
        state = state_of(found[-1])
        return state if state and state.type == StateType.PAUSED else None

    return until(look, LONG)


def answer(store: Any, **fields: Any) -> SetStateStatus:
    with get_client(sync_client=True) as client:
        return client.resume_flow_run(last(store).flow_run_id, run_input=fields).status


def test_a_form_pauses_the_run_is_shown_typed_and_refuses_wrong_answers(start, store):
    process = start(RUN, text_of(APPROVAL))
    state = paused(store)
    assert only(store).status == "paused"
    keyset = state.state_details.run_input_keyset
    with get_client(sync_client=True) as client:
        found = client.read_flow_run_input(only(store).flow_run_id, keyset["schema"])
        schema = json.loads(found) if isinstance(found, str | bytes) else found
    fields = schema["properties"]
    assert schema["required"] == ["ok"]
    assert (fields["ok"]["type"], fields["ok"]["title"]) == ("boolean", "Good?")
    assert fields["color"]["default"] == "red"
    for wrong in ({}, {"ok": "perhaps"}, {"ok": True, "level": 9}, {"ok": True, "color": "green"}):
        assert answer(store, **wrong) == SetStateStatus.REJECT, wrong
        assert state_of(only(store)).type == StateType.PAUSED
    assert ran() == ["before"]
    assert answer(store, ok=True, level=2) == SetStateStatus.ACCEPT
    said, errors = process.communicate(timeout=LONG)
    assert process.returncode == 0, errors
    assert said.split() == [only(store).job_id, "completed"]
    assert set(statuses(only(store)).values()) == {"completed"}
    outputs = store.get(outputs_key("JRN", "run_workflow", only(store).job_id))
    assert json.loads(outputs) == {"answer": [True, 2, "red"]}


def test_an_answer_is_kept_for_a_recovery_and_asked_for_in_a_new_job(start, store):
    behave(then="fail")
    process = start(RUN, text_of(APPROVAL))
    paused(store)
    answer(store, ok=False)
    process.communicate(timeout=LONG)
    assert last(store).status == "failed"
    behave()
    job = run(APPROVAL)
    assert cached(job.record)["approve"]
    assert job.outputs == {"answer": [False, 3, "red"]}
    start(RUN, text_of(APPROVAL))
    paused(store)
    assert statistics(store, "JRN").jobs == 3


def test_each_round_asks_for_an_answer_of_its_own(start, store):
    loop = {"id": "each", "kind": "loop", "over": [1, 2], "outputs": {"oks": ref("approve.ok")},
            "nodes": [{"id": "approve", "kind": "wait", "form": FORM}]}  # fmt: skip
    process = start(RUN, text_of(graph(loop, outputs={"oks": ref("each.oks")})))
    first = paused(store).state_details.pause_key
    answer(store, ok=True)
    until(lambda: (s := paused(store)) and s.state_details.pause_key != first, LONG)
    answer(store, ok=False)
    _, errors = process.communicate(timeout=LONG)
    assert process.returncode == 0, errors
    outputs = store.get(outputs_key("JRN", "run_workflow", only(store).job_id))
    assert json.loads(outputs) == {"oks": [True, False]}


def test_a_form_that_nobody_answers_times_out_into_its_on_error(store):
    approve = {"id": "approve", "kind": "wait", "form": FORM, "timeout": 1, "on_error": "continue"}
    document = graph(approve, work("then", ref("approve.error.category")),
                     outputs={"why": ref("then.value"), "ok": ref("approve.ok")})  # fmt: skip
    assert run(document).outputs == {"why": "timeout", "ok": None}
    assert statuses(last(store))["approve"] == "failed"
    assert state_of(last(store)).type == StateType.COMPLETED


def test_a_form_in_a_loop_is_shown_and_heeds_the_time_of_the_loop(store):
    loop = {"id": "each", "kind": "loop", "over": [1], "timeout": 2, "on_error": "continue",
            "nodes": [{"id": "approve", "kind": "wait", "form": FORM}]}  # fmt: skip
    document = graph(loop, outputs={"why": ref("each.error.category")})
    assert run(document).outputs == {"why": "timeout"}


def test_a_form_is_shown_while_a_wait_lasts_and_again_when_that_is_over(start, store):
    document = graph(
        {"id": "approve", "kind": "wait", "form": FORM},
        {"id": "rest", "kind": "wait", "seconds": 6},
        work("then", after="rest"),
        outputs={"ok": ref("approve.ok")},
    )
    process = start(RUN, text_of(document))
    paused(store)
    assert ran() == []
    until(lambda: ran() == ["then"])
    paused(store)
    assert answer(store, ok=True) == SetStateStatus.ACCEPT
    said, errors = process.communicate(timeout=LONG)
    assert said.split() == [only(store).job_id, "completed"], errors
    assert set(statuses(only(store)).values()) == {"completed"}


def test_a_resume_without_an_answer_shows_the_form_again(start, store):
    process = start(RUN, text_of(APPROVAL))
    first = paused(store).state_details.pause_key
    set_state(only(store), Running())

    def again() -> Any:
        state = state_of(only(store))
        return state.type == StateType.PAUSED and state.state_details.pause_key != first

    until(again, LONG)
    answer(store, ok=True)
    _, errors = process.communicate(timeout=LONG)
    assert process.returncode == 0, errors
    assert only(store).status == "completed"


# --- cancel, pause, interrupt ----------------------------------------------------------------


def cancel(store: Any) -> None:
    set_state(only(store), Cancelling(message="enough"))


def is_cancelled(store: Any) -> bool:
    return only(store).status == "cancelled"


def test_a_cancel_reaches_a_command_of_a_directly_called_flow_and_stays(start, store):
    process = start(RUN, text_of(graph(sleeper("cmd", "pid"), work("then", after="cmd"))))
    pids = [pid_in("pid"), pid_in("pid.child")]
    cancel(store)
    until(lambda: all(map(is_gone, pids)))
    _, errors = process.communicate(timeout=LONG)
    assert process.returncode != 0
    assert "enough" in errors
    record = only(store)
    assert (record.status, record.error.category) == ("cancelled", "cancelled")
    assert statuses(record) == {"cmd": "cancelled", "then": "cancelled"}
    assert state_of(record).type == StateType.CANCELLED
    assert statistics(store, "JRN").cancelled == 1
    set_state_softly(record, Running())
    assert only(store).status == "cancelled", "the record is what counts, and ends once"


def set_state_softly(record: Any, state: Any) -> None:
    with get_client(sync_client=True) as client:
        client.set_flow_run_state(record.flow_run_id, state)


def test_a_cancel_reaches_the_pause_between_two_tries(start, store):
    behave(no="fail")
    process = start(RUN, text_of(graph(work("no", retry={"attempts": 5, "delay": 3_600}))))
    until(lambda: reached("no"), LONG)
    cancel(store)
    until(lambda: is_cancelled(store))
    process.communicate(timeout=LONG)
    assert ran() == ["no"]


def test_a_cancel_reaches_a_job_that_waits_and_one_whose_form_is_shown(start, store):
    process = start(RUN, text_of(APPROVAL))
    paused(store)
    cancel(store)
    process.communicate(timeout=LONG)
    assert is_cancelled(store)
    assert state_of(only(store)).type == StateType.CANCELLED
    assert statuses(only(store))["then"] == "cancelled"


def test_ctrl_c_cancels_the_job_and_kills_its_command(start, store):
    process = start(RUN, text_of(graph(sleeper("cmd", "pid"))))
    pid = pid_in("pid")
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=LONG)
    assert process.returncode != 0
    assert is_gone(pid)
    assert is_cancelled(store)
    assert state_of(only(store)).type == StateType.CANCELLED


def test_a_paused_job_begins_no_node_until_it_is_resumed(start, store):
    behave(a="wait")
    process = start(RUN, text_of(graph(work("a"), work("b", after="a"))))
    until(lambda: reached("a"), LONG)
    set_state(only(store), Paused(timeout_seconds=300))
    until(lambda: only(store).status == "paused")
    Path("go").touch()
    time.sleep(1)
    assert not reached("b")
    set_state(only(store), Running())
    _, errors = process.communicate(timeout=LONG)
    assert process.returncode == 0, errors
    assert only(store).status == "completed"


# --- kills and races -------------------------------------------------------------------------


def test_a_killed_job_is_recovered_and_only_what_was_in_flight_runs_twice(start, store):
    behave(b="die")
    document = graph(work("a"), work("b", after="a"), work("c", after="b"))
    process = start(RUN, text_of(document))
    process.communicate(timeout=LONG)
    assert process.returncode == -signal.SIGKILL
    behave()
    job = run(document)
    killed, recovered = records(store, "JRN")
    assert (killed.status, killed.error.category) == ("failed", "crashed")
    assert recovered.status == job.status == "completed"
    assert Counter(ran()) == {"a": 1, "b": 2, "c": 1}


def test_a_killed_job_leaves_no_command_running(start, store):
    process = start(RUN, text_of(graph(sleeper("cmd", "pid"))))
    pids = [pid_in("pid"), pid_in("pid.child")]
    process.kill()
    process.wait()
    until(lambda: all(map(is_gone, pids)), LONG)


def test_of_two_processes_with_one_flow_run_one_runs_and_a_retry_keeps_the_job(start, store):
    behave(b="wait")
    document = graph(work("a"), work("b", after="a"))
    with get_client(sync_client=True) as client:
        flow_run = client.create_flow_run(run_workflow, parameters={"document": "x"})
    racers = [start(OF_RUN, str(flow_run.id), text_of(document)) for _ in range(2)]
    assert all(racer.stdout.readline() == "ready\n" for racer in racers)
    for racer in racers:
        racer.stdin.write("go\n")
        racer.stdin.flush()
    stopped = until(lambda: next((r for r in racers if r.poll() is not None), None), LONG)
    (running,) = [racer for racer in racers if racer is not stopped]
    assert "is already running as JOB-001-" in stopped.communicate()[1]
    until(lambda: reached("b"), LONG)
    assert state_of(only(store)).type == StateType.RUNNING
    running.kill()
    running.communicate()
    assert Counter(ran())["a"] == 1

    behave()
    set_state(only(store), Crashed())
    set_state(only(store), Scheduled())
    again = start(OF_RUN, str(flow_run.id), text_of(document))
    said, errors = again.communicate("go\n", timeout=LONG)
    assert again.returncode == 0, errors
    record = only(store)
    assert said.split()[-1] == record.job_id
    assert (record.status, record.attempts) == ("completed", 2)
    assert cached(record)["a"]
