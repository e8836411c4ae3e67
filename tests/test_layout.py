"""The house rules that a machine can check: sizes, names, and that everything declared loads."""

from __future__ import annotations

import ast
import re
import statistics
from pathlib import Path

import pytest

from deployments.declared import load_flow, read_declarations

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("stageline", "tasks", "blocks", "flows", "deployments")
FILES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
DECLARATIONS = read_declarations(ROOT / "prefect.yaml")


def function_lengths(path: Path) -> dict[str, int]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}": _length(node)
        for node in ast.walk(tree)
        if isinstance(node, kinds)
    }


def _length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of code of a function, without its docstring."""
    docstring = node.body[0] if ast.get_docstring(node) else None
    documented = (docstring.end_lineno or 0) - docstring.lineno + 1 if docstring else 0
    return (node.end_lineno or node.lineno) - node.lineno + 1 - documented


def test_functions_are_small() -> None:
    lengths = {name: n for path in FILES for name, n in function_lengths(path).items()}
    assert {name: n for name, n in lengths.items() if n > 50} == {}
    assert statistics.median(lengths.values()) <= 8


def test_files_are_small() -> None:
    lines = {str(path.relative_to(ROOT)): path.read_text().count("\n") for path in FILES}
    assert {name: n for name, n in lines.items() if n > 400} == {}


def test_modules_have_names_that_say_something() -> None:
    vague = {"utils", "util", "helpers", "common", "misc", "manager", "base"}
    assert [path for path in FILES if path.stem in vague] == []


@pytest.mark.parametrize("entry", DECLARATIONS, ids=lambda entry: entry["name"])
def test_declared_deployment_loads_and_is_named_after_its_flow(entry: dict[str, str]) -> None:
    module, _, function = entry["entrypoint"].rpartition(".")
    flow = load_flow(entry)  # type: ignore[arg-type]
    assert flow.fn.__name__ == function == entry["name"] == module.rpartition(".")[2]
    assert flow.description, "a flow's docstring is its description in the UI"


def test_every_flow_file_is_deployed() -> None:
    stems = {path.stem for path in (ROOT / "flows").glob("*.py")} - {"__init__"}
    assert stems == {entry["name"] for entry in DECLARATIONS}


def test_public_functions_and_classes_of_the_core_are_documented() -> None:
    """Modules and public classes say what they are; see also the docs that quote them."""
    missing = [str(path.relative_to(ROOT)) for path in FILES if not _documented(path)]
    assert missing == []


def _documented(path: Path) -> bool:
    text = path.read_text(encoding="utf-8")
    return not text.strip() or ast.get_docstring(ast.parse(text)) is not None


def test_no_registry_host_and_no_machine_path_is_named() -> None:
    host = re.compile(r"https?://[\w.-]*(pypi|pythonhosted|npmjs|debian)\.(org|com)")
    named = [
        str(path.relative_to(ROOT))
        for path in [*FILES, ROOT / "constraints.txt", ROOT / "README.md", *ROOT.glob("docs/*.md")]
        if host.search(path.read_text(encoding="utf-8"))
    ]
    assert named == []
