"""The most likely target of every column that no declared key covers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from stageline.schema.relationships.candidates import (
    Candidate,
    Reading,
    find_candidates,
    read_column,
)
from stageline.schema.relationships.catalogue import Catalogue, Entry, Key
from stageline.schema.relationships.confidence import calibrate, share_out
from stageline.schema.relationships.declared import Declared
from stageline.schema.relationships.evidence import (
    Surroundings,
    add_popularity,
    add_repeating,
    compare_rivals,
    count_votes,
    gather_features,
    look_around,
    measure_repeating,
    measure_thoroughness,
)
from stageline.schema.relationships.inclusion import Inclusion, Values, compare_values
from stageline.schema.relationships.joins import Place, find_joins
from stageline.schema.relationships.names import drop_ordinal, glue, tokenise
from stageline.schema.relationships.origins import find_origin
from stageline.schema.relationships.rating import Features
from stageline.schema.relationships.twins import Twins

_REFERS = re.compile(
    r"(?:references?|refers? to|referring to|foreign key (?:to|of|for)|fk (?:to|of)"
    r"|points? (?:to|at)|(?:id|key) of(?: the)?|->|see(?: table)?)"
    r"\s+(?:the |table )?[\"'`\[]?(\w+)",
    re.IGNORECASE,
)
# What a column's name has in common with the key, and not with the table.
_OF_KEYS = frozenset({"key_exact", "key_suffix", "context_key"})


@dataclass(slots=True)
class Rival:
    """One candidate with its features and, once rated, its raw probability. ``through`` is the
    key that the features tell of, where that is itself a reference to ``key``."""

    key: Key
    features: Features
    raw: float = 0.0
    join: str | None = None
    inclusion: Inclusion | None = None
    through: Key | None = None


@dataclass(slots=True)
class Question:
    """A column and the keys that it may refer to, most likely first once rated."""

    reading: Reading
    rivals: list[Rival]

    @property
    def place(self) -> Place:
        return self.reading.entry.number, self.reading.column.name

    @property
    def confidence(self) -> float:
        return calibrate(self.rivals[0].raw)


@dataclass(slots=True)
class Inquiry:
    """Everything that the candidates of a schema are judged by."""

    catalogue: Catalogue
    declared: Declared
    around: Surroundings
    values: Values
    twins: Twins
    joins: dict[Place, dict[Place, str]] = field(default_factory=dict)
    namesakes: Counter[str] = field(default_factory=Counter)


def open_inquiry(catalogue: Catalogue, declared: Declared) -> Inquiry:
    """Read the schema's code and style once."""
    inquiry = Inquiry(
        catalogue, declared, look_around(catalogue), Values(catalogue), Twins(catalogue)
    )
    inquiry.namesakes.update(
        _habit_of(column.name) for entry in catalogue.entries for column in entry.table.columns
    )
    for join in find_joins(catalogue):
        for source, target in ((join.left, join.right), (join.right, join.left)):
            if _is_key(catalogue, target):
                inquiry.joins.setdefault(source, {})[target] = join.place
    return inquiry


def _habit_of(column: str) -> str:
    return glue(drop_ordinal(tokenise(column)))


def _is_key(catalogue: Catalogue, place: Place) -> bool:
    return any(key.column.name == place[1] for key in catalogue.keys.get(place[0], ()))


def infer_targets(inquiry: Inquiry) -> list[Question]:
    """One question for every column with candidates, in the order of tables and columns, with
    the candidates rated."""
    questions = list(_ask(inquiry))
    groups = [[rival.features for rival in question.rivals] for question in questions]
    votes = count_votes(groups, [[r.key.entry.number for r in q.rivals] for q in questions])
    repeating = measure_repeating(groups)
    thorough = measure_thoroughness(groups, len(inquiry.declared.columns))
    for question in questions:
        for rival in question.rivals:
            add_popularity(rival.features, votes.get(rival.key.entry.number, 0))
            add_repeating(rival.features, repeating)
            if thorough:
                rival.features["thorough"] = thorough
            if "attribute" in rival.features:
                rival.features["attribute"] = max(rival.features["attribute"], thorough)
        _rate(question)
        _trace(inquiry, question)
    return questions


def _trace(inquiry: Inquiry, question: Question) -> None:
    """Put what the best candidate stands for in its place."""
    best = question.rivals[0]
    origin = find_origin(inquiry.catalogue, inquiry.declared, best.key)
    if origin is best.key or origin.column is question.reading.column:
        return
    others = [rival for rival in question.rivals[1:] if rival.key is not origin]
    told = {name: value for name, value in best.features.items() if name != "habit_elsewhere"}
    question.rivals[:] = [replace(best, key=origin, features=told, through=best.key), *others]


def is_taken(inquiry: Inquiry, question: Question) -> bool:
    """Whether a table's own key means, at best, a table to which a declared key of another column
    refers: whoever declared that one would have declared this one too."""
    best = question.rivals[0]
    pair = (question.reading.entry.number, best.key.entry.number)
    return "is_key" in best.features and pair in inquiry.declared.pairs


def _ask(inquiry: Inquiry) -> Iterator[Question]:
    fold = inquiry.catalogue.schema.fold
    for entry in inquiry.catalogue.entries:
        for column in entry.table.columns:
            if (entry.number, fold(column.name)) in inquiry.declared.columns:
                continue
            reading = read_column(entry, column)
            rivals = list(_gather_rivals(inquiry, reading))
            if rivals:
                compare_rivals([rival.features for rival in rivals])
                yield Question(reading, rivals)


def _gather_rivals(inquiry: Inquiry, reading: Reading) -> Iterator[Rival]:
    candidates = _keep_in_family(inquiry, reading, find_candidates(inquiry.catalogue, reading))
    joined = inquiry.joins.get((reading.entry.number, reading.column.name), {})
    _add_unnamed(inquiry, reading, candidates, joined)
    for candidate in candidates:
        features = gather_features(inquiry.around, reading, candidate)
        if features is not None:
            rival = Rival(candidate.key, features)
            _add_observed(inquiry, reading, rival, joined)
            yield rival


def _keep_in_family(
    inquiry: Inquiry, reading: Reading, candidates: list[Candidate]
) -> list[Candidate]:
    """The candidates, with the main key of a table's twin in the own family in its place."""
    kept: dict[tuple[int, str], Candidate] = {}
    for candidate in candidates:
        twin = inquiry.twins.in_family(reading.entry, candidate.key.entry)
        key = inquiry.catalogue.main_key.get(twin.number) if twin else None
        key = key or candidate.key
        place = (key.entry.number, key.column.name)
        merged = kept.setdefault(place, Candidate(key))
        same = key.tokens == candidate.key.tokens
        for feature, value in candidate.names.items():
            if same or feature not in _OF_KEYS:  # what the name says of the other's key
                merged.note(feature, value)
    return list(kept.values())


def _add_unnamed(
    inquiry: Inquiry, reading: Reading, candidates: list[Candidate], joined: dict[Place, str]
) -> None:
    """Candidates that the name does not give: joined keys, and the table of a comment."""
    known = {(c.key.entry.number, c.key.column.name) for c in candidates}
    for number, name in sorted(joined):
        keys = (key for key in inquiry.catalogue.keys[number] if key.column.name == name)
        if (number, name) not in known:
            candidates.extend(Candidate(key) for key in keys)
    found = _REFERS.search(reading.column.comment or "")
    entry = inquiry.catalogue.find(found[1], None) if found else None
    key = inquiry.catalogue.main_key.get(entry.number) if entry else None
    if key and key.column is not reading.column:
        known |= {(c.key.entry.number, c.key.column.name) for c in candidates}
        if (key.entry.number, key.column.name) not in known:
            candidates.append(Candidate(key))


def _add_observed(
    inquiry: Inquiry, reading: Reading, rival: Rival, joined: dict[Place, str]
) -> None:
    place = (rival.key.entry.number, rival.key.column.name)
    if joined:
        rival.join = joined.get(place)
        rival.features["joined" if place in joined else "joined_elsewhere"] = 1.0
    rival.inclusion = compare_values(
        inquiry.values,
        (reading.entry, reading.column.name),
        (rival.key.entry, rival.key.column.name),
    )
    if rival.inclusion and rival.inclusion.refutes:
        rival.features["refuted"] = 1.0
    elif rival.inclusion:
        rival.features["included"] = rival.inclusion.support
    if _is_named_in(reading.column.comment, rival.key.entry):
        rival.features["commented"] = 1.0
    _add_habit(inquiry, reading, rival)


def _is_named_in(comment: str | None, entry: Entry) -> bool:
    found = _REFERS.search(comment or "")
    return bool(found) and glue(tokenise(found[1] if found else "")) in (
        glue(entry.tokens),
        glue(entry.core),
    )


def _add_habit(inquiry: Inquiry, reading: Reading, rival: Rival) -> None:
    """What columns of the same name are declared to mean elsewhere in the schema; the more of
    them are declared, the more it says."""
    name = _habit_of(reading.column.name)
    habit = inquiry.declared.habits.get(name)
    if habit:
        total = sum(habit.values())
        same = habit[rival.key.entry.number] / total
        weight = total / max(inquiry.namesakes[name], total + 1)
        rival.features["habit"] = same * weight
        rival.features["habit_elsewhere"] = (1 - same) * weight


def _rate(question: Question) -> None:
    shares = share_out([rival.features for rival in question.rivals])
    for rival, share in zip(question.rivals, shares, strict=True):
        rival.raw = share
    question.rivals.sort(key=lambda r: (-r.raw, r.key.entry.number, r.key.column.name))
