"""Texts for people: numbers, sizes and names cut to a length that a page can bear."""

from __future__ import annotations

NAME = 160  # characters; longer names are cut, so that one of 10,000 does not own the page
TEXT = 600

DIALECTS = {
    "mysql": "MySQL / MariaDB",
    "mariadb": "MariaDB",
    "postgresql": "PostgreSQL",
    "postgres": "PostgreSQL",
    "oracle": "Oracle",
    "mssql": "SQL Server",
    "sqlserver": "SQL Server",
    "tsql": "SQL Server",
    "sqlite": "SQLite",
    "informix": "Informix",
    "db2": "Db2",
    "snowflake": "Snowflake",
    "redshift": "Redshift",
    "bigquery": "BigQuery",
    "duckdb": "DuckDB",
    "firebird": "Firebird",
    "generic": "Generic SQL",
}


def clip(text: str, limit: int = NAME) -> str:
    """``text`` of at most ``limit`` characters; an ellipsis stands for what was cut."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def allowance(count: int, total: int, most: int, least: int) -> int:
    """Characters that each of ``count`` texts may have so that all fit into ``total``."""
    return max(least, min(most, total // max(count, 1)))


def number(value: float) -> str:
    """``1234`` as ``1,234``; at most one decimal place, and none when it would be 0."""
    text = f"{value:,.1f}"
    return text.removesuffix(".0")


def plural(count: int, noun: str, many: str | None = None) -> str:
    """``1 table``, ``2 tables``."""
    return f"{count:,} {noun if count == 1 else many or noun + 's'}"


def size(count: int) -> str:
    """Bytes in the largest fitting unit of 1,000."""
    value = float(count)
    for unit in ("bytes", "kB", "MB"):
        if value < 1000:
            return f"{number(value)} {unit}"
        value /= 1000
    return f"{number(value)} GB"


def duration(value: object) -> str:
    """Seconds as people say them; anything that is no number as it is."""
    if not isinstance(value, int | float):
        return str(value)
    minutes, seconds = divmod(value, 60)
    if minutes:
        return f"{int(minutes)} min {seconds:.0f} s"
    return f"{seconds:.1f} s"


def percent(part: float, whole: float) -> str:
    """``part`` of ``whole`` in percent; never rounded up to 100 or down to 0."""
    if not whole:
        return "–"
    share = 100 * part / whole
    if 99 < share < 100 or 0 < share < 1:
        return (
            f"{share:.1f} %" if 0.1 <= share <= 99.9 else ("> 99.9 %" if share > 50 else "< 0.1 %")
        )
    return f"{share:.0f} %"


def share(probability: float) -> str:
    """A probability in percent; what is not certain is never said to be 100 or 0."""
    if 0.99 < probability < 1:
        return "> 99 %"
    return f"{probability:.0%}".replace("%", " %") if probability >= 0.01 else "< 1 %"


def dialect(name: str) -> str:
    """The dialect's name as its maker writes it."""
    return DIALECTS.get(name, name)
