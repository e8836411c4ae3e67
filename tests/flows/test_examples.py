"""The example documents run as the README says, and what is shown of their jobs."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterFlowRunId

from deployments import jobs as control
from flows.run_workflow import run_workflow
from stageline.errors import StagelineError
from tests.flows.processes import until

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.usefixtures("api")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)


def artifact(flow_run_id: str, key: str) -> str:
    wanted = ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[UUID(flow_run_id)]))
    with get_client(sync_client=True) as client:
        found = client.read_artifacts(artifact_filter=wanted)
    return next(str(a.data) for a in found if a.key and a.key.endswith(key))


def test_a_pdf_is_analysed_and_the_page_is_kept() -> None:
    job = run_workflow(
        "examples/document_analysis.yaml", {"document": "examples/harbour_register.pdf"}
    )
    report = job.outputs["report"]
    assert report.startswith("# Moving the Harbour Register\n\n286 words")
    assert job.outputs["keywords"][0]["word"] in {"register", "harbour", "ship"}
    kept = Path("results/objects") / job.outputs["place"]
    assert kept.read_text() == report
    page = Path(job.report).read_text()
    assert "Moving the Harbour Register" in page and 'id="node-extract"' in page


def test_a_file_of_another_type_is_refused_by_its_content() -> None:
    Path("fake.pdf").write_text("No PDF at all.")
    with pytest.raises(StagelineError, match="takes application/pdf"):
        run_workflow("examples/document_analysis.yaml", {"document": "fake.pdf"})


@pytest.mark.parametrize(
    ("limit", "letter", "rates"),
    [(500, "The sum is 590.6. Pay it in rates of 73.83.", 3),
     (1000, "The sum is 590.6. Please pay at once.", None)],
)  # fmt: skip
def test_an_order_is_priced_by_branch_and_loop(limit: int, letter: str, rates: Any) -> None:
    job = run_workflow("examples/branch_and_loop.yaml", {"limit": limit})
    assert job.outputs == {"letter": letter, "total": 590.6, "rates": rates}
    summary = artifact(job.record.flow_run_id, "summary")
    assert "| price | 3 completed |" in summary and "## Outputs" in summary
    skipped = "at_once" if rates else "halve, in_rates"
    assert f"Skipped: price, say, {skipped}.".replace("_", "\\_") in summary
    assert "<svg" in job._repr_html_() and letter in job._repr_html_()


@pytest.mark.parametrize("approved", [True, False])
def test_a_text_is_published_only_if_a_person_says_so(approved: bool) -> None:
    journey = f"JRN-{approved}"
    done: list[Any] = []
    call = threading.Thread(
        daemon=True,
        target=lambda: done.append(
            run_workflow("examples/approval.yaml", {"text": "So be it."}, journey_id=journey)
        ),
    )
    call.start()
    until(lambda: control.jobs(status="paused", journey=journey))
    (waiting,) = control.jobs(status="paused", journey=journey)
    control.resume(waiting.id, {"approved": approved, "comment": "as agreed"}, journey=journey)
    call.join(60)
    (job,) = done
    assert job.outputs["published"] is approved and job.outputs["comment"] == "as agreed"
    assert Path("results/objects/published/text.txt").exists() is approved
    refusal = None if approved else "Not published (3 words): as agreed"
    assert job.outputs["refusal"] == refusal


def test_no_answer_in_time_counts_as_a_no() -> None:
    text = Path("examples/approval.yaml").read_text().replace("timeout: 3600", "timeout: 0.5")
    job = run_workflow(text, {"text": "So be it."}, journey_id="JRN-late")
    assert job.outputs["published"] is False
    assert job.outputs["refusal"] == "Not published (3 words): nobody answered in time"


def test_a_failed_job_has_the_page_and_the_summary_of_a_workflow_too() -> None:
    document = {
        "schema": "workflow/1",
        "title": "Breaks <i>",
        "nodes": [
            {"id": "first", "kind": "task", "tool": "set_values"},
            {"id": "broken", "kind": "task", "tool": "fail", "parameters": {"message": "No <b>."},
             "after": [{"node": "first"}]},
            {"id": "behind", "kind": "task", "tool": "set_values", "after": [{"node": "broken"}]},
        ],
    }  # fmt: skip
    with pytest.raises(StagelineError, match="No <b>"):
        run_workflow(document, journey_id="JRN-broken")
    (place,) = Path("results/journeys/JRN-broken").rglob("report.html")
    page = place.read_text()
    assert "What failed" in page and "No &lt;b&gt;." in page and "<b>" not in page
    assert 'class="node failed"' in page and 'class="node skipped"' in page
    (info,) = control.jobs(journey="JRN-broken")
    summary = artifact(str(info.flow_run_id), "summary")
    assert "## What failed" in summary and "Skipped: behind." in summary


def test_a_page_that_cannot_be_made_does_not_hide_the_failure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_: Any) -> None:
        raise KeyError("a defect of the page")

    monkeypatch.setattr("tasks.workflow.graph_run.present", broken)
    node = {"id": "a", "kind": "task", "tool": "fail", "parameters": {"message": "The cause."}}
    document = {"schema": "workflow/1", "nodes": [node]}
    with pytest.raises(StagelineError, match="The cause"):
        run_workflow(document, journey_id="JRN-page")
    (place,) = Path("results/journeys/JRN-page").rglob("report.html")
    assert "The cause." in place.read_text()
    (info,) = control.jobs(journey="JRN-page")
    assert info.status == "failed"
