"""Dumps of several databases: what is in one is not seen from another."""

from __future__ import annotations

import pytest

from stageline.schema import Schema, read_schema

CLUSTER = r"""-- PostgreSQL database cluster dump
\connect template1
\connect -reuse-previous=on "dbname='first one'"
CREATE TABLE public.a (x integer);
CREATE VIEW public.v AS SELECT x FROM public.a;
ALTER TABLE ONLY public.a ADD CONSTRAINT a_pkey PRIMARY KEY (x);
\connect - postgres
CREATE INDEX i ON public.a (x);
\connect second
CREATE TABLE public.a (y integer, z text);
CREATE VIEW public.v AS SELECT z FROM public.a;
ALTER TABLE ONLY public.a ADD CONSTRAINT a_pkey PRIMARY KEY (y);
COMMENT ON COLUMN public.a.z IS 'other';
CREATE TABLE public.b (y integer REFERENCES public.a (y));
\connect "first one"
CREATE TABLE public.c (x integer REFERENCES public.a);
"""
SCRIPT = """USE [master]
GO
CREATE TABLE [dbo].[a] ([x] int)
GO
USE [first]
GO
CREATE TABLE [dbo].[b] ([x] int)
ALTER TABLE dbo.a ADD CONSTRAINT pa PRIMARY KEY (x)
GO
USE second
GO
CREATE TABLE [dbo].[b] ([y] int, [z] int)
GO
USE [First]
GO
ALTER TABLE [dbo].[b] ADD CONSTRAINT pk PRIMARY KEY ([x])
GO
"""


def read(sql: str, dialect: str) -> Schema:
    schema = read_schema(sql.encode(), dialect)
    faults = [s.reason for s in schema.statements if s.status == "failed" or s.kind == "view"]
    assert faults == []
    return schema


def test_databases_of_a_cluster() -> None:
    schema = read(CLUSTER, "postgresql")
    found = [(t.name, [c.name for c in t.columns], t.primary_key) for t in schema.tables]
    assert found == [
        ("a", ["x"], ("x",)),
        ("c", ["x"], ()),
        ("a", ["y", "z"], ("y",)),
        ("b", ["y"], ()),
    ]
    assert [view.columns for view in schema.views] == [("x",), ("z",)]
    assert [len(table.indexes) for table in schema.tables] == [1, 0, 0, 0]
    keys = [(t.name, key.referred_columns) for t in schema.tables for key in t.foreign_keys]
    assert keys == [("c", ("x",)), ("b", ("y",))]


@pytest.mark.parametrize("dialect", ["mssql", "auto"])
def test_databases_of_a_script(dialect: str) -> None:
    schema = read(SCRIPT, dialect)
    found = [(t.name, [c.name for c in t.columns], t.primary_key) for t in schema.tables]
    assert found == [("a", ["x"], ("x",)), ("b", ["x"], ("x",)), ("b", ["y", "z"], ())]
