"""A real browser for the tests of pages: Chromium without a window, driven by Selenium."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
DRIVER = shutil.which("chromedriver")


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
    if not (CHROMIUM and DRIVER):
        pytest.skip(
            "chromium and chromedriver are not installed (Debian: chromium chromium-driver)"
        )
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    options.unhandled_prompt_behavior = "ignore"
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    arguments = [
        "--headless", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
        "--disable-background-networking", "--disable-component-update",
        "--force-prefers-reduced-motion",  # a smooth scroll moves what is about to be clicked
        "--window-size=1400,1000", f"--user-data-dir={tmp_path_factory.mktemp('profile')}",
    ]  # fmt: skip
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")  # Chromium refuses its sandbox to root
    for argument in arguments:
        options.add_argument(argument)
    service = webdriver.ChromeService(DRIVER)
    driver = webdriver.Chrome(options=options, service=service)
    yield driver
    driver.quit()


@pytest.fixture
def show(browser: Any, tmp_path: Path) -> Callable[[str], Any]:
    """Opens a page and hands out the browser once the page's script has run."""
    from selenium.webdriver.support.wait import WebDriverWait  # noqa: PLC0415 - may be absent

    numbers = count()

    def open_page(text: str) -> Any:
        place = tmp_path / f"report{next(numbers)}.html"
        place.write_text(text, encoding="utf-8")
        browser.get_log("browser")
        browser.get(place.as_uri())
        ready = "return document.documentElement.dataset.ready === 'true'"
        WebDriverWait(browser, 20).until(lambda b: b.execute_script(ready))
        return browser

    return open_page
