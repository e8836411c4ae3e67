# ruff: noqa: E501 - a statement a line reads better
"""ALTER, DROP and RENAME, replayed in order."""

from __future__ import annotations

import pytest

from stageline.schema import Schema, Table, read_schema
from stageline.schema.ddl.drafts import TableDraft
from stageline.schema.model import Column
from stageline.schema.tokens import Name


def read(sql: str, dialect: str = "postgresql") -> Schema:
    return read_schema(sql.encode(), dialect)


def table(sql: str, dialect: str = "postgresql", name: str = "t") -> Table:
    found = read(sql, dialect).table(name)
    assert found is not None
    return found


def names(found: Table) -> list[str]:
    return [column.name for column in found.columns]


BASE = "CREATE TABLE t (a int NOT NULL DEFAULT 7, b varchar(5));\n"


@pytest.mark.parametrize(
    ("dialect", "sql", "expected"),
    [
        ("postgresql", "ALTER TABLE t ADD COLUMN c int, ADD d int, DROP COLUMN b;", "a c d"),
        ("postgresql", "ALTER TABLE IF EXISTS ONLY t ADD COLUMN IF NOT EXISTS c int;", "a b c"),
        ("postgresql", "ALTER TABLE t DROP COLUMN IF EXISTS nope, DROP b CASCADE;", "a"),
        ("postgresql", "ALTER TABLE t RENAME COLUMN b TO c;", "a c"),
        ("postgresql", "ALTER TABLE t RENAME b TO c;", "a c"),
        ("mysql", "ALTER TABLE `t` ADD `c` int FIRST, ADD COLUMN d int AFTER a;", "c a d b"),
        ("mysql", "ALTER TABLE t ADD (c int, d enum('x','y'));", "a b c d"),
        ("mysql", "ALTER TABLE t CHANGE COLUMN b c varchar(9) NOT NULL;", "a c"),
        ("mysql", "ALTER TABLE t CHANGE b b text AFTER a, DROP a;", "b"),
        ("oracle", "ALTER TABLE t ADD (c NUMBER(3), d DATE DEFAULT SYSDATE);", "a b c d"),
        ("oracle", "ALTER TABLE t DROP (a, b);", ""),
        ("oracle", "ALTER TABLE t ADD c NUMBER; ALTER TABLE t DROP COLUMN a;", "b c"),
        ("mssql", "ALTER TABLE t ADD c int NULL, d int NOT NULL DEFAULT (0);", "a b c d"),
        ("mssql", "ALTER TABLE t DROP COLUMN a, b;", ""),
        ("mssql", "EXEC sp_rename 'dbo.t.b', 'c', 'COLUMN';", "a c"),
        ("informix", "alter table t add (c int before b, d date);", "a c b d"),
        ("informix", "rename column t.b to c;", "a c"),
        ("db2", "ALTER TABLE t ADD COLUMN c INT ADD COLUMN d INT;", "a b c d"),
        ("firebird", "ALTER TABLE t ALTER b TO c, ADD d INTEGER;", "a c d"),
        ("sqlite", "ALTER TABLE t ADD c; ALTER TABLE t RENAME a TO z;", "z b c"),
        ("snowflake", "ALTER TABLE t ADD COLUMN c INT, d INT;", "a b c d"),
    ],
)
def test_columns(dialect: str, sql: str, expected: str) -> None:
    base = BASE.replace(";", "\nGO") if dialect == "mssql" else BASE
    assert names(table(base + sql, dialect)) == expected.split()


@pytest.mark.parametrize(
    ("dialect", "sql", "expected"),
    [
        ("postgresql", "ALTER TABLE t ALTER COLUMN a DROP NOT NULL, ALTER a DROP DEFAULT;",
         ("int", True, None)),
        ("postgresql", "ALTER TABLE t ALTER a TYPE bigint USING a::bigint;", ("bigint", False, "7")),
        ("postgresql", "ALTER TABLE ONLY t ALTER COLUMN a SET DEFAULT nextval('s'::regclass);",
         ("int", False, "nextval('s'::regclass)")),
        ("mysql", "ALTER TABLE t MODIFY a bigint(20) unsigned;", ("bigint(20) unsigned", True, None)),
        ("mysql", "ALTER TABLE t MODIFY COLUMN `a` int(10) NOT NULL AUTO_INCREMENT;",
         ("int(10)", False, None)),
        ("mysql", "ALTER TABLE t ALTER a SET DEFAULT '3';", ("int", False, "'3'")),
        ("oracle", "ALTER TABLE t MODIFY (a NUMBER(9));", ("NUMBER(9)", False, "7")),
        ("oracle", "ALTER TABLE t MODIFY a NULL;", ("int", True, "7")),
        ("mssql", "ALTER TABLE t ALTER COLUMN a bigint NULL;", ("bigint", True, None)),
        ("mssql", "ALTER TABLE [t] ADD CONSTRAINT [df] DEFAULT ((5)) FOR [a];",
         ("int", False, "((5))")),
        ("informix", "alter table t modify (a decimal(9,2) not null);", ("decimal(9,2)", False, None)),
        ("db2", "ALTER TABLE t ALTER COLUMN a SET DATA TYPE BIGINT;", ("BIGINT", False, "7")),
        ("firebird", "ALTER TABLE t ALTER COLUMN a TYPE NUMERIC(9,2);", ("NUMERIC(9,2)", False, "7")),
    ],
)  # fmt: skip
def test_one_column(dialect: str, sql: str, expected: tuple[str, bool, str | None]) -> None:
    base = BASE.replace(";", "\nGO") if dialect == "mssql" else BASE
    found = table(base + sql, dialect).columns[0]
    default = found.default if dialect != "mssql" or expected[2] else None
    assert (found.type, found.nullable, default) == expected


def test_constraints_come_and_go() -> None:
    base = "CREATE TABLE p (x int PRIMARY KEY);" + BASE
    added = base + (
        "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES p (x), "
        "ADD CONSTRAINT u UNIQUE (b), ADD CONSTRAINT c CHECK (a > 0), ADD PRIMARY KEY (a);"
    )
    found = table(added)
    assert (len(found.foreign_keys), len(found.unique_constraints), len(found.checks)) == (1, 1, 1)
    dropped = table(
        added + "ALTER TABLE t DROP CONSTRAINT f, DROP CONSTRAINT IF EXISTS u, DROP CONSTRAINT c, "
        "DROP CONSTRAINT t_pkey;"
    )
    assert not (dropped.foreign_keys or dropped.unique_constraints or dropped.checks)
    assert dropped.primary_key == ()


def test_mysql_drops_by_kind() -> None:
    sql = (
        "CREATE TABLE p (x int PRIMARY KEY); CREATE TABLE t (a int PRIMARY KEY, b int, KEY k (b), "
        "CONSTRAINT f FOREIGN KEY (b) REFERENCES p (x));"
        "ALTER TABLE t DROP PRIMARY KEY, DROP FOREIGN KEY f, DROP INDEX k;"
    )
    found = table(sql, "mysql")
    assert (found.primary_key, found.foreign_keys, found.indexes) == ((), (), ())


def test_informix_adds_constraints_its_own_way() -> None:
    found = table(
        "create table p (x int, primary key (x)); create table t (a int, b int);"
        "alter table t add constraint (foreign key (a) references p (x) constraint f);"
        "alter table t add constraint unique (b) constraint u;"
        "alter table 'informix'.t add constraint check (a > 0) constraint c;",
        "informix",
    )
    assert [k.name for k in found.foreign_keys] == ["f"]
    assert [u.name for u in found.unique_constraints] == ["u"]
    assert [c.name for c in found.checks] == ["c"]


def test_foreign_keys_follow_renames() -> None:
    schema = read(
        "CREATE TABLE p (x int PRIMARY KEY); CREATE TABLE t (a int REFERENCES p (x));"
        "ALTER TABLE p RENAME TO q; ALTER TABLE q RENAME COLUMN x TO y;"
    )
    found = schema.table("t")
    assert found and found.foreign_keys[0].referred_table == "q"
    assert found.foreign_keys[0].referred_columns == ("y",)
    assert schema.table("q").primary_key == ("y",)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("dialect", "sql"),
    [
        ("mysql", "RENAME TABLE t TO u;"),
        ("mysql", "ALTER TABLE t RENAME u;"),
        ("oracle", "RENAME t TO u;"),
        ("informix", "rename table t to u;"),
        ("mssql", "EXEC sp_rename 't', 'u'"),
        ("sqlite", "ALTER TABLE t RENAME TO u;"),
    ],
)
def test_tables_are_renamed(dialect: str, sql: str) -> None:
    base = BASE.replace(";", "\nGO") if dialect == "mssql" else BASE
    assert [found.name for found in read(base + sql, dialect).tables] == ["u"]


def test_sqlite_rebuilds_a_table() -> None:
    schema = read(
        "CREATE TABLE t (a INTEGER PRIMARY KEY); CREATE TABLE c (t_a REFERENCES t (a));"
        'CREATE TABLE "new__t" (a INTEGER PRIMARY KEY, b text); DROP TABLE t;'
        'ALTER TABLE "new__t" RENAME TO "t";',
        "sqlite",
    )
    assert names(schema.table("t")) == ["a", "b"]  # type: ignore[arg-type]
    key = schema.table("c").foreign_keys[0]  # type: ignore[union-attr]
    assert (key.referred_table, key.referred_columns) == ("t", ("a",))


def test_dropping_a_column_takes_its_keys_along() -> None:
    found = table(
        "CREATE TABLE t (a int, b int, PRIMARY KEY (a, b), UNIQUE (b)); CREATE INDEX i ON t (b, a);"
        "ALTER TABLE t DROP COLUMN b;"
    )
    assert (found.primary_key, found.unique_constraints, found.indexes) == ((), (), ())


def test_what_cannot_be_applied_fails_alone() -> None:
    schema = read(
        "ALTER TABLE nope ADD c int;\n" + BASE + "ALTER TABLE t DROP COLUMN z;\nSELECT 1;"
    )
    status = [(s.kind, s.line, s.status) for s in schema.statements if s.kind != "blank"]
    assert status == [
        ("alter table", 1, "failed"),
        ("create table", 2, "parsed"),
        ("alter table", 3, "failed"),
        ("select", 4, "skipped"),
    ]
    assert all("nope" in (s.reason or "") for s in schema.statements[:1])


def test_cascade_takes_foreign_keys_along() -> None:
    schema = read(
        "CREATE TABLE p (x int PRIMARY KEY); CREATE TABLE t (a int REFERENCES p);"
        "DROP TABLE p CASCADE;"
    )
    assert schema.table("t").foreign_keys == ()  # type: ignore[union-attr]


def test_moving_to_another_schema() -> None:
    assert table(BASE + "ALTER TABLE t SET SCHEMA s;").schema == "s"


def test_columns_of_wide_tables_are_found_after_each_change() -> None:
    """Wide tables have a directory of their columns; each kind of change must reach it."""
    many = ", ".join(f"c{n} int" for n in range(100))
    table = read_schema(
        f"""CREATE TABLE a ({many});
        ALTER TABLE a ADD d int;
        ALTER TABLE a ADD D int;
        ALTER TABLE a DROP COLUMN c5;
        ALTER TABLE a ADD c5 text;
        ALTER TABLE a CHANGE c6 e int;
        ALTER TABLE a ADD c6 text;
        ALTER TABLE a ADD e text;
        ALTER TABLE a ADD f int FIRST;
        ALTER TABLE a MODIFY c99 int AFTER f;
        ALTER TABLE a MODIFY c0 bigint;
        ALTER TABLE a DROP COLUMN C98;
        """.encode(),
        "mysql",
    ).tables[0]
    names = [column.name for column in table.columns]
    assert names[:3] == ["f", "c99", "c0"]
    assert names[6:9] == ["c4", "e", "c7"]
    assert names[-4:] == ["c97", "d", "c5", "c6"]
    assert table.columns[2].type == "bigint"


def test_names_of_indexes_are_free_again_after_each_change() -> None:
    schema = read_schema(
        b"""CREATE TABLE a (i int, j int);
        CREATE INDEX x ON a (i);
        CREATE INDEX x ON a (j);
        ALTER INDEX x RENAME TO y;
        CREATE INDEX x ON a (j);
        DROP INDEX y;
        CREATE INDEX y ON a (j);
        ALTER TABLE a ADD UNIQUE USING INDEX y;
        CREATE INDEX y ON a (i);
        """,
        "postgresql",
    )
    indexes = [(index.name, index.columns) for index in schema.tables[0].indexes]
    assert indexes == [("x", ("j",)), ("y", ("i",))]
    assert schema.statements[2].reason == "duplicate of index x in line 2"


class _Counted(str):
    """A name that counts how often it is compared without regard to case."""

    folded = 0

    def casefold(self) -> str:
        _Counted.folded += 1
        return super().casefold()


def test_the_work_for_one_more_column_does_not_grow_with_the_table() -> None:
    table = TableDraft(Name(None, "a", None, "a"), 1)
    _Counted.folded = 0
    for number in range(2000):
        name = _Counted(f"c{number}")
        assert table.position(name) == -1
        table.columns.append(Column(name, "int"))
    assert table.position("C1999") == 1999
    assert _Counted.folded < 10_000
