"""Evidence and alternatives in words that a migration engineer can check."""

from __future__ import annotations

from stageline.schema.analysis import Alternative, Evidence
from stageline.schema.relationships.confidence import WEIGHTS, calibrate
from stageline.schema.relationships.inference import Question, Rival
from stageline.schema.relationships.rating import Features

MOST_REASONS = 6
MOST_ALTERNATIVES = 3
_NAME_FEATURES = ("strength", "strong", "lead", "behind", "tied", "key_unsaid")

# How a name was read: the first that applies is told.
_READINGS = {
    "key_exact": "{column} has the name of the key {key}",
    "table_full": "{column} names the table {table}",
    "table_bare": "{column} names the table {table}",
    "context_key": "{column}, read after the name of its own table, is the key {key}",
    "context": "{column}, read after the name of its own table, names {table}",
    "key_suffix": "{column} ends with the name of the key {key}",
    "table_full_role": "{column} is a role word and the name of {table}",
    "table_bare_role": "{column} is a role word and the name of {table}",
    "table_tail": "{column} is the end of the name of {table}",
    "table_tail_role": "{column} ends like the name of {table}",
    "role_self": "{column} is a word for another row of the same table",
    "role_person": "{column} is a word for a person, and {table} holds persons",
    "table_initials": "{column} is the initials of {table}",
    "abbreviation": "{column} may abbreviate {table}",
    "table_full_lead": "{column} begins with the name of {table}",
    "table_bare_lead": "{column} begins with the name of {table}",
    "table_full_mid": "{column} contains the name of {table}",
    "table_bare_mid": "{column} contains the name of {table}",
    "table_tail_lead": "{column} begins like the end of the name of {table}",
    "table_head": "{column} is the beginning of the name of {table}",
}
_PLAIN = {
    "type_same": "both columns have the type {type}",
    "type_alike": "the types differ in size or name: {type} and {key_type}",
    "key_unique": "{key} is unique",
    "key_primary": "{key} is the primary key",
    "key_assumed": "{table} declares no key; {key} is taken for it",
    "key_part": "{key} is only part of the primary key",
    "is_indexed": "an index begins with {column}",
    "in_key": "{column} is part of the key of its own table",
    "is_key": "{column} is itself the key of its table",
    "is_own_key": "{column} identifies its own table",
    "is_unique": "{column} is unique",
    "link": "{table} ties other tables together",
    "named_by_table": "{table} is part of the name of the column's own table",
    "same_module": "both tables' names begin alike",
    "popular": "other columns refer to {table}",
    "copy": "{table} looks like a copy, a history or a temporary table",
    "self": "the target is the column's own table",
    "unmarked": "the name carries no sign of a key such as _id",
    "attribute": "{column} is the name of a plain attribute in most schemas",
    "loose": "the name says {table} only in part and carries no sign of a key",
    "login": "{column} is a word for a person, and {key} is the unique name of one",
    "same_code": "{column} has the name and the exact type of the code {key}",
    "joined": "{join} sets {column} equal to {key}",
    "joined_elsewhere": "code joins {column} to another key",
    "included": "all {values} sampled values are values of {key}",
    "refuted": "{missing} of {values} sampled values are not in {key}",
    "commented": "the column's comment names {table}",
    "habit": "columns of this name are declared to refer to {table}",
    "habit_elsewhere": "columns of this name are declared to refer elsewhere",
    "thorough": "the schema declares most of its references, but not this one",
    "other_schema": "{table} is in another schema",
}
_THROUGH = "{key} is itself declared to refer to {origin}"


def explain(question: Question, rival: Rival) -> tuple[Evidence, ...]:
    """What speaks for and against a rival, the weightiest first, each weight in log-odds."""
    words = _words(question, rival)
    weights = {name: WEIGHTS.get(name, 0.0) * value for name, value in rival.features.items()}
    name_weight = sum(weights.get(name, 0.0) for name in _NAME_FEATURES)
    reasons = [Evidence("name", _tell_reading(rival.features, words), round(name_weight, 2))]
    for name, text in _PLAIN.items():
        if abs(weights.get(name, 0.0)) >= 0.15:
            reasons.append(Evidence(name, text.format(**words), round(weights[name], 2)))
    first, rest = reasons[0], sorted(reasons[1:], key=lambda r: (-abs(r.weight), r.kind))
    if rival.through is not None:
        text = _THROUGH.format(**words, origin=rival.key.entry.name)
        rest.insert(0, Evidence("through", text, 0.0))
    return (first, *rest[: MOST_REASONS - 1])


def _words(question: Question, rival: Rival) -> dict[str, str]:
    key, seen = rival.through or rival.key, rival.inclusion
    return {
        "column": question.reading.column.name,
        "table": key.entry.name,
        "key": f"{key.entry.name}.{key.column.name}",
        "type": question.reading.column.type,
        "key_type": key.column.type,
        "join": rival.join or "",
        "values": str(seen.values) if seen else "",
        "missing": str(seen.values - seen.found) if seen else "",
    }


def _tell_reading(features: Features, words: dict[str, str]) -> str:
    text = next((text for name, text in _READINGS.items() if name in features), "")
    return (text or "the name alone does not tell the target {table}").format(**words)


def list_alternatives(question: Question) -> tuple[Alternative, ...]:
    """The next best targets, with why each was considered."""
    return tuple(
        Alternative(
            rival.key.entry.name,
            (rival.key.column.name,),
            calibrate(rival.raw),
            _tell_reading(rival.features, _words(question, rival)),
        )
        for rival in question.rivals[1 : MOST_ALTERNATIVES + 1]
    )
