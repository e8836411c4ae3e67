"""Rules that a schema declares: checks, enums, domains, defaults and uniqueness.

An extractor is a function from a schema to rules; ``EXTRACTORS`` lists them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from stageline.schema.analysis import Rule, qualified
from stageline.schema.model import Check, Column, Schema, Table, UserType
from stageline.schema.rules.conditions import demand, state, understand
from stageline.schema.rules.english import NOW, Speaker
from stageline.schema.rules.simplify import given_together, names_in
from stageline.schema.rules.tokens import one_line
from stageline.schema.rules.wording import article, join_words, plural, sentence, singular, spell
from stageline.schema.types.mapping import Resolver
from stageline.schema.types.syntax import read_type

_COLUMNS = Speaker()
_MOST_TABLES = 5
_LITERAL = re.compile(
    r"^(?:[NE]?'(?P<text>(?:[^']|'')*)'|(?P<number>-?\d+(?:\.\d+)?)|(?P<word>[A-Za-z_]\w*)(?:\s*\(\s*\d*\s*\))?)"
    r"(?:::[\w\s.\"\[\]()]+)?$"
)
# DB2 writes CURRENT DATE, Informix CURRENT YEAR TO SECOND, MySQL adds ON UPDATE.
_CURRENT = re.compile(
    r"\bCURRENT\s+(?:(DATE|TIME|TIMESTAMP)\b|\w+\s+TO\s+\w+(?:\(\d\))?)|\s+ON\s+UPDATE\b.*",
    re.IGNORECASE | re.DOTALL,
)
_NOISE_WORDS = frozenset(
    {"null", "newid", "uuid", "gen_random_uuid", "sys_guid", "newsequentialid"}
)
_TRUTH = {"true": "true", "false": "false"}


def _place(table: Table) -> str:
    return qualified(table.name, table.schema)


def _columns_of(
    check: Check, table: Table, schema: Schema, names: tuple[str, ...]
) -> tuple[str, ...]:
    """Declared columns, else those of the table that the condition names."""
    known = {schema.fold(column.name): column.name for column in table.columns}
    folded = (schema.fold(name.rpartition(".")[2]) for name in (*check.columns, *names))
    found = dict.fromkeys(known[name] for name in folded if name in known)
    return tuple(f"{_place(table)}.{name}" for name in found)


def extract_checks(schema: Schema) -> Iterator[Rule]:
    """CHECK constraints of tables."""
    for table in schema.tables:
        for check in table.checks:
            node = understand(check.expression, schema.dialect)
            kind = "not_null_together" if node and given_together(node) else "check"
            text = f"for every {singular(table.name)}, {demand(node, check.expression, _COLUMNS)}"
            columns = _columns_of(check, table, schema, names_in(node) if node else ())
            yield Rule(
                kind, sentence(text), (_place(table),), columns, one_line(check.expression, 2_000),
                check.line or table.line, check.name,
            )  # fmt: skip


def extract_enums(schema: Schema) -> Iterator[Rule]:
    """Lists of labels: of a column's own type, or of a type that columns use."""
    resolver = Resolver.of(schema)
    users = _users_of_types(schema)
    for user in schema.types:
        if user.kind == "enum" and user.labels:
            columns = users.get(user.name.casefold(), [])
            yield _enum_of_type(user, columns)
    for table in schema.tables:
        for column in table.columns:
            found = resolver.resolve(column.type)
            if found.labels and found.base in {"enum", "set"}:
                yield _enum_of_column(table, column, found.base, found.labels)


def _users_of_types(schema: Schema) -> dict[str, list[tuple[Table, Column]]]:
    """Columns by the folded last part of their type's name."""
    names = {user.name.casefold() for user in schema.types}
    users: dict[str, list[tuple[Table, Column]]] = {}
    for table in schema.tables if names else ():
        for column in table.columns:
            words = read_type(column.type).words
            last = words[0].rpartition(".")[2] if words else ""
            if last in names:
                users.setdefault(last, []).append((table, column))
    return users


def _quote(labels: tuple[str, ...]) -> list[str]:
    return [f"'{label}'" for label in labels]


def _used_by(columns: list[tuple[Table, Column]]) -> str:
    names = [f"the {spell(c.name)} of {article(singular(t.name))}" for t, c in columns]
    return f" (used by {join_words(names, most=_MOST_TABLES)})" if names else ""


def _spots(columns: list[tuple[Table, Column]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    tables = tuple(dict.fromkeys(_place(table) for table, _ in columns))
    return tables, tuple(f"{_place(table)}.{column.name}" for table, column in columns)


def _enum_of_type(user: UserType, columns: list[tuple[Table, Column]]) -> Rule:
    listed = join_words(_quote(user.labels), "or", most=30)
    text = f"a value of type {spell(user.name)} must be one of {listed}{_used_by(columns)}"
    tables, places = _spots(columns)
    return Rule("enum", sentence(text), tables, places, ", ".join(_quote(user.labels))[:2_000],
                user.line, user.name)  # fmt: skip


def _enum_of_column(table: Table, column: Column, base: str, labels: tuple[str, ...]) -> Rule:
    amount = "one of" if base == "enum" else "any of"
    listed = join_words(_quote(labels), "or" if base == "enum" else "and", most=30)
    text = f"the {spell(column.name)} of {article(singular(table.name))} must be {amount} {listed}"
    place = f"{_place(table)}.{column.name}"
    return Rule("enum", sentence(text), (_place(table),), (place,), one_line(column.type, 2_000),
                column.line or table.line)  # fmt: skip


def extract_domains(schema: Schema) -> Iterator[Rule]:
    """CHECKs of domains, with the columns that use them."""
    users = _users_of_types(schema)
    for user in schema.types:
        columns = users.get(user.name.casefold(), [])
        tables, places = _spots(columns)
        for check in user.checks:
            node = understand(check.expression, schema.dialect)
            words = demand(node, check.expression, Speaker(lambda _: "it"))
            text = f"for every {spell(user.name)}{_used_by(columns)}, {words}"
            source = one_line(check.expression, 2_000)
            line = check.line or user.line
            yield Rule("domain", sentence(text), tables, places, source, line, user.name)


def _one_word(match: re.Match[str]) -> str:
    updated = match[0].strip().upper().startswith("ON")
    return "" if updated else f"CURRENT_{(match[1] or 'TIMESTAMP').upper()}"


def _default_words(default: str) -> str | None:
    """A default as words; ``None`` for those that say nothing about the business."""
    text = _CURRENT.sub(_one_word, default.strip()[:400])
    while text.startswith("(") and text.endswith(")"):
        text = text[1:-1].strip()
    match = _LITERAL.match(text) if len(text) < 300 else None
    if match is None:
        return None
    if match["text"] is not None:
        value = match["text"].strip().replace("''", "'")
        return (
            f"'{value}'"
            if value and value not in {"0", "{}", "[]"} and "0000-00" not in value
            else None
        )
    if match["number"]:
        return match["number"] if float(match["number"]) else None
    word = match["word"].casefold()
    if word in _NOISE_WORDS:
        return None
    return NOW.get(word.upper()) or _TRUTH.get(word)


def extract_defaults(schema: Schema) -> Iterator[Rule]:
    """Meaningful defaults. Columns of one name and default make one rule."""
    grouped: dict[tuple[str, str], list[tuple[Table, Column]]] = {}
    for table in schema.tables:
        for column in table.columns:
            words = (
                _default_words(column.default) if column.default and not column.identity else None
            )
            if words:
                grouped.setdefault((schema.fold(column.name), words), []).append((table, column))
    for (_, words), columns in grouped.items():
        first_table, first = columns[0]
        owners = [article(singular(table.name)) for table, _ in columns]
        owner = join_words(owners, "or", most=_MOST_TABLES)
        text = f"when nothing else is given, the {spell(first.name)} of {owner} is {words}"
        tables, places = _spots(columns)
        yield Rule("default", sentence(text), tables, places, one_line(first.default or ""),
                   first.line or first_table.line)  # fmt: skip


def extract_uniqueness(schema: Schema) -> Iterator[Rule]:
    """Unique constraints and indexes, and primary keys of several columns; each set once."""
    for table in schema.tables:
        seen: set[tuple[str, ...]] = set()
        found: list[tuple[tuple[str, ...], str | None, int, str | None]] = [
            (unique.columns, unique.name, unique.line, None) for unique in table.unique_constraints
        ]
        found += [(i.columns, i.name, i.line, i.where) for i in table.indexes if i.unique]
        if len(table.primary_key) > 1:
            found.append((table.primary_key, table.primary_key_name, table.line, None))
        for columns, name, line, where in found:
            key = (*(schema.fold(column) for column in columns), where or "")
            if key not in seen and columns and columns != table.primary_key[:1]:
                seen.add(key)
                yield _unique(schema, table, columns, name, line or table.line, where)


def _unique(
    schema: Schema, table: Table, columns: tuple[str, ...], name: str | None, line: int,
    where: str | None,
) -> Rule:  # fmt: skip
    known = {schema.fold(column.name): column.name for column in table.columns}
    words = [spell(c) if schema.fold(c) in known else f"“{one_line(c, 80)}”" for c in columns]
    same = (
        f"the same {words[0]}"
        if len(words) == 1
        else f"the same combination of {join_words(words)}"
    )
    text = f"no two {plural(table.name)} may have {same}"
    if where:
        text += f", among those where {state(understand(where, schema.dialect), where, _COLUMNS)}"
    places = tuple(
        f"{_place(table)}.{known[schema.fold(c)]}" for c in columns if schema.fold(c) in known
    )
    source = f"UNIQUE ({', '.join(columns)})" + (f" WHERE {where}" if where else "")
    return Rule("unique", sentence(text), (_place(table),), places, one_line(source), line, name)


EXTRACTORS: tuple[Callable[[Schema], Iterator[Rule]], ...] = (
    extract_checks,
    extract_enums,
    extract_domains,
    extract_defaults,
    extract_uniqueness,
)
