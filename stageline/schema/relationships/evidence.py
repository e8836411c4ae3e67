"""What speaks for and against a candidate, as numbers between 0 and 1 by feature name."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import log2

from stageline.schema.model import Schema, Table
from stageline.schema.relationships.candidates import (
    ASSIGNED,
    LOGINS,
    PERSON_ROLES,
    Candidate,
    Reading,
)
from stageline.schema.relationships.catalogue import Catalogue, Entry, Key, ownership
from stageline.schema.relationships.kinds import compare_types, family_of, is_fixed
from stageline.schema.relationships.names import (
    Tokens,
    drop_ordinal,
    glue,
    has_marker,
    is_attribute,
    is_generic,
    stem,
    tokenise,
)
from stageline.schema.relationships.rating import Features, rate_name

PARTLY_NAMED = 0.7  # strength of a name below which it does not say a table as a whole


@dataclass(frozen=True, slots=True)
class Standing:
    """How a table's columns take part in its keys and indexes, by folded name."""

    sole_key: frozenset[str]
    part_of_key: frozenset[str]
    unique: frozenset[str]
    indexed: frozenset[str]


@dataclass(slots=True)
class Surroundings:
    """The catalogue with what is worked out once for each table."""

    catalogue: Catalogue
    bare_style: float = 0.0
    standings: dict[int, Standing] = field(default_factory=dict)
    last: tuple[Reading, Features] | None = None

    def standing(self, entry: Entry) -> Standing:
        found = self.standings.get(entry.number)
        if found is None:
            found = _stand(self.catalogue.schema, entry.table)
            self.standings[entry.number] = found
        return found


def look_around(catalogue: Catalogue) -> Surroundings:
    return Surroundings(catalogue, measure_bare_style(catalogue))


def measure_bare_style(catalogue: Catalogue) -> float:
    """The share of columns with a key's type and a table's full name that carry no marker.

    Some schemas write ``party integer`` for a reference to ``party_party.id``; there a missing
    ``_id`` says nothing. In [0, 1], 0 for a schema with few such columns.
    """
    counts = [0, 2]
    for entry in catalogue.entries:
        for column in entry.table.columns:
            tokens = drop_ordinal(tokenise(column.name))
            marked = has_marker(tokens)
            if is_attribute(tokens):
                continue
            for alias in catalogue.by_name.get(glue(stem(tokens)), ())[:1]:
                key = alias.key.column
                if (
                    alias.share == 1.0
                    and family_of(key.type) != "text"
                    and (compare_types(column.type, key.type) == "same")
                ):
                    counts[marked] += 1
    return counts[0] / sum(counts)


def _stand(schema: Schema, table: Table) -> Standing:
    key = tuple(map(schema.fold, table.primary_key))
    unique = [c.columns[0] for c in table.unique_constraints if len(c.columns) == 1]
    unique += [i.columns[0] for i in table.indexes if i.unique and len(i.columns) == 1]
    leading = [i.columns[0] for i in table.indexes if i.columns]
    leading += [c.columns[0] for c in table.unique_constraints if c.columns]
    return Standing(
        frozenset(key if len(key) == 1 else ()),
        frozenset(key if len(key) > 1 else ()),
        frozenset(map(schema.fold, unique)),
        frozenset(map(schema.fold, leading)),
    )


def gather_features(
    around: Surroundings, reading: Reading, candidate: Candidate
) -> Features | None:
    """The features of one candidate; ``None`` when the types rule the reference out."""
    agreement = compare_types(reading.column.type, candidate.key.column.type)
    family = family_of(reading.column.type)
    if agreement == "different" or (family == "date" and "key_exact" not in candidate.names):
        return None
    features: Features = dict(candidate.names)
    features[f"type_{agreement}"] = 1.0
    features[f"key_{candidate.key.source}"] = 1.0
    if family == "text":
        features["text"] = 1.0
    features.update(_describe_column(around, reading))
    _add_pair_features(around, reading, candidate.key, features)
    _add_name_features(reading, features)
    _add_doubts(around, reading, features)
    _add_codes(reading, candidate.key, features)
    return features


def _describe_column(around: Surroundings, reading: Reading) -> Features:
    """What holds of the column whatever its target is; worked out once for all its candidates."""
    if around.last is not None and around.last[0] is reading:
        return around.last[1]
    features: Features = {}
    _add_column_features(around, reading, features)
    around.last = (reading, features)
    return features


def _add_column_features(around: Surroundings, reading: Reading, features: Features) -> None:
    standing = around.standing(reading.entry)
    name = around.catalogue.schema.fold(reading.column.name)
    if name in standing.sole_key:
        own = Key(reading.entry, reading.column, "primary", tokenise(reading.column.name))
        features["is_key"] = 1.0
        features["is_own_key"] = max(ownership(own), float(not reading.stem))
    elif glue(reading.stem) in (glue(reading.entry.core), glue(reading.entry.tokens)):
        features["is_own_key"] = 1.0
    flags = {
        "in_key": name in standing.part_of_key,
        "is_unique": name in standing.unique,
        "is_indexed": name in standing.indexed,
        "is_identity": reading.column.identity,
    }
    features.update((flag, 1.0) for flag, holds in flags.items() if holds)
    if not reading.marked:
        features["unmarked"] = 1.0 - around.bare_style


def _add_pair_features(
    around: Surroundings, reading: Reading, key: Key, features: Features
) -> None:
    source, target = reading.entry, key.entry
    flags = {
        "self": source is target,
        "copy": target.copy and not source.copy,
        "both_copies": target.copy and source.copy and source is not target,
        "same_module": bool(source.core and target.core) and source.core[0] == target.core[0],
        "link": target.number in around.catalogue.links,
        "named_by_table": source is not target and _contains(source.tokens, target.core),
        "says_more": key.says_more,
        "key_unsaid": key.says_more and not _says_key(reading, key, features),
        "other_schema": bool(source.table.schema and target.table.schema)
        and source.table.schema != target.table.schema,
    }
    features.update((flag, 1.0) for flag, holds in flags.items() if holds)


def _says_key(reading: Reading, key: Key, features: Features) -> bool:
    said = {"key_exact", "key_suffix", "context_key"} & features.keys()
    return bool(said) or glue(stem(key.tokens)) == glue(reading.stem)


def _contains(tokens: Tokens, part: Tokens) -> bool:
    size = len(part)
    return any(tokens[start : start + size] == part for start in range(len(tokens) - size + 1))


def _add_name_features(reading: Reading, features: Features) -> None:
    """How well the name fits, in one number, and which way of reading it fits best."""
    if not reading.marked and features.get("text"):
        features["unmarked_text"] = 1.0
    strength, way = rate_name(features)
    features["strength"] = strength
    features[f"by_{way}"] = 1.0
    if strength > 0.8:
        features["strong"] = max(strength - 0.8, 0.0) * 5
    elif strength < 0.7:
        features["weak"] = max(0.7 - strength, 0.0) * 3
    if way == "part":
        features["partly"] = 1.0
    if way in ("tail", "tail_role"):
        features["short_tail"] = 1.0 - max(
            features.get("table_tail", 0.0), features.get("table_tail_role", 0.0)
        )


def _add_doubts(around: Surroundings, reading: Reading, features: Features) -> None:
    """A column that is named like a measure, or that names a table only in part and carries no
    marker, holds a value of its own in most schemas; how much that says depends on the style."""
    if reading.marked:
        return
    whole = "key_exact" in features or features.get("context", 0.0) > 0.9
    if is_attribute(reading.tokens) and not whole:
        features["attribute"] = 1.0 - around.bare_style
    by_role = "by_self" in features or "by_person" in features
    if features["strength"] < PARTLY_NAMED and not by_role:
        features["loose"] = 1.0 - around.bare_style


def _add_codes(reading: Reading, key: Key, features: Features) -> None:
    """What speaks for a text column: a name and type that repeat a person's login or a code.

    A type without a stated length is no evidence; text of a fixed length is more than other.
    """
    if not features.get("text") or "type_same" not in features or "(" not in key.column.type:
        return
    fixed = is_fixed(key.column.type)
    if key.source in ("primary", "unique") and key.tokens[-1] in LOGINS:
        said = reading.stem or reading.tokens
        if said[-1] in PERSON_ROLES | LOGINS or said[0] in ASSIGNED:
            features["login"] = 1.0 if fixed else 0.7
            features.pop("loose", None)
    elif "key_exact" in features and not is_generic(reading.tokens):
        own = {"is_key", "is_unique", "is_own_key"} & features.keys()
        if not own and (fixed or features.get("owner")):
            features["same_code"] = 1.0 if fixed else 0.6


def compare_rivals(rivals: list[Features]) -> None:
    """Add to each candidate how far its name leads the next best, or stays behind the best."""
    ranked = sorted((features["strength"] for features in rivals), reverse=True)
    for features in rivals:
        mine = features["strength"]
        other = ranked[1] if mine == ranked[0] and len(ranked) > 1 else ranked[0]
        other = 0.0 if len(ranked) == 1 else other
        if mine > other:
            lead = min(max(mine - other, 0.0), 0.25) / 0.25 * max(mine - 0.4, 0.0) / 0.6
            features["lead"] = lead
        elif mine < other:
            features["behind"] = min(max(other - mine, 0.0), 0.25) / 0.25
        else:
            features["tied"] = 1.0


def count_votes(groups: list[list[Features]], targets: list[list[int]]) -> dict[int, int]:
    """How many columns name each table best and clearly: tables that others refer to."""
    votes: dict[int, int] = {}
    for rivals, numbers in zip(groups, targets, strict=True):
        best = _clear_best(rivals)
        if best is not None and "self" not in rivals[best]:
            votes[numbers[best]] = votes.get(numbers[best], 0) + 1
    return votes


def measure_repeating(groups: list[list[Features]]) -> float:
    """Of the columns that clearly name a table whose key has a name of its own, the share that
    repeat the key's name; in [0, 1]."""
    clear = [rivals[best] for rivals in groups if (best := _clear_best(rivals)) is not None]
    said = sum("key_unsaid" not in f for f in clear if "says_more" in f)
    return (said + 1) / (sum("says_more" in f for f in clear) + 2)


def measure_thoroughness(groups: list[list[Features]], declared: int) -> float:
    """How much a schema declares of what it could: 0 where half of the columns that clearly name
    a table have no declared key, 1 where all have. ``groups`` are the undeclared columns."""
    clear = sum(_clear_best(rivals) is not None for rivals in groups)
    return max(2 * declared / max(declared + clear, 1) - 1, 0.0)


def _clear_best(rivals: list[Features]) -> int | None:
    best = max(range(len(rivals)), key=lambda i: rivals[i]["strength"], default=None)
    return best if best is not None and rivals[best]["strength"] >= 0.8 else None


def add_popularity(features: Features, votes: int) -> None:
    """``popular`` grows with the votes for the table, to 1 at 31 or more; less its own vote."""
    others = votes - (features["strength"] >= 0.8)
    features["popular"] = min(log2(1 + max(others, 0)) / 5, 1.0)


def add_repeating(features: Features, repeating: float) -> None:
    """That a name does not repeat the key's tells more where all others do."""
    if "key_unsaid" in features:
        features["unsaid_where_said"] = max(repeating - 0.7, 0.0) / 0.3
