import importlib.util
import sys

import pytest

from stageline.errors import ConfigError, InputError
from stageline.step import Findings, Outcome, Source, code_version, describe


def count_lines(source: Source, *, blank: bool = False) -> Outcome[int]:
    """Count the lines.

    And more."""
    return Outcome(0, Findings())


def test_a_step_function_is_taken_apart():
    step = describe(count_lines)
    assert (step.step_id, step.title, step.inputs) == (
        "count_lines",
        "Count the lines",
        ("source",),
    )
    assert (step.defaults, step.output) == ({"blank": False}, int)


def test_what_cannot_be_a_step_is_refused():
    def no_annotation(source):
        return None

    def _hidden() -> Outcome[int]:
        return Outcome(1, Findings())

    with pytest.raises(ConfigError, match="Outcome"):
        describe(no_annotation)
    with pytest.raises(InputError, match="step id"):
        describe(_hidden)


@pytest.fixture
def make_module(tmp_path):
    made = []

    def make(name, text):
        path = tmp_path / name.replace(".", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.with_suffix(".py")
        file.write_text(text)
        spec = importlib.util.spec_from_file_location(name, file)
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        made.append(name)
        spec.loader.exec_module(module)
        return module

    yield make
    for name in made:
        del sys.modules[name]


def test_an_edit_changes_the_version_and_a_move_does_not(make_module):
    text = "def f(x):\n    return x + 1\n"
    one = code_version(make_module("first", text).f)
    assert code_version(make_module("elsewhere.first", text).f) != "" and len(one) == 64
    assert code_version(make_module("second", text.replace("1", "2")).f) != one
