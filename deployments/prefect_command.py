"""``python deployments/prefect_command.py server start``: Prefect's command, patient on SQLite.

On SQLite Prefect begins a transaction as a reader. Where another one commits before the first
write, SQLite refuses that write at once, however long the busy timeout, and the server answers
503; its clients come again after two seconds. Begun as a writer, a transaction waits its turn.
"""

from __future__ import annotations

import runpy
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from prefect.server.database.configurations import AioSqliteConfiguration
from prefect.server.database.dependencies import MODELS_DEPENDENCIES
from prefect.server.utilities.database import get_dialect
from prefect.settings import PREFECT_API_DATABASE_CONNECTION_URL
from sqlalchemy.ext.asyncio import AsyncSession, AsyncSessionTransaction


class PatientSqlite(AioSqliteConfiguration):
    """Prefect's SQLite, all of whose transactions take their turn at the start (IMMEDIATE)."""

    @asynccontextmanager
    async def begin_transaction(
        self, session: AsyncSession, with_for_update: bool = True
    ) -> AsyncGenerator[AsyncSessionTransaction, None]:
        del with_for_update  # almost no caller says it, and most read before they write
        async with super().begin_transaction(session, with_for_update=True) as transaction:
            yield transaction


def be_patient() -> None:
    """Let the server of this process use ``PatientSqlite``, if its database is SQLite."""
    url = PREFECT_API_DATABASE_CONNECTION_URL.value()
    if get_dialect(url).name == "sqlite":
        MODELS_DEPENDENCIES["database_config"] = PatientSqlite(connection_url=url)


if __name__ == "__main__":
    be_patient()
    runpy.run_module("prefect", run_name="__main__", alter_sys=True)
