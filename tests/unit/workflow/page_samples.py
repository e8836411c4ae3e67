"""Documents and jobs for the tests of the drawing and the page: small, hostile, large."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from stageline.errors import ADVICE
from stageline.job import (
    End,
    ExecutionSummary,
    Failure,
    JobRecord,
    Opening,
    StepReport,
    StepStatus,
    fold,
)
from stageline.workflow.document import Workflow
from stageline.workflow.page import Subject

START = datetime(2025, 1, 31, 8, 0, 0, tzinfo=UTC)
DIGEST = "ab" * 32


def document(nodes: list[dict[str, Any]], **more: Any) -> Workflow:
    return Workflow.model_validate({"schema": "workflow/1", "nodes": nodes, **more})


def task(name: str, *sources: str, **more: Any) -> dict[str, Any]:
    """A task that takes a port of each source."""
    template = " ".join(f"${{{source}.text}}" for source in sources)
    return {"id": name, "kind": "task", "tool": "render_text",
            "parameters": {"template": template}, **more}  # fmt: skip


def every_kind(text: str = "") -> Workflow:
    """A document with every kind of node and edge; ``text`` stands wherever text may."""
    return document(
        [
            task("fetch", title=f"Fetch {text}".strip()),
            {"id": "size", "kind": "branch", "cases": [{"name": "large", "when": "fetch.n > 9"}],
             "default": "small"},
            {"id": "each", "kind": "loop", "over": {"ref": "fetch.items"}, "max_parallel": 4,
             "after": [{"node": "size", "on": "case", "case": "large"}],
             "nodes": [task("inner", "fetch"), task("second", "inner")],
             "outputs": {"lines": {"ref": "second.text"}}},
            {"id": "sub", "kind": "subflow", "document": DIGEST,
             "inputs": {"x": {"ref": "each.lines"}}},
            {"id": "ask", "kind": "wait", "form": {"ok": {"type": "boolean", "title": text}},
             "after": [{"node": "size", "on": "case", "case": "small"}]},
            task("rescue", after=[{"node": "fetch", "on": "failed"}]),
            task("last", "sub", join="any", after=[{"node": "ask"}, {"node": "rescue"}]),
            {"id": "remark", "kind": "note", "title": f"Note {text}".strip(),
             "text": f"Why: {text}"},
        ],
        title=f"Sample {text}".strip(),
        description=text,
        inputs={"name": {"type": "string", "description": text}},
        outputs={"text": {"ref": "last.text"}},
    )  # fmt: skip


def report(
    path: str,
    status: StepStatus = "completed",
    at: float = 0.0,
    seconds: float = 1.0,
    outputs: Mapping[str, Any] | None = None,
    error: str | None = None,
    reason: str = "",
    **more: Any,
) -> StepReport:
    """A step's report; ``at`` counts seconds from the start of the job."""
    results = {"reason": reason} if reason else {"outputs": outputs or {}}
    return StepReport(
        report_id=f"JOB.{path}",
        report_type=path,
        title=path,
        step_id=path,
        execution_summary=ExecutionSummary(
            status=status,
            start_time=START + timedelta(seconds=at),
            duration_seconds=seconds,
            **more,
        ),
        results=results,
        error=Failure("tool", error, ADVICE["tool"]) if error else None,
    )


def job(
    workflow: Workflow,
    reports: list[StepReport],
    end: End | None = None,
    **parameters: Any,
) -> tuple[JobRecord, dict[str, StepReport]]:
    """The record of a job that ran ten seconds, and its reports by step."""
    opening = Opening(
        journey_id="default",
        stage_id="run_workflow",
        flow_run_id="00000000-0000-0000-0000-000000000000",
        triggered_by="test",
        steps=tuple(node.id for node in workflow.nodes if node.kind != "note"),
        process="test",
        store="/results",
        started_at=START,
        purpose="",
        parameters={"document": DIGEST, **parameters},
        number=1,
        job_id="JOB-001-20250131080000",
    )
    found = {item.step_id: item for item in reports}
    end = end or End("completed", START + timedelta(seconds=10))
    return fold(opening, found, {"page": "/results/report.html"}, (), end), found


def small_job(text: str = "") -> tuple[Subject, JobRecord, dict[str, StepReport]]:
    """A job of ``every_kind`` that completed, with skipped, cached and failed steps."""
    workflow = every_kind(text)
    reports = [
        report("fetch", seconds=2.0, outputs={"text": f"<p>{text}</p>", "n": 12}),
        report("size", at=2.0, seconds=0.01, outputs={"case": "large"}),
        *(report(f"inner[{n}]", at=2.1 + n, cached=n == 1) for n in range(3)),
        report("second[0]", at=3.1),
        report("second[1]", "failed", at=4.1, error=f"It broke: {text}", tries=3),
        report("second[2]", "skipped", reason="inner failed"),
        report("each", at=6.0, seconds=0.01, outputs={"lines": ["a", None, text]}),
        report("sub.deep", at=6.1),
        report("sub", at=7.2, seconds=0.01),
        report("ask", "skipped", reason="size did not choose small"),
        report("rescue", "skipped", reason="fetch did not fail"),
        report("last", at=7.3, outputs={"text": {"preview": "begins", "size": 70_000,
                                                 "sha256": DIGEST, "truncated": True}}),
    ]  # fmt: skip
    outputs = {"text": f"all {text}", "numbers": [1, 2]}
    return Subject(workflow, {"name": text}, outputs), *job(workflow, reports)


def failed_job(text: str = "") -> tuple[Subject, JobRecord, dict[str, StepReport]]:
    """A job that failed at its first node."""
    workflow = every_kind(text)
    why = Failure("tool", f"fetch: no answer {text}", ADVICE["tool"])
    end = End("failed", START + timedelta(seconds=3), why)
    reports = [report("fetch", "failed", error=f"no answer {text}", tries=2)]
    return Subject(workflow, {}, {}), *job(workflow, reports, end)


def large_job(count: int = 1_000) -> tuple[Subject, JobRecord, dict[str, StepReport]]:
    """A job of so many nodes, each with two sources of up to forty nodes before it."""
    nodes = [
        task(f"n{k}", *sorted({f"n{k - 1 - k * 7 % 40}", f"n{k - 1 - k * 11 % 23}"}))
        if k > 40
        else task(f"n{k}")
        for k in range(count)
    ]
    workflow = document(nodes, title="Large")
    reports = [
        report(f"n{k}", "failed", error=f"number {k}")
        if k % 250 == 249
        else report(
            f"n{k}", at=k / 100, seconds=0.1, cached=k % 3 == 0, outputs={"text": "x" * 300}
        )
        for k in range(count)
    ]
    return Subject(workflow, {}, {"text": "y"}), *job(workflow, reports)
