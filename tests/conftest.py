"""What tests of every kind share: one Prefect server for the whole run, started when needed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# A run that others wait for tries the same examples each time; `make fuzz` looks for new ones.
settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("search", max_examples=500, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))

PLUGINS = Path(__file__).parent / "plugins"


@pytest.fixture
def toy_tools() -> Iterator[None]:
    """The tools of ``tests/toy_*.py``, as if their package were installed."""
    from stageline.plugins import forget_tools  # noqa: PLC0415

    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(PLUGINS))
        forget_tools()
        yield
    forget_tools()


@pytest.fixture(scope="session")
def api() -> Iterator[str]:
    """The address of a server with its own database; other processes get it as PREFECT_API_URL.

    Prefect is imported here, so that the unit tests start at once. There is no heartbeat: it
    would round every flow up to a whole second.
    """
    from prefect.settings import (  # noqa: PLC0415
        PREFECT_API_URL,
        PREFECT_FLOWS_HEARTBEAT_FREQUENCY,
        temporary_settings,
    )
    from prefect.testing.utilities import prefect_test_harness  # noqa: PLC0415

    from deployments.server import SERVER_SETTINGS  # noqa: PLC0415

    before = {name: os.environ.get(name) for name in SERVER_SETTINGS}
    os.environ.update(SERVER_SETTINGS)
    with (
        prefect_test_harness(server_startup_timeout=120),
        temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}),
    ):
        yield str(PREFECT_API_URL.value())
    for name, value in before.items():
        os.environ.pop(name) if value is None else os.environ.update({name: value})
