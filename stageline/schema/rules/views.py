"""Filters of views as rules: what a view leaves out is a decision of the business."""

from __future__ import annotations

from collections.abc import Iterator

from stageline.schema.analysis import Rule, qualified
from stageline.schema.model import Schema, View
from stageline.schema.rules.conditions import state, understand_tokens
from stageline.schema.rules.english import Speaker, name_column
from stageline.schema.rules.predicate import Node
from stageline.schema.rules.profile import Catalog, find_reads
from stageline.schema.rules.simplify import conjuncts, names_in
from stageline.schema.rules.tokens import Token, source_of, tokenize
from stageline.schema.rules.wording import plural, sentence
from stageline.schema.types.names import word_set

_ENDS = word_set(
    "GROUP ORDER HAVING UNION LIMIT FETCH WITH CONNECT EXCEPT INTERSECT MINUS WINDOW QUALIFY START "
    "FOR ;"
)
_MOST_BRANCHES = 20


def find_filters(tokens: list[Token]) -> Iterator[list[Token]]:
    """The WHERE conditions of the outermost SELECTs."""
    depth, start = 0, -1
    for place, token in enumerate(tokens):
        if start >= 0 and depth == 0 and token.key in _ENDS | {")"}:
            yield tokens[start:place]
            start = -1
        depth += (token.key == "(") - (token.key == ")" and depth > 0)
        if depth == 0 and token.key == "WHERE" and start < 0:
            start = place + 1
    if start >= 0:
        yield tokens[start:]


def is_join(node: Node) -> bool:
    """``a.id = b.a_id`` ties tables together and filters nothing."""
    return node.kind == "compare" and node.value == "=" and all(
        item.kind == "name" for item in node.items
    )  # fmt: skip


def _strip_parentheses(tokens: list[Token]) -> list[Token]:
    """A query in parentheses is the query."""
    while len(tokens) > 1 and tokens[0].key == "(" and tokens[-1].key == ")":
        depth = 0
        for place, token in enumerate(tokens):
            depth += (token.key == "(") - (token.key == ")")
            if depth == 0 and place < len(tokens) - 1:
                return tokens
        tokens = tokens[1:-1]
    return tokens


Columns = dict[str, dict[str, str]]


def _known_columns(schema: Schema) -> Columns:
    """For each table its folded column names, with the place that reports show."""
    places = ((qualified(table.name, table.schema), table) for table in schema.tables)
    return {
        place: {schema.fold(c.name): f"{place}.{c.name}" for c in table.columns}
        for place, table in places
    }


def _columns(
    schema: Schema, known: Columns, tables: tuple[str, ...], names: tuple[str, ...]
) -> tuple[str, ...]:
    """Columns that the filter names, found in the tables that the view reads."""
    folded = [schema.fold(name.rpartition(".")[2]) for name in names]
    held = [known[table] for table in tables if table in known]
    found = (next((h[name] for h in held if name in h), None) for name in folded)
    return tuple(dict.fromkeys(place for place in found if place))


def _speaker(names: tuple[str, ...]) -> Speaker:
    """Names a column with its alias where the filter holds two of the same name."""
    owners: dict[str, set[str]] = {}
    for name in names:
        owner, _, last = name.casefold().rpartition(".")
        owners.setdefault(last, set()).add(owner)

    def name_with_owner(name: str) -> str:
        owner, _, last = name.rpartition(".")
        twice = owner and len(owners[last.casefold()]) > 1
        return f"{name_column(name)} of {owner}" if twice else name_column(name)

    return Speaker(name_with_owner)


def _describe(view: View, tables: tuple[str, ...], words: str) -> str:
    rows = plural(tables[0].rpartition(".")[2]) if len(tables) == 1 else "rows"
    return sentence(
        f"the view {qualified(view.name, view.schema)} contains only {rows} where {words}"
    )


def extract_filters(schema: Schema, catalog: Catalog) -> Iterator[Rule]:
    """One rule for every filtered SELECT of a view."""
    known = _known_columns(schema) if schema.views else {}
    for view in schema.views:
        tokens = _strip_parentheses(tokenize(view.query, schema.dialect))
        tables = tuple(dict.fromkeys(find_reads(tokens, catalog)))
        for branch, condition in enumerate(find_filters(tokens)):
            rule = _filter_rule(schema, known, view, tables, condition)
            if rule is not None and branch < _MOST_BRANCHES:
                yield rule


def _filter_rule(
    schema: Schema, known: Columns, view: View, tables: tuple[str, ...], condition: list[Token]
) -> Rule | None:
    node = understand_tokens(condition)
    kept = [part for part in conjuncts(node) if not is_join(part)] if node else []
    if node is not None and not kept:
        return None
    tree = kept[0] if len(kept) == 1 else Node("and", items=tuple(kept)) if kept else None
    source = source_of(condition, view.query, 2_000)
    names = names_in(tree) if tree else ()
    words = state(tree, source, _speaker(names))
    columns = _columns(schema, known, tables, names)
    place = qualified(view.name, view.schema)
    return Rule(
        "view_filter", _describe(view, tables, words), tables, columns, source, view.line, place
    )
