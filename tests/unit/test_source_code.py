"""A step is computed anew after an edit to code that it uses, and after no other edit."""

import shutil
from pathlib import Path

import pytest

from stageline import source_code
from stageline.schema import steps
from stageline.source_code import source_version
from stageline.step import code_version

PACKAGE = Path(steps.__file__).resolve().parents[1]
PARSE, RELATE, TYPE, RULE, ASSESS = STEPS = (
    "schema_parsing", "relationship_discovery", "data_type_analysis", "business_rules_extraction",
    "complexity_assessment",
)  # fmt: skip
ALL = set(STEPS)


@pytest.fixture
def tree(tmp_path):
    shutil.copytree(PACKAGE, tmp_path / "stageline")
    return tmp_path


def versions(root):
    for kept in vars(source_code).values():
        if hasattr(kept, "cache_clear"):
            kept.cache_clear()
    return {name: source_version(root, "stageline.schema.steps", name) for name in STEPS}


def edited(tree, file, text="\nX = 1\n"):
    """The steps whose version an edit changes."""
    before = versions(tree)
    path = tree / "stageline" / file
    path.write_text(path.read_text() + text)
    after = versions(tree)
    return {name for name in STEPS if before[name] != after[name]}


@pytest.mark.parametrize(("file", "expected"), [
    ("schema/rules/flow.py", {RULE}),
    ("schema/relationships/evidence.py", {RELATE}),
    ("schema/types/smells.py", {TYPE}),
    ("schema/complexity/terms.py", {ASSESS}),
    ("schema/splitter.py", {PARSE}),
    ("schema/dialects/oracle.py", {PARSE}),
    ("schema/types/vendors/oracle.py", {TYPE, RULE}),
    ("schema/model.py", ALL),
    ("schema/page/__init__.py", set()),
    ("view.py", set()),
])  # fmt: skip
def test_an_edit_concerns_the_steps_that_use_the_module(tree, file, expected):
    assert edited(tree, file) == expected


def test_a_new_dialect_concerns_what_loads_dialects_by_name(tree):
    (tree / "stageline/schema/dialects/zzz.py").write_text("")
    assert edited(tree, "schema/dialects/zzz.py") == {PARSE}


def test_an_edit_to_one_step_leaves_the_steps_beside_it(tree):
    path = tree / "stageline/schema/steps.py"
    before = versions(tree)
    path.write_text(path.read_text().replace("%d rules, %d bodies", "%d rules and %d bodies"))
    after = versions(tree)
    assert {name for name in STEPS if before[name] != after[name]} == {RULE}


def test_the_version_of_a_step_is_that_of_its_source(tree):
    assert code_version(steps.schema_parsing) == versions(tree)[PARSE], "wherever it lies"


def test_what_a_function_leads_to_in_its_own_module_counts(tmp_path):
    file = tmp_path / "work.py"
    text = "TABLE = {}\nOTHER = 1\ndef helper():\n    return TABLE\n\n"
    text += "def f():\n    return helper()\n"

    def version(said):
        file.write_text(said)
        return source_version(tmp_path, "work", "f")

    first = version(text)
    assert version(text.replace("OTHER = 1", "OTHER = 2")) == first
    assert version(text + "\ndef g():\n    return OTHER\n") == first
    assert version(text.replace("return TABLE", "return dict(TABLE)")) != first
    assert version(text + "\nTABLE['x'] = 1\n") != first
    assert version(text + "\nTABLE.update(x=1)\n") != first


@pytest.mark.parametrize("line", [
    "from pkg.inner import value", "from .inner import value", "import pkg.inner",
    "from pkg import inner", "from pkg import (\n    inner,  # the one\n)",
    "from . import inner as i",
])  # fmt: skip
def test_every_way_to_import_is_followed(tmp_path, line):
    folder = tmp_path / "pkg"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "used.py").write_text(line + "\n")
    (folder / "work.py").write_text("from pkg.used import x\n\ndef f():\n    return x\n")

    def version(inner):
        (folder / "inner.py").write_text(inner)
        for kept in (source_code._file, source_code._named_in, source_code._digest):
            kept.cache_clear()
        return source_version(tmp_path, "pkg.work", "f")

    assert version("value = 1\n") != version("value = 2\n")
