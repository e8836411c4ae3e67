"""The example dump, against counts that were taken without the reader.

The numbers come from a separate count over the text (comments and strings blanked, then plain
patterns), corrected by hand for what is altered, renamed and dropped later in the file. The table
whose statement is broken off (``roam_surchg``) counts with the three columns that are left of it.
"""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from stageline.schema import read_schema
from stageline.schema.model import Column, ForeignKey, Schema, Table

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"
DUMP = EXAMPLES / "telecom_billing.sql"


@cache
def example() -> Schema:
    return read_schema(DUMP)


@cache
def references() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((EXAMPLES / "telecom_billing.references.json").read_text())
    return loaded


def line_of(text: str) -> int:
    """The line of the only place where the dump says ``text``."""
    dump = DUMP.read_text(encoding="utf-8")
    assert dump.count(text) == 1, f"{text!r} occurs {dump.count(text)} times"
    return dump.count("\n", 0, dump.index(text)) + 1


def table(name: str) -> Table:
    found = example().table(name)
    assert found is not None, f"no table {name}"
    return found


def column(table_name: str, name: str) -> Column:
    return next(c for c in table(table_name).columns if c.name == name)


def keys() -> list[tuple[str, ForeignKey]]:
    return [(t.name, key) for t in example().tables for key in t.foreign_keys]


def test_dialect_is_detected() -> None:
    assert example().dialect == "informix"
    assert example().encoding == "utf-8"


def test_tables_and_columns() -> None:
    tables = example().tables
    assert len(tables) == 97
    assert len({t.name for t in tables}) == 97
    assert Counter(t.kind for t in tables) == {"table": 95, "temporary": 1, "external": 1}
    assert sum(len(t.columns) for t in tables) == 758 + 3
    assert Counter(t.schema for t in tables) == {"informix": 87, "tbown": 3, None: 7}


def test_declared_keys() -> None:
    primary = [t.primary_key for t in example().tables if t.primary_key]
    assert len(primary) == 82
    assert sum(len(key) > 1 for key in primary) == 30
    assert len(keys()) == 38
    assert sorted((t, k.columns) for t, k in keys() if len(k.columns) > 1) == [
        ("dunn_act", ("dunn_grp", "lvl_no")),
        ("gl_jrn", ("fisc_yr", "prd_no")),
        ("inv_line_tax", ("inv_no", "line_no")),
        ("trf_rate", ("plan_cd", "ver_no")),
        ("trf_zone_dest", ("zset_cd", "zone_cd")),
    ]
    cascading = [t for t, k in keys() if (k.on_delete or "").casefold() == "cascade"]
    assert sorted(cascading) == [
        "acct_bill_pref",
        "app_user_role",
        "cust_contact",
        "dunn_act",
        "inv_line_tax",
        "med_err",
        "svc_order_item",
        "tax_rate",
    ]


def test_other_constraints_and_indexes() -> None:
    tables = example().tables
    assert sum(len(t.unique_constraints) for t in tables) == 8
    assert sum(len(t.checks) for t in tables) == 62
    assert sum(len(t.indexes) for t in tables) == 19
    assert sorted(i.name or "" for t in tables for i in t.indexes if i.unique) == [
        "cstmr01a",
        "exchg01a",
        "glacct1a",
        "switch1a",
        "tariff1a",
        "ux_cust_no",
    ]


def test_code_objects() -> None:
    schema = example()
    assert [v.name for v in schema.views] == [
        "v_active_subs",
        "v_open_inv",
        "v_aged_debt",
        "v_all_inv",
        "v_dlr_comm",
        "v_port_open",
        "v_roam_cost",
    ]
    assert Counter(r.kind for r in schema.routines) == {"procedure": 9, "function": 6}
    assert Counter(r.name for r in schema.routines)["fmt_dur"] == 2
    assert {(t.name, t.table) for t in schema.triggers} == {
        ("ti_subs", "subs"),
        ("tu_subs_stat", "subs"),
        ("td_cust", "cust_mstr"),
        ("tu_acct_limit", "acct"),
        ("ti_payment", "payment"),
        ("tu_inv_paid", "invoice"),
        ("tu_port_state", "port_request"),
        ("ti_comm", "comm_txn"),
        ("tio_port_open", "v_port_open"),
    }
    assert [s.name for s in schema.sequences] == ["seq_inv_no", "seq_cdr_id", "seq_tkt_no"]
    assert {(t.name, t.kind, t.base) for t in schema.types} == {
        ("msisdn_t", "distinct", "varchar(15)"),
        ("rated_amt_t", "distinct", "decimal(14,5)"),
        ("postal_addr_t", "composite", None),
    }
    assert {(s.name, s.target) for s in schema.synonyms if s.name != "dwh_sales"} == {
        ("customer", "cust_mstr"),
        ("account", "acct"),
        ("subscriber", "subs"),
        ("inv", "invoice"),
        ("cust", "cust_mstr"),
    }
    assert len(schema.synonyms) == 6


def test_bodies_are_whole() -> None:
    routines = {r.name: r for r in example().routines}
    assert "continue foreach" in routines["sp_late_fee"].body
    assert "with resume" in routines["acct_tree"].body
    assert "drop table tt_dup" in routines["sp_cdr_dedup"].body
    assert routines["sp_close_cycle"].line == line_of('create procedure "informix".sp_close_cycle')
    assert routines["msisdn_norm"].line == line_of('create function "informix".msisdn_norm')
    assert "char(4)" in (routines["get_rate"].returns or "")
    assert "money(16,2)" in (routines["sp_late_fee"].returns or "")
    triggers = {t.name: t for t in example().triggers}
    assert "sp_subs_stat_chg" in triggers["tu_subs_stat"].body
    assert "audit_log" in triggers["tu_subs_stat"].body
    assert triggers["tu_port_state"].line == line_of("CREATE TRIGGER tu_port_state")


def test_the_scar_is_the_only_failure() -> None:
    failed = [s for s in example().statements if s.status == "failed"]
    assert [s.line for s in failed] == [line_of('create table "informix".roam_surchg ')]
    assert failed[0].reason
    assert [c.name for c in table("roam_surchg").columns] == ["tadig_cd", "eff_dt", "surchg_pct"]
    assert table("roam_surchg").primary_key == ()
    assert table("roam_tax").line == line_of('create table "informix".roam_tax ')
    assert table("roam_tax").primary_key == ("tadig_cd", "tax_seq")


def test_every_byte_is_accounted_for() -> None:
    end = 0
    for statement in example().statements:
        assert statement.start == end
        end = statement.end
    assert end == DUMP.stat().st_size


def test_seed_rows_are_counted() -> None:
    load = line_of('load from "zone_dest.unl"')
    inserts = [s for s in example().statements if s.kind == "insert" and s.line != load]
    assert sum(s.count for s in inserts) == 99
    rows = {t.name: t.row_count for t in example().tables if t.row_count}
    assert sum(rows.values()) == 99
    assert rows["subs_stat_trans"] == 9
    sample = table("country_lu").sample
    assert sample is not None
    assert ("CIV", "Côte d'Ivoire", "225", "f") in sample.rows


@pytest.mark.parametrize("name", ["t_fix_2011", "tt_contact", "gl_budget", "tt_dup", "x"])
def test_what_is_not_there(name: str) -> None:
    """Dropped, renamed, commented out, local to a routine, inside a string."""
    assert example().table(name) is None


def test_comments_in_the_wrong_places() -> None:
    address = table("cust_addr")
    assert address.line == line_of("create { was: cust_adr } table")
    assert address.schema == "informix"
    assert " ".join(c.name for c in address.columns) == (
        "addr_id cust_id addr_type addr1 addr2 town county_cd postcode ctry_cd xchg_cd"
        " geo_lat geo_lon valid_from valid_to"
    )
    assert column("cust_addr", "xchg_cd").line == line_of(", xchg_cd char(4)")
    assert column("trf_plan_ver", "min_chg").type.replace(" ", "") == "decimal(9,4)"


@pytest.mark.parametrize(
    ("table_name", "name", "default"),
    [
        ("note", "note_ttl", "'customer''s note; see text'"),
        ("feature", "sw_cmd", "'--none--'"),
        ("prov_system", "open_brace", "'{'"),
        ("subs_stat_lu", "can_call", '"N"'),
        ("parm_ctl", "parm_val", "'n/a; ask operations'"),
        ("acct", "balance", "$0.00"),
        ("audit_log", "audit_ts", "current year to fraction(5)"),
        ("port_request", "requested_at", "CURRENT YEAR TO SECOND"),
        ("parm_ctl", "upd_dt", "TODAY"),
    ],
)
def test_defaults(table_name: str, name: str, default: str) -> None:
    assert column(table_name, name).default == default


@pytest.mark.parametrize(
    ("table_name", "name", "vendor"),
    [
        ("audit_log", "audit_id", "serial8"),
        ("audit_log", "audit_ts", "datetime year to fraction(5)"),
        ("audit_log", "old_val", "lvarchar(2048)"),
        ("cust_mstr", "mkt_prefs", "set(varchar(10) not null)"),
        ("cust_corp_ext", "contract_doc", "byte in blobdbs"),
        ("cdr_rated", "call_dur", "interval hour(5) to second"),
        ("svc_order", "ord_no", "serial(100000)"),
        ("comm_txn", "comm_amt", "decimal"),
        ("cust_contact", "cont_val", "varchar(254,20)"),
        ("eqp_item", "wrnty", "interval year(2) to month"),
        ("fraud_alert", "loss_est", "DOUBLE PRECISION"),
    ],
)
def test_types(table_name: str, name: str, vendor: str) -> None:
    """A large object may be given with or without its space: that is storage, not type."""
    found = column(table_name, name).type
    assert found.replace(", ", ",") in {vendor, vendor.removesuffix(" in blobdbs")}


def test_changes_are_replayed_in_order() -> None:
    assert [c.name for c in table("acct").columns][-3:] == ["e_bill_dt", "glseg", "risk_scr"]
    assert "pin1" not in {c.name for c in table("sim_card").columns}
    payment = {c.name for c in table("payment").columns}
    assert "pay_mthd_cd" in payment
    assert "pmt_mthd" not in payment
    assert table("tkt_contact").primary_key == ("tkt_no", "seq_no")
    assert [k.referred_table for k in table("med_err").foreign_keys] == ["med_file"]
    assert ("vat_no",) in {u.columns for u in table("cust_corp_ext").unique_constraints}


def test_selected_keys() -> None:
    assert table("trf_rate").primary_key == (
        "plan_cd",
        "ver_no",
        "zset_cd",
        "zone_cd",
        "band_cd",
        "day_type",
    )
    assert table("comm_plan").primary_key == ("comm_plan",)
    header = table("code_dtl").foreign_keys[0]
    assert (header.referred_schema, header.referred_table) == ("informix", "code_hdr")
    assert header.referred_columns in {(), ("code_type",)}
    named = {k.name: (t, k.columns, k.referred_table) for t, k in keys()}
    assert named["fk_acct_parent"] == ("acct", ("parent_acct_id",), "acct")
    assert named["fk_cust_prim_acct"] == ("cust_mstr", ("prim_acct_id",), "acct")
    assert named["fk_acct_cust"] == ("acct", ("cust_id",), "cust_mstr")
    assert named["fk_trans_from"][1:] == (("from_stat",), "subs_stat_lu")
    assert named["fk_trans_to"][1:] == (("to_stat",), "subs_stat_lu")
    assert named["fk_alert_rule"] == ("fraud_alert", ("rule_id",), "fraud_rule")


def test_names_are_looked_up_without_case() -> None:
    assert table("PORT_REQUEST").name == "port_request"
    assert example().table("dealer", "TBOWN") == table("dealer")


def test_references_name_what_exists_and_is_undeclared() -> None:
    """The truth for discovery is about this dump, and never repeats a declared key."""
    truth = references()
    declared = {(t, k.columns) for t, k in keys()}
    assert len(truth["undeclared"]) == 162
    for source, columns, target, referred in truth["undeclared"] + truth["also_right"]:
        assert set(columns) <= {c.name for c in table(source).columns}
        assert set(referred) <= {c.name for c in table(target).columns}
        assert len(columns) == len(referred)
        assert (source, tuple(columns)) not in declared
    for source, type_column, id_column, targets in truth["polymorphic"]:
        assert {type_column, id_column} <= {c.name for c in table(source).columns}
        assert all(example().table(target) for target in targets)
