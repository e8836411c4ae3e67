"""Keys and columns that are read as written though no server would take them."""

from __future__ import annotations

import pytest

from stageline.schema import read_schema
from stageline.schema.accounting import schema_findings

TABLE = "CREATE TABLE t (id int PRIMARY KEY);\n"


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("CREATE TABLE a (i int, i text);", "table a declares column i twice"),
        ("CREATE TABLE a (i int,\nPRIMARY KEY (b));", "its primary key needs b, which a does not"),
        ("CREATE TABLE a (i int, UNIQUE (i, c));", "a unique constraint needs c, which a does not"),
        ("CREATE TABLE a (i int, UNIQUE (i, i));", "a unique constraint names i twice"),
        (
            "CREATE TABLE a (i int, FOREIGN KEY (nope) REFERENCES t (id));",
            "its foreign key to t needs nope, which a does not have",
        ),
        (
            "CREATE TABLE a (i int, FOREIGN KEY (i) REFERENCES t (nix));",
            "its foreign key to t needs nix, which t does not have",
        ),
        (
            "CREATE TABLE a (i int, j int, FOREIGN KEY (i, j) REFERENCES t (id));",
            "its foreign key to t has 2 and 1 columns on its two sides",
        ),
        ("CREATE TABLE a (i int, FOREIGN KEY () REFERENCES t ());", "to t names no column"),
    ],
)
def test_odd_declarations_are_told_with_table_and_line(sql: str, said: str) -> None:
    warnings = schema_findings(read_schema((TABLE + sql).encode(), "postgresql")).warnings
    assert [said in warning for warning in warnings] == [True]
    assert warnings[0].startswith("Line 2: table a")


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE a (I int, j int, PRIMARY KEY (i, j), FOREIGN KEY (i) REFERENCES T (ID));",
        "CREATE TABLE a (i int, FOREIGN KEY (i) REFERENCES elsewhere (x));",
        "CREATE TABLE a (i text, UNIQUE (lower(i)));",
        "CREATE TABLE a AS SELECT * FROM elsewhere;\nALTER TABLE a ADD PRIMARY KEY (id);",
    ],
)
def test_plain_declarations_are_not(sql: str) -> None:
    assert schema_findings(read_schema((TABLE + sql).encode(), "mysql")).warnings == ()


def test_warnings_are_bounded() -> None:
    sql = "".join(f"CREATE TABLE a{n} (i int, PRIMARY KEY (b));\n" for n in range(1000))
    assert len(schema_findings(read_schema(sql.encode(), "mysql")).warnings) == 20


def test_a_body_that_is_read_in_part_is_told() -> None:
    body = "SET @a = 1;\n" * 100_000
    sql = f"CREATE PROCEDURE p() BEGIN\n{body}END;\nCREATE PROCEDURE q() BEGIN END;\n"
    (warning,) = schema_findings(read_schema(sql.encode(), "mysql")).warnings
    assert warning.startswith("Line 1: the body of p has 1,2")
    assert warning.endswith("the first 1,000,000")


def test_a_dump_without_anything_is_doubted() -> None:
    found = schema_findings(read_schema(b"a: 1\nb: [2, 3]\n"))
    assert found.warnings[0].startswith("No table, view or routine was found. Check that this is a")
    assert found.recommendations[0] == found.warnings[0]
    assert schema_findings(read_schema(TABLE.encode(), "mysql")).warnings == ()
