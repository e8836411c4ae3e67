"""All relationships of a schema, declared and implied, and the facts of their graph."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from stageline.schema.analysis import Relationship, Relationships
from stageline.schema.model import Schema
from stageline.schema.relationships.catalogue import Catalogue, build_catalogue
from stageline.schema.relationships.composite import Composite, infer_composites
from stageline.schema.relationships.declared import (
    Declared,
    is_optional,
    is_unique,
    read_declared,
)
from stageline.schema.relationships.graph import (
    build_edges,
    find_components,
    find_cycles,
    order_levels,
)
from stageline.schema.relationships.inference import (
    Question,
    infer_targets,
    is_taken,
    open_inquiry,
)
from stageline.schema.relationships.polymorphic import find_pairs
from stageline.schema.relationships.shapes import find_join_tables
from stageline.schema.relationships.wording import explain, list_alternatives

MOST_TOLD = 4  # rivals of a column that are kept for the report; thousands of columns have many
SHOWN_FROM = 0.5  # confidence from which an implied relationship is reported


def discover_relationships(schema: Schema) -> Relationships:
    """Find the relationships of a schema and what their graph looks like.

    Implied ones carry a calibrated confidence of ``SHOWN_FROM`` or more, their evidence and the
    alternatives considered. Equal schemas give equal results whatever the order of the dump.
    """
    catalogue = build_catalogue(schema)
    declared = read_declared(catalogue)
    inquiry = open_inquiry(catalogue, declared)
    likely = [q for q in infer_targets(inquiry) if q.confidence >= SHOWN_FROM]
    questions = [question for question in likely if not is_taken(inquiry, question)]
    for question in questions:
        del question.rivals[MOST_TOLD:]
    composites = _choose_composites(catalogue, declared, questions)
    together = {(c.source.number, name): c for c in composites for name in c.columns}
    singles = [
        _relate(catalogue, question)
        for question in questions
        if not _speaks_for(together.get(question.place), question)
    ]
    found = [*declared.relationships, *(_combine(catalogue, c) for c in composites), *singles]
    found.sort(key=lambda r: (r.table, r.columns, not r.declared, r.referred_table, r.name or ""))
    resolved = {q.place for q in questions if not _is_by_role(q)}
    resolved |= _declared_columns(catalogue, declared)
    inbound = Counter(r.referred_table for r in found)
    pairs = find_pairs(catalogue, inquiry.values, resolved, inbound)
    several = {(pair.table, (pair.id_column,)) for pair in pairs}
    found = [r for r in found if r.declared or (r.table, r.columns) not in several]
    return replace(_draw_graph(catalogue, found, declared), polymorphic=tuple(pairs))


def _speaks_for(composite: Composite | None, question: Question) -> bool:
    """Whether a composite reference makes that of a single column superfluous."""
    return composite is not None and (
        composite.target is question.rivals[0].key.entry
        or composite.confidence >= question.confidence
    )


def _is_by_role(question: Question) -> bool:
    """Whether only a role word such as ``owner`` or ``parent`` names the target."""
    return bool({"by_person", "by_self"} & question.rivals[0].features.keys())


def _declared_columns(catalogue: Catalogue, declared: Declared) -> set[tuple[int, str]]:
    return {
        (number, catalogue.entries[number].columns[name].name)
        for number, name in declared.columns
        if name in catalogue.entries[number].columns
    }


def _choose_composites(
    catalogue: Catalogue, declared: Declared, questions: list[Question]
) -> list[Composite]:
    single = {q.place for q in questions}
    single |= _declared_columns(catalogue, declared)
    fold = catalogue.schema.fold
    return [
        composite
        for composite in infer_composites(catalogue, single)
        if composite.confidence >= SHOWN_FROM
        and not all(
            (composite.source.number, fold(c)) in declared.columns for c in composite.columns
        )
    ]


def _relate(catalogue: Catalogue, question: Question) -> Relationship:
    entry, column, best = question.reading.entry, question.reading.column, question.rivals[0]
    columns = (column.name,)
    return Relationship(
        table=entry.name,
        columns=columns,
        referred_table=best.key.entry.name,
        referred_columns=(best.key.column.name,),
        declared=False,
        confidence=question.confidence,
        cardinality="one-to-one" if is_unique(catalogue, entry, columns) else "many-to-one",
        optional=is_optional(catalogue, entry, columns),
        evidence=explain(question, best),
        alternatives=list_alternatives(question),
        line=column.line or entry.table.line,
    )


def _combine(catalogue: Catalogue, composite: Composite) -> Relationship:
    entry, columns = composite.source, composite.columns
    first = catalogue.column(entry, columns[0])
    return Relationship(
        table=entry.name,
        columns=columns,
        referred_table=composite.target.name,
        referred_columns=composite.referred,
        declared=False,
        confidence=composite.confidence,
        cardinality="one-to-one" if is_unique(catalogue, entry, columns) else "many-to-one",
        optional=is_optional(catalogue, entry, columns),
        evidence=composite.evidence,
        line=(first.line if first else 0) or entry.table.line,
    )


def _draw_graph(
    catalogue: Catalogue, found: list[Relationship], declared: Declared
) -> Relationships:
    tables = [entry.name for entry in catalogue.entries]
    edges = build_edges(tables, ((r.table, r.referred_table) for r in found))
    touched = {name for r in found for name in (r.table, r.referred_table)}
    selfs = [f"{r.table}.{', '.join(r.columns)}" for r in found if r.table == r.referred_table]
    return Relationships(
        relationships=tuple(found),
        join_tables=tuple(find_join_tables(catalogue, found)),
        self_references=tuple(sorted(set(selfs))),
        cycles=find_cycles(edges),
        load_order=order_levels(edges),
        islands=tuple(name for name in edges if name not in touched),
        components=find_components(edges),
        dangling=tuple(declared.dangling),
    )
