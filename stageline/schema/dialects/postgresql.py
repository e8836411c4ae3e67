"""PostgreSQL."""

from stageline.schema import lexical
from stageline.schema.dialect import Dialect, fold_lower

SERIAL = frozenset({"SERIAL", "BIGSERIAL", "SMALLSERIAL", "SERIAL2", "SERIAL4", "SERIAL8"})

DIALECT = Dialect(
    name="postgresql",
    aliases=("postgres", "pg", "psql", "greenplum", "cockroachdb", "cockroach", "yugabyte"),
    lexis=lexical.POSTGRESQL,
    fold=fold_lower,
    serial_types=SERIAL,
    overloads=True,
)
