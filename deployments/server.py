"""A Prefect server for one host, with settings that fit many short tasks."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

PREFECT_COMMAND = Path(__file__).with_name("prefect_command.py")

# Events are written in batches: one by one they cost the server three times the CPU, and an
# empty run behind a large one waits for a minute. Below one second the flush is a busy loop.
SERVER_SETTINGS = {
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_READ_BATCH_SIZE": "100",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "100",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": "1",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_READ_BATCH_SIZE": "100",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_BATCH_SIZE": "200",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_FLUSH_INTERVAL": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    # Relative, so that the UI finds the API on any port and under any host name.
    "PREFECT_SERVER_UI_API_URL": "/api",
}


@contextmanager
def running_server(host: str = "127.0.0.1", port: int = 4200, timeout: float = 90) -> Iterator[str]:
    """Run a Prefect server until the block ends; yields the URL of its API.

    Raises ``RuntimeError`` when the server stops or does not answer within ``timeout`` seconds.
    """
    command = [
        sys.executable,
        "-P",
        str(PREFECT_COMMAND),
        "server",
        "start",
        "--host",
        host,
        "--port",
        str(port),
    ]
    process = subprocess.Popen(  # noqa: S603  (a fixed command, no shell)
        command,
        env={**SERVER_SETTINGS, **os.environ},
        stdout=subprocess.DEVNULL,
        # Ctrl-C goes to a whole group: the server must not end before those who still ask it.
        process_group=0,
    )
    try:
        api = f"http://{host}:{port}/api"
        _wait_for(api, process, timeout)
        yield api
    finally:
        _stop(process)


def _stop(process: subprocess.Popen[bytes], patience: float = 20) -> None:
    """End the server, and all of its processes at once if it does not within ``patience`` s."""
    process.terminate()
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait_for(api: str, process: subprocess.Popen[bytes], timeout: float) -> None:
    deadline = time.monotonic() + timeout
    while not _is_healthy(api):
        if process.poll() is not None:
            raise RuntimeError(
                f"the Prefect server at {api} ended with code {process.returncode};"
                " is the port in use? Choose another with --port"
            )
        if time.monotonic() > deadline:
            raise RuntimeError(f"the Prefect server at {api} did not answer within {timeout:.0f} s")
        time.sleep(0.3)


def _is_healthy(api: str) -> bool:
    try:
        with urlopen(f"{api}/health", timeout=2) as answer:  # noqa: S310  (an http URL of our own)
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False
