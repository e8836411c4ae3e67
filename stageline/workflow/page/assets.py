"""The templates, the styles and the script of the page."""

from __future__ import annotations

from functools import cache

from stageline.page import Assets, read_assets
from stageline.workflow.picture.ink import style


@cache
def load_assets() -> Assets:
    """The package's files, read once."""
    return read_assets("stageline.workflow.page", ["page.css"], ["page.js"], [style()])
