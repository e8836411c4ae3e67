"""Wrong documents, each with what is to be found in it: ``malformed.txt``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_EXPECTED = re.compile(r"> (~?)([a-z0-9_]+)(?: (\d+)(?::(\d+))?)?")


@dataclass(frozen=True)
class Expected:
    """A problem. ``line`` and ``column`` are ``None`` where they do not matter."""

    code: str
    severity: str
    line: int | None
    column: int | None


@dataclass(frozen=True)
class Malformed:
    name: str
    text: str
    expected: tuple[Expected, ...]


def read_malformed() -> list[Malformed]:
    text = Path(__file__).with_name("malformed.txt").read_text(encoding="utf-8")
    return [_read(part) for part in re.split(r"^=== ", text, flags=re.M)[1:]]


def _read(part: str) -> Malformed:
    name, _, rest = part.partition("\n")
    lines = rest.split("\n")
    count = next(i for i, line in enumerate(lines) if not line.startswith("> "))
    expected = tuple(_expected(line) for line in lines[:count])
    return Malformed(name, "\n".join(lines[count:]), expected)


def _expected(line: str) -> Expected:
    found = _EXPECTED.fullmatch(line)
    assert found, line
    place = [int(number) if number else None for number in found.groups()[2:]]
    return Expected(found[2], "warning" if found[1] else "error", place[0], place[1])
