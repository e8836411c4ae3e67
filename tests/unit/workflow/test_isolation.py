"""Tools in processes of their own: results, errors, logs, and that none survives."""

import logging
import subprocess
import sys
import textwrap
import threading
from pathlib import Path
from uuid import uuid4

import pytest

from stageline.capture import Capture, capturing
from stageline.errors import (
    CATEGORIES,
    CancelledError,
    ConfigError,
    CrashedError,
    InputError,
    InternalError,
    ResourceError,
    StepTimeoutError,
    error_of,
)
from stageline.plugins import forget_tools
from stageline.ports import LocalFile, describe_tool
from stageline.workflow import calls
from stageline.workflow.isolation import run_isolated
from stageline.workflow.stopper import Stopper
from tests.unit.tools.samples import Told, alive, local, wait_until
from tests.unit.workflow import isolated_samples as bad


def run(function, arguments=None, stop=None, timeout=60.0, note=None):
    return run_isolated(describe_tool(function), arguments or {}, stop or Told(), timeout, note)


def test_values_and_files_come_and_go(tmp_path):
    value = {"a": [1, 2.5, None, True, "ü😀"], "b": 10**30}
    (tmp_path / "x.txt").write_text("inside")
    found = run(bad.echo, {"value": value, "file": local(tmp_path / "x.txt")})
    assert found == {"value": [value, "inside"]}
    file = LocalFile(tmp_path / "x.txt", "s3://b/x", "0" * 64, 6, "text/plain")
    assert run(bad.same_file, {"file": file}) == {"file": file.as_data()}


def test_wrong_arguments():
    with pytest.raises(InputError, match="category"):
        run(bad.fails, {"category": 1})


def test_printing_cannot_spoil_the_result():
    lines: list[str] = []
    assert run(bad.noisy, note=lines.append) == {"value": "clean"}
    assert "printed" in lines
    assert "err" in lines
    assert any("raw" in line for line in lines)


def test_notes_reach_the_stop_service():
    told = Told()
    assert run(bad.notes, stop=told) == {"value": False}
    assert told.lines == ["half way"]


def test_an_event_is_enough_to_stop():
    assert run_isolated(describe_tool(bad.echo), {}, threading.Event()) == {"value": [None, None]}


def test_logs_come_out_under_their_names_and_in_the_capture_of_the_step():
    capture = Capture("step", "stage", "job")
    with capturing(capture):
        run(bad.logs)
    lines = [(e.details["logger"], e.level, e.message) for e in capture.lines()]
    assert lines == [
        ("others.module", "WARNING", "watch out"),
        ("stageline.tools.x", "INFO", "told"),
        ("stageline.tools.x", "ERROR", "failed"),
    ]


def test_a_traceback_that_was_logged_is_kept(caplog):
    with caplog.at_level(logging.INFO):
        run(bad.logs)
    assert "ValueError: inner" in str(caplog.records[-1].exc_text)


@pytest.mark.parametrize("category", CATEGORIES)
def test_errors_keep_class_and_message(category):
    kind = type(error_of(category, ""))
    with pytest.raises(kind) as caught:
        run(bad.fails, {"category": category})
    assert type(caught.value) is kind
    assert str(caught.value) == f"this is {category}"


def test_a_bug_comes_with_its_traceback():
    with pytest.raises(InternalError, match="ZeroDivisionError") as caught:
        run(bad.bug)
    assert "in bug" in "".join(caught.value.__notes__)


def test_timeout_kills_all_of_it():
    mark = f"mark-{uuid4().hex}"
    lines: list[str] = []
    with pytest.raises(StepTimeoutError, match="5 seconds"):
        run(bad.hang, {"mark": mark}, timeout=5, note=lines.append)
    assert lines == ["hanging"]
    assert alive(mark) == []


def test_cancel_kills_all_of_it():
    mark, told = f"mark-{uuid4().hex}", Told()

    def stop_when_it_hangs():
        wait_until(lambda: told.lines == ["hanging"])
        told.set()

    threading.Thread(target=stop_when_it_hangs).start()
    with pytest.raises(CancelledError):
        run(bad.hang, {"mark": mark}, stop=told)
    assert told.lines == ["hanging"]
    assert alive(mark) == []


def test_told_before_the_start():
    told = Told()
    told.set()
    with pytest.raises(CancelledError):
        run(bad.sleeping, stop=told)


def test_nothing_outlives_the_parent():
    mark = f"mark-{uuid4().hex}"
    code = f"""
        from stageline.ports import describe_tool
        from stageline.workflow.isolation import run_isolated
        from tests.unit.tools.samples import Told
        from tests.unit.workflow import isolated_samples as bad
        run_isolated(describe_tool(bad.hang), {{"mark": "{mark}"}}, Told())
    """
    caller = subprocess.Popen([sys.executable, "-c", textwrap.dedent(code)])
    assert wait_until(lambda: len(alive(mark)) == 3), "the caller and two grandchildren"
    caller.kill()
    caller.wait()
    assert wait_until(lambda: alive(mark) == [])


def test_too_much_memory():
    with pytest.raises(ResourceError, match="eat needs more memory than the 1,024 MiB") as caught:
        run(bad.eat)
    assert not getattr(caught.value, "__notes__", [])  # it is no defect, so no traceback is told


@pytest.mark.parametrize(
    ("number", "error", "said"),
    [(9, ResourceError, "SIGKILL"), (11, CrashedError, "SIGSEGV"), (6, CrashedError, "SIGABRT"),
     (15, CrashedError, "SIGTERM")],
)  # fmt: skip
def test_death_by_signal_is_named(number, error, said):
    with pytest.raises(error, match=said):
        run(bad.ends_by, {"number": number})


@pytest.mark.parametrize("code", [0, 5])
def test_an_end_without_a_result_is_a_crash(code):
    with pytest.raises(CrashedError, match=rf"exit code {code} .*last words"):
        run(bad.exits, {"code": code})
    with pytest.raises(CrashedError, match="exit code 3"):
        run(bad.system_exit)


def test_results_are_bounded():
    assert len(run(bad.large, {"size": 5_000_000})["value"]) == 5_000_000
    with pytest.raises(ResourceError, match="at most"):
        run(bad.large, {"size": 70_000_000})


def test_a_forged_length_is_refused():
    with pytest.raises(ResourceError, match="at most"):
        run(bad.forged, {"length": 2**32 - 1})


def test_what_is_no_json_is_refused():
    with pytest.raises(ConfigError, match="not JSON"):
        run(bad.not_json)


def test_surroundings_are_clean_and_small(monkeypatch):
    monkeypatch.setenv("CANARY_SECRET", "canary")
    monkeypatch.setenv("GIVEN_TO_ALL", "yes")
    found = run(bad.surroundings)["value"]
    assert "CANARY_SECRET" not in found["environment"]
    assert found["environment"]["GIVEN_TO_ALL"] == "yes"
    assert found["folder"] == []
    assert not Path(found["cwd"]).exists()
    unwanted = {"prefect", "pytest", "stageline.workflow", "stageline.step", "duckdb", "pypdf"}
    assert unwanted.isdisjoint(found["modules"])


def test_the_main_module_of_the_caller_is_not_imported_again(tmp_path):
    """As it would be by multiprocessing's spawn; and a module in the folder shadows nothing."""
    (tmp_path / "script.py").write_text(
        textwrap.dedent("""
        from stageline.ports import describe_tool
        from stageline.workflow.isolation import run_isolated
        from tests.unit.tools.samples import Told
        from tests.unit.workflow import isolated_samples as bad
        print("main runs")
        print(run_isolated(describe_tool(bad.echo), {"value": 1}, Told()))
    """)
    )
    (tmp_path / "cwd").mkdir()
    (tmp_path / "cwd" / "stageline.py").write_text("raise SystemExit('the wrong module')")
    root = str(Path(__file__).resolve().parents[3])
    done = subprocess.run(
        [sys.executable, str(tmp_path / "script.py")], cwd=tmp_path / "cwd", check=True,
        env={"PYTHONPATH": root}, capture_output=True, text=True,
    )  # fmt: skip
    assert done.stdout.splitlines() == ["main runs", "{'value': [1, None]}"]


def test_many_side_by_side():
    found: dict[int, object] = {}

    def call(number: int) -> None:
        found[number] = run(bad.echo, {"value": number})["value"][0]

    threads = [threading.Thread(target=call, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {n: n for n in range(6)}


def test_a_tool_of_an_installed_package_is_isolated_alike(tmp_path, monkeypatch):
    (tmp_path / "far_tools.py").write_text(
        textwrap.dedent("""
        from dataclasses import dataclass
        import os
        from stageline.ports import Traits
        TRAITS = Traits(isolated=True)
        @dataclass
        class Where:
            pid: int
        def whereabouts() -> Where:
            return Where(os.getpid())
    """)
    )
    info = tmp_path / "far_tools-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: far-tools\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[stageline.tools]\nfar_away = far_tools:whereabouts\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    forget_tools()
    from stageline.plugins import find_tool  # noqa: PLC0415 - with its caches emptied

    tool = find_tool("far_away")
    assert tool is not None
    assert tool.traits.isolated
    assert run_isolated(tool, {}, Told())["pid"] not in {0, threading.get_native_id()}
    forget_tools()


@pytest.mark.parametrize("arguments", [{}, {"timeout": 0.2}])
def test_a_tool_that_does_not_heed_its_own_timeout_is_killed(monkeypatch, arguments):
    monkeypatch.setattr(calls, "GRACE_SECONDS", 0.5)
    tool = describe_tool(bad.late)
    with pytest.raises(StepTimeoutError, match="was killed"):
        calls._isolated(tool, arguments, None, None, Stopper())
