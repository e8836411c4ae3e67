"""The page of a workflow's job in a real browser: it works, keeps quiet, and runs nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from stageline.workflow.page import render_page
from tests.browser.widths import assert_fits
from tests.unit.workflow.page_samples import failed_job, large_job, small_job
from tests.unit.workflow.test_drawing import HOSTILE

pytest.importorskip("selenium", reason="selenium is not installed")
from selenium.common.exceptions import NoAlertPresentException
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.wait import WebDriverWait

Show = Callable[[str], Any]


@pytest.fixture(scope="module")
def large_page() -> str:
    return render_page(*large_job(1_000))


def shown_rows(browser: Any) -> list[str]:
    return list(
        browser.execute_script(
            "return [...document.querySelectorAll('#rows > li')].filter(e => !e.hidden)"
            ".map(e => e.querySelector('details').id)"
        )
    )


def status(browser: Any) -> str:
    return str(browser.find_element(By.ID, "shown").text)


def test_the_console_stays_empty_and_nothing_is_fetched(show: Show, large_page: str) -> None:
    for text in (render_page(*small_job()), render_page(*failed_job()), large_page):
        browser = show(text)
        assert browser.get_log("browser") == []
        fetched = browser.execute_script(
            "return performance.getEntriesByType('resource').map(e => e.name)"
            ".filter(name => !name.startsWith('data:'))"
        )
        assert fetched == []


@pytest.mark.parametrize("text", [*HOSTILE, "javascript:window.hacked=1", "{{ 7 * 7 }}"])
def test_nothing_of_a_document_or_a_tool_is_ever_run(show: Show, text: str) -> None:
    browser = show(render_page(*small_job(text)))
    browser.execute_script(
        "document.querySelectorAll('details').forEach(e => { e.open = true; });"
        "document.querySelectorAll('a[href]').forEach(e => e.dispatchEvent(new MouseEvent('click',"
        " {bubbles: true, cancelable: true})));"
    )
    browser.execute_async_script("setTimeout(arguments[0], 50)")
    with pytest.raises(NoAlertPresentException):
        browser.switch_to.alert  # noqa: B018
    assert browser.execute_script("return window.hacked === undefined")
    assert browser.execute_script("return document.querySelectorAll('script, img').length") == 1
    assert browser.get_log("browser") == []


def test_the_policy_stops_what_would_get_past_the_escaping(show: Show) -> None:
    planted = render_page(*small_job()).replace(
        "<main", "<script>window.hacked = 1</script><img src=x onerror='window.hacked = 1'><main"
    )
    browser = show(planted)
    assert browser.execute_script("return window.hacked === undefined")
    log = " ".join(entry["message"] for entry in browser.get_log("browser"))
    assert "Content Security Policy" in log


def test_the_picture_is_coloured_and_its_style_is_admitted(show: Show) -> None:
    browser = show(render_page(*small_job()))
    fills = browser.execute_script(
        "return ['completed', 'failed', 'skipped'].map(name => getComputedStyle("
        "document.querySelector(`.stageline-drawing .${name} .box`)).fill)"
    )
    assert len(set(fills)) == 3 and "rgb(0, 0, 0)" not in fills


def test_no_text_of_the_picture_leaves_its_box(show: Show) -> None:
    browser = show(render_page(*small_job("with a title too long to fit into any box at all")))
    over = browser.execute_script(
        """return [...document.querySelectorAll('.stageline-drawing .node')].flatMap(node => {
             const box = node.querySelector('.box').getBoundingClientRect();
             return [...node.querySelectorAll('text')]
               .filter(t => t.getBoundingClientRect().right > box.right + 1)
               .map(t => t.textContent);
           })"""
    )
    assert over == []


def test_a_node_of_the_picture_opens_its_row(show: Show, large_page: str) -> None:
    browser = show(large_page)
    browser.execute_script(
        "document.querySelector('#picture a[href=\"#node-n777\"]')"
        ".dispatchEvent(new MouseEvent('click', {bubbles: true, cancelable: true}))"
    )
    row = browser.find_element(By.ID, "step-n777")
    WebDriverWait(browser, 10).until(lambda _: row.get_attribute("open"))
    box = browser.execute_script(
        "const r = document.getElementById('step-n777').getBoundingClientRect();"
        "return [r.top >= 0, r.bottom <= innerHeight]"
    )
    assert box == [True, True]


def test_a_large_picture_can_be_seen_as_a_whole(show: Show, large_page: str) -> None:
    browser = show(large_page)
    place = browser.find_element(By.ID, "picture")
    button = browser.find_element(By.ID, "whole")
    inside = (
        "const e = arguments[0];"
        "return [e.scrollWidth <= e.clientWidth, e.scrollHeight <= e.clientHeight]"
    )
    assert browser.execute_script(inside, place) == [False, False]
    button.click()
    assert browser.execute_script(inside, place) == [True, True]
    button.click()
    assert browser.execute_script(inside, place) == [False, False]
    assert not show(render_page(*failed_job())).find_element(By.ID, "whole").is_displayed()


def test_nodes_are_found_by_words_and_by_state(show: Show, large_page: str) -> None:
    browser = show(large_page)
    assert len(shown_rows(browser)) == 1_000
    search = browser.find_element(By.ID, "search")
    for typed, expected in (
        ("n99 render", [99, *range(990, 1_000)]),
        ("number 499", [499]),
        ("nothing like it", []),
    ):
        search.clear()
        search.send_keys(typed)
        assert shown_rows(browser) == [f"step-n{k}" for k in expected]
        assert status(browser) == f"{len(expected)} of 1,000"
    search.send_keys(*[Keys.BACKSPACE] * 20)
    browser.find_element(By.CSS_SELECTOR, "#controls button[data-state=failed]").click()
    assert shown_rows(browser) == [f"step-n{k}" for k in (249, 499, 749, 999)]
    assert status(browser) == "4 of 1,000"
    browser.execute_script("location.hash = '#node-n5'")
    WebDriverWait(browser, 10).until(lambda b: len(shown_rows(b)) == 1_000)


def test_a_failure_leads_to_its_row_by_keyboard(show: Show) -> None:
    browser = show(render_page(*failed_job()))
    link = browser.find_element(By.CSS_SELECTOR, ".problems a")
    link.send_keys(Keys.ENTER)
    row = browser.find_element(By.ID, "step-fetch")
    WebDriverWait(browser, 10).until(lambda _: row.get_attribute("open"))
    assert "no answer" in row.text


def test_no_page_is_wider_than_its_window(show: Show, large_page: str) -> None:
    for text in (render_page(*small_job("x" * 300)), render_page(*failed_job()), large_page):
        assert_fits(show(text))
