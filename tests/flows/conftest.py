"""One Prefect server with its own database for the whole run, and no heartbeat.

The heartbeat would round every flow up to a whole second.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from prefect.settings import PREFECT_API_URL, PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings
from prefect.testing.utilities import prefect_test_harness

from deployments.server import SERVER_SETTINGS
from stageline.store import FolderStore
from tests.flows import toys


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
    toys.GATES.clear()


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "results")
