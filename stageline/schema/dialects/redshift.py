"""Amazon Redshift."""

from stageline.schema import lexical
from stageline.schema.dialect import Dialect, fold_lower

DIALECT = Dialect(
    name="redshift",
    aliases=("amazonredshift",),
    lexis=lexical.REDSHIFT,
    fold=fold_lower,
    overloads=True,
    select_into="before",
)
