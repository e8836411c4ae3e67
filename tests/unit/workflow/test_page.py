"""The page, the summaries and the excerpt of a workflow's job: what they say and how large."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest

from stageline.errors import ADVICE
from stageline.job import End, Failure, JobRecord, StepReport
from stageline.workflow.page import Subject, present, render_page
from stageline.workflow.page.rows import MAX_ROWS, PREVIEWS, in_order, make_rows
from stageline.workflow.page.texts import clip, duration, size
from tests.unit.workflow.page_samples import (
    START,
    document,
    failed_job,
    job,
    large_job,
    report,
    small_job,
    task,
)
from tests.unit.workflow.test_drawing import HOSTILE

Sample = tuple[Subject, JobRecord, dict[str, StepReport]]


class Elements(HTMLParser):
    """The elements of a page, the text of its rows by step, and where its links lead."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def values(self, attribute: str) -> list[str]:
        return [a[attribute] or "" for _, a in self.elements if attribute in a]


def rows_of(sample: Sample) -> dict[str, Any]:
    subject, record, reports = sample
    return {row.path: row for row in make_rows(subject.workflow, record, reports)}


def test_what_failed_comes_first_then_outputs_picture_and_nodes() -> None:
    page = render_page(*small_job())
    sections = ("problems", "outputs", "picture", "nodes", "inputs", "where")
    order = [page.index(f'id="{name}-title"') for name in sections]
    assert order == sorted(order)


def test_a_failed_job_says_why_and_what_to_do() -> None:
    page = render_page(*failed_job())
    assert "fetch: no answer" in page and ADVICE["tool"].replace("'", "&#39;") in page
    assert 'href="#step-fetch"' in page
    assert "outputs-title" not in page
    assert page.count("the job was failed") == 2 * 6  # the other nodes: closed and open


def test_a_cancelled_job_is_shown_as_cancelled() -> None:
    subject, _, _ = small_job()
    why = Failure("cancelled", "Told to stop.", ADVICE["cancelled"])
    record, reports = job(subject.workflow, [report("fetch")], End("cancelled", START, why))
    shown = present(subject, record, reports)
    assert b"Why it was cancelled" in shown.page and b"Told to stop." in shown.page
    assert "# Sample: cancelled" in shown.summary


def test_rows_stand_in_the_order_of_the_document_round_by_round() -> None:
    subject, record, _ = small_job()
    assert [step.step_id for step in in_order(subject.workflow, record)] == [
        "fetch", "size", "each", "inner[0]", "second[0]", "inner[1]", "second[1]", "inner[2]",
        "second[2]", "sub", "sub.deep", "ask", "rescue", "last",
    ]  # fmt: skip


def test_a_row_tells_status_time_tries_reason_and_outputs() -> None:
    rows = rows_of(small_job("x"))
    assert (rows["inner[1]"].state, rows["inner[0]"].state) == ("cached", "completed")
    assert (rows["second[1]"].reason, rows["second[1]"].tries) == ("It broke: x", 3)
    assert rows["ask"].reason == "size did not choose small" and rows["ask"].time == ""
    assert [(o.name, o.text) for o in rows["fetch"].outputs] == [("text", "<p>x</p>"), ("n", "12")]
    (cut,) = rows["last"].outputs
    assert (cut.text, cut.more) == ("begins", "the beginning of 70.0 kB")


def test_a_loop_takes_as_long_as_what_runs_inside() -> None:
    rows = rows_of(small_job())
    assert rows["each"].time == "3.9 s"  # from the first round, at 2.1, to its own end, at 6.01
    assert rows["sub"].time == "1.1 s"
    start, wide = rows["each"].bar
    assert start == pytest.approx(2.1 / 10 * 118, abs=0.1)
    assert wide == pytest.approx(3.91 / 10 * 120, abs=0.1)


def test_every_link_leads_to_an_element_and_no_id_is_there_twice() -> None:
    for sample in (small_job(), failed_job(), large_job(200)):
        page = Elements(render_page(*sample))
        ids = page.values("id")
        assert len(ids) == len(set(ids))
        links = [link for link in page.values("href") if link.startswith("#")]
        assert {link[1:] for link in links} <= set(ids)


@pytest.mark.parametrize("sample", [small_job, failed_job])
@pytest.mark.parametrize("text", [*HOSTILE, "{{ 7 * 7 }}", "</script>"])
def test_text_never_becomes_markup(sample: Callable[[str], Sample], text: str) -> None:
    page = render_page(*sample(text))
    page.encode("utf-8")
    hostile, calm = Elements(page), Elements(render_page(*sample("calm")))
    assert [tag for tag, _ in hostile.elements].count("script") == 1
    assert {tag for tag, _ in hostile.elements} <= {tag for tag, _ in calm.elements}
    known = {name for _, attributes in calm.elements for name in attributes}
    assert {name for _, attributes in hostile.elements for name in attributes} <= known
    assert "\x00" not in page and "\u202e" not in page


def test_what_no_file_can_hold_is_shown_as_unknown() -> None:
    subject, record, reports = small_job()  # a document cannot hold it, what a tool gives can
    given = replace(subject, outputs={"text": "\ud800", "deep": ["\udfff"]})
    shown = present(given, record, reports)
    assert shown.page.decode("utf-8").count("\ufffd") == 2
    shown.summary.encode("utf-8")


def test_the_policy_admits_the_styles_and_the_script_of_the_page_only() -> None:
    page = render_page(*small_job())
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy
    said = policy[1].replace("&#39;", "'")
    assert "default-src 'none'" in said and "unsafe" not in said
    for kind in ("style", "script"):
        found = re.findall(rf"<{kind}[^>]*>(.*?)</{kind}>", page, re.DOTALL)
        assert found
        for text in found:
            digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
            assert f"'sha256-{digest}'" in said
    assert not re.search(r"\s(style|on\w+)=", page)


def test_nothing_is_fetched() -> None:
    page = Elements(render_page(*small_job()))
    links = [*page.values("src"), *page.values("href")]
    assert [link for link in links if not link.startswith(("#", "data:"))] == []


def test_a_thousand_nodes_make_a_page_that_can_be_opened() -> None:
    page = render_page(*large_job())
    assert len(page.encode()) < 4_000_000
    assert page.count("<details") == 1_000


def test_previews_share_a_budget_and_rows_have_a_cap() -> None:
    workflow = document([task(f"n{k}") for k in range(MAX_ROWS + 50)])
    last = f"n{MAX_ROWS + 49}"
    reports = [report(f"n{k}", outputs={"text": "x" * 5_000}) for k in range(MAX_ROWS + 49)]
    record, found = job(workflow, [*reports, report(last, "failed", error="no")])
    rows = make_rows(workflow, record, found)
    assert len(rows) == MAX_ROWS
    assert rows[-1].path == last  # what did not end well is never left out
    assert sum(len(o.text) for row in rows for o in row.outputs) <= PREVIEWS
    page = render_page(Subject(workflow, {}, {}), record, found)
    assert "50 more steps in job.json" in page
    assert "picture-title" not in page  # 5,050 boxes are no picture


def test_equal_arguments_give_equal_bytes() -> None:
    first, second = present(*small_job("x")), present(*small_job("x"))
    assert (first.page, first.summary, first.markdown) == (
        second.page,
        second.summary,
        second.markdown,
    )


# --- summaries -------------------------------------------------------------------------------


def test_the_summary_lists_nodes_with_all_rounds_in_a_line_and_skipped_ones_in_a_sentence() -> None:
    summary = present(*small_job()).summary
    assert "| inner | 2 completed, 1 cached | 3.00 | 3 |" in summary
    assert "| second | 1 completed, 1 failed | 2.00 | 4 |" in summary
    assert "Skipped: second, ask, rescue." in summary
    assert "| ask" not in summary and "sub.deep" not in summary
    assert "- **second\\[1\\]**: It broke" in summary


def test_the_summary_of_a_large_job_stays_short() -> None:
    summary = present(*large_job()).summary
    assert len(re.findall(r"\n\| n\d+ ", summary)) == 200
    assert "and 800 nodes more in the report" in summary


@pytest.mark.parametrize("text", ["a | b", "<b>", "`x`", "two\nlines", "[link](javascript:x)"])
def test_text_does_not_change_the_markdown(text: str) -> None:
    calm, hostile = (present(*small_job(given)).summary for given in ("calm", text))
    assert hostile.count("\n") == calm.count("\n")
    assert "<b>" not in hostile and not re.search(r"(?<!\\)\]\(", hostile)


def test_outputs_are_a_table_and_one_line_each_as_text() -> None:
    shown = present(*small_job("x"))
    assert "| **numbers** | \\[1, 2\\] |" in shown.summary
    assert shown.text == 'text = "all x"\nnumbers = [1, 2]'
    assert "## Outputs" not in present(*failed_job()).summary


def test_large_outputs_are_cut_everywhere() -> None:
    subject, record, reports = small_job()
    large = replace(subject, outputs={"text": "x" * 1_000_000, "list": list(range(50_000))})
    shown = present(large, record, reports)
    assert len(shown.page) < 200_000
    assert len(shown.summary) + len(shown.text) < 10_000
    assert b"the beginning of 1.0 MB" in shown.page


def test_the_excerpt_for_notebooks_has_the_picture_and_the_outputs() -> None:
    excerpt = present(*small_job("<i>")).excerpt
    assert excerpt
    html = excerpt()
    assert "<svg" in html and "all &lt;i&gt;" in html and "<i>" not in html
    assert "#node-" not in html


def test_measures_are_written_for_people() -> None:
    assert [duration(s) for s in (0.004, 3.21, 59.6, 3_725)] == [
        "0.00 s",
        "3.2 s",
        "1 min 0 s",
        "1 h 2 min",
    ]
    assert [size(n) for n in (12, 70_000, 5_000_000)] == ["12 bytes", "70.0 kB", "5.0 MB"]
    assert clip("abcdef", 4) == "abc…" and json.dumps(clip("a\x00b")) == '"a\\ufffdb"'
