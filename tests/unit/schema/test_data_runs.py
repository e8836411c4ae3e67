"""The fast paths through data against a scanner that looks at every character."""

from __future__ import annotations

import hashlib
import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stageline.schema import data_runs, lexical
from stageline.schema.data_runs import Run, judge, rows_end
from stageline.schema.digest import Digest
from stageline.schema.lexical import Lexis
from stageline.schema.source import open_source
from stageline.schema.splitter import split

LEXES = [lexical.MYSQL, lexical.SQLITE, lexical.GENERIC, lexical.SNOWFLAKE, lexical.ORACLE]
WORDS = [b"INSERT INTO t VALUES", b"INSERT INTO `t` VALUES", b'INSERT INTO "a b" VALUES']
GAPS = [b";\n", b";\r\n", b"; "]
INSIDE = [
    "a", "it", ";", "''", "\\'", "\\\\", "\\n", '"', "`", "--", "-- ", "/*", "*/", "#", "\n",
    "\r\n", ";\n", "2024-01-02", "\\\\\\'", ";\nINSERT INTO t VALUES (1);\n", "é", '"x"', '\\"',
]  # fmt: skip
BETWEEN = ["", "", "", "\n-- it's a comment\n", "/* it's; */", "\r\n", "--1\n", "-1,-2,"]


def _string(draw: st.DrawFn, lexis: Lexis) -> str:
    quote = draw(st.sampled_from("'''''\""))
    text = "".join(draw(st.lists(st.sampled_from(INSIDE), max_size=4)))
    if quote not in lexis.backslash:
        text = text.replace("\\'", "x").replace('\\"', "y")
    elif quote == '"':
        text = text.replace("\\\\", "z")
    if quote == "'":
        return f"'{_doubled(text, lexis)}'"
    return '"' + re.sub(r'(?<!\\)"', '""', text) + '"'


def _doubled(text: str, lexis: Lexis) -> str:
    """``text`` as part of a string in single quotes: what is alone is doubled."""
    pattern = r"\\.|''|'" if "'" in lexis.backslash else r"''|'"
    return re.sub(pattern, lambda m: "''" if m[0] == "'" else m[0], text, flags=re.DOTALL)


@st.composite
def blocks(draw: st.DrawFn) -> tuple[bytes, Run]:
    """A stretch of INSERTs, mostly as dumps have them, cut anywhere."""
    lexis = draw(st.sampled_from(LEXES))
    run = Run(draw(st.sampled_from(WORDS)), draw(st.sampled_from(GAPS)), lexis)
    between = [*BETWEEN, *["\n# don't\n"] * ("#" in lexis.line_comments)]
    text = ""
    for _ in range(draw(st.integers(1, 5))):
        rows = []
        for _ in range(draw(st.integers(1, 3))):
            values = [_string(draw, lexis) for _ in range(draw(st.integers(0, 3)))]
            rows.append(f"(1,{','.join(values)}{draw(st.sampled_from(between))})")
        text += f"{run.words.decode()} {','.join(rows)}{run.gap.decode()}"
    data = text.encode()
    return data[: draw(st.integers(1, len(data)))], run


def scan(block: bytes, lexis: Lexis) -> list[bool]:
    """For each offset up to the end, whether it is outside of strings and comments."""
    outside, at = [False] * (len(block) + 1), 0
    comment = re.compile("|".join(lexis.line_comments).encode())
    while at <= len(block):
        outside[at] = True
        byte = block[at : at + 1]
        if byte and byte in lexis.quotes.encode():
            at = _after_string(block, at, byte.decode() in lexis.backslash)
        elif comment.match(block, at):
            end = re.compile(rb"[\r\n]|\Z").search(block, at)
            at = end.start() if end and end.start() < len(block) else len(block) + 1
        elif block.startswith(b"/*", at):
            end = block.find(b"*/", at + 2)
            at = end + 2 if end >= 0 else len(block) + 1
        else:
            at += 1
    return outside


def _after_string(block: bytes, at: int, backslash: bool) -> int:
    quote, at = block[at], at + 1
    while at < len(block):
        if backslash and block[at] == 92:
            at += 2
            continue
        at += 1
        if block[at - 1] == quote:
            return at
    return len(block) + 1


@pytest.mark.parametrize("long", [2, 1 << 11])
@settings(max_examples=400, deadline=None)
@given(case=blocks())
def test_a_stretch_ends_outside_strings_and_counts_its_statements(
    long: int, case: tuple[bytes, Run]
) -> None:
    block, run = case
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(data_runs, "_LONG", long)
        stretch = judge(block, run)
    if stretch is None:
        return
    outside = scan(block, run.lexis)
    assert outside[stretch.size]
    ends = sum(outside[at] and block[at] == 59 for at in range(stretch.size))
    assert ends == stretch.statements
    assert stretch.lines == block.count(b"\n", 0, stretch.size)


@pytest.mark.parametrize("lexis", [lexical.MYSQL, lexical.POSTGRESQL, lexical.GENERIC])
@pytest.mark.parametrize("rows", [1, 700])
def test_ordinary_data_takes_the_fast_path(lexis: Lexis, rows: int) -> None:
    """Not the exact figure, but that most of a block is passed at once."""
    quote = "\\'" if lexis.backslash else "''"
    row = f"(1,'o{quote}clock; see {quote}terms{quote}','2024-01-02')"
    rest = ",".join(["(2,'x','2024-01-02')"] * 40 + [row])
    run = Run(b"INSERT INTO t VALUES", b";\n", lexis)
    block = f"INSERT INTO t VALUES {','.join([rest] * rows)};\n".encode() * (800 // rows)
    stretch = judge(block[:-30], run)
    assert stretch is not None
    assert stretch.size > len(block) * 0.8 - 2000


HIDING = ['say "a"', "-- b", "#1", "/* c", "d; e", "$$", "it''s"]


@pytest.mark.parametrize("lexis", [lexical.MYSQL, lexical.MSSQL, lexical.SQLITE])
def test_a_long_statement_is_passed_whole_whatever_its_strings_hold(lexis: Lexis) -> None:
    rows = ",\n".join(f"    ({n}, N'{HIDING[n % 7]}')" for n in range(900))
    block = f"INSERT INTO t VALUES\n{rows};\nCREATE TABLE u (a INT);\n".encode()
    stretch = judge(block, Run(b"INSERT INTO t VALUES", b";\n", lexis))
    assert stretch is not None
    assert stretch.size == block.index(b";\nCREATE")
    assert (stretch.statements, stretch.lines) == (0, 900)


@pytest.mark.parametrize("lexis", [lexical.MYSQL, lexical.MSSQL, lexical.POSTGRESQL])
def test_a_missing_quote_in_a_long_statement_costs_no_other(lexis: Lexis) -> None:
    rows = [",\n".join(f"({n}, '{text}')" for n in range(2000)) for text in "abc"]
    rows[0] = rows[0].replace("(1500, 'a')", "(1500, a')")
    dump = "".join(f"INSERT INTO t{n} VALUES\n{text};\n\n" for n, text in enumerate(rows))
    pieces = [p for p in split(open_source(dump.encode()), lexis) if p.kind == "data"]
    assert [(p.text[:14], p.terminated) for p in pieces[-2:]] == [
        ("INSERT INTO t1", True),
        ("INSERT INTO t2", True),
    ]


def _dump(dice: random.Random) -> tuple[bytes, int]:
    """A mysqldump of 1.5 MB with every kind of escape, and the number of its INSERTs."""
    texts = [
        "it\\'s",
        "a;b",
        "\\\\",
        "c:\\\\\\'x",
        "''",
        "x;\\nINSERT INTO `t` VALUES (1);",
        '\\"',
        "-",
    ]
    parts, count = [b"CREATE TABLE `t` (a INT, b TEXT);\n"], 0
    while sum(map(len, parts)) < 1_500_000:
        rows = [f"({i},'{dice.choice(texts)}')" for i in range(dice.choice((1, 9, 9000)))]
        parts.append(f"INSERT INTO `t` VALUES {','.join(rows)};\n".encode())
        count += 1
    return b"".join(parts), count


@pytest.mark.parametrize("seed", range(6))
def test_escapes_never_turn_strings_inside_out(seed: int) -> None:
    data, count = _dump(random.Random(seed))  # noqa: S311 - test data, not secrets
    tail = b"CREATE TABLE `last` (a INT);\n"
    pieces = list(split(open_source(data + tail), lexical.MYSQL))
    assert [p.kind for p in pieces if p.kind != "blank"] == ["sql", "data", "sql"]
    assert [p.count for p in pieces if p.kind == "data"] == [count]
    assert [p.line for p in pieces if p.kind == "sql"] == [1, data.count(b"\n") + 1]


def test_a_block_may_end_within_an_escaped_quote() -> None:
    """The last quote is an escaped one there: what precedes it is inside the string."""
    run = Run(b"INSERT INTO t VALUES", b";\n", lexical.MYSQL)
    stretch = judge(b"INSERT INTO t VALUES (1,'a'),(2,'it\\'s", run)
    assert stretch is not None
    assert stretch.size == len(b"INSERT INTO t VALUES (1,'a'),(2,")


@pytest.mark.parametrize(
    ("block", "span"),
    [
        (b"\n1\ta\n\\.\n", (4, 8)),
        (b"\n1\t\\.\n", (-1, -1)),
        (b"\n\\.x\n\\.\r\nSELECT", (4, 9)),
        (b"\n\\N\n", (-1, -1)),
        (b"\n\\.\nSELECT '\n\\.\n'", (0, 4)),
    ],
)
def test_rows_end_at_their_line(block: bytes, span: tuple[int, int]) -> None:
    assert rows_end(block) == span


@pytest.mark.parametrize("size", [0, 10, 1 << 18, 3 << 20])
def test_the_digest_is_that_of_the_whole_stream(size: int) -> None:
    data = random.Random(size).randbytes(size)  # noqa: S311 - test data, not secrets
    digest = Digest()
    for at in range(0, size, 1 << 18):
        digest.update(data[at : at + (1 << 18)])
    digest.close()
    digest.close()
    assert digest.hexdigest() == hashlib.sha256(data).hexdigest()


def test_a_dump_that_is_not_read_to_its_end_leaves_no_thread() -> None:
    import threading  # noqa: PLC0415

    before = threading.active_count()
    with open_source(b"SELECT 1;\n" * 600_000) as source:
        chunks = source.chunks()
        next(chunks)
        next(chunks)
    assert threading.active_count() == before
