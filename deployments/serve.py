"""``make serve``: start a Prefect server, unless one is configured, and serve every deployment."""

from __future__ import annotations

import argparse
import os
import signal
from contextlib import nullcontext
from pathlib import Path

from deployments.server import running_server

ROOT = Path(__file__).resolve().parents[1]


def serve_all(limit: int = 10) -> None:
    """Serve what ``prefect.yaml`` declares until interrupted; at most ``limit`` runs at a time."""
    # Imported here because the address of the API must be set before Prefect is loaded.
    from prefect import serve  # noqa: PLC0415

    from deployments.declared import declared_deployments  # noqa: PLC0415

    serve(*declared_deployments(ROOT / "prefect.yaml"), limit=limit)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=4200)
    parser.add_argument("--limit", type=int, default=10, help="runs at the same time")
    options = parser.parse_args()
    configured = os.environ.get("PREFECT_API_URL")
    # A terminal that closes, or ``kill``, ends it as Ctrl-C does: the server must not be left over.
    for number in (signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, lambda *_: signal.raise_signal(signal.SIGINT))
    server = nullcontext(configured) if configured else running_server(options.host, options.port)
    with server as api:
        os.environ["PREFECT_API_URL"] = str(api)
        print(f"Prefect UI: {str(api).removesuffix('/api')}")  # noqa: T201
        serve_all(options.limit)


if __name__ == "__main__":
    main()
