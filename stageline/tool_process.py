"""One call of an isolated tool, as ``python -m stageline.tool_process DESCRIPTOR`` runs it.

Standard input holds the call as JSON; what is to be told goes through the descriptor as frames
(``stageline.workflow.isolation`` reads them), so that what the tool prints can spoil nothing.
It lies outside ``stageline.workflow``, because it imports only what the one tool needs.
"""

from __future__ import annotations

import json
import logging
import os
import resource
import struct
import sys
import threading
import time
import traceback
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from stageline.errors import ConfigError, ResourceError, StagelineError, as_stageline_error
from stageline.ports import check_arguments, model_of, outputs_of, services_of

HEADER = struct.Struct(">I")
MAX_RESULT_BYTES = 64 * 1024 * 1024
MAX_TEXT = 20_000
MEBIBYTE = 1024 * 1024


class Frames:
    """Writes messages, each as its length and JSON."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._lock = threading.Lock()

    def send(self, data: bytes) -> None:
        whole = memoryview(HEADER.pack(len(data)) + data)
        with self._lock:
            while whole:
                whole = whole[os.write(self._descriptor, whole) :]

    def tell(self, **message: Any) -> None:
        self.send(json.dumps(message).encode())


class _Forward(logging.Handler):
    """Hands log lines to the process that asked for the call."""

    def __init__(self, frames: Frames) -> None:
        super().__init__()
        self._frames = frames

    def emit(self, record: logging.LogRecord) -> None:
        text = None
        if record.exc_info and record.exc_info[0]:
            text = "".join(traceback.format_exception(*record.exc_info))[-MAX_TEXT:]
        line = {"name": record.name, "levelno": record.levelno, "created": record.created,
                "msg": record.getMessage()[:MAX_TEXT], "exc_text": text}  # fmt: skip
        self._frames.tell(log=line)


class ChildStop:
    """The service ``Stop`` here: nobody asks this process to end, it is killed."""

    def __init__(self, frames: Frames) -> None:
        self._frames = frames

    def wait(self, seconds: float) -> bool:
        time.sleep(seconds)
        return False

    def note(self, line: str) -> None:
        self._frames.tell(note=line[:MAX_TEXT])


def main() -> None:
    """Run one call and tell its outputs or its error."""
    frames = Frames(int(sys.argv[1]))
    call = json.load(sys.stdin)
    sys.stdin.close()
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    _listen(frames, call["levels"])
    try:
        frames.send(b'{"result":' + _outputs(call, ChildStop(frames)) + b"}")
    except Exception as error:  # noqa: BLE001 - it is told to whoever asked, as what it is
        frames.tell(error=_explained(error, call["name"]))


def _listen(frames: Frames, levels: Mapping[str, int]) -> None:
    logging.getLogger().addHandler(_Forward(frames))
    for name, level in levels.items():
        logging.getLogger(name or None).setLevel(level)


def _outputs(call: Mapping[str, Any], stop: ChildStop) -> bytes:
    """The outputs as JSON. The tool is not described again: its ports were known before."""
    name, function = call["name"], getattr(import_module(call["module"]), call["function"])
    services = services_of(function, name)
    arguments = check_arguments(name, model_of(function, services), call["arguments"])
    found = outputs_of(function(**arguments, **dict.fromkeys(services, stop)))
    try:
        data = json.dumps(found, allow_nan=False).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise ConfigError(f"What {name} returns is not JSON data: {error}.") from error
    return data


def _explained(error: Exception, name: str) -> dict[str, str]:
    ours = _too_much(name) if isinstance(error, MemoryError) else as_stageline_error(error, name)
    known = isinstance(error, StagelineError | MemoryError)
    trace = "".join(traceback.format_exception(error))[-MAX_TEXT:]
    return {"category": ours.category, "message": str(ours)[:MAX_TEXT],
            "trace": "" if known else trace}  # fmt: skip


def _too_much(name: str) -> ResourceError:
    mebibytes = resource.getrlimit(resource.RLIMIT_AS)[0] // MEBIBYTE
    return ResourceError(
        f"{name} needs more memory than the {mebibytes:,} MiB that it may take. Give it less."
    )


if __name__ == "__main__":
    main()
