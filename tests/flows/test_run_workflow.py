"""Workflow documents run as Prefect tasks: order, names, skips, failures, cache, inputs."""

from __future__ import annotations

import json
import os
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId
from prefect.client.schemas.objects import TaskRun

from flows.run_workflow import run_workflow
from stageline import results
from stageline.codec import decode
from stageline.errors import InputError, StagelineError, ToolError
from stageline.job import StepLog, StepReport
from stageline.journey import records, statistics
from stageline.keys import log_key, outputs_key, page_key, report_key
from stageline.step import Findings
from stageline.workflow import Inputs, check
from stageline.workflow.document import Retry
from stageline.workflow.snapshot import save
from tasks.workflow.node import pause_after
from tasks.workflow.request import InvalidDocumentError
from tests.flows import toys
from tests.flows.graphs import cached, graph, last, ran, ref, statuses, task, work
from tests.flows.toys import behave

pytestmark = pytest.mark.usefixtures("toy_tools")


def run(document: Any, inputs: dict[str, Any] | None = None, **more: Any) -> Any:
    return run_workflow(document, inputs, journey_id="JRN", **more)


def task_runs(record: Any, count: int) -> dict[str, tuple[str, str]]:
    """Type and name of the states of all task runs, once there are so many: they reach the
    server through a queue."""
    return {r.name: (r.state.type.value, r.state.name) for r in ended_runs(record, count)}


def ended_runs(record: Any, count: int) -> list[TaskRun]:
    wanted = FlowRunFilter(id=FlowRunFilterId(any_=[record.flow_run_id]))
    with get_client(sync_client=True) as client:
        for _ in range(300):
            found = client.read_task_runs(flow_run_filter=wanted)
            ended = [r for r in found if r.state and r.state.is_final()]
            if len(ended) >= count:
                break
            time.sleep(0.1)
    return ended


def count_flow_runs() -> int:
    with get_client(sync_client=True) as client:
        return int(client.request("POST", "/flow_runs/count", json={}).json())


CHAIN = graph(
    work("c", ref("b.value")),
    work("b", "<${a.value}>"),
    work("a", ref("inputs.x")),
    inputs={"x": {"type": "integer"}},
    outputs={"all": [ref("a.value"), ref("c.value")]},
)


# --- the run ---------------------------------------------------------------------------------


def test_nodes_run_in_the_order_of_their_references_whatever_the_documents(store):
    job = run(CHAIN, {"x": 3})
    assert ran() == ["a", "b", "c"]
    assert job.outputs == {"all": [3, "<3>"]}
    assert job.values["b"] == {"value": "<3>"}
    stored = json.loads(store.get(outputs_key("JRN", "run_workflow", job.id)))
    assert stored == job.outputs
    assert statuses(job.record) == {"a": "completed", "b": "completed", "c": "completed"}
    assert set(task_runs(job.record, 3)) == {"a", "b", "c"}


def test_prefect_gets_the_digests_of_document_and_inputs_only(store):
    job = run(CHAIN, {"x": 4711})
    with get_client(sync_client=True) as client:
        parameters = client.read_flow_run(job.record.flow_run_id).parameters
    assert set(parameters["inputs"]) == {"$inputs"}
    assert len(parameters["document"]) == 64
    assert "4711" not in json.dumps(parameters)
    assert job.record.parameters["workflow"] == "doc"


def test_at_most_so_many_nodes_run_side_by_side_in_few_threads():
    names = [f"n{number}" for number in range(9)]
    behave(**dict.fromkeys(names, "chat"))
    toys.AT_WORK.update(most=0)
    threads = Threads()
    with threads:
        run(graph(*(work(name) for name in names)), max_parallel=3)
    assert 1 < toys.AT_WORK["most"] <= 3
    assert threads.most <= 3 + 20


class Threads:
    """Counts the threads that there are more than at first."""

    def __enter__(self) -> None:
        self.most, self.over, before = 0, threading.Event(), threading.active_count()

        def look() -> None:
            while not self.over.wait(0.005):
                self.most = max(self.most, threading.active_count() - before - 1)

        self.thread = threading.Thread(target=look)
        self.thread.start()

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.thread.join()


@pytest.mark.parametrize("wrong", [0, 65, -1])
def test_a_wrong_max_parallel_is_refused(wrong, store):
    with pytest.raises(InputError):
        run(graph(work("a")), max_parallel=wrong)
    assert ran() == []


def test_rounds_are_named_after_their_node_and_number():
    document = graph(
        {"id": "each", "kind": "loop", "over": [5, 6], "max_parallel": 2,
         "outputs": {"all": ref("inner.value")}, "nodes": [
             work("inner", ref("item")),
             {"id": "deep", "kind": "loop", "until": "index == 1", "limit": 3,
              "nodes": [work("bottom", {"expr": "index"})]}]},
        outputs={"all": ref("each.all"), "count": ref("each.count")},
    )  # fmt: skip
    job = run(document)
    assert job.outputs == {"all": [5, 6], "count": 2}
    names = {"each", "inner[0]", "inner[1]", "deep[0]", "deep[1]", *(
        f"bottom[{outer}][{inner}]" for outer in (0, 1) for inner in (0, 1))}  # fmt: skip
    assert set(statuses(job.record)) == names
    assert set(task_runs(job.record, len(names))) == names
    assert job.values["bottom[1][0]"] == {"value": 0}


def test_a_loop_goes_through_two_hundred_rounds_with_its_state():
    document = graph(
        {"id": "count", "kind": "loop", "until": "state.n >= 200", "limit": 500,
         "state": {"n": 0}, "next": {"n": {"expr": "state.n + 1"}},
         "nodes": [task("step", "set_values", values={"n": ref("state.n")})]},
        outputs={"n": ref("count.n"), "count": ref("count.count")},
    )  # fmt: skip
    job = run(document)
    assert job.outputs == {"n": 200, "count": 200}
    assert statuses(job.record)["step[199]"] == "completed"


# --- skips, failures, retries ----------------------------------------------------------------


def test_a_skipped_node_is_final_in_record_and_prefect_and_says_why(store):
    document = graph(
        {"id": "way", "kind": "branch", "cases": [{"name": "left", "when": "inputs.go"}],
         "default": "right"},
        work("left") | {"after": [{"node": "way", "on": "case", "case": "left"}]},
        work("right") | {"after": [{"node": "way", "on": "case", "case": "right"}]},
        work("off", when="way.case == 'nothing'"),
        work("behind", ref("left.value")),
        work("first", after="left right", join="any"),
        work("needy", when="left.value is None"),
        inputs={"go": {"type": "boolean"}}, outputs={"left": ref("left.value")},
    )  # fmt: skip
    job = run(document, {"go": False})
    assert statuses(job.record) == {
        "way": "completed", "left": "skipped", "right": "completed", "off": "skipped",
        "behind": "completed", "first": "completed", "needy": "skipped",
    }  # fmt: skip
    assert job.outputs == {"left": None}
    reasons = {step.step_id: step.reason for step in job.record.steps if step.reason}
    assert reasons == {
        "left": "way did not choose left", "off": "way.case == 'nothing' is false",
        "needy": "left was skipped",
    }  # fmt: skip
    states = task_runs(job.record, 7)
    assert {
        name: state for name, state in states.items() if state[1] == "Skipped"
    } == dict.fromkeys(("left", "off", "needy"), ("COMPLETED", "Skipped"))
    assert job.record.progress == 100.0
    assert {name: step.status for name, step in job.steps.items()} == statuses(job.record)
    assert sorted(ran()) == ["behind", "first", "right"]


JOINS = graph(
    task("ok", "echo", value=1),
    task("no", "fail", node={"on_error": "ignore"}),
    *(work(join, after="ok no", join=join) for join in ("all", "any", "always")),
    work("neither", after="no", join="any"),
    work("nevertheless", after="no", join="always"),
)


def test_joins_say_how_many_edges_must_be_alive():
    assert statuses(run(JOINS).record) == {
        "ok": "completed", "no": "failed", "all": "skipped", "any": "completed",
        "always": "completed", "neither": "skipped", "nevertheless": "completed",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("on_error", "handled", "behind", "status"),
    [
        ("fail", False, "skipped", "failed"),
        ("fail", True, "skipped", "completed"),
        ("ignore", False, "skipped", "completed"),
        ("continue", False, "completed", "completed"),
    ],
)
def test_a_failure_means_what_on_error_says(on_error, handled, behind, status, store):
    nodes = [task("bad", "fail", node={"on_error": on_error}, message="too bad"),
             work("behind", after="bad")]  # fmt: skip
    if handled:
        nodes.append(work("rescue", ref("bad.error.category")) | {
            "after": [{"node": "bad", "on": "failed"}]})  # fmt: skip
    document = graph(*nodes, outputs={"error": ref("bad.error")})
    if status == "failed":
        with pytest.raises(ToolError, match="bad: too bad"):
            run(document)
    else:
        error = {"category": "tool", "message": "too bad"}
        assert run(document).outputs == {"error": error}
    record = last(store)
    assert record.status == status
    assert (statuses(record)["bad"], statuses(record)["behind"]) == ("failed", behind)
    if handled:
        assert statuses(record)["rescue"] == "completed"


def test_a_failed_job_leaves_reports_logs_and_figures_and_the_next_runs_what_is_missing(store):
    behave(b="fail")
    document = graph(work("a"), work("b", ref("a.value")), work("c", after="b"), work("d"))
    with pytest.raises(InputError, match="b says no"):
        run(document)
    record = last(store)
    assert (record.status, record.error.category) == ("failed", "invalid_input")
    assert statuses(record) == {
        "a": "completed", "b": "failed", "c": "skipped", "d": "completed",
    }  # fmt: skip
    report = decode(StepReport, store.get(report_key("JRN", "run_workflow", record.job_id, "b")))
    assert report.execution_summary.status == "failed"
    assert "raise InputError" in report.error.traceback
    assert report.recommendations == (report.error.advice,)
    log = decode(StepLog, store.get(log_key("JRN", "run_workflow", record.job_id, "b")))
    assert log.entries[0].message == "b works"
    assert (statistics(store, "JRN").failed, statistics(store, "JRN").completed) == (1, 0)

    behave()
    job = run(document)
    assert cached(job.record) == {"a": True, "b": False, "c": False, "d": True}
    assert sorted(ran()) == ["a", "b", "b", "c", "d"]
    assert (statistics(store, "JRN").failed, statistics(store, "JRN").completed) == (1, 1)


def test_independent_rounds_end_when_one_fails_and_no_new_one_begins(store):
    behave(bad="fail")
    body = [work("good", ref("item")), work("bad", when="item == 2", after="good")]
    loop = {"id": "each", "kind": "loop", "over": [1, 2, 3], "nodes": body, "on_error": "continue"}
    document = graph(loop, work("then", ref("each.count"), after="each"))
    job = run(document)
    assert statuses(job.record) == {
        "each": "failed", "good[0]": "completed", "good[1]": "completed", "bad[0]": "skipped",
        "bad[1]": "failed", "then": "completed",
    }  # fmt: skip
    assert job.values["then"] == {"value": None}


@pytest.mark.parametrize(
    ("deed", "category", "message"),
    [("leave", "tool", "work ended with sys.exit(3)."), ("mumble", "invalid_input", "half ?")],
)
def test_a_tool_that_would_leave_or_mumbles_fails_by_itself(deed, category, message, store):
    behave(a=deed)
    document = graph(
        work("a", on_error="continue"), work("b", ref("a.error")), outputs={"e": ref("b.value")}
    )
    assert run(document).outputs == {"e": {"category": category, "message": message}}
    assert last(store).status == "completed"


def test_an_error_that_may_pass_is_retried_as_often_as_asked(store):
    toys.FLAKY["failures"] = 0
    behave(flaky="flake")
    retry = {"attempts": 3, "delay": 0.01, "jitter": 0}
    job = run(graph(work("flaky", retry=retry)))
    (step,) = job.record.steps
    assert (step.status, step.tries) == ("completed", 3)
    messages = [entry.message for entry in job.step("flaky").log.entries]
    assert sum("does not answer" in message for message in messages) == 2

    toys.FLAKY["failures"] = 0
    with pytest.raises(StagelineError, match="try 2"):
        run(graph(work("flaky", "other", retry={**retry, "attempts": 2})))
    assert last(store).steps[0].tries == 2


def test_a_refusal_is_retried_only_if_asked_and_a_defect_never(store):
    behave(no="fail", bug="break")
    retry = {"attempts": 2, "delay": 0.01}
    asked = work("no", retry=retry)
    for node, tries in ((work("no"), 1), (asked, 2), (work("bug", retry=retry), 1)):
        with pytest.raises(StagelineError):
            run(graph(node, id=f"d{tries}"), max_attempts=9)
        assert last(store).steps[0].tries == tries


def test_pauses_between_tries_grow_and_have_jitter():
    retry = Retry(attempts=9, delay=2, backoff=3, jitter=0.5)
    for tries, least in ((1, 2), (2, 6), (3, 18)):
        found = {pause_after(retry, tries) for _ in range(50)}
        assert all(least <= pause <= least * 1.5 for pause in found)
        assert len(found) > 1
    assert pause_after(Retry(delay=86_400, backoff=10, jitter=1), 9) == 86_400


def test_a_loop_is_tried_again_as_a_whole_and_keeps_what_was_done(store):
    toys.FLAKY["failures"] = 0
    behave(flaky="flake")
    once = {"attempts": 1}
    loop = {"id": "each", "kind": "loop", "over": [1], "retry": {"attempts": 3, "delay": 0.01},
            "nodes": [work("first"), work("flaky", after="first", retry=once)]}  # fmt: skip
    job = run(graph(loop))
    assert statuses(job.record)["each"] == "completed"
    assert ran() == ["first", "flaky", "flaky", "flaky"]


def test_a_failure_of_an_expression_is_the_nodes_own(store):
    document = graph(
        task("a", "set_values", node={"on_error": "ignore"}, values={"x": ref("inputs.o.nothing")}),
        {"id": "b", "kind": "branch", "cases": [{"name": "c", "when": "inputs.o.x > 1"}],
         "on_error": "ignore"},
        {"id": "l", "kind": "loop", "over": ref("inputs.o.x"), "nodes": [work("w")],
         "on_error": "ignore"},
        inputs={"o": {"type": "object"}},
        outputs={name: ref(f"{name}.error.category") for name in "abl"},
    )  # fmt: skip
    job = run(document, {"o": {"x": "text"}})
    assert job.outputs == {"a": "tool", "b": "tool", "l": "invalid_input"}


# --- cache -----------------------------------------------------------------------------------

EDITED = (work("a", 1), work("b", ref("a.value")), work("c", ref("b.value")), work("d", 1))


def test_a_second_run_is_served_from_the_cache_and_says_so():
    run(graph(*EDITED))
    job = run(graph(*EDITED))
    assert all(cached(job.record).values())
    assert sorted(ran()) == ["a", "b", "c", "d"]
    assert {state[1] for state in task_runs(job.record, 4).values()} == {"Cached"}


def test_after_an_edit_only_that_node_and_what_follows_run():
    run(graph(*EDITED))
    edited = work("b", ["new", ref("a.value")])
    job = run(graph(EDITED[0], edited, *EDITED[2:]))
    assert cached(job.record) == {"a": True, "b": False, "c": False, "d": True}
    assert ran().count("a") == ran().count("d") == 1
    moved = graph(*(node | {"ui": {"x": 1}, "title": "T"} for node in EDITED))
    assert all(cached(run(moved).record).values()), "positions are no reason to compute anew"


def test_an_edit_that_changes_no_value_ends_there():
    run(graph(*EDITED))
    job = run(graph(EDITED[0], work("b", {"expr": "a.value + 0"}), *EDITED[2:]))
    assert all(cached(job.record).values())


def test_from_a_node_on_all_is_computed_anew():
    document = graph(*EDITED)
    run(document)
    job = run(document, refresh_from="b")
    assert cached(job.record) == {"a": True, "b": False, "c": False, "d": True}
    with pytest.raises(InputError, match="'x' is not a node of doc"):
        run(document, refresh_from="x")


def test_a_node_that_may_not_be_cached_runs_each_time_and_its_followers_as_needed():
    document = graph(work("a", 1, cache=False), work("b", ref("a.value")))
    run(document)
    assert cached(run(document).record) == {"a": False, "b": True}


def test_a_damaged_value_is_computed_anew(tmp_path):
    document = graph(*EDITED)
    run(document)
    for path in (tmp_path / "results" / "results").iterdir():
        path.write_bytes(path.read_bytes()[:-1] + b"X")
    job = run(document)
    assert not any(cached(job.record).values())
    assert "damaged" in job.steps["a"].log.entries[0].message


FORGED = [b"[1]", b'"x"', b"null", b"{}", b'{"other":1}', b'{"text":1}', b'{"text":NaN}', b"{",
          b"\x80\x04."]  # fmt: skip


@pytest.mark.parametrize("payload", FORGED)
def test_a_forged_value_of_another_type_is_computed_anew(payload, store):
    document = graph(
        task("a", "render_text", template="${inputs.x}"),
        {"id": "b", "kind": "branch", "cases": [{"name": "one", "when": "inputs.x == 1"}]},
        inputs={"x": {"type": "integer"}}, outputs={"o": [ref("a.text"), ref("b.case")]},
    )  # fmt: skip
    first = run(document, {"x": 1})
    for step in first.steps.values():
        key = step.report.result_key.removeprefix("results/")
        results.save(store, key, step.id, payload, Findings())
    again = run(document, {"x": 1})
    assert again.outputs == first.outputs == {"o": ["1", "one"]}
    for step in again.steps.values():
        assert "damaged" in step.log.entries[0].message


LOOK = graph(task("look", "outside", file="times.txt"), work("b", ref("look.times")))


def test_a_job_visits_the_world_anew_unless_it_continues_a_failed_one(store):
    behave(b="fail")
    with pytest.raises(InputError):
        run(LOOK)
    behave()
    assert cached(run(LOOK).record)["look"], "it continues"
    job = run(LOOK)
    assert (cached(job.record)["look"], job.values["look"]) == (False, {"times": 2})
    job = run(LOOK, refresh_from="b")
    assert (cached(job.record)["look"], job.values["look"]) == (True, {"times": 2})


def test_after_an_edit_what_comes_before_it_does_not_visit_the_world_again():
    def edited(text):
        return graph(
            task("look", "outside", file="times.txt"), work("b", [ref("look.times"), text])
        )

    run(edited("one"))
    job = run(edited("two"))
    assert cached(job.record) == {"look": True, "b": False}
    job = run(edited("three"), fresh=True)
    assert (cached(job.record)["look"], job.values["look"]) == (False, {"times": 2})


def test_what_only_comes_after_an_edited_node_is_done_again_if_it_is_of_the_world():
    def edited(text):
        after = {"after": [{"node": "join"}]}
        return graph(
            work("a", text),
            task("join", "set_values", values={"n": 1}, node={"after": [{"node": "a"}]}),
            task("look", "outside", file="look.txt", node=after),
            {"id": "wait", "kind": "wait", "seconds": 0.01, **after},
            {"id": "each", "kind": "loop", "over": [1], **after,
             "nodes": [task("inner", "outside", file="inner.txt")]},
            task("last", "outside", file="last.txt", node={"after": [{"node": "each"}]}),
            task("beside", "outside", file="beside.txt"),
        )  # fmt: skip

    run(edited("one"))
    assert all(
        cached(run(edited("one"), refresh_from="beside").record)[n] for n in ("look", "wait")
    )
    again = cached(run(edited("two")).record)
    done = {name for name, was in again.items() if not was}
    assert done == {"a", "look", "wait", "inner[0]", "last"}
    assert again["beside"] and again["join"]


def test_a_certain_job_can_be_continued_whatever_came_after_it(store):
    behave(b="fail")
    with pytest.raises(InputError):
        run(LOOK)
    failed = next(iter(records(store, "JRN")))
    behave()
    other = graph(task("look", "outside", file="other.txt"), work("b", ref("look.times")))
    run(other)
    run(other)
    assert cached(run(LOOK, continues=failed.job_id).record)["look"]
    for wrong in ("JOB-009-20250101000000", "JOB-001-20250101000000"):
        with pytest.raises(InputError, match=f"^There is no job {wrong} of run_workflow in"):
            run(LOOK, continues=wrong)
    with pytest.raises(InputError, match="is not a job id"):
        run(LOOK, continues="the last")


def test_what_the_world_said_to_an_earlier_job_is_taken_if_that_is_asked_for():
    kept = graph(task("look", "outside", file="times.txt", node={"cache": True}))
    run(kept)
    assert cached(run(kept).record) == {"look": True}
    assert cached(run(LOOK, fresh=False).record)["look"]
    assert Path("times.txt").read_text() == "1"


@pytest.mark.parametrize("fresh", [None, False])
def test_each_round_and_each_subflow_visits_the_world(store, fresh):
    look = task("look", "outside", file="inner.txt")
    digest = save(store, check(graph(look, outputs={"n": ref("look.times")})).require())
    document = graph(
        {"id": "poll", "kind": "loop", "until": "look.times == 3", "limit": 9,
         "nodes": [task("look", "outside", file="a.txt")]},
        {"id": "each", "kind": "loop", "over": [7, 7], "outputs": {"n": ref("call.times")},
         "nodes": [task("call", "outside", file="b.txt")]},
        {"id": "one", "kind": "subflow", "document": digest},
        {"id": "two", "kind": "subflow", "document": digest, "after": [{"node": "one"}]},
        outputs={"rounds": ref("poll.count"), "each": ref("each.n"), "two": ref("two.n")},
    )  # fmt: skip
    assert run(document, fresh=fresh).outputs == {"rounds": 3, "each": [1, 2], "two": 2}
    assert all(cached(run(document, fresh=False).record).values()) is (fresh is False)


def test_a_sleep_is_slept_by_each_job():
    nap = graph(task("nap", "sleep", seconds=0.01))
    run(nap)
    assert cached(run(nap).record) == {"nap": False}


def test_rounds_with_equal_items_share_a_value():
    loop = {"id": "each", "kind": "loop", "over": [1, 2, 1], "nodes": [work("w", ref("item"))],
            "outputs": {"all": ref("w.value")}}  # fmt: skip
    job = run(graph(loop, outputs={"all": ref("each.all")}))
    assert job.outputs == {"all": [1, 2, 1]}
    assert ran() == ["w", "w"]


# --- inputs, outputs, documents --------------------------------------------------------------


def test_large_outputs_are_kept_whole_and_shown_in_part(store):
    long = "x" * 100_000
    document = graph(
        task("big", "echo", value=ref("inputs.text")),
        task("next", "set_values", values={"n": {"expr": "len(big.value)"}}),
        inputs={"text": {"type": "string"}}, outputs={"text": ref("big.value")},
    )  # fmt: skip
    job = run(document, {"text": long})
    assert job.outputs["text"] == long
    assert job.values["next"] == {"values": {"n": 100_000}}
    report = store.get(report_key("JRN", "run_workflow", job.id, "big"))
    assert len(report) < 10_000
    shown = json.loads(report)["results"]["outputs"]["value"]
    assert (shown["truncated"], shown["size"]) == (True, 100_002)
    assert len(store.get(page_key("JRN", "run_workflow", job.id))) < 100_000


FILES = graph(
    task("look", "look", file=ref("inputs.file")),
    inputs={"file": {"type": "file", "mime": ["text/plain"]}},
    outputs={"text": ref("look.text"), "mime": ref("inputs.file.mime")},
)


def test_a_file_is_named_by_its_path_and_known_by_its_content(tmp_path):
    job = run(FILES, {"file": "in.txt"})
    assert job.outputs == {"text": "abc", "mime": "text/plain"}
    assert cached(run(FILES, {"file": str(tmp_path / "in.txt")}).record)["look"]
    (tmp_path / "in.txt").write_text("other")
    job = run(FILES, {"file": "in.txt"})
    assert (job.outputs["text"], cached(job.record)["look"]) == ("other", False)


def test_a_file_of_another_type_is_refused_whatever_its_name(tmp_path, store):
    (tmp_path / "fake.txt").write_bytes(b"%PDF-1.7\n...")
    with pytest.raises(InputError, match="'file' is application/pdf, by its content"):
        run(FILES, {"file": "fake.txt"})
    with pytest.raises(InputError, match="no file"):
        run(FILES, {"file": "absent.txt"})
    assert list(records(store, "JRN")) == []


@pytest.mark.parametrize(
    ("inputs", "named"),
    [
        ({}, ["'x' is needed"]),
        ({"x": "3"}, ["'x'", "integer"]),
        ({"x": 1, "y": 2}, ["'y' is not an input"]),
        ({"y": 2, "z": 3}, ["'x' is needed", "'y'", "'z'"]),
        ({"x": None}, ["cannot be null"]),
    ],
)
def test_wrong_inputs_are_named_before_anything_is_written_or_begun(inputs, named, tmp_path):
    before = count_flow_runs()
    with pytest.raises(InputError) as caught:
        run(CHAIN, inputs)
    assert all(part in str(caught.value) for part in named), caught.value
    assert not (tmp_path / "results").exists()
    assert count_flow_runs() == before


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (graph(work("a", ref("b.value"))), "unknown_node"),
        (graph(work("a", ref("b.value")), work("b", ref("a.value"))), "cycle"),
        (graph(task("a", "no-such-tool")), "unknown_tool"),
        ("{", None),
        (graph({"id": "s", "kind": "subflow", "document": "0" * 64}), None),
    ],
)
def test_a_wrong_document_is_told_whole_before_anything_is_written_or_begun(
    document, code, tmp_path
):
    before = count_flow_runs()
    with pytest.raises(InvalidDocumentError) as caught:
        run(document)
    assert caught.value.problems
    assert code is None or code in {problem.code for problem in caught.value.problems}
    assert not (tmp_path / "results").exists()
    assert count_flow_runs() == before


def test_a_document_may_be_a_path_a_text_a_mapping_a_model_or_a_digest(tmp_path, store):
    document = graph(task("a", "echo", value=1), outputs={"o": ref("a.value")})
    path = tmp_path / "doc.json"
    path.write_text(json.dumps(document))
    model = check(document).require()
    text = json.dumps(document)
    for given in (document, path, str(path), text, text.encode(), model, save(store, model)):
        assert run(given).outputs == {"o": 1}
    assert statistics(store, "JRN").jobs == 7
    with pytest.raises(InputError, match=r"'absent.json' cannot be read"):
        run("absent.json")
    with pytest.raises(InputError):
        run("f" * 64)


@pytest.mark.parametrize("document", [None, 5, ["x"], "/dev/zero", "pipe", "."])
def test_what_can_be_no_document_is_refused_at_once(document, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe")
    with pytest.raises(InputError, match=r"is no document: give|it is no file"):
        run(document)


@pytest.mark.parametrize("place", [5, object()])
def test_what_can_be_no_place_is_refused(place):
    with pytest.raises(InputError, match=r"^store is .*; give text: where results go"):
        run(graph(task("a", "echo", value=1)), store=place)


def test_the_store_may_be_given_by_its_place_among_the_parameters(tmp_path):
    document = graph(task("a", "echo", value=1))
    job = run_workflow(document, {}, "JRN", "user", str(tmp_path / "elsewhere"))
    assert job.report.startswith(str(tmp_path / "elsewhere"))
    assert not (tmp_path / "results").exists()


def test_a_subflow_is_pinned_by_its_digest_and_a_scope_of_its_own(store):
    inner = graph(
        work("twice", {"expr": "inputs.x + inputs.x"}),
        id="inner", inputs={"x": {"type": "integer"}, "y": {"type": "integer", "default": 1}},
        outputs={"o": ref("twice.value"), "y": ref("inputs.y")},
    )  # fmt: skip
    digest = save(store, check(inner).require())
    outer = graph(
        work("no", when="inputs.n == 0"),
        {"id": "sub", "kind": "subflow", "document": digest,
         "inputs": {"x": ref("inputs.n"), "y": ref("no.value")}},
        inputs={"n": {"type": "integer"}}, outputs={"o": ref("sub.o"), "y": ref("sub.y")},
    )  # fmt: skip
    job = run(outer, {"n": 21})
    assert job.outputs == {"o": 42, "y": 1}
    assert statuses(job.record) == {
        "no": "skipped", "sub": "completed", "sub.twice": "completed",
    }  # fmt: skip
    assert set(task_runs(job.record, 3)) == {"no", "sub", "sub.twice"}
    Path(store.folder / "workflows" / digest).write_text("{}")
    with pytest.raises(StagelineError):
        run(outer, {"n": 1})


def test_a_failure_inside_a_subflow_names_the_whole_path(store):
    digest = save(store, check(graph(task("bad", "fail"), id="inner")).require())
    with pytest.raises(ToolError, match=r"sub: bad|sub: sub.bad"):
        run(graph({"id": "sub", "kind": "subflow", "document": digest}))
    assert statuses(last(store)) == {"sub": "failed", "sub.bad": "failed"}


def test_the_secrets_of_a_store_stay_out_of_all_that_is_written(tmp_path, monkeypatch):
    """The secrets known to a place are taken out of records, reports, logs and pages."""
    from blocks import places  # noqa: PLC0415

    monkeypatch.setattr(
        "tasks.workflow.request.resolve_place",
        lambda where: places.resolve_place(where)._replace(secrets=frozenset({"hunter-canary"})),
    )
    behave(a="fail")  # its message holds the secret
    with pytest.raises(InputError) as caught:
        run(graph(work("a")))
    assert "hunter-canary" not in str(caught.value)
    written = [path for path in (tmp_path / "results").rglob("*") if path.is_file()]
    assert written
    assert [path for path in written if b"hunter-canary" in path.read_bytes()] == []


@pytest.mark.parametrize(("most", "second"), [(1, "y[0]"), (2, "a")])
def test_the_graph_of_the_run_leads_through_loops(most: int, second: str) -> None:
    body = [work("x", ref("item")), work("y", ref("x.value"))]
    each = {"id": "each", "kind": "loop", "over": ref("a.value"), "nodes": body,
            "max_parallel": most}  # fmt: skip
    job = run(graph(work("a", [1, 2]), each, work("z", after="each")))
    runs = ended_runs(job.record, 7)
    names = {r.id: r.name for r in runs}
    before = {r.name: {names[link.id] for link in r.task_inputs["call"]} for r in runs}
    assert before == {
        "a": set(), "x[0]": {"a"}, "y[0]": {"x[0]"}, "x[1]": {second}, "y[1]": {"x[1]"},
        "each": {"y[1]"} if most == 1 else {"y[0]", "y[1]"}, "z": {"each"},
    }  # fmt: skip


def test_filled_in_inputs_are_taken_as_they_are():
    document = graph(work("a", ref("inputs.n")), inputs={"n": {"type": "integer"}})
    inputs = Inputs(check(document).require()).set("n", 3)
    assert run(document, inputs).values["a"] == {"value": 3}
    with pytest.raises(InputError, match="'n' is needed"):
        run(document, inputs.clear())


def test_a_digest_that_is_unknown_here_is_told_with_the_store(store):
    with pytest.raises(InputError, match=rf"no document with the digest {'a' * 64} in {store.uri}"):
        run("a" * 64)


def test_what_another_system_made_is_told_how_to_be_read():
    with pytest.raises(InvalidDocumentError, match="made is read by import_document") as caught:
        run('{"name": "x", "nodes": []}')
    assert str(caught.value).startswith("The document has 2 problems:\n- line 1, column 1: ")
    with pytest.raises(InvalidDocumentError, match=r"^The document has 1 problem:"):
        run({})
