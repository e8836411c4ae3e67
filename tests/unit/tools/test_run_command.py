"""Commands: no shell, a clean environment, bounds, and nothing left behind."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from uuid import uuid4

import pytest

from stageline.errors import (
    CancelledError,
    InputError,
    ResourceError,
    StepTimeoutError,
    ToolError,
)
from stageline.tools.run_command import run_command
from tests.unit.tools.samples import Told, alive, wait_until

PYTHON = sys.executable


@pytest.fixture
def mark():
    """Text that names the processes of one test; none may be left at its end."""
    text = f"mark-{uuid4().hex}"
    yield text
    assert alive(text) == []


def python(code: str, *arguments: str, **options):
    return run_command([PYTHON, "-c", code, *arguments], **{"stop": Told(), **options})


def test_output_code_and_lines():
    told = Told()
    code = "import sys; print('a'); print('b', file=sys.stderr); print('c', end=''); sys.exit(3)"
    result = python(code, check=False, stop=told)
    assert (result.exit_code, result.stdout, result.stderr) == (3, "a\nc", "b\n")
    assert not result.truncated
    assert sorted(told.lines) == ["a", "b", "c"]


def test_standard_input_is_handed_over_whole():
    text = "ä line\n" * 50_000
    result = python("import sys; d = sys.stdin.buffer.read(); print(len(d))", stdin=text)
    assert int(result.stdout) == len(text.encode())


def test_input_that_nobody_reads_is_no_error():
    assert run_command(["true"], "x" * 1_000_000, stop=Told()).exit_code == 0


def test_no_part_of_it_is_read_by_a_shell(tmp_path):
    trap = tmp_path / "trap"
    argument = f"; touch {trap} $(touch {trap}) `touch {trap}` && touch {trap} | > {trap}\n*"
    assert run_command(["printf", "%s", argument], stop=Told()).stdout == argument
    assert not trap.exists()


def test_environment_is_clean(monkeypatch):
    monkeypatch.setenv("CANARY", "a secret that must not leak")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "canary too")
    monkeypatch.setenv("LD_PRELOAD_NOTHING", "canary")
    result = run_command(["env"], env={"GIVEN": "yes"}, stop=Told())
    names = {line.partition("=")[0] for line in result.stdout.splitlines()}
    assert names == {"PATH", "LANG", "HOME", "TMPDIR", "GIVEN"}
    # Nor is it in the process above, which has the same user.
    above = python("import os; print(open(f'/proc/{os.getppid()}/environ').read())").stdout
    assert "canary" not in above.lower()


def test_no_descriptor_is_handed_over(tmp_path):
    with (tmp_path / "open").open("w") as file:
        os.set_inheritable(file.fileno(), True)
        listed = python("import os; print(sorted(map(int, os.listdir('/proc/self/fd'))))")
    assert listed.stdout.strip() in {"[0, 1, 2, 3]", "[0, 1, 2]"}


def test_it_works_in_a_fresh_folder_that_is_removed():
    result = python("import os; open('x', 'w'); print(os.getcwd())")
    again = python("import os; print(os.listdir('.'))")
    assert again.stdout.strip() == "[]"
    assert not Path(result.stdout.strip()).exists()


def test_it_works_in_a_given_folder(tmp_path):
    run_command(["touch", "made"], cwd=str(tmp_path), stop=Told())
    assert (tmp_path / "made").exists()


@pytest.mark.parametrize(
    "call",
    [
        {"argv": ["echo", "a\0b"]},
        {"argv": ["echo", "\ud800"]},
        {"argv": ["echo", "x" * 200_000]},
        {"argv": [""]},
        {"argv": ["env"], "env": {"A=B": "c"}},
        {"argv": ["env"], "env": {"": "c"}},
        {"argv": ["env"], "env": {"A": "b\0c"}},
        {"argv": ["true"], "cwd": "/no/such/folder"},
        {"argv": ["true"], "cwd": "/\0"},
        {"argv": ["true"], "cwd": "/etc/passwd"},
    ],
    ids=str,
)
def test_what_cannot_be_is_refused(call):
    with pytest.raises(InputError):
        run_command(**call, stop=Told())


@pytest.mark.parametrize("program", ["no-such-program", "/etc/passwd", "/"])
def test_what_cannot_be_started_is_named(program):
    with pytest.raises(ToolError, match=r"cannot be started: (No such file|Permission|Is a dir)"):
        run_command([program], stop=Told())


def test_failure_has_the_code_and_the_end_of_stderr():
    with pytest.raises(ToolError, match=r"exit code 7.*because"):
        python("import sys; sys.exit(print('because', file=sys.stderr) or 7)")


def test_signal_is_named():
    with pytest.raises(ToolError, match="SIGTERM"):
        python("import os; os.kill(os.getpid(), 15)")
    assert python("import os; os.kill(os.getpid(), 15)", check=False).exit_code == -15


def test_output_is_capped_and_read_on():
    told = Told()
    result = run_command(["head", "-c", "1000000000", "/dev/zero"], max_output=1000, stop=told)
    assert result.stdout == "\0" * 1000
    assert result.truncated
    assert len(told.lines) == 1


def test_lines_are_told_while_it_runs():
    told = Told()
    seen = []
    code = "import sys, time\nprint('first', flush=True)\nsys.stdin.read()\ntime.sleep(600)"

    def stop_when_told():
        seen.append(wait_until(lambda: told.lines == ["first"]))
        told.set()

    threading.Thread(target=stop_when_told).start()
    with pytest.raises(CancelledError):
        python(code, stop=told)
    assert seen == [True]


def test_timeout_kills_who_ignores_signals_and_its_family(mark):
    code = (
        "import signal, subprocess, sys, time\n"
        "for number in (1, 2, 15): signal.signal(number, signal.SIG_IGN)\n"
        "for new in (False, True):\n"
        "    subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)', sys.argv[1]],"
        " start_new_session=new)\n"
        "print('ready', flush=True)\n"
        "time.sleep(600)\n"
    )
    told = Told()
    with pytest.raises(StepTimeoutError, match="2 seconds"):
        python(code, mark, timeout=2, stop=told)
    assert told.lines == ["ready"]


def test_cancel_kills_the_family(mark):
    told = Told()
    shell = ["sh", "-c", f"sh -c 'sleep 600; : {mark}' & echo ready; wait"]

    def stop_when_ready():
        wait_until(lambda: told.lines == ["ready"])
        told.set()

    threading.Thread(target=stop_when_ready).start()
    with pytest.raises(CancelledError):
        run_command(shell, stop=told)


def test_told_before_it_starts():
    told = Told()
    told.set()
    with pytest.raises(CancelledError):
        run_command(["sleep", "600"], stop=told)


def test_what_is_left_behind_ends_with_the_command(mark):
    code = (
        "import subprocess, sys\n"
        "for new in (False, True):\n"
        "    subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)', sys.argv[1]],"
        " start_new_session=new)\n"
        "print('done')\n"
    )
    assert python(code, mark).stdout == "done\n"


@pytest.mark.parametrize("mine", [signal.SIGKILL, signal.SIGTERM])
def test_nothing_outlives_this_process(mark, mine):
    code = (
        "import sys\n"
        "from stageline.tools.run_command import run_command\n"
        "from tests.unit.tools.samples import Told\n"
        f"inner = 'sleep 600; : {mark}'\n"
        'outer = f\'setsid sh -c "{inner}" & sh -c "{inner}" & wait\'\n'
        "run_command(['sh', '-c', outer], stop=Told())\n"
    )
    caller = subprocess.Popen([PYTHON, "-c", code])
    assert wait_until(lambda: len(alive(mark)) >= 4), "the command is running"
    caller.send_signal(mine)
    caller.wait()
    assert wait_until(lambda: alive(mark) == [])


def test_a_stopped_or_killed_supervisor_leaves_nothing(mark):
    """The command turns against what watches it; what it started in its group still ends."""
    code = (
        "import os, signal, sys, time\n"
        "os.kill(os.getppid(), getattr(signal, sys.argv[2]))\n"
        "print('done', flush=True)\n"
        "time.sleep(600)\n"
    )
    for number in ("SIGSTOP", "SIGKILL"):
        with pytest.raises((StepTimeoutError, ResourceError)):
            python(code, mark, number, timeout=2)
        assert wait_until(lambda: alive(mark) == [])  # nobody can wait for an orphan


def test_a_fork_that_holds_the_pipes_does_not_keep_it_alive(mark):
    told = Told()
    code = "import sys, time; print('ready', flush=True); time.sleep(600)"
    forks = []

    def fork_then_stop():
        wait_until(lambda: told.lines == ["ready"])
        forks.append(os.fork())
        if forks[0] == 0:
            signal.pause()
        told.set()

    threading.Thread(target=fork_then_stop).start()
    with pytest.raises(CancelledError):
        python(code, mark, stop=told)
    assert alive(mark) == []
    os.kill(forks[0], signal.SIGKILL)
    os.waitpid(forks[0], 0)


def test_many_processes_are_stopped(mark):
    code = (
        "import subprocess, sys, time\n"
        "for _ in range(60):\n"
        "    subprocess.Popen([sys.executable, '-S', '-c', 'import time; time.sleep(600)',"
        " sys.argv[1]])\n"
        "time.sleep(600)\n"
    )
    with pytest.raises(ResourceError, match="too many processes"):
        python(code, mark, processes=20, timeout=120)


def test_forks_without_end_are_stopped(mark):
    """Each fork forks twice; a hard bound of the code itself protects the machine."""
    code = "import os, sys, time\nfor _ in range(9):\n    os.fork()\ntime.sleep(600)\n"
    with pytest.raises(ResourceError, match="too many processes"):
        python(code, mark, processes=50, timeout=120)


@pytest.mark.parametrize(
    ("code", "limits", "error"),
    [
        ("while True: pass", {"cpu_seconds": 1}, "SIGXCPU"),
        ("x = b'a' * 1_000_000_000", {"memory_mb": 200}, "MemoryError"),
        ("open('x', 'wb').write(b'a' * 5_000_000)", {"file_mb": 1}, "File too large|SIGXFSZ"),
        ("f = [open('/dev/null') for _ in range(99)]", {"open_files": 32}, "Too many open files"),
    ],
)
def test_limits_hold(code, limits, error):
    with pytest.raises((ToolError, ResourceError), match=error):
        python(code, timeout=60, **limits)


def test_many_commands_side_by_side_keep_theirs():
    results: dict[int, str] = {}

    def run(number: int) -> None:
        results[number] = run_command(["sh", "-c", f"echo {number}; cat"], "x", stop=Told()).stdout

    threads = [threading.Thread(target=run, args=(n,)) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == {n: f"{n}\nx" for n in range(12)}
