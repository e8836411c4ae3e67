"""T-SQL batches of INSERTs: passed by one expression or one by one, the pieces are the same."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stageline.schema import splitter
from stageline.schema.data_batch import count_rows, find_run
from stageline.schema.grammar import Grammar, grammar
from stageline.schema.lexical import MSSQL, Lexis
from stageline.schema.piece import Piece
from stageline.schema.source import open_source

HEADS = (
    "INSERT t VALUES", "INSERT INTO t (a, [b c])\nVALUES ", "insert into u values",
    "INSERT t Values", 'INSERT "Order Details" VALUES', "INSERT INTO t\n  VALUES\n",
)  # fmt: skip
ROWS = (
    "(1)", "(1, N'it''s')", "('a\nGO\nb')", "('\nINSERT t VALUES (2)')", "(1,\n 'x', $2.5)",
    "(')')", "(0x12AF, -1)", "(1 -- one\n)", "(/* ; */ 2)", "(getdate())", "('a;b')", "('x);y')",
    "(1,\nb)", "('odd)", '("a")', "([a])", "('\nCREATE TABLE x (a int)\n')", "(1,\nINSERT\n)", "()",
    f"(0x{'0F' * 600}, 'a;b')", f"('0x{'b' * 1200}')", f"(1, 0x{'0F' * 600}--'\n, 2)",
)  # fmt: skip
ENDS = ("\n", "\n", ";\n", " ;\r\n", "\r\n", "\n\n", "\n  ", " ", "; ", "\n-- note\n")
BREAKS = ("GO\n", "\ngo\n\n", " GO 5 ;\n", "PRINT 'x'\nGO\n", "", "DELETE FROM t\n", "GO")
RUN = st.tuples(
    st.sampled_from(HEADS),
    st.lists(st.tuples(st.sampled_from(ROWS), st.sampled_from(ENDS)), min_size=1, max_size=4),
    st.sampled_from(BREAKS),
)


def _script(runs: list[tuple[str, list[tuple[str, str]], str]]) -> bytes:
    parts = ["SET NOCOUNT ON\nGO\n"]
    for head, rows, stop in runs:
        parts += [head + row + end for row, end in rows]
        parts.append(stop)
    return "".join(parts).encode()


def _pieces(text: bytes) -> list[Piece]:
    with open_source(text) as source:
        return list(splitter.split(source, MSSQL))


def _one_by_one(lexis: Lexis, terminator: str | None = None) -> Grammar:
    return replace(grammar(lexis, terminator), batch=re.compile(b"(?!)"))


@pytest.fixture(scope="module")
def slowly() -> Callable[[bytes], list[Piece]]:
    """The pieces as they are without the expression for batches."""

    def pieces(text: bytes) -> list[Piece]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(splitter, "grammar", _one_by_one)
            return _pieces(text)

    return pieces


@settings(max_examples=400, deadline=None)
@given(runs=st.lists(RUN, min_size=1, max_size=6))
def test_both_ways_give_the_same_pieces(
    runs: list[tuple[str, list[tuple[str, str]], str]], slowly: Callable[[bytes], list[Piece]]
) -> None:
    text = _script(runs) + b"\nGO\n" + b"-- " + b"x" * 5000 + b"\n"  # the batches are not the end
    assert _pieces(text) == slowly(text)


def test_a_run_is_found_whole() -> None:
    text = b"\n\nINSERT t VALUES (1, 'a\nb')\nINSERT t VALUES (0x2F, 'c')\n\nGO\n"
    run = find_run(text, 0, grammar(MSSQL))
    assert run is not None
    assert (run.statements, run.table, run.first) == (2, b"t", 2)
    assert text[run.end :] == b"\nGO\n"


def test_long_numbers_are_passed_with_the_rows_around_them() -> None:
    row = b"INSERT t VALUES ('a,0x" + b"c" * 2000 + b"', 0x" + b"0F" * 4000 + b", 1)\n"
    text = b"\n" + row * 3 + b"go\n" + row + b"go\n"
    run = find_run(text, 0, grammar(MSSQL))
    assert run is not None
    assert (run.statements, run.lines, run.first) == (3, 2, 1)
    assert text[run.end : run.stop] == b"\ngo"


def test_a_comment_behind_a_long_number_is_not_cut_with_it() -> None:
    text = b"INSERT t VALUES (0x" + b"0F" * 4000 + b"--, 1)\ngo\n"
    assert find_run(text, 0, grammar(MSSQL)) is None


def test_strings_over_lines_are_no_rows() -> None:
    rows = b"INSERT t VALUES ('a\nb')\nINSERT t VALUES ('c')"
    assert count_rows(rows, b"INSERT t VALUES") == 2


def test_words_in_a_string_start_no_row() -> None:
    text = b"INSERT t VALUES ('\nINSERT t VALUES (2)')\n"
    assert count_rows(text[:-1], b"INSERT t VALUES") == 0
