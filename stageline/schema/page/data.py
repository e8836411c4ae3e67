"""The lists of the page as JSON data, from which its script builds details on demand.

Fields that have their usual value are left out: they are most of a large schema.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from stageline.schema.analysis import Analysis, Relationship, RoutineProfile, Rule, qualified
from stageline.schema.model import Schema, Statement, Table
from stageline.schema.page import limits
from stageline.schema.page.columns import describe_columns
from stageline.schema.page.findings import Finding, label
from stageline.schema.page.limits import few
from stageline.schema.page.places import Places
from stageline.schema.page.text import TEXT, allowance, clip

Fields = dict[str, Any]

# The rules that say most come first: they are kept where the page cannot hold all.
RULE_ORDER = (
    "check", "trigger", "routine", "not_null_together", "view_filter", "unique", "enum", "domain",
)  # fmt: skip

_UNSAFE = ("<", ">", "&", "\u2028", "\u2029")


def encode(data: object) -> str:
    """JSON that cannot end or leave its ``<script>`` element, whatever its strings hold."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for char in _UNSAFE:  # several times as fast as str.translate
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text


def collect_data(
    schema: Schema, analysis: Analysis, findings: Sequence[Finding], tables: Sequence[Table]
) -> Fields:
    """All lists of the page. References to tables are positions in ``tables``, or names."""
    places = Places(schema, tables)
    relationships = sort_relationships(analysis.relationships.relationships)
    rules = sort_rules(analysis.rules.rules)
    failed = [statement for statement in schema.statements if statement.status == "failed"]
    return {
        "reasons": (described := describe_columns(schema, analysis, tables)).reasons,
        "tables": [
            _table(table, columns) for table, columns in zip(tables, described.columns, strict=True)
        ],
        "relationships": _relationships(few(relationships, limits.RELATIONSHIPS), places),
        "findings": _findings(few(findings, limits.FINDINGS)),
        "rules": _rules(few(rules, limits.RULES)),
        "code": [_profile(p) for p in few(analysis.rules.profiles, limits.ROUTINES)],
        "failed": [_statement(statement) for statement in few(failed, limits.STATEMENTS)],
        "objects": few(list(_objects(schema)), limits.OBJECTS),
        "totals": {
            "tables": len(schema.tables),
            "relationships": len(relationships),
            "findings": len(findings),
            "rules": len(rules),
            "code": len(analysis.rules.profiles),
            "failed": len(failed),
            "objects": sum(1 for _ in _objects(schema)),
        },
    }


def sort_relationships(relationships: Iterable[Relationship]) -> list[Relationship]:
    """Implied ones first, as they need a person's eye; the surest of them first."""
    return sorted(relationships, key=lambda r: (r.declared, -r.confidence, r.table, r.columns))


def sort_rules(rules: Iterable[Rule]) -> list[Rule]:
    """The kinds that say most first, each kind in the order of the dump."""
    return sorted(rules, key=_telling)


def _telling(rule: Rule) -> tuple[int, str, int]:
    known = rule.kind in RULE_ORDER
    return (RULE_ORDER.index(rule.kind) if known else len(RULE_ORDER), rule.kind, rule.line)


def _filled(fields: Mapping[str, Any]) -> Fields:
    """Without the fields that say nothing: None, empty, zero and False."""
    return {name: value for name, value in fields.items() if value}


def _names(names: Iterable[str]) -> list[str]:
    return [clip(name) for name in names]


def _table(table: Table, columns: list[Fields]) -> Fields:
    return _filled({
        "name": clip(qualified(table.name, table.schema)),
        "line": table.line,
        "kind": "" if table.kind == "table" else table.kind,
        "comment": clip(table.comment or "", TEXT),
        "rows": table.row_count,
        "inherits": _names(table.inherits),
        "columns": columns,
        "key": _names(table.primary_key),
        "unique": [_names(unique.columns) for unique in table.unique_constraints],
        "checks": [
            {"text": clip(check.expression, TEXT), "line": check.line} for check in table.checks
        ],
        "indexes": [
            _filled({
                "name": clip(index.name or ""),
                "columns": _names(index.columns),
                "unique": index.unique,
                "method": clip(index.method or ""),
                "where": clip(index.where or "", TEXT),
                "line": index.line,
            })
            for index in table.indexes
        ],
    })  # fmt: skip


def _relationships(relationships: Sequence[Relationship], places: Places) -> list[Fields]:
    texts = sum(len(r.evidence) + len(r.alternatives) for r in relationships)
    limit = allowance(texts, limits.EVIDENCE, 400, 60)
    return [_relationship(relationship, places, limit) for relationship in relationships]


def _relationship(item: Relationship, places: Places, limit: int) -> Fields:
    return _filled({
        "table": clip(item.table),
        "columns": _names(item.columns),
        "target": clip(item.referred_table),
        "targets": _names(item.referred_columns),
        "declared": item.declared,
        "confidence": round(item.confidence, 3),
        "single": item.cardinality == "one-to-one",
        "optional": item.optional,
        "name": clip(item.name or ""),
        "deletes": item.on_delete,
        "line": item.line,
        "evidence": [
            {"text": clip(e.text, limit), "weight": round(e.weight, 2)} for e in item.evidence
        ],
        "alternatives": [
            {
                "target": clip(a.referred_table),
                "columns": _names(a.referred_columns),
                "confidence": round(a.confidence, 3),
                "reason": clip(a.reason, limit),
            }
            for a in item.alternatives
        ],
    }) | _positions(item, places)  # fmt: skip


def _positions(item: Relationship, places: Places) -> Fields:
    """Both ends as positions; 0 is a position, so that ``_filled`` must not see it."""
    ends = {"from": places.find(item.table), "to": places.find(item.referred_table)}
    return {name: position for name, position in ends.items() if position is not None}


def _findings(findings: Sequence[Finding]) -> list[Fields]:
    names = allowance(len(findings), limits.FINDING_NAMES, limits.NAMES, 8)
    return [_finding(finding, names) for finding in findings]


def _finding(finding: Finding, names: int) -> Fields:
    return _filled({
        "severity": finding.severity,
        "kind": label(finding.kind),
        "message": clip(finding.message, TEXT),
        "objects": _names(few(finding.objects, names)),
        "count": len(finding.objects),
        "advice": clip(finding.advice, TEXT),
        "line": finding.line,
    })  # fmt: skip


def _rules(rules: Sequence[Rule]) -> list[Fields]:
    limit = allowance(len(rules), limits.SOURCES, 1_500, 100)
    return [
        _filled({
            "kind": rule.kind,
            "text": clip(rule.sentence, TEXT),
            "tables": _names(rule.tables),
            "columns": _names(rule.columns),
            "source": clip(rule.source, limit),
            "line": rule.line,
            "name": clip(rule.name or ""),
        })
        for rule in rules
    ]  # fmt: skip


def _profile(profile: RoutineProfile) -> Fields:
    return _filled({
        "name": clip(profile.name),
        "kind": profile.kind,
        "table": clip(profile.table or ""),
        "reads": _names(few(profile.reads)),
        "writes": _names(few(profile.writes)),
        "calls": _names(few(profile.calls)),
        "raises": [clip(text, TEXT) for text in few(profile.raises)],
        "size": profile.size,
        "branches": profile.branches,
        "line": profile.line,
    })  # fmt: skip


def _statement(statement: Statement) -> Fields:
    return _filled({
        "kind": statement.kind,
        "line": statement.line,
        "reason": clip(statement.reason or "", TEXT),
        "count": statement.count,
    })  # fmt: skip


def _objects(schema: Schema) -> Iterable[Fields]:
    """Everything of the dump that has no list of its own."""
    for view in schema.views:
        kind = "materialized view" if view.materialized else "view"
        yield _object(kind, view.name, view.schema, view.query, view.line)
    for own in schema.types:
        detail = ", ".join(own.labels) or own.base or ""
        yield _object(f"{own.kind} type", own.name, own.schema, detail, own.line)
    for sequence in schema.sequences:
        parts = (("starts at", sequence.start), ("steps by", sequence.increment))
        detail = ", ".join(f"{words} {value}" for words, value in parts if value)
        yield _object("sequence", sequence.name, sequence.schema, detail, sequence.line)
    for synonym in schema.synonyms:
        detail = f"stands for {qualified(synonym.target, synonym.target_schema)}"
        yield _object("synonym", synonym.name, synonym.schema, detail, synonym.line)


def _object(kind: str, name: str, owner: str | None, detail: str, line: int) -> Fields:
    fields = {"kind": kind, "name": clip(qualified(name, owner)), "line": line}
    return _filled(fields | {"detail": clip(detail, TEXT)})
