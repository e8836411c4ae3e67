"""Tools that behave badly, for the tests of isolation."""

from __future__ import annotations

import ctypes
import logging
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stageline.errors import CATEGORIES, error_of
from stageline.ports import File, LocalFile, Stop, Traits

TRAITS = Traits(isolated=True, memory_mb=1024, environment=("GIVEN_TO_ALL",))


@dataclass
class Out:
    value: Any


@dataclass
class OutFile:
    file: File


def echo(value: Any = None, file: File | None = None) -> Out:
    """Give back what came."""
    return Out([value, file and file.path.read_text()])


def same_file(file: File) -> OutFile:
    assert isinstance(file, LocalFile)
    return OutFile(file)


def noisy() -> Out:
    print("printed")  # noqa: T201
    sys.stdout.write("no end of line")
    os.write(1, b"\x00\x00\x00\x02{}")
    os.write(2, b"\xff\xfe raw\n")
    sys.stderr.write("err\n")
    return Out("clean")


def logs() -> Out:
    logging.getLogger("others.module").warning("watch %s", "out")
    logging.getLogger("stageline.tools.x").info("told")
    logging.getLogger("stageline.tools.x").debug("not told")
    try:
        raise ValueError("inner")
    except ValueError:
        logging.getLogger("stageline.tools.x").exception("failed")
    return Out(None)


def notes(*, stop: Stop) -> Out:
    stop.note("half way")
    return Out(stop.wait(0))


def fails(category: str) -> Out:
    assert category in CATEGORIES
    raise error_of(category, f"this is {category}")  # type: ignore[arg-type]


def bug() -> Out:
    return Out(1 / 0)


def hang(mark: str) -> Out:
    """Hang in C with the lock of the interpreter held, with a family that ignores signals."""
    code = "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(600)"
    for new in (False, True):
        subprocess.Popen([sys.executable, "-c", code, mark], start_new_session=new)
    print("hanging", flush=True)  # noqa: T201
    ctypes.PyDLL(None).sleep(600)
    return Out(None)


def sleeping() -> Out:
    time.sleep(600)
    return Out(None)


def late(*, timeout: float = 0.1) -> Out:
    time.sleep(60)
    return Out()


def eat() -> Out:
    return Out(len(bytearray(8 << 30)))


def ends_by(number: int) -> Out:
    os.kill(os.getpid(), number)
    time.sleep(600)
    return Out(None)


def exits(code: int) -> Out:
    sys.stderr.write("last words\n")
    os._exit(code)


def system_exit() -> Out:
    sys.exit(3)


def large(size: int) -> Out:
    return Out("x" * size)


def forged(length: int) -> Out:
    """Write a frame of its own that promises more than may come."""
    for descriptor in range(3, 4096):  # a busy parent has many, and numbers stay
        try:
            os.write(descriptor, length.to_bytes(4, "big"))
        except OSError:
            continue
    time.sleep(600)
    return Out(None)


def not_json() -> Out:
    return Out(float("nan"))


def surroundings() -> Out:
    return Out({"environment": dict(os.environ), "cwd": str(Path.cwd()),
                "folder": sorted(map(str, Path().iterdir())),
                "modules": sorted(sys.modules)})  # fmt: skip
