"""Runs of INSERTs: statement by statement or as a block, the pieces must be the same."""

from __future__ import annotations

import pytest

from stageline.schema.data_walk import walk
from stageline.schema.grammar import grammar
from stageline.schema.lexical import MSSQL, MYSQL
from stageline.schema.source import open_source
from stageline.schema.splitter import split

WORDS = b"INSERT t VALUES"


def data_counts(sql: str) -> list[int]:
    """Statements in each data piece of a SQL Server script."""
    with open_source(sql.encode()) as source:
        return [piece.count for piece in split(source, MSSQL) if piece.kind == "data"]


def test_passes_statements_while_another_of_the_kind_follows() -> None:
    text = b"INSERT t VALUES ('a;b');\nINSERT t VALUES (2);\nINSERT t VALUES (3);\nSELECT 1;"
    passed = walk(text, 0, len(text), True, WORDS, grammar(MYSQL))
    assert (passed.statements, passed.on) == (2, False)
    assert text[passed.end :].startswith(b"INSERT t VALUES (3)")


@pytest.mark.parametrize("row", ["(1)", "('a(b')", "(N'it''s', -1)", "(\n 'x',\n N'y')"])
def test_lines_end_statements_where_semicolons_need_not(row: str) -> None:
    text = (f"INSERT t VALUES {row}\n" * 5 + "GO\n").encode()
    passed = walk(text, 0, len(text), True, WORDS, grammar(MSSQL))
    assert passed.statements == 4


def test_an_open_parenthesis_keeps_a_line_in_its_statement() -> None:
    text = b"INSERT t VALUES (1,\nINSERT t VALUES (2))\nINSERT t VALUES (3)\n"
    passed = walk(text, 0, len(text), True, WORDS, grammar(MSSQL))
    assert passed.statements == 0


def test_batches_end_a_run() -> None:
    rows = "INSERT t VALUES (1, N'a')\nINSERT t VALUES (2, N'b')\n"
    assert data_counts((rows + "GO\n") * 3) == [2, 2, 2]


@pytest.mark.parametrize("rows", [3, 4000])
def test_rows_on_lines_of_their_own_are_one_statement(rows: int) -> None:
    values = ",\n".join(f"    ({number}, N'it''s; {number}')" for number in range(rows))
    statement = f"INSERT INTO [t] ([a], [b]) VALUES\n{values};\n"
    assert data_counts(statement * 3 + "GO\n") == [3]


def test_a_line_among_rows_that_starts_a_statement_ends_them() -> None:
    values = ",\n".join(f"    ({number}, N'a')" for number in range(4000))
    script = f"INSERT INTO t VALUES\n{values}\nDELETE FROM t\nINSERT INTO t VALUES\n{values}\nGO\n"
    assert data_counts(script) == [1, 1]


def test_statements_in_comments_do_not_count() -> None:
    one = "INSERT t VALUES (1) /* and\nINSERT t VALUES (2) */\n"
    assert data_counts(one * 600 + "GO\n") == [600]


def test_values_inside_quotes_or_comments_are_no_start_of_rows() -> None:
    hidden = "INSERT t (a) SELECT 'VALUES (1)\nINSERT t (a) SELECT 'VALUES (2)\n'\nGO\n"
    assert sum(data_counts(hidden)) == 1
    comment = "INSERT t -- VALUES (1)\nVALUES (1)\nGO\n"
    assert data_counts(comment * 3) == [1, 1, 1]
