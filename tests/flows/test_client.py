"""Direct calls ask Prefect with a client that does not read all certificates anew."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Any

import certifi
import pytest
from prefect.client.orchestration import get_client
from prefect.context import FlowRunContext
from prefect.settings import (
    PREFECT_API_SSL_CERT_FILE,
    PREFECT_API_TLS_INSECURE_SKIP_VERIFY,
    temporary_settings,
)

from tasks import client
from tasks.parameters import checked_flow

READ = ssl.create_default_context


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The files of certificates that were read."""
    files: list[Any] = []

    def note(*args: Any, **more: Any) -> ssl.SSLContext:
        files.append(more.get("cafile"))
        return READ(*args, **more)

    client._trusted.cache_clear()
    monkeypatch.setattr(ssl, "create_default_context", note)
    return files


@checked_flow(name="seen")
def seen() -> tuple[bool, bool]:
    context = FlowRunContext.get()
    assert context is not None
    return get_client(sync_client=True) is context.client, bool(context.persist_result)


def test_certificates_are_read_once_for_many_calls(read: list[Any]) -> None:
    seen()
    read.clear()
    assert [seen() for _ in range(3)] == [(True, False)] * 3
    assert read == []


def test_a_file_of_certificates_is_used_where_it_is_set(read: list[Any], tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    file.write_bytes(Path(certifi.where()).read_bytes())
    seen()
    assert str(file) not in read
    with temporary_settings({PREFECT_API_SSL_CERT_FILE: str(file)}):
        seen()
    assert str(file) in read


def test_a_client_that_trusts_everybody_is_made_by_prefect(read: list[Any]) -> None:
    with temporary_settings({PREFECT_API_TLS_INSECURE_SKIP_VERIFY: True}):
        seen()
    assert None in read


def test_the_connections_of_a_call_are_closed_with_it(read: list[Any]) -> None:
    clients = []

    @checked_flow(name="kept")
    def kept() -> None:
        clients.append(get_client(sync_client=True))

    kept()
    assert clients[0]._closed
    assert read
