"""What ``read_schema`` finds against what a server's catalog says: ``python -m benchmarks.truth``.

For every dump of ``../shared/schemas`` with a truth file, a row of counted/expected per kind of
object, then each deviation with its explanation; then the dialects that no server here loads,
against COUNTED.tsv; then the families that exist in several dialects, against each other.

How the kinds map. Names are compared without regard to case. *Unique* joins unique constraints
and unique indexes on both sides, because MariaDB's catalog makes no difference. *Index* is what
is left: indexes that are neither unique nor primary, by table and columns. MariaDB adds an index
for a foreign key that has none; such an index, on exactly the columns of a key, is not expected.
Implied indexes of constraints are not listed by ``read_schema``.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stageline.schema import Schema, Table, read_schema

SHARED = Path(__file__).resolve().parents[1].parent / "shared" / "schemas"
KINDS = (
    "tables", "columns", "not null", "primary", "foreign", "actions", "unique", "check", "index",
    "view", "trigger", "routine", "sequence", "type",
)  # fmt: skip
EXACT = ("tables", "columns", "not null", "primary", "foreign", "actions")

# Deviations that are the server's, by dump and kind: how many, and why.
_NO_ALTER = "SQLite has no ALTER TABLE ADD CONSTRAINT and refused all of them (load_errors 408)"
_HASH = "# comments: SQLite refused these three tables and their indexes (load_errors 11)"
EXPLAINED: dict[tuple[str, str], tuple[int, str]] = {
    ("sqlite/omop_cdm54", "primary"): (28, _NO_ALTER),
    ("sqlite/omop_cdm54", "foreign"): (176, _NO_ALTER),
    ("sqlite/omop_cdm54", "actions"): (176, _NO_ALTER),
    ("sqlite/request_tracker5", "tables"): (3, _HASH),
    ("sqlite/request_tracker5", "columns"): (39, _HASH),
    ("sqlite/request_tracker5", "not null"): (16, _HASH),
    ("sqlite/request_tracker5", "primary"): (3, _HASH),
    ("sqlite/request_tracker5", "index"): (5, _HASH),
    ("sqlite/tbls_test", "columns"): (14, "hidden columns of full-text tables, and their own name"),
}

Facts = dict[str, Counter[Any]]


@dataclass(frozen=True)
class Row:
    """One dump and kind: how many the catalog has, and what differs."""

    dump: str
    kind: str
    expected: int
    missing: tuple[Any, ...]
    extra: tuple[Any, ...]

    @property
    def explained(self) -> bool:
        count, _ = EXPLAINED.get((self.dump, self.kind), (0, ""))
        return len(self.missing) + len(self.extra) == count


_CASTS = re.compile(r"::[a-z]+(?: [a-z]+)*")


def _indexed(columns: list[str]) -> list[str]:
    """PostgreSQL shows reserved words quoted and expressions with casts of its own."""
    plain = (_CASTS.sub("", column or "") for column in columns)
    return [column.strip('"') if column.count('"') == 2 else column for column in plain]


def fold(value: Any) -> Any:
    if isinstance(value, str):
        return value.casefold()
    if isinstance(value, (list, tuple)):
        return tuple(fold(item) for item in value)
    return value


_LETTERS = {"a": "NO ACTION", "r": "RESTRICT", "c": "CASCADE", "n": "SET NULL", "d": "SET DEFAULT"}


def _action(value: str | None) -> str:
    """RESTRICT and NO ACTION are one: each is what another server calls the default."""
    word = _LETTERS.get(value or "", value or "NO ACTION").upper()
    return "NO ACTION" if word == "RESTRICT" else word


def truth_facts(truth: dict[str, Any], *, schemas: bool) -> Facts:
    """The catalog's objects by kind."""

    def owner(item: dict[str, Any]) -> Any:
        return item["s"] if schemas else ""

    facts: Facts = {kind: Counter() for kind in KINDS}
    names = {(owner(t), t["n"]) for t in truth["tables"]}
    facts["tables"].update(fold(name) for name in names)
    for c in truth["columns"]:
        if (owner(c), c["t"]) in names:
            facts["columns"][fold((owner(c), c["t"], c["c"]))] += 1
            if c["nn"]:
                facts["not null"][fold((owner(c), c["t"], c["c"]))] += 1
    for c in truth["constraints"]:
        _add_constraint(facts, c, owner(c))
    for i in truth["indexes"]:
        if not i["p"] and not i["u"] and not i.get("con"):
            facts["index"][fold((owner(i), i["t"], _indexed(i["cols"])))] += 1
        elif not i["p"] and not i.get("con"):
            facts["unique"][fold((owner(i), i["t"], _indexed(i["cols"])))] = 1
    for kind, key in (("view", "views"), ("sequence", "sequences"), ("type", "types")):
        facts[kind].update(fold((owner(i), i["n"])) for i in truth[key])
    facts["trigger"].update(fold((owner(i), i["t"], i["n"])) for i in truth["triggers"])
    facts["routine"].update(fold((owner(i), i["n"])) for i in truth["routines"])
    return facts


def _add_constraint(facts: Facts, c: dict[str, Any], owner: str) -> None:
    if c["ct"] == "p":
        facts["primary"][fold((owner, c["t"], c["cols"]))] += 1
    elif c["ct"] == "u":
        facts["unique"][fold((owner, c["t"], c["cols"]))] = 1
    elif c["ct"] == "c":
        facts["check"][fold((owner, c["t"]))] += 1
    elif c["ct"] == "f":
        referred = c["rs"] if owner else ""
        key = fold((owner, c["t"], c["cols"], referred, c["rt"], c["rcols"]))
        facts["foreign"][key] += 1
        facts["actions"][(key, _action(c["del"]), _action(c["upd"]))] += 1


def schema_facts(schema: Schema, *, default: str) -> Facts:
    """The same of what was read; ``default`` is the schema of unqualified names, or ''."""

    def owner(name: str | None) -> str:
        return (name or default) if default else ""

    facts: Facts = {kind: Counter() for kind in KINDS}
    for table in schema.tables:
        if table.kind != "temporary":
            _add_table(facts, table, owner)
    facts["view"].update(fold((owner(v.schema), v.name)) for v in schema.views)
    facts["trigger"].update(fold((owner(t.schema), t.table, t.name)) for t in schema.triggers)
    facts["routine"].update(fold((owner(r.schema), r.name)) for r in schema.routines)
    facts["sequence"].update(fold((owner(s.schema), s.name)) for s in schema.sequences)
    facts["type"].update(fold((owner(t.schema), t.name)) for t in schema.types)
    return facts


def _add_table(facts: Facts, table: Table, owner: Callable[[str | None], str]) -> None:
    name = (owner(table.schema), table.name)
    facts["tables"][fold(name)] += 1
    for column in table.columns:
        facts["columns"][fold((*name, column.name))] += 1
        if not column.nullable:
            facts["not null"][fold((*name, column.name))] += 1
    if table.primary_key:
        facts["primary"][fold((*name, table.primary_key))] += 1
    for key in table.foreign_keys:
        target = (owner(key.referred_schema), key.referred_table, key.referred_columns)
        identity = fold((*name, key.columns, *target))
        facts["foreign"][identity] += 1
        actions = (_action(key.on_delete), _action(key.on_update))
        facts["actions"][(identity, *actions)] += 1
    if table.checks:
        facts["check"][fold(name)] += len(table.checks)
    for unique in table.unique_constraints:
        facts["unique"][fold((*name, unique.columns))] = 1
    for index in table.indexes:
        entry = fold((*name, [_CASTS.sub("", column) for column in index.columns]))
        if index.unique:
            facts["unique"][entry] = 1
        elif index.method != "exclude":
            facts["index"][entry] += 1


def compare(dump: str, truth: dict[str, Any], schema: Schema) -> list[Row]:
    """One row a kind."""
    qualified = schema.dialect == "postgresql"
    expected = truth_facts(truth, schemas=qualified)
    found = schema_facts(schema, default="public" if qualified else "")
    if schema.dialect == "mysql":
        _drop_backing_indexes(expected, found)
    return [
        Row(
            dump,
            kind,
            sum(expected[kind].values()),
            tuple(sorted((expected[kind] - found[kind]).elements(), key=repr)),
            tuple(sorted((found[kind] - expected[kind]).elements(), key=repr)),
        )
        for kind in KINDS
    ]


def _drop_backing_indexes(expected: Facts, found: Facts) -> None:
    keys = {key[:3] for key in expected["foreign"]}
    for index in list(expected["index"]):
        surplus = expected["index"][index] - found["index"][index]
        if index in keys and surplus > 0:
            expected["index"][index] -= surplus


def truth_rows(shared: Path = SHARED) -> Iterator[list[Row]]:
    """The rows of every dump that has a truth file."""
    for path in sorted((shared / "truth").glob("*.json")):
        dialect, name = path.stem.split("__", 1)
        truth = json.loads(path.read_text())
        yield compare(
            f"{dialect}/{name}",
            truth,
            read_schema(shared / "dumps" / dialect / f"{name}.sql", dialect),
        )


def _print(rows: Iterable[list[Row]]) -> bool:
    print(f"{'dump':40}" + "".join(f"{kind:>12}" for kind in KINDS))
    clean = True
    deviations: list[Row] = []
    for group in rows:
        cells = [f"{row.expected - len(row.missing)}/{row.expected}" for row in group]
        cells = [
            cell + (f"+{len(row.extra)}" if row.extra else "")
            for cell, row in zip(cells, group, strict=True)
        ]
        print(f"{group[0].dump:40}" + "".join(f"{cell:>12}" for cell in cells))
        deviations += [row for row in group if row.missing or row.extra]
    for row in deviations:
        _, why = EXPLAINED.get((row.dump, row.kind), (0, "NOT EXPLAINED"))
        clean = clean and row.explained
        print(f"\n{row.dump} {row.kind}: {len(row.missing)} missing, {len(row.extra)} more. {why}")
        for sign, items in (("-", row.missing), ("+", row.extra)):
            for item in items[:8]:
                print(f"   {sign} {item}")
    return clean


# --- dialects that no server here loads ------------------------------------------------------

COUNTED = ("distinct_tables", "references", "primary_key", "check", "views", "triggers", "routines",
           "indexes", "synonyms")  # fmt: skip
_SALES = "the counting script does not see names of the form [Sales].[Product]"
_TWICE = "the dump makes dialog_vars twice; the second time is refused by a server"
COUNT_NOTES: dict[tuple[str, str], str] = {
    ("mssql/tbls_test", "distinct_tables"): _SALES,
    ("mssql/tbls_test", "references"): _SALES,
    ("mssql/tbls_test", "primary_key"): _SALES,
    ("oracle/chinook", "views"): "the script counts GRANT CREATE VIEW",
    (
        "oracle/freeradius",
        "indexes",
    ): "CREATE UNIUQE INDEX (so misspelled) is read as the index that it means",
    ("oracle/kamailio", "primary_key"): _TWICE,
    ("oracle/kamailio", "triggers"): _TWICE,
    ("oracle/kamailio", "indexes"): _TWICE,
}


def count(schema: Schema) -> dict[str, int]:
    """The objects of a schema, counted as COUNTED.tsv counts them: DDL words in the text."""
    tables = schema.tables
    return {
        "distinct_tables": len(tables),
        "references": sum(len(table.foreign_keys) for table in tables),
        "primary_key": sum(bool(table.primary_key) for table in tables),
        "check": sum(len(table.checks) for table in tables)
        + sum(len(type_.checks) for type_ in schema.types),
        "views": len(schema.views),
        "triggers": len(schema.triggers),
        "routines": sum(not r.kind.startswith("package") for r in schema.routines),
        "indexes": sum(len(table.indexes) for table in tables),
        "synonyms": len(schema.synonyms),
    }


def counted_rows(shared: Path = SHARED) -> Iterator[tuple[str, dict[str, tuple[int, int]]]]:
    """For every counted dump what was found beside what was counted."""
    with (shared / "COUNTED.tsv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            dialect, _, name = row["dump"].partition("/")
            found = count(read_schema(shared / "dumps" / dialect / f"{name}.sql", dialect))
            yield row["dump"], {kind: (found[kind], int(row[kind])) for kind in COUNTED}


def _print_counted() -> bool:
    print(f"\n{'counted':40}" + "".join(f"{kind:>16}" for kind in COUNTED))
    clean = True
    notes = []
    for dump, cells in counted_rows():
        shown = (f"{found}/{counted}" for found, counted in cells.values())
        print(f"{dump:40}" + "".join(f"{cell:>16}" for cell in shown))
        for kind, (found, counted) in cells.items():
            if found != counted:
                note = COUNT_NOTES.get((dump, kind), "NOT EXPLAINED")
                clean = clean and note != "NOT EXPLAINED"
                notes.append(f"{dump} {kind}: {found}, counted {counted}. {note}")
    print("\n" + "\n".join(notes))
    return clean


# --- one schema in several dialects ----------------------------------------------------------

FAMILIES = ("sakila", "chinook", "omop_cdm54", "kamailio", "freeradius", "roundcube",
            "request_tracker5")  # fmt: skip


def family_rows(shared: Path = SHARED) -> Iterator[tuple[str, str, int, int, int, int]]:
    """(family, dialect, tables, columns, primary keys, foreign keys) of each member."""
    for family in FAMILIES:
        for path in sorted((shared / "dumps").glob(f"*/{family}.sql")):
            tables = read_schema(path, path.parent.name).tables
            yield (
                family,
                path.parent.name,
                len(tables),
                sum(len(table.columns) for table in tables),
                sum(bool(table.primary_key) for table in tables),
                sum(len(table.foreign_keys) for table in tables),
            )


def _print_families() -> None:
    print(f"\n{'family':20}{'dialect':14}{'tables':>9}{'columns':>9}{'primary':>9}{'foreign':>9}")
    for family, dialect, *numbers in family_rows():
        print(f"{family:20}{dialect:14}" + "".join(f"{number:>9}" for number in numbers))


def main() -> int:
    clean = _print(truth_rows())
    clean = _print_counted() and clean
    _print_families()
    return 0 if clean else 1


if __name__ == "__main__":
    sys.exit(main())
