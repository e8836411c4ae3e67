"""Which keys a column's name may mean, each with how it is meant."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from stageline.schema.model import Column
from stageline.schema.relationships.catalogue import (
    Catalogue,
    Entry,
    Key,
    ownership,
    without_prefix,
)
from stageline.schema.relationships.kinds import compare_types, family_of
from stageline.schema.relationships.names import (
    Tokens,
    abbreviates,
    drop_ordinal,
    fold,
    glue,
    has_marker,
    is_generic,
    split_marker,
    stem,
    tokenise,
    words,
)
from stageline.schema.relationships.rating import PROMISES

PLAIN_FROM = 5000  # tables from which only whole names are read, to bound the time
MOST_RIVALS = 16  # candidates of one column
FEW_RIVALS = 4  # ... in a schema of more than PLAIN_FROM tables, to bound the memory
LEAST_PROMISE = 0.3  # of the best candidate's, below which a rival is not worth rating
MOST_RECALLED = 2048  # names whose candidates are kept for the next column of that name

# Words that by themselves mean another row of the same table.
SELF_ROLES = words(
    "parent super superior previous prev next predecessor successor root original source"
    " reports master sibling child replaced superseded ancestor father mother supervisor"
)
# Of these the ones that mean it only when the name is marked as a key (``source_id``).
_MARKED_ROLES = words("source original master next previous prev replaced")
# Words that mean a person who uses the system, and tables that hold such persons, best first.
PERSON_ROLES = words(
    "by user uid author owner creator assignee assigned editor approver reviewer operator"
    " modifier updater sender recipient manager mngr mgr requestor requester responsible leader"
    " rep representative supervisor head teacher seller salesperson buyer handler agent"
)
# Words of a column that holds the name under which a person logs in, and of who gets work.
LOGINS = words("login logon username userid loginname loginid")
ASSIGNED = words("assigned assignee asgn assgn")
PERSON_TABLES = ("user", "account", "employee", "person", "staff", "member", "agent", "entity")
# Where in a column's name its table is named: (from the start, up to the end).
_PLACES = {(True, True): "", (False, True): "_role", (True, False): "_lead", (False, False): "_mid"}
_NOT_KEYS = frozenset(("large", "float", "flag"))


@dataclass(slots=True)
class Reading:
    """A column's name as candidates are sought for it."""

    entry: Entry
    column: Column
    tokens: Tokens
    stem: Tokens
    marked: bool


@dataclass(slots=True)
class Candidate:
    """A key that a column may refer to; ``names`` are the features of how it was found."""

    key: Key
    names: dict[str, float] = field(default_factory=dict)
    promise: float = 0.0

    def note(self, feature: str, value: float) -> None:
        """Keep the strongest value that any way of reading the name gives."""
        if value > self.names.get(feature, 0.0):
            self.names[feature] = value
            base, slope = PROMISES.get(feature, (0.0, 0.0))
            self.promise = max(self.promise, base + slope * value)


Found = dict[tuple[int, str], Candidate]  # by table number and column name


def read_column(entry: Entry, column: Column) -> Reading:
    """Take a column's name apart: counting digit, table-wide prefix and key marker come off."""
    tokens = drop_ordinal(without_prefix(tokenise(column.name), entry))
    rest = stem(tokens)
    marked = has_marker(tokens)
    if (
        rest == tokens
        and not marked
        and len(parts := split_marker(tokens[-1] if tokens else "")) > 1
    ):
        tokens = (*tokens[:-1], *parts)
        rest, marked = stem(tokens), True
    return Reading(entry, column, tokens, rest, marked)


def find_candidates(catalogue: Catalogue, reading: Reading) -> list[Candidate]:
    """The keys that the name may mean, the best ``MOST_RIVALS``, in the catalogue's order."""
    if family_of(reading.column.type) in _NOT_KEYS or not reading.tokens:
        return []
    alike = _recall_alike(catalogue, reading)
    fitted = ((place, _fit_in(reading, candidate)) for place, candidate in alike.items())
    found = {place: candidate for place, candidate in fitted if candidate is not None}
    for read, feature, value in _read_in_place(catalogue, reading):
        key = _suitable_key(catalogue, reading, read)
        if not _is_barred(reading, key):
            place = (key.entry.number, key.column.name)
            found.setdefault(place, Candidate(key)).note(feature, value)
    most = MOST_RIVALS if len(catalogue.entries) <= PLAIN_FROM else FEW_RIVALS
    least = LEAST_PROMISE * max((candidate.promise for candidate in found.values()), default=0.0)
    best = sorted(_choose_best(found, most))
    return [found[place] for place in best if found[place].promise >= least]


def _choose_best(found: Found, most: int) -> list[tuple[int, str]]:
    if len(found) <= most:
        return list(found)
    return sorted(found, key=lambda place: (-found[place].promise, place))[:most]


def _is_barred(reading: Reading, key: Key) -> bool:
    """The column itself, and the parent from which it is inherited."""
    entry = key.entry
    own = entry is reading.entry and key.column is reading.column
    return own or entry.table.name in reading.entry.parents


def _recall_alike(catalogue: Catalogue, reading: Reading) -> Found:
    """What the name means wherever it stands: read once for all columns of this name and type."""
    said = (reading.tokens, reading.column.name, reading.column.type)
    found: Found | None = catalogue.recalled.get(said)
    if found is None:
        found = {}
        for read, feature, value in _read_alone(catalogue, reading):
            key = _suitable_key(catalogue, reading, read) if feature != "key_exact" else read
            place = (key.entry.number, key.column.name)
            held = found.get(place)
            if held is None:
                held = found[place] = Candidate(key)
            held.note(feature, value)
        found = {place: found[place] for place in _choose_best(found, 2 * MOST_RIVALS)}
        if len(catalogue.recalled) >= MOST_RECALLED:
            catalogue.recalled.clear()
        catalogue.recalled[said] = found
    return found


def _fit_in(reading: Reading, candidate: Candidate) -> Candidate | None:
    """A candidate of the name as one of this column; its own table's name in a column's name
    means that table only after a role word."""
    key = candidate.key
    if _is_barred(reading, key):
        return None
    if key.entry is not reading.entry:
        return Candidate(key, candidate.names.copy(), candidate.promise)
    own = Candidate(key)
    for name, value in candidate.names.items():
        table = name.startswith("table_") or name == "abbreviation"
        if not table or (name.endswith("_role") and value == 1.0):
            own.note(name, value)
    return own if own.promise else None


def _suitable_key(catalogue: Catalogue, reading: Reading, key: Key) -> Key:
    """The key of the table that the column's type fits, where the first one does not."""
    if compare_types(reading.column.type, key.column.type) != "different":
        return key
    for other in catalogue.keys.get(key.entry.number, ())[:4]:
        if compare_types(reading.column.type, other.column.type) != "different":
            return other
    return key


def _read_alone(catalogue: Catalogue, reading: Reading) -> Iterator[tuple[Key, str, float]]:
    """Readings that need only the column's name and type."""
    yield from _by_key_name(catalogue, reading)
    if len(catalogue.entries) > PLAIN_FROM:
        yield from _by_whole_name(catalogue, reading)
        return
    yield from _by_table_name(catalogue, reading, "")
    if reading.stem:
        yield from _by_abbreviation(catalogue, reading)


def _read_in_place(catalogue: Catalogue, reading: Reading) -> Iterator[tuple[Key, str, float]]:
    """Readings that need the column's own table as well."""
    if len(catalogue.entries) > PLAIN_FROM:
        return
    if reading.entry.core:
        for key, feature, value in _by_table_name(catalogue, reading, f"{reading.entry.core[0]}|"):
            role = feature.endswith("_role") and value == 1.0
            if key.entry is not reading.entry or role:
                yield key, feature, value
    yield from _by_context(catalogue, reading)
    yield from _by_context_key(catalogue, reading)
    yield from _by_role(catalogue, reading)


def _by_key_name(catalogue: Catalogue, reading: Reading) -> Iterator[tuple[Key, str, float]]:
    for tokens in dict.fromkeys((reading.tokens, drop_ordinal(tokenise(reading.column.name)))):
        size = sum(map(len, tokens))
        for cut in range(len(tokens)):
            rest = tokens[cut:]
            if is_generic(rest):
                break
            share = sum(map(len, rest)) / size
            keys = catalogue.by_key.get(glue(rest), ())
            for key in keys:
                yield key, "key_suffix" if cut else "key_exact", share
                yield key, "owner", ownership(key)
                if len(keys) == 1 and len(stem(rest)) > 1:
                    yield key, "sole", 1.0


def _by_table_name(
    catalogue: Catalogue, reading: Reading, module: str
) -> Iterator[tuple[Key, str, float]]:
    """Tables that a part of the name names, among those whose names begin with ``module``."""
    size = sum(map(len, reading.stem)) or 1
    length = len(reading.stem)
    for start, end in _spans(length):
        part = reading.stem[start:end]
        place = _PLACES[start == 0, end == length]
        for alias in catalogue.by_name.get(module + glue(part), ()):
            yield alias.key, f"table_{alias.kind}{place}", alias.share
            yield alias.key, "column_share", sum(map(len, part)) / size


def _by_whole_name(catalogue: Catalogue, reading: Reading) -> Iterator[tuple[Key, str, float]]:
    for alias in catalogue.by_name.get(glue(reading.stem), ())[:3]:
        yield alias.key, f"table_{alias.kind}", alias.share
        yield alias.key, "column_share", 1.0


def _spans(length: int) -> Iterator[tuple[int, int]]:
    for size in range(length, 0, -1):
        yield from ((start, start + size) for start in range(length - size, -1, -1))


def _by_context(catalogue: Catalogue, reading: Reading) -> Iterator[tuple[Key, str, float]]:
    """A name that is completed by that of its own table: ``class`` in ``asset`` means
    ``asset_class``."""
    for word in dict.fromkeys((reading.stem, reading.stem[-1:])):
        if not word:
            continue
        said = len(word) / len(reading.stem)
        for feature, contexts in (("context", _contexts), ("context_part", _part_contexts)):
            for names, share in contexts(reading.entry, word):
                for alias in catalogue.by_name.get(glue(names), ()):
                    if alias.kind in ("full", "bare") and alias.key.entry is not reading.entry:
                        yield alias.key, feature, share * said


def _by_context_key(catalogue: Catalogue, reading: Reading) -> Iterator[tuple[Key, str, float]]:
    """``message.status_id`` and the name of its table make the key ``message_status_id``."""
    if not reading.marked:
        return
    names = reading.entry.core
    for cut in range(len(names), 0, -1):
        for key in catalogue.by_key.get(glue((*names[:cut], *reading.tokens)), ()):
            if key.entry is not reading.entry:
                yield key, "context_key", cut / len(names)


def _contexts(entry: Entry, word: Tokens) -> Iterator[tuple[Tokens, float]]:
    """The word after the beginning of its table's name, and how much of that is used."""
    for names in dict.fromkeys((entry.core, entry.tokens)):
        size = len(names)
        for cut in range(size, 0, -1):
            yield (*names[:cut], *word), cut / size
            yield (*names[:cut], *word, *names[-1:]), 0.75 * cut / size + 0.1


def _part_contexts(entry: Entry, word: Tokens) -> Iterator[tuple[Tokens, float]]:
    """The word after another part, or after the initials; these need the key's name as well."""
    names, size = entry.core, len(entry.core)
    for start in range(1, size):
        for end in range(size, start, -1):
            yield (*names[start:end], *word), (end - start) / size
    if size > 1:
        yield ("".join(name[0] for name in names), *word), 0.9


def _by_role(catalogue: Catalogue, reading: Reading) -> Iterator[tuple[Key, str, float]]:
    own = catalogue.main_key.get(reading.entry.number)
    said = reading.stem or reading.tokens
    ties = reading.entry.number in catalogue.links
    if own and not ties and _says_itself(reading, said):
        yield own, "role_self", 1.0 if said[-1] == "of" else 1.0 / len(said)
    if said and (said[-1] in PERSON_ROLES or said[0] in ASSIGNED):
        for rank, table in enumerate(PERSON_TABLES):
            for alias in catalogue.by_name.get(fold(table), ()):
                if alias.kind != "head":
                    yield alias.key, "role_person", alias.share / (1 + rank)


def _says_itself(reading: Reading, said: Tokens) -> bool:
    roles = SELF_ROLES if reading.marked else SELF_ROLES - _MARKED_ROLES
    again = len(said) > 1 and said[-1] == "of"  # duplicate_of, restart_of
    return bool(said) and (again or said[0] in roles or said[-1] in roles)


def _by_abbreviation(catalogue: Catalogue, reading: Reading) -> Iterator[tuple[Key, str, float]]:
    word = reading.stem[-1]
    for alias in catalogue.stems.get(word[:2], ()):
        core = alias.key.entry.core
        if abbreviates(word, core[0]):
            yield alias.key, "abbreviation", len(word) / sum(map(len, core))
