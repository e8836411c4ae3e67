"""Forms of single products, as real scripts and dumps of theirs have them."""

from __future__ import annotations

from tests.unit.schema.readable import columns, read


def test_doris_keys_behind_the_list() -> None:
    schema = read(
        """CREATE TABLE t (`a` LARGEINT NOT NULL COMMENT "id", `b` DATE NOT NULL)
UNIQUE KEY(`a`, `b`) DISTRIBUTED BY HASH(`a`) BUCKETS 1 PROPERTIES ("replication_num" = "1");
CREATE TABLE u (k1 int, v int sum) AGGREGATE KEY(k1) DISTRIBUTED BY HASH(k1);
"""
    )
    assert [[u.columns for u in t.unique_constraints] for t in schema.tables] == [[("a", "b")], []]


def test_flink_watermarks_are_no_columns() -> None:
    schema = read(
        """CREATE TABLE t (id BIGINT, ts TIMESTAMP(3),
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND, PRIMARY KEY (id) NOT ENFORCED
) WITH ('connector' = 'kafka');
"""
    )
    assert columns(schema.tables[0]) == [("id", "BIGINT"), ("ts", "TIMESTAMP(3)")]


def test_redshift_identity_as_its_catalog_has_it() -> None:
    (table,) = read(
        """CREATE TABLE IF NOT EXISTS t (
  id BIGINT NOT NULL DEFAULT "identity"(100215, 0, '1,1'::text) ENCODE az64, n VARCHAR(9)
) DISTSTYLE KEY DISTKEY (id);
""",
        "redshift",
    ).tables
    assert [(c.name, c.identity, c.default) for c in table.columns] == [
        ("id", True, None), ("n", False, None),
    ]  # fmt: skip


def test_mysql_serial_default_value() -> None:
    (table,) = read("CREATE TABLE t (id INT SERIAL DEFAULT VALUE, n INT);", "mysql").tables
    column = table.columns[0]
    assert (column.type, column.nullable, column.identity, column.default) == (
        "INT", False, True, None,
    )  # fmt: skip
    assert [unique.columns for unique in table.unique_constraints] == [("id",)]


def test_sql_server_indexes_inside_a_table() -> None:
    (table,) = read(
        """CREATE TABLE dbo.T (
  Id int NOT NULL INDEX IX_Id UNIQUE NONCLUSTERED,
  A int NULL INDEX IX_A WHERE A > 0,
  INDEX IX_B NONCLUSTERED (A DESC) INCLUDE (Id) WHERE A IS NOT NULL,
  INDEX IX_C CLUSTERED COLUMNSTORE,
  INDEX IX_D NONCLUSTERED COLUMNSTORE (A, Id)
)
GO
""",
        "mssql",
    ).tables
    assert columns(table) == [("Id", "int"), ("A", "int")]
    assert table.unique_constraints == ()
    assert [(i.name, i.columns, i.unique, i.where, i.line) for i in table.indexes] == [
        ("IX_Id", ("Id",), True, None, 2),
        ("IX_A", ("A",), False, "A > 0", 3),
        ("IX_B", ("A",), False, "A IS NOT NULL", 4),
        ("IX_C", (), False, None, 5),
        ("IX_D", ("A", "Id"), False, None, 6),
    ]


def test_an_index_that_a_key_uses_is_none_behind_the_column() -> None:
    (table,) = read(
        "CREATE TABLE t (a NUMBER CONSTRAINT pk PRIMARY KEY USING INDEX TABLESPACE x, b NUMBER);",
        "oracle",
    ).tables
    assert (table.primary_key_name, table.indexes) == ("pk", ())


def test_sql_server_makes_the_table_of_past_rows() -> None:
    schema = read(
        """CREATE TABLE [S].[T] (
  [Id] INT IDENTITY NOT NULL CONSTRAINT [PK_T] PRIMARY KEY, [N] INT DEFAULT 1,
  [From] DATETIME2 (7) GENERATED ALWAYS AS ROW START NOT NULL,
  [To] DATETIME2 (7) GENERATED ALWAYS AS ROW END HIDDEN,
  PERIOD FOR SYSTEM_TIME ([From], [To])
) ON [X] WITH (SYSTEM_VERSIONING = ON (HISTORY_TABLE=[S].[T_Archive], DATA_CONSISTENCY_CHECK=ON));
GO
CREATE TABLE [S].[U] ([Id] INT PRIMARY KEY)
GO
ALTER TABLE [S].[U] SET (SYSTEM_VERSIONING = ON (HISTORY_TABLE = [S].[U_Archive]))
GO
ALTER TABLE [S].[U] SET (LOCK_ESCALATION = TABLE)
GO
""",
        "mssql",
    )
    assert {t.name: [(c.name, c.nullable) for c in t.columns] for t in schema.tables} == {
        "T": [("Id", False), ("N", True), ("From", False), ("To", False)],
        "T_Archive": [("Id", False), ("N", True), ("From", False), ("To", False)],
        "U": [("Id", False)],
        "U_Archive": [("Id", False)],
    }
    archive = schema.table("T_Archive")
    assert archive is not None
    assert (archive.schema, archive.primary_key) == ("S", ())
    assert [c.name for c in archive.columns if c.identity or c.default or c.generated] == []


def test_a_table_of_past_rows_that_is_there_already_is_kept() -> None:
    schema = read(
        """CREATE TABLE dbo.H (Id INT NOT NULL, n INT)
GO
CREATE TABLE dbo.T (Id INT PRIMARY KEY) WITH (SYSTEM_VERSIONING = ON (HISTORY_TABLE = dbo.H))
GO
""",
        "mssql",
    )
    assert [(t.name, len(t.columns)) for t in schema.tables] == [("H", 2), ("T", 1)]


def test_extended_properties_by_place_may_end_in_null() -> None:
    (table,) = read(
        """CREATE TABLE Cnt.t (a int)
GO
EXEC sp_addextendedproperty N'MS_Description', N'addresses', 'SCHEMA', N'Cnt',
  'TABLE', N't', NULL, NULL
GO
""",
        "mssql",
    ).tables
    assert table.comment == "addresses"


def test_teradata_comments_need_not_say_on_what() -> None:
    (table,) = read(
        "CREATE MULTISET TABLE s.t, NO FALLBACK (a INTEGER) PRIMARY INDEX (a);\n"
        "COMMENT ON s.t IS 'things';\nCOMMENT ON s.t.a IS 'first';\n"
    ).tables
    assert (table.comment, table.columns[0].comment) == ("things", "first")


def test_hana_tables_like_a_type() -> None:
    schema = read(
        "CREATE TYPE tt AS TABLE (id INTEGER NOT NULL, n NVARCHAR(20));\n"
        "CREATE COLUMN TABLE t LIKE tt;\n"
    )
    assert [(c.name, c.type, c.nullable) for c in schema.tables[0].columns] == [
        ("id", "INTEGER", False),
        ("n", "NVARCHAR(20)", True),
    ]


def test_vertica_copies_with_a_delimiter_on_its_own_line() -> None:
    schema = read(
        "COPY t (\n  a\n)\nFROM LOCAL '/x.csv'\nDELIMITER ';'\nABORT ON ERROR;\n"
        "CREATE TABLE u (b int);\n"
    )
    assert [(s.kind, s.line) for s in schema.statements if s.kind != "blank"] == [
        ("copy", 1),
        ("create table", 7),
    ]


def test_clickhouse_views_without_a_terminator_before_them() -> None:
    schema = read(
        "CREATE TABLE t (a Int8) ENGINE = Memory\n\n"
        "CREATE MATERIALIZED VIEW v (a Int8) ENGINE = Memory AS SELECT a FROM t;\n"
    )
    assert ([t.name for t in schema.tables], [v.name for v in schema.views]) == (["t"], ["v"])


def test_snowflake_tasks_of_one_statement_end_with_it() -> None:
    schema = read(
        """create task a warehouse = w schedule = '1 minute' as call x();
alter task a resume;
create or replace task b as
begin
  insert into t values (1);
  call y();
end;
create task c as declare x int; begin x := 1; end;
create or replace transient table t (a int);
""",
        "snowflake",
    )
    assert [(s.kind, s.line) for s in schema.statements if s.kind != "blank"] == [
        ("create task", 1),
        ("alter task", 2),
        ("create task", 3),
        ("create task", 8),
        ("create table", 9),
    ]


def test_sqlite_dumps_of_virtual_tables() -> None:
    into = "INSERT INTO sqlite_schema(type,name,tbl_name,rootpage,sql)VALUES"
    schema = read(
        f"""PRAGMA writable_schema=ON;
{into}('table','docs','docs',0,'CREATE VIRTUAL TABLE docs USING fts5(title, tokenize=''porter'')');
{into}('table','loc','loc',0,'CREATE VIRTUAL TABLE loc USING rtree(id, minx, maxx)');
INSERT INTO sqlite_master VALUES('table','x','x',0,NULL);
CREATE TABLE IF NOT EXISTS 'docs_data'(id INTEGER PRIMARY KEY, block BLOB);
PRAGMA writable_schema=OFF;
""",
        "sqlite",
    )
    assert [(t.name, t.kind, [c.name for c in t.columns]) for t in schema.tables] == [
        ("docs", "virtual", ["title"]),
        ("loc", "virtual", ["id", "minx", "maxx"]),
        ("docs_data", "table", ["id", "block"]),
    ]
    assert [s.status for s in schema.statements if s.kind == "insert"] == ["parsed", "skipped"]


def test_db2_periods_are_no_columns_of_keys() -> None:
    (table,) = read(
        """CREATE TABLE t (a INTEGER NOT NULL, b DATE NOT NULL, e DATE NOT NULL,
  s TIMESTAMP(12) NOT NULL, PERIOD BUSINESS_TIME (b, e),
  PRIMARY KEY (a, BUSINESS_TIME WITHOUT OVERLAPS));
CREATE UNIQUE INDEX ix ON t (b, BUSINESS_TIME WITHOUT OVERLAPS);
ALTER TABLE t ALTER COLUMN s SET GENERATED AS ROW BEGIN;
ALTER TABLE t ADD VERSIONING USE HISTORY TABLE h;
""",
        "db2",
    ).tables
    assert table.primary_key == ("a",)
    assert [index.columns for index in table.indexes] == [("b",)]
    assert [(c.name, c.identity) for c in table.columns] == [
        ("a", False), ("b", False), ("e", False), ("s", False),
    ]  # fmt: skip


def test_hsqldb_scripts_have_no_terminators() -> None:
    lines = """CREATE SCHEMA PUBLIC AUTHORIZATION DBA
SET SCHEMA PUBLIC
CREATE MEMORY TABLE PUBLIC.A(ID INTEGER PRIMARY KEY,N VARCHAR(9))
CREATE INDEX IX ON PUBLIC.A(N)
CREATE TRIGGER TR BEFORE INSERT ON PUBLIC.A REFERENCING NEW AS R FOR EACH ROW BEGIN ATOMIC SET R.N = 'x'; END
CREATE VIEW V (A) AS SELECT ID FROM PUBLIC.A
CREATE PROCEDURE PUBLIC.P(IN X INTEGER) LANGUAGE SQL BEGIN ATOMIC INSERT INTO A VALUES(X,'a'); END
CREATE VIEW PUBLIC.W (A) AS SELECT N FROM PUBLIC.A
ALTER SEQUENCE SYSTEM_LOBS.LOB_ID RESTART WITH 1
CREATE MEMORY TABLE PUBLIC.B(ID INTEGER)
"""  # noqa: E501 - a statement has a line, however long
    for dump in (lines, "    " + lines.replace("\n", "\n    ")):
        schema = read(dump, "generic")
        assert [table.name for table in schema.tables] == ["A", "B"]
        assert [(v.name, v.query) for v in schema.views] == [
            ("V", "SELECT ID FROM PUBLIC.A"),
            ("W", "SELECT N FROM PUBLIC.A"),
        ]
        assert [(t.name, t.body[-3:]) for t in schema.triggers] == [("TR", "END")]
        assert [(r.name, r.body[-3:]) for r in schema.routines] == [("P", "END")]
        assert [s.line for s in schema.statements if s.kind != "blank"] == [1, *range(3, 11)]


def test_a_clause_on_a_line_of_its_own_starts_no_statement() -> None:
    schema = read("CREATE TABLE t (a int);\nALTER TABLE t\n  SET SCHEMA other;\n", "postgresql")
    assert [table.schema for table in schema.tables] == ["other"]


def test_oracle_wrapped_code_may_hold_odd_quotes() -> None:
    schema = read(
        """CREATE OR REPLACE PACKAGE BODY "U"."P" wrapped
0
abcd
12 when executing ':
5 BEGIN:
1 ;:
/
CREATE TABLE t (a NUMBER);
CREATE OR REPLACE PROCEDURE q wrapped
a000000
L+wv'XAn/fKXVyUwwg
/
CREATE INDEX ix ON t (a);
""",
        "oracle",
    )
    assert [(r.name, r.kind) for r in schema.routines] == [
        ("P", "package body"),
        ("q", "procedure"),
    ]
    assert [[index.name for index in table.indexes] for table in schema.tables] == [["ix"]]


def test_columns_of_a_type_that_is_not_null_are_not_null() -> None:
    sql_server = """EXEC sp_addtype 'code', 'CHAR(10)', 'NOT NULL'
EXEC sp_addtype 'error', 'int', nonull
EXEC sp_addtype 'words', 'varchar(9)', 'NULL'
GO
CREATE TYPE dbo.Flag FROM bit NOT NULL
GO
CREATE TABLE t (a code, b code NULL, c error, d dbo.[Flag] DEFAULT 1 CHECK (d > 0), e words)
GO
"""
    (table,) = read(sql_server, "mssql").tables
    assert [c.name for c in table.columns if not c.nullable] == ["a", "c", "d"]
    firebird = "CREATE DOMAIN TID AS INTEGER NOT NULL;\nCREATE TABLE t (a TID, b INTEGER);\n"
    assert [c.nullable for c in read(firebird, "firebird").tables[0].columns] == [False, True]


def test_templates_between_double_percent_signs_are_names() -> None:
    (table,) = read(
        "CREATE TABLE IF NOT EXISTS %%PREFIX%%_tree (a INT, b INT REFERENCES %%PREFIX%%_meta(id));"
    ).tables
    assert (table.name, len(table.columns)) == ("%%PREFIX%%_tree", 2)
    assert [key.referred_table for key in table.foreign_keys] == ["%%PREFIX%%_meta"]


def test_oracle_annotations_duality_views_and_indexes_on_conditions() -> None:
    schema = read(
        """CREATE TABLE t (a DATE DEFAULT SYSDATE ANNOTATIONS (Display 'x') NOT NULL, b CHAR(1));
CREATE BITMAP INDEX i ON t (b, CASE WHEN b = 'x' THEN 1 END);
CREATE JSON RELATIONAL DUALITY VIEW v AS SELECT JSON {'_id' : t.a} FROM t WITH INSERT UPDATE;
""",
        "oracle",
    )
    (table,) = schema.tables
    assert (table.columns[0].default, table.columns[0].nullable) == ("SYSDATE", False)
    assert table.indexes[0].columns == ("b", "CASE WHEN b = 'x' THEN 1 END")
    assert [view.name for view in schema.views] == ["v"]


def test_a_constraint_of_the_table_may_follow_a_column_without_a_comma() -> None:
    schema = read(
        """CREATE TABLE [T] ([Id] INT, [Age] INT NOT NULL PRIMARY KEY CLUSTERED ([Id] ASC));
CREATE TABLE U (a INT, b INT NOT NULL
  CONSTRAINT PK_U PRIMARY KEY NONCLUSTERED (a, b) WITH (FILLFACTOR = 80) UNIQUE (a),
  c INT NULL FOREIGN KEY (b) REFERENCES T (Id))
ALTER TABLE T ADD x INT DEFAULT 0 CONSTRAINT UQ_T UNIQUE (Id, x)
""",
        "mssql",
    )
    first, second = schema.tables
    assert [first.primary_key, second.primary_key] == [("Id",), ("a", "b")]
    assert (second.primary_key_name, first.columns[2].default) == ("PK_U", "0")
    assert [u.columns for u in first.unique_constraints] == [("Id", "x")]
    assert [u.columns for u in second.unique_constraints] == [("a",)]
    assert [key.columns for key in second.foreign_keys] == [("b",)]


def test_add_if_not_exists_passes_over_a_column_that_exists() -> None:
    (table,) = read(
        "CREATE TABLE t (a INT, b INT);\nALTER TABLE t ADD IF NOT EXISTS b TEXT;\n"
        "ALTER TABLE t ADD IF NOT EXISTS c INT;\n"
    ).tables
    assert columns(table) == [("a", "INT"), ("b", "INT"), ("c", "INT")]


def test_columns_of_virtual_tables() -> None:
    schema = read(
        """CREATE VIRTUAL TABLE f USING fts5(title, kb UNINDEXED, tokenize='porter', content='');
CREATE VIRTUAL TABLE g USING fts4(title TEXT, content, order=desc);
CREATE VIRTUAL TABLE r USING rtree(id, low, high, +name TEXT);
""",
        "sqlite",
    )
    assert [columns(table) for table in schema.tables] == [
        [("title", ""), ("kb", "")],
        [("title", ""), ("content", "")],
        [("id", ""), ("low", ""), ("high", ""), ("name", "TEXT")],
    ]


def test_compound_triggers_of_oracle() -> None:
    schema = read(
        """CREATE TABLE t (a NUMBER);
CREATE OR REPLACE TRIGGER "TR" FOR INSERT OR UPDATE ON t WHEN (new.a > 1) COMPOUND TRIGGER
  v NUMBER;
  AFTER EACH ROW IS BEGIN v := 1; END AFTER EACH ROW;
END;
/
ALTER TRIGGER "TR" ENABLE;
""",
        "oracle",
    )
    (trigger,) = schema.triggers
    assert (trigger.timing, trigger.events) == ("COMPOUND", ("INSERT", "UPDATE"))
    assert trigger.body.startswith("COMPOUND TRIGGER") and trigger.body.endswith("END")


def test_the_type_identity_is_a_primary_key_too() -> None:
    first, second = read("CREATE TABLE a (id IDENTITY, n INT);\nCREATE TABLE b (i INT);").tables
    assert (first.primary_key, first.columns[0].nullable) == (("id",), False)
    assert second.primary_key == ()
