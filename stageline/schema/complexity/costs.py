"""The cost units that ora2pg publishes for a move to PostgreSQL, as tables.

Source: ora2pg 23.2, lib/Ora2Pg/PLSQL.pm, ``%OBJECT_SCORE``, ``%MAX_SCORE``, ``$SIZE_SCORE``,
``$FCT_TEST_SCORE``, ``%UNCOVERED_SCORE`` and ``%UNCOVERED_MYSQL_SCORE``; levels: the
"Migration assessment" chapter of https://ora2pg.darold.net/documentation.html. A unit stands for
five minutes of a PostgreSQL expert; a day has 96. ora2pg defines code costs for Oracle and MySQL
only; for other dialects the Oracle table is applied to the constructs that occur.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from stageline.schema.analysis import CostUnit
from stageline.schema.model import Schema
from stageline.schema.rules.tokens import tokenize

UNITS_A_DAY = 96
DAYS_LIMIT = 5  # ora2pg's --human_days_limit

OBJECT_UNITS: Mapping[str, float] = {
    "CHECK": 0.1, "FUNCTION": 1, "FUNCTION-BASED-INDEX": 0.2, "GLOBAL TEMPORARY TABLE": 10,
    "INDEX": 0.1, "MATERIALIZED VIEW": 3, "PACKAGE BODY": 3, "PROCEDURE": 1, "SEQUENCE": 0.1,
    "SYNONYM": 0.1, "TABLE": 0.1, "TABLE PARTITION": 0.1, "TRIGGER": 1, "TYPE": 1,
    "TYPE BODY": 10, "VIEW": 1,
}  # fmt: skip
MOST_UNITS: Mapping[str, float] = {
    "INDEX": 288, "SEQUENCE": 288, "TABLE": 672, "TABLE PARTITION": 480,
    "GLOBAL TEMPORARY TABLE": 288, "SYNONYM": 192,
}  # fmt: skip
TEST_UNIT = 2  # for every routine and trigger
CHARACTERS_A_UNIT = 1_000

# What an occurrence costs, and how to find one in code without comments and strings.
ORACLE_CODE: Mapping[str, tuple[float, str]] = {
    "TRUNC": (0.1, r"\bTRUNC \("), "IS TABLE OF": (4, r"\bIS TABLE OF\b"),
    "OUTER JOIN": (2, r"\(\+\)"), "CONNECT BY": (3, r"\bCONNECT BY\b"),
    "BULK COLLECT": (5, r"\bBULK COLLECT\b"), "GOTO": (2, r"\bGOTO\b"),
    "FORALL": (1, r"\bFORALL\b"), "ROWNUM": (1, r"\bROWNUM\b"), "ROWID": (2, r"\bROWID\b"),
    "UROWID": (2, r"\bUROWID\b"), "IS RECORD": (1, r"\bIS RECORD\b"),
    "SQLCODE": (1, r"\bSQLCODE\b"), "TABLE": (2, r"\bFROM TABLE \("),
    "PIPE ROW": (1, r"\bPIPE ROW\b"), "DBMS_": (3, r"\bDBMS_(?!OUTPUT\b|STANDARD\b)\w"),
    "DBMS_OUTPUT.put": (1, r"\bDBMS_OUTPUT \. PUT \("), "UTL_": (3, r"\bUTL_\w"),
    "CTX_": (3, r"\bCTX_\w"), "EXTRACT": (3, r"\bEXTRACT \("),
    "TO_NUMBER": (0.1, r"\bTO_NUMBER \("), "REGEXP_LIKE": (0.1, r"\bREGEXP_LIKE\b"),
    "REGEXP_COUNT": (0.2, r"\bREGEXP_COUNT\b"), "REGEXP_INSTR": (1, r"\bREGEXP_INSTR\b"),
    "REGEXP_SUBSTR": (1, r"\bREGEXP_SUBSTR\b"), "CURSOR": (1, r"\bCURSOR\b"),
    "ORA_ROWSCN": (3, r"\bORA_ROWSCN\b"), "SAVEPOINT": (1, r"\bSAVEPOINT\b"),
    "ISOPEN": (1, r"% ISOPEN\b"), "ROWCOUNT": (1, r"% ROWCOUNT\b"),
    "EXCEPTION": (2, r"\b(?:DUP_VAL_ON_INDEX|TIMEOUT_ON_RESOURCE|TRANSACTION_BACKED_OUT"
                     r"|NOT_LOGGED_ON|LOGIN_DENIED|INVALID_NUMBER|PROGRAM_ERROR|VALUE_ERROR"
                     r"|ROWTYPE_MISMATCH|CURSOR_ALREADY_OPEN|ACCESS_INTO_NULL"
                     r"|COLLECTION_IS_NULL)\b"),
    "ADD_MONTHS": (0.1, r"\bADD_MONTHS\b"), "LAST_DAY": (1, r"\bLAST_DAY\b"),
    "NEXT_DAY": (1, r"\bNEXT_DAY\b"), "MONTHS_BETWEEN": (1, r"\bMONTHS_BETWEEN\b"),
    "SDO_": (3, r"\bSDO_\w"), "PRAGMA": (3, r"\bPRAGMA(?! (?:RESTRICT_REFERENCES|INLINE))\b"),
    "MDSYS": (1, r"\bMDSYS \."), "MERGE INTO": (3, r"\bMERGE INTO\b"),
    "COMMIT": (1, r"\bCOMMIT\b"), "CONTAINS": (1, r"\bCONTAINS \("),
    "TO_CLOB": (0.1, r"\bTO_CLOB\b"), "ANYDATA": (2, r"\bANYDATA\b"),
    "XMLTYPE": (3, r"\bXMLTYPE\b"), "DBLINK": (1, r"\bFROM [\w.]+ @ \w+"),
}  # fmt: skip
MYSQL_CODE: Mapping[str, tuple[float, str]] = {
    "SOUNDS LIKE": (1, r"\bSOUNDS LIKE\b"), "CHARACTER SET": (1, r"\bCHARACTER SET\b"),
    "COUNT(DISTINCT)": (2, r"\bCOUNT \( DISTINCT\b"), "MATCH": (2, r"\bMATCH \("),
    "JSON": (2, r"\bJSON_\w"), "LOCK": (2, r"\bLOCK\b"), "@VAR": (0.1, r"@\w+"),
}  # fmt: skip
CODE_TABLES = {"mysql": MYSQL_CODE}

_PACKAGES = {"package body": "PACKAGE BODY", "type body": "TYPE BODY", "procedure": "PROCEDURE"}
_UNCOUNTED = frozenset({"package", "package specification"})  # read with their body
_TABLE_KINDS = {"partition": "TABLE PARTITION", "temporary": "GLOBAL TEMPORARY TABLE"}


def count_objects(schema: Schema) -> Counter[str]:
    """How many objects of each of ora2pg's kinds there are."""
    counts = Counter(_TABLE_KINDS.get(table.kind, "TABLE") for table in schema.tables)
    for table in schema.tables:
        counts["CHECK"] += len(table.checks)
        for index in table.indexes:
            expression = any("(" in column for column in index.columns)
            counts["FUNCTION-BASED-INDEX" if expression else "INDEX"] += 1
    counts.update("MATERIALIZED VIEW" if view.materialized else "VIEW" for view in schema.views)
    counts.update(
        _PACKAGES.get(routine.kind.lower(), "FUNCTION")
        for routine in schema.routines
        if routine.kind.lower() not in _UNCOUNTED
    )
    counts["TRIGGER"] = len(schema.triggers)
    counts["SEQUENCE"] = len(schema.sequences)
    counts["SYNONYM"] = len(schema.synonyms)
    counts["TYPE"] = len(schema.types)
    return counts


def bare_code(code: str, dialect: str) -> str:
    """Code in upper case with single blanks, without comments and the content of strings."""
    tokens = tokenize(code, dialect)
    return " ".join("''" if t.kind == "string" else t.text.upper() for t in tokens)


def _code_units(schema: Schema) -> Iterator[CostUnit]:
    """Reading, testing and rewriting of code; views are only searched for what to rewrite."""
    bodies = [routine.body for routine in schema.routines]
    bodies += [trigger.body for trigger in schema.triggers]
    texts = [bare_code(body, schema.dialect) for body in bodies if body.strip()]
    sizes = sum(len(text) // CHARACTERS_A_UNIT or 1 for text in texts)
    yield CostUnit("code: test", len(texts), TEST_UNIT, float(TEST_UNIT * len(texts)))
    yield CostUnit("code: size in 1,000 characters", sizes, 1, float(sizes))
    texts += [bare_code(view.query, schema.dialect) for view in schema.views]
    for name, (unit, pattern) in sorted(CODE_TABLES.get(schema.dialect, ORACLE_CODE).items()):
        found = re.compile(pattern)
        count = sum(len(found.findall(text)) for text in texts)
        yield CostUnit(f"rewrite: {name}", count, unit, round(count * unit, 2))


def list_costs(schema: Schema) -> tuple[CostUnit, ...]:
    """ora2pg's units for what the schema holds; kinds without objects are left out."""
    counts = count_objects(schema)
    units = [
        CostUnit(kind, counts[kind], unit, _capped(kind, counts[kind] * unit))
        for kind, unit in sorted(OBJECT_UNITS.items())
    ]
    return tuple(unit for unit in (*units, *_code_units(schema)) if unit.count)


def _capped(kind: str, cost: float) -> float:
    return round(min(cost, MOST_UNITS.get(kind, cost)), 2)


def migration_level(schema: Schema, costs: tuple[CostUnit, ...]) -> str:
    """ora2pg's letter and number: A automatic, B and C with rewriting of up to and over five
    days; 1 no code, 2 triggers, 3 routines, 4 triggers or views to rewrite, 5 routines too."""
    days = sum(cost.cost for cost in costs) / UNITS_A_DAY
    rewriting = any(cost.kind.startswith("rewrite:") for cost in costs)
    if rewriting:
        return f"{'C' if days > DAYS_LIMIT else 'B'}-{5 if schema.routines else 4}"
    return f"A-{3 if schema.routines else 2 if schema.triggers else 1}"
