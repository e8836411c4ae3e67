"""Relationships: each kind of evidence on a small schema of its own, and figures on real dumps."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from stageline.schema import read_schema
from stageline.schema.analysis import Relationship, Relationships
from stageline.schema.model import Schema
from stageline.schema.relationships import discover_relationships, relationship_findings
from stageline.schema.relationships.catalogue import build_catalogue
from stageline.schema.relationships.declared import read_declared

SHARED = Path(__file__).resolve().parents[4] / "shared" / "schemas" / "dumps"


def read(sql: str, dialect: str = "postgresql") -> Schema:
    return read_schema(sql.encode(), dialect)


def discover(sql: str, dialect: str = "postgresql") -> Relationships:
    return discover_relationships(read(sql, dialect))


def find(found: Relationships, table: str, *columns: str) -> Relationship | None:
    return next((r for r in found.relationships if r.table == table and r.columns == columns), None)


def target(found: Relationships, table: str, *columns: str) -> str | None:
    relationship = find(found, table, *columns)
    return relationship and relationship.referred_table


def test_a_declared_key_is_certain_and_takes_its_columns_from_the_target():
    found = discover("""
        create table customer (id integer primary key);
        create table card (id integer primary key, customer_id integer not null unique,
          constraint card_customer foreign key (customer_id) references customer on delete cascade);
    """)
    key = find(found, "card", "customer_id")
    assert key is not None
    assert (key.declared, key.confidence, key.name) == (True, 1.0, "card_customer")
    assert (key.referred_columns, key.cardinality, key.optional) == (("id",), "one-to-one", False)


def test_a_key_to_a_missing_table_dangles_and_is_kept():
    found = discover("create table a (id int primary key, b_id int references b (id));")
    assert found.dangling == ("a(b_id) -> b",)
    assert target(found, "a", "b_id") == "b"


@pytest.mark.parametrize(
    ("parent", "key", "column"),
    [
        ("customer", "id", "customer_id"),
        ("customers", "id", "customer_id"),
        ("Customers", "CustomerID", "CustomerID"),
        ("tbl_customer", "id", "customer_id"),
        ("customer", "customer_no", "customer_no"),
        ("customer", "customerid", "customerid"),
        ("categories", "category_id", "category_id"),
        ("customer", "id", "id_customer"),
        ("customer", "customer_id", "billing_customer_id"),
        ("customer", "id", "ordering_customer_id"),
        ("people", "id", "person_id"),
        ("customer", "id", "customerId"),
    ],
)
def test_a_name_says_its_target(parent, key, column):
    found = discover(f"""
        create table "{parent}" ("{key}" integer primary key, name varchar(40));
        create table invoice (invoice_nr integer primary key, "{column}" integer, total integer);
        create index i on invoice ("{column}");
    """)
    relationship = find(found, "invoice", column)
    assert relationship is not None, found
    assert relationship.referred_table == parent
    assert relationship.referred_columns == (key,)
    assert 0.5 <= relationship.confidence < 1
    assert relationship.evidence[0].kind == "name"
    assert relationship.evidence[0].text


@pytest.mark.parametrize(
    "column",
    ["id integer", "version integer", "external_id varchar(64)", "customer_id date",
     "customer_id boolean", "quantity integer", "notes text", "customer_name varchar(40)"],
)  # fmt: skip
def test_no_reference_is_made_up(column):
    found = discover(f"""
        create table customer (customer_id integer primary key, notes text);
        create table invoice (invoice_nr integer primary key, {column});
    """)
    assert found.relationships == ()


def test_types_rule_out_a_target():
    found = discover("""
        create table country (id integer primary key);
        create table address (nr integer primary key, country_id varchar(30));
    """)
    assert found.relationships == ()


def test_the_original_is_preferred_to_its_copies():
    found = discover("""
        create table customer_bak (customer_id integer primary key, name varchar(9));
        create table customer (customer_id integer primary key, name varchar(9));
        create table tmp_customer (customer_id integer primary key, name varchar(9));
        create table customer_20190101 (customer_id integer primary key, name varchar(9));
        create table invoice (invoice_id integer primary key, customer_id integer);
    """)
    assert target(found, "invoice", "customer_id") == "customer"
    alternatives = find(found, "invoice", "customer_id").alternatives
    assert {a.referred_table for a in alternatives} <= {
        "customer_bak", "tmp_customer", "customer_20190101"}  # fmt: skip


def test_a_table_that_extends_another_refers_to_it_one_to_one():
    found = discover("""
        create table person (person_id integer primary key, name varchar(9));
        create table employee (person_id integer primary key, salary integer);
        create table badge (badge_id integer primary key, person_id integer);
    """)
    assert target(found, "badge", "person_id") == "person"
    assert target(found, "employee", "person_id") == "person"
    assert find(found, "employee", "person_id").cardinality == "one-to-one"
    assert find(found, "person", "person_id") is None


def test_an_unique_column_can_be_the_target():
    found = discover("""
        create table currency (id integer primary key, currency_code char(3) unique);
        create table price (id integer primary key, currency_code char(3) not null);
    """)
    key = find(found, "price", "currency_code")
    assert key is not None
    assert (key.referred_table, key.referred_columns) == ("currency", ("currency_code",))


def test_columns_with_a_word_before_every_name():
    found = discover("""
        create table customer (c_custkey integer primary key, c_name varchar(9), c_phone char(9));
        create table orders (o_orderkey integer primary key, o_custkey integer, o_total integer);
    """)
    key = find(found, "orders", "o_custkey")
    assert key is not None
    assert (key.referred_table, key.referred_columns) == ("customer", ("c_custkey",))


def test_a_composite_key_is_referred_to_as_a_whole():
    found = discover("""
        create table orders (order_id integer primary key);
        create table order_line (order_id integer, order_line_no integer, qty integer,
          primary key (order_id, order_line_no));
        create table shipment (shipment_id integer primary key, order_id integer,
          order_line_no integer);
        create index s on shipment (order_id, order_line_no);
    """)
    key = find(found, "shipment", "order_id", "order_line_no")
    assert key is not None
    assert key.referred_table == "order_line"
    assert [e.text for e in key.evidence]
    assert target(found, "order_line", "order_id") == "orders"


BARE = """
    create table acct_master (acct integer primary key);
    create table movement (nr integer primary key, origin integer);
"""


def test_a_join_in_a_view_gives_a_target_that_the_name_does_not():
    assert target(discover(BARE), "movement", "origin") is None
    found = discover(
        BARE + "create view v as select m.nr from movement m join acct_master a"
        " on m.origin = a.acct where a.acct > 0;"
    )
    key = find(found, "movement", "origin")
    assert key is not None
    assert key.referred_table == "acct_master"
    assert any("view v" in e.text for e in key.evidence if e.kind == "joined")


def test_a_comma_join_and_a_trigger_count_as_well():
    view = "create view v as select m.nr from movement m, acct_master a where a.acct=m.origin;"
    assert target(discover(BARE + view), "movement", "origin") == "acct_master"
    body = """
        create function f() returns trigger language plpgsql as $$ begin
          update acct_master set acct = acct where acct_master.acct = new.origin; return new;
        end $$;
        create trigger t after insert on movement for each row execute function f();
    """
    assert target(discover(BARE + body), "movement", "origin") in (None, "acct_master")


def test_a_comment_names_the_target():
    found = discover(
        BARE + "comment on column movement.origin is 'References acct_master, may be empty';"
    )
    assert target(found, "movement", "origin") == "acct_master"


DATA = """
    create table warehouse (warehouse_id integer primary key);
    create table stock (stock_id integer primary key, warehouse_id integer);
    insert into warehouse (warehouse_id) values (11),(12),(13);
    insert into stock (stock_id, warehouse_id) values (1,{0}),(2,12),(3,NULL);
"""


def test_values_support_or_refute_a_target():
    fitting = find(discover(DATA.format(11)), "stock", "warehouse_id")
    assert fitting is not None
    assert any(e.kind == "included" for e in fitting.evidence)
    missing = find(discover(DATA.format(99)), "stock", "warehouse_id")
    assert missing is None or missing.confidence < fitting.confidence - 0.2


def test_declared_keys_teach_what_a_name_means():
    tables = """
        create table res_partner (id integer primary key);
        create table a (id integer primary key, payee integer {0});
        create table b (id integer primary key, payee integer {0});
        create table c (id integer primary key, payee integer);
        create view v as select c.id from c, res_partner r where c.payee = r.id;
    """
    taught = discover(tables.format("references res_partner (id)"))
    key = find(taught, "c", "payee")
    assert key is not None
    assert any(e.kind == "habit" for e in key.evidence)


def test_self_references_and_roles():
    found = discover("""
        create table category (id integer primary key, parent_id integer, name varchar(20));
        create index i on category (parent_id);
        create table users (id integer primary key, name varchar(20));
        create table post (id integer primary key, user_id integer, category_id integer);
    """)
    assert target(found, "category", "parent_id") == "category"
    assert found.self_references == ("category.parent_id",)


def test_join_tables_cycles_islands_and_load_order():
    found = discover("""
        create table film (film_id integer primary key);
        create table actor (actor_id integer primary key);
        create table film_actor (film_id integer references film, actor_id integer references actor,
          last_update timestamp, primary key (film_id, actor_id));
        create table hen (id integer primary key, egg_id integer);
        create table egg (id integer primary key, hen_id integer references hen (id));
        alter table hen add foreign key (egg_id) references egg (id);
        create table audit_trail (line varchar(200));
    """)
    assert found.join_tables == ("film_actor",)
    assert found.cycles == (("egg", "hen"),)
    assert found.islands == ("audit_trail",)
    assert found.components == (("actor", "film", "film_actor"), ("egg", "hen"))
    assert found.load_order == (("actor", "audit_trail", "egg", "film", "hen"), ("film_actor",))


def test_a_type_column_and_an_id_column_form_a_pair():
    found = discover("""
        create table photo (id integer primary key);
        create table article (id integer primary key);
        create table remark (id integer primary key, commentable_type varchar(20)
          check (commentable_type in ('Photo', 'Article')), commentable_id integer);
    """)
    (pair,) = found.polymorphic
    assert (pair.table, pair.type_column, pair.id_column) == (
        "remark", "commentable_type", "commentable_id")  # fmt: skip
    assert pair.candidates == ("article", "photo")


def test_a_table_s_own_key_is_no_half_of_a_pair():
    found = discover("""
        create table concept_class (concept_class_id varchar(9) primary key);
        create table concept (concept_id integer primary key, concept_class_id varchar(9));
    """)
    assert found.polymorphic == ()


@pytest.mark.parametrize(
    "columns",
    [
        "case_id integer primary key, case_type char(2), case_no integer",
        "line_id integer primary key, parcel_type char(2), parcel_no integer",
        "line_id integer primary key, depot_type char(2), depot_id integer",
    ],
)
def test_a_type_beside_a_number_of_the_row_itself_is_no_pair(columns):
    found = discover(f"""
        create table depot (depot_id integer primary key);
        create table legal_case ({columns});
    """)
    assert found.polymorphic == ()


def test_codes_and_code_tell_what_a_pair_points_at():
    found = discover("""
        create table account (id integer primary key);
        create table subscriber (id integer primary key, account_id integer);
        create table asset (id integer primary key);
        create table bill (id integer primary key, account_id integer, subscriber_id integer);
        create table credit (id integer primary key, account_id integer, subscriber_id integer,
          owner_type char(1) check (owner_type in ('A', 'S')), owner_id integer);
        create table remark (id integer primary key, owner_type varchar(9), owner_id integer);
        create view bill_remark as select * from remark where remark.owner_type = 'BILL';
        create table trail (id integer primary key, table_nm varchar(64), row_key varchar(64));
    """)
    assert [(p.table, p.type_column, p.id_column, p.candidates) for p in found.polymorphic] == [
        ("credit", "owner_type", "owner_id", ("account", "subscriber")),
        ("remark", "owner_type", "owner_id", ("bill",)),
        ("trail", "table_nm", "row_key", ()),
    ]


@pytest.mark.parametrize("column", ["version", "position", "source", "status"])
def test_an_attribute_that_is_named_like_a_table_is_no_sure_reference(column):
    found = discover(f"""
        create table {column} (id integer primary key, label varchar(20));
        create table watcher (id integer primary key, {column} integer);
        create table client (id integer primary key, watcher_id integer);
    """)
    stated = [r.confidence for r in found.relationships if r.columns == (column,)]
    assert all(confidence < 0.9 for confidence in stated)


def test_an_enum_refers_to_nothing():
    found = discover("""
        create table outbox_part (id integer primary key);
        create table outbox (id integer primary key, part enum('false','true'));
    """)
    assert found.relationships == ()


@pytest.mark.parametrize("column", ["closed_by", "appr_login", "handler", "asgn_to"])
def test_a_person_s_login_is_a_target(column):
    found = discover(f"""
        create table app_user (user_id integer primary key, login char(12) unique);
        create table ticket (ticket_id integer primary key, {column} char(12), note char(40));
    """)
    assert [(r.columns, r.referred_columns) for r in found.relationships] == [
        ((column,), ("login",))
    ]


def test_the_first_table_after_from_takes_part_in_joins():
    found = discover("""
        create table credit (cl char(2) primary key, amount integer);
        create table acct (acct_id integer primary key, grade char(2));
        create view v as select c.amount, a.grade from acct a, credit c where c.cl = a.grade;
    """)
    assert [(r.table, r.columns, r.referred_table) for r in found.relationships] == [
        ("acct", ("grade",), "credit")
    ]


def test_a_table_with_facts_of_its_own_is_no_join_table():
    found = discover("""
        create table film (film_id integer primary key);
        create table store (store_id integer primary key);
        create table actor (actor_id integer primary key);
        create table stock (stock_id integer primary key, film_id integer, store_id integer);
        create table rental (rental_id integer primary key, stock_id integer);
        create table cast_member (film_id integer, actor_id integer, sort_order integer,
          primary key (film_id, actor_id));
        create table review (film_id integer, actor_id integer, verdict varchar(99),
          primary key (film_id, actor_id));
    """)
    assert found.join_tables == ("cast_member",)


ORDER = [
    "create table customer (id integer primary key, name varchar(9));",
    "create table account (id integer primary key, customer_id integer);",
    "create table payment (id integer primary key, account_id integer, payer_customer_id integer);",
    "create view v as select p.id from payment p join account a on p.account_id = a.id;",
]


def test_order_and_comments_of_the_dump_do_not_matter():
    one = discover("\n".join(ORDER))
    other = discover("-- a remark\n" + "\n/* and another */\n".join(reversed(ORDER)))
    assert _without_lines(one) == _without_lines(other)
    assert len(one.relationships) == 3


def _without_lines(found: Relationships) -> Relationships:
    return replace(found, relationships=tuple(replace(r, line=0) for r in found.relationships))


def test_alternatives_are_listed_with_reasons():
    found = discover("""
        create table status (status_id integer primary key);
        create table order_status (status_id integer primary key);
        create table invoice (invoice_id integer primary key, status_id integer);
    """)
    key = find(found, "invoice", "status_id")
    assert key is not None
    assert key.referred_table == "status"
    assert [a.referred_table for a in key.alternatives] == ["order_status"]
    assert all(a.reason and a.confidence < key.confidence for a in key.alternatives)


def test_findings_name_objects_and_stay_bounded():
    sql = "create table hub (id integer primary key);" + "".join(
        f"create table t{n} (id integer primary key, hub_id integer, lost_{n} integer"
        f" references gone_{n} (id));"
        for n in range(40)
    )
    schema = read(sql)
    findings = relationship_findings(schema, discover_relationships(schema))
    assert findings.items_processed == 41
    assert findings.results["implied"] == 40
    assert findings.results["dangling_keys"] == 40
    assert len(findings.warnings) == 10
    assert any("hub" in line for line in findings.insights)
    assert any("t0.hub_id -> hub.id" in line for line in findings.recommendations)
    assert all(len(line) < 2000 for line in (*findings.insights, *findings.recommendations))


@pytest.mark.parametrize(
    "name", ["", "_", "---", "ñ", "x" * 10_000, "a" * 60 + "_id", "ids", "1", "a.b", "'; drop"]
)
def test_odd_names_do_no_harm(name):
    quoted = name.replace('"', "") or "_"
    found = discover(f"""
        create table "{quoted}" ("{quoted}_id" integer primary key, "{quoted}" integer);
        create table b ("{quoted}_id" integer, "id" integer primary key);
    """)
    assert isinstance(found, Relationships)


def test_an_empty_schema_has_no_relationships():
    assert discover_relationships(Schema("postgresql")) == Relationships(())


def test_many_equal_names_stay_bounded():
    tables = "".join(
        f"create table line_{n} (id integer primary key, line_id integer, a_id integer);"
        for n in range(1500)
    )
    assert len(discover(tables).components) <= 1500


# --- a coarse guard on real dumps; the figures are those of benchmarks/implicit_keys.py --------


@pytest.mark.skipif(not SHARED.is_dir(), reason=f"the shared dumps are not at {SHARED}")
@pytest.mark.parametrize(
    ("dump", "recall", "precision"),
    [
        ("mysql/sakila", 0.95, 0.95),
        ("mssql/chinook", 0.95, 0.95),
        ("oracle/hr", 0.75, 0.95),
        ("postgresql/omop_cdm54", 0.95, 0.95),
        ("mysql/zabbix", 0.75, 0.93),
        ("informix/common_oltp", 0.9, 0.95),
        ("informix/studio_oltp", 0.95, 0.97),
        ("postgresql/tryton_all_pgdump_schema", 0.55, 0.82),
    ],
)
def test_stripped_keys_are_found_again(dump, recall, precision):
    schema = read_schema(SHARED / f"{dump}.sql", dump.partition("/")[0])
    truth: dict[tuple[str, str], set[str]] = {}
    for key in read_declared(build_catalogue(schema)).relationships:
        for column in key.columns:
            truth.setdefault((key.table, column.casefold()), set()).add(key.referred_table)
    bare = replace(schema, tables=tuple(replace(t, foreign_keys=()) for t in schema.tables))
    proposed = {
        (r.table, column.casefold()): r.referred_table
        for r in discover_relationships(bare).relationships
        for column in r.columns
    }
    judged = [table in truth[place] for place, table in proposed.items() if place in truth]
    assert sum(judged) >= recall * len(truth)
    assert sum(judged) >= precision * len(judged)


def test_tables_of_a_family_mean_those_of_the_same_family():
    tables = """
        create table {0}shop (id integer primary key, city text, opened date);
        create table {0}sale (shop_id integer, at date, total numeric);
    """
    found = discover(tables.format("") + tables.format("old_"))
    assert target(found, "sale", "shop_id") == "shop"
    assert target(found, "old_sale", "shop_id") == "old_shop"


def test_a_prefix_that_is_a_table_by_chance_makes_no_family():
    found = discover("""
        create table item (product_id integer, place text);
        create table product (id integer primary key, name text, price numeric);
        create table order_product (id integer primary key, stock integer, height integer);
        create table order_item (product_id integer, place text);
    """)
    assert target(found, "order_item", "product_id") == "product"


def test_a_key_of_a_table_that_refers_to_the_other_by_a_declared_key_is_its_own():
    found = discover("""
        create table account (id integer primary key, name text);
        create table link (account_id integer primary key, other integer references account (id));
        create table bill (account_id integer primary key, paid date);
    """)
    assert find(found, "link", "account_id") is None
    assert target(found, "bill", "account_id") == "account"
