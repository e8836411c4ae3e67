"""One Prefect server with its own database for the whole run, and no heartbeat.

The heartbeat would round every flow up to a whole second.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from prefect.settings import PREFECT_API_URL, PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings
from prefect.testing.utilities import prefect_test_harness

from deployments.server import SERVER_SETTINGS
from stageline.store import FolderStore
from tests.flows import processes, toys


@pytest.fixture(scope="session")
def api() -> Iterator[str]:
    """The address of the server; other processes are given it as ``PREFECT_API_URL``."""
    before = {name: os.environ.get(name) for name in SERVER_SETTINGS}
    os.environ.update(SERVER_SETTINGS)
    with (
        prefect_test_harness(server_startup_timeout=120),
        temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}),
    ):
        yield str(PREFECT_API_URL.value())
    for name, value in before.items():
        os.environ.pop(name) if value is None else os.environ.update({name: value})


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, api: str) -> None:
    """Each test works in its own folder; the default store is ``results`` there."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in.txt").write_text("abc")
    toys.RAN.clear()


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "results")


@pytest.fixture
def start(api: str) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start Python processes on the server; those that still run at the end are killed."""
    started: list[subprocess.Popen[str]] = []

    def begin(code: str = processes.CALL, *arguments: str) -> subprocess.Popen[str]:
        started.append(processes.start(api, code, *arguments))
        return started[-1]

    yield begin
    for process in started:
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream:
                stream.close()
