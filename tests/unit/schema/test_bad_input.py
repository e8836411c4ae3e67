"""Bad input through all five steps and everything that is shown of them.

Either ``InputError`` says what is wrong and what to do, or every byte is accounted for, the rest
of the dump is kept, and what is shown is bounded, harmless and the same each time.
"""

from __future__ import annotations

import gzip
import random
import re
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import pytest

from stageline.codec import decode, encode
from stageline.errors import InputError
from stageline.schema import read_schema
from stageline.schema.accounting import schema_findings
from stageline.schema.analysis import Analysis
from stageline.schema.complexity import assess_complexity, complexity_findings
from stageline.schema.dialect import dialects
from stageline.schema.markdown import summarize
from stageline.schema.model import Schema
from stageline.schema.page import render_page
from stageline.schema.relationships import discover_relationships, relationship_findings
from stageline.schema.rules import extract_rules, rule_findings
from stageline.schema.terminal import format_findings
from stageline.schema.types import analyze_types, type_findings

DIALECTS = sorted(dialects())
GOOD = b"""CREATE TABLE a (id int NOT NULL PRIMARY KEY, b_id int, n char(9) CHECK (n <> ''));
CREATE TABLE b (id int NOT NULL PRIMARY KEY, a_id int REFERENCES a (id));
"""
MORE = GOOD.replace(b"TABLE a", b"TABLE d").replace(b"TABLE b", b"TABLE e")
HANGS = 60  # seconds of CPU: far beyond any of these, far below what quadratic time would take


@dataclass(frozen=True)
class Shown:
    schema: Schema
    analysis: Analysis
    page: str
    markdown: str
    text: str
    stored: tuple[bytes, ...]


@pytest.fixture(autouse=True)
def ends() -> Iterator[None]:
    """Stops what does not end, so that one bad case does not cost the test run."""

    def stop(signum: int, frame: FrameType | None) -> None:
        pytest.fail(f"still at work after {HANGS} s of CPU")

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, HANGS)
    yield
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    signal.signal(signal.SIGVTALRM, before)


def analyze(dump: bytes | Path, dialect: str | None = None) -> Shown:
    schema = read_schema(dump, dialect)
    relationships = discover_relationships(schema)
    types = analyze_types(schema)
    rules = extract_rules(schema)
    complexity = assess_complexity(schema, relationships, types, rules)
    analysis = Analysis(schema.name, relationships, types, rules, complexity)
    findings = (
        schema_findings(schema),
        relationship_findings(schema, relationships),
        type_findings(types),
        rule_findings(rules),
        complexity_findings(complexity),
    )
    return Shown(
        schema,
        analysis,
        render_page(schema, analysis, {"source": "dump.sql"}),
        summarize(schema, analysis, {"source": "dump.sql"}, "results/report.html"),
        format_findings(schema, analysis),
        tuple(encode(v) for v in (schema, relationships, types, rules, complexity, *findings)),
    )


def check_account(schema: Schema, size: int | None = None) -> None:
    """The statements cover the dump in order; each that is not read has its line and reason."""
    at, line = 0, 1
    for statement in schema.statements:
        assert statement.start == at
        assert statement.line >= line
        assert statement.status == "parsed" or statement.reason
        at, line = statement.end, statement.line
    if size is not None:
        assert at == size


def check_shown(shown: Shown) -> None:
    """What people see is bounded, and holds nothing that a browser or terminal would obey."""
    assert shown.page.count("<script") == PLAIN.page.count("<script")
    assert len(shown.page) < 12_000_000
    assert len(shown.markdown) < 400_000
    lines = shown.text.split("\n")
    assert len(lines) <= 25
    assert all(len(line) <= 100 and not UNSHOWN.search(line) for line in lines)
    assert not UNSHOWN.search(shown.markdown.replace("\n", ""))
    shown.page.encode()
    assert decode(Schema, shown.stored[0]) == shown.schema


UNSHOWN = re.compile(r"[\x00-\x1f\x7f-\x9f]")
PLAIN = analyze(GOOD)


def check(dump: bytes, dialect: str | None = None) -> Shown:
    shown = analyze(dump, dialect)
    check_account(shown.schema, len(dump))
    check_shown(shown)
    return shown


def check_twice(dump: bytes, dialect: str | None = None) -> Shown:
    shown = check(dump, dialect)
    again = analyze(dump, dialect)
    assert (again.page, again.markdown, again.text) == (shown.page, shown.markdown, shown.text)
    assert again.stored == shown.stored
    return shown


def names(schema: Schema) -> list[str]:
    return [table.name for table in schema.tables]


def failed(schema: Schema) -> list[tuple[int, str]]:
    return [(s.line, s.reason or "") for s in schema.statements if s.status == "failed"]


# --- what is refused ---------------------------------------------------------------------------

NOISE = random.Random(5).randbytes(5_000)  # noqa: S311
REFUSED = {
    "nothing": (b"", "is empty"),
    "white space": (b" \n\t\r\n  ", "nothing but white space"),
    "a mark": (b"\xef\xbb\xbf", "nothing but white space"),
    "white space in utf-16": ("\ufeff\r\n ".encode("utf-16-le"), "nothing but white space"),
    "noise without zeros": (NOISE.replace(b"\0", b"\1"), "is binary, not SQL text"),
    "png": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + NOISE, "is binary, not SQL text"),
    "noise": (NOISE, "is binary, not SQL text"),
    "zeros": (b"\0" * 100, "is binary, not SQL text"),
    "pg_dump archive": (b"PGDMP\x01\x0e\0\x04\x08" + NOISE, "pg_restore"),
    "gzip of noise": (gzip.compress(NOISE), "is binary, not SQL text"),
    "gzip of gzip": (gzip.compress(gzip.compress(GOOD)), "is binary, not SQL text"),
    "gzip of nothing": (gzip.compress(b""), "is empty"),
    "no gzip": (b"\x1f\x8b" + NOISE, "gzip data is damaged"),
    "half a gzip": (gzip.compress(GOOD * 50)[:-20], "gzip data ends early"),
    "gzip with a tail": (gzip.compress(GOOD) + b"tail", "gzip data is damaged"),
    "zip": (b"PK\x03\x04" + NOISE, "unpack it first"),
    "sqlite file": (b"SQLite format 3\0" + NOISE, "sqlite3 FILE .dump"),
}


@pytest.mark.parametrize(("data", "words"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_text_is_refused_in_words(data: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / "dump.sql"
    path.write_bytes(data)
    for dialect in (None, "mysql"):
        with pytest.raises(InputError, match=re.escape(words)) as caught:
            read_schema(path, dialect)
        assert str(path) in str(caught.value)


def test_a_place_without_a_dump_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"gone\.sql: there is no such file; check the path"):
        read_schema(tmp_path / "gone.sql")
    with pytest.raises(InputError, match="is a directory; name one dump file in it"):
        read_schema(tmp_path)
    with pytest.raises(InputError, match="cannot be opened"):
        read_schema("a\0b.sql")
    with pytest.raises(InputError, match="cannot be opened"):
        read_schema("n" * 10_000 + ".sql")


# --- dumps that declare nothing ----------------------------------------------------------------

NO_DDL = {
    "much white space": b" \n" * 500_000,
    "inserts": b"INSERT INTO a VALUES (1, 'it''s; x');\n" * 2_000,
    "comments": b"-- nothing\n/* nor here */\n" * 500,
    "semicolons": b";" * 100_000,
    "one letter": b"x",
    "prose": b"Dear all, please find the dump attached. It's late; sorry!\n" * 50,
    "json": b'{"a": [1, 2, 3], "b": "c;d"}\n' * 50,
    "html": b"<html><body><script>alert(1)</script>404</body></html>",
}


@pytest.mark.parametrize("dump", NO_DDL.values(), ids=NO_DDL)
def test_a_dump_without_ddl_is_accounted_for(dump: bytes) -> None:
    shown = check_twice(dump)
    assert shown.schema.tables == ()
    assert all(statement.status == "skipped" for statement in shown.schema.statements)
    assert shown.analysis.complexity.score == 0
    for text in (shown.text, shown.page, shown.markdown):
        assert "No table is declared in this dump" in text
    assert "nothing to assess" in shown.text


# --- encodings ---------------------------------------------------------------------------------

UMLAUTS = "CREATE TABLE straße (id int NOT NULL PRIMARY KEY, größe int);\n"
ENCODED = {
    "latin-1": (UMLAUTS.encode("latin-1"), "cp1252"),
    "utf-8": (UMLAUTS.encode(), "utf-8"),
    "utf-8 with a mark": (UMLAUTS.encode("utf-8-sig"), "utf-8-sig"),
    **{
        f"{name}{words}": ((mark + UMLAUTS).encode(name) + tail, name)
        for name in ("utf-16-le", "utf-16-be")
        for mark, tail, words in (
            ("", b"", ""), ("\ufeff", b"", " with a mark"), ("\ufeff", b"\0", " and an odd byte")
        )
    },
}  # fmt: skip


@pytest.mark.parametrize(("dump", "encoding"), ENCODED.values(), ids=ENCODED)
def test_encodings_are_told_apart(dump: bytes, encoding: str) -> None:
    shown = analyze(dump)
    assert shown.schema.encoding == encoding
    assert names(shown.schema) == ["straße"]
    assert [column.name for column in shown.schema.tables[0].columns] == ["id", "größe"]
    assert "größe" in shown.page
    check_account(shown.schema)


def test_a_statement_in_another_encoding_costs_no_other() -> None:
    dump = "CREATE TABLE café (id int);\n".encode() + UMLAUTS.encode("latin-1") + MORE
    assert names(check_twice(dump).schema) == ["café", "straße", "d", "e"]


def test_binary_values_do_not_make_a_dump_binary() -> None:
    blob = NOISE.translate(None, b"\0\n\r\\'\"\x1a") * 12
    shown = check_twice(b"INSERT INTO a VALUES (1,'" + blob + b"');\n" + GOOD, "mysql")
    assert names(shown.schema) == ["a", "b"]


def test_half_a_surrogate_pair_is_shown_as_a_sign() -> None:
    mark = "\ufeffCREATE TABLE t (id int, x".encode("utf-16-le")
    shown = analyze(mark + b"\x00\xd8" + " int);".encode("utf-16-le"))
    assert len(shown.schema.tables[0].columns) == 2
    check_shown(shown)
    assert names(check_twice(b"CREATE TABLE \xed\xa0\x80x (id int);").schema)


# --- what is cut off or out of balance ---------------------------------------------------------


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_dump_cut_anywhere_keeps_what_came_before(dialect: str) -> None:
    body = b"CREATE TABLE f (id int NOT NULL, t varchar(9) DEFAULT 'it''s', note varchar(9));\n"
    view = b"CREATE VIEW v AS SELECT id FROM a WHERE name = 'x';\n"
    dump = GOOD + body + view + b"INSERT INTO f VALUES (1, 'a;b', NULL), (2, 'c', 'd');\n" + MORE
    whole = {table.name: table for table in read_schema(dump, dialect).tables}
    assert list(whole) == ["a", "b", "f", "d", "e"]
    for cut in range(1, len(dump), 23):
        schema = check(dump[:cut], dialect).schema
        done = re.findall(rb"CREATE TABLE (\w) .*\);\n", dump[:cut])
        for name in (found.decode() for found in done):
            table = schema.table(name)
            assert table is not None
            assert table.columns == whole[name].columns
            assert table.primary_key == whole[name].primary_key


def test_a_table_that_is_cut_off_is_told_with_its_line() -> None:
    shown = check_twice(GOOD + b"CREATE TABLE c (x int, y varchar(9) DEFAULT 'oo")
    assert names(shown.schema) == ["a", "b", "c"]
    assert failed(shown.schema) == [(3, "cut off before its closing parenthesis; 2 columns kept")]
    assert "cut off before its closing parenthesis" in shown.page


UNBALANCED = {
    "quote": "CREATE TABLE c (x varchar(9) DEFAULT 'oops);",
    "double quote": 'CREATE TABLE "c (x int);',
    "backtick": "CREATE TABLE `c (x int);",
    "bracket": "CREATE TABLE [c (x int);",
    "comment": "CREATE TABLE c (x int /* never closed );",
    "nested comment": "/* a /* b */ c */ CREATE TABLE c (x int);",
    "dollar quote": "CREATE FUNCTION f() RETURNS int AS $$ BEGIN RETURN 1; END;",
    "END": "CREATE PROCEDURE p() BEGIN SELECT 1; END; END; END;",
    "open parenthesis": "CREATE TABLE c (x int, (((y int;",
    "closed parenthesis": "CREATE TABLE c (x int)))));",
    "escape string": "CREATE TABLE c (x text DEFAULT E'\\');",
    "alternative quote": "CREATE TABLE c (x varchar2(9) DEFAULT q'[oops');",
}


@pytest.mark.parametrize("sql", UNBALANCED.values(), ids=UNBALANCED)
def test_what_is_out_of_balance_costs_only_itself(sql: str) -> None:
    kept = names(check_twice(GOOD + sql.encode() + b"\n" + MORE).schema)
    assert {"a", "b", "d", "e"} <= set(kept)
    check(sql.encode())


OPEN = {
    "BEGIN": "CREATE PROCEDURE p() BEGIN IF 1 THEN BEGIN SELECT 1;",
    "DELIMITER": "DELIMITER $$\nCREATE PROCEDURE p() BEGIN SELECT 1; END;",
    "COPY": "COPY a (id) FROM stdin;\n1\n2",
    "routine": "CREATE FUNCTION f() RETURNS int AS $$ END END LOOP ELSE WHEN $$ LANGUAGE plpgsql;",
}


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("sql", OPEN.values(), ids=OPEN)
def test_code_and_data_without_end_are_accounted_for(sql: str, dialect: str) -> None:
    schema = check(GOOD + sql.encode() + b"\n" + MORE, dialect).schema
    assert names(schema)[:2] == ["a", "b"]


# --- odd objects -------------------------------------------------------------------------------


def test_cyclic_and_self_referring_keys() -> None:
    ring = "".join(
        f"CREATE TABLE t{i} (id int PRIMARY KEY, n int REFERENCES t{(i + 1) % 50} (id));\n"
        for i in range(50)
    )
    found = check_twice(ring.encode()).analysis.relationships
    assert [len(cycle) for cycle in found.cycles] == [50]
    assert len(found.relationships) == 50
    alone = b"CREATE TABLE t (id int PRIMARY KEY REFERENCES t (id), p int REFERENCES t);"
    assert check_twice(alone).analysis.relationships.self_references == ("t.id", "t.p")


def test_keys_to_what_is_missing_are_dangling() -> None:
    shown = check_twice(
        b"CREATE TABLE t (id int PRIMARY KEY, p int REFERENCES gone (x), q int REFERENCES gone,"
        b" FOREIGN KEY (nope, nor) REFERENCES t (nix, id), PRIMARY KEY (none));\n"
        b"CREATE INDEX i ON gone (x);\nALTER TABLE gone ADD x int;\nCREATE INDEX j ON t (nope);"
    )
    assert shown.analysis.relationships.dangling == ("t(p) -> gone", "t(q) -> gone")
    assert failed(shown.schema) == [
        (2, "table gone is not defined before this statement"),
        (3, "table gone is not defined before this statement"),
    ]


def test_duplicates_keep_the_first_and_say_so() -> None:
    shown = check_twice(GOOD + b"CREATE TABLE A (x int);\n" + GOOD, "postgresql")
    assert names(shown.schema) == ["a", "b"]
    told = [s.reason for s in shown.schema.statements if s.reason and "duplicate" in s.reason]
    assert told == [f"duplicate of {name} in line {line}" for name, line in
                    (("A", 1), ("a", 1), ("b", 2))]  # fmt: skip
    check_twice(b"CREATE TABLE t (a int, a text, A int, PRIMARY KEY (a, a), UNIQUE (a, A));")


def test_statements_without_substance_fail_alone() -> None:
    odd = b"CREATE TABLE t ();CREATE TABLE u;CREATE TABLE (a int);CREATE TABLE;CREATE VIEW;\n"
    shown = check_twice(odd + GOOD)
    assert names(shown.schema) == ["t", "u", "a", "b"]
    assert [reason[:19] for _, reason in failed(shown.schema)] == ["a name was expected"] * 3


@pytest.mark.parametrize("name", ["n" * 10_000, "a_" * 5_000, "aB" * 5_000])
def test_names_of_ten_thousand_characters(name: str) -> None:
    sql = f"""CREATE TABLE "{name}" (id int PRIMARY KEY, "{name}" int CHECK ("{name}" > 0));
        CREATE TABLE z ("{name}_id" int REFERENCES "{name}" (id), "{name}" int);
        CREATE VIEW v AS SELECT "{name}" FROM "{name}";
        CREATE FUNCTION f() RETURNS int AS $$ begin update "{name}" set id = 1; end $$;"""
    shown = check(sql.encode(), "postgresql")
    assert names(shown.schema) == [name, "z"]
    assert name not in shown.page + shown.markdown
    check(b"".join(b"CREATE TABLE t%d%s (id int);" % (i, name.encode()) for i in range(5)), "mysql")


def test_a_thousand_columns_a_table() -> None:
    columns = ", ".join(f"c{i} varchar({i})" for i in range(1, 1_000))
    dump = "".join(f"CREATE TABLE t{i} (id int PRIMARY KEY, {columns});\n" for i in range(5))
    shown = check(dump.encode())
    assert [len(table.columns) for table in shown.schema.tables] == [1_000] * 5
    assert len(shown.analysis.types.columns) == 5_000


def test_sql_in_names_stays_a_name() -> None:
    shown = check_twice(
        b'CREATE TABLE "x""; DROP TABLE y; --" ("a\'; DROP TABLE y; --" int PRIMARY KEY);\n'
        b'CREATE TABLE y (id int PRIMARY KEY);\nCREATE TABLE "\'; DELETE FROM y; --" (id int);',
        "postgresql",
    )
    assert names(shown.schema) == ['x"; DROP TABLE y; --', "y", "'; DELETE FROM y; --"]
    mysql = check_twice(
        b"CREATE TABLE `x``; DROP TABLE y;--` (id int);CREATE TABLE y (i int)", "mysql"
    )
    assert names(mysql.schema) == ["x`; DROP TABLE y;--", "y"]


HTML = "</script><script>alert(1)</script><img src=x onerror=alert(1)>{{1234*1001}}{% raw %}<!--"


def test_html_and_templates_are_only_text() -> None:
    shown = check_twice(
        f"""CREATE TABLE "{HTML}" (id int PRIMARY KEY, "{HTML}" varchar(9) DEFAULT '{HTML}'
          CHECK ("{HTML}" <> '{HTML}'), gone int REFERENCES "{HTML}x" (id));
        COMMENT ON TABLE "{HTML}" IS '{HTML}'; COMMENT ON COLUMN "{HTML}".id IS '{HTML}';
        CREATE TABLE b (id int, x int REFERENCES "{HTML}" (id)); CREATE SEQUENCE "s{HTML}";
        CREATE VIEW "v{HTML}" AS SELECT '{HTML}' FROM "{HTML}" WHERE "{HTML}" = '{HTML}';
        CREATE TYPE "e{HTML}" AS ENUM ('{HTML}'); CREATE DOMAIN "d{HTML}" AS "{HTML}";
        CREATE FUNCTION "f{HTML}"() RETURNS trigger AS $$ BEGIN UPDATE "{HTML}" SET id = 1;
          RAISE EXCEPTION '{HTML}'; END $$ LANGUAGE plpgsql;
        CREATE TRIGGER "t{HTML}" BEFORE INSERT ON "{HTML}" FOR EACH ROW
          EXECUTE FUNCTION "f{HTML}"();
        ALTER TABLE "gone{HTML}" ADD x int; "{HTML}" {HTML}; <script>alert(1)</script>;""".encode(),
        "postgresql",
    )  # fmt: skip
    assert shown.schema.tables[0].comment == HTML
    assert "alert(1)" in shown.page
    for live in ("<script>alert", "<img", "onerror=alert(1)>", "<!--", "1235234"):
        assert shown.page.count(live) == PLAIN.page.count(live)
    assert not re.search(r"(?<!\\)<(script|img|!--)", shown.markdown)


ODD_NAMES = {
    "controls": "a\x01\x1b[31m\x07\x0b\x7f",
    "line ends": "a\r\n\u2028\u0085b",
    "direction": "a\u202egnp.exe\u2066\u200f",
    "right to left": "العربية",
    "zero": "a\0b",
    "zero width": "a\u200bb\ufeffc",
    "emoji": "\U0001f468\u200d\U0001f469\U0001f4a9",
    "beyond": "\U0010ffff\ue000\uffff",
    "markdown": "[a](http://x) | ![b](c) `d` **e** # f",
    "percent": "%s %(x)s {0} {x} \\1 \\g<1> \\",
    "spaces": "  a  b  ",
}


@pytest.mark.parametrize("name", ODD_NAMES.values(), ids=ODD_NAMES)
def test_odd_signs_in_names_change_nothing_else(name: str) -> None:
    sql = f"""CREATE TABLE "{name}" ("{name}" int NOT NULL PRIMARY KEY,
        x varchar(9) DEFAULT '{name}'
        CHECK (x <> '{name}'));
        CREATE TABLE z (id int NOT NULL PRIMARY KEY, y int REFERENCES "{name}" ("{name}"));
        COMMENT ON TABLE z IS '{name}'; CREATE VIEW "v{name}" AS SELECT * FROM "{name}";"""
    # Zeros are a sign of binary only where there are many.
    shown = check_twice(sql.encode() + b"-- " + b"x" * 20_000, "postgresql")
    assert names(shown.schema)[:2] == [name, "z"]
    assert shown.schema.table("z").comment == name  # type: ignore[union-attr]
    assert shown.schema.tables[1].foreign_keys[0].referred_columns == (name,)
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", shown.text)


def test_reserved_words_as_names() -> None:
    words = "select from table primary check constraint references unique foreign key default order"
    columns = ", ".join(f'"{word}" int' for word in words.split())
    dump = "".join(f'CREATE TABLE "{word}" ({columns});\n' for word in words.split())
    shown = check_twice(dump.encode(), "postgresql")
    assert names(shown.schema) == words.split()
    for table in shown.schema.tables:
        assert [column.name for column in table.columns] == words.split()
        assert not table.foreign_keys + table.checks + table.unique_constraints


def test_views_and_code_in_circles_or_on_nothing() -> None:
    shown = check_twice(
        b"""CREATE VIEW v AS SELECT x FROM gone g JOIN nowhere n ON g.a = n.b WHERE g.s = 'x';
        CREATE VIEW r AS WITH RECURSIVE c AS (SELECT 1 UNION ALL SELECT * FROM c) SELECT * FROM c;
        CREATE VIEW a1 AS SELECT * FROM b1; CREATE VIEW b1 AS SELECT * FROM a1; CREATE VIEW z AS;
        CREATE FUNCTION f() RETURNS int AS $$ begin perform g(); end $$ LANGUAGE plpgsql;
        CREATE FUNCTION g() RETURNS int AS $$ begin perform f(); perform g(); end $$;
        CREATE TABLE i1 (x int) INHERITS (i2); CREATE TABLE i2 (y int) INHERITS (i1);
        CREATE TABLE l (LIKE l INCLUDING ALL); CREATE TABLE p PARTITION OF p FOR VALUES IN (1);
        CREATE DOMAIN d1 AS d2; CREATE DOMAIN d2 AS d1; CREATE TYPE tt AS (a tt);
        CREATE TABLE u (a d1, b tt); CREATE SYNONYM s1 FOR s2; CREATE SYNONYM s2 FOR s1;
        ALTER TABLE i1 INHERIT i1; ALTER TABLE u RENAME TO u;""",
        "postgresql",
    )
    assert {"v", "r", "a1", "b1"} <= {view.name for view in shown.schema.views}
    assert [routine.name for routine in shown.schema.routines] == ["f", "g"]


# --- size --------------------------------------------------------------------------------------


def repeat(sql: str, count: int) -> bytes:
    return sql.encode() * count


HUGE: dict[str, tuple[Callable[[], bytes], list[str]]] = {
    "10 MB INSERT": (
        lambda: GOOD + b"INSERT INTO b VALUES " + repeat("(1, 'it''s; x'),", 700_000) + b"(1, 2);",
        ["a", "b"],
    ),
    "10 MB comment": (
        lambda: b"CREATE TABLE t (i int /* " + repeat("x y'z, ", 1_400_000) + b"*/);",
        ["t"],
    ),
    "3 MB text": (
        lambda: b"CREATE TABLE t (i int COMMENT '" + repeat("x y_z, ", 400_000) + b"');",
        ["t"],
    ),
    "10 MB word": (lambda: repeat("x", 10_000_000), []),
    "open INSERT": (
        lambda: GOOD + b"INSERT INTO a VALUES (1,'" + repeat("x, (1,2), ", 500_000),
        ["a", "b"],
    ),
    "parentheses": (
        lambda: (
            b"CREATE TABLE t (i int CHECK "
            + repeat("(", 100_000)
            + b"i > 0"
            + repeat(")", 100_000)
            + b", j int DEFAULT "
            + repeat("(", 100_000)
            + b"1"
            + repeat(")", 100_000)
            + b");"
        ),
        ["t"],
    ),
    "open parentheses": (
        lambda: GOOD + b"CREATE TABLE t (i int, " + repeat("(", 100_000),
        ["a", "b", "t"],
    ),
    "nested conditions": (
        lambda: (
            b"CREATE TABLE t (i int, CHECK ("
            + repeat("NOT (i > 0 AND ", 20_000)
            + b"i > 0"
            + repeat(")", 20_000)
            + b"));"
        ),
        ["t"],
    ),
    "nested types": (
        lambda: (
            b"CREATE TABLE t (i "
            + repeat("ARRAY<", 50_000)
            + b"int"
            + repeat(">", 50_000)
            + b", j int);"
        ),
        ["t"],
    ),
    "nested queries": (
        lambda: (
            GOOD
            + b"CREATE VIEW v AS SELECT * FROM "
            + repeat("(SELECT * FROM ", 10_000)
            + b"a"
            + repeat(") x", 10_000)
        ),
        ["a", "b"],
    ),
    "long IN list": (
        lambda: (
            b"CREATE TABLE t (s varchar(9) CHECK (s IN ("
            + b",".join(b"'v%d'" % i for i in range(100_000))
            + b")));"
        ),
        ["t"],
    ),
    "long AND list": (
        lambda: (
            b"CREATE TABLE t (s int, CHECK ("
            + b" AND ".join(b"s <> %d" % i for i in range(50_000))
            + b"));"
        ),
        ["t"],
    ),
    "spaces": (
        lambda: b"CREATE TABLE t (s int, CHECK (s >" + repeat(" ", 2_000_000) + b" 0));",
        ["t"],
    ),
    "signs": (
        lambda: b"CREATE TABLE t (s int, CHECK (s = '" + repeat("''", 500_000) + b"'));",
        ["t"],
    ),
    "backslashes": (
        lambda: b"CREATE TABLE t (s text DEFAULT '" + repeat("\\", 1_000_001) + b"');",
        ["t"],
    ),
    "quotes": (lambda: repeat("'", 1_000_001), []),
    "dollars": (lambda: b"".join(b"$a%d$" % i for i in range(50_000)), []),
    "comment starts": (lambda: repeat("/*", 500_000), []),
    "broken statements": (lambda: repeat("CREATE TABLE (((;\n", 5_000) + GOOD, ["a", "b"]),
    "unclosed blocks": (
        lambda: GOOD + b"CREATE PROCEDURE p() " + repeat("BEGIN ", 50_000),
        ["a", "b"],
    ),
}


@pytest.mark.parametrize(("make", "tables"), HUGE.values(), ids=HUGE)
def test_huge_statements_are_read_in_bounded_time(
    make: Callable[[], bytes], tables: list[str]
) -> None:
    assert names(check(make()).schema) == tables


BODIES = {
    "postgresql": ("CREATE FUNCTION f() RETURNS int AS $$ BEGIN\n", "END $$ LANGUAGE plpgsql;\n"),
    "mysql": ("DELIMITER //\nCREATE PROCEDURE f() BEGIN\n", "END//\nDELIMITER ;\n"),
    "oracle": ("CREATE OR REPLACE PROCEDURE f IS BEGIN\n", "END;\n/\n"),
    "informix": ("create procedure f() returning int;\ndefine v int;\n", "end procedure;\n"),
}


@pytest.mark.parametrize("dialect", BODIES)
def test_a_huge_routine_is_read_in_bounded_time(dialect: str) -> None:
    lines = 40_000 if dialect == "postgresql" else 500
    line = (
        "UPDATE a SET name = 'x' WHERE id IN (SELECT a_id FROM b); IF v > 3 THEN CALL q(); END IF;"
    )
    begin, end = BODIES[dialect]
    shown = check(GOOD + (begin + (line.ljust(125) + "\n") * lines + end).encode() + MORE, dialect)
    assert names(shown.schema) == ["a", "b", "d", "e"]
    (profile,) = shown.analysis.rules.profiles
    assert profile.writes == ("a",)
    # Of more than a million characters only the beginning is measured.
    assert profile.branches in ((lines + 1,) if lines == 500 else range(7_500, lines + 2))
