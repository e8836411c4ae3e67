"""PostgreSQL."""

from stageline.schema import lexical
from stageline.schema.dialect import Dialect, fold_lower

SERIAL = {
    "SERIAL": "integer", "SERIAL4": "integer", "BIGSERIAL": "bigint", "SERIAL8": "bigint",
    "SMALLSERIAL": "smallint", "SERIAL2": "smallint",
}  # fmt: skip

DIALECT = Dialect(
    name="postgresql",
    aliases=("postgres", "pg", "psql", "greenplum", "cockroachdb", "cockroach", "yugabyte"),
    lexis=lexical.POSTGRESQL,
    fold=fold_lower,
    serial_types=SERIAL,
    filled_types=frozenset(SERIAL),
    overloads=True,
    key_absorbs_unique=True,
    select_into="before",
)
