"""Keys that are references themselves: ``metrics.server_id`` is the key of ``metrics``, and is
declared to refer to ``server``. A ``server_id`` elsewhere means the server, not its metrics."""

from __future__ import annotations

from stageline.schema.relationships.catalogue import Catalogue, Key, ownership
from stageline.schema.relationships.declared import Declared
from stageline.schema.relationships.kinds import compare_types

OWN_FROM = 0.5  # ownership from which a key's name means its own table, whatever it refers to


def find_origin(catalogue: Catalogue, declared: Declared, key: Key) -> Key:
    """The key that ``key`` stands for: itself if it refers to nothing, or has its table's name."""
    passed = {_place(catalogue, key)}
    while ownership(key) < OWN_FROM:
        target = declared.targets.get(_place(catalogue, key))
        keys = catalogue.keys.get(target[0], ()) if target else ()
        following = next((k for k in keys if _place(catalogue, k) == target), None)
        if target in passed or following is None:
            break
        if compare_types(key.column.type, following.column.type) == "different":
            break
        passed.add(_place(catalogue, following))
        key = following
    return key


def _place(catalogue: Catalogue, key: Key) -> tuple[int, str]:
    return key.entry.number, catalogue.schema.fold(key.column.name)
