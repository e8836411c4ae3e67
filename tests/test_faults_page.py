"""Every fault in ``docs/faults.md`` names tests, and these tests are there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ROWS = [line for line in (ROOT / "docs" / "faults.md").read_text("utf-8").splitlines()
        if line.startswith("|") and not line.startswith(("|--", "| fault"))]  # fmt: skip
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def test_every_row_has_a_fault_an_outcome_and_a_test() -> None:
    assert len(ROWS) > 50
    for row in ROWS:
        cells = row.strip("|").split(" | ")
        assert len(cells) == 3, row
        assert all(cell.strip() for cell in cells), row
        assert NAMED.search(cells[2]), row


def test_the_tests_are_there() -> None:
    named = {found for row in ROWS for found in NAMED.findall(row)}
    assert [f"{path}::{name}" for path, name in sorted(named) if name not in _tests(path)] == []


def _tests(path: str) -> set[str]:
    file = ROOT / path
    if not file.exists():
        return set()
    tree = ast.parse(file.read_text("utf-8"))
    names = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    made = {target.id for node in tree.body if isinstance(node, ast.Assign)
            for target in node.targets if isinstance(target, ast.Name)}  # fmt: skip
    return names | made
