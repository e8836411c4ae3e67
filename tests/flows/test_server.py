"""The server that ``make serve`` starts: Prefect's, whose writers on SQLite wait their turn."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from prefect.server.database.configurations import AioSqliteConfiguration
from prefect.server.database.dependencies import MODELS_DEPENDENCIES
from prefect.server.database.interface import PrefectDBInterface
from prefect.server.database.orm_models import AioSqliteORMConfiguration
from prefect.server.database.query_components import AioSqliteQueryComponents
from prefect.settings import PREFECT_API_DATABASE_CONNECTION_URL, temporary_settings
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from deployments.prefect_command import PatientSqlite, be_patient
from deployments.server import PREFECT_COMMAND
from tests.flows.processes import LONG, until

ROOT = Path(__file__).resolve().parents[2]


async def two_writers(config: AioSqliteConfiguration) -> int:
    """One reads and then writes, as Prefect's routes do; another would write in between."""
    db = PrefectDBInterface(
        database_config=config,
        query_components=AioSqliteQueryComponents(),
        orm=AioSqliteORMConfiguration(),
    )

    async def write() -> None:
        async with db.session_context(begin_transaction=True) as session:
            await session.execute(text("INSERT INTO seen VALUES (2)"))

    async with db.session_context() as session:
        await session.execute(text("CREATE TABLE seen (n INTEGER)"))
    try:
        async with db.session_context(begin_transaction=True) as session:
            await session.execute(text("SELECT count(*) FROM seen"))
            other = asyncio.create_task(write())
            await asyncio.wait({other}, timeout=0.5)
            await session.execute(text("INSERT INTO seen VALUES (1)"))
        await other
        async with db.session_context() as session:
            return int((await session.execute(text("SELECT count(*) FROM seen"))).scalar_one())
    finally:
        await (await config.engine()).dispose()


def test_a_writer_on_sqlite_waits_its_turn(tmp_path: Path) -> None:
    patient = PatientSqlite(f"sqlite+aiosqlite:///{tmp_path}/patient.db")
    assert asyncio.run(two_writers(patient)) == 2


def test_prefects_own_is_refused_which_is_why(tmp_path: Path) -> None:
    with pytest.raises(OperationalError, match="locked"):
        asyncio.run(two_writers(AioSqliteConfiguration(f"sqlite+aiosqlite:///{tmp_path}/own.db")))


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("sqlite+aiosqlite:////tmp/none.db", PatientSqlite),
        ("postgresql+asyncpg://nobody@localhost/none", type(None)),
    ],
)
def test_other_databases_are_left_to_prefect(
    url: str, kind: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(MODELS_DEPENDENCIES, "database_config", None)
    with temporary_settings({PREFECT_API_DATABASE_CONNECTION_URL: url}):
        be_patient()
    assert type(MODELS_DEPENDENCIES["database_config"]) is kind


def test_all_else_is_prefects_command() -> None:
    said = subprocess.run(
        [sys.executable, "-P", str(PREFECT_COMMAND), "server", "start", "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "--keep-alive-timeout" in said.stdout


SERVE = """
import runpy, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # off in what a shell runs behind it
sys.argv = ["serve", "--port", sys.argv[1]]
runpy.run_module("deployments.serve", run_name="__main__", alter_sys=True)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_serving_ends_with_its_server_and_without_a_fault(number, tmp_path: Path) -> None:
    port = free_port()
    told = {name: text for name, text in os.environ.items() if name != "PREFECT_API_URL"}
    with (tmp_path / "said").open("w+") as said:
        process = subprocess.Popen(
            [sys.executable, "-c", SERVE, str(port)], cwd=ROOT, process_group=0,
            env={**told, "PREFECT_HOME": str(tmp_path)}, stdout=said, stderr=said,
        )  # fmt: skip
        until(lambda: polled(port), LONG)
        os.killpg(process.pid, number)  # as a terminal does, to all of a group
        process.wait(LONG)
    assert "Traceback" not in (tmp_path / "said").read_text()
    assert not answers(port)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def polled(port: int) -> bool:
    """Whether somebody asks for runs of the deployments."""
    asked = Request(
        f"http://127.0.0.1:{port}/api/deployments/filter", b"{}",
        {"Content-Type": "application/json"},
    )  # fmt: skip
    try:
        with urlopen(asked, timeout=5) as answer:  # noqa: S310
            found = json.load(answer)
    except OSError:
        return False
    return bool(found) and all(one["status"] == "READY" for one in found)


def answers(port: int) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0
