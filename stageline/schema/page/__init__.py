"""``report.html``: one self-contained page for people about a schema and its analysis.

The page asks nothing of the network: styles and script are inside, named by their hashes in a
content security policy, so that nothing that came with the dump can ever run. The summary is
plain HTML; the long lists are data that the script turns into rows as they are looked at.
"""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from stageline.schema.analysis import Analysis
from stageline.schema.model import Schema
from stageline.schema.page.accounting import count_statements
from stageline.schema.page.assets import load_assets
from stageline.schema.page.data import collect_data, encode
from stageline.schema.page.findings import (
    collect_findings,
    count_severities,
    label,
    pick_first,
)
from stageline.schema.page.limits import NAMES, few, fit_tables
from stageline.schema.page.picture import draw
from stageline.schema.page.places import Places
from stageline.schema.page.summary import (
    describe_source,
    explain_level,
    make_figures,
    make_headline,
)
from stageline.schema.page.text import clip, duration, number, percent

__all__ = ["render_page"]

JOB_FACTS = (
    ("id", "Job"), ("journey", "Journey"), ("stage", "Stage"), ("status", "Status"),
    ("started", "Started"), ("duration", "Took"), ("source", "Source"),
)  # fmt: skip


def render_page(schema: Schema, analysis: Analysis, job: Mapping[str, object] | None = None) -> str:
    """The whole HTML document; same arguments, same text.

    ``job`` may hold id, journey, stage, status, started, duration (seconds) and source (the
    name of the dump); what is absent is not shown.
    """
    assets = load_assets()
    findings = collect_findings(schema, analysis)
    tables = fit_tables(schema.tables)
    places = Places(schema, tables)
    account = count_statements(schema.statements)
    counts = count_severities(findings)
    page = assets.template("report.html.j2").render(
        assets=assets,
        title=clip(analysis.schema_name or schema.name or "Schema"),
        headline=make_headline(schema),
        source=describe_source(schema),
        job=_job_facts(job or {}),
        figures=make_figures(schema, analysis, account, counts),
        findings=findings,
        first=pick_first(findings),
        counts=counts,
        complexity=analysis.complexity,
        level_text=explain_level(analysis.complexity.migration_level),
        relationships=analysis.relationships,
        picture=draw(analysis.relationships.relationships, places),
        account=account,
        schema=schema,
        rules=analysis.rules,
        most=NAMES,
        data=Markup(encode(collect_data(schema, analysis, findings, tables))),  # noqa: S704
        parts_of=places.parts,
        few=few,
        clip=clip,
        label=label,
        number=number,
        percent=percent,
    )
    # A name from a wrongly decoded dump may hold half a surrogate pair, which no file can.
    return page.encode("utf-8", "replace").decode("utf-8")


def _job_facts(job: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    shown = {key: value for key, value in job.items() if value not in (None, "")}
    return tuple(
        (words, duration(shown[key]) if key == "duration" else clip(str(shown[key])))
        for key, words in JOB_FACTS
        if key in shown
    )
