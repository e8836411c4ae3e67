"""Tables: read, asked by SQL and written; and that SQL reaches nothing else."""

import gzip
from pathlib import Path

import duckdb
import pytest

from stageline.errors import (
    AccessError,
    InputError,
    ResourceError,
    StagelineError,
    StepTimeoutError,
)
from stageline.plugins import find_tool
from stageline.store import FolderStore
from stageline.tools import _locked
from stageline.tools.query_table import query_table
from stageline.tools.read_table import read_table
from stageline.tools.write_table import write_table
from stageline.workflow.isolation import run_isolated
from tests.unit.tools.parquet_samples import parquet_of, zigzag
from tests.unit.tools.samples import Told, local

CSV = 'id,name,born,paid\n1,Ada,1815-12-10,1.5\n2,"Bo, ""B""",,\n3,Çe,1990-01-02,7\n'


@pytest.fixture
def people(tmp_path):
    path = tmp_path / "people [1]*.csv"  # a pattern, if DuckDB got it as it is
    path.write_text(CSV, encoding="utf-8")
    (tmp_path / "people 1x.csv").write_text("other\n1\n")
    return local(path)


@pytest.fixture
def parquet(tmp_path):
    path = tmp_path / "all.parquet"
    duckdb.sql(
        "COPY (SELECT 1::TINYINT AS a, 12.50::DECIMAL(9,2) AS b, 'NaN'::DOUBLE AS c, DATE "
        "'2024-02-29' AS d, TIMESTAMP '2024-01-02 03:04:05' AS e, 'x'::BLOB AS f, [1, 2] AS g, "
        "{'k': 1.5::FLOAT} AS h, MAP {'m': 1} AS i, NULL AS j, true AS k, INTERVAL 90 SECOND AS l, "
        f"'5d1b3c4a-0000-4000-8000-000000000000'::UUID AS m) TO '{path}' (FORMAT parquet)"
    )
    return local(path)


def test_csv_is_read_with_its_types(people):
    found = read_table(people)
    assert [(c.name, c.type) for c in found.columns] == [
        ("id", "BIGINT"), ("name", "VARCHAR"), ("born", "DATE"), ("paid", "DOUBLE")]  # fmt: skip
    assert found.rows[1] == {"id": 2, "name": 'Bo, "B"', "born": None, "paid": None}
    assert found.rows[2] == {"id": 3, "name": "Çe", "born": "1990-01-02", "paid": 7.0}
    assert not found.truncated


def test_csv_options(tmp_path, people):
    assert read_table(people, all_text=True).rows[0]["id"] == "1"
    assert read_table(people, columns=["name"], limit=1, offset=2).rows == [{"name": "Çe"}]
    assert read_table(people, limit=2).truncated
    assert not read_table(people, limit=3).truncated
    path = tmp_path / "odd.csv"
    path.write_text("1'2\n3'4\n")
    assert read_table(local(path), delimiter="'", header=False).rows[1] == {
        "column0": 3, "column1": 4}  # fmt: skip
    path.write_bytes(gzip.compress(CSV.encode()))
    assert len(read_table(local(path)).rows) == 3


def test_parquet_values_become_json_data(parquet):
    assert read_table(parquet).rows == [{
        "a": 1, "b": "12.50", "c": None, "d": "2024-02-29", "e": "2024-01-02T03:04:05",
        "f": "eA==", "g": [1, 2], "h": {"k": 1.5}, "i": {"m": 1}, "j": None, "k": True, "l": 90.0,
        "m": "5d1b3c4a-0000-4000-8000-000000000000"}]  # fmt: skip


def test_both_run_isolated(people):
    for name, more in (("read_table", {"file": people}),
                       ("query_table", {"data": people, "sql": "SELECT * FROM data"})):  # fmt: skip
        tool = find_tool(name)
        assert tool is not None
        assert tool.traits.isolated
        assert len(run_isolated(tool, more, Told(), 60)["rows"]) == 3


@pytest.mark.parametrize("content", [b"\x00\xff\xfe\x01" * 100, b"PAR1 broken", b"\x1f\x8bbroken"])
def test_what_is_no_table(tmp_path, content):
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    with pytest.raises(StagelineError):
        read_table(local(path), format="parquet")
    with pytest.raises(InputError, match="missing"):
        read_table(local_csv(tmp_path), columns=["missing"])


@pytest.mark.parametrize(
    ("content", "said"),
    [("Jürgen\n".encode("latin-1"), "not utf-8"), ("a,b\n1,2\n".encode("utf-16"), "not utf-8"),
     (b"a,b\n1,2\r\n3,4\r5,6\n\r7,8", "kind of line end"),
     (b"\x1f\x8b\x08" + b"\xff" * 999, "GZIP"),
     (gzip.compress(CSV.encode() * 999, mtime=0)[:-9], "GZIP"), (b"a\n" + b"x" * 3_000_000, "Line"),
     (b"PAR1", "too small"), (b"PAR1" + bytes(99) + b"\xff\xff\xff\xffPAR1", "Footer"),
     (parquet_of(9, 1).replace(zigzag(9), zigzag(2**30)), "Invalid"),
     (parquet_of(9, 1, rows=-1), "negative"), (parquet_of(9, 1)[:-1], "magic"),
     (b"PAR1\x15\x02\x19\xfc\xff\xff\xff\xff\x07" + bytes(99) + b"l\0\0\0PAR1", "limit"),
     (parquet_of(9, 1, b"\xff\xfe"), "UTF8")],
    ids=lambda value: ascii(value)[:20],
)  # fmt: skip
def test_what_is_broken_is_named_with_its_reason(tmp_path, content, said):
    (tmp_path / "the file.x").write_bytes(content)
    with pytest.raises(InputError, match=f"'the file.x' cannot be read: .*{said}") as caught:
        read_table(local(tmp_path / "the file.x"))
    assert "/tmp" not in str(caught.value)  # noqa: S108 - where the copy lies is no help
    assert len(str(caught.value)) < 1_500


def test_a_value_of_another_type_is_told_with_its_line(tmp_path):
    (tmp_path / "late.csv").write_bytes(b"a,b\n" + b"1,2\n" * 30_000 + b"x,2\n")
    with pytest.raises(InputError, match=r"late\.csv.* Line: 30002 .*\"x\".*`all_text`"):
        query_table("SELECT sum(a) FROM data", local(tmp_path / "late.csv"))


def test_no_line_between_rows_is_passed_over(tmp_path):
    (tmp_path / "x.csv").write_bytes(b"\na,b\n1,2\n#3,4\n5,6\n")
    assert [row["a"] for row in read_table(local(tmp_path / "x.csv")).rows] == ["1", "#3", "5"]


def test_times_are_those_of_no_host(monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    tool = find_tool("query_table")
    assert tool is not None
    sql = "SELECT t, t::DATE AS d FROM (SELECT TIMESTAMPTZ '2020-01-01 20:00:00+00' AS t)"
    assert run_isolated(tool, {"sql": sql}, Told(), 60)["rows"] == [
        {"t": "2020-01-01T20:00:00+00:00", "d": "2020-01-01"}]  # fmt: skip


def test_a_small_file_of_very_many_rows(tmp_path):
    """2 * 10**12 rows in 50 KB: what is asked for is read, and no more of it than the time lets."""
    (tmp_path / "x.parquet").write_bytes(parquet_of(2_000_000_000, 1_000))
    file = local(tmp_path / "x.parquet")
    assert query_table("SELECT count(*) AS n FROM data", file).rows == [{"n": 2 * 10**12}]
    assert len(read_table(file, limit=5).rows) == 5
    tool = find_tool("read_table")
    assert tool is not None
    with pytest.raises(StepTimeoutError):
        run_isolated(tool, {"file": file, "offset": 10**12}, Told(), 3)


@pytest.mark.parametrize("value", ["INTERVAL 100000000 YEARS", "[" * 600 + "1" + "]" * 600])
def test_values_that_are_no_json_data(value):
    with pytest.raises(InputError, match=r"no JSON data .*cast it to VARCHAR"):
        query_table(f"SELECT {value} AS x")


def test_values_are_bounded_as_rows_are(monkeypatch):
    monkeypatch.setattr(_locked, "MAX_VALUES", 100)
    sql = "SELECT range AS a, range AS b FROM range(60)"
    assert len(query_table(sql, limit=50).rows) == 50
    with pytest.raises(ResourceError, match=r"more than 100 values. Choose columns, or lower"):
        query_table(sql)


def local_csv(folder: Path):
    (folder / "good.csv").write_text(CSV)
    return local(folder / "good.csv")


def test_queries_join_files_and_rows(people, parquet):
    sql = (
        "WITH t AS (SELECT rows.k, data.name FROM rows JOIN data ON data.id = rows.id) "
        "SELECT t.k, name, other.a FROM t, other ORDER BY t.k DESC; -- end"
    )
    rows = [{"id": 1, "k": "x"}, {"id": 3, "k": "y", "more": [1, {"a": None}]}, {"id": None}]
    found = query_table(sql, people, parquet, rows)
    assert found.rows == [{"k": "y", "name": "Çe", "a": 1}, {"k": "x", "name": "Ada", "a": 1}]
    assert query_table("FROM rows", rows=rows).rows[1]["more"] == '[1, {"a": null}]'
    assert query_table("SELECT 1 AS one").rows == [{"one": 1}]
    assert query_table("SELECT * FROM range(10)", limit=3).truncated


@pytest.mark.parametrize("sql", [
    "SELECT * FROM read_csv('/etc/passwd')", "SELECT * FROM '/etc/passwd'",
    "SELECT * FROM read_text('/etc/passwd')", "SELECT * FROM read_blob('/etc/*')",
    "SELECT * FROM glob('/*')", "SELECT * FROM read_json('/etc/passwd')",
    "SELECT * FROM read_parquet('/etc/passwd')", "SELECT * FROM sniff_csv('/etc/passwd')",
    "SELECT * FROM parquet_metadata('/etc/passwd')", "SELECT * FROM read_csv('http://127.0.0.1/')",
    "SELECT * FROM query('SELECT * FROM read_text(''/etc/passwd'')')",
    "SELECT * FROM query_table('/etc/passwd')", "SELECT * FROM duckdb_secrets()",
    "SELECT (SELECT content FROM read_text('/etc/passwd'))", "FROM 's3://bucket/x.parquet'",
    "SELECT * FROM read_csv('{folder}/people 1x.csv')", "SELECT * FROM '{folder}/people 1x.csv'",
    "SELECT * FROM read_csv('{folder}/../../etc/passwd')",
])  # fmt: skip
def test_selects_reach_nothing_else(sql, people):
    with pytest.raises((AccessError, InputError)) as caught:
        query_table(sql.format(folder=people.path.parent), people)
    assert "root:" not in str(caught.value)


@pytest.mark.parametrize("sql", [
    "COPY data TO '/tmp/stolen.csv'", "COPY (SELECT 1) TO '{folder}/out.csv'",
    "ATTACH '/tmp/x.db'", "INSTALL httpfs", "LOAD httpfs", "PRAGMA database_list",
    "PRAGMA enable_external_access", "SET enable_external_access = true", "SET threads = 64",
    "SET memory_limit = '100GB'", "RESET memory_limit", "CREATE TABLE t (a INT)",
    "CREATE SECRET (TYPE s3)", "DROP VIEW data", "DELETE FROM data", "INSERT INTO data VALUES (1)",
    "UPDATE data SET id = 1", "EXPORT DATABASE '{folder}/x'", "IMPORT DATABASE '/tmp'",
    "CHECKPOINT", "VACUUM", "CALL pragma_version()", "BEGIN", "PREPARE p AS SELECT 1", "EXECUTE p",
    "EXPLAIN ANALYZE SELECT 1", "USE system", "SELECT 1; SELECT 2", "SELECT 1; DROP VIEW data",
    "CREATE MACRO m() AS 1; SELECT m()", "DETACH memory", "", ";", "-- nothing", "SELEC 1",
    "SELECT * FROM missing", "SELECT 1 AS a, 2 AS a", "SELECT no_such_function()",
    "SELECT * FROM secret_of_python", "\0",
])  # fmt: skip
def test_only_one_select_of_known_names(sql, people, tmp_path):
    secret_of_python = [{"a": 1}]  # noqa: F841 - DuckDB would find it by name
    before = sorted(tmp_path.iterdir())
    with pytest.raises((InputError, AccessError)):
        query_table(sql.format(folder=tmp_path), people)
    assert sorted(tmp_path.iterdir()) == before


def test_settings_are_locked_inside(people):
    found = query_table(
        "SELECT name, value FROM duckdb_settings() WHERE name IN ('lock_configuration', 'threads', "
        "'enable_external_access', 'autoload_known_extensions', 'autoinstall_known_extensions')"
        " ORDER BY name"
    )
    assert {row["name"]: row["value"] for row in found.rows} == {
        "autoinstall_known_extensions": "false", "autoload_known_extensions": "false",
        "enable_external_access": "false", "lock_configuration": "true",
        "threads": "2"}  # fmt: skip


@pytest.mark.parametrize("sql", [
    "SELECT count(*) FROM range(1000000000) a, range(1000000000) b WHERE a.range % 7 = b.range % 5",
    "WITH RECURSIVE r AS (SELECT 1 AS a UNION ALL SELECT a + 1 FROM r) SELECT max(a) FROM r",
])  # fmt: skip
def test_endless_queries_are_interrupted(sql):
    with pytest.raises((StepTimeoutError, ResourceError), match=r"0\.3 seconds|Out of Memory"):
        query_table(sql, timeout=0.3)


def test_memory_is_bounded():
    with pytest.raises(ResourceError, match="Out of Memory"):
        query_table("SELECT array_agg(repeat('x', 1000) || i) FROM range(10000000) t(i)")


def test_rows_without_columns():
    with pytest.raises(InputError, match="without any column"):
        query_table("SELECT 1", rows=[])


ROWS = [
    {"n": 1, "x": 1, "t": "a,b\n\"q\"", "b": True, "mixed": 1, "deep": [1], "big": 2**70},
    {"n": -5, "x": 2.5, "t": "", "b": None, "mixed": "s", "late": "2024-01-01", "big": 1},
]  # fmt: skip


def test_tables_are_written_and_read_back(tmp_path):
    store = FolderStore(tmp_path / "store")
    written = write_table(ROWS, key="t/a.parquet", format="parquet", store=store)
    assert written.file.mime == "application/vnd.apache.parquet"
    assert store.get("objects/t/a.parquet", written.digest)
    assert written.uri == f"{store.uri}/objects/t/a.parquet"
    found = read_table(written.file)
    assert {c.name: c.type for c in found.columns} == {
        "n": "BIGINT", "x": "DOUBLE", "t": "VARCHAR", "b": "BOOLEAN", "mixed": "VARCHAR",
        "deep": "VARCHAR", "big": "VARCHAR", "late": "VARCHAR"}  # fmt: skip
    assert found.rows[0] == {"n": 1, "x": 1.0, "t": 'a,b\n"q"', "b": True, "mixed": "1",
                             "deep": "[1]", "big": str(2**70), "late": None}  # fmt: skip
    again = write_table(ROWS, key="t/b.parquet", format="parquet", store=store)
    assert again.digest == written.digest


def test_csv_is_written(tmp_path):
    store = FolderStore(tmp_path / "store")
    written = write_table(ROWS, key="a.csv", store=store)
    text = store.get("objects/a.csv").decode()
    assert text.splitlines()[0] == "n,x,t,b,mixed,deep,big,late"
    assert '"a,b\n""q"""' in text
    assert [row["n"] for row in read_table(written.file).rows] == [1, -5]


@pytest.mark.parametrize("key", ["", "../x", "a/../../x", "/etc/x", ".hidden", "a\0", "x" * 2000])
def test_wrong_keys_are_refused(tmp_path, key):
    with pytest.raises(InputError):
        write_table(ROWS, key=key, store=FolderStore(tmp_path / "store"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_rows_that_share_no_column_are_bounded(tmp_path, form):
    rows = [{f"c{number}": 1} for number in range(3_000)]
    with pytest.raises(ResourceError, match="3,000 rows of 3,000 columns are more than"):
        write_table(rows, key="a", format=form, store=FolderStore(tmp_path / "store"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("names", [["a", "A"], [""]])
def test_names_of_columns_that_sql_cannot_tell(tmp_path, names):
    rows = [dict.fromkeys(names, 1)]
    with pytest.raises(InputError, match="SQL and Parquet"):
        write_table(rows, key="a", format="parquet", store=FolderStore(tmp_path / "store"))
    with pytest.raises(InputError, match="SQL and Parquet"):
        query_table("FROM rows", rows=rows)
    assert list(tmp_path.iterdir()) == []
