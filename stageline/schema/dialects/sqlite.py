"""SQLite."""

from stageline.schema import lexical
from stageline.schema.dialect import Dialect

DIALECT = Dialect(
    name="sqlite",
    aliases=("sqlite3",),
    lexis=lexical.SQLITE,
    any_type_words=True,
    key_is_not_null=False,  # https://sqlite.org/lang_createtable.html: kept for old databases
    internal_prefix="sqlite_",
    schema_tables=frozenset({"sqlite_schema", "sqlite_master"}),
)
