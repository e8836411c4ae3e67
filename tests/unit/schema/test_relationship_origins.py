"""Keys that are references themselves, as targets."""

from __future__ import annotations

from stageline.schema import read_schema
from stageline.schema.analysis import Relationship
from stageline.schema.relationships import discover_relationships

SERVERS = """
create table servers (id integer primary key, host text);
create table snapshot_metas (net_node_id integer primary key references servers (id), at date);
"""
HISTORY = "create table history (id integer primary key, net_node_id integer not null);"


def find(sql: str, table: str, column: str) -> Relationship:
    found = discover_relationships(read_schema(sql.encode(), "postgresql"))
    (one,) = (r for r in found.relationships if (r.table, r.columns) == (table, (column,)))
    return one


def test_a_key_that_is_a_reference_stands_for_what_it_refers_to():
    found = find(SERVERS + HISTORY, "history", "net_node_id")
    assert (found.referred_table, found.referred_columns) == ("servers", ("id",))
    assert not found.declared
    texts = [evidence.text for evidence in found.evidence]
    assert texts[:2] == [
        "net_node_id has the name of the key snapshot_metas.net_node_id",
        "snapshot_metas.net_node_id is itself declared to refer to servers",
    ]


def test_chains_of_such_keys_are_followed_to_their_end():
    sql = """
create table servers (id integer primary key, host text);
create table racks (serial_no integer primary key references servers (id));
create table snapshot_metas (net_node_id integer primary key references racks (serial_no));
"""
    assert find(sql + HISTORY, "history", "net_node_id").referred_table == "servers"


def test_a_key_with_the_name_of_its_own_table_is_a_target_whatever_it_refers_to():
    sql = """
create table sched_job (sched_job_id integer primary key);
create table email_job (email_job_id integer primary key references sched_job (sched_job_id));
create table command (command_id integer primary key, email_job_id integer);
"""
    assert find(sql, "command", "email_job_id").referred_table == "email_job"


def test_keys_that_refer_to_each_other_end():
    sql = """
create table one (code integer primary key);
create table two (code integer primary key references one (code));
alter table one add foreign key (code) references two (code);
create table three (three_id integer primary key, code integer not null);
"""
    found = discover_relationships(read_schema(sql.encode(), "postgresql"))
    assert {r.referred_table for r in found.relationships} <= {"one", "two"}
