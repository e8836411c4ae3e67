"""Which columns a query yields: of views, and of tables that a query makes."""

from __future__ import annotations

import pytest

from stageline.schema import read_schema

TABLES = """CREATE TABLE a (id int, x text, y date);
CREATE TABLE b (id int, z numeric(4,2));
CREATE TABLE c (z numeric(4,2), w int);
CREATE VIEW seen AS SELECT x, y FROM a;
"""


def columns_of(query: str, dialect: str = "postgresql") -> list[str]:
    schema = read_schema(f"{TABLES}CREATE VIEW v AS {query};".encode(), dialect)
    return list(schema.views[-1].columns)


@pytest.mark.parametrize(
    ("query", "columns"),
    [
        ("(SELECT id, x FROM a)", "id x"),
        ("WITH q AS (SELECT x, y AS day FROM a) SELECT * FROM q", "x day"),
        ("WITH RECURSIVE q (m, n) AS (SELECT id, z FROM b) SELECT q.* FROM q", "m n"),
        ("WITH q AS (SELECT x FROM a), r AS (SELECT * FROM q) SELECT *, 1 AS n FROM r", "x n"),
        (
            "SELECT s.*, b.z FROM (SELECT id, upper(x) AS ux FROM a) AS s JOIN b USING (id)",
            "id ux z",
        ),
        ("SELECT t.* FROM (SELECT 1, 2) t (one, two)", "one two"),
        ("SELECT * FROM ((SELECT id FROM a) UNION (SELECT id FROM b)) u", "id"),
        ("SELECT * FROM (a JOIN b ON (a.id = b.id))", "id x y id z"),
        ("SELECT * FROM ((a JOIN b USING (id)) JOIN c ON true)", "id x y z z w"),
        ("SELECT * FROM a JOIN b USING (id)", "id x y z"),
        ("SELECT * FROM a JOIN b USING (id) NATURAL JOIN c", "z id x y w"),
        ("SELECT * FROM seen", "x y"),
        ("SELECT * FROM unknown", ""),
        ("SELECT id FROM (SELECT * FROM unknown) AS u", "id"),
    ],
)
def test_columns_of_queries_within_queries(query: str, columns: str) -> None:
    assert " ".join(columns_of(query)) == columns


def test_a_star_may_leave_columns_out() -> None:
    assert columns_of("SELECT * EXCEPT (x, id), 1 AS n FROM a", "bigquery") == ["y", "n"]
    assert columns_of("SELECT a.* EXCLUDE x FROM a", "snowflake") == ["id", "y"]


def test_types_come_through_the_queries_that_a_table_is_made_from() -> None:
    sql = f"""{TABLES}CREATE TABLE made AS
WITH q AS (SELECT x, y AS day FROM a) SELECT q.*, s.z FROM q, (SELECT z FROM b) s;"""
    (made,) = (t for t in read_schema(sql.encode(), "postgresql").tables if t.name == "made")
    assert [(c.name, c.type) for c in made.columns] == [
        ("x", "text"), ("day", "date"), ("z", "numeric(4,2)"),
    ]  # fmt: skip


def test_a_query_may_stand_in_parentheses_with_names_before_it() -> None:
    sql = """CREATE TABLE t (name text, city text);
create or replace transient table made as
      (
with source as (select * from t), final as (select source.name as name, 'NFL' as league from source)
select * from final
      );"""
    _, made = read_schema(sql.encode(), "snowflake").tables
    assert [(c.name, c.type) for c in made.columns] == [("name", "text"), ("league", "")]


def test_queries_nested_without_end_cost_their_view_only() -> None:
    deep = "SELECT * FROM (" * 2000 + "SELECT id FROM a" + ") q" * 2000
    assert columns_of(deep) == []
    assert columns_of("SELECT * FROM " + "(" * 2000 + "a" + ")" * 2000) == []


def test_stars_that_double_the_columns_each_time_are_refused() -> None:
    steps = "".join(
        f", q{n} AS (SELECT l.*, r.* FROM q{n - 1} l, q{n - 1} r)" for n in range(1, 40)
    )
    sql = f"{TABLES}CREATE VIEW v AS WITH q0 AS (SELECT * FROM a){steps} SELECT * FROM q39;"
    (failed,) = (s for s in read_schema(sql.encode()).statements if s.status == "failed")
    assert "more than 500,000 columns" in (failed.reason or "")


def test_mysql_makes_the_columns_of_the_list_and_of_the_query() -> None:
    sql = """CREATE TABLE a (id INT, n varchar(3));
CREATE TABLE b (x INT NOT NULL, KEY (x)) ENGINE=InnoDB SELECT id, n FROM a;
CREATE TABLE c (n char(10) NOT NULL) AS SELECT id, n, 1 AS k FROM a;
"""
    schema = read_schema(sql.encode(), "mysql")
    found = {t.name: [(c.name, c.type, c.nullable) for c in t.columns] for t in schema.tables}
    assert found["b"] == [("x", "INT", False), ("id", "INT", True), ("n", "varchar(3)", True)]
    assert found["c"] == [("id", "INT", True), ("n", "char(10)", False), ("k", "", True)]


def test_queries_that_start_with_from_or_are_a_table() -> None:
    schema = read_schema(
        b"""CREATE TABLE a (x INT NOT NULL, y INT DEFAULT 3);
CREATE TABLE b AS FROM a SELECT y;
CREATE TABLE c AS FROM a WHERE x > 1;
CREATE TABLE d AS TABLE a;
CREATE TABLE e AS (FROM a JOIN b USING (y));
CREATE VIEW v AS FROM a;
""",
        "duckdb",
    )
    found = [[(c.name, c.type, c.nullable, c.default) for c in t.columns] for t in schema.tables]
    x, y = ("x", "INT", True, None), ("y", "INT", True, None)
    assert found[1:] == [[y], [x, y], [x, y], [y, x]]
    assert schema.views[0].columns == ("x", "y")
