"""Schemas and analyses built by hand: a small telecom one, and one of any size."""

from __future__ import annotations

from stageline.schema.analysis import (
    Alternative,
    Analysis,
    ColumnType,
    Complexity,
    CostUnit,
    Evidence,
    Inconsistency,
    PolymorphicPair,
    Relationship,
    Relationships,
    RiskArea,
    RoutineProfile,
    Rule,
    RuleCatalogue,
    Term,
    TypeAnalysis,
)
from stageline.schema.model import (
    Check,
    Column,
    ForeignKey,
    Index,
    Routine,
    Schema,
    Sequence,
    Statement,
    Synonym,
    Table,
    Trigger,
    UniqueConstraint,
    UserType,
    View,
)

JOB = {
    "id": "JOB-001-20260102030405",
    "journey": "JRN-ABC123",
    "stage": "raw_analysis",
    "status": "completed",
    "started": "2026-01-02T03:04:05Z",
    "duration": 7.25,
    "source": "telecom_billing.sql",
}


def column(name: str, kind: str, line: int, **more: object) -> Column:
    return Column(name, kind, line=line, **more)  # type: ignore[arg-type]


CUSTOMER = Table(
    "customer",
    "billing",
    columns=(
        column("customer_id", "serial not null", 3, nullable=False, identity=True),
        column("name", "varchar(80)", 4, nullable=False, comment="as on the contract"),
        column("status", "char(1)", 5, default="'A'"),
        column("parent_id", "integer", 6),
    ),
    primary_key=("customer_id",),
    checks=(Check("status IN ('A','S','C')", ("status",), line=7),),
    indexes=(Index(("name",), "ix_customer_name", line=9),),
    comment="People and companies that pay for lines",
    line=2,
)
LINE = Table(
    "subscriber_line",
    "billing",
    columns=(
        column("line_id", "serial", 12, nullable=False),
        column("customer_id", "integer", 13, nullable=False),
        column("msisdn", "varchar(15)", 14),
        column("monthly_fee", "smallfloat", 15),
    ),
    primary_key=("line_id",),
    foreign_keys=(ForeignKey(("customer_id",), "customer", ("customer_id",), "billing"),),
    unique_constraints=(UniqueConstraint(("msisdn",)),),
    line=11,
)
INVOICE = Table(
    "invoice",
    "billing",
    columns=(
        column("invoice_id", "serial", 21, nullable=False),
        column("cust_id", "integer", 22),
        column("due", "char(8)", 23),
        column("total", "money(12,2)", 24),
    ),
    primary_key=("invoice_id",),
    line=20,
    row_count=1204,
)
LINE_SERVICE = Table(
    "line_service",
    "billing",
    columns=(column("line_id", "integer", 31), column("service_code", "char(6)", 32)),
    primary_key=("line_id", "service_code"),
    line=30,
)
NOTES = Table("tmp_notes", "billing", columns=(column("txt", "lvarchar(32000)", 41),), line=40)

TABLES = (CUSTOMER, LINE, INVOICE, LINE_SERVICE, NOTES)


def small_schema() -> Schema:
    return Schema(
        dialect="informix",
        tables=TABLES,
        views=(View("active_customer", "billing", query="SELECT * FROM customer", line=50),),
        triggers=(Trigger("trg_invoice", "invoice", "billing", "after", ("insert",), line=60),),
        routines=(Routine("close_month", "billing", "procedure", line=70),),
        sequences=(Sequence("seq_bill", "billing", "1", "10", 48),),
        types=(UserType("msisdn_t", kind="distinct", base="varchar(15)", line=47),),
        synonyms=(Synonym("cust", "customer", line=49),),
        statements=(
            Statement("create table", 2, "parsed", count=5),
            Statement("insert", 44, "parsed", count=1204),
            Statement("grant", 46, "skipped", "rights are not part of the model", count=12),
            Statement("create procedure", 90, "failed", "the body has no END PROCEDURE"),
        ),
        name="telecom_billing",
        size=48_211,
        digest="9f2c" * 16,
    )


def guess() -> Relationship:
    """An implied reference with evidence for and against, and an alternative."""
    return Relationship(
        "billing.invoice",
        ("cust_id",),
        "billing.customer",
        ("customer_id",),
        declared=False,
        confidence=0.93,
        evidence=(
            Evidence("name", "cust_id abbreviates customer_id, the key of customer", 2.1),
            Evidence("join", "view active_customer joins the two columns", 1.8),
            Evidence("index", "no index leads with cust_id", -0.3),
        ),
        alternatives=(
            Alternative("billing.subscriber_line", ("customer_id",), 0.04, "not a key there"),
        ),
        line=22,
    )


def small_relationships() -> Relationships:
    return Relationships(
        relationships=(
            guess(),
            Relationship(
                "billing.subscriber_line",
                ("customer_id",),
                "billing.customer",
                ("customer_id",),
                declared=True,
                confidence=1.0,
                optional=False,
                name="fk_line_customer",
                on_delete="CASCADE",
                line=13,
            ),
            Relationship(
                "billing.customer", ("parent_id",), "billing.customer", ("customer_id",),
                declared=False, confidence=0.71, line=6,
            ),
            Relationship(
                "billing.line_service", ("line_id",), "billing.subscriber_line", ("line_id",),
                declared=False, confidence=0.88, line=31,
            ),
        ),
        join_tables=("billing.line_service",),
        self_references=("billing.customer",),
        load_order=(
            ("billing.customer", "billing.tmp_notes"),
            ("billing.invoice", "billing.subscriber_line"),
            ("billing.line_service",),
        ),
        islands=("billing.tmp_notes",),
        components=(
            ("billing.customer", "billing.invoice", "billing.line_service",
             "billing.subscriber_line"),
        ),
        polymorphic=(
            PolymorphicPair(
                "billing.tmp_notes", "owner_type", "owner_id",
                ("billing.customer", "billing.invoice"), "owner_type holds table names",
            ),
        ),
        dangling=("billing.line_service (service_code) → service",),
    )  # fmt: skip


def small_complexity() -> Complexity:
    terms = (
        Term("size", 4.2, 20, 15, "20 · log(1 + columns) / log(20,001)", ("billing.customer",)),
        Term("coupling", 6.0, 20, 0.8, "references per table, capped at 3", ()),
        Term("code", 7.5, 25, 120, "lines of code and paths", ("billing.close_month",)),
        Term("type_lossiness", 3.1, 15, 0.2, "share of lossy columns", ("billing.invoice.total",)),
        Term("integrity_gaps", 9.0, 15, 0.6, "share of references without a key", ()),
        Term("noise", 1.0, 5, 1, "temporary and backup tables", ("billing.tmp_notes",)),
    )
    return Complexity(
        score=30.8,
        level="moderate",
        terms=terms,
        cost_units=(CostUnit("table", 5, 0.1, 0.5), CostUnit("procedure", 1, 3, 3.0)),
        migration_level="B-5",
        risks=(
            RiskArea(
                "Two references have no key behind them", "medium",
                ("billing.invoice.cust_id", "billing.line_service.line_id"),
                "Declare the keys in the target once the data has been checked.",
            ),
        ),
        recommendations=(
            "Move billing.subscriber_line.monthly_fee from smallfloat to decimal(10,2).",
            "Drop billing.tmp_notes, or say who still reads it.",
        ),
    )  # fmt: skip


def small_analysis() -> Analysis:
    return Analysis(
        schema_name="telecom_billing",
        relationships=small_relationships(),
        types=TypeAnalysis(
            columns=(
                ColumnType(
                    "billing.invoice", "total", "money(12,2)", "money", "decimal",
                    precision=12, scale=2, lossy=True, reason="the currency sign is lost",
                ),
                ColumnType("billing.customer", "name", "varchar(80)", "varchar", "text"),
            ),
            inconsistencies=(
                Inconsistency(
                    "money_in_float", "high", "monthly_fee keeps money in a smallfloat",
                    ("billing.subscriber_line.monthly_fee",), "Use decimal(10,2).", 15,
                ),
                Inconsistency(
                    "date_in_text", "low", "due looks like a date in char(8)",
                    ("billing.invoice.due",), "Use date.", 23,
                ),
            ),
        ),
        rules=RuleCatalogue(
            rules=(
                Rule("default", "A new customer has status A.", ("billing.customer",),
                     ("billing.customer.status",), "DEFAULT 'A'", 5),
                Rule("check", "The status of a customer is A, S or C.", ("billing.customer",),
                     ("billing.customer.status",), "status IN ('A','S','C')", 7),
                Rule("trigger", "After an invoice is inserted, the customer is updated.",
                     ("billing.invoice", "billing.customer"), (), "UPDATE customer SET …", 60),
            ),
            profiles=(
                RoutineProfile("billing.close_month", "procedure", ("billing.invoice",),
                               ("billing.customer",), ("log_it",), ("-746: month is closed",),
                               120, 14, 70),
                RoutineProfile("billing.trg_invoice", "trigger", (), ("billing.customer",), (),
                               (), 6, 1, 60, "billing.invoice"),
            ),
        ),
        complexity=small_complexity(),
    )  # fmt: skip


def large(tables: int = 1_000, columns: int = 15) -> tuple[Schema, Analysis]:
    """A schema of that size in which table i refers to table i // 3."""
    lossy = "a timestamp without a time zone becomes one with"
    made = tuple(_large_table(number, columns) for number in range(tables))
    schema = Schema(
        dialect="oracle",
        tables=made,
        statements=(Statement("create table", 1, "parsed", count=tables),),
        name="large",
    )
    relationships = tuple(_large_reference(number) for number in range(1, tables))
    types = tuple(
        ColumnType(
            table.name, c.name, c.type, "varchar2", "text",
            lossy=c.name.endswith("3"), reason=lossy if c.name.endswith("3") else None,
        )
        for table in made
        for c in table.columns
    )  # fmt: skip
    rules = tuple(
        Rule("check", f"The {c.name} of {t.name} is one of A, B and C.", (t.name,),
             (f"{t.name}.{c.name}",), f"{c.name} IN ('A','B','C')", c.line)
        for t in made for c in t.columns[1:4]
    )  # fmt: skip
    inconsistencies = tuple(
        Inconsistency("date_in_text", "low", f"{t.name}.{t.columns[1].name} looks like a date",
                      (f"{t.name}.{t.columns[1].name}",), "Use date.", t.line)
        for t in made[::2]
    )  # fmt: skip
    small = small_analysis()
    return schema, Analysis(
        schema_name="large",
        relationships=Relationships(
            relationships,
            load_order=(tuple(t.name for t in made[:1]), tuple(t.name for t in made[1:])),
            components=(tuple(t.name for t in made),),
        ),
        types=TypeAnalysis(types, inconsistencies),
        rules=RuleCatalogue(rules, small.rules.profiles),
        complexity=small.complexity,
    )


AREAS = ("billing", "rating", "crm", "network", "roaming", "audit", "stock")


def _large_name(number: int) -> str:
    return f"{AREAS[number % len(AREAS)]}_entity_{number:04d}"


def _large_table(number: int, columns: int) -> Table:
    name = _large_name(number)
    line = 1 + number * (columns + 4)
    return Table(
        name,
        columns=tuple(
            column(f"{name[:6]}_column_{i}", "varchar2(40)", line + 1 + i, nullable=i > 0)
            for i in range(columns)
        ),
        primary_key=(f"{name[:6]}_column_0",),
        comment=f"Entity number {number} of the {name.split('_')[0]} area" if number % 3 else None,
        line=line,
    )


def _large_reference(number: int) -> Relationship:
    own, other = _large_name(number), _large_name(number // 3)
    return Relationship(
        own, (f"{own[:6]}_column_1",), other, (f"{other[:6]}_column_0",),
        declared=number % 4 == 0,
        confidence=1.0 if number % 4 == 0 else (number % 50) / 50,
        evidence=(
            Evidence("name", f"column_1 is named after the key of {other} and of no other", 1.9),
            Evidence("type", "both are varchar2(40)", 0.4),
        ),
        alternatives=(
            Alternative(_large_name(number // 2), ("x",), 0.1, "the name fits, the type does not"),
        ),
        line=number * 19,
    )  # fmt: skip
