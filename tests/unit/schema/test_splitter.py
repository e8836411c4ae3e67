"""Where statements begin and end, dialect by dialect."""

from __future__ import annotations

import pytest

from stageline.schema import lexical
from stageline.schema.lexical import Lexis
from stageline.schema.piece import Piece
from stageline.schema.source import open_source
from stageline.schema.splitter import split


def cut(text: str, lexis: Lexis) -> list[Piece]:
    return list(split(open_source(text.encode()), lexis))


def statements(text: str, lexis: Lexis) -> list[str]:
    """The statements with single spaces; commands of clients in angle brackets."""
    shown = {"client": "<{}>", "sql": "{}", "data": "{}"}
    return [
        shown[p.kind].format(" ".join(p.text.split()))
        for p in cut(text, lexis)
        if p.kind != "blank"
    ]


CASES: list[tuple[str, Lexis, str, list[str]]] = [
    (
        "semicolons in strings, names and comments",
        lexical.GENERIC,
        "SELECT ';' /* ; */ , \"a;b\" -- ;\n;SELECT 2",
        ["SELECT ';' /* ; */ , \"a;b\" -- ;", "SELECT 2"],
    ),
    (
        "MySQL: delimiter, conditional comments, backslashes, dashes without space",
        lexical.MYSQL,
        "/*!40101 SET NAMES utf8 */;\nSELECT 'it\\'s;', 1--1; # it's\nDELIMITER //\n"
        "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN SET @x=1; END//\n"
        "DELIMITER ;\nSET x=1;",
        [
            "/*!40101 SET NAMES utf8 */",
            "SELECT 'it\\'s;', 1--1",
            "<DELIMITER //>",
            "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN SET @x=1; END",
            "<DELIMITER ;>",
            "SET x=1",
        ],
    ),
    (
        "MySQL: a routine without DELIMITER",
        lexical.MYSQL,
        "CREATE DEFINER=`r`@`%` PROCEDURE p() BEGIN IF a THEN SELECT 1; END IF; "
        "CASE x WHEN 1 THEN SELECT 2; END CASE; END; SELECT 3;",
        [
            "CREATE DEFINER=`r`@`%` PROCEDURE p() BEGIN IF a THEN SELECT 1; END IF; "
            "CASE x WHEN 1 THEN SELECT 2; END CASE; END",
            "SELECT 3",
        ],
    ),
    (
        "mysqldump: a trigger in conditional comments",
        lexical.MYSQL,
        "DELIMITER ;;\n/*!50003 CREATE*/ /*!50017 DEFINER=`r`@`%`*/ /*!50003 TRIGGER t "
        "AFTER INSERT ON a FOR EACH ROW BEGIN SELECT ';;'; END */;;\nDELIMITER ;\n",
        [
            "<DELIMITER ;;>",
            "/*!50003 CREATE*/ /*!50017 DEFINER=`r`@`%`*/ /*!50003 TRIGGER t AFTER INSERT "
            "ON a FOR EACH ROW BEGIN SELECT ';;'; END */",
            "<DELIMITER ;>",
        ],
    ),
    (
        "mariadb-dump: the sandbox comment is a command",
        lexical.MYSQL,
        "/*M!999999\\- enable the sandbox mode */ \n-- MariaDB dump\nSELECT 1;",
        ["</*M!999999\\- enable the sandbox mode */>", "SELECT 1"],
    ),
    (
        "PostgreSQL: dollar quotes, nested comments, E strings, psql commands",
        lexical.POSTGRESQL,
        "\\connect x\nCREATE FUNCTION f() AS $_$ SELECT ';'; $$;$$ $_$ LANGUAGE sql;\n"
        "/* a /* ; */ b; */ SELECT E'\\';', '\\';\nSELECT $1;",
        [
            "<\\connect x>",
            "CREATE FUNCTION f() AS $_$ SELECT ';'; $$;$$ $_$ LANGUAGE sql",
            "SELECT E'\\';', '\\'",
            "SELECT $1",
        ],
    ),
    (
        "PostgreSQL: SQL bodies and rules",
        lexical.POSTGRESQL,
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN a THEN 1 END; "
        "SELECT 2; END;\n"
        "CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2);\nBEGIN; COMMIT;",
        [
            "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN a THEN 1 END; "
            "SELECT 2; END",
            "CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2)",
            "BEGIN",
            "COMMIT",
        ],
    ),
    (
        "Oracle: blocks up to a slash, commands of SQL*Plus, q quotes",
        lexical.ORACLE,
        "prompt it's\nCREATE OR REPLACE PACKAGE BODY k IS\nPROCEDURE p IS BEGIN NULL; END;\n"
        "PROCEDURE q IS x INT; BEGIN NULL; END q;\nEND k;\n/\nSELECT q'[it's; ok]' FROM dual;\n"
        "SET DEFINE OFF\nBEGIN NULL; END;\n/\n",
        [
            "<prompt it's>",
            "CREATE OR REPLACE PACKAGE BODY k IS PROCEDURE p IS BEGIN NULL; END; "
            "PROCEDURE q IS x INT; BEGIN NULL; END q; END k;",
            "</>",
            "SELECT q'[it's; ok]' FROM dual",
            "<SET DEFINE OFF>",
            "BEGIN NULL; END;",
            "</>",
        ],
    ),
    (
        "Oracle: a missing slash",
        lexical.ORACLE,
        "CREATE TRIGGER t BEFORE INSERT ON a BEGIN x := 1; END;\nCREATE TABLE b (i INT);\n",
        ["CREATE TRIGGER t BEFORE INSERT ON a BEGIN x := 1; END;", "CREATE TABLE b (i INT)"],
    ),
    (
        "SQL Server: batches, no semicolons, existence checks, modules up to GO",
        lexical.MSSQL,
        "SET NOCOUNT ON\nUSE [a;b]\nIF NOT EXISTS (SELECT 1)\nBEGIN\nCREATE TABLE [t] (\n"
        "[a] [int],\n[set] int)\nEND\nGO\nCREATE PROC p AS\nCREATE TABLE #x (i int)\n"
        "INSERT INTO #x SELECT 1; SELECT 2\nGO 3\nALTER TABLE t\nADD c int\n",
        [
            "SET NOCOUNT ON",
            "USE [a;b]",
            "IF NOT EXISTS (SELECT 1)",
            "BEGIN",
            "CREATE TABLE [t] ( [a] [int], [set] int)",
            "END",
            "<GO>",
            "CREATE PROC p AS CREATE TABLE #x (i int) INSERT INTO #x SELECT 1; SELECT 2",
            "<GO 3>",
            "ALTER TABLE t ADD c int",
        ],
    ),
    (
        "SQLite: triggers and commands of the shell",
        lexical.SQLITE,
        ".mode list\nCREATE TRIGGER t AFTER UPDATE ON a BEGIN UPDATE b SET c = CASE "
        "WHEN 1 THEN 2 END; DELETE FROM d; END;\nCREATE TABLE [x;y] (a);",
        [
            "<.mode list>",
            "CREATE TRIGGER t AFTER UPDATE ON a BEGIN UPDATE b SET c = CASE WHEN 1 THEN 2 END; "
            "DELETE FROM d; END",
            "CREATE TABLE [x;y] (a)",
        ],
    ),
    (
        "Informix: procedures, brace comments, names with owners",
        lexical.INFORMIX,
        '{ it\'s; }\ncreate procedure "i".p() returning int;\n define x int;\n'
        " if a then return 1; end if;\n"
        "end procedure\n document 'x;';\ncreate table \"i\".t (a int);",
        [
            'create procedure "i".p() returning int; define x int; if a then return 1; end if; '
            "end procedure document 'x;'",
            'create table "i".t (a int)',
        ],
    ),
    (
        "Db2: terminators at the end of lines, set or not, and blocks",
        lexical.DB2,
        "CREATE TABLE a (i INT)@\nCREATE TRIGGER t BEGIN ATOMIC SET x = 1; SET y = 2; END@\n"
        "--#SET TERMINATOR !\nSELECT ';@'!\n--#SET TERMINATOR ;\nSELECT 2;",
        [
            "CREATE TABLE a (i INT)",
            "CREATE TRIGGER t BEGIN ATOMIC SET x = 1; SET y = 2; END",
            "<--#SET TERMINATOR !>",
            "SELECT ';@'",
            "<--#SET TERMINATOR ;>",
            "SELECT 2",
        ],
    ),
    (
        "Firebird: SET TERM",
        lexical.FIREBIRD,
        "SET TERM ^ ;\nCREATE PROCEDURE p AS DECLARE x INT; BEGIN x = 1; END^\n"
        "SET TERM ;^\nCOMMIT;",
        [
            "<SET TERM ^ ;>",
            "CREATE PROCEDURE p AS DECLARE x INT; BEGIN x = 1; END",
            "<SET TERM ;^>",
            "COMMIT",
        ],
    ),
    (
        "Snowflake: bodies in dollars, slash comments",
        lexical.SNOWFLAKE,
        "CREATE PROCEDURE p() AS $$ var a = 'x'; $$; // it's\nSELECT 'a\\';';",
        ["CREATE PROCEDURE p() AS $$ var a = 'x'; $$", "SELECT 'a\\';'"],
    ),
    (
        "BigQuery: triple quotes",
        lexical.BIGQUERY,
        'SELECT """it\'s; "x" """, \'a\\\';\', `p.d;t`;\n'
        "CREATE PROCEDURE d.p() BEGIN SELECT 1; END;",
        [
            'SELECT """it\'s; "x" """, \'a\\\';\', `p.d;t`',
            "CREATE PROCEDURE d.p() BEGIN SELECT 1; END",
        ],
    ),
    (
        "templates",
        lexical.GENERIC,
        "CREATE TABLE @cdmDatabaseSchema.person (id INT);\nCREATE TABLE {s}.b (id INT);",
        ["CREATE TABLE @cdmDatabaseSchema.person (id INT)", "CREATE TABLE {s}.b (id INT)"],
    ),
]


@pytest.mark.parametrize(
    ("lexis", "text", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_statements_are_cut(lexis: Lexis, text: str, expected: list[str]) -> None:
    found = [one.removesuffix(";") for one in statements(text, lexis)]
    assert found == [one.removesuffix(";") for one in expected]


def test_copy_rows_belong_to_their_command() -> None:
    text = "COPY t (a, b) FROM stdin;\n1\tit's;\n2\t\\.x\n\\.\n\nSELECT 1;\n"
    copy, select, _ = cut(text, lexical.POSTGRESQL)
    assert (copy.kind, copy.text) == ("data", "COPY t (a, b) FROM stdin;\n1\tit's;\n2\t\\.x")
    assert (copy.line, select.line, select.text) == (1, 6, "SELECT 1")


def test_copy_without_rows_does_not_swallow_the_rest() -> None:
    assert len(statements("COPY t FROM stdin;\n\\.\nSELECT 1;", lexical.POSTGRESQL)) == 2
    assert len(statements("COPY t FROM stdin;\n\nCREATE TABLE a (i INT);", lexical.POSTGRESQL)) == 2


ROWS = "".join(f"{n}\tCREATE TABLE {n}\n" for n in range(100_000))


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("COPY t (a, b) FROM stdin;\n1\tx\n\nCREATE TABLE d (i int);\n", "CREATE TABLE d (i int)"),
        ("COPY t (a) FROM stdin;\n1\nCREATE TABLE d (i int);\n", "CREATE TABLE d (i int)"),
        (
            f"COPY t (a, b) FROM stdin;\n{ROWS}ALTER TABLE t ADD c int;\n{ROWS}",
            "ALTER TABLE t ADD c",
        ),
        ("COPY t (a, b) FROM stdin;\n1\tx\nCOPY u (a) FROM stdin;\n2\n\\.\n", "COPY u (a)"),
        ("COPY t (a, b) FROM stdin;\n1\tx\n2\t", ""),
    ],
)
def test_copy_rows_without_end_are_told_and_do_not_swallow_the_rest(text: str, rest: str) -> None:
    copy, *others = (piece for piece in cut(text, lexical.POSTGRESQL) if piece.kind != "blank")
    assert "the line \\. is missing" in copy.fault
    assert [piece.text[: len(rest)] for piece in others[:1]] == ([rest] if rest else [])


@pytest.mark.parametrize("columns", ["", " (a)", " (a, b)"])
def test_copy_rows_may_look_like_statements(columns: str) -> None:
    tail = "\tx" if columns == " (a, b)" else ""
    text = f"COPY t{columns} FROM stdin;\n1{tail}\nCREATE TABLE x (i int);{tail}\n\\.\nSELECT 1;"
    copy, select = cut(text, lexical.POSTGRESQL)
    assert (copy.fault, copy.terminated, select.text) == ("", True, "SELECT 1")


def test_inserts_into_one_table_are_one_piece() -> None:
    text = "INSERT INTO a VALUES (1,'x;');\nINSERT INTO a VALUES (2,'it''s');\n"
    text += "INSERT INTO b VALUES (3);"
    first, second = cut(text, lexical.GENERIC)
    assert (first.kind, first.count, second.count) == ("data", 2, 1)
    assert first.text == "INSERT INTO a VALUES (1,'x;');\nINSERT INTO a VALUES (2,'it''s')"


@pytest.mark.parametrize("end", ["", ";", " ;"])
def test_inserts_without_semicolons_end_at_other_statements(end: str) -> None:
    rows = "".join(f"insert t values ({n}, 'it''s\n; {n}'){end}\n" for n in range(3000))
    text = f"{rows}raiserror('x', 0, 1)\nCREATE TABLE a (i int)\nGO\n" * 2
    found = [(p.kind, p.count) for p in cut(text, lexical.MSSQL)]
    assert found == [("data", 3000), ("sql", 1), ("sql", 1), ("client", 1)] * 2 + [("blank", 1)]


def test_the_text_of_data_is_bounded() -> None:
    rows = ",\n".join(f"({n},'é')" for n in range(200_000))
    insert, table, _ = cut(
        f"INSERT INTO a VALUES {rows};\nCREATE TABLE b (i INT);\n", lexical.MYSQL
    )
    assert len(insert.text.encode()) <= 1 << 18
    assert insert.text.startswith("INSERT INTO a VALUES (0,'é'),")
    assert (table.text, table.line) == ("CREATE TABLE b (i INT)", 200_001)


BROKEN = [
    "CREATE TABLE a (x TEXT DEFAULT 'oops);\nCREATE TABLE b (y TEXT DEFAULT 'z');\n",
    "CREATE TABLE a (x TEXT /* never closed);\nCREATE TABLE b (y TEXT DEFAULT 'z');\n",
    "CREATE TABLE a (x TEXT\nCREATE TABLE b (y TEXT DEFAULT 'z');\n",
    "CREATE TABLE a (\"x TEXT);\n\nCREATE TABLE b (y TEXT DEFAULT 'z');\n",
    "SELECT 'oops;\nCREATE TABLE b (y TEXT DEFAULT 'z');\n",
    "COMMENT ON TABLE a IS 'it's broken';\nCREATE TABLE b (y TEXT DEFAULT 'z');\n",
]


@pytest.mark.parametrize("text", BROKEN)
@pytest.mark.parametrize("lexis", [lexical.GENERIC, lexical.MYSQL, lexical.ORACLE, lexical.MSSQL])
def test_a_broken_statement_does_not_cost_the_next_one(text: str, lexis: Lexis) -> None:
    pieces = [piece for piece in cut(text, lexis) if piece.text]
    assert pieces[-1].text == "CREATE TABLE b (y TEXT DEFAULT 'z')"
    assert pieces[-1].terminated


def test_brackets_in_names_are_doubled() -> None:
    text = "CREATE TABLE [x]]; DROP TABLE y;--] (id int);\nSELECT 1;"
    assert [piece.text for piece in cut(text, lexical.MSSQL)] == text[:-1].split(";\n")


def test_the_mark_that_ends_files_of_dos_is_blank() -> None:
    *_, last = cut("SELECT 1;\r\n\x1a", lexical.ORACLE)
    assert last.kind == "blank"


def test_only_the_head_of_a_procedure_says_that_it_is_external() -> None:
    body = "".join(f"update t set a = {n} where b = '{'x' * 80}';\n" for n in range(100))
    text = f"create procedure p()\n{body}let a = 'external name';\nend procedure;\nselect 1;"
    assert [piece.text[-13:] for piece in cut(text, lexical.INFORMIX)] == [
        "end procedure",
        "select 1",
    ]


UNENDED = [
    (lexical.MYSQL, "", "create procedure p() begin if 1 then begin select 1;", "body"),
    (lexical.GENERIC, "", "create procedure p() begin if 1 then begin select 1;", "body"),
    (lexical.ORACLE, "", "create procedure p is begin if 1 = 1 then begin null;", "body"),
    (lexical.INFORMIX, "", "create procedure p() define v int; let v = 1;", "body"),
    (lexical.FIREBIRD, "", "create trigger t as begin if (1 = 1) then begin x = 1; end", "body"),
    (lexical.MYSQL, "DELIMITER //\n", "create trigger t begin select ';'; end;", "terminator //"),
    (lexical.FIREBIRD, "SET TERM ^ ;\n", "create trigger t as begin x = 1; end;", "terminator ^"),
    (lexical.POSTGRESQL, "", "create function f() as $a$ select 1;", "dollar quote"),
    (lexical.POSTGRESQL, "", 'create table "c (i int);', "quote"),
    (lexical.POSTGRESQL, "", "create table c (t text default E'\\');", "quote"),
    (lexical.MYSQL, "", "create table `c (i int);", "quote"),
    (lexical.ORACLE, "", "create table c (t varchar2(9) default q'[x);", "quote"),
    (lexical.SQLITE, "", "create table c (i int /* key );", "comment"),
    (lexical.MYSQL, "", "insert into c values ('it);", "quote"),
]
TABLES = ["create table d (i int)", "create table e (t text default 'x')"]


@pytest.mark.parametrize(("lexis", "before", "broken", "lacks"), UNENDED)
def test_what_never_ends_is_told_and_does_not_cost_the_rest(
    lexis: Lexis, before: str, broken: str, lacks: str
) -> None:
    text = f"create table a (i int);\n{before}{broken}\n{TABLES[0]};\n{TABLES[1]};\n"
    *_, first, second, third, _ = cut(text, lexis)
    line = 3 if before else 2
    assert (first.line, first.terminated) == (line, False)
    assert f"{lacks} is" in first.fault
    assert first.fault.endswith(f"cut off behind line {line}")
    assert [second.text, third.text] == TABLES
    assert (second.fault, third.fault) == ("", "")


@pytest.mark.parametrize(
    ("lexis", "text"),
    [
        (lexical.ORACLE, "create procedure p is begin null; end;"),
        (lexical.ORACLE, "create procedure p is begin null; end"),
        (lexical.ORACLE, "create java source named a as\nclass a { int b; }\n"),
        (lexical.INFORMIX, "create procedure p() let v = 1; end procedure"),
        (lexical.INFORMIX, "create function f(i int) returns int external name 'x' language c"),
        (lexical.MYSQL, "DELIMITER //\ncreate procedure p() begin\ninsert into a values (1);\nend"),
        (lexical.MYSQL, "create function f returns integer soname 'x'"),
        (lexical.MSSQL, "create proc p as begin select 1;\ncreate table #a (i int);"),
        (lexical.POSTGRESQL, "create function f() returns int as $$ select 1 $$ language sql"),
        (lexical.GENERIC, "create table a (i int"),
    ],
)
def test_the_last_statement_needs_no_terminator(lexis: Lexis, text: str) -> None:
    *_, last = cut(text, lexis)
    assert (last.fault, last.text[:6]) == ("", "create")


def test_a_cut_off_dump_says_so() -> None:
    *_, last = cut("SELECT 1;\nCREATE TABLE a (x INT,\n  y VAR", lexical.GENERIC)
    assert (last.text, last.terminated, last.line) == ("CREATE TABLE a (x INT,\n  y VAR", False, 2)


def test_lines_count_from_the_first_token() -> None:
    pieces = cut("-- a\n\n/* b\n*/ SELECT\n1;\n\n\nSELECT 2;", lexical.GENERIC)
    assert [(p.line, p.text) for p in pieces] == [(4, "SELECT\n1"), (8, "SELECT 2")]


@pytest.mark.parametrize("filler", ["x", "'", "(", "/*", "$a$ ", "q'a ", "[", "-", "\\'", ";"])
def test_ten_megabytes_on_one_line_are_no_trouble(filler: str) -> None:
    data = ("SELECT " + filler * (2_000_000 // len(filler))).encode()
    for lexis in (lexical.GENERIC, lexical.ORACLE, lexical.MSSQL):
        end = 0
        for piece in split(open_source(data), lexis):
            end = piece.end
        assert end == len(data)
