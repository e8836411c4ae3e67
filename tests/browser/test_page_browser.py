"""The page in a real browser: it works, keeps quiet, and runs nothing that came with the dump."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from stageline.schema.page import render_page
from tests.browser.widths import assert_fits
from tests.unit.schema.page_samples import JOB, large, small_analysis, small_schema
from tests.unit.schema.test_page import HOSTILE, hostile_schema

pytest.importorskip("selenium", reason="selenium is not installed")
from selenium.common.exceptions import NoAlertPresentException
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.wait import WebDriverWait

Show = Callable[[str], Any]


@pytest.fixture(scope="module")
def small_page() -> str:
    return render_page(small_schema(), small_analysis(), JOB)


@pytest.fixture(scope="module")
def large_page() -> str:
    return render_page(*large(1_000, 15), JOB)


def titles(browser: Any, name: str) -> list[str]:
    """The first line of each row that a list shows."""
    rows = browser.find_elements(By.CSS_SELECTOR, f"#{name}-list .rows summary")
    first = [row.find_element(By.CSS_SELECTOR, ".title") for row in rows]
    return [title.text.splitlines()[0] for title in first]


def opened(place: Any, selector: str) -> Any:
    """An element of a row's detail, which the browser makes a moment after the row opens."""
    found = WebDriverWait(place, 10).until(lambda p: p.find_elements(By.CSS_SELECTOR, selector))
    return found[0]


def status(browser: Any, name: str) -> str:
    return str(browser.find_element(By.CSS_SELECTOR, f"#{name}-list .status").text)


def choose(browser: Any, control: str, value: object) -> None:
    """Set a select or a slider as a person does, with its event."""
    browser.execute_script(
        "const e = document.getElementById(arguments[0]); e.value = arguments[1];"
        "e.dispatchEvent(new Event(e.tagName === 'SELECT' ? 'change' : 'input'));",
        control,
        str(value),
    )


def test_the_console_stays_empty_and_nothing_is_fetched(
    show: Show, small_page: str, large_page: str
) -> None:
    for text in (small_page, large_page):
        browser = show(text)
        assert browser.get_log("browser") == []
        fetched = browser.execute_script(
            "return performance.getEntriesByType('resource').map(e => e.name)"
            ".filter(name => !name.startsWith('data:'))"
        )
        assert fetched == []


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_of_the_dump_is_ever_run(show: Show, text: str) -> None:
    browser = show(render_page(*hostile_schema(text), {"id": text}))
    before = browser.execute_script("return document.querySelectorAll('script, img').length")
    assert before == 2  # the data and the page's own script
    browser.execute_script(
        "document.querySelectorAll('.controls input[type=search]').forEach(e => {"
        "e.value = arguments[0]; e.dispatchEvent(new Event('input')); e.value = '';"
        "e.dispatchEvent(new Event('input')); });"
        "document.querySelectorAll('details').forEach(e => { e.open = true; });",
        text,
    )
    details = opened(browser, "#tables-list .detail").text
    browser.execute_async_script("setTimeout(arguments[0], 50)")
    with pytest.raises(NoAlertPresentException):
        browser.switch_to.alert  # noqa: B018
    assert browser.execute_script("return window.hacked === undefined")
    assert browser.execute_script("return document.querySelectorAll('script, img').length") == 2
    assert " ".join(text.split()) in " ".join(details.split())
    assert browser.get_log("browser") == []


def test_the_policy_stops_what_would_get_past_the_escaping(show: Show, small_page: str) -> None:
    planted = small_page.replace(
        "<main", "<script>window.hacked = 1</script><img src=x onerror='window.hacked = 1'><main"
    )
    browser = show(planted)
    assert browser.execute_script("return window.hacked === undefined")
    log = " ".join(entry["message"] for entry in browser.get_log("browser"))
    assert "Content Security Policy" in log


def test_tables_are_found_by_column_type_and_comment(show: Show, small_page: str) -> None:
    browser = show(small_page)
    search = browser.find_element(By.ID, "tables-search")
    for typed, expected in (
        ("msisdn", ["billing.subscriber_line"]),
        ("MONEY(12", ["billing.invoice"]),
        ("pay for", ["billing.customer"]),
        ("customer serial", ["billing.customer", "billing.subscriber_line"]),
        ("nothing like it", []),
    ):
        search.clear()
        search.send_keys(typed)
        assert titles(browser, "tables") == expected
        assert status(browser, "tables") == f"{len(expected)} of 5 tables"


def test_a_table_opens_by_keyboard_and_shows_its_detail(show: Show, small_page: str) -> None:
    browser = show(small_page)
    row = browser.find_element(By.CSS_SELECTOR, "#table-2")
    assert not row.find_elements(By.CSS_SELECTOR, ".detail")
    row.find_element(By.CSS_SELECTOR, "summary").send_keys(Keys.ENTER)
    detail = opened(row, ".detail").text
    for said in (
        "cust_id",
        "money(12,2)",
        "decimal",
        "the currency sign is lost",
        "93 %",
        "billing.customer",
        "1,204 rows in the dump",
        "due looks like a date",
    ):
        assert said in detail
    assert "Two references have no key behind them" not in detail  # that is about the schema


def test_relationships_are_filtered_by_kind_and_confidence(show: Show, small_page: str) -> None:
    browser = show(small_page)
    assert status(browser, "relationships") == "4 relationships"
    choose(browser, "relationships-kind", "implied")
    assert status(browser, "relationships") == "3 of 4 relationships"
    choose(browser, "relationships-least", 85)
    assert titles(browser, "relationships") == [
        "billing.invoice (cust_id)",
        "billing.line_service (line_id)",
    ]
    browser.find_element(By.CSS_SELECTOR, "#relationships-list summary").click()
    detail = opened(browser, "#relationships-list .detail").text
    assert "cust_id abbreviates customer_id" in detail
    assert "no index leads with cust_id" in detail
    assert "not a key there" in detail


def test_rules_are_filtered_by_kind_and_show_their_source(show: Show, small_page: str) -> None:
    browser = show(small_page)
    choose(browser, "rules-kind", "check")
    assert titles(browser, "rules") == ["The status of a customer is A, S or C."]
    browser.find_element(By.CSS_SELECTOR, "#rules-list summary").click()
    assert opened(browser, "#rules-list pre").text == "status IN ('A','S','C')"


def test_a_link_leads_to_a_table_on_a_later_page_of_the_list(show: Show, large_page: str) -> None:
    browser = show(large_page)
    assert len(titles(browser, "tables")) == 50
    browser.execute_script("location.hash = '#table-999'")
    row = opened(browser, "#table-999")
    opened(row, ".detail")
    assert row.get_attribute("open")
    assert browser.execute_script("return document.activeElement.parentElement.id") == "table-999"


def test_pages_of_a_list_turn(show: Show, large_page: str) -> None:
    browser = show(large_page)
    first = titles(browser, "tables")
    for words, expected in (("Next", "51–100 of 1,000"), ("Previous", "1–50 of 1,000")):
        browser.execute_script(
            "[...document.querySelectorAll('#tables-list .pager button')]"
            ".find(b => b.textContent === arguments[0]).click()",
            words,
        )
        shown = browser.find_element(By.CSS_SELECTOR, "#tables-list .range").text
        assert shown == expected
    assert titles(browser, "tables") == first


def test_the_picture_follows_the_keyboard(show: Show, small_page: str) -> None:
    browser = show(small_page)
    browser.execute_script("document.querySelector('#picture a[data-key=\"2\"]').focus()")
    near = browser.find_elements(By.CSS_SELECTOR, "#picture a.near title")
    names = {element.get_attribute("textContent") for element in near}
    assert names == {"billing.invoice", "billing.customer, refers to itself"}


def test_no_page_is_wider_than_its_window(show: Show, small_page: str, large_page: str) -> None:
    for text in (small_page, large_page):
        assert_fits(show(text))
