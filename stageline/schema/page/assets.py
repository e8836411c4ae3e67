"""The templates, the styles and the script of the page."""

from __future__ import annotations

from functools import cache

from stageline.page import Assets, read_assets

SCRIPTS = ("dom.js", "list.js", "tables.js", "relationships.js", "lists.js", "start.js")


@cache
def load_assets() -> Assets:
    """The package's files, read once."""
    return read_assets("stageline.schema.page", ["page.css"], SCRIPTS)
