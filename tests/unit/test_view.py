import re
from dataclasses import replace

import pytest

from stageline import keys
from stageline.codec import decode
from stageline.errors import InputError
from stageline.job import End, Failure, StepReport, StepState, now
from stageline.job_page import job_page
from stageline.step import Ref
from stageline.store import FolderStore
from stageline.summary import findings_markdown, plain, summary_markdown
from stageline.trail import Places
from stageline.view import Job, Presentation, Values
from tests.unit import jobs

NASTY = "<script>alert(1)</script>|`[x](javascript:1)"


@pytest.fixture
def job(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in.txt").write_text("abc")
    store = FolderStore(tmp_path / "store")
    record = jobs.run(store, tmp_path / "in.txt")
    ids = ("JRN", "stage", record.job_id)
    reports = {
        step: decode(StepReport, store.get(keys.report_key(*ids, step)))
        for step in ("first", "second", "third")
    }
    refs = {
        step: Ref(step, r.result_key.removeprefix("results/"), r.result_digest, 3)
        for step, r in reports.items()
    }
    places = Places.of(store)
    values = Values(places, refs, dict.fromkeys(refs, str), {})
    return Job(places, record, reports, values, Presentation(b"", text="Three steps."))


def test_a_job_says_id_status_report_and_values(job):
    assert (job.id, job.status) == (job.record.job_id, "completed")
    assert job.report.endswith("report.html")
    assert dict(job.values) == {"first": "abc", "second": "abc2", "third": "abc23"}
    assert job.step("second").value == "abc2"
    assert job.step("second").log.entries[0].message == "computing second"
    assert list(job.steps) == ["first", "second", "third"]
    assert job.id in str(job) and job.report in str(job) and "Three steps." in str(job)
    with pytest.raises(InputError, match=r"has no step 'secnd'\. Did you mean 'second'\?"):
        job.step("secnd")


@pytest.fixture
def half(job):
    """A job that completed, though one step failed and one was skipped."""
    why = Failure("tool", "It broke.", "Read its log.", "Traceback")
    reports = job.reports
    summary = reports["second"].execution_summary
    reports["second"] = replace(
        reports["second"], execution_summary=replace(summary, status="failed"), error=why
    )
    reports["third"] = replace(
        reports["third"], execution_summary=replace(summary, status="skipped")
    )
    job._places.logs.delete(keys.log_key("JRN", "stage", job.id, "third"))  # it has none
    refs = {"first": job.values._refs["first"]}
    values = Values(job._places, refs, {"first": str}, {}, reports)
    return Job(job._places, job.record, reports, values)


def test_a_failed_step_says_why(half):
    steps = half.steps
    assert [step.status for step in steps.values()] == ["completed", "failed", "skipped"]
    assert steps["third"].log.entries == ()
    failed = steps["second"]
    assert (failed.value, failed.error.category, failed.error.message, failed.error.advice) == (
        None, "tool", "It broke.", "Read its log.",
    )  # fmt: skip
    assert (steps["first"].error, steps["third"].error) == (None, None)
    assert repr(failed) == "<Step second failed: tool: It broke.>"
    assert repr(steps["first"]) == "<Step first completed>"


def test_a_value_that_is_none_says_why(half):
    values = half.values
    assert (dict(values), "second" in values, values.get("third")) == (
        {"first": "abc"},
        False,
        None,
    )
    said = {}
    for name in ("second", "third", "frist"):
        with pytest.raises(KeyError) as caught:
            values[name]
        assert isinstance(caught.value, InputError)
        said[name] = str(caught.value)
    assert said == {
        "second": "second has no value: it failed (tool): It broke. See job.steps['second'].error.",
        "third": "third has no value: it was skipped.",
        "frist": "There is no step 'frist'. Did you mean 'first'?",
    }


def test_a_job_cannot_be_changed(job):
    with pytest.raises(AttributeError):
        job.status = "failed"
    with pytest.raises(TypeError):
        job.values["first"] = 1
    job.reports.clear()
    assert job.reports


def test_it_is_a_page_in_a_notebook(job):
    html = job._repr_html_()
    assert html.startswith("<div") and html.endswith("</div>")
    assert job.id in html and html.count("<tr>") == 4


def test_nothing_from_outside_becomes_html_or_markdown(tmp_path):
    trail = jobs.start(FolderStore(tmp_path), triggered_by=NASTY)
    end = End("failed", now(), Failure("tool", NASTY, NASTY), {"first": NASTY})
    record = trail.record(end)
    html = job_page(record, {}).decode()
    assert "<script" not in html.lower().replace("&lt;script", "")
    markdown = summary_markdown(record, {})
    assert "<" not in markdown
    assert not re.search(r"(?<!\\)\[x(?<!\\)\]\(", markdown)
    rows = [line for line in markdown.splitlines() if line.startswith("| first")]
    assert len(re.findall(r"(?<!\\)\|", rows[0])) == 6
    assert plain("a\nb|c") == "a b\\|c"


def test_findings_are_told_step_by_step(job):
    reports = job.reports
    text = findings_markdown({
        "first": StepReport("r", "t", "Title", "first", reports["first"].execution_summary,
                            insights=tuple(f"i{n}" for n in range(60)), recommendations=("do",)),
    })  # fmt: skip
    assert "## Title" in text and "- i49" in text and "- i50" not in text
    assert "10 more in the report" in text and "- do" in text
    assert StepState("x").status == "pending"
