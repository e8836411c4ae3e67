"""What sets one SQL dialect apart for the reader, as data; one file a dialect in ``dialects``."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

from stageline.errors import InputError
from stageline.schema.lexical import Lexis
from stageline.schema.model import CaseRule
from stageline.schema.tokens import unquote

_QUOTES = "\"`['"


def fold_case(token: str) -> str:
    """Names that differ only in case are one name (SQLite, SQL Server, Informix)."""
    return unquote(token).casefold()


def fold_lower(token: str) -> str:
    """Unquoted names are lower case, quoted ones are as written (PostgreSQL)."""
    return unquote(token) if token[:1] in _QUOTES else unquote(token.lower())


def fold_upper(token: str) -> str:
    """Unquoted names are upper case, quoted ones are as written (the SQL standard)."""
    return unquote(token) if token[:1] in _QUOTES else token.upper()


def fold_nothing(token: str) -> str:
    """Names are as written (MySQL tables on Linux, BigQuery)."""
    return unquote(token)


@dataclass(frozen=True, slots=True)
class Dialect:
    """``fold`` makes the key of a name as written; two names with one key are one object.

    - ``any_type_words``: a type is any run of words (SQLite), not only known ones.
    - ``name_trails``: ``CONSTRAINT name`` follows what it names (Informix).
    - ``separators``: what may stand between the parts of a name: a colon too (Informix), a slash
      (Db2 for i).
    - ``use_sets_schema``: ``USE x`` sets the schema of the names that follow.
    - ``databases_part``: ``USE x`` goes to a database from which no other is seen (T-SQL).
    - ``key_is_not_null``: columns of a primary key are not null even if nobody says so.
    - ``serial_types``: types that create a sequence ``table_column_seq``, and what they stand for.
    - ``filled_types``: types of columns that are never null, though nobody says so.
    - ``types_require``: columns of a type or domain that is NOT NULL are never null.
    - ``unique_types``: types whose columns are unique, though nobody says so (MySQL).
    - ``select_into``: where a SELECT names the table that it makes: ``before`` FROM or ``behind``.
    - ``dotted_quotes``: one pair of quotes may hold a whole name of several parts (BigQuery).
    - ``list_adds_to_select``: ``CREATE TABLE a (list) SELECT`` makes the columns of both (MySQL).
    - ``like_copies_keys``: ``CREATE TABLE a LIKE b`` copies keys and indexes too (MySQL).
    - ``modify_keeps_rest``: ``MODIFY`` leaves what it does not mention as it was (Oracle).
    - ``overloads``: routines that differ in their parameters may share a name.
    - ``key_absorbs_unique``: a unique constraint on the primary key's columns is not made.
    - ``internal_prefix``: tables of such names are the server's own.
    - ``schema_tables``: the catalogue's own names; a row put into it makes an object (SQLite).
    """

    name: str
    lexis: Lexis
    aliases: tuple[str, ...] = ()
    case_rule: CaseRule = "insensitive"
    fold: Callable[[str], str] = fold_case
    any_type_words: bool = False
    name_trails: bool = False
    separators: frozenset[str] = frozenset(".")
    use_sets_schema: bool = False
    databases_part: bool = False
    key_is_not_null: bool = True
    serial_types: Mapping[str, str] = field(default_factory=dict)
    filled_types: frozenset[str] = frozenset()
    types_require: bool = False
    unique_types: frozenset[str] = frozenset()
    select_into: Literal["", "before", "behind"] = ""
    dotted_quotes: bool = False
    list_adds_to_select: bool = False
    like_copies_keys: bool = False
    modify_keeps_rest: bool = False
    overloads: bool = False
    key_absorbs_unique: bool = False
    internal_prefix: str = "\0"
    schema_tables: frozenset[str] = frozenset()

    def fills(self, type_: str) -> bool:
        """Whether columns of a type are never null: ``serial``, and ``serial(100)``."""
        return type_.partition("(")[0].rstrip().upper() in self.filled_types


@cache
def dialects() -> dict[str, Dialect]:
    """Every dialect of the ``dialects`` folder by name, in order of name."""
    package = importlib.import_module("stageline.schema.dialects")
    names = sorted(module.name for module in pkgutil.iter_modules(package.__path__))
    modules = (importlib.import_module(f"{package.__name__}.{name}") for name in names)
    found: list[Dialect] = [module.DIALECT for module in modules]
    return {dialect.name: dialect for dialect in found}


@cache
def find_dialect(name: str) -> Dialect:
    """The dialect of that name or alias. Raises ``InputError`` that lists the known ones."""
    wanted = name.strip().casefold().replace("-", "").replace("_", "").replace(" ", "")
    for dialect in dialects().values():
        if wanted in (dialect.name, *dialect.aliases):
            return dialect
    known = ", ".join(dialects())
    raise InputError(f"Unknown dialect {name!r}; use one of: auto, {known}")


def name_dialect(name: str) -> str:
    """``auto``, or the one name of the dialect that ``name`` means. Raises ``InputError``."""
    return "auto" if name.strip().casefold() in ("", "auto") else find_dialect(name).name
