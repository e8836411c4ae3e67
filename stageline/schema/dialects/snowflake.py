"""Snowflake."""

from stageline.schema import lexical
from stageline.schema.dialect import Dialect, fold_upper

DIALECT = Dialect(
    name="snowflake",
    lexis=lexical.SNOWFLAKE,
    fold=fold_upper,
    overloads=True,
)
