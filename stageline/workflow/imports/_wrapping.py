"""Exports that are wrapped up once more: in a list, in an answer of an API, as text in a field."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from stageline.workflow.imports._reading import read

DEEPEST, MOST, LONGEST = 4, 300, 100
_WRAPPERS = ("workflow", "data", "flow", "flowData", "definition", "json", "pipeline",
             "graph")  # fmt: skip

_YAML = re.compile(r"\s*[a-z_]{1,20}:(?: [^\r\n]*)?\r?\n")


def rings(data: Any) -> Iterator[list[Any]]:
    """What an export may be, from outside in: first ``data`` and what its usual wrappers hold,
    then whatever is one step further inside. Each ring is in the order of the data."""
    yield [data, *_usual(data)]
    ring = [data]
    for _ in range(DEEPEST):
        ring = [inner for outer in ring for inner in _inside(outer)][:MOST]
        if not ring:
            return
        yield ring


def _usual(data: Any) -> Iterator[Any]:
    if isinstance(data, list) and len(data) == 1 and isinstance(data[0], Mapping):
        yield data[0]
    if isinstance(data, Mapping):
        yield from _holding(data.get(name) for name in _WRAPPERS)


def _inside(data: Any) -> Iterator[Any]:
    if isinstance(data, Mapping):
        yield from _holding(list(data.values())[:LONGEST])
    elif isinstance(data, list):
        yield from _holding(data[:LONGEST])


def _holding(values: Any) -> Iterator[Any]:
    """Those that hold something; text that is JSON is read, and what may be YAML."""
    for value in values:
        written = isinstance(value, str) and (
            value.lstrip()[:1] in ("{", "[") or _YAML.match(value) is not None
        )
        found = read(value)[0] if written else value
        if isinstance(found, Mapping | list) and found:
            yield found
