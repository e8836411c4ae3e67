"""Microsoft SQL Server, and Sybase ASE, whose dumps look alike."""

from stageline.schema import lexical
from stageline.schema.dialect import Dialect

DIALECT = Dialect(
    name="mssql",
    databases_part=True,
    aliases=("sqlserver", "tsql", "microsoftsqlserver", "azuresql", "sybase", "ase"),
    lexis=lexical.MSSQL,
    types_require=True,
    select_into="before",
)
