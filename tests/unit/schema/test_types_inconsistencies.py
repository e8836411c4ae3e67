"""What is inconsistent is found, named and graded; what is fine is left alone."""

from __future__ import annotations

from stageline.schema.analysis import Inconsistency
from stageline.schema.model import Column, ForeignKey, Sample, Schema, Table
from stageline.schema.types import analyze_types, type_findings


def table(name: str, *columns: tuple[str, str], **details: object) -> Table:
    made = tuple(Column(c, t, line=i + 1) for i, (c, t) in enumerate(columns))
    return Table(name, columns=made, **details)  # type: ignore[arg-type]


def find(kind: str, *tables: Table, dialect: str = "postgresql") -> list[Inconsistency]:
    found = analyze_types(Schema(dialect, tables)).inconsistencies
    return [one for one in found if one.kind == kind]


def test_one_name_with_two_kinds_of_types() -> None:
    (found,) = find(
        "type_conflict",
        table("a", ("customer_id", "integer")),
        table("b", ("customer_id", "integer")),
        table("c", ("CUSTOMER_ID", "varchar(20)")),
    )
    assert found.severity == "high"
    assert found.columns == ("a.customer_id", "b.customer_id", "c.CUSTOMER_ID")
    assert "integer in 2 tables (a, b); varchar(20) in 1 table (c)" in found.message
    assert "c.CUSTOMER_ID" in found.recommendation


def test_sizes_that_differ_weigh_less() -> None:
    (found,) = find(
        "size_conflict", table("a", ("city", "varchar(20)")), table("b", ("city", "varchar(30)"))
    )
    assert found.severity == "low"
    assert not find("type_conflict", table("a", ("n", "int")), table("b", ("n", "int")))


def test_key_and_reference_differ() -> None:
    parent = table("parent", ("id", "bigint"), ("code", "varchar(5)"), primary_key=("id",))
    child = table(
        "child",
        ("parent_id", "varchar(10)"),
        ("same_id", "bigint"),
        foreign_keys=(
            ForeignKey(("parent_id",), "PARENT", line=9),
            ForeignKey(("same_id",), "parent", ("id",)),
            ForeignKey(("same_id",), "missing", ("id",)),
        ),
    )
    (found,) = find("key_mismatch", parent, child)
    assert found.severity == "high"
    assert found.columns == ("child.parent_id", "parent.id")
    assert found.line == 9


def test_serial_and_integer_are_one_type() -> None:
    parent = table("parent", ("id", "serial"), primary_key=("id",))
    child = table(
        "child", ("parent_id", "int"), foreign_keys=(ForeignKey(("parent_id",), "parent"),)
    )
    assert not find("key_mismatch", parent, child)


def test_money_in_floats_but_not_rates() -> None:
    (found,) = find("money_in_float", table("t", ("unit_price", "real"), ("tax_rate", "real")))
    assert found.columns == ("t.unit_price",)
    assert found.severity == "high"
    assert not find("money_in_float", table("t", ("price", "numeric(10,2)")))


def test_dates_in_text_and_numbers() -> None:
    (found,) = find(
        "date_in_text", table("t", ("birth_date", "varchar(10)"), ("candidate", "text"))
    )
    assert found.columns == ("t.birth_date",)
    (found,) = find(
        "date_in_number", table("t", ("created_at", "integer"), ("update_count", "int"))
    )
    assert found.columns == ("t.created_at",)
    assert not find("date_in_text", table("t", ("birth_date", "date"), ("is_date", "char(1)")))


def test_booleans_as_characters_and_numbers() -> None:
    assert find("boolean_as_char", table("t", ("is_active", "char(1)")))
    assert find("boolean_as_number", table("t", ("deleted_flag", "smallint")))
    assert not find("boolean_as_char", table("t", ("grade", "char(1)")))


def test_deprecated_types_say_why() -> None:
    (found,) = find("deprecated_type", table("t", ("a", "LONG"), ("b", "CLOB")), dialect="oracle")
    assert found.columns == ("t.a",)
    assert "LOB" in found.message
    assert find("deprecated_type", table("t", ("a", "ntext")), dialect="mssql")
    assert find("deprecated_type", table("t", ("a", "float(7,2)")), dialect="mysql")
    assert find("deprecated_type", table("t", ("a", "year(2)")), dialect="mysql")
    assert not find("deprecated_type", table("t", ("a", "text")))


def test_identifiers_in_floats_and_unknown_types() -> None:
    (found,) = find("identifier_in_float", table("t", ("account_id", "double precision")))
    assert found.severity == "high"
    (found,) = find("unknown_type", table("t", ("x", "frobnicator"), ("y", "frobnicator")))
    assert found.columns == ("t.x", "t.y")


def test_overwide_text_by_name_and_by_values() -> None:
    assert find("overwide_text", table("t", ("country_code", "varchar(255)")))
    rows = tuple((f"v{i}",) for i in range(20))
    wide = table("t", ("remark", "varchar(400)"), sample=Sample(("remark",), rows, complete=True))
    (found,) = find("overwide_text", wide)
    assert "3 used" in found.message
    partial = table(
        "t", ("remark", "varchar(400)"), sample=Sample(("remark",), rows, complete=False)
    )
    assert not find("overwide_text", partial)


def test_zero_dates() -> None:
    zero = Table("t", columns=(Column("d", "datetime", default="'0000-00-00 00:00:00'"),))
    assert find("zero_date", zero, dialect="mysql")


def test_findings_name_objects_and_are_bounded() -> None:
    tables = [table(f"t{i}", (f"price_{i}", "real")) for i in range(500)]
    types = analyze_types(Schema("postgresql", tuple(tables)))
    findings = type_findings(types)
    assert findings.items_processed == 500
    assert findings.results["counts"]["by_kind"]["money_in_float"] == 500
    assert len(findings.results["inconsistencies"]) == 50
    assert any("t0.price_0" in line for line in findings.recommendations)
    assert len(findings.insights) < 20


def test_an_empty_schema_has_no_findings() -> None:
    findings = type_findings(analyze_types(Schema("mysql")))
    assert findings.results["counts"]["columns"] == 0
    assert findings.insights == ()
