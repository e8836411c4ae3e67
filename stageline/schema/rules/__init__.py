"""The business rules of a schema, as sentences, and what its code does."""

from __future__ import annotations

from dataclasses import replace

from stageline.schema.analysis import RoutineProfile, RuleCatalogue, qualified
from stageline.schema.model import Routine, Schema, Trigger
from stageline.schema.rules.coded import (
    Subject,
    extract_coded,
    subject_of_routine,
    subject_of_trigger,
)
from stageline.schema.rules.declared import EXTRACTORS
from stageline.schema.rules.findings import rule_findings
from stageline.schema.rules.profile import Catalog, look_up, profile
from stageline.schema.rules.views import extract_filters

Body = tuple[Subject, RoutineProfile]

__all__ = ["extract_rules", "rule_findings"]


def _routines_by_name(schema: Schema) -> dict[str, Routine]:
    routines: dict[str, Routine] = {}
    for routine in schema.routines:
        routines.setdefault(routine.name.casefold(), routine)
        routines.setdefault(qualified(routine.name, routine.schema).casefold(), routine)
    return routines


def _called_body(trigger: Trigger, routines: dict[str, Routine]) -> Routine | None:
    """The function that holds a trigger's code, where the trigger has none of its own."""
    name = (trigger.routine or "").partition("(")[0].strip().strip('"').casefold()
    return routines.get(name) or routines.get(name.rpartition(".")[2])


def _trigger_bodies(schema: Schema, catalog: Catalog, used: set[int]) -> list[Body]:
    """Triggers with the code they run; ``used`` collects the routines that are such code."""
    routines = _routines_by_name(schema)
    found: list[Body] = []
    for trigger in schema.triggers:
        routine = _called_body(trigger, routines)
        used.update((id(routine),) if routine else ())
        code = trigger.body if routine is None else f"{trigger.body};\n{routine.body}"
        table = look_up(catalog.tables, trigger.table.casefold()) or trigger.table
        subject = subject_of_trigger(trigger, code, table)
        measured = _measure(subject, catalog, schema.dialect)
        if routine is not None:  # the routine's lines count once, with the routine itself
            own = _measure(replace(subject, code=trigger.body), catalog, schema.dialect)
            calls = {qualified(routine.name, routine.schema), *own.calls}
            measured = replace(
                measured, size=own.size, branches=own.branches, calls=tuple(sorted(calls))
            )
        found.append((subject, measured))
    return found


def _routine_bodies(schema: Schema, catalog: Catalog) -> list[Body]:
    subjects = (subject_of_routine(routine) for routine in schema.routines)
    return [(subject, _measure(subject, catalog, schema.dialect)) for subject in subjects]


def _measure(subject: Subject, catalog: Catalog, dialect: str) -> RoutineProfile:
    return profile(
        subject.name, subject.kind, subject.code, subject.line, subject.table, catalog, dialect
    )


def extract_rules(schema: Schema) -> RuleCatalogue:
    """Every rule of the schema and a profile of every routine and trigger.

    Never fails on strange code: a condition that is not understood is quoted. Linear in the size
    of the schema; of one body at most a million characters are read.
    """
    catalog = Catalog.of(schema)
    rules = [rule for extract in EXTRACTORS for rule in extract(schema)]
    rules += extract_filters(schema, catalog)
    used: set[int] = set()
    triggers = _trigger_bodies(schema, catalog, used)
    routines = _routine_bodies(schema, catalog)
    own = [
        b for b, routine in zip(routines, schema.routines, strict=True) if id(routine) not in used
    ]
    rules += extract_coded(schema, catalog, triggers + own)
    return RuleCatalogue(tuple(rules), tuple(measured for _, measured in triggers + routines))
