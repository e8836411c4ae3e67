"""Google BigQuery."""

from stageline.schema import lexical
from stageline.schema.dialect import Dialect, fold_nothing

DIALECT = Dialect(
    name="bigquery",
    aliases=("bq", "googlesql"),
    lexis=lexical.BIGQUERY,
    fold=fold_nothing,
    dotted_quotes=True,
    case_rule="sensitive",  # tables; its columns are not
)
