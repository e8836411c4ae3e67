"""MySQL and MariaDB."""

from stageline.schema import lexical
from stageline.schema.dialect import Dialect, fold_nothing

DIALECT = Dialect(
    name="mysql",
    aliases=("mariadb", "aurora", "percona", "tidb"),
    lexis=lexical.MYSQL,
    fold=fold_nothing,  # tables are files: on Linux their names differ by case
    use_sets_schema=True,
    filled_types=frozenset({"SERIAL"}),
    unique_types=frozenset({"SERIAL"}),
    list_adds_to_select=True,
    like_copies_keys=True,
)
