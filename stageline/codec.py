"""Stored models as JSON: stdlib dataclasses to bytes and back, checked on the way in.

The adapters are cached: building one costs milliseconds, using it microseconds.
"""

from __future__ import annotations

import json
from typing import Any, NoReturn, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from stageline.errors import DependencyError, InputError, InternalError

T = TypeVar("T")


_adapters: dict[Any, TypeAdapter[Any]] = {}


def adapter(kind: Any) -> TypeAdapter[Any]:
    """The codec of a type: a dataclass, a pydantic model, or anything annotations can say."""
    found = _adapters.get(kind)
    if found is None:
        found = _adapters[kind] = TypeAdapter(kind)
    return found


def encode(value: object, kind: Any = None) -> bytes:
    """``value`` as UTF-8 JSON; equal values of one type give equal bytes.

    ``kind`` is needed where the type of ``value`` does not say all (``tuple[str, ...]``).
    Raises ``InternalError`` for what JSON cannot hold, ``InputError`` for text that UTF-8 cannot.
    """
    try:
        return adapter(kind or type(value)).dump_json(value)
    except PydanticSerializationError as error:
        if "surrogates not allowed" in str(error):
            raise InputError("A text holds half of a pair of surrogates.") from error
        raise InternalError(
            f"A value of type {type(value).__name__} cannot be stored as JSON: {error}. "
            "Return text, numbers, tuples and dataclasses of these."
        ) from error


def decode(kind: type[T], data: bytes) -> T:
    """The value that ``encode`` wrote. Raises ``DependencyError`` if the bytes are no such value.

    Only JSON is read, so bytes that somebody else put there are never executed.
    """
    try:
        if b"NaN" in data or b"Infinity" in data:  # pydantic would take it for a number
            json.loads(data, parse_constant=_refuse)
        value: T = adapter(kind).validate_json(data)
    except ValidationError as error:
        name = getattr(kind, "__name__", str(kind))
        what = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in what["loc"]) or "the whole"
        raise DependencyError(
            f"Stored bytes are not a {name}: {what['msg']} ({where}). "
            "The object was changed or comes from another version; delete it and run again."
        ) from error
    except ValueError as error:
        raise DependencyError(f"Stored bytes are not JSON: {error}.") from error
    return value


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number of JSON")


def to_data(value: object, kind: Any = None) -> Any:
    """``value`` as plain JSON data: dicts, lists, text, numbers."""
    return adapter(kind or type(value)).dump_python(value, mode="json")
