"""Pages in windows of several widths."""

from __future__ import annotations

from typing import Any

_TOO_WIDE = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"


def assert_fits(browser: Any) -> None:
    """The page that is shown is in no window wider than that."""
    for width in (1400, 800, 400):
        browser.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False},
        )
        over = browser.execute_script(_TOO_WIDE)
        assert over == 0, f"{over} pixels too wide at {width}"
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
