"""The state of one replay, and how names are read in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from stageline.schema.ddl.catalog import Catalog
from stageline.schema.ddl.drafts import Refused, TableDraft
from stageline.schema.ddl.shapes import Shapes, shapes
from stageline.schema.dialect import Dialect
from stageline.schema.model import UserType
from stageline.schema.tokens import Name, Tokens, unquote

if TYPE_CHECKING:
    from stageline.schema.ddl.actions import Actions
    from stageline.schema.ddl.column_spec import ColumnSpec

MAX_NAMES = 1 << 16
MAX_COPIED = 500_000  # of tables like others and partitions; a thousand of 500 columns
Handler = Callable[[Tokens, int, "Session"], str | None]


@dataclass(slots=True)
class Session:
    """``schema`` qualifies unqualified names (``USE``, ``SET search_path``), as written.
    ``forms`` are for statements in ASCII."""

    dialect: Dialect
    catalog: Catalog = field(default_factory=Catalog)
    schema: str | None = None
    database: str | None = None
    catalogs: dict[str, Catalog] = field(default_factory=dict)  # of databases that do not mix
    specs: dict[str, ColumnSpec] = field(default_factory=dict)
    actions: dict[str, Actions] = field(default_factory=dict)
    names: dict[tuple[str, str | None], Name] = field(default_factory=dict)
    tails: set[str] = field(default_factory=set)  # table options that mean nothing here
    required: set[str] = field(default_factory=set)  # types that are NOT NULL, as keys
    copied: int = 0
    forms: Shapes = field(init=False)
    _owner: tuple[str, str, str] = ("", "", "")  # the schema that was read last: mostly one

    def __post_init__(self) -> None:
        self.forms = shapes(self.dialect.lexis, plain=True)

    def copy_columns(self, count: int) -> None:
        """Account for columns that one table takes from another, before they are copied.

        A chain of such tables is short to write and its columns grow with the square of its
        length, or faster. Raises ``Refused`` beyond ``MAX_COPIED`` columns in a dump.
        """
        if self.copied + count > MAX_COPIED:
            raise Refused(f"tables take more than {MAX_COPIED:,} columns from others; not read")
        self.copied += count

    def add_type(self, name: Name, made: UserType) -> None:
        self.catalog.types.add(name, made)
        if self.dialect.types_require and not made.nullable:
            self.required.add(name.key)

    def requires(self, type_: str) -> bool:
        """Whether a type of the dump's own is NOT NULL, and so are its columns unless they say
        otherwise."""
        return self.dialect.fold(type_.rpartition(".")[2]) in self.required

    def work_in(self, schema: str | None) -> None:
        """Qualify what follows by ``schema``; remembered columns may refer to tables of another."""
        if schema != self.schema:
            self.schema = schema
            self.specs.clear()

    def connect(self, database: str) -> None:
        """Work in a database from which no other one is seen; what was made before the first
        connection counts as made in that database."""
        if not self.catalogs:
            self.catalogs[database] = self.catalog
        self.catalog = self.catalogs.setdefault(database, Catalog())

    def remember(self, key: tuple[str, str | None], name: Name) -> None:
        """Keep what a text means as a name while the schema is the same; memory stays bounded."""
        if len(self.names) >= MAX_NAMES:
            self.names.clear()
        self.names[key] = name

    def name(self, tokens: Tokens, index: int) -> tuple[Name, int]:
        """Read a name of one to four parts; the index behind it. Raises ``Refused``."""
        parts, index = self.parts(tokens, index)
        return self.qualify(parts), index

    def parts(self, tokens: Tokens, index: int) -> tuple[list[str], int]:
        """The parts of a name as written, quotes and all."""
        words = tokens.words
        if not words[index] or words[index] in "(),;.=":
            seen = repr(words[index]) if words[index] else "the end"
            raise Refused(f"a name was expected before {seen}")
        parts = [words[index]]
        index += 1
        if self.dialect.dotted_quotes:  # a project's name may hold dashes (BigQuery)
            while words[index] == "-" and words[index + 1] not in ("", ".", "("):
                parts[0] += "-" + words[index + 1]
                index += 2
        separators = self.dialect.separators
        while words[index] in separators or words[index][:1] == "{":
            if words[index][:1] == "{":  # a template at the end of a name
                parts[-1] += words[index]
                index += 1
                continue
            index += 1
            while words[index] == ".":  # database..table: the owner is left out
                index += 1
            if words[index]:
                parts.append(words[index])
                index += 1
        if self.dialect.dotted_quotes and len(parts) == 1 and "." in parts[0]:
            parts = unquote(parts[0]).split(".")
        return parts, index

    def qualify(self, parts: list[str]) -> Name:
        """The name that the parts make; only its last two count."""
        fold = self.dialect.fold
        schema, last = parts[-2] if len(parts) > 1 else self.schema, parts[-1]
        if not schema:
            return Name(None, unquote(last), None, fold(last))
        if schema != self._owner[0]:  # db2look pads a schema to eight characters
            self._owner = (schema, unquote(schema).strip(), fold(schema).strip())
        _, spelled, key = self._owner
        return Name(spelled, unquote(last), key, fold(last))

    def table(self, name: Name, what: str = "table") -> TableDraft:
        """The table of that name. Raises ``Refused`` if the dump did not make it so far."""
        found = self.catalog.tables.find(name)
        if found is None:
            raise Refused(f"{what} {name.name} is not defined before this statement")
        return found
