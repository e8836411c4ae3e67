"""What only one system writes, in the smallest dump that shows it."""

from __future__ import annotations

from stageline.schema import read_schema
from stageline.schema.detection import detect_dialect
from tests.unit.schema.readable import columns, read


def test_teradata() -> None:
    schema = read(
        """.LOGON host/me
REPLACE VIEW shop.v AS LOCKING ROW FOR ACCESS SELECT a FROM shop.t;
CREATE MULTISET TABLE shop.t, FALLBACK, CHECKSUM = DEFAULT (
  a INTEGER NOT NULL, b CHAR(2) NOT CASESPECIFIC COMPRESS ('x','y'),
  FOREIGN KEY (a) REFERENCES WITH NO CHECK OPTION shop.u (a))
PRIMARY INDEX (a);
CREATE UNIQUE INDEX (b) ON shop.t;
CREATE INDEX ix (a, b) ON shop.t;
CREATE JOIN INDEX shop.j AS SELECT a FROM shop.t;
COMMENT ON COLUMN shop.t.b AS 'code';
COMMENT ON TABLE shop.t 'things';
REPLACE MACRO shop.m (p INTEGER) AS (SELECT :p; DELETE FROM shop.t;);
REPLACE PROCEDURE shop.p () BEGIN UPDATE shop.t SET b = 'x'; END;
CREATE TABLE shop.copy AS shop.t WITH NO DATA;
"""
    )
    table, copy = schema.tables
    assert schema.dialect == "generic"
    assert columns(table) == [("a", "INTEGER"), ("b", "CHAR(2)")] == columns(copy)
    assert [(k.referred_table, k.referred_columns) for k in table.foreign_keys] == [("u", ("a",))]
    assert [(i.name, i.columns, i.unique) for i in table.indexes] == [
        (None, ("a",), False),
        (None, ("b",), True),
        ("ix", ("a", "b"), False),
    ]
    assert (table.comment, table.columns[1].comment) == ("things", "code")
    assert [view.name for view in schema.views] == ["v"]
    assert [(r.name, r.kind) for r in schema.routines] == [("m", "macro"), ("p", "procedure")]


def test_hive_and_spark() -> None:
    schema = read(
        """CREATE EXTERNAL TABLE `t`(`a` bigint COMMENT 'it\\'s; a key', `m` map<string,int>)
PARTITIONED BY (`d` string) ROW FORMAT DELIMITED FIELDS TERMINATED BY '\\;' STORED AS ORC;
ALTER TABLE t ADD IF NOT EXISTS PARTITION (d='1') LOCATION 'x';
ALTER TABLE t ADD COLUMNS (c string, e int);
CREATE TABLE u USING DELTA AS SELECT CAST(NULL AS DECIMAL(9,2)) AS x, a::string y, 1 AS z FROM t;
"""
    )
    table, made = schema.tables
    assert [column.name for column in table.columns] == ["a", "m", "d", "c", "e"]
    assert columns(made) == [("x", "DECIMAL(9,2)"), ("y", "string"), ("z", "")]


def test_clickhouse() -> None:
    schema = read(
        """CREATE TABLE d.t ON CLUSTER '{cluster}' (
  `a` UInt64, `b` LowCardinality(String) DEFAULT 'it\\'s',
  INDEX ix b TYPE minmax, PROJECTION p (SELECT b ORDER BY a),
  CONSTRAINT positive CHECK a > 0, CONSTRAINT c ASSUME a < 9
) ENGINE = MergeTree PARTITION BY b PRIMARY KEY (a) ORDER BY (a, b);
ALTER TABLE d.t ADD INDEX iy (a) TYPE minmax;
CREATE TABLE d.all AS d.t ENGINE = Distributed('c', 'd', 't');
"""
    )
    table, distributed = schema.tables
    assert schema.dialect == "generic"
    assert columns(table) == [("a", "UInt64"), ("b", "LowCardinality(String)")]
    assert columns(distributed) == columns(table) and table.primary_key == ("a",)
    assert [(c.name, c.expression) for c in table.checks] == [("positive", "a > 0")]
    assert [(i.name, i.columns) for i in table.indexes] == [("ix", ("b",)), ("iy", ("a",))]


def test_netezza_vertica_and_hana() -> None:
    schema = read(
        """CREATE TABLE s.t (a INT NOT NULL, CONSTRAINT k PRIMARY KEY (a)) DISTRIBUTE ON (a);
CREATE EXTERNAL TABLE e SAMEAS s.t USING (DATAOBJECT ('/tmp/e'));
CREATE EXTERNAL TABLE '/tmp/out.csv' USING (DELIMITER ',') AS SELECT * FROM s.t;
CREATE TABLE v (id IDENTITY(1,1), g VARCHAR(8) DEFAULT 'x' ACCESSRANK 3);
CREATE FLEX EXTERNAL TABLE f (a INT) AS COPY FROM '/tmp/f';
CREATE COLUMN TABLE h (c INT, g INT GENERATED ALWAYS AS c + 1, PRIMARY KEY INVERTED VALUE (c));
CREATE UNIQUE INVERTED HASH INDEX hx ON h (g);
CREATE HISTORY COLUMN TABLE i (a INT);
"""
    )
    assert [table.name for table in schema.tables] == ["t", "e", "v", "f", "h", "i"]
    _, sameas, vertica, _, hana, _ = schema.tables
    assert columns(sameas) == [("a", "INT")]
    assert columns(vertica) == [("id", "IDENTITY"), ("g", "VARCHAR(8)")]
    assert vertica.columns[0].identity and vertica.columns[1].default == "'x'"
    assert hana.columns[1].generated == "c + 1" and hana.indexes[0].unique


def test_db2_for_z_and_for_i() -> None:
    schema = read(
        """CREATE TABLE L.T FOR SYSTEM NAME T1 (
  LONG_NAME FOR COLUMN LNM NUMERIC(7, 0) NOT NULL DEFAULT 0, B CHAR(1), P DATE,
  PERIOD SYSTEM_TIME (P, P)) RCDFMT T1R;
ALTER TABLE L.T PRIMARY KEY PK (LONG_NAME);
ALTER TABLE L.T FOREIGN KEY FK (B) REFERENCES L.U ON DELETE CASCADE;
CREATE INDEX L.IX FOR SYSTEM NAME IX1 ON L.T (B ASC) USING STOGROUP SG;
CREATE ENCODED VECTOR INDEX L.EV ON L.T (B);
LABEL ON TABLE L.T IS 'Things';
LABEL ON COLUMN L.T (LONG_NAME IS 'Number', B TEXT IS 'Flag');
""",
        "db2",
    )
    (table,) = schema.tables
    assert columns(table) == [("LONG_NAME", "NUMERIC(7, 0)"), ("B", "CHAR(1)"), ("P", "DATE")]
    assert table.primary_key == ("LONG_NAME",)
    assert table.foreign_keys[0].on_delete == "CASCADE"
    assert [(i.name, i.method) for i in table.indexes] == [("IX", None), ("EV", "vector")]
    assert [table.comment, *(c.comment for c in table.columns)] == [
        "Things",
        "Number",
        "Flag",
        None,
    ]


def test_oracle_tables_outside_and_logs() -> None:
    schema = read(
        """CREATE TABLE e (a VARCHAR2(9)) ORGANIZATION EXTERNAL
  (TYPE ORACLE_LOADER DEFAULT DIRECTORY d ACCESS PARAMETERS (FIELDS (a CHAR(9))));
CREATE TABLE l (a CLOB) LOB (a) STORE AS (TABLESPACE users CHUNK 8192) TABLESPACE users;
CREATE MATERIALIZED VIEW LOG ON e WITH PRIMARY KEY;
CREATE TABLE t (r REF o SCOPE IS x, a NUMBER, b NUMBER, CHECK (a > 0), CHECK (b > 0));
ALTER TABLE t DROP COLUMN a;
""",
        "oracle",
    )
    outside, large, table = schema.tables
    assert columns(large) == [("a", "CLOB")]
    assert columns(outside) == [("a", "VARCHAR2(9)")] and outside.kind == "external"
    assert columns(table) == [("r", "REF o"), ("b", "NUMBER")]
    assert [check.expression for check in table.checks] == ["b > 0"]
    assert not schema.views


def test_sybase() -> None:
    schema = read(
        """CREATE TABLE t (a unsigned int NOT NULL DEFAULT GLOBAL AUTOINCREMENT(9), b int,
  c int COMPUTE (b + 1), PRIMARY KEY (a ASC))
go
ALTER TABLE t ADD NOT NULL FOREIGN KEY fk (b) REFERENCES u (a) ON DELETE CASCADE
go
sp_recompile 't'
go
CREATE CLUSTERED COLUMNSTORE INDEX cc ON t WITH (DROP_EXISTING = OFF)
go
""",
        "mssql",
    )
    (table,) = schema.tables
    first, _, third = table.columns
    assert first.identity and first.default is None and third.generated == "b + 1"
    assert [(k.name, k.columns) for k in table.foreign_keys] == [("fk", ("b",))]
    assert table.indexes[0].columns == ()
    assert ("exec", "a call of a procedure") in [(s.kind, s.reason) for s in schema.statements]


def test_h2_and_hsqldb() -> None:
    schema = read(
        """CREATE FORCE ALIAS f AS $$ int f() { return 1; } $$;
CREATE CACHED TABLE t (id BIGINT GENERATED BY DEFAULT AS IDENTITY DEFAULT ON NULL NOT NULL, b INT);
CREATE PRIMARY KEY pk ON t (id);
"""
    )
    assert schema.tables[0].primary_key == ("id",) and schema.tables[0].columns[0].default is None
    assert [(routine.name, routine.kind) for routine in schema.routines] == [("f", "function")]
    lines = "CREATE MEMORY TABLE A(X INT)\nCREATE CACHED TABLE B(Y INT)\nCREATE INDEX I ON B(Y)\n"
    assert [table.name for table in read(lines).tables] == ["A", "B"]


def test_exasol_ingres_and_monetdb() -> None:
    schema = read(
        """OPEN SCHEMA s;
CREATE TABLE t (a INT COMMENT IS 'key', b INT, DISTRIBUTE BY a, PARTITION BY b);
CREATE PYTHON3 SCALAR SCRIPT p (a INT) RETURNS INT AS
def run(ctx):
    return "it's; fine"
/
CREATE REMOTE TABLE r (a INT) ON 'elsewhere';
"""
    )
    table, remote = schema.tables
    assert columns(table) == [("a", "INT"), ("b", "INT")] and table.columns[0].comment == "key"
    assert remote.name == "r"
    ingres = "create table a (x integer not null)\n\\p\\g\ncreate table b (y money)\n\\p\\g\n"
    assert [table.name for table in read(ingres).tables] == ["a", "b"]


def test_informix_tables_of_types() -> None:
    schema = read(
        """create row type addr (street varchar(30), zip char(5));
create table a of type addr;
create table b under a;
create procedure from '/tmp/p.sql';
create table c (x int) extent size 16;
create index cx on c (x);
alter index cx to cluster;
""",
        "informix",
    )
    first, second, third = schema.tables
    assert columns(first) == columns(second) == [("street", "varchar(30)"), ("zip", "char(5)")]
    assert [index.name for index in third.indexes] == ["cx"]
    assert not schema.routines


def test_snowflake_bigquery_and_cockroach() -> None:
    snowflake = read(
        """create or replace TABLE t (a NUMBER(38,0) NOT NULL, primary key (a));
create table c clone t;
comment if exists on table t is 'things';
""",
        "snowflake",
    )
    assert [table.primary_key for table in snowflake.tables] == [("a",), ("a",)]
    assert snowflake.tables[0].comment == "things"
    bigquery = read(
        """CREATE TABLE d.t (a INT64);
CREATE SNAPSHOT TABLE d.s CLONE d.t;
CREATE TABLE FUNCTION d.f(y INT64) AS SELECT y;
CREATE EXTERNAL TABLE d.e (a INT64) WITH PARTITION COLUMNS (p DATE) OPTIONS (format = "CSV");
ALTER TABLE d.t SET OPTIONS (description = "things");
""",
        "bigquery",
    )
    assert [table.name for table in bigquery.tables] == ["t", "s", "e"] and not bigquery.views
    assert bigquery.tables[0].comment == "things"
    assert columns(bigquery.tables[2]) == [("a", "INT64"), ("p", "DATE")]
    cockroach = read("CREATE TABLE t (a STRING[], INVERTED INDEX i (a), UNIQUE WITHOUT INDEX (a));")
    (table,) = cockroach.tables
    assert [column.name for column in table.columns] == ["a"] and table.indexes[0].name == "i"
    assert table.unique_constraints[0].name is None


def test_prose_with_an_odd_quote_is_no_failure() -> None:
    schema = read("#\n# the vendor's own file\n#\nCREATE TABLE t (a INT);\n")
    assert [table.name for table in schema.tables] == ["t"]
    schema = read("these tables don't need more\nCREATE TABLE t (a INT);\n")
    assert [table.name for table in schema.tables] == ["t"]


def test_systems_without_a_dialect_of_their_own_are_generic() -> None:
    for sql in (
        "CREATE TABLE t (a UInt64) ENGINE = MergeTree ORDER BY a;",
        "create table t (a int) row format delimited fields terminated by '|';",
        "CREATE SET TABLE t, NO FALLBACK (a INTEGER) PRIMARY INDEX (a);",
        "-- H2 2.1.214;\nCREATE CACHED TABLE T (A INT);",
        "CREATE COLUMN TABLE T (A NVARCHAR(3));",
    ):
        assert detect_dialect(sql.encode()).dialect == "generic", sql


def test_psql_variables_and_templates() -> None:
    schema = read(
        """\\set schema app
CREATE TABLE :schema.t (a int PRIMARY KEY, b text DEFAULT :'text', c numeric(:size, 2)[1:2]);
CREATE TABLE :"schema".u (a int REFERENCES :schema.t ON DELETE CASCADE, b int DEFAULT '1'::int);
CREATE INDEX ix_${env} ON :schema.u (a);
""",
        "postgresql",
    )
    first, second = schema.tables
    assert {table.schema for table in schema.tables} == {":schema"}
    assert [column.default for column in first.columns] == [None, ":'text'", None]
    assert second.foreign_keys[0].referred_columns == ("a",)
    assert second.columns[1].default == "'1'::int"
    assert [index.name for index in second.indexes] == ["ix_${env}"]


def test_constraints_of_new_postgresql() -> None:
    schema = read(
        """CREATE TABLE t (a int, p daterange, CONSTRAINT given NOT NULL a NO INHERIT);
CREATE TABLE u (a int, p daterange, FOREIGN KEY (a, PERIOD p) REFERENCES t (a, PERIOD p));
ALTER TABLE u ADD CONSTRAINT given NOT NULL p;
""",
        "postgresql",
    )
    first, second = schema.tables
    assert [(c.name, c.nullable) for c in first.columns] == [("a", False), ("p", True)]
    assert [(c.name, c.nullable) for c in second.columns] == [("a", True), ("p", False)]
    assert second.foreign_keys[0].columns == ("a", "p")


def test_comments_are_as_meant_not_as_written() -> None:
    sql = "CREATE TABLE t (a int COMMENT 'it\\'s\\nso') COMMENT='a ''b'' \\\\ c';"
    (table,) = read(sql, "mysql").tables
    assert (table.columns[0].comment, table.comment) == ("it's\nso", "a 'b' \\ c")
    (table,) = read(sql, "generic").tables
    assert table.columns[0].comment == "it's\\nso"


def test_keys_of_other_systems() -> None:
    schema = read(
        """CREATE TABLE a (x int, y int, z int, PRIMARY KEY ((x, y), z));
CREATE TABLE b (x int, y int, NOT CLUSTER PRIMARY KEY (x), SHARD KEY (y), SORT KEY (y));
CREATE TABLE c (x int, s STRING DEFAULT 'x' BLOCK_SIZE 4096, CLUSTER PRIMARY KEY (x));
"""
    )
    assert [table.primary_key for table in schema.tables] == [("x", "y", "z"), ("x",), ("x",)]
    assert [len(table.columns) for table in schema.tables] == [3, 2, 2]
    assert schema.tables[2].columns[1].default == "'x'"


def test_a_table_is_there_even_if_what_it_is_like_is_not() -> None:
    schema = read_schema(
        b"CREATE TABLE t (a int, LIKE elsewhere);\nCREATE INDEX i ON t (a);\n"
        b"CREATE TABLE u AS FROM t;\n",
        "duckdb",
    )
    first, second = schema.tables
    assert columns(first) == columns(second) == [("a", "int")]
    assert [index.name for index in first.indexes] == ["i"]
    assert [s.status for s in schema.statements if s.kind == "create table"] == ["failed", "parsed"]


def test_db2look_sets_path_and_schema() -> None:
    schema = read(
        """CREATE TABLE "LIB     "."STAFF" ("ID" SMALLINT NOT NULL);
SET CURRENT SCHEMA = "LIB     ";
SET CURRENT PATH = "SYSIBM","SYSFUN","LIB";
CREATE VIEW v AS SELECT id FROM staff;
CREATE TRIGGER g BEFORE DELETE ON staff FOR EACH ROW BEGIN ATOMIC SIGNAL SQLSTATE '75000';--
END;
CREATE INDEX lib.i ON lib.staff (id);
""",
        "db2",
    )
    assert schema.views[0].schema == "LIB"
    assert (schema.triggers[0].schema, schema.triggers[0].table) == ("LIB", "STAFF")
    assert [index.name for index in schema.tables[0].indexes] == ["i"]


def test_copied_records_are_counted() -> None:
    text = (
        "CREATE TABLE t (a INT, b CLOB);\nCOPY 2 RECORDS INTO t FROM stdin USING DELIMITERS ',';\n"
    )
    schema = read(text + '1,"CREATE TABLE x (a INT);"\n2,"it\'s"\nCREATE TABLE u (a INT);\n')
    assert [table.name for table in schema.tables] == ["t", "u"]
    cut = read_schema((text + "1,2").encode())
    assert [s.status for s in cut.statements] == ["parsed", "failed"]
