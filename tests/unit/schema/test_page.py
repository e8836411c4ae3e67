"""The page: what it says, that it runs nothing but its own script, and how large it may get."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from stageline.layers import lay_out
from stageline.schema.analysis import (
    Analysis,
    Complexity,
    Inconsistency,
    Relationship,
    Relationships,
    RiskArea,
    RuleCatalogue,
    TypeAnalysis,
)
from stageline.schema.model import Column, Schema, Statement, Table
from stageline.schema.page import limits, render_page
from stageline.schema.page.accounting import count_statements
from stageline.schema.page.data import encode
from stageline.schema.page.findings import collect_findings, pick_first
from stageline.schema.page.limits import fit_tables
from stageline.schema.page.picture import draw
from stageline.schema.page.places import Places
from stageline.schema.page.text import allowance, clip, duration, number, percent, share, size
from tests.unit.schema.page_samples import (
    JOB,
    large,
    small_analysis,
    small_relationships,
    small_schema,
)

EMPTY = Analysis(
    schema_name="",
    relationships=Relationships(()),
    types=TypeAnalysis((), ()),
    rules=RuleCatalogue((), ()),
    complexity=Complexity(0.0, "none", (), (), "A-1", (), ()),
)
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror="window.hacked=1">',
    "</script><script>window.hacked=1</script>",
    "<!--<script>",
    "javascript:window.hacked=1",
    "{{ 7 * 7 }}",
    "a\u2028b\u2029c",
)


class Elements(HTMLParser):
    """The elements of a page with their attributes, the text of scripts, and all other text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self.text: list[str] = []
        self._open: str | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._open = tag
        if tag == "script":
            self.scripts.append("")

    def handle_endtag(self, tag: str) -> None:
        self._open = None

    def handle_data(self, data: str) -> None:
        if self._open == "script":
            self.scripts[-1] += data
        elif self._open != "style":
            self.text.append(data)

    def said(self) -> str:
        return " ".join(" ".join(self.text).split())


def data_of(page: str) -> dict[str, object]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found
    data = json.loads(found[1])
    assert isinstance(data, dict)
    return data


@pytest.fixture(scope="module")
def page() -> str:
    return render_page(small_schema(), small_analysis(), JOB)


def hostile_schema(text: str) -> tuple[Schema, Analysis]:
    """The small schema with ``text`` as every kind of name, comment and message."""
    schema = small_schema()
    tables = tuple(
        replace(
            table,
            name=f"{table.name}{text}",
            comment=text,
            columns=(Column(text, text, default=text, comment=text), *table.columns),
        )
        for table in schema.tables
    )
    analysis = small_analysis()
    names = tuple(f"{t.schema}.{t.name}" for t in tables)
    relationships = small_relationships()
    changed = replace(
        relationships,
        relationships=(
            *relationships.relationships,
            Relationship(names[0], (text,), names[1], (text,), False, 0.9, name=text),
        ),
        islands=(text,),
        cycles=((text, names[0]),),
        dangling=(text,),
    )
    risk = replace(analysis.complexity.risks[0], title=text, advice=text, objects=(text, names[0]))
    complexity = replace(analysis.complexity, risks=(risk,), recommendations=(text,), level=text)
    problem = Inconsistency("type_conflict", "high", text, (text,), text)
    rules = tuple(replace(r, sentence=text, source=text) for r in analysis.rules.rules)
    return (
        replace(
            schema,
            name=text,
            tables=tables,
            statements=(Statement(text, 1, "failed", text), Statement(text, 2, "skipped", text)),
        ),
        replace(
            analysis,
            schema_name=text,
            relationships=changed,
            complexity=complexity,
            types=replace(analysis.types, inconsistencies=(problem,)),
            rules=replace(analysis.rules, rules=rules),
        ),
    )


def test_the_summary_needs_no_script(page: str) -> None:
    said = Elements(page).said()
    assert "5 tables with 15 columns in Informix." in said
    assert "1,222 statements: 1,209 parsed, 12 skipped, 1 failed." in said
    assert "Complexity 30.8 of 100 (moderate)" in said
    assert "B-5" in said
    assert "Drop billing.tmp_notes, or say who still reads it." in said
    assert "monthly_fee keeps money in a smallfloat" in said
    assert "the body has no END PROCEDURE" in said
    assert "JOB-001-20260102030405" in said
    assert "7.2 s" in said


def test_every_term_stands_with_its_points_formula_and_objects(page: str) -> None:
    said = Elements(page).said()
    for term in small_analysis().complexity.terms:
        assert f"{number(term.points)} of {number(term.maximum)}" in said
        assert term.formula in said
        assert all(name in said for name in term.objects)


def test_the_data_holds_every_object_of_the_lists(page: str) -> None:
    data = data_of(page)
    schema, analysis = small_schema(), small_analysis()
    assert [t["name"] for t in data["tables"]] == [f"{t.schema}.{t.name}" for t in schema.tables]
    total = next(c for c in data["tables"][2]["columns"] if c["name"] == "total")
    assert total["canonical"] == "decimal"
    assert data["reasons"][total["lossy"]] == "the currency sign is lost"
    first = data["relationships"][0]
    assert (first["from"], first["to"], first["confidence"]) == (2, 0, 0.93)
    assert [e["weight"] for e in first["evidence"]] == [2.1, 1.8, -0.3]
    assert len(data["rules"]) == len(analysis.rules.rules)
    assert data["failed"] == [
        {"kind": "create procedure", "line": 90, "reason": "the body has no END PROCEDURE",
         "count": 1}
    ]  # fmt: skip
    kinds = {item["kind"] for item in data["objects"]}
    assert kinds == {"view", "distinct type", "sequence", "synonym"}


def test_same_input_same_bytes(page: str) -> None:
    assert render_page(small_schema(), small_analysis(), dict(reversed(JOB.items()))) == page


def test_the_policy_admits_just_the_pages_own_style_and_script(page: str) -> None:
    elements = Elements(page)
    policy = next(a["content"] for t, a in elements.elements if t == "meta" and "http-equiv" in a)
    assert policy is not None
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    assert style
    for kind, text in (("style", style[1]), ("script", elements.scripts[1])):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy


def test_the_page_asks_nothing_of_the_network(page: str) -> None:
    elements = Elements(page).elements
    places = [a[k] for _, a in elements for k in ("href", "src", "action") if k in a]
    assert places
    assert all(place is None or place.startswith(("#", "data:")) for place in places)
    styled = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    assert styled
    assert "url(" not in styled[1]
    assert "@import" not in styled[1]


@pytest.mark.parametrize("text", HOSTILE)
def test_text_of_the_dump_never_becomes_markup(text: str, page: str) -> None:
    schema, analysis = hostile_schema(text)
    hostile = Elements(render_page(schema, analysis, {"id": text, "source": text}))
    calm = Elements(page)
    assert len(hostile.scripts) == 2
    assert hostile.scripts[1] == calm.scripts[1]
    assert {tag for tag, _ in hostile.elements} <= {tag for tag, _ in calm.elements}
    known = {name for _, attributes in calm.elements for name in attributes}
    assert {name for _, attributes in hostile.elements for name in attributes} <= known
    assert json.loads(hostile.scripts[0])["tables"][0]["comment"] == text


def test_embedded_data_cannot_leave_its_element() -> None:
    text = encode(["</script>", "<!--", "&lt;", "\u2028\u2029"])
    assert not set("<>&\u2028\u2029") & set(text)
    assert json.loads(text) == ["</script>", "<!--", "&lt;", "\u2028\u2029"]


def test_half_a_surrogate_pair_does_not_stop_the_page() -> None:
    schema = Schema("generic", tables=(Table("a\ud800b"),), name="x\udfff")
    assert "a?b" in render_page(schema, EMPTY).encode("utf-8").decode("utf-8")


def test_an_empty_schema_reads_well() -> None:
    said = Elements(render_page(Schema("generic"), EMPTY)).said()
    assert "No table is declared in this dump, read as Generic SQL." in said
    assert "Nothing was found that needs attention." in said
    assert "Every statement could be read." in said


def test_names_of_ten_thousand_characters_are_cut() -> None:
    name = "n" * 10_000
    schema = Schema("generic", tables=(Table(name, columns=(Column(name, name),)),), name=name)
    page = render_page(schema, replace(EMPTY, schema_name=name))
    assert name not in page
    assert "n" * 159 + "…" in page
    assert len(page) < 120_000


def test_a_thousand_tables_stay_below_six_megabytes() -> None:
    page = render_page(*large(1_000, 15))
    assert len(page.encode()) < 6_000_000
    data = data_of(page)
    assert len(data["tables"]) == 1_000
    assert sum(len(t["columns"]) for t in data["tables"]) == 15_000


def test_a_schema_too_large_for_a_browser_says_what_is_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "TABLES", 3)
    monkeypatch.setattr(limits, "COLUMNS", 9)
    schema = small_schema()
    assert len(fit_tables(schema.tables)) == 2  # 4 + 4 columns fit, 4 more do not
    data = data_of(render_page(schema, small_analysis()))
    assert len(data["tables"]) == 2
    assert data["totals"]["tables"] == 5


def test_findings_are_sorted_worst_first_and_gathered_from_everywhere() -> None:
    findings = collect_findings(small_schema(), small_analysis())
    assert [f.severity for f in findings] == ["high", "high", "high", "medium", "low"]
    assert {f.kind for f in findings} == {
        "dangling key", "statement not read", "money_in_float", "risk area", "date_in_text",
    }  # fmt: skip


def test_many_unread_statements_of_a_kind_are_one_finding() -> None:
    failed = tuple(Statement("create trigger", n, "failed", "odd") for n in range(5, 105))
    (finding,) = collect_findings(Schema("generic", statements=failed), EMPTY)
    assert finding.message == (
        "100 statements “create trigger” could not be read; the first one: odd"
    )
    assert finding.line == 5


def test_what_to_look_at_first_is_one_of_each_kind() -> None:
    findings = collect_findings(*large(40, 3))
    picked = pick_first(findings)
    assert [(f.kind, more) for f, more in picked] == [("risk area", 0), ("date_in_text", 19)]
    assert "and 19 more like it" in Elements(render_page(*large(40, 3))).said()


def test_what_a_risk_area_lists_is_not_found_twice() -> None:
    failed = (Statement("create view", 9, "failed", "odd"),)
    risks = (
        RiskArea("Kinds of statements that could not be read: 1", "medium",
                 ("create view: odd",), ""),
        RiskArea("Keys to tables that the dump does not hold: 1", "high", ("a → b",), ""),
    )  # fmt: skip
    analysis = replace(
        EMPTY,
        relationships=Relationships((), dangling=("a → b", "c → d")),
        complexity=replace(EMPTY.complexity, risks=risks),
    )
    found = collect_findings(Schema("generic", statements=failed), analysis)
    assert [(f.kind, f.line) for f in found] == [("risk area", 0), ("statement not read", 9)]


def test_tables_that_need_no_key_are_not_missed_one() -> None:
    tables = (Table("a"), Table("b", kind="temporary"), Table("c", inherits=("a",)))
    said = Elements(render_page(Schema("postgresql", tables=tables), EMPTY)).said()
    assert "Primary keys 0 1 table without" in said


def test_statements_are_counted_with_their_repetitions() -> None:
    account = count_statements(
        (
            Statement("insert", 1, "parsed", count=7),
            Statement("grant", 8, "skipped", "no rights", count=2),
            Statement("grant", 12, "skipped", "no rights"),
            Statement("insert", 13, "failed", "cut off"),
        )
    )
    assert [(k.kind, k.parsed, k.skipped, k.failed) for k in account.kinds] == [
        ("insert", 7, 0, 1),
        ("grant", 0, 3, 0),
    ]
    assert [(r.reason, r.count, r.line) for r in account.skipped] == [("no rights", 3, 8)]
    assert account.headline == "11 statements: 7 parsed, 3 skipped, 1 failed"


def test_a_reference_points_left() -> None:
    layout = lay_out(["order", "item", "customer"], [("item", "order"), ("order", "customer")])
    assert layout.levels == {"customer": 0, "order": 1, "item": 2}


def test_long_edges_keep_clear_of_the_tables_between() -> None:
    layout = lay_out(["a", "b", "c"], [("b", "a"), ("c", "b"), ("c", "a")])
    ((level, height),) = layout.routes["c", "a"]
    assert level == layout.levels["b"]
    assert abs(height - layout.heights["b"]) >= 14


def test_edges_to_one_table_run_together() -> None:
    edges = [("b", "a"), ("c", "b"), ("d", "b"), ("c", "a"), ("d", "a")]
    layout = lay_out(["a", "b", "c", "d"], edges)
    assert layout.routes["c", "a"] == layout.routes["d", "a"] != ()


def test_a_cycle_is_drawn_too() -> None:
    names = ["a", "b", "c"]
    layout = lay_out(names, [("a", "b"), ("b", "c"), ("c", "a")])
    assert sorted(layout.levels) == names
    assert set(layout.routes) == {("a", "b"), ("b", "c"), ("c", "a")}


def test_tables_of_a_level_never_overlap() -> None:
    names = [f"t{n:02}" for n in range(40)]
    layout = lay_out(names, [(names[n], names[n * n % n]) for n in range(1, 40)])
    for level in range(layout.depth):
        heights = sorted(h for n, h in layout.heights.items() if layout.levels[n] == level)
        assert all(b - a >= 29.9 for a, b in pairwise(heights))


def test_the_picture_holds_the_best_connected_tables() -> None:
    schema, analysis = large(300, 3)
    picture = draw(analysis.relationships.relationships, Places(schema, schema.tables))
    assert picture is not None
    assert len(picture.boxes) == 40
    assert picture.left_out > 100
    drawn = {curve.start for curve in picture.curves} | {curve.end for curve in picture.curves}
    assert drawn == {box.key for box in picture.boxes}


def test_a_dense_graph_is_drawn_in_part() -> None:
    names = [f"t{n:02}" for n in range(30)]
    schema = Schema("generic", tables=tuple(Table(name) for name in names))
    dense = [
        Relationship(a, ("x",), b, ("id",), True, 1.0) for a in names for b in names if a > b
    ]  # fmt: skip
    picture = draw(dense, Places(schema, schema.tables))
    assert picture is not None
    assert 60 < len(picture.curves) <= 90
    assert picture.left_out == 30 - len(picture.boxes)


def test_the_picture_leaves_out_the_usual_schema() -> None:
    schema, relationships = small_schema(), small_relationships().relationships
    picture = draw(relationships, Places(schema, schema.tables))
    assert picture is not None
    assert {(box.label, box.title) for box in picture.boxes} == {
        (name, f"billing.{name}")
        for name in ("customer", "invoice", "line_service", "subscriber_line")
    }
    assert [box.title for box in picture.boxes if box.loops] == ["billing.customer"]


def test_without_references_there_is_no_picture(page: str) -> None:
    assert 'id="picture"' in page
    assert 'id="picture"' not in render_page(small_schema(), EMPTY)


def test_names_lead_to_their_table_whatever_their_case() -> None:
    schema = small_schema()
    places = Places(schema, schema.tables)
    assert places.find("BILLING.Invoice") == 2
    assert places.anchor("billing.invoice.due") == "#table-2"
    assert places.anchor("nowhere.at_all") == ""


def test_names_joined_in_one_text_are_links_of_their_own() -> None:
    schema = small_schema()
    places = Places(schema, schema.tables)
    assert places.parts("billing.invoice.cust_id → billing.customer + lost") == [
        ("billing.invoice.cust_id", "#table-2"),
        (" → ", ""),
        ("billing.customer", "#table-0"),
        (" + ", ""),
        ("lost", ""),
    ]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (clip("abcdef", 4), "abc…"),
        (allowance(10, 1_000, 400, 20), 100),
        (allowance(0, 1_000, 400, 20), 400),
        (allowance(1_000, 1_000, 400, 20), 20),
        (number(1234.0), "1,234"),
        (number(0.25), "0.2"),
        (size(999), "999 bytes"),
        (size(48_211), "48.2 kB"),
        (size(5_000_000_000), "5 GB"),
        (duration(125.4), "2 min 5 s"),
        (duration("soon"), "soon"),
        (percent(1, 0), "–"),
        (percent(999_999, 1_000_000), "> 99.9 %"),
        (percent(995, 1_000), "99.5 %"),
        (percent(1, 100_000), "< 0.1 %"),
        (percent(10, 10), "100 %"),
        (share(0.997), "> 99 %"),
        (share(1.0), "100 %"),
        (share(0.714), "71 %"),
        (share(0.001), "< 1 %"),
    ],
)
def test_numbers_are_written_for_people(said: object, expected: object) -> None:
    assert said == expected
