"""What the analysis steps find out about a schema, as immutable data.

A table is named by ``qualified`` name: ``schema.table`` where the dump gives a schema, else
``table``; a column by ``table.column``. Severity is ``high``, ``medium`` or ``low``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from stageline.brief import brief

Severity = Literal["high", "medium", "low"]


def qualified(name: str, schema: str | None) -> str:
    """The name under which reports show an object."""
    return f"{schema}.{name}" if schema else name


# --- relationships ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason for (weight > 0) or against (< 0) a relationship, in words."""

    kind: str
    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another target that was considered."""

    referred_table: str
    referred_columns: tuple[str, ...]
    confidence: float
    reason: str


@dataclass(frozen=True, slots=True)
class Relationship:
    """A reference between tables: declared in the dump, or implied by evidence.

    ``confidence`` is a probability in [0, 1]; a declared key has 1.0. ``cardinality`` is
    ``one-to-one`` or ``many-to-one``. ``line`` is that of the declaration or the first column.
    """

    table: str
    columns: tuple[str, ...]
    referred_table: str
    referred_columns: tuple[str, ...]
    declared: bool
    confidence: float
    cardinality: Literal["one-to-one", "many-to-one"] = "many-to-one"
    optional: bool = True
    name: str | None = None
    on_delete: str | None = None
    evidence: tuple[Evidence, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True)
class PolymorphicPair:
    """A type column and an id column that together point at one of several tables."""

    table: str
    type_column: str
    id_column: str
    candidates: tuple[str, ...]
    evidence: str


@dataclass(frozen=True, slots=True)
class Relationships:
    """``load_order`` lists levels: the tables of a level need only tables of earlier ones,
    except inside a cycle, whose members stand together. ``islands`` are tables without any
    relationship; ``components`` are the connected groups, largest first."""

    relationships: tuple[Relationship, ...]
    join_tables: tuple[str, ...] = ()
    self_references: tuple[str, ...] = ()
    cycles: tuple[tuple[str, ...], ...] = ()
    load_order: tuple[tuple[str, ...], ...] = ()
    islands: tuple[str, ...] = ()
    components: tuple[tuple[str, ...], ...] = ()
    polymorphic: tuple[PolymorphicPair, ...] = ()
    dangling: tuple[str, ...] = ()

    __repr__ = brief


# --- data types ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ColumnType:
    """A vendor type taken apart and mapped. ``canonical`` is one of the names of
    ``stageline.schema.types.CANONICAL``; ``lossy`` says that the mapping loses something, and
    ``reason`` what. Lengths are characters or bytes as ``length_unit`` says."""

    table: str
    column: str
    vendor: str
    base: str
    canonical: str
    length: int | None = None
    length_unit: str | None = None
    precision: int | None = None
    scale: int | None = None
    unsigned: bool = False
    identity: bool = False
    array: bool = False
    labels: tuple[str, ...] = ()
    lossy: bool = False
    reason: str | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class Inconsistency:
    """``kind``: type_conflict, key_mismatch, money_in_float, date_in_text, overwide_text,
    deprecated_type, unknown_type, ..."""

    kind: str
    severity: Severity
    message: str
    columns: tuple[str, ...]
    recommendation: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class TypeAnalysis:
    columns: tuple[ColumnType, ...]
    inconsistencies: tuple[Inconsistency, ...]

    __repr__ = brief


# --- business rules --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule as a sentence. ``kind``: check, enum, domain, default, unique, not_null_together,
    trigger, routine, view_filter. ``columns`` are ``table.column``."""

    kind: str
    sentence: str
    tables: tuple[str, ...]
    columns: tuple[str, ...]
    source: str
    line: int
    name: str | None = None


@dataclass(frozen=True, slots=True)
class RoutineProfile:
    """What a routine or trigger does. ``size`` is its lines of code without comments and blank
    lines; ``branches`` its decision points + 1 (McCabe's cyclomatic number)."""

    name: str
    kind: str
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    calls: tuple[str, ...]
    raises: tuple[str, ...]
    size: int
    branches: int
    line: int
    table: str | None = None


@dataclass(frozen=True, slots=True)
class RuleCatalogue:
    rules: tuple[Rule, ...]
    profiles: tuple[RoutineProfile, ...]

    __repr__ = brief


# --- complexity ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Term:
    """One addend of the score: ``points`` of at most ``maximum``, from ``measure`` (named in
    ``formula``), caused by ``objects``."""

    name: str
    points: float
    maximum: float
    measure: float
    formula: str
    objects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CostUnit:
    """One line of ora2pg's cost table: ``count`` objects of ``kind`` at ``unit`` each."""

    kind: str
    count: int
    unit: float
    cost: float


@dataclass(frozen=True, slots=True)
class RiskArea:
    title: str
    severity: Severity
    objects: tuple[str, ...]
    advice: str


@dataclass(frozen=True, slots=True)
class Complexity:
    """``score`` is the sum of the terms' points, 0 (simple) to 100. ``migration_level`` is
    ora2pg's letter and number, e.g. ``B-3``; ``cost_units`` its published unit table."""

    score: float
    level: str
    terms: tuple[Term, ...]
    cost_units: tuple[CostUnit, ...]
    migration_level: str
    risks: tuple[RiskArea, ...]
    recommendations: tuple[str, ...]

    __repr__ = brief


@dataclass(frozen=True)
class Analysis:
    """Everything that raw analysis knows, in one place: what the page renders."""

    schema_name: str
    relationships: Relationships
    types: TypeAnalysis
    rules: RuleCatalogue
    complexity: Complexity
