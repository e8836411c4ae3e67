"""Oracle Database."""

from stageline.schema import lexical
from stageline.schema.dialect import Dialect, fold_upper

DIALECT = Dialect(
    name="oracle",
    aliases=("ora", "plsql", "oracledb"),
    lexis=lexical.ORACLE,
    fold=fold_upper,
    modify_keeps_rest=True,
)
