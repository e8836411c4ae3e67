"""IBM Informix."""

from stageline.schema import lexical
from stageline.schema.dialect import Dialect

DIALECT = Dialect(
    name="informix",
    aliases=("ids", "informixids", "ibminformix"),
    lexis=lexical.INFORMIX,
    name_trails=True,
    separators=frozenset(".:"),
    filled_types=frozenset({"SERIAL", "SERIAL8", "BIGSERIAL"}),
    overloads=True,
    select_into="behind",
)
