"""Exports as they are in the wild: read more kindly than documents are.

Numbers beyond 64 bits (seeds of random generators) and what is no number are kept as text,
halves of surrogate pairs replaced, aliases in YAML put in where they stand, within bounds, and
comments and spare commas passed by; each with a warning.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import yaml

from stageline.workflow.imports._mending import decoded, mended, notice
from stageline.workflow.problems import Problem
from stageline.workflow.source import Source, read_source

MOST_NODES, DEEPEST = 200_000, 100
_SHOWN = 20
_BEARABLE = frozenset({"bad_number", "lone_surrogate", "nul_character", "duplicate_key"})
_ALIASED = frozenset({"yaml_anchor", "yaml_alias"})
_INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]{1,2})?")


def read(given: Any) -> tuple[Any, tuple[Problem, ...]]:
    """The data of an export (``None`` if there is an error), and what was noticed."""
    given = decoded(given)
    data, found = _read(given)
    text = mended(given) if data is None else None
    again, more = _read(text) if text else (None, ())
    return (data, found) if again is None else (again, (notice(found[0]), *more))


def _read(given: Any) -> tuple[Any, tuple[Problem, ...]]:
    in_list = isinstance(given, list)
    source = read_source({"": given} if in_list else given)
    data = source.data[""] if in_list and isinstance(source.data, Mapping) else source.data
    found = tuple(finding.located(source.locate) for finding in source.findings[:_SHOWN])
    codes = {finding.code for finding in source.findings if finding.severity == "error"}
    if codes & _ALIASED and codes <= _ALIASED | _BEARABLE and source.text is not None:
        data, codes = _expanded(source.text), codes - _ALIASED
    elif codes and codes <= _BEARABLE:
        data, codes = _kinder(source, data), set()
    if data is None or codes - _BEARABLE:
        return None, found
    return data, tuple(replace(problem, severity="warning") for problem in found)


def _kinder(source: Source, data: Any) -> Any:
    """JSON text once more, whose size and depth are known to be within bounds."""
    text = source.text
    if text is None or text.lstrip(" \t\r\n\ufeff")[:1] not in ("{", "["):
        return _clean(data)
    numbers = {"parse_int": _integer, "parse_float": _float, "parse_constant": str}
    try:  # not strict: a text may hold NUL and the like
        return _clean(json.loads(text, strict=False, **numbers))  # type: ignore[arg-type]
    except ValueError:
        return _clean(data)


def _integer(text: str) -> int | str:
    value = int(text) if len(text) < 21 else None
    return value if value is not None and -(2**63) <= value < 2**63 else text


def _float(text: str) -> float | str:
    value = float(text)
    return text if value in (float("inf"), float("-inf")) else value


def _clean(data: Any) -> Any:
    if isinstance(data, str):
        return data.encode("utf-8", "replace").decode().replace("\0", "")
    if isinstance(data, Mapping):
        return {_clean(name): _clean(value) for name, value in data.items()}
    return [_clean(item) for item in data] if isinstance(data, list) else data


# --- YAML with aliases


class _TooMuchError(Exception):
    """Aliases that stand for more than is borne, or for themselves."""


def _expanded(text: str) -> Any:
    """YAML with its aliases put in; ``None`` if that is too much."""
    try:
        return _Expansion().value(yaml.compose(text, Loader=yaml.SafeLoader), 0)
    except (_TooMuchError, yaml.YAMLError, RecursionError):
        return None


class _Expansion:
    def __init__(self) -> None:
        self._left = MOST_NODES

    def value(self, node: yaml.Node | None, depth: int) -> Any:
        self._left -= 1
        if self._left < 0 or depth > DEEPEST:
            raise _TooMuchError
        if isinstance(node, yaml.MappingNode):
            pairs = ((self.value(k, depth + 1), self.value(v, depth + 1)) for k, v in node.value)
            return {str(name): value for name, value in pairs}
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, depth + 1) for item in node.value]
        return _scalar(node) if isinstance(node, yaml.ScalarNode) else None


def _scalar(node: yaml.ScalarNode) -> Any:
    kind, text = node.tag.rpartition(":")[2], str(node.value)
    if kind == "null":
        return None
    if kind == "bool" and text.lower() in ("true", "false"):
        return text.lower() == "true"
    if kind == "int" and _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if kind == "float" and _FLOAT.fullmatch(text) else text
