"""The Markdown summary and the terminal's table."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from stageline.schema.markdown import ROWS, escape, summarize
from stageline.schema.model import Statement
from stageline.schema.terminal import format_findings
from tests.unit.schema.page_samples import JOB, large, small_analysis, small_schema


def tables_of(markdown: str) -> list[list[str]]:
    """The lines of each table."""
    found = re.findall(r"(?:^\|.*\n?)+", markdown, re.MULTILINE)
    return [block.strip().splitlines() for block in found]


def cells(row: str) -> int:
    return len(re.findall(r"(?<!\\)\|", row)) - 1


def test_the_summary_says_what_the_page_says() -> None:
    text = summarize(small_schema(), small_analysis(), JOB, "https://host/report.html")
    for said in (
        "# telecom\\_billing",
        "JOB-001-20260102030405",
        "**Complexity 30.8 of 100** (moderate)",
        "[report.html](<https://host/report.html>)",
        "1,222 statements: 1,209 parsed, 12 skipped, 1 failed.",
        "| Integrity gaps | 9 | 15 |",
        "| `billing.invoice (cust_id)` | `billing.customer (customer_id)` | 93 % |",
        "The status of a customer is A, S or C.",
        "| 90 | create procedure | the body has no END PROCEDURE |",
    ):
        assert said in text


def test_every_row_of_a_table_has_its_cells() -> None:
    hostile = "a|b `c` \n| <script>alert(1)</script> [x](javascript:alert(1)) ![](http://h/i.png)"
    analysis = small_analysis()
    rules = tuple(replace(rule, sentence=hostile) for rule in analysis.rules.rules)
    guess = replace(analysis.relationships.relationships[0], table=hostile, columns=(hostile,))
    analysis = replace(
        analysis,
        schema_name=hostile,
        rules=replace(analysis.rules, rules=rules),
        relationships=replace(
            analysis.relationships, relationships=(guess,), dangling=(hostile,)
        ),
    )  # fmt: skip
    statements = (Statement(hostile, 1, "failed", hostile),)
    text = summarize(replace(small_schema(), statements=statements), analysis, {"id": hostile})
    for lines in tables_of(text):
        assert len({cells(line) for line in lines}) == 1
    outside = re.sub(r"`[^`\n]*`", "", text)
    assert not re.search(r"(?<!\\)[<\[]", outside)


def test_only_an_http_address_becomes_a_link() -> None:
    schema, analysis = small_schema(), small_analysis()
    for place in ("s3://bucket/report.html", "/tmp/r.html", "javascript:alert(1)"):  # noqa: S108
        text = summarize(schema, analysis, None, place)
        assert f"`{place}`" in text
        assert "](" not in text


def test_tables_are_short_and_say_what_is_left_out() -> None:
    text = summarize(*large(300, 4))
    assert all(len(lines) <= ROWS + 3 for lines in tables_of(text))
    assert "more in the report" in text
    assert len(text) < 40_000


def test_same_input_same_markdown() -> None:
    assert summarize(*large(50)) == summarize(*large(50))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a_b", "a\\_b"),
        ("<b>", "\\<b\\>"),
        ("+ a + b", "\\+ a + b"),
        ("a\r\nb\tc", "a b c"),
        ("&lt;", "\\&lt;"),
        ("x" * 400, "x" * 299 + "…"),
    ],
)
def test_signs_with_a_meaning_are_escaped(text: str, expected: str) -> None:
    assert escape(text) == expected


def test_the_terminal_gets_at_most_25_lines_of_100_columns() -> None:
    lines = format_findings(*large(200)).splitlines()
    assert len(lines) <= 25
    assert max(map(len, lines)) <= 100
    assert lines[-1].endswith("looks like a date (+ 99 alike)")


def test_the_terminal_shows_score_counts_and_findings() -> None:
    text = format_findings(small_schema(), small_analysis())
    assert "Complexity 30.8 of 100 (moderate), ora2pg level B-5." in text
    assert re.search(r"^Tables +5  15 columns$", text, re.MULTILINE)
    assert re.search(r"^high +15  monthly_fee keeps money", text, re.MULTILINE)


def test_a_name_cannot_steer_the_terminal() -> None:
    analysis = small_analysis()
    problem = replace(
        analysis.types.inconsistencies[0], message="\x1b[2Jgone\x9b31m\u202eback\rover\nnew"
    )
    analysis = replace(analysis, types=replace(analysis.types, inconsistencies=(problem,)))
    text = format_findings(small_schema(), analysis)
    assert "[2Jgone 31m back over new" in text
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", text)
