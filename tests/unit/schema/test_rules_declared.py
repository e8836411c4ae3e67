"""Constraints, types, defaults and view filters as sentences."""

from __future__ import annotations

from dataclasses import replace

from stageline.schema.analysis import Rule
from stageline.schema.model import (
    Check,
    Column,
    Index,
    Schema,
    Table,
    UniqueConstraint,
    UserType,
    View,
)
from stageline.schema.rules import extract_rules, rule_findings

CUSTOMERS = Table(
    "customers",
    "crm",
    (
        Column("id", "int", line=3),
        Column("email", "varchar(80)", line=4),
        Column("status", "char(1)", default="'A'", line=5),
        Column("created", "timestamp", default="now()", line=6),
        Column("note", "text", default="NULL", line=7),
        Column("visits", "int", default="0", line=8),
    ),
    primary_key=("id",),
    line=2,
)


def rules(*tables: Table, dialect: str = "postgresql", **parts: object) -> list[Rule]:
    return list(extract_rules(Schema(dialect, tables, **parts)).rules)  # type: ignore[arg-type]


def sentences(kind: str, found: list[Rule]) -> list[str]:
    return [rule.sentence for rule in found if rule.kind == kind]


def test_checks_name_table_columns_and_line() -> None:
    table = replace(CUSTOMERS, checks=(Check("status IN ('A','B')", name="ck", line=11),))
    rule = next(rule for rule in rules(table) if rule.kind == "check")
    assert rule.sentence == "For every customer, the status must be one of 'A' or 'B'."
    assert rule.columns == ("crm.customers.status",)
    assert (rule.name, rule.line, rule.source) == ("ck", 11, "status IN ('A','B')")


def test_given_together_is_a_kind_of_its_own() -> None:
    table = replace(CUSTOMERS, checks=(Check("(email IS NULL) = (status IS NULL)"),))
    assert sentences("not_null_together", rules(table)) == [
        "For every customer, the email and the status must be given together or not at all."
    ]


def test_defaults_that_say_something() -> None:
    other = Table("orders", columns=(Column("status", "char(1)", default="('A')"),))
    assert sentences("default", rules(CUSTOMERS, other)) == [
        "When nothing else is given, the status of a customer or an order is 'A'.",
        "When nothing else is given, the created of a customer is the current time.",
    ]


def test_forms_of_the_current_time() -> None:
    forms = {
        "CURRENT TIMESTAMP": "the current time",
        "CURRENT DATE": "today",
        "current year to fraction(3)": "the current time",
        "CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6)": "the current time",
        "(getdate())": "the current time",
        "'now'::text": "'now'",
    }
    for default, words in forms.items():
        table = Table("t", columns=(Column("c", "timestamp", default=default),))
        (found,) = sentences("default", rules(table))
        assert found.endswith(f" is {words}."), default


def test_defaults_that_say_nothing() -> None:
    noise = [
        "NULL",
        "''",
        "0",
        "0.00",
        "nextval('s'::regclass)",
        "gen_random_uuid()",
        "b'0'",
        "f(x)",
    ]
    columns = tuple(Column(f"c{i}", "int", default=default) for i, default in enumerate(noise))
    assert rules(Table("t", columns=columns)) == []


def test_uniqueness_once_for_constraint_and_index() -> None:
    table = replace(
        CUSTOMERS,
        unique_constraints=(UniqueConstraint(("email",), "uq"),),
        indexes=(
            Index(("email",), unique=True),
            Index(("email", "status"), unique=True, where="status = 'A'"),
            Index(("created",)),
        ),
    )
    assert sentences("unique", rules(table)) == [
        "No two customers may have the same email.",
        "No two customers may have the same combination of email and status, among those where "
        "the status is 'A'.",
    ]


def test_enums_of_columns_and_types() -> None:
    film = Table("films", columns=(Column("rating", "enum('G','PG')"),))
    assert sentences("enum", rules(film, dialect="mysql")) == [
        "The rating of a film must be one of 'G' or 'PG'."
    ]
    typed = Table("films", columns=(Column("rating", "public.mpaa"),))
    types = (UserType("mpaa", "public", "enum", labels=("G", "PG")),)
    (rule,) = rules(typed, types=types)
    assert rule.sentence == (
        "A value of type mpaa must be one of 'G' or 'PG' (used by the rating of a film)."
    )
    assert rule.columns == ("films.rating",)


def test_domains_name_their_columns() -> None:
    types = (UserType("salary", None, "domain", base="numeric", checks=(Check("VALUE > 0"),)),)
    job = Table("jobs", columns=(Column("min_pay", "salary"),))
    assert sentences("domain", rules(job, types=types)) == [
        "For every salary (used by the min pay of a job), it must be greater than 0."
    ]


def test_view_filters_leave_out_joins() -> None:
    views = (
        View("active", "crm", query="SELECT * FROM crm.customers WHERE status = 'A' ORDER BY id"),
        View("joined", query="SELECT * FROM customers c, orders o WHERE c.id = o.customer_id"),
        View("both", query="((SELECT 1 FROM customers c, x WHERE c.id = x.id AND (c.visits > 3)))"),
    )
    found = rules(CUSTOMERS, views=views)
    assert sentences("view_filter", found) == [
        "The view crm.active contains only customers where the status is 'A'.",
        "The view both contains only customers where the visits is greater than 3.",
    ]
    rule = next(rule for rule in found if rule.kind == "view_filter")
    assert rule.columns == ("crm.customers.status",)


def test_filters_of_a_union_and_of_aliases() -> None:
    query = """SELECT 1 FROM customers a, customers b WHERE a.status = 'A' AND b.status = 'B'
               UNION SELECT 2 FROM customers WHERE visits = 1"""
    assert sentences("view_filter", rules(CUSTOMERS, views=(View("v", query=query),))) == [
        "The view v contains only customers where the status of a is 'A' and the status of b is "
        "'B'.",
        "The view v contains only customers where the visits is 1.",
    ]


def test_hostile_names_stay_text() -> None:
    name = "x'); DROP TABLE users; --<script>alert(1)</script>"
    table = Table(
        name, columns=(Column(name, "int", default="'1'"),), checks=(Check(f'"{name}" > 1'),)
    )
    assert len(rules(table)) == 2
    long = Table("n" * 10_000, columns=(Column("c" * 10_000, "int"),), checks=(Check("a > 1"),))
    assert all(len(rule.sentence) < 1_000 for rule in rules(long))


def test_findings_count_and_name() -> None:
    table = replace(CUSTOMERS, checks=(Check("visits >= 0"),))
    findings = rule_findings(extract_rules(Schema("postgresql", (table,))))
    assert findings.results["counts"]["by_kind"] == {"check": 1, "default": 2}
    assert findings.insights[0] == "crm.customers carries the most rules: 3."
    assert rule_findings(extract_rules(Schema("mysql"))).insights == ()
