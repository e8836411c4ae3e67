"""What the step reports about relationships."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from stageline.schema.analysis import Relationship, Relationships
from stageline.schema.model import Schema
from stageline.step import Findings

MOST_NAMED = 10  # names in one sentence
MOST_LISTED = 500  # entries of one list
SURE_FROM = 0.9


def relationship_findings(schema: Schema, relationships: Relationships) -> Findings:
    """Counts first, then named lists; sentences name real objects and lists are bounded."""
    return Findings(
        items_processed=len(schema.tables),
        results={**_count(relationships), **_list(relationships)},
        insights=tuple(_tell(schema, relationships)),
        recommendations=tuple(_advise(relationships)),
        warnings=tuple(
            f"Key to a missing table: {text}" for text in relationships.dangling[:MOST_NAMED]
        ),
    )


def _implied(relationships: Relationships) -> list[Relationship]:
    """Undeclared ones, surest first."""
    found = [r for r in relationships.relationships if not r.declared]
    return sorted(found, key=lambda r: (-r.confidence, r.table, r.columns))


def _count(found: Relationships) -> dict[str, Any]:
    implied = _implied(found)
    return {
        "relationships": len(found.relationships),
        "declared": len(found.relationships) - len(implied),
        "implied": len(implied),
        "implied_sure": sum(r.confidence >= SURE_FROM for r in implied),
        "composite": sum(len(r.columns) > 1 for r in found.relationships),
        "one_to_one": sum(r.cardinality == "one-to-one" for r in found.relationships),
        "join_tables": len(found.join_tables),
        "self_references": len(found.self_references),
        "cycles": len(found.cycles),
        "load_levels": len(found.load_order),
        "islands": len(found.islands),
        "components": len(found.components),
        "polymorphic_pairs": len(found.polymorphic),
        "dangling_keys": len(found.dangling),
    }


def _list(found: Relationships) -> dict[str, Any]:
    return {
        "implied_relationships": [
            {
                "reference": show(r),
                "confidence": r.confidence,
                "evidence": [e.text for e in r.evidence],
            }
            for r in _implied(found)[:MOST_LISTED]
        ],
        "cycle_list": [list(cycle) for cycle in found.cycles[:MOST_LISTED]],
        "join_table_list": list(found.join_tables[:MOST_LISTED]),
        "island_list": list(found.islands[:MOST_LISTED]),
        "dangling_list": list(found.dangling[:MOST_LISTED]),
        "polymorphic_list": [
            {
                "table": p.table,
                "type": p.type_column,
                "id": p.id_column,
                "candidates": list(p.candidates),
            }
            for p in found.polymorphic[:MOST_LISTED]
        ],
    }


def show(relationship: Relationship) -> str:
    """``order_line.order_id -> orders.id``."""
    source, target = ", ".join(relationship.columns), ", ".join(relationship.referred_columns)
    if len(relationship.columns) > 1:
        return f"{relationship.table}.({source}) -> {relationship.referred_table}.({target})"
    return f"{relationship.table}.{source} -> {relationship.referred_table}.{target}"


def name_some(names: Sequence[str], most: int = MOST_NAMED) -> str:
    """The first names, and how many more there are."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _tell(schema: Schema, found: Relationships) -> Iterator[str]:
    implied = _implied(found)
    declared = len(found.relationships) - len(implied)
    tables = len(schema.tables)
    yield f"{declared} declared and {len(implied)} implied relationships tie {tables} tables."
    hubs = _rank_targets(found.relationships)
    if hubs:
        yield f"Most referred to: {', '.join(f'{table} ({count})' for table, count in hubs)}."
    if implied:
        yield f"Surest undeclared references: {name_some([show(r) for r in implied], 5)}."
    for cycle in found.cycles[:3]:
        yield f"{len(cycle)} tables need each other: {name_some(cycle)}."
    if found.join_tables:
        yield f"Join tables: {name_some(found.join_tables)}."
    if found.islands:
        yield f"{len(found.islands)} tables have no relationship: {name_some(found.islands)}."
    for pair in found.polymorphic[:3]:
        column = f"{pair.table}.{pair.id_column}"
        yield f"{column} may point at several tables, as {pair.type_column} says."


def _rank_targets(relationships: Iterable[Relationship]) -> list[tuple[str, int]]:
    counts: dict[str, int] = {}
    for relationship in relationships:
        counts[relationship.referred_table] = counts.get(relationship.referred_table, 0) + 1
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:5]


def _advise(found: Relationships) -> Iterator[str]:
    implied = _implied(found)
    sure = [show(r) for r in implied if r.confidence >= SURE_FROM]
    unsure = [f"{show(r)} ({r.confidence:.2f})" for r in implied if r.confidence < SURE_FROM]
    if sure:
        yield f"Declare these references, or check for orphans before the move: {name_some(sure)}."
    if unsure:
        yield f"Have someone who knows the data confirm: {name_some(unsure)}."
    for cycle in found.cycles[:3]:
        yield f"Load {name_some(cycle)} with deferred or disabled keys: they form a circle."
    if found.dangling:
        yield f"Find the missing tables or drop the keys: {name_some(found.dangling)}."
    for pair in found.polymorphic[:3]:
        targets = f" ({name_some(pair.candidates)})" if pair.candidates else ""
        column = f"{pair.table}.{pair.id_column}"
        yield f"Split {column} by {pair.type_column} into one reference a table{targets}."
