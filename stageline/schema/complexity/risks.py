"""Where a migration of the schema can go wrong. A risk is a function in ``RISKS``."""

from __future__ import annotations

import re
from collections.abc import Callable

from stageline.schema.analysis import RiskArea, Severity, qualified
from stageline.schema.complexity.costs import bare_code
from stageline.schema.complexity.facts import SHOWN, Facts, top
from stageline.schema.model import Routine, Trigger

_HARD = 10  # McCabe (1976): split beyond this
_VERY_HARD = 20
_WIDE = 100
_DYNAMIC = re.compile(
    r"\bEXECUTE IMMEDIATE\b|\bSP_EXECUTESQL\b|\bPREPARE \w+ FROM\b|\bEXEC(?:UTE)? \( ?[@'\w]"
    r"|\bDBMS_SQL\b|\bEXECUTE STATEMENT\b|\bEXECUTE (?:''|FORMAT\b)"
)


def _few(share: float) -> Severity:
    return "high" if share > 0.1 else "medium"


def describe(
    what: str, severity: Severity, objects: tuple[str, ...], advice: str
) -> RiskArea | None:
    """A risk, or nothing where no object has it. The title counts what the list may cut."""
    if not objects:
        return None
    return RiskArea(f"{what}: {len(objects)}", severity, objects[:SHOWN], advice)


def find_keyless(facts: Facts) -> RiskArea | None:
    return describe(
        "Tables without a primary key",
        _few(len(facts.keyless) / max(1, facts.tables)),
        facts.keyless,
        "Choose a key for each, or agree how duplicate rows are compared after the move.",
    )


def find_undeclared(facts: Facts) -> RiskArea | None:
    return describe(
        "References that only programs know",
        _few(len(facts.undeclared) / max(1, len(facts.likely))),
        facts.undeclared,
        "Check the data for orphans and declare these foreign keys in the target.",
    )


def find_dangling(facts: Facts) -> RiskArea | None:
    return describe(
        "Keys to tables that the dump does not hold",
        "high",
        tuple(sorted(facts.relationships.dangling)),
        "Ask for the missing tables, or drop these keys knowingly.",
    )


def find_cycles(facts: Facts) -> RiskArea | None:
    return describe(
        "Groups of tables that refer to each other in a circle",
        "medium",
        tuple(sorted(" + ".join(sorted(cycle)) for cycle in facts.relationships.cycles)),
        "Load these with deferred constraints, or in two passes.",
    )


def find_polymorphic(facts: Facts) -> RiskArea | None:
    pairs = facts.relationships.polymorphic
    return describe(
        "Pairs of columns that point at one of several tables",
        "medium",
        tuple(sorted(f"{pair.table}.{pair.type_column}+{pair.id_column}" for pair in pairs)),
        "No foreign key can guard these: decide on one table or one column a target.",
    )


def find_hard_code(facts: Facts) -> RiskArea | None:
    hard = [profile for profile in facts.heaviest if profile.branches > _HARD]
    return describe(
        f"Routines or triggers with more than {_HARD} branches",
        "high" if hard and hard[0].branches > _VERY_HARD else "medium",
        tuple(profile.name for profile in hard),
        "Write tests against the old database first, split, then translate.",
    )


def find_dynamic_sql(facts: Facts) -> RiskArea | None:
    items: list[Routine | Trigger] = [*facts.schema.routines, *facts.schema.triggers]
    dialect = facts.schema.dialect
    dynamic = (item for item in items if _DYNAMIC.search(bare_code(item.body, dialect)))
    return describe(
        "Routines or triggers that put SQL together at run time",
        "high",
        tuple(sorted(qualified(item.name, item.schema) for item in dynamic)),
        "Log the statements that these run; no reader of code can list the tables they touch.",
    )


def find_bad_types(facts: Facts) -> RiskArea | None:
    high = [found for found in facts.types.inconsistencies if found.severity == "high"]
    return describe(
        "Columns whose types lose or contradict values",
        "high",
        tuple(sorted({column for found in high for column in found.columns})),
        "Settle the type of these columns before the target schema is written.",
    )


def find_wide(facts: Facts) -> RiskArea | None:
    wide = (table for table in facts.schema.tables if len(table.columns) > _WIDE)
    names = ((qualified(table.name, table.schema), len(table.columns)) for table in wide)
    return describe(
        f"Tables of more than {_WIDE} columns",
        "medium",
        top(names, most=facts.tables),
        "Find out which columns are still used, and split what belongs apart.",
    )


def find_noise_tables(facts: Facts) -> RiskArea | None:
    return describe(
        "Tables that look like backups, temporary tables or copies",
        "low",
        tuple(facts.noise),
        "Ask the owners, then leave these behind.",
    )


def find_unread(facts: Facts) -> RiskArea | None:
    """Lines change with comments, so the statements are named by kind and reason alone."""
    failed = [one for one in facts.schema.statements if one.status == "failed"]
    return describe(
        "Kinds of statements that could not be read",
        "medium",
        tuple(sorted({f"{one.kind}: {one.reason or 'no reason'}" for one in failed})),
        "Read these by hand: what they declare is missing from this assessment.",
    )


RISKS: tuple[Callable[[Facts], RiskArea | None], ...] = (
    find_dangling,
    find_keyless,
    find_undeclared,
    find_bad_types,
    find_dynamic_sql,
    find_hard_code,
    find_cycles,
    find_polymorphic,
    find_wide,
    find_unread,
    find_noise_tables,
)
_ORDER = {"high": 0, "medium": 1, "low": 2}


def list_risks(facts: Facts) -> tuple[RiskArea, ...]:
    """The risks that apply, the most severe first."""
    found = [risk for find in RISKS if (risk := find(facts)) is not None]
    return tuple(sorted(found, key=lambda risk: _ORDER[risk.severity]))


def recommend(risks: tuple[RiskArea, ...], most: int = 3) -> tuple[str, ...]:
    """What to do about each risk, naming the first of its objects."""
    lines = []
    for risk in risks:
        more = ", …" if len(risk.objects) > most else ""
        lines.append(f"{risk.title} ({', '.join(risk.objects[:most])}{more}): {risk.advice}")
    return tuple(lines)
