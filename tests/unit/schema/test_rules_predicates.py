"""Conditions become sentences that say what the condition says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stageline.schema.rules.conditions import demand, state, understand
from stageline.schema.rules.english import Speaker
from stageline.schema.rules.tokens import count_lines, tokenize

SPEAKER = Speaker()
DEMANDS = [
    ("quantity >= 0", "the quantity must be at least 0"),
    ("0 < price", "the price must be greater than 0"),
    ("qty_ordered <> 5", "the quantity ordered must not be 5"),
    ("ship_date >= order_date OR ship_date IS NULL",
     "the ship date must be on or after the order date or empty"),
    ("NOT (order_status = 'shipped' AND ship_date IS NULL)",
     "it must never be that the order status is 'shipped' and the ship date is empty"),
    ("(a IS NULL AND b IS NULL) OR (a IS NOT NULL AND b IS NOT NULL)",
     "the a and the b must be given together or not at all"),
    ("(a is null) = (b is null)", "the a and the b must be given together or not at all"),
    ("value > 10000 AND value <= 2000000",
     "the value must be greater than 10000 and at most 2000000"),
    ("name = UPPER (name)", "the name must be in upper case"),
    ("char_length(username) > 4", "the username must have more than 4 characters"),
    ("((kind)::text = 'allow'::text) OR ((kind)::text = 'deny'::text)",
     "the kind must be one of 'allow' or 'deny'"),
    ("(rating)::text = ANY ((ARRAY['G'::character varying, 'PG'::text])::text[])",
     "the rating must be one of 'G' or 'PG'"),
    ("x <> ALL (ARRAY[1, 2])", "the x must not be 1 or 2"),
    ("deleted is not true or approved is not true",
     "it must never be that the deleted flag is set and the approved flag is set"),
    ("number is not null or not approved",
     "when the approved flag is set, the number must be given"),
    ("birth_date < CURRENT_DATE", "the birth date must be before today"),
    ("zip ~ '^[0-9]+$'", "the zip must match the pattern '^[0-9]+$'"),
    ("code LIKE 'A%'", "the code must start with 'A'"),
    ("code NOT LIKE '%x%'", "the code must not contain 'x'"),
    ("code STARTING WITH 'V'", "the code must start with 'V'"),
    ("discount BETWEEN 0 AND 1", "the discount must be between 0 and 1"),
    ("x NOT IN (1, 2) AND y = 3", "the x must not be 1 or 2 and the y must be 3"),
    ("extract(year from d) > 2000", "the year of the d must be greater than 2000"),
    ("a + b <= c", "the a plus the b must be at most the c"),
    ("CAST(a AS numeric(5,2)) > 1", "the a must be greater than 1"),
    ("salary >= (SELECT min(x) FROM job WHERE job.id = e.id)",
     "the salary must be at least the result of “SELECT min(x) FROM job WHERE job.id = e.id”"),
    ("EXISTS (SELECT 1 FROM t)", "there must be a row in “SELECT 1 FROM t”"),
    ("COALESCE(a, 0) > 1", "the a (or 0 when empty) must be greater than 1"),
    ("REGEXP_LIKE(email, '^.+@.+$')", "the email must match the pattern '^.+@.+$'"),
    ("json_valid(doc)", "the doc must be valid JSON"),
    ("doc IS JSON", "the doc must be valid JSON"),
    ("position('@' in email) > 0", "the email must contain '@'"),
    ("CHARINDEX('@', email) > 0", "the email must contain '@'"),
    ("instr(email, '@') <> 0", "the email must contain '@'"),
    ("upper(code) = code", "the code must be in upper case"),
    ("kind in (_utf8mb4'A',_utf8mb4'B')", "the kind must be one of 'A' or 'B'"),
    ("made_on <= CURRENT DATE", "the made on must be at most today"),
    ("due_date >= CURRENT YEAR TO SECOND", "the due date must be on or after the current time"),
    ("amount > $0.00", "the amount must be greater than $0.00"),
    ("a @> b AND (x > 1 OR y = CASE WHEN z THEN 1 END)",
     "“a @> b” must hold and (at least one of these must hold: the x is greater than 1; or "
     "“y = CASE WHEN z THEN 1 END” holds)"),
    ("a ?| b BETWEEN 1 AND 2 AND c = 3", "“a ?| b BETWEEN 1 AND 2” must hold and the c must be 3"),
    ("d > now() - interval '90 days'", "the d must be greater than the current time minus 90 days"),
    ("d > CURRENT - interval(180) day(3) to day",
     "the d must be greater than the current time minus 180 days"),
    ("d > NOW() - INTERVAL 1 DAY", "the d must be greater than the current time minus 1 day"),
    ("d < CURRENT + 90 UNITS DAY", "the d must be less than the current time plus 90 days"),
    ("x > 0.000000", "the x must be greater than 0"),
    ("x > 1. ", "the x must be greater than 1"),
    ("name <> ''", "the name must not be an empty text"),
]  # fmt: skip


@pytest.mark.parametrize(("condition", "sentence"), DEMANDS, ids=[pair[0] for pair in DEMANDS])
def test_demands(condition: str, sentence: str) -> None:
    assert demand(understand(condition, "postgresql"), condition, SPEAKER) == sentence


@pytest.mark.parametrize(
    "condition",
    [
        "CASE WHEN a THEN 1 END = 1",
        "a >",
        "(a = 1",
        "a = 1)",
        "a IN (1,",
        "a @> b",
        "",
        "a b c",
        "x = ANY (SELECT 1)",
        "a = 1 AND",
    ],
)
def test_what_is_not_understood_is_quoted(condition: str) -> None:
    assert understand(condition, "postgresql") is None
    assert demand(None, condition, SPEAKER).startswith("this must hold: ")


def test_long_conditions_are_quoted_and_cut() -> None:
    condition = " AND ".join(f"column_{i} = 'value {i}'" for i in range(200))
    text = state(understand(condition, "mysql"), condition, SPEAKER)
    assert text.startswith("“column_0")
    assert len(text) < 400


def test_depth_and_length_are_bounded() -> None:
    assert understand("(" * 5_000 + "a = 1" + ")" * 5_000, "mysql") is None
    assert understand("NOT " * 1_001 + "a = 1", "mysql") is not None
    assert understand(" + ".join(["a"] * 50_000) + " > 1", "mysql") is None


@given(st.text(alphabet="ab1 ='\"()<>!,.:-/*%[]{}$ANDORNTILSEWBu\n", max_size=80))
def test_any_text_gives_a_clause(text: str) -> None:
    for dialect in ("mysql", "informix", "mssql", "postgresql"):
        assert demand(understand(text, dialect), text, SPEAKER)


@given(st.text(max_size=200))
def test_tokens_hold_no_comment(text: str) -> None:
    with_comment = [t.text for t in tokenize(f"a /* {text.replace('*/', '')} */ b", "mysql")]
    assert with_comment == ["a", "b"] or "*" in text


def test_comments_of_each_dialect() -> None:
    def keys(code: str, dialect: str) -> list[str]:
        return [token.text for token in tokenize(code, dialect)]

    assert keys("a -- 'b\n c", "oracle") == ["a", "c"]
    assert keys("a { it's } c", "informix") == ["a", "c"]
    assert keys("a # b\n c", "mysql") == ["a", "c"]
    assert keys("a # b", "postgresql") == ["a", "#", "b"]
    assert keys("x = 'it''s' || \"Q\"", "oracle") == ["x", "=", "it's", "||", "Q"]
    assert [t.kind for t in tokenize('"owner".t = "text"', "informix")] == [
        "name", "operator", "word", "operator", "string",
    ]  # fmt: skip


def test_lines_of_code_leave_out_comments_and_blanks() -> None:
    code = "BEGIN\n\n  -- nothing\n  x := 1; /* a\n b */\n  y := 'two\nlines';\nEND"
    assert count_lines(tokenize(code, "oracle"), code) == 5
