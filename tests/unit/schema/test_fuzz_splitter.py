"""Whatever the bytes: no crash, no byte lost, and the same pieces however the stream is cut."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from stageline.schema import lexical
from stageline.schema.lexical import Lexis
from stageline.schema.piece import Piece
from stageline.schema.source import Source
from stageline.schema.splitter import split

DUMPS = Path(__file__).resolve().parents[4] / "shared" / "schemas" / "dumps"
BLANKS = b"\0 \t\r\n\v\f\x1a"  # a source of nothing else is refused
LEXES = [value for value in vars(lexical).values() if isinstance(value, Lexis)]

SAMPLES = [
    "CREATE TABLE a (id INT, t VARCHAR(9) DEFAULT 'x;y'); -- it's\n"
    "INSERT INTO a VALUES (1,'b;c');\n"
    "INSERT INTO a VALUES (2,'it''s');\nINSERT INTO a VALUES (3,NULL);\nALTER TABLE a ADD b INT;\n",
    "DELIMITER $$\nCREATE PROCEDURE p() BEGIN SELECT 'a;b'; END$$\nDELIMITER ;\nSELECT 1;\n",
    "CREATE FUNCTION f() RETURNS int AS $x$ BEGIN RETURN 1; END $x$ LANGUAGE plpgsql;\n"
    "COPY t (a, b) FROM stdin;\n1\tit's\n2\t\\N\n\\.\n\\connect x\nSELECT E'a\\';b', $$;$$;\n",
    "CREATE OR REPLACE PACKAGE BODY k AS PROCEDURE p IS BEGIN NULL; END; END;\n/\nprompt it's\n"
    "SELECT q'[it's; fine]' FROM dual;\n/* open /* nested */ */ CREATE TABLE z (a INT)\n/\n",
    "CREATE TABLE [dbo].[a] ([id] [int])\nGO\nINSERT [a] VALUES (1)\nINSERT [a] VALUES (2)\nGO 5\n"
    "IF 1=1\nBEGIN\nCREATE TABLE b (c int)\nEND\nCREATE PROC p AS SELECT 1; SELECT 2\nGO\n",
    'create procedure "i".p() returning int; define x int; { it\'s } return x; end procedure;\n'
    "create table t (a serial) extent size 16 lock mode row;\n",
    "SET TERM ^ ;\nCREATE TRIGGER t AS BEGIN a = 'b^c'; END^\nSET TERM ; ^\nCOMMIT;\n",
    "--#SET TERMINATOR @\nCREATE TRIGGER t BEGIN ATOMIC SET a = 1; END@\nCREATE TABLE x (a INT)@\n",
    "SELECT '''it's; ''' , `a;b`, # c;\n\"\"\"x;\"\"\";\n/*!40101 SET a = 1 */;\n"
    "INSERT INTO t VALUES\n(1,'a\\'b'),\n(2,'c\\\\');\n"
    "CREATE TABLE broken (a TEXT DEFAULT 'oops);\nCREATE TABLE b (i INT);\n",
]


class _Cut(Source):
    """A source that hands its text out in chunks of one size."""

    def __init__(self, data: bytes, chunk: int) -> None:
        super().__init__("cut", BytesIO(data), len(data))
        self.chunk = chunk

    def chunks(self) -> Iterator[bytes]:
        data = b"".join(super().chunks())
        return iter([data[at : at + self.chunk] for at in range(0, len(data), self.chunk)])


def _pieces(data: bytes, lexis: Lexis, chunk: int = 1 << 18, block: int = 1 << 20) -> list[Piece]:
    return list(split(_Cut(data, chunk), lexis, block=block))


def _check(data: bytes, lexis: Lexis) -> list[Piece]:
    pieces = _pieces(data, lexis)
    at, line = 0, 1
    for piece in pieces:
        assert piece.start == at
        assert piece.end > piece.start
        assert line <= piece.line <= line + data.count(b"\n", at, piece.end)
        at, line = piece.end, line + data.count(b"\n", at, piece.end)
    assert at == len(data)
    return pieces


texts = st.one_of(
    st.binary(min_size=1, max_size=400),
    st.text("'\"`$;\\-/*#@{}[]()\n\r qQeEaBEGINDt0=^", min_size=1, max_size=300).map(str.encode),
    st.lists(
        st.sampled_from(
            [
                *"';\"`$/*-#(){}[]\\\n @^",
                "''",
                "$$",
                "$a$",
                "--",
                "/*",
                "*/",
                "\n/\n",
                "\nGO\n",
                "\nDELIMITER //\n",
                "//",
                "q'[",
                "CREATE TABLE t (a INT",
                "CREATE PROCEDURE p",
                " BEGIN ",
                " END",
                " CASE ",
                " IF ",
                "\nINSERT INTO t VALUES (",
                "1,'a'),(",
                "COPY t FROM stdin;\n",
                "\\.\n",
                "\nSET TERM ^ ;\n",
                "CREATE TRIGGER x",
                "END PROCEDURE",
                "\nDECLARE\n",
                "E'",
                "/*!50003 ",
                "EXEC ",
            ]
        ),
        min_size=1,
        max_size=60,
    ).map(lambda parts: "".join(parts).encode()),
).map(lambda data: b" " + data.replace(b"\0", b"0"))  # what starts otherwise may be no text


@settings(max_examples=250, deadline=None)
@given(data=texts, lexis=st.sampled_from(LEXES))
def test_any_bytes_are_partitioned(data: bytes, lexis: Lexis) -> None:
    assume(data.strip(BLANKS))
    pieces = _check(data, lexis)
    assert pieces == _pieces(data, lexis)


@settings(max_examples=150, deadline=None)
@given(
    sample=st.sampled_from(SAMPLES),
    lexis=st.sampled_from(LEXES),
    cut=st.tuples(st.integers(0, 400), st.integers(0, 400)),
    flips=st.lists(st.tuples(st.integers(0, 400), st.integers(1, 255)), max_size=4),
)
def test_cut_and_flipped_samples_are_partitioned(
    sample: str, lexis: Lexis, cut: tuple[int, int], flips: list[tuple[int, int]]
) -> None:
    data = bytearray(sample.encode()[cut[0] :] + sample.encode()[: cut[1]])
    for at, value in flips:
        if data:
            data[at % len(data)] = value
    assume(data.strip(BLANKS))
    _check(b" " + bytes(data), lexis)


@settings(max_examples=60, deadline=None)
@given(
    parts=st.lists(st.sampled_from(SAMPLES), min_size=1, max_size=4), lexis=st.sampled_from(LEXES)
)
def test_pieces_do_not_depend_on_chunks(parts: list[str], lexis: Lexis) -> None:
    data = "".join(parts).encode()
    expected = _pieces(data, lexis)
    assert [_pieces(data, lexis, chunk) for chunk in (1, 7, 1 << 16)] == [expected] * 3


@pytest.mark.parametrize("lexis", [lexical.MYSQL, lexical.POSTGRESQL, lexical.GENERIC], ids=str)
def test_pieces_do_not_depend_on_the_size_of_blocks(lexis: Lexis) -> None:
    rows = [f"({n},'it''s; {n}','a\"b'),\n" for n in range(9000)]
    data = (
        "INSERT INTO t VALUES\n" + "".join(rows) + "(0,'x','y');\nCREATE TABLE u (a INT);\n"
    ).encode()
    shapes = [
        [(p.kind, p.start, p.end, p.line, p.count) for p in _pieces(data, lexis, 1 << 18, block)]
        for block in (1 << 12, 1 << 16, 1 << 20, 1 << 24)
    ]
    assert shapes == [shapes[0]] * 4
    assert [shape[0] for shape in shapes[0]] == ["data", "sql", "blank"]


_TRICKY = [
    "'",
    '"',
    "`",
    ";",
    "\n",
    "\\",
    ";\n",
    ";\nINSERT INTO t VALUES (",
    "--",
    "/*",
    "*/",
    "#",
    "$$",
    "a",
]


@settings(max_examples=40, deadline=None)
@given(
    values=st.lists(
        st.lists(st.sampled_from(_TRICKY), max_size=5).map("".join), min_size=1, max_size=12
    ),
    lexis=st.sampled_from([x for x in LEXES if not x.triple_quotes]),
    per=st.integers(1, 3),
)
def test_statements_with_tricky_strings_are_counted_exactly(
    values: list[str], lexis: Lexis, per: int
) -> None:
    def quoted(value: str) -> str:
        doubled = value.replace("\\", "\\\\") if lexis.backslash else value
        return "'" + doubled.replace("'", "''") + "'"

    rows = [f"({n},{quoted(value)},{-n},'plain')" for n, value in enumerate(values * 200)]
    groups = [rows[at : at + per] for at in range(0, len(rows), per)]
    text = "".join(f"INSERT INTO t VALUES {','.join(group)};\n" for group in groups)
    pieces = _check((text + "CREATE TABLE u (a INT);").encode(), lexis)
    assert [(p.kind, p.count, p.terminated) for p in pieces[:2]] == [
        ("data", len(groups), True),
        ("sql", 1, True),
    ]
    assert pieces[0].end == len(text.encode()) - 1


def _dumps() -> list[Path]:
    return sorted(DUMPS.glob("*/*.sql")) if DUMPS.is_dir() else []


@pytest.mark.skipif(not DUMPS.is_dir(), reason="the shared dumps are not beside this checkout")
@settings(max_examples=120, deadline=None)
@given(draw=st.data())
def test_cut_and_flipped_dumps_are_partitioned(draw: st.DataObject) -> None:
    path = draw.draw(st.sampled_from(_dumps()))
    lexis: Lexis = getattr(lexical, path.parent.name.upper())
    size = path.stat().st_size
    start = draw.draw(st.integers(0, size - 1))
    with path.open("rb") as file:
        file.seek(start)
        data = bytearray(file.read(draw.draw(st.integers(1, 30_000))))
    for at in draw.draw(st.lists(st.integers(0, len(data) - 1), max_size=5)):
        data[at] = draw.draw(st.sampled_from(b"'\"`;\\\n$/*-()x\x80"))
    assume(data.strip(BLANKS))
    _check(bytes(data), lexis)


@pytest.mark.skipif(not DUMPS.is_dir(), reason="the shared dumps are not beside this checkout")
@pytest.mark.parametrize("path", _dumps(), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_whole_dumps_are_partitioned_and_terminated(path: Path) -> None:
    pieces = _check(path.read_bytes(), getattr(lexical, path.parent.name.upper()))
    assert [piece.line for piece in pieces if not piece.terminated] == []
