"""SQL of no dialect in particular, read with tolerance."""

from stageline.schema import lexical
from stageline.schema.dialect import Dialect

DIALECT = Dialect(
    name="generic",
    aliases=("ansi", "sql", "standard"),
    lexis=lexical.GENERIC,
    overloads=True,
)
