"""Domains and types that stand for others, and what Firebird has of its own."""

from __future__ import annotations

from tests.unit.schema.readable import columns, read


def test_firebird_routines_elsewhere_and_triggers_of_changes_to_the_schema() -> None:
    schema = read(
        """CREATE PROCEDURE p (n INT) EXTERNAL NAME 'udr!p' ENGINE UDR;
ALTER CHARACTER SET UTF8 SET DEFAULT COLLATION UNICODE_CI_AI;
CREATE TABLE t (a INT);
SET TERM ^ ;
CREATE TRIGGER a INACTIVE BEFORE CREATE PROCEDURE OR DROP TABLE POSITION 1 AS BEGIN END ^
CREATE TRIGGER b ACTIVE AFTER ANY DDL STATEMENT AS DECLARE x INT; BEGIN IF (x) THEN EXIT; END ^
CREATE TRIGGER c FOR t BEFORE INSERT AS BEGIN END ^
""",
        "firebird",
    )
    assert [table.name for table in schema.tables] == ["t"]
    assert [(t.name, t.table, t.timing, t.events) for t in schema.triggers] == [
        ("a", "", "BEFORE", ("CREATE", "DROP")),
        ("b", "", "AFTER", ("DDL",)),
        ("c", "t", "BEFORE", ("INSERT",)),
    ]
    assert schema.triggers[1].body.startswith("DECLARE x INT")


def test_types_that_a_column_takes_from_a_domain_or_another_column() -> None:
    (table,) = read(
        "CREATE TABLE t (a TYPE OF COLUMN u.x NOT NULL, b TYPE OF dom DEFAULT 1, c TYPE);",
        "firebird",
    ).tables
    assert columns(table) == [("a", "TYPE OF COLUMN u.x"), ("b", "TYPE OF dom"), ("c", "TYPE")]
    (table,) = read("CREATE TABLE t (a DOMAIN s.day, b DOMAIN NOT NULL);", "oracle").tables
    assert columns(table) == [("a", "DOMAIN s.day"), ("b", "DOMAIN")]


def test_domains_change() -> None:
    (domain,) = read(
        "CREATE DOMAIN d AS int DEFAULT 1;\nALTER DOMAIN d SET NOT NULL;\n"
        "ALTER DOMAIN d SET DEFAULT 2 + 1;\n",
        "postgresql",
    ).types
    assert (domain.nullable, domain.default) == (False, "2 + 1")
    (domain,) = read(
        "CREATE DOMAIN d AS int DEFAULT 1 NOT NULL;\nALTER DOMAIN d DROP NOT NULL;\n"
        "ALTER DOMAIN d DROP DEFAULT;\n"
    ).types
    assert (domain.nullable, domain.default) == (True, None)


def test_firebird_scripts_may_set_terminators_within_a_line() -> None:
    schema = read(
        "CREATE TABLE a (x INT); set term ^; create procedure p as begin exit; end ^ "
        "create procedure q as begin end^ set term ;^ CREATE TABLE b (x INT); commit;\n"
        "SET TERM ^ ; -- for the procedures\nCREATE PROCEDURE r AS BEGIN EXIT; END^\nSET TERM ;^\n"
        "CREATE TABLE c (x INT);\n",
        "firebird",
    )
    assert [table.name for table in schema.tables] == ["a", "b", "c"]
    assert [routine.name for routine in schema.routines] == ["p", "q", "r"]
