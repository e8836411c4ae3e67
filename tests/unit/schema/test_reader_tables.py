# ruff: noqa: E501 - a statement a line reads better
"""CREATE TABLE: constraints, indexes, copies, inheritance, and what stands around them."""

from __future__ import annotations

import pytest

from stageline.schema import ForeignKey, Schema, Table, read_schema
from stageline.schema.ddl import session


def read(sql: str, dialect: str = "postgresql") -> Schema:
    return read_schema(sql.encode(), dialect)


def table(sql: str, dialect: str = "postgresql", name: str = "t") -> Table:
    found = read(sql, dialect).table(name)
    assert found is not None
    return found


KEYS = [
    ("postgresql", "CREATE TABLE t (a int PRIMARY KEY);"),
    ("postgresql", "CREATE TABLE t (a int, CONSTRAINT t_pk PRIMARY KEY (a));"),
    ("postgresql", "CREATE TABLE t (a int); ALTER TABLE ONLY t ADD CONSTRAINT k PRIMARY KEY (a);"),
    ("mysql", "CREATE TABLE `t` (`a` int, PRIMARY KEY (`a`) USING BTREE) ENGINE=InnoDB;"),
    ("mysql", "CREATE TABLE t (a int KEY);"),
    ("mysql", "CREATE TABLE t (a varchar(300), PRIMARY KEY (a(100)));"),
    ("mssql", "CREATE TABLE [dbo].[t]([a] [int] NOT NULL, CONSTRAINT [k] PRIMARY KEY CLUSTERED "
              "(\n\t[a] ASC\n)WITH (PAD_INDEX = OFF) ON [PRIMARY]\n) ON [PRIMARY]\nGO\n"),
    ("mssql", "CREATE TABLE t (a int)\nGO\nALTER TABLE t WITH NOCHECK ADD CONSTRAINT d DEFAULT (1) "
              "FOR [a],\nCONSTRAINT k PRIMARY KEY CLUSTERED ([a])\nGO\n"),
    ("oracle", 'CREATE TABLE "S"."T" ("A" NUMBER NOT NULL ENABLE, CONSTRAINT "K" PRIMARY KEY ("A") '
               'USING INDEX PCTFREE 10 TABLESPACE "X" ENABLE) SEGMENT CREATION IMMEDIATE;'),
    ("oracle", "CREATE TABLE T (A NUMBER); ALTER TABLE T ADD (CONSTRAINT K PRIMARY KEY (A));"),
    ("informix", "create table 'informix'.t (a int not null primary key constraint k);"),
    ("informix", "create table t (a int, primary key (a) constraint \"informix\".k) lock mode row;"),
    ("informix", "create table t (a int); alter table t add constraint primary key\n (a)\n"
                 "constraint k;"),
    ("informix", "create table t (a int); alter table t add constraint (primary key (a) "
                 "constraint k);"),
    ("db2", "CREATE TABLE T (A INT NOT NULL, PRIMARY KEY (A)) IN USERSPACE1@\n"),
    ("sqlite", "CREATE TABLE t (a INTEGER NOT NULL PRIMARY KEY ON CONFLICT FAIL);"),
    ("firebird", "CREATE TABLE T (A INTEGER NOT NULL, CONSTRAINT K PRIMARY KEY (A));"),
    ("snowflake", "create or replace TABLE DB.S.T (A NUMBER(38,0) NOT NULL, primary key (A));"),
    ("bigquery", "CREATE TABLE `p.d.t` (a INT64 NOT NULL, PRIMARY KEY (a) NOT ENFORCED);"),
    ("redshift", "CREATE TABLE t (a int, PRIMARY KEY (a)) DISTSTYLE KEY DISTKEY (a);"),
    ("duckdb", "CREATE TABLE t (a INTEGER PRIMARY KEY);"),
    ("generic", "CREATE TABLE t (a INTEGER, PRIMARY KEY (a))"),
]  # fmt: skip


@pytest.mark.parametrize(("dialect", "sql"), KEYS)
def test_primary_key(dialect: str, sql: str) -> None:
    found = table(sql, dialect)
    assert [name.lower() for name in found.primary_key] == ["a"]
    assert [c.name.lower() for c in found.columns] == ["a"]
    assert not found.columns[0].nullable
    plain = sql.lower().translate(str.maketrans("", "", '[]"\n')).replace("informix.", "")
    if "constraint k" in plain:
        assert (found.primary_key_name or "").lower() == "k"


FOREIGN = [
    ("postgresql", "a int REFERENCES p", (), None, None),
    ("postgresql", "a int REFERENCES p (x) ON DELETE CASCADE", ("x",), "CASCADE", None),
    ("postgresql", "a int, FOREIGN KEY (a) REFERENCES p (x) MATCH SIMPLE ON UPDATE SET NULL "
                   "ON DELETE SET DEFAULT DEFERRABLE INITIALLY DEFERRED", ("x",), "SET DEFAULT",
     "SET NULL"),
    ("mysql", "a int, CONSTRAINT f FOREIGN KEY i (a) REFERENCES `p` (`x`) ON DELETE NO ACTION",
     ("x",), "NO ACTION", None),
    ("mssql", "a int FOREIGN KEY REFERENCES p(x) ON DELETE CASCADE", ("x",), "CASCADE", None),
    ("mssql", "a int, CONSTRAINT [f] FOREIGN KEY ([a]) REFERENCES [p] ([x])", ("x",), None, None),
    ("oracle", "a INT CONSTRAINT f REFERENCES p (x) ON DELETE SET NULL ENABLE NOVALIDATE",
     ("x",), "SET NULL", None),
    ("informix", "a int, foreign key (a) references \"informix\".p (x) on delete cascade "
                 "constraint f", ("x",), "CASCADE", None),
    ("informix", "a int references p (x) constraint f", ("x",), None, None),
    ("sqlite", "a int REFERENCES p (x) ON DELETE RESTRICT DEFERRABLE", ("x",), "RESTRICT", None),
    ("db2", "a INT, CONSTRAINT f FOREIGN KEY (a) REFERENCES p (x) ON DELETE CASCADE ENFORCED "
            "ENABLE QUERY OPTIMIZATION", ("x",), "CASCADE", None),
]  # fmt: skip


@pytest.mark.parametrize(("dialect", "sql", "columns", "delete", "update"), FOREIGN)
def test_foreign_key(
    dialect: str, sql: str, columns: tuple[str, ...], delete: str | None, update: str | None
) -> None:
    parent = "CREATE TABLE p (x int PRIMARY KEY);\n"
    (key,) = table(f"{parent}CREATE TABLE t ({sql});", dialect).foreign_keys
    assert (key.columns, key.referred_table) == (("a",), "p")
    assert key.referred_columns == (columns or ("x",))
    assert (key.on_delete, key.on_update) == (delete, update)
    if " f " in f"{sql} " or "[f]" in sql:
        assert key.name == "f"


def test_foreign_key_takes_spelling_and_schema_of_its_target() -> None:
    sql = 'CREATE TABLE Sales."P" ("Id" int PRIMARY KEY); CREATE TABLE sales.t (p_id int, ' \
          'FOREIGN KEY (P_ID) REFERENCES sales."P" ("Id"));'  # fmt: skip
    (key,) = table(sql).foreign_keys
    assert key == ForeignKey(("p_id",), "P", ("Id",), "Sales", line=1)


def test_foreign_key_to_a_later_and_to_a_missing_table() -> None:
    sql = "CREATE TABLE t (a int REFERENCES later, b int REFERENCES nowhere); " \
          "CREATE TABLE later (i int PRIMARY KEY);"  # fmt: skip
    later, nowhere = table(sql).foreign_keys
    assert later.referred_columns == ("i",)
    assert (nowhere.referred_table, nowhere.referred_columns) == ("nowhere", ())


def test_unenforced_foreign_keys() -> None:
    disabled = "CREATE TABLE p (x INT); CREATE TABLE t (a INT, CONSTRAINT f FOREIGN KEY (a) " \
               "REFERENCES p (x) DISABLE);"  # fmt: skip
    assert not table(disabled, "oracle").foreign_keys[0].enforced
    switched = "CREATE TABLE p (x INT)\nGO\nCREATE TABLE t (a INT, CONSTRAINT f FOREIGN KEY (a) " \
               "REFERENCES p (x))\nGO\nALTER TABLE t NOCHECK CONSTRAINT f\nGO\n"  # fmt: skip
    assert not table(switched, "mssql").foreign_keys[0].enforced
    big = "CREATE TABLE t (a INT64, FOREIGN KEY (a) REFERENCES p (x) NOT ENFORCED);"
    assert not table(big, "bigquery").foreign_keys[0].enforced


def test_mysql_indexes_inside_the_table() -> None:
    found = table(
        "CREATE TABLE t (id int, a varchar(99), b text, key_x int, UNIQUE KEY `u` (`a`(10),`id`),"
        " KEY `k` (`a` DESC) USING BTREE, FULLTEXT KEY `f` (`b`), INDEX (id), UNIQUE (key_x),"
        " SPATIAL INDEX s (b), KEY `expr` ((lower(a))), CONSTRAINT c UNIQUE (b(5)));",
        "mysql",
    )
    assert [(u.name, u.columns) for u in found.unique_constraints] == [
        ("u", ("a", "id")), (None, ("key_x",)), ("c", ("b",))
    ]  # fmt: skip
    assert [(i.name, i.columns, i.method) for i in found.indexes] == [
        ("k", ("a",), None), ("f", ("b",), "fulltext"), (None, ("id",), None),
        ("s", ("b",), "spatial"), ("expr", ("lower(a)",), None),
    ]  # fmt: skip
    assert len(found.columns) == 4


def test_checks_keep_their_text_and_name_their_columns() -> None:
    found = table(
        "CREATE TABLE t (a int CHECK (a > 0), b int CONSTRAINT bb CHECK (b IN (1, 2)), "
        "CHECK (a < b AND 'a''x' <> 'b'), CONSTRAINT named CHECK ((a + b) > 1));"
    )
    assert [(c.name, c.expression, c.columns) for c in found.checks] == [
        (None, "a > 0", ("a",)),
        ("bb", "b IN (1, 2)", ("b",)),
        (None, "a < b AND 'a''x' <> 'b'", ("a", "b")),
        ("named", "(a + b) > 1", ("a", "b")),
    ]


def test_sqlite_constraints_without_commas() -> None:
    found = table(
        "CREATE TABLE t (a, b, CONSTRAINT p PRIMARY KEY (a) CONSTRAINT u UNIQUE (b) "
        "FOREIGN KEY (b) REFERENCES x (y));",
        "sqlite",
    )
    assert found.primary_key == ("a",)
    assert [u.name for u in found.unique_constraints] == ["u"]
    assert [k.referred_table for k in found.foreign_keys] == ["x"]


def test_comments_in_odd_places() -> None:
    found = table(
        "-- CREATE TABLE no (x int);\nCREATE /* a */ TABLE -- b ' quote\n t ( -- first, (\n"
        " a int, /* not, ( this */ b text -- last )\n)\n;",
    )
    assert [(c.name, c.type, c.line) for c in found.columns] == [("a", "int", 4), ("b", "text", 4)]
    assert found.line == 2


def test_conditional_comments_are_code() -> None:
    sql = "/*!40101 SET NAMES utf8 */;\nCREATE TABLE /*!32312 IF NOT EXISTS*/ `t` (\n" \
          "  `a` int /*!50606 STORAGE DISK */ NOT NULL,\n  `b` int /*!80023 INVISIBLE */\n" \
          ") /*!50100 TABLESPACE x */ ENGINE=InnoDB COMMENT='it''s';"  # fmt: skip
    found = table(sql, "mysql")
    assert [(c.name, c.nullable) for c in found.columns] == [("a", False), ("b", True)]
    assert found.comment == "it's"


def test_like_as_and_inherits() -> None:
    schema = read(
        "CREATE TABLE p (id serial PRIMARY KEY, v numeric(5,2) DEFAULT 1 CHECK (v > 0));"
        "CREATE TABLE l (LIKE p INCLUDING ALL, extra int);"
        "CREATE TABLE c (own text) INHERITS (p);"
        "CREATE TABLE s AS SELECT id, v AS w, count(*) AS n, p.v FROM p GROUP BY 1;"
    )
    like, child, select = schema.table("l"), schema.table("c"), schema.table("s")
    assert like and child and select
    assert [c.name for c in like.columns] == ["id", "v", "extra"]
    assert like.primary_key == ("id",)
    assert [(c.name, c.type) for c in child.columns] == [
        ("id", "integer"), ("v", "numeric(5,2)"), ("own", "text")
    ]  # fmt: skip
    assert child.primary_key == () and len(child.checks) == 1 and child.inherits == ("p",)
    assert [(c.name, c.type) for c in select.columns] == [
        ("id", "integer"), ("w", "numeric(5,2)"), ("n", ""), ("v", "numeric(5,2)")
    ]  # fmt: skip


def test_mysql_like_copies_keys() -> None:
    schema = read(
        "CREATE TABLE a (i int, PRIMARY KEY (i), KEY k (i)); CREATE TABLE t LIKE a;", "mysql"
    )
    found = schema.table("t")
    assert found and found.primary_key == ("i",) and len(found.indexes) == 1


def test_partitions() -> None:
    schema = read(
        "CREATE TABLE m (id int NOT NULL, d date, r int REFERENCES m2) PARTITION BY RANGE (d);"
        "CREATE TABLE m_1 PARTITION OF m FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');"
        "CREATE TABLE m_2 (id int NOT NULL, d date, r int);"
        "ALTER TABLE ONLY m ATTACH PARTITION m_2 DEFAULT;"
        "ALTER TABLE ONLY m ADD CONSTRAINT m_pk PRIMARY KEY (id, d);"
        "ALTER TABLE m ADD COLUMN late int;"
    )
    for name in ("m_1", "m_2"):
        found = schema.table(name)
        assert found and found.kind == "partition"
        assert [c.name for c in found.columns] == ["id", "d", "r", "late"]
        assert found.primary_key == ("id", "d")
        assert [k.referred_table for k in found.foreign_keys] == ["m2"]


def test_virtual_external_and_temporary_tables() -> None:
    virtual = table("CREATE VIRTUAL TABLE t USING fts5(a, b UNINDEXED, content='x');", "sqlite")
    assert (virtual.kind, [c.name for c in virtual.columns]) == ("virtual", ["a", "b"])
    assert table("CREATE EXTERNAL TABLE t (a int) LOCATION 'x';", "redshift").kind == "external"
    assert table("CREATE TEMP TABLE t (a int);").kind == "temporary"
    assert table("CREATE TABLE #t (a int)\nGO\n", "mssql", "#t").kind == "temporary"
    unlogged = table("CREATE UNLOGGED TABLE IF NOT EXISTS t (a int);")
    assert unlogged.kind == "table"


def test_typed_table() -> None:
    found = table(
        "CREATE TYPE ty AS (a int, b varchar(3)); CREATE TABLE t OF ty (PRIMARY KEY (a));"
    )
    assert [(c.name, c.type) for c in found.columns] == [("a", "int"), ("b", "varchar(3)")]
    assert found.primary_key == ("a",)


@pytest.mark.parametrize(
    ("dialect", "sql", "schema", "name"),
    [
        ("mssql", "CREATE TABLE [db].[dbo].[my table] (a int)", "dbo", "my table"),
        ("mssql", "CREATE TABLE db..t (a int)", "db", "t"),
        ("generic", "CREATE TABLE @cdm.person (a int)", "@cdm", "person"),
        ("generic", "CREATE TABLE ${schema}.person (a int)", "${schema}", "person"),
        ("generic", "CREATE TABLE {schema}.person (a int)", "{schema}", "person"),
        ("mssql", "CREATE TABLE [%s].person (a int)", "%s", "person"),
        ("informix", 'CREATE TABLE db:"own".t (a int)', "own", "t"),
        ("bigquery", "CREATE TABLE `my-project.data.t` (a INT64)", "data", "t"),
        ("mysql", "CREATE TABLE `a``b` (a int)", None, "a`b"),
        ("postgresql", 'CREATE TABLE "x"."a""b.c" (a int)', "x", 'a"b.c'),
        ("mysql", "CREATE TABLE 2fa (a int)", None, "2fa"),
    ],
)
def test_names(dialect: str, sql: str, schema: str | None, name: str) -> None:
    (found,) = read(sql + ";", dialect).tables
    assert (found.schema, found.name) == (schema, name)


def test_duplicates_keep_the_first_unless_replaced() -> None:
    schema = read("CREATE TABLE t (a int);\nCREATE TABLE t (b int);")
    assert [c.name for c in schema.tables[0].columns] == ["a"]
    second = next(s for s in schema.statements if s.line == 2)
    assert (second.status, second.reason) == ("skipped", "duplicate of t in line 1")
    replaced = read("CREATE TABLE t (a int); CREATE OR REPLACE TABLE t (b int);", "snowflake")
    assert [c.name for t in replaced.tables for c in t.columns] == ["b"]
    dropped = read("CREATE TABLE t (a int); DROP TABLE IF EXISTS t; CREATE TABLE t (b int);")
    assert [c.name for t in dropped.tables for c in t.columns] == ["b"]


def test_case_rules() -> None:
    quoted = read('CREATE TABLE "Users" (a int); CREATE TABLE users (b int);')
    assert len(quoted.tables) == 2
    exact = quoted.table("users")
    assert exact and exact.columns[0].name == "b"
    assert len(read("CREATE TABLE Users (a int); CREATE TABLE users (b int);").tables) == 1
    oracle = read('CREATE TABLE "USERS" (a int); ALTER TABLE users ADD (b int);', "oracle")
    assert [c.name for c in oracle.tables[0].columns] == ["a", "b"]
    found = read("CREATE TABLE Users (a int);").table("USERS")
    assert found is not None


def test_a_statement_cut_off_keeps_what_was_there() -> None:
    schema = read("CREATE TABLE a (x int);\nCREATE TABLE t (a int NOT NULL, b varchar(1")
    found = schema.table("t")
    assert found and [c.name for c in found.columns] == ["a", "b"]
    assert schema.statements[-1].status == "failed"
    assert "cut off" in (schema.statements[-1].reason or "")


def test_recreated_and_external_tables() -> None:
    schema = read("CREATE TABLE t (a INT); RECREATE TABLE t (b INT);", "firebird")
    assert [c.name for t in schema.tables for c in t.columns] == ["b"]
    external = table(
        "CREATE TABLE t (a NUMBER) ORGANIZATION EXTERNAL (TYPE ORACLE_LOADER LOCATION ('x'));",
        "oracle",
    )
    assert external.kind == "external"


def test_tables_of_sqlite_itself_are_left_out() -> None:
    schema = read("CREATE TABLE sqlite_sequence(name,seq); CREATE TABLE t (a);", "sqlite")
    assert [found.name for found in schema.tables] == ["t"]


@pytest.mark.parametrize(
    "chain",
    [
        "CREATE TABLE t{n} (c{n} int) INHERITS (t{before});\n",
        "CREATE TABLE t{n} (LIKE t{before}, LIKE t{before});\n",
    ],
)
def test_columns_that_tables_take_from_others_are_bounded(
    chain: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "MAX_COPIED", 1000)
    sql = "".join(chain.format(n=n, before=n - 1) for n in range(1, 100))
    schema = read_schema(f"CREATE TABLE t0 (c0 int);\n{sql}".encode(), "postgresql")
    failed = [s for s in schema.statements if s.status == "failed"]
    assert sum(len(table.columns) for table in schema.tables) < 1200
    assert failed[0].reason == "tables take more than 1,000 columns from others; not read"
