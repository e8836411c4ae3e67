"""What a console shows of large data is one line."""

from __future__ import annotations

from pathlib import Path

from stageline.codec import encode
from stageline.schema import Column, Table, read_schema
from stageline.schema.analysis import RuleCatalogue
from stageline.store import FolderStore
from tests.unit import jobs

ROOT = Path(__file__).parents[2]


def test_plain_fields_are_shown_and_others_are_counted() -> None:
    table = Table("a", "s", (Column("x", "int"), Column("y", "int")), comment="long " * 50)
    assert repr(table) == (
        "<Table name='a', schema='s', 2 columns, comment='" + "long " * 7 + "l..., "
        "line=0, kind='table', row_count=0>"
    )
    assert repr(RuleCatalogue((), ())) == "<RuleCatalogue>"


def test_a_whole_schema_is_one_line() -> None:
    schema = read_schema(ROOT / "examples" / "telecom_billing.sql", "informix")
    assert repr(schema).startswith("<Schema dialect='informix', 97 tables, ")
    assert len(repr(schema)) < 400 and "\n" not in repr(schema)
    assert len(encode(schema)) > 100_000, "all of it is there"


def test_a_record_and_a_report_are_one_line(tmp_path: Path) -> None:
    (tmp_path / "in.txt").write_text("abc")
    record = jobs.run(FolderStore(tmp_path / "store"), tmp_path / "in.txt")
    assert repr(record).startswith(f"<JobRecord job_id='{record.job_id}', ")
    assert len(repr(record)) < 700
