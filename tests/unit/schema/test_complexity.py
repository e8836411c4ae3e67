"""The score explains itself, and does not depend on how the dump is written."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stageline.schema.analysis import Complexity, Relationship, Relationships
from stageline.schema.complexity import assess_complexity, complexity_findings
from stageline.schema.complexity.costs import list_costs, migration_level
from stageline.schema.complexity.noise import find_noise
from stageline.schema.complexity.terms import TERMS, name_level
from stageline.schema.model import (
    Check,
    Column,
    Index,
    Routine,
    Schema,
    Sequence,
    Statement,
    Synonym,
    Table,
    Trigger,
    View,
)
from stageline.schema.rules import extract_rules
from stageline.schema.types import analyze_types


def make_table(name: str, *, key: bool = True, columns: int = 4, **parts: object) -> Table:
    made = tuple(Column(f"{name}_c{i}", "NUMBER" if i % 2 else "DATE") for i in range(columns))
    return Table(
        name, columns=made, primary_key=made[0].name and (made[0].name,) if key else (), **parts
    )  # type: ignore[arg-type]


def make_schema(count: int = 6) -> Schema:
    tables = tuple(make_table(f"t{i}", key=bool(i % 3), columns=3 + i) for i in range(count))
    body = "BEGIN\n IF a THEN\n  EXECUTE IMMEDIATE 'x';\n END IF;\n UPDATE t1 SET a = 1;\nEND;"
    routines = tuple(Routine(f"p{i}", kind="procedure", body=body * (i + 1)) for i in range(3))
    views = (View("v", query="SELECT *\nFROM t1\nWHERE TRUNC(d) > 1"),)
    triggers = (Trigger("g", "t1", body=body),)
    return Schema("oracle", tables, views, triggers, routines)


def relate(schema: Schema) -> Relationships:
    names = [table.name for table in schema.tables]
    pairs = sorted(zip(names, sorted(names), strict=True))
    made = tuple(Relationship(a, ("x",), b, ("id",), a < "t3", 0.9) for a, b in pairs)
    return Relationships(made, cycles=(("t1", "t2"),), dangling=("t1.x → gone",))


def assess(schema: Schema, relationships: Relationships | None = None) -> Complexity:
    found = Relationships(()) if relationships is None else relationships
    return assess_complexity(schema, found, analyze_types(schema), extract_rules(schema))


def test_terms_add_up_and_show_their_work() -> None:
    found = assess(make_schema(), relate(make_schema()))
    assert found.score == sum(term.points for term in found.terms) > 0
    assert sum(term.maximum for term in found.terms) == 100
    assert [term.name for term in found.terms] == [
        "size", "coupling", "code", "type lossiness", "integrity gaps", "noise",
    ]  # fmt: skip
    for term in found.terms[:-1]:
        assert term.objects
        assert 0 < term.points <= term.maximum
        assert "m = " in term.formula


def test_points_follow_the_formula() -> None:
    for term in assess(make_schema(), relate(make_schema())).terms:
        half = float(term.formula.partition("(m + ")[2].partition(")")[0])
        exact = term.maximum * term.measure / (term.measure + half)
        assert term.points == pytest.approx(exact, abs=0.126)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 40), st.data())
def test_any_schema_adds_up_whatever_its_order(count: int, data: st.DataObject) -> None:
    schema = make_schema(count)
    relationships = relate(schema)
    mixed = data.draw(st.permutations(schema.tables))
    found = assess(schema, relationships)
    moved = replace(
        schema,
        tables=tuple(mixed),
        routines=schema.routines[::-1],
        views=schema.views[::-1],
    )
    turned = replace(relationships, relationships=relationships.relationships[::-1])
    again = assess(moved, turned)
    assert 0 <= found.score <= 100
    assert found.score == sum(term.points for term in found.terms)
    assert again == found


def test_comments_change_nothing() -> None:
    schema = make_schema()
    commented = replace(
        schema,
        views=tuple(replace(v, query=f"-- why\n{v.query} /* IF */") for v in schema.views),
        routines=tuple(
            replace(r, body=r.body.replace("\n", " -- IF a THEN\n\n"), line=99)
            for r in schema.routines
        ),
    )
    assert assess(commented, relate(schema)) == assess(schema, relate(schema))


def test_an_empty_schema_scores_nothing() -> None:
    found = assess(Schema("mysql"))
    assert (found.score, found.level, found.migration_level) == (0, "simple", "A-1")
    assert found.risks == ()
    assert complexity_findings(found).results["counts"]["cost_units"] == 0


def test_levels_cover_the_scale() -> None:
    assert [name_level(score) for score in (0, 20, 45.25, 79.75, 100)] == [
        "simple", "moderate", "demanding", "hard", "extreme",
    ]  # fmt: skip
    assert len(TERMS) == 6


@pytest.mark.parametrize(
    ("name", "noisy"),
    [
        ("customer_bak", True), ("BAK_CUSTOMER", True), ("tmp_load", True), ("orders_old", True),
        ("CopyOfOrders", True), ("orders_20190131", True), ("orders_2019_01", True),
        ("customer_old2", True), ("temperature", False), ("template", False), ("threshold", False),
        ("golden_copy_rule", False), ("backup", False), ("orders_history", False),
    ],
)  # fmt: skip
def test_noise_by_name(name: str, noisy: bool) -> None:
    assert bool(find_noise(Schema("mysql", (make_table(name),)))) == noisy


def test_noise_by_equal_columns() -> None:
    original = make_table("orders", columns=5)
    twin = replace(original, name="orders_pablo")
    other = replace(original, name="invoices")
    part = replace(original, name="orders_p1", kind="partition")
    found = find_noise(Schema("mysql", (twin, original, other, part)))
    assert found == {"orders_pablo": "has the columns of orders"}


def test_cost_units_are_those_of_ora2pg() -> None:
    table = make_table("t", checks=(Check("a > 1"),), indexes=(Index(("a",)), Index(("lower(a)",))))
    schema = Schema(
        "oracle",
        (table, replace(table, name="g", kind="temporary", indexes=(), checks=())),
        views=(View("v"), View("m", materialized=True)),
        routines=(Routine("f"), Routine("b", kind="package body"), Routine("s", kind="package")),
        sequences=(Sequence("q"),),
        synonyms=(Synonym("y", "t"),),
    )
    assert {cost.kind: cost.cost for cost in list_costs(schema)} == {
        "CHECK": 0.1, "FUNCTION": 1, "FUNCTION-BASED-INDEX": 0.2, "GLOBAL TEMPORARY TABLE": 10,
        "INDEX": 0.1, "MATERIALIZED VIEW": 3, "PACKAGE BODY": 3, "SEQUENCE": 0.1, "SYNONYM": 0.1,
        "TABLE": 0.1, "VIEW": 1,
    }  # fmt: skip


def test_cost_of_a_kind_is_capped() -> None:
    tables = tuple(Table(f"t{i}") for i in range(10_000))
    (cost,) = list_costs(Schema("oracle", tables))
    assert (cost.count, cost.cost) == (10_000, 672)


@pytest.mark.parametrize(
    ("routines", "triggers", "code", "level"),
    [
        (0, 0, "x", "A-1"), (0, 1, "x := 1;", "A-2"), (1, 0, "x := 1;", "A-3"),
        (0, 1, "SELECT 1 FROM a WHERE a = b(+);", "B-4"), (1, 1, "GOTO x;", "B-5"),
        (300, 0, "GOTO x;", "C-5"), (1, 0, "-- GOTO x\n y := 'GOTO';", "A-3"),
    ],
)  # fmt: skip
def test_migration_level(routines: int, triggers: int, code: str, level: str) -> None:
    schema = Schema(
        "oracle",
        routines=tuple(Routine(f"r{i}", body=code) for i in range(routines)),
        triggers=tuple(Trigger(f"g{i}", "t", body=code) for i in range(triggers)),
    )
    assert migration_level(schema, list_costs(schema)) == level


def test_risks_and_advice_name_objects() -> None:
    schema = make_schema()
    broken = Statement("create table", 4, "failed", "no closing parenthesis")
    schema = replace(schema, statements=(broken,))
    found = assess(schema, relate(schema))
    titles = [risk.title for risk in found.risks]
    assert "Tables without a primary key: 2" in titles
    assert "Keys to tables that the dump does not hold: 1" in titles
    assert "Routines or triggers that put SQL together at run time: 4" in titles
    assert [r.severity for r in found.risks] == sorted(
        (r.severity for r in found.risks), key=["high", "medium", "low"].index
    )
    assert any("t0, t3" in advice for advice in found.recommendations)
    assert any("create table: no closing parenthesis" in r.objects for r in found.risks)


def test_findings_are_plain_data() -> None:
    findings = complexity_findings(assess(make_schema(), relate(make_schema())))
    counts = findings.results["counts"]
    assert counts["score"] == sum(term["points"] for term in findings.results["terms"])
    assert str(counts["level"]) in findings.insights[0]
    assert findings.recommendations


def test_lists_are_bounded() -> None:
    tables = tuple(make_table(f"t{i}_bak", key=False) for i in range(300))
    found = assess(Schema("oracle", tables))
    assert all(len(term.objects) <= 20 for term in found.terms)
    assert all(len(risk.objects) <= 20 for risk in found.risks)
    assert found.risks[0].title == "Tables without a primary key: 300"


def test_unlikely_relationships_do_not_count() -> None:
    schema = make_schema()
    doubtful = Relationship("t1", ("x",), "t2", ("id",), False, 0.3)
    assert assess(schema, Relationships((doubtful,))) == assess(schema, Relationships(()))
