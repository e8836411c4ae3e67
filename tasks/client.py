"""Prefect's client for direct calls, with trusted certificates that are read once a process.

Prefect reads them for each client, and makes one for each flow run, also where the server is
asked without TLS: more than ten milliseconds of CPU, as much as ten requests.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import certifi
from prefect.context import SyncClientContext
from prefect.settings import PREFECT_API_SSL_CERT_FILE, PREFECT_API_TLS_INSECURE_SKIP_VERIFY


@contextmanager
def ready_client() -> Iterator[None]:
    """Have a client at hand for the flow run that is made inside, unless there is one."""
    if SyncClientContext.get() or PREFECT_API_TLS_INSECURE_SKIP_VERIFY:
        yield
        return
    file = PREFECT_API_SSL_CERT_FILE.value() or certifi.where()
    context = SyncClientContext(httpx_settings={"verify": _trusted(str(file))})
    context._httpx_settings = None  # else get_client gives it only to those who ask for the same
    with context:
        yield


@cache
def _trusted(file: str) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=file)
