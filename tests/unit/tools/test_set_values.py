"""Values by name."""

from __future__ import annotations

from stageline.tools.set_values import set_values


def test_values_go_over_those_that_they_are_put_onto() -> None:
    assert set_values({"a": 1, "b": None}, {"a": 0, "c": [2]}).values == {
        "a": 1, "b": None, "c": [2]}  # fmt: skip


def test_without_any_it_hands_on_nothing() -> None:
    assert set_values().values == {}


def test_what_is_given_stays_as_it_is() -> None:
    onto = {"a": 1}
    set_values({"a": 2}, onto)
    assert onto == {"a": 1}
