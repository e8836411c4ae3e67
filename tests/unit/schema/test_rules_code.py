"""Triggers and routines: what they refuse and set, and what they touch."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stageline.schema.analysis import RuleCatalogue
from stageline.schema.model import Column, Routine, Schema, Synonym, Table, Trigger, View
from stageline.schema.rules import extract_rules

TABLES = tuple(
    Table(name, columns=(Column("id", "int"), Column("status", "char(1)")))
    for name in ("orders", "stock", "audit_log", "customers")
)


def run(
    dialect: str, *, trigger: str = "", routine: str = "", when: str = "BEFORE"
) -> RuleCatalogue:
    triggers = (Trigger("trg", "orders", None, when, ("INSERT", "UPDATE"), None, trigger, 5),)
    routines = (Routine("close_account", kind="procedure", body=routine, line=9),)
    return extract_rules(
        Schema(
            dialect,
            TABLES,
            triggers=triggers if trigger else (),
            routines=routines if routine else (),
        )
    )


REFUSALS = [
    ("postgresql", "BEGIN IF NEW.qty < 0 THEN RAISE EXCEPTION 'no stock: %', NEW.qty; END IF; "
                   "RETURN NEW; END", "no stock: %"),
    ("oracle", "BEGIN IF :NEW.qty < 0 THEN RAISE_APPLICATION_ERROR(-20001, 'no stock'); "
               "END IF; END;", "no stock"),
    ("mysql", "BEGIN IF NEW.qty < 0 THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'no stock'; "
              "END IF; END", "no stock"),
    ("informix", "IF new.qty < 0 THEN RAISE EXCEPTION -746, 0, 'no stock'; END IF;", "no stock"),
    ("db2", "BEGIN IF new.qty < 0 THEN SIGNAL SQLSTATE '75000' ('no stock'); END IF; END",
     "no stock"),
    ("firebird", "BEGIN IF (new.qty < 0) THEN EXCEPTION no_stock; END", "no_stock"),
    ("firebird", "BEGIN IF (new.qty < 0) THEN BEGIN EXCEPTION no_stock 'none'; END END", "none"),
    ("sqlite", "BEGIN SELECT RAISE(ABORT, 'no stock') WHERE NEW.qty < 0; END", "no stock"),
    ("sqlite", "BEGIN SELECT CASE WHEN NEW.qty < 0 THEN RAISE(FAIL, 'no stock') END; END",
     "no stock"),
    ("mssql", "IF inserted.qty < 0 BEGIN RAISERROR('no stock', 16, 1) ROLLBACK TRAN END",
     "no stock"),
    ("mssql", "IF inserted.qty < 0 THROW 50000, 'no stock', 1", "no stock"),
    ("informix", "IF new.qty < 0 THEN LET msg = 'no stock'; RAISE EXCEPTION -746, 0, msg; END IF;",
     "no stock"),
    ("mssql", "IF inserted.qty < 0 BEGIN SELECT @n = 1, @t = 'no stock' RAISERROR @n @t END",
     "no stock"),
]  # fmt: skip


@pytest.mark.parametrize(("dialect", "body", "message"), REFUSALS)
def test_refusals_in_every_dialect(dialect: str, body: str, message: str) -> None:
    found = run(dialect, trigger=body)
    (rule,) = found.rules
    assert rule.sentence == (
        "Inserting or changing an order is refused when its quantity is less than 0, "
        f"with “{message}”."
    )
    assert (rule.kind, rule.tables, rule.line, rule.name) == ("trigger", ("orders",), 5, "trg")
    assert found.profiles[0].raises == (message,)


def test_rules_name_tables_and_columns_in_the_spelling_of_the_dump() -> None:
    body = "BEGIN IF :new.STATUS = 'X' AND :OLD.Id > 1 THEN RAISE_APPLICATION_ERROR(-1, 'no'); "
    (rule,) = run("oracle", trigger=f"{body} END IF; END;").rules
    assert rule.columns == ("orders.status", "orders.id")
    body = "SELECT id INTO v FROM STOCK; IF v > 1 THEN RAISE EXCEPTION 'no'; END IF;"
    (rule,) = run("postgresql", routine=body).rules
    assert rule.tables == ("stock",)


def test_else_branches_and_nesting() -> None:
    body = """
    IF v_status = 'C' THEN
        IF v_total > 100 THEN RAISE EXCEPTION 'too much'; END IF;
    ELSE
        RAISE EXCEPTION 'not closed';
    END IF;
    RAISE NOTICE 'done';
    """
    first, second = run("postgresql", routine=body).rules
    assert first.sentence == (
        "The procedure close_account stops when the status is 'C' and the total is greater than "
        "100, with “too much”."
    )
    assert second.sentence.endswith("when the status is not 'C', with “not closed”.")
    assert first.kind == "routine"


def test_firebird_else_without_end_if() -> None:
    body = "BEGIN IF (a = 1) THEN x = 2; ELSE EXCEPTION e1; IF (b = 2) THEN EXCEPTION e2; END"
    first, second = run("firebird", routine=body).rules
    assert "when the a is not 1, with “e1”" in first.sentence
    assert "when the b is 2, with “e2”" in second.sentence


def test_assignments_before_a_row_is_stored() -> None:
    rules = run(
        "oracle", trigger="BEGIN :NEW.changed_at := SYSDATE; :NEW.status := 'N'; END;"
    ).rules
    assert [rule.sentence for rule in rules] == [
        "Before an order is inserted or changed, its changed at is set to the current time.",
        "Before an order is inserted or changed, its status is set to 'N'.",
    ]
    assert rules[1].columns == ("orders.status",)


def test_a_state_that_a_routine_sets() -> None:
    body = "IF p_days > 30 THEN UPDATE orders SET status = 'X', id = id + 1 WHERE id = 3; END IF;"
    (rule,) = run("postgresql", routine=body).rules
    assert rule.sentence == (
        "The procedure close_account sets the status of an order to 'X' if the days is greater "
        "than 30."
    )
    assert rule.columns == ("orders.status",)


def test_the_condition_in_the_head_of_a_trigger_counts() -> None:
    (rule,) = run(
        "oracle", trigger="WHEN (new.qty > 5) BEGIN RAISE_APPLICATION_ERROR(-1,'x'); END;"
    ).rules
    assert "when its quantity is greater than 5" in rule.sentence


def test_a_trigger_function_belongs_to_its_trigger() -> None:
    body = "BEGIN NEW.status := 'N'; INSERT INTO audit_log VALUES (1); RETURN NEW; END"
    schema = Schema(
        "postgresql",
        TABLES,
        triggers=(Trigger("t1", "orders", None, "BEFORE", ("INSERT",), "stamp()", "", 3),),
        routines=(Routine("stamp", kind="function", body=body, line=1),),
    )
    found = extract_rules(schema)
    assert [rule.name for rule in found.rules] == ["t1", "t1"]
    assert "rows of audit_log are written" in found.rules[1].sentence
    trigger, routine = found.profiles
    assert trigger.calls == ("stamp",)
    assert trigger.size == 0  # its lines count with the function
    assert routine.writes == ("audit_log",)


def test_profile_of_reads_writes_and_calls() -> None:
    body = """
    BEGIN
      -- INSERT INTO customers VALUES (1);
      SELECT s.id INTO v FROM stock s, v_open o JOIN cust c ON c.id = s.id;
      INSERT INTO audit_log (id) SELECT id FROM orders;
      UPDATE stock SET id = 1;
      DELETE FROM orders WHERE note = 'FROM customers';
      other_proc(1);
      CALL third();
      EXECUTE IMMEDIATE 'x';
    END
    """
    schema = Schema(
        "oracle",
        TABLES,
        views=(View("v_open"),),
        synonyms=(Synonym("cust", "customers"),),
        routines=(Routine("p", kind="procedure", body=body), Routine("other_proc")),
    )
    found = extract_rules(schema).profiles[0]
    assert found.reads == ("cust", "orders", "stock", "v_open")
    assert found.writes == ("audit_log", "orders", "stock")
    assert found.calls == ("other_proc", "third")
    assert found.size == 9


@pytest.mark.parametrize(
    ("dialect", "body", "branches"),
    [
        ("oracle", "BEGIN x := 1; END;", 1),
        ("oracle", "BEGIN IF a THEN x; ELSIF b THEN y; ELSE z; END IF; END;", 3),
        ("oracle", "BEGIN FOR r IN (SELECT 1 FROM dual) LOOP x; END LOOP; WHILE a LOOP y; "
                   "END LOOP; END;", 3),
        ("mysql", "BEGIN CASE a WHEN 1 THEN x; WHEN 2 THEN y; END CASE; END", 3),
        ("mssql", "IF @a = 1 SELECT 1 ELSE SELECT 2 WHILE @b > 0 SET @b = 1", 3),
        ("informix", "FOREACH SELECT a INTO b FROM t IF b = 1 THEN LET c = 2; END IF; END FOREACH;",
         3),
        ("firebird", "BEGIN FOR SELECT a FROM t INTO :b DO SUSPEND; END", 2),
        ("db2", "DECLARE c CURSOR FOR SELECT 1 FROM t; -- IF x\n OPEN c;", 1),
    ],
)  # fmt: skip
def test_branches_count_decisions(dialect: str, body: str, branches: int) -> None:
    assert run(dialect, routine=body).profiles[0].branches == branches


WORDS = [
    "IF", "THEN", "ELSE", "ELSIF", "END", "CASE", "WHEN", "LOOP", "WHILE", "FOR", "BEGIN", "RAISE",
    "EXCEPTION", "SELECT", "FROM", "WHERE", "UPDATE", "SET", "INSERT", "INTO", "DELETE", "MERGE",
    "NEW", ".", "(", ")", "=", ":=", ",", ";", "orders", "status", "'x'", "1", "@a", "SIGNAL",
    "EXECUTE", "FUNCTION", "ON", "TRY", "CATCH", "EACH", "AND", "OR", "NOT", "NULL", "IS",
]  # fmt: skip


@given(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=60),
    st.sampled_from(["oracle", "mssql", "mysql"]),
)
def test_any_code_is_read(words: list[str], dialect: str) -> None:
    code = " ".join(words)
    found = run(dialect, trigger=code, routine=code)
    assert len(found.profiles) == 2
    assert all(rule.sentence and rule.line in {5, 9} for rule in found.rules)


def test_case_branches_are_conditions() -> None:
    body = """CASE NEW.status WHEN 'A' THEN NEW.id := 1;
              WHEN 'B' THEN RAISE EXCEPTION 'no b'; ELSE RAISE EXCEPTION 'unknown'; END CASE;"""
    sentences = [rule.sentence for rule in run("postgresql", trigger=body).rules]
    assert sentences[0].endswith("its id is set to 1 if its status is 'A'.")
    assert "when its status is 'B', with “no b”" in sentences[1]
    assert "when its status is not 'A' and its status is not 'B', with" in sentences[2]


def test_errors_behind_an_error_are_no_rules() -> None:
    body = "BEGIN x := 1; EXCEPTION WHEN OTHERS THEN RAISE_APPLICATION_ERROR(-20001, 'oops'); END;"
    assert run("oracle", routine=body).rules == ()
    caught = "BEGIN TRY SELECT 1 END TRY BEGIN CATCH RAISERROR('failed', 16, 1) END CATCH"
    assert run("mssql", routine=caught).rules == ()


def test_an_alias_in_an_update_is_its_table() -> None:
    body = "UPDATE o SET o.id = 1 FROM orders o JOIN stock AS s ON s.id = o.id"
    assert run("mssql", routine=body).profiles[0].writes == ("orders",)


def test_unbalanced_code_ends() -> None:
    for body in (
        "END END END",
        "IF IF IF",
        "BEGIN " * 5_000,
        "(" * 5_000,
        "ELSE " * 3_000,
        "CASE WHEN",
    ):
        for dialect in ("oracle", "mssql", "firebird"):
            assert run(dialect, routine=body).profiles[0].branches >= 1


def test_a_huge_body_is_bounded() -> None:
    body = "IF NEW.a = 1 THEN RAISE EXCEPTION 'x'; END IF;\n" * 25_000
    found = run("postgresql", trigger=body)
    assert len(found.rules) == 1
    assert found.profiles[0].size < 25_000
