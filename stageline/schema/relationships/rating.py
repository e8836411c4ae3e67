"""How completely a column's name says a key, over all the ways in which it can be read."""

from __future__ import annotations

from collections.abc import Iterator

Features = dict[str, float]

# (base, slope) of a rating by how a table is named; the slope goes with the share of its name.
_KINDS = {"full": (0.9, 0.0), "bare": (0.88, 0.0), "tail": (0.45, 0.42),
          "head": (0.25, 0.3), "initials": (0.35, 0.1)}  # fmt: skip
# What is left of it when only a part of the column's name names the table.
_PLACES = {"": 1.0, "_role": 0.9, "_lead": 0.6, "_mid": 0.5}
_WAYS = {"full": "table", "bare": "table", "tail": "tail", "full_role": "role",
         "bare_role": "role", "tail_role": "tail_role", "initials": "short"}  # fmt: skip


def rate_name(found: Features) -> tuple[float, str]:
    """The best rating in [0, 1] and the way of reading that gives it.

    The order of the ratings matters more than their values: the whole key, then the whole
    table, then a part of it. Two good readings that agree count a little more than the better.
    """
    ratings = sorted((*_rate_key(found), *_rate_words(found), *_rate_table(found), (0.0, "part")))
    best, way = ratings[-1]
    second = ratings[-2][0] if len(ratings) > 1 else 0.0
    return (max(best, min((best + second) / 2 + 0.02, 1.0)), way) if second > 0.8 else (best, way)


def _rate_key(found: Features) -> Iterator[tuple[float, str]]:
    owner = found.get("owner", 0.0)
    context = found.get("context", 0.0)
    if "key_exact" in found:
        yield max(0.55 + 0.4 * owner, 0.8 if "sole" in found else 0.0), "key"
        near = max(context, found.get("context_part", 0.0))
        yield (0.92 + 0.08 * near if near else 0.0), "key"
    if "key_suffix" in found:
        yield (0.4 + 0.45 * owner) * (0.6 + 0.4 * found["key_suffix"]), "suffix"
    if "context_key" in found:
        yield 0.88 + 0.12 * found["context_key"], "context"
    if context:
        yield 0.55 + (0.2 if "key_unsaid" in found else 0.4) * context, "context"


def _rate_words(found: Features) -> Iterator[tuple[float, str]]:
    yield found.get("role_self", 0.0) * 0.7, "self"
    yield found.get("role_person", 0.0) * 0.6, "person"
    if "abbreviation" in found:
        yield 0.4 + 0.2 * found["abbreviation"], "short"


def _rate_table(found: Features) -> Iterator[tuple[float, str]]:
    said = found.get("column_share", 0.0) * (0.7 if "key_unsaid" in found else 1.0)
    for name, share in found.items():
        scale = _SCALES.get(name)
        if scale is not None:
            yield (scale[0] + scale[1] * share) * (0.7 + 0.3 * said), scale[2]


_SCALES = {
    f"table_{kind}{place}": (base * left, slope * left, _WAYS.get(kind + place, "part"))
    for kind, (base, slope) in _KINDS.items()
    for place, left in _PLACES.items()
}

# A first guess from one reading alone, (base, slope), by which the best candidates are chosen
# before they are rated in full.
PROMISES = {
    "key_exact": (0.8, 0.0), "owner": (0.35, 0.6), "key_suffix": (0.3, 0.4),
    "context_key": (0.88, 0.12), "context": (0.55, 0.4), "context_part": (0.1, 0.2),
    "role_self": (0.0, 0.7), "role_person": (0.0, 0.6), "abbreviation": (0.4, 0.2),
    **{name: scale[:2] for name, scale in _SCALES.items()},
}  # fmt: skip
