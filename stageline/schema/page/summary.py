"""The top of the page: figures with their notes, and the sentences that say what they mean."""

from __future__ import annotations

from dataclasses import dataclass

from stageline.schema.analysis import Analysis, Severity
from stageline.schema.model import Schema
from stageline.schema.page.accounting import Accounting
from stageline.schema.page.text import dialect, number, percent, plural, size

SURE = 0.9  # the confidence from which on an implied reference is called strong

# What ora2pg's letter and number stand for, https://ora2pg.darold.net/documentation.html
LETTERS = {
    "A": "can be migrated automatically",
    "B": "needs code rewritten, within about five person-days",
    "C": "needs code rewritten, more than five person-days",
}
NUMBERS = {
    "1": "no stored code",
    "2": "triggers but no stored functions, nothing to rewrite by hand",
    "3": "stored code, nothing to rewrite by hand",
    "4": "no stored functions, but triggers or views to rewrite",
    "5": "stored functions or triggers to rewrite",
}


@dataclass(frozen=True, slots=True)
class Figure:
    label: str
    value: str
    note: str
    target: str


def make_headline(schema: Schema) -> str:
    """What was read, in one sentence."""
    if not schema.tables:
        return f"No table is declared in this dump, read as {dialect(schema.dialect)}."
    columns = sum(len(table.columns) for table in schema.tables)
    tables = plural(len(schema.tables), "table")
    return f"{tables} with {plural(columns, 'column')} in {dialect(schema.dialect)}."


def make_figures(
    schema: Schema, analysis: Analysis, account: Accounting, counts: dict[Severity, int]
) -> tuple[Figure, ...]:
    """The tiles of the summary, in reading order."""
    return (
        _tables(schema),
        _keys(schema),
        _declared(analysis),
        _implied(analysis),
        _rules(analysis),
        _code(schema, analysis),
        Figure(
            "Findings",
            number(sum(counts.values())),
            ", ".join(f"{count:,} {severity}" for severity, count in counts.items()),
            "findings",
        ),
        Figure(
            "Statements",
            number(account.totals.total),
            account.outcome,
            "statements",
        ),
    )


def explain_level(level: str) -> str:
    """ora2pg's level (``B-3``) in words; empty for anything else."""
    letter, _, digit = level.partition("-")
    parts = (LETTERS.get(letter), NUMBERS.get(digit))
    return "; ".join(part for part in parts if part)


def describe_source(schema: Schema) -> tuple[tuple[str, str], ...]:
    """Facts about the dump as label and value, only those that are known."""
    facts = (
        ("Dialect", dialect(schema.dialect)),
        ("Encoding", schema.encoding),
        ("Size", size(schema.size) if schema.size else ""),
        ("Digest", schema.digest[:16]),
    )
    return tuple((name, value) for name, value in facts if value)


def _tables(schema: Schema) -> Figure:
    kinds = {table.kind for table in schema.tables} - {"table"}
    counts = {kind: sum(table.kind == kind for table in schema.tables) for kind in sorted(kinds)}
    columns = plural(sum(len(table.columns) for table in schema.tables), "column")
    others = [f"{count:,} {kind}" for kind, count in counts.items()]
    return Figure("Tables", number(len(schema.tables)), ", ".join([columns, *others]), "tables")


def _keys(schema: Schema) -> Figure:
    """Temporary, external and inheriting tables are not expected to have a key of their own."""
    keyed = sum(bool(table.primary_key) for table in schema.tables)
    own = [t for t in schema.tables if t.kind in {"table", "partition"} and not t.inherits]
    without = sum(not table.primary_key for table in own)
    note = f"{plural(without, 'table')} without" if without else "every base table has one"
    return Figure("Primary keys", number(keyed), note, "tables")


def _declared(analysis: Analysis) -> Figure:
    declared = sum(r.declared for r in analysis.relationships.relationships)
    dangling = len(analysis.relationships.dangling)
    note = f"{dangling:,} dangling" if dangling else "all point at a table of the dump"
    return Figure("Declared references", number(declared), note, "relationships")


def _implied(analysis: Analysis) -> Figure:
    implied = [r for r in analysis.relationships.relationships if not r.declared]
    strong = sum(r.confidence >= SURE for r in implied)
    note = f"{strong:,} with confidence of {percent(SURE, 1)} or more"
    return Figure("Implied references", number(len(implied)), note, "relationships")


def _rules(analysis: Analysis) -> Figure:
    rules = analysis.rules.rules
    kinds = len({rule.kind for rule in rules})
    return Figure("Business rules", number(len(rules)), f"of {plural(kinds, 'kind')}", "rules")


def _code(schema: Schema, analysis: Analysis) -> Figure:
    lines = sum(profile.size for profile in analysis.rules.profiles)
    note = (
        f"{plural(len(schema.routines), 'routine')}, {plural(len(schema.triggers), 'trigger')}, "
        f"{plural(len(schema.views), 'view')}"
    )
    return Figure("Lines of stored code", number(lines), note, "code")
