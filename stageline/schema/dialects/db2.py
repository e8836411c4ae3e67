"""IBM Db2."""

from stageline.schema import lexical
from stageline.schema.dialect import Dialect, fold_upper

DIALECT = Dialect(
    name="db2",
    aliases=("db2luw", "db2zos", "ibmdb2"),
    lexis=lexical.DB2,
    fold=fold_upper,
    separators=frozenset("./"),
    overloads=True,
)
