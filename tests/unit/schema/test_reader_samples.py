"""The rows that are kept of INSERT and COPY data."""

from __future__ import annotations

from stageline.schema import Table, read_schema


def table(sql: str, dialect: str) -> Table:
    found = read_schema(sql.encode(), dialect).table("t")
    assert found is not None
    return found


def test_insert_values_are_unquoted_by_the_rules_of_the_dialect() -> None:
    found = table(
        "CREATE TABLE t (a int, b text);\nINSERT INTO t VALUES (1,'it''s'),(2,NULL);\n"
        "INSERT INTO t (b, a) VALUES (E'x\\ny', -3);\n",
        "postgresql",
    )
    assert found.sample is not None
    assert found.sample.columns == ("a", "b")
    assert found.sample.rows == (("1", "it's"), ("2", None), ("-3", "x\ny"))
    assert (found.row_count, found.sample.complete) == (3, True)
    mysql = table(
        "CREATE TABLE t (a int, b text);\nINSERT INTO `t` VALUES (1,'a\\'b\\n;'),(2,\"q\");\n",
        "mysql",
    )
    assert mysql.sample is not None and mysql.sample.rows == (("1", "a'b\n;"), ("2", "q"))


def test_statements_of_a_row_each_are_read_like_one_of_many() -> None:
    rows = [f"({number}, 'x{number}')" for number in range(150)]
    one = "".join(f"INSERT INTO t VALUES {row};\n" for row in rows)
    each = table(f"CREATE TABLE t (a int, b text);\n{one}", "mysql")
    all_at_once = f"INSERT INTO t VALUES {', '.join(rows)};\n"
    assert each.sample is not None
    assert each.sample == table(f"CREATE TABLE t (a int, b text);\n{all_at_once}", "mysql").sample
    some = "".join(one.splitlines(keepends=True)[:18])
    more = table(f"CREATE TABLE t (a int, b text);\n{some}{all_at_once * 2}", "mysql")
    assert more.row_count == 18 + 300
    assert more.sample is not None and len(more.sample.rows) == 200


def test_a_row_of_another_length_costs_only_itself() -> None:
    rows = ("(1, 'a')", "(2, 'b')", "(3)", "(4, 'd')")
    sql = "".join(f"INSERT INTO t VALUES {row};\n" for row in rows)
    found = table(f"CREATE TABLE t (a int, b text);\n{sql}", "mysql")
    assert found.sample is not None
    assert found.sample.rows == (("1", "a"), ("2", "b"), ("4", "d"))
    assert (found.row_count, found.sample.complete) == (4, False)


def test_other_forms_of_insert() -> None:
    mssql = table(
        "CREATE TABLE t (a int, b nvarchar(9))\nGO\nINSERT t VALUES (1, N'x')\n"
        "INSERT [t] ([b], [a]) VALUES (N'y', 2)\nGO\n",
        "mssql",
    )
    assert mssql.sample is not None and mssql.sample.rows == (("1", "x"), ("2", "y"))
    computed = table(
        "CREATE TABLE t (a int, b date);\nINSERT INTO t VALUES (1, to_date('1', 'J'));\n", "oracle"
    )
    assert computed.sample is not None
    assert computed.sample.rows == (("1", "to_date('1', 'J')"),)


def test_copy_rows() -> None:
    found = table(
        "CREATE TABLE public.t (a int, b text, c text);\n"
        "COPY public.t (b, a) FROM stdin;\nx\\ty\t1\n\\N\t2\nback\\\\slash\t3\n\\.\n",
        "postgresql",
    )
    assert found.sample is not None
    assert found.sample.columns == ("b", "a")
    assert found.sample.rows == (("x\ty", "1"), (None, "2"), ("back\\slash", "3"))
    assert (found.row_count, found.sample.complete) == (3, True)


def test_samples_are_bounded() -> None:
    values = ",".join(f"({number},'{'x' * 20}')" for number in range(20000))
    found = table(f"CREATE TABLE t (a int, b text);\nINSERT INTO t VALUES {values};\n", "mysql")
    assert found.sample is not None
    assert len(found.sample.rows) <= 500
    assert not found.sample.complete
    assert 10000 < found.row_count < 40000


def test_what_is_no_list_of_values_makes_the_sample_incomplete() -> None:
    found = table(
        "CREATE TABLE t (a int);\nINSERT INTO t VALUES (1);\nINSERT INTO t SELECT 2;\n",
        "postgresql",
    )
    assert found.sample is not None and not found.sample.complete


def test_no_data_no_sample() -> None:
    assert table("CREATE TABLE t (a int);", "sqlite").sample is None
