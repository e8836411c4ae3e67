"""What the reader finds in real dumps against what the servers' catalogs say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.truth import COUNT_NOTES, EXACT, EXPLAINED, compare, counted_rows, family_rows
from stageline.schema import read_schema

SHARED = Path(__file__).resolve().parents[3].parent / "shared" / "schemas"
pytestmark = pytest.mark.skipif(
    not SHARED.is_dir(), reason="the real dumps lie in ../shared beside the checkout; not here"
)
TRUTHS = sorted(path.stem for path in (SHARED / "truth").glob("*.json"))


@pytest.mark.parametrize("stem", TRUTHS)
def test_dump_against_catalog(stem: str) -> None:
    dialect, name = stem.split("__", 1)
    truth = json.loads((SHARED / "truth" / f"{stem}.json").read_text())
    schema = read_schema(SHARED / "dumps" / dialect / f"{name}.sql", dialect)
    assert schema.tables
    for row in compare(f"{dialect}/{name}", truth, schema):
        if row.kind in EXACT or (row.dump, row.kind) in EXPLAINED:
            assert row.explained, (row.kind, row.missing[:5], row.extra[:5])
        else:  # checks, uniques, indexes, code: at least .99 found, at most .01 invented
            bound = row.expected // 100
            assert len(row.missing) <= bound, (row.kind, row.missing[:5])
            assert len(row.extra) <= bound, (row.kind, row.extra[:5])


def test_counted_dialects() -> None:
    different = {
        (dump, kind): pair
        for dump, cells in counted_rows(SHARED)
        for kind, pair in cells.items()
        if pair[0] != pair[1] and (dump, kind) not in COUNT_NOTES
    }
    assert different == {}


def test_families_agree() -> None:
    rows = list(family_rows(SHARED))
    for family in ("chinook", "omop_cdm54", "kamailio"):
        shapes = {numbers for name, _, numbers in map(_tupled, rows) if name == family}
        assert len(shapes) == 1, shapes
    sakila = {
        numbers
        for name, dialect, numbers in map(_tupled, rows)
        if name == "sakila" and dialect != "postgresql"
    }  # it has partitions there
    assert len(sakila) == 1


def _tupled(row: tuple[str, str, int, int, int, int]) -> tuple[str, str, tuple[int, ...]]:
    return row[0], row[1], row[2:]


@pytest.mark.parametrize("path", sorted(SHARED.glob("dumps/*/*.sql")), ids=lambda p: p.stem)
def test_every_byte_belongs_to_one_statement(path: Path) -> None:
    schema = read_schema(path)
    assert schema.tables
    at = 0
    for statement in schema.statements:
        assert statement.start == at
        at = statement.end
    assert at == schema.size
    assert all(s.reason for s in schema.statements if s.status != "parsed")
    lines = path.read_bytes().count(b"\n") + 1
    assert all(1 <= s.line <= lines for s in schema.statements)
