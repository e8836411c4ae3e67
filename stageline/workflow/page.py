"""What is shown of a job that ran a workflow document: its page, its summary, its outputs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape
from typing import Any

from stageline.job import JobRecord, StepReport
from stageline.summary import plain
from stageline.view import Presentation, job_page
from stageline.workflow.previews import preview


def present(
    outputs: Mapping[str, Any],
    record: JobRecord,
    reports: Mapping[str, StepReport],
) -> Presentation:
    """The page of a job, and its outputs as text and as markdown; large ones are cut."""
    shown = {name: _text(value) for name, value in outputs.items()}
    rows = "".join(f"<dt>{escape(n)}</dt><dd><pre>{escape(v)}</pre></dd>" for n, v in shown.items())
    page = job_page(record, reports).replace(b"</body>", f"<dl>{rows}</dl></body>".encode())
    markdown = "".join(f"- **{plain(name)}**: {plain(text)}\n" for name, text in shown.items())
    text = "\n".join(f"{name} = {value}" for name, value in shown.items())
    return Presentation(page, f"## Outputs\n\n{markdown}" if markdown else "", text)


def _text(value: Any) -> str:
    return json.dumps(preview(value), ensure_ascii=False)
