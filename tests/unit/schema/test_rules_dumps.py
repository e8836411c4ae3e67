"""Types, rules and complexity over the shared dumps: no crash, few unknown types, same twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from stageline.schema.analysis import Relationships
from stageline.schema.complexity import assess_complexity, complexity_findings
from stageline.schema.reader import read_schema
from stageline.schema.rules import extract_rules, rule_findings
from stageline.schema.types import CANONICAL, analyze_types, type_findings

DUMPS = Path(__file__).resolve().parents[3].parent / "shared" / "schemas" / "dumps"
PATHS = sorted(DUMPS.glob("*/*.sql"), key=lambda path: path.stat().st_size)[:40]


@pytest.mark.skipif(not PATHS, reason="the shared dumps are not beside the checkout")
def test_types_are_known() -> None:
    columns = [
        column
        for path in PATHS
        for column in analyze_types(read_schema(path, path.parent.name)).columns
    ]
    unknown = [column for column in columns if column.canonical == "unknown"]
    assert len(columns) > 2_000
    assert len(unknown) < len(columns) / 100
    assert {column.canonical for column in columns} <= set(CANONICAL)


@pytest.mark.parametrize("path", PATHS[-8:], ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_dumps_are_analysed_the_same_twice(path: Path) -> None:
    schema = read_schema(path, path.parent.name)
    types, rules = analyze_types(schema), extract_rules(schema)
    complexity = assess_complexity(schema, Relationships(()), types, rules)
    assert (types, rules) == (analyze_types(schema), extract_rules(schema))
    assert complexity == assess_complexity(schema, Relationships(()), types, rules)
    lines = (type_findings(types), rule_findings(rules), complexity_findings(complexity))
    assert all(
        found.items_processed > 0 for found in lines if found.results["counts"].get("rules") != 0
    )
    for rule in rules.rules:
        assert rule.sentence[0].isupper() or not rule.sentence[0].isalpha()
        assert rule.sentence.endswith((".", "!", "?"))
        assert len(rule.sentence) < 1_200
