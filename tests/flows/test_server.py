"""The server that ``make serve`` starts: Prefect's, whose writers on SQLite wait their turn."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

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
