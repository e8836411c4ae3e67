"""moto's server with conditional creates one at a time: ``python atomic_moto.py PORT``.

moto 5.2 looks whether the object is there and writes it later, with no lock between the two, so
that several of those who race now and then all succeed; AWS S3 promises that one does.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from threading import Lock
from typing import Any

from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import run_simple

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


def one_create_at_a_time(application: Application) -> Application:
    """The application; requests with a condition wait for each other."""
    lock = Lock()

    def serve(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        with lock if "HTTP_IF_NONE_MATCH" in environ else nullcontext():
            return application(environ, start_response)

    return serve


if __name__ == "__main__":
    served = one_create_at_a_time(DomainDispatcherApplication(create_backend_app))
    run_simple("127.0.0.1", int(sys.argv[1]), served, threaded=True,
               request_handler=MotoRequestHandler)  # fmt: skip
