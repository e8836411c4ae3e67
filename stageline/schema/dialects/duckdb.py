"""DuckDB."""

from stageline.schema import lexical
from stageline.schema.dialect import Dialect

DIALECT = Dialect(
    name="duckdb",
    aliases=("motherduck",),
    lexis=lexical.DUCKDB,
    overloads=True,
)
