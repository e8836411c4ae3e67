"""The steps of ``raw_analysis``, and what is shown of their values.

Each step takes values, and gives a value and what it found. Positional parameters are inputs,
keyword-only ones configuration.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from stageline.errors import InputError
from stageline.job import JobRecord
from stageline.schema.accounting import schema_findings
from stageline.schema.analysis import (
    Analysis,
    Complexity,
    Relationships,
    RuleCatalogue,
    TypeAnalysis,
)
from stageline.schema.complexity import assess_complexity, complexity_findings
from stageline.schema.markdown import summarize
from stageline.schema.model import Schema
from stageline.schema.page import render_page
from stageline.schema.reader import read_schema
from stageline.schema.relationships import discover_relationships, relationship_findings
from stageline.schema.rules import extract_rules, rule_findings
from stageline.schema.terminal import format_findings
from stageline.schema.types import analyze_types, type_findings
from stageline.step import Outcome, Source
from stageline.view import Presentation

_log = logging.getLogger(__name__)


def schema_parsing(source: Source, *, dialect: str = "auto") -> Outcome[Schema]:
    """Read a schema dump: tables, keys, code, and the account of every statement."""
    _log.info("Reading %s (%s bytes)", source.uri, f"{source.size:,}")
    schema = read_schema(source.path, dialect)
    if schema.digest and schema.digest != source.digest:
        raise InputError(f"{source.uri} was changed while it was read. Run again.")
    _log.info("Read %d tables in the dialect %s", len(schema.tables), schema.dialect)
    return Outcome(schema, schema_findings(schema))


def relationship_discovery(schema: Schema) -> Outcome[Relationships]:
    """Find declared and implied relationships between tables."""
    found = discover_relationships(schema)
    declared = sum(relationship.declared for relationship in found.relationships)
    implied = len(found.relationships) - declared
    _log.info("Found %d declared and %d implied relationships", declared, implied)
    return Outcome(found, relationship_findings(schema, found))


def data_type_analysis(schema: Schema) -> Outcome[TypeAnalysis]:
    """Map column types and find inconsistent ones."""
    types = analyze_types(schema)
    _log.info(
        "Mapped %d columns; %d inconsistencies", len(types.columns), len(types.inconsistencies)
    )
    return Outcome(types, type_findings(types))


def business_rules_extraction(schema: Schema) -> Outcome[RuleCatalogue]:
    """Read the business rules out of constraints, triggers, routines and views."""
    catalogue = extract_rules(schema)
    _log.info("Found %d rules, %d bodies", len(catalogue.rules), len(catalogue.profiles))
    return Outcome(catalogue, rule_findings(catalogue))


def complexity_assessment(
    schema: Schema, relationships: Relationships, types: TypeAnalysis, rules: RuleCatalogue
) -> Outcome[Complexity]:
    """Assess how hard the schema is to migrate, and why."""
    complexity = assess_complexity(schema, relationships, types, rules)
    _log.info("Score %.1f of 100 (%s)", complexity.score, complexity.level)
    return Outcome(complexity, complexity_findings(complexity))


def present(values: Mapping[str, Any], record: JobRecord) -> Presentation:
    """``report.html``, its summary as markdown, and the short text for a terminal."""
    schema: Schema = values["schema_parsing"]
    analysis = Analysis(
        schema_name=schema.name,
        relationships=values["relationship_discovery"],
        types=values["data_type_analysis"],
        rules=values["business_rules_extraction"],
        complexity=values["complexity_assessment"],
    )
    job = {
        "id": record.job_id,
        "journey": record.journey_id,
        "stage": record.stage_id,
        "status": record.status,
        "started": f"{record.started_at:%Y-%m-%d %H:%M:%S} UTC",
        "duration": record.duration_seconds,
        "source": record.parameters["dump"]["uri"],
    }
    return Presentation(
        page=render_page(schema, analysis, job).encode(),
        markdown=summarize(schema, analysis, job, record.locations["page"]),
        text=format_findings(schema, analysis),
    )
