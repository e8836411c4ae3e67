"""``make demo``'s program, as a user sees it: its output and its exit code."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def demo(api: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "examples.demo", *arguments]
    environment = {**os.environ, "PREFECT_API_URL": api}
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


def test_it_ends_with_the_job_a_table_of_findings_and_the_place_of_the_report(
    api: str, tmp_path: Path
) -> None:
    done = demo(api, "examples/telecom_billing.sql", "--store", str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert "97 tables" in done.stdout and "Severity" in done.stdout
    (report,) = tmp_path.rglob("report.html")
    assert report.parent.name.startswith("JOB-001-")
    assert report.parent.name in done.stdout and str(report) in done.stdout


def test_bad_input_is_one_sentence_without_a_traceback(api: str, tmp_path: Path) -> None:
    done = demo(api, str(tmp_path / "no.sql"), "--store", str(tmp_path / "results"))
    assert done.returncode == 2
    assert "There is no file" in done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert not (tmp_path / "results").exists()
