"""Firebird and InterBase."""

from stageline.schema import lexical
from stageline.schema.dialect import Dialect, fold_upper

DIALECT = Dialect(
    name="firebird",
    aliases=("interbase", "fb"),
    lexis=lexical.FIREBIRD,
    fold=fold_upper,
    types_require=True,
)
