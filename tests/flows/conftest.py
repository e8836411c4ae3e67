"""A folder of its own for each test, and processes that end with it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from stageline.store import FolderStore
from tests.flows import processes, toys


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
