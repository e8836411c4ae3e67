# ruff: noqa: E501 - a statement a line reads better
"""Indexes, views, triggers, routines, sequences, types, synonyms, comments and scopes."""

from __future__ import annotations

from itertools import pairwise

import pytest

from stageline.schema import Index, Schema, read_schema


def read(sql: str, dialect: str = "postgresql") -> Schema:
    return read_schema(sql.encode(), dialect)


TABLE = "CREATE TABLE t (a int, b int, c text);\n"


@pytest.mark.parametrize(
    ("dialect", "sql", "expected"),
    [
        ("postgresql", "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON ONLY public.t USING btree "
         "(lower(c), a DESC NULLS LAST) INCLUDE (b) WHERE (a > 0);",
         Index(("lower(c)", "a"), "i", True, "btree", "(a > 0)", 2)),
        ("postgresql", "CREATE INDEX ON t (c varchar_pattern_ops);", Index(("c",), line=2)),
        ("postgresql", "CREATE INDEX i ON t ((a + b));", Index(("a + b",), "i", line=2)),
        ("mysql", "CREATE FULLTEXT INDEX i ON t (c(10));", Index(("c",), "i", False, "fulltext", None, 2)),
        ("mssql", "CREATE UNIQUE NONCLUSTERED INDEX [i] ON [dbo].[t] ([a] ASC, [b]) INCLUDE ([c]) "
         "WHERE a > 0 WITH (FILLFACTOR = 90)", Index(("a", "b"), "i", True, None, "a > 0", 2)),
        ("oracle", 'CREATE BITMAP INDEX "S"."I" ON "S"."T" ("A") TABLESPACE x;',
         Index(("a",), "I", False, "bitmap", None, 2)),
        ("informix", "create unique cluster index 'informix'.i on 'informix'.t\n(\na,\nb\n);",
         Index(("a", "b"), "i", True, None, None, 2)),
        ("firebird", "CREATE DESCENDING INDEX i ON t (a, b);", Index(("a", "b"), "i", line=2)),
        ("sqlite", "CREATE INDEX i ON t(a COLLATE NOCASE, b);", Index(("a", "b"), "i", line=2)),
    ],
)  # fmt: skip
def test_indexes(dialect: str, sql: str, expected: Index) -> None:
    base = (
        TABLE.replace(";\n", "\nGO\n").replace("\nGO\n", " \n", 1) if dialect == "mssql" else TABLE
    )
    (table,) = read(base + sql, dialect).tables
    assert table.indexes == (expected,)


def test_dropped_and_renamed_indexes() -> None:
    sql = TABLE + "CREATE INDEX i ON t (a); CREATE INDEX j ON t (b); DROP INDEX i; " \
                  "ALTER INDEX j RENAME TO k;"  # fmt: skip
    assert [i.name for i in read(sql).tables[0].indexes] == ["k"]
    failed = [s for s in read("CREATE INDEX i ON nope (a);").statements if s.status == "failed"]
    assert "nope" in (failed[0].reason or "")


@pytest.mark.parametrize(
    ("dialect", "sql", "columns", "materialized"),
    [
        ("postgresql", "CREATE VIEW v AS SELECT a, t.b AS x, count(*) n, c::text FROM t;",
         ("a", "x", "n", "text"), False),
        ("postgresql", "CREATE MATERIALIZED VIEW IF NOT EXISTS s.v AS SELECT * FROM t WITH NO DATA;",
         ("a", "b", "c"), True),
        ("oracle", 'CREATE OR REPLACE FORCE EDITIONABLE VIEW "V" ("A", "B") AS select a, b from t '
         "WITH READ ONLY;", ("A", "B"), False),
        ("mysql", "CREATE ALGORITHM=UNDEFINED DEFINER=`root`@`localhost` SQL SECURITY DEFINER VIEW "
         "`v` AS select `t`.`a` AS `a` from `t`;", ("a",), False),
        ("informix", "create view 'informix'.v (x,\n y) as select x0.a ,x0.b from 'informix'.t x0;",
         ("x", "y"), False),
        ("mssql", "CREATE VIEW v WITH SCHEMABINDING AS SELECT a FROM dbo.t WITH CHECK OPTION",
         ("a",), False),
    ],
)  # fmt: skip
def test_views(dialect: str, sql: str, columns: tuple[str, ...], materialized: bool) -> None:
    base = "CREATE TABLE t (a int, b int, c text)\nGO\n" if dialect == "mssql" else TABLE
    (view,) = read(base + sql, dialect).views
    assert view.name.lower() == "v"
    assert view.materialized is materialized
    assert view.query.lower().startswith("select") and "with read" not in view.query.lower()
    if "::" not in sql:
        assert view.columns == columns


def test_the_placeholders_of_mysqldump_go() -> None:
    sql = (
        "SET @saved_cs_client = @@character_set_client;\n"
        "/*!50001 CREATE VIEW `v` AS SELECT 1 AS `a`*/;\n"
        "/*!50001 DROP VIEW IF EXISTS `v`*/;\n"
        "/*!50001 CREATE ALGORITHM=UNDEFINED */\n/*!50013 DEFINER=`r`@`%` SQL SECURITY DEFINER */\n"
        "/*!50001 VIEW `v` AS select 1 AS `a`,2 AS `b` */;\n"
    )
    (view,) = read(sql, "mysql").views
    assert view.columns == ("a", "b")
    old = (
        "/*!50001 CREATE TABLE `v` (\n  `a` tinyint NOT NULL\n) ENGINE=MyISAM */;\n"
        "/*!50001 DROP TABLE IF EXISTS `v`*/;\n/*!50001 CREATE VIEW `v` AS select 1 AS `a` */;\n"
    )
    schema = read(old, "mysql")
    assert (len(schema.tables), len(schema.views)) == (0, 1)


TRIGGERS = [
    ("postgresql", "CREATE TRIGGER g BEFORE INSERT OR UPDATE ON public.t FOR EACH ROW "
     "EXECUTE FUNCTION public.f('x');", "BEFORE", ("INSERT", "UPDATE"), "f"),
    ("mysql", "DELIMITER ;;\nCREATE DEFINER=`r`@`h` TRIGGER `g` AFTER DELETE ON `t` FOR EACH ROW "
     "BEGIN SET @a = 1; END ;;\nDELIMITER ;\n", "AFTER", ("DELETE",), None),
    ("oracle", "CREATE OR REPLACE TRIGGER g BEFORE INSERT ON t FOR EACH ROW\nBEGIN\n"
     "  SELECT s.nextval INTO :new.a FROM dual;\nEND;\n/\n", "BEFORE", ("INSERT",), None),
    ("mssql", "CREATE TRIGGER g ON t AFTER INSERT, UPDATE AS BEGIN SELECT 1 END\nGO\n", "AFTER",
     ("INSERT", "UPDATE"), None),
    ("sqlite", "CREATE TRIGGER g INSTEAD OF UPDATE OF a ON t BEGIN SELECT 1; END;", "INSTEAD OF",
     ("UPDATE",), None),
    ("informix", "create trigger 'informix'.g update of a on 'informix'.t referencing old as o new "
     "as n for each row (execute procedure 'informix'.f(o.a, n.a));", None, ("UPDATE",), "f"),
    ("informix", "create trigger g insert on t referencing new as n for each row ( insert into "
     "log (a) values (n.a));", None, ("INSERT",), None),
    ("db2", "CREATE TRIGGER g NO CASCADE BEFORE UPDATE ON t REFERENCING NEW AS n FOR EACH ROW MODE "
     "DB2SQL BEGIN ATOMIC SET n.a = 1; END@\n", "BEFORE", ("UPDATE",), None),
    ("firebird", "SET TERM ^ ;\nCREATE TRIGGER g FOR t ACTIVE BEFORE INSERT POSITION 0 AS BEGIN "
     "new.a = 1; END ^\nSET TERM ; ^\n", "BEFORE", ("INSERT",), None),
]  # fmt: skip


@pytest.mark.parametrize(("dialect", "sql", "timing", "events", "routine"), TRIGGERS)
def test_triggers(
    dialect: str, sql: str, timing: str | None, events: tuple[str, ...], routine: str | None
) -> None:
    base = "CREATE TABLE t (a int)\nGO\n" if dialect == "mssql" else TABLE
    base = base.replace(";\n", "@\n") if dialect == "db2" else base
    (trigger,) = read(base + sql, dialect).triggers
    assert (trigger.name, trigger.table, trigger.timing) == ("g", "t", timing)
    assert (trigger.events, trigger.routine) == (events, routine)
    assert trigger.body.strip("( ").split()[0].upper() in (
        "BEGIN", "EXECUTE", "INSERT", "SELECT", "SET"
    )  # fmt: skip


ROUTINES = [
    ("postgresql", "CREATE OR REPLACE FUNCTION s.f(a int, b text DEFAULT ',') RETURNS SETOF text "
     "LANGUAGE plpgsql AS $_$ BEGIN; RETURN $1; END $_$;", "function", "a int, b text DEFAULT ','",
     "SETOF text", " BEGIN; RETURN $1; END "),
    ("mysql", "DELIMITER //\nCREATE PROCEDURE f(IN a INT) COMMENT 'c' BEGIN SELECT 1; END//\n",
     "procedure", "IN a INT", None, "BEGIN SELECT 1; END"),
    ("oracle", "CREATE OR REPLACE FUNCTION f (a IN NUMBER) RETURN NUMBER IS\nBEGIN\n RETURN a;\n"
     "END f;\n/\n", "function", "a IN NUMBER", "NUMBER", "BEGIN\n RETURN a;\nEND f"),
    ("oracle", "CREATE OR REPLACE PACKAGE f AS\n PROCEDURE x;\nEND f;\n/\n", "package", "", None,
     "PROCEDURE x;\nEND f"),
    ("mssql", "CREATE PROC [dbo].[f] @a int, @b varchar(3) = 'x' AS SELECT @a\nGO\n", "procedure",
     "@a int, @b varchar(3) = 'x'", None, "SELECT @a"),
    ("informix", "create procedure 'informix'.f(a int, b date) returning int;\n define x int;\n "
     "let x = 1;\n return x;\nend procedure;", "procedure", "a int, b date", "int",
     "define x int;\n let x = 1;\n return x;\nend procedure"),
    ("db2", "CREATE PROCEDURE f (IN a INT) LANGUAGE SQL BEGIN SET a = 1; END@\n", "procedure",
     "IN a INT", None, "BEGIN SET a = 1; END"),
    ("snowflake", "CREATE OR REPLACE PROCEDURE f(a FLOAT) RETURNS STRING LANGUAGE JAVASCRIPT AS "
     "$$ return 1; $$;", "procedure", "a FLOAT", "STRING", " return 1; "),
]  # fmt: skip


@pytest.mark.parametrize(("dialect", "sql", "kind", "parameters", "returns", "body"), ROUTINES)
def test_routines(
    dialect: str, sql: str, kind: str, parameters: str, returns: str | None, body: str
) -> None:
    (routine,) = read(sql, dialect).routines
    assert (routine.name, routine.kind, routine.parameters) == ("f", kind, parameters)
    assert routine.returns == returns
    assert routine.body == body


def test_overloads_and_aggregates() -> None:
    schema = read(
        "CREATE FUNCTION f(a int) RETURNS int AS 'select 1' LANGUAGE sql;"
        "CREATE FUNCTION f(a text) RETURNS int AS 'select 1' LANGUAGE sql;"
        "CREATE AGGREGATE agg(text) (SFUNC = textcat, STYPE = text);"
        "DROP FUNCTION f(a text);"
    )
    assert [(r.name, r.kind, r.language) for r in schema.routines] == [
        ("f", "function", "sql"), ("agg", "aggregate", None)
    ]  # fmt: skip


def test_sequences() -> None:
    schema = read(
        "CREATE SEQUENCE public.s START WITH 5 INCREMENT BY -2 NO MINVALUE;"
        "CREATE TABLE t (id serial, x bigserial NOT NULL, y int GENERATED ALWAYS AS IDENTITY);"
        "ALTER SEQUENCE public.s RESTART WITH 9;"
    )
    assert [(s.name, s.start, s.increment) for s in schema.sequences] == [
        ("s", "9", "-2"), ("t_id_seq", None, None), ("t_x_seq", None, None), ("t_y_seq", None, None)
    ]  # fmt: skip
    (generator,) = read("CREATE GENERATOR g;", "firebird").sequences
    assert generator.name == "g"


def test_types() -> None:
    schema = read(
        "CREATE TYPE e AS ENUM ('a', 'b,c'); ALTER TYPE e ADD VALUE 'd';"
        "CREATE DOMAIN d AS integer NOT NULL DEFAULT 1 CONSTRAINT pos CHECK (VALUE > 0);"
        "CREATE TYPE c AS (x int, y numeric(3,2)); CREATE TYPE r AS RANGE (subtype = float8);"
    )
    enum, domain, composite, range_ = schema.types
    assert (enum.kind, enum.labels) == ("enum", ("a", "b,c", "d"))
    assert (domain.base, domain.nullable, domain.default) == ("integer", False, "1")
    assert [(c.name, c.expression) for c in domain.checks] == [("pos", "VALUE > 0")]
    assert (composite.kind, composite.labels) == ("composite", ("x int", "y numeric(3,2)"))
    assert range_.kind == "range"
    oracle = read("CREATE TYPE o AS OBJECT (a NUMBER, MEMBER FUNCTION f RETURN NUMBER);\n/\n"
                  "CREATE OR REPLACE TYPE l AS TABLE OF o;\n/\n", "oracle")  # fmt: skip
    assert [(t.kind, t.base, t.labels) for t in oracle.types] == [
        ("object", None, ("a NUMBER",)), ("table", "o", ())
    ]  # fmt: skip
    tsql = read("CREATE TYPE [dbo].[Flag] FROM [bit] NOT NULL\nGO\nEXEC sp_addtype id, "
                "'varchar(11)', 'NOT NULL'\nGO\n", "mssql")  # fmt: skip
    assert [(t.name, t.kind, t.base, t.nullable) for t in tsql.types] == [
        ("Flag", "alias", "[bit]", False), ("id", "alias", "varchar(11)", False)
    ]  # fmt: skip


def test_synonyms() -> None:
    (one,) = read("CREATE PUBLIC SYNONYM s FOR own.t;", "oracle").synonyms
    assert (one.name, one.target, one.target_schema) == ("s", "t", "own")
    (two,) = read("create synonym 'informix'.s for db:'informix'.t;", "informix").synonyms
    assert (two.schema, two.target) == ("informix", "t")


def test_comments() -> None:
    schema = read(
        TABLE + "COMMENT ON TABLE t IS 'it''s';COMMENT ON COLUMN public.t.a IS 'col';"
        "CREATE VIEW v AS SELECT 1 AS x; COMMENT ON VIEW v IS 'w';"
        "CREATE FUNCTION f() RETURNS int AS 'x' LANGUAGE sql; COMMENT ON FUNCTION f() IS 'fn';"
    )
    table = schema.tables[0]
    assert (table.comment, table.columns[0].comment) == ("it's", "col")
    assert (schema.views[0].comment, schema.routines[0].comment) == ("w", "fn")
    described = read(
        "CREATE TABLE t (a int)\nGO\n"
        "EXEC sys.sp_addextendedproperty @name=N'MS_Description', @value=N'tab', "
        "@level0type=N'SCHEMA',@level0name=N'dbo', @level1type=N'TABLE',@level1name=N't'\nGO\n"
        "EXEC sp_addextendedproperty 'MS_Description', 'col', 'user', 'dbo', 'table', 't', "
        "'column', 'a'\nGO\n",
        "mssql",
    ).tables[0]
    assert (described.comment, described.columns[0].comment) == ("tab", "col")


@pytest.mark.parametrize(
    ("dialect", "sql", "expected"),
    [
        ("postgresql", "SET search_path = s, pg_catalog;", "s"),
        ("postgresql", "SET search_path TO public;", "public"),
        ("postgresql", "SELECT pg_catalog.set_config('search_path', '', false);", None),
        ("mysql", "USE `s`;", "s"),
        ("mssql", "USE [s]\nGO\n", None),
        ("oracle", "ALTER SESSION SET CURRENT_SCHEMA = s;", "s"),
        ("db2", "SET CURRENT SCHEMA = s;", "s"),
        ("snowflake", "USE SCHEMA s;", "s"),
    ],
)
def test_scopes(dialect: str, sql: str, expected: str | None) -> None:
    schema = read(f"{sql}\nCREATE TABLE t (a int);", dialect)
    assert schema.tables[0].schema == expected


def test_objects_inside_other_statements() -> None:
    inside = read("CREATE SCHEMA s CREATE TABLE t (a int) CREATE VIEW v AS SELECT a FROM t;")
    assert [(t.schema, t.name) for t in inside.tables] == [("s", "t")]
    assert [v.name for v in inside.views] == ["v"]
    block = read(
        TABLE + "CREATE TABLE p (x int PRIMARY KEY);"
        "DO $$ BEGIN\n ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES p (x);\n"
        "EXCEPTION WHEN duplicate_object THEN null; END $$;"
    )
    assert [k.name for k in block.tables[0].foreign_keys] == ["f"]
    dynamic = read(
        "BEGIN\n  EXECUTE IMMEDIATE 'CREATE TABLE t (a NUMBER DEFAULT ''x'')';\n"
        "  EXECUTE IMMEDIATE 'DROP TABLE ' || name;\nEND;\n/\n",
        "oracle",
    )
    assert dynamic.tables[0].columns[0].default == "'x'"
    condition = read(
        "IF NOT EXISTS (SELECT 1 FROM sys.tables) CREATE TABLE t (a int)\nGO\n"
        "IF OBJECT_ID('u', 'U') IS NOT NULL DROP TABLE u\nGO\n",
        "mssql",
    )
    assert [t.name for t in condition.tables] == ["t"]


def test_statements_given_as_literals() -> None:
    schema = read(
        "IF NOT EXISTS (SELECT * FROM sys.views WHERE object_id = 1)\n"
        "EXEC dbo.sp_executesql @statement = N'CREATE VIEW v AS SELECT ''x'' AS a'\nGO\n"
        "EXEC('CREATE TABLE t (a int DEFAULT ''y'')')\nGO\n",
        "mssql",
    )
    assert [v.columns for v in schema.views] == [("a",)]
    assert schema.tables[0].columns[0].default == "'y'"


def test_statements_account_for_every_byte() -> None:
    sql = (
        "-- head\nSET x = 1;\n"
        + TABLE
        + "GRANT ALL ON t TO u;\nINSERT INTO t VALUES (1, 2, 'a;b');"
        "\nCREATE RULE r AS ON INSERT TO t DO INSTEAD NOTHING;\n"
    )
    schema = read(sql)
    spans = [(s.start, s.end) for s in schema.statements]
    assert spans[0][0] == 0 and spans[-1][1] == len(sql)
    assert all(one[1] == other[0] for one, other in pairwise(spans))
    kinds = [(s.kind, s.status) for s in schema.statements if s.kind != "blank"]
    assert kinds == [
        ("set x", "skipped"), ("create table", "parsed"), ("grant", "skipped"),
        ("insert", "skipped"), ("create rule", "skipped"),
    ]  # fmt: skip
    assert all(s.reason for s in schema.statements if s.status != "parsed")


def test_spl_has_no_word_before_its_body() -> None:
    dump = b"""
    create procedure note_change (old_rating int, new_rating int)
      if (old_rating != new_rating) then
        insert into rating_log select id as who from player;
      end if;
    end procedure;
    create function best (p int) returning int as points, char(4) as zone;
      define v int;
      return v, 'home';
    end function;
    """
    first, second = read_schema(dump, "informix").routines
    assert first.body.startswith("if (old_rating") and first.body.endswith("end procedure")
    assert second.returns == "int as points, char(4) as zone"
    assert second.body.startswith("define v int")


@pytest.mark.parametrize(
    "text",
    [
        "Dear all,\nplease find the dump attached",
        '{"a": 1}',
        "<html></html>",
        "1,2,3\n",
        "\x01 \x02",
    ],
)
def test_what_is_no_sql_is_called_so(text: str) -> None:
    first, *_ = read_schema(f"{text};\nCREATE TABLE a (i int);\n".encode(), "generic").statements
    assert (first.kind, first.status, first.reason) == (
        "unknown",
        "skipped",
        "not a SQL statement",
    )


def test_kinds_hold_no_controls_and_the_mark_of_dos_is_blank() -> None:
    statements = read_schema(b"ALTER \x01 x;\r\nFLUSH LOGS;\r\n\x1a", "generic").statements
    assert [s.kind for s in statements] == ["alter", "flush logs", "blank"]


def test_like_columns_in_two_schemas_refer_to_tables_of_their_own() -> None:
    half = b"create table p (id int primary key); create table t (x int references p (id));"
    schema = read_schema(
        b"set search_path = a;" + half + b"set search_path = b;" + half, "postgresql"
    )
    keys = {t.schema: key.referred_schema for t in schema.tables for key in t.foreign_keys}
    assert keys == {"a": "a", "b": "b"}
