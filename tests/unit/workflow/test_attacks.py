"""No attack gets through, and none ends in another error than the two that are meant for it."""

from __future__ import annotations

import pickle
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stageline.errors import category_of
from stageline.workflow.expressions import EvaluationError, ExpressionError, evaluate, parse
from stageline.workflow.values import evaluate_value, parse_path, references
from tests.unit.workflow.attacks import ATTACKS, SCOPE, STOPPED, Attack

SMALL = {"inputs": {"a": 1, "s": "x", "l": [1, 2]}, "node": {"port": None}, "item": {"b": [{}]}}
TOKENS = (
    "inputs", "node", "item", "nodes", "state", ".a", ".s", ".l", ".port", "[0]", "[-1]", "[1:]",
    "['a']", "(", ")", "[", "]", "{", "}", ",", ":", "'x'", '"\\n"', "r'\\d'", "1", "2.5", "1e9",
    "true", "null", "None", "+", "-", "*", "/", "//", "%", "**", "<", "==", "!=", "in", "not",
    "is", "and", "or", "if", "else", "lambda", "for", "await", ":=", "*", "...", "len", "max",
    "str", "get", "join", "replace", "unique", "sorted", "exists", "default", "matches", "#", "\\",
    "\n", "\0", "\u00e9", "\ud800", "__class__", "f'{1}'", "b''", "1j", "0x1", "@", "~", "=", ";",
)  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.id)
def test_attack_is_refused_or_stopped(attack: Attack) -> None:
    if attack.harmless is STOPPED:
        with pytest.raises((ExpressionError, EvaluationError)) as caught:
            attack.run()
        assert category_of(caught.value) in {"invalid_document", "tool"}
        assert len(str(caught.value)) < 1_000
    else:
        assert attack.run() == attack.harmless


def test_attacks_are_many_and_of_all_kinds() -> None:
    families = Counter(attack.family for attack in ATTACKS)
    assert sum(families.values()) >= 60
    assert len({attack.id for attack in ATTACKS}) == len(ATTACKS)
    assert {"escape", "memory", "time", "recursion", "pattern", "format", "unicode"} <= set(
        families
    )


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.id)
def test_a_column_lies_in_the_text(attack: Attack) -> None:
    if attack.kind not in {"expression", "path"} or not isinstance(attack.payload, str):
        return
    try:
        (parse if attack.kind == "expression" else parse_path)(attack.payload)
    except ExpressionError as error:
        assert 1 <= error.column <= len(attack.payload) + 1
        again = pickle.loads(pickle.dumps(error))  # noqa: S301  Prefect does so with errors
        assert (str(again), again.column) == (str(error), error.column)


@given(st.lists(st.sampled_from(TOKENS), max_size=30), st.sampled_from(["", " "]))
def test_any_soup_of_tokens(tokens: list[str], between: str) -> None:
    survives(between.join(tokens))


@given(st.text(max_size=60))
def test_any_text(text: str) -> None:
    survives(text)


def survives(text: str) -> None:
    for run in (lambda: evaluate(text, SMALL), lambda: parse_path(text), lambda: fill(text)):
        try:
            run()
        except (ExpressionError, EvaluationError) as error:
            assert str(error)


def fill(text: str) -> None:
    for value in (text, "${" + text + "}", {"expr": text}, {"ref": text}, [{"a": text}]):
        references(value)
        evaluate_value(value, SMALL)


def test_what_is_evaluated_is_left_as_it_was() -> None:
    rows = SCOPE["inputs"]["rows"]
    before = len(rows), rows[0].copy()
    evaluate("unique(inputs.rows[0:5] + sorted([2, 1]))", SCOPE)
    assert (len(rows), rows[0]) == before
