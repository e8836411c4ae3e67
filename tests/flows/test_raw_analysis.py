"""The flow itself, on a small dump of its own."""

import pickle
from pathlib import Path

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterFlowRunId
from prefect.utilities.callables import parameter_schema

from flows.raw_analysis import raw_analysis
from stageline.codec import decode
from stageline.errors import InputError
from stageline.job import StepReport
from stageline.keys import report_key
from stageline.schema import Schema
from stageline.schema.analysis import Complexity, Relationships, RuleCatalogue, TypeAnalysis

DUMP = """
CREATE TABLE customer (id INT PRIMARY KEY, name VARCHAR(80) NOT NULL, balance FLOAT);
CREATE TABLE invoice (
  id INT PRIMARY KEY,
  customer_id INT NOT NULL REFERENCES customer (id),
  amount DECIMAL(10, 2) CHECK (amount >= 0),
  status VARCHAR(10) DEFAULT 'open'
);
CREATE TABLE invoice_line (
  invoice_id INT NOT NULL, line_no INT NOT NULL, PRIMARY KEY (invoice_id, line_no)
);
"""
KINDS = {
    "schema_parsing": Schema,
    "relationship_discovery": Relationships,
    "data_type_analysis": TypeAnalysis,
    "business_rules_extraction": RuleCatalogue,
    "complexity_assessment": Complexity,
}


@pytest.fixture(autouse=True)
def dump():
    Path("dump.sql").write_text(DUMP)


def test_a_dump_becomes_a_report(store):
    job = raw_analysis("dump.sql", journey_id="JRN-ABC123", triggered_by="user")
    assert {name: type(value) for name, value in job.values.items()} == KINDS
    schema = job.values["schema_parsing"]
    assert [table.name for table in schema.tables] == ["customer", "invoice", "invoice_line"]
    assert schema.table("invoice").foreign_keys[0].referred_table == "customer"
    page = Path(job.report).read_text()
    assert job.id in page and "customer" in page
    assert job.id in str(job) and job.report in str(job)
    assert job.id in job._repr_html_()
    for name in KINDS:
        key = report_key("JRN-ABC123", "raw_analysis", job.id, name)
        report = decode(StepReport, store.get(key))
        assert report.results["counts"] if name == "schema_parsing" else report.results
    with get_client(sync_client=True) as client:
        of_run = ArtifactFilterFlowRunId(any_=[job.record.flow_run_id])
        made = client.read_artifacts(artifact_filter=ArtifactFilter(flow_run_id=of_run))
    pages = [artifact.data for artifact in made if artifact.type == "markdown"]
    assert len(pages) == 2
    assert all("|" in text for text in pages), "both have tables"


def test_a_second_run_is_served_from_the_cache_with_equal_values():
    first, second = raw_analysis("dump.sql"), raw_analysis("dump.sql")
    assert all(step.cached for step in second.record.steps)
    assert dict(second.values) == dict(first.values)


def test_a_step_on_can_be_computed_anew():
    raw_analysis("dump.sql")
    job = raw_analysis("dump.sql", refresh_from="business_rules_extraction")
    assert [step.step_id for step in job.record.steps if not step.cached] == [
        "business_rules_extraction", "complexity_assessment",
    ]  # fmt: skip


def test_another_dialect_or_another_name_of_the_dump_is_another_analysis():
    raw_analysis("dump.sql")
    assert not raw_analysis("dump.sql", dialect="mysql").record.steps[0].cached
    Path("other.sql").write_text(DUMP)
    assert not raw_analysis("other.sql").record.steps[0].cached


def test_planted_objects_are_never_executed(store):
    job = raw_analysis("dump.sql")
    trap = Path("executed")

    class Bomb:
        def __reduce__(self):
            return Path.touch, (trap.absolute(),)

    for stat in list(store.list("results/")):
        store.put(stat.key, pickle.dumps(Bomb()))
    again = raw_analysis("dump.sql")
    assert not any(step.cached for step in again.record.steps)
    assert dict(again.values) == dict(job.values)
    assert not trap.exists()


@pytest.mark.parametrize("wrong", [
    {"dump": "absent.sql"}, {"dump": "."}, {"journey_id": "../x"}, {"triggered_by": " "},
    {"refresh_from": "no_such_step"},
])  # fmt: skip
def test_wrong_input_leaves_nothing_behind(wrong):
    with pytest.raises(InputError):
        raw_analysis(**{"dump": "dump.sql", **wrong})
    assert not Path("results").exists()


def test_an_unknown_dialect_is_refused_before_anything_is_written():
    with pytest.raises(InputError, match=r"klingon.*informix"):
        raw_analysis("dump.sql", dialect="klingon")
    assert not Path("results").exists()


def test_the_form_of_the_ui_shows_plain_fields_with_descriptions():
    fields = parameter_schema(raw_analysis).model_dump()["properties"]
    assert {fields[name]["type"] for name in ("dump", "store", "dialect")} == {"string"}
    assert all(field["description"] for field in fields.values())
