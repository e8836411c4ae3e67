"""How much of a very large schema the page holds, so that a browser can still open it.

What is left out stands in the step reports; the page says of every list how many it shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import TypeVar

from stageline.schema.model import Table

Item = TypeVar("Item")

TABLES = 5_000
COLUMNS = 60_000
RELATIONSHIPS = 10_000
RULES = 12_000
FINDINGS = 5_000
ROUTINES = 5_000
STATEMENTS = 2_000
OBJECTS = 5_000
NAMES = 400  # names in one list of a section
FINDING_NAMES = 40_000  # names of objects in all findings together
SOURCES = 2_000_000  # characters of quoted SQL on the whole page
EVIDENCE = 1_500_000  # characters of evidence on the whole page


def fit_tables(tables: Sequence[Table]) -> Sequence[Table]:
    """The first tables whose columns the page can hold."""
    totals = accumulate(len(table.columns) for table in tables[:TABLES])
    return tables[: sum(total <= COLUMNS for total in totals)]


def few(items: Sequence[Item], limit: int = NAMES) -> Sequence[Item]:
    """The first ``limit`` items; the template says how many there are in all."""
    return items[:limit]
