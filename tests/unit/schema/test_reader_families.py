# ruff: noqa: E101 - tabs as the tools write them
"""Dumps in the manner of particular tools and servers, known and unknown."""

from __future__ import annotations

from stageline.schema import Schema, Table, read_schema


def read(sql: str, dialect: str | None = None) -> Schema:
    return read_schema(sql.encode(), dialect)


def names(table: Table) -> list[str]:
    return [column.name for column in table.columns]


def test_sql_server_scripts() -> None:
    schema = read(
        """USE [AW]
GO
SET ANSI_NULLS ON
GO
CREATE TABLE [HR].[Person](
	[ID] [int] IDENTITY(1,1) NOT FOR REPLICATION NOT NULL,
	[Name] [dbo].[Name] NOT NULL,
	[Resume] [xml](CONTENT [HR].[Resumes]) NULL,
	[Full]  AS (isnull([Name],N'') + N', '),
	[rowguid] [uniqueidentifier] ROWGUIDCOL  NOT NULL CONSTRAINT [DF_x] DEFAULT (newid()),
	[money] [decimal](18, 2) SPARSE NULL,
 CONSTRAINT [PK_Person] PRIMARY KEY CLUSTERED
(
	[ID] ASC
)WITH (PAD_INDEX  = OFF, IGNORE_DUP_KEY = OFF) ON [PRIMARY],
 CONSTRAINT [AK] UNIQUE NONCLUSTERED ([rowguid] ASC),
 INDEX [ix] NONCLUSTERED ([Name])
) ON [PRIMARY] TEXTIMAGE_ON [PRIMARY]
GO
CREATE TABLE [HR].[Child]([ID] [int] NULL) ON [PRIMARY]
GO
ALTER TABLE [HR].[Child]  WITH CHECK ADD  CONSTRAINT [FK_c] FOREIGN KEY([ID])
REFERENCES [HR].[Person] ([ID])
ON DELETE CASCADE
GO
ALTER TABLE [HR].[Child] CHECK CONSTRAINT [FK_c]
GO
""",
        "mssql",
    )
    person, child = schema.tables
    assert names(person) == ["ID", "Name", "Resume", "Full", "rowguid", "money"]
    assert (person.primary_key, person.primary_key_name) == (("ID",), "PK_Person")
    assert [u.columns for u in person.unique_constraints] == [("rowguid",)]
    assert [i.name for i in person.indexes] == ["ix"]
    assert person.columns[3].generated == "isnull([Name],N'') + N', '"
    assert child.foreign_keys[0].on_delete == "CASCADE" and child.foreign_keys[0].enforced


def test_oracle_exports() -> None:
    schema = read(
        """CREATE TABLE "HR"."EMP"
   (	"ID" NUMBER(6,0),
	"NAME" VARCHAR2(20 BYTE) CONSTRAINT "NN" NOT NULL ENABLE,
	"DOC" CLOB,
	"DEPT" NUMBER(4,0),
	 CONSTRAINT "CK" CHECK (id > 0) ENABLE NOVALIDATE,
	 SUPPLEMENTAL LOG DATA (ALL) COLUMNS
   ) SEGMENT CREATION IMMEDIATE
  PCTFREE 10 STORAGE(INITIAL 65536 NEXT 1048576) TABLESPACE "USERS"
 LOB ("DOC") STORE AS SECUREFILE ( ENABLE STORAGE IN ROW CHUNK 8192)
 PARTITION BY RANGE ("ID") (PARTITION "P1" VALUES LESS THAN (10), PARTITION "P2" VALUES LESS THAN
 (MAXVALUE)) ;
ALTER TABLE "HR"."EMP" ADD CONSTRAINT "PK" PRIMARY KEY ("ID") USING INDEX (CREATE UNIQUE INDEX
 "HR"."PK" ON "HR"."EMP" ("ID") PCTFREE 10) ENABLE;
ALTER TABLE "HR"."EMP" MODIFY ("DEPT" NOT NULL ENABLE);
ALTER TABLE "HR"."EMP" ADD CONSTRAINT "FK" FOREIGN KEY ("DEPT")
	  REFERENCES "HR"."DEPT" ("ID") ON DELETE SET NULL DISABLE;
CREATE TABLE "HR"."DEPT" ("ID" NUMBER, "B" REFERENCES "HR"."EMP");
""",
        "oracle",
    )
    emp, dept = schema.tables
    assert names(emp) == ["ID", "NAME", "DOC", "DEPT"]
    assert [c.nullable for c in emp.columns] == [False, False, True, False]
    assert emp.primary_key == ("ID",)
    (key,) = emp.foreign_keys
    assert (key.referred_table, key.on_delete, key.enforced) == ("DEPT", "SET NULL", False)
    assert (dept.columns[1].type, dept.foreign_keys[0].referred_columns) == ("", ("ID",))


def test_informix_dbschema() -> None:
    schema = read(
        """{ TABLE "informix".customer row size = 134 number of columns = 2, index size = 11 }
create table "informix".customer
  (
    customer_num serial not null ,
    fname char(15),
    primary key (customer_num)
  ) extent size 16 next size 16 lock mode page;
revoke all on "informix".customer from "public" as "informix";
create table "informix".orders (order_num serial not null, customer_num integer not null)
  fragment by expression (order_num < 5) in dbs1, remainder in dbs2;
create unique index "informix".ix on "informix".orders (order_num) using btree  in dbs1;
alter table "informix".orders add constraint (foreign key (customer_num)
    references "informix".customer );
create distinct type "informix".money_t as decimal(9,2);
""",
        "informix",
    )
    customer, orders = schema.tables
    assert customer.primary_key == ("customer_num",)
    assert orders.foreign_keys[0].referred_columns == ("customer_num",)
    assert [i.columns for i in orders.indexes] == [("order_num",)]
    assert [(t.kind, t.base) for t in schema.types] == [("distinct", "decimal(9,2)")]


def test_db2look() -> None:
    schema = read(
        """CONNECT TO SAMPLE;
CREATE TABLE "DB2INST1"."ACT"  (
		  "ACTNO" SMALLINT NOT NULL ,
		  "KWD" CHAR(6 OCTETS) NOT NULL WITH DEFAULT '' ,
		  "TS" TIMESTAMP NOT NULL GENERATED ALWAYS FOR EACH ROW ON UPDATE AS ROW CHANGE TIMESTAMP )
		 IN "USERSPACE1"  ORGANIZE BY ROW;
ALTER TABLE "DB2INST1"."ACT" ADD PRIMARY KEY ("ACTNO");
CREATE TABLE "DB2INST1"."X" ("A" SMALLINT);
ALTER TABLE "DB2INST1"."X"
	ADD CONSTRAINT "RPAA" FOREIGN KEY ("A") REFERENCES "DB2INST1"."ACT" ("ACTNO")
	ON DELETE RESTRICT ON UPDATE NO ACTION ENFORCED ENABLE QUERY OPTIMIZATION;
COMMENT ON "DB2INST1"."X" ("A" IS 'an a');
""",
        "db2",
    )
    act, x = schema.tables
    assert names(act) == ["ACTNO", "KWD", "TS"] and act.columns[1].default == "''"
    assert (x.foreign_keys[0].on_delete, x.foreign_keys[0].referred_columns) == (
        "RESTRICT", ("ACTNO",)
    )  # fmt: skip
    assert x.columns[0].comment == "an a"


def test_snowflake_get_ddl() -> None:
    schema = read(
        """create or replace schema S;
create or replace TRANSIENT TABLE A cluster by (ID)(
	ID NUMBER(38,0) NOT NULL autoincrement start 1 increment 1 noorder,
	NAME VARCHAR(16777216) COMMENT 'it is',
	V VARIANT WITH MASKING POLICY m,
	constraint PK primary key (ID),
	foreign key (NAME) references DB.S.B(NAME)
)COMMENT='the table';
create or replace view W(
	A COMMENT 'x',
	B
) COMMENT='v' as select 1, 2;
""",
        "snowflake",
    )
    (table,) = schema.tables
    assert names(table) == ["ID", "NAME", "V"]
    assert (table.primary_key, table.comment) == (("ID",), "the table")
    assert table.columns[1].comment == "it is"
    assert schema.views[0].columns == ("A", "B")


def test_mysqldump() -> None:
    schema = read(
        """-- MySQL dump 10.13
/*!40101 SET @saved_cs_client     = @@character_set_client */;
DROP TABLE IF EXISTS `a`;
CREATE TABLE `a` (
  `id` bigint unsigned NOT NULL AUTO_INCREMENT COMMENT 'k, (x',
  `j` json DEFAULT NULL,
  `g` varchar(9) GENERATED ALWAYS AS (json_unquote(json_extract(`j`,_utf8mb4'$.x'))) VIRTUAL,
  `t` timestamp NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  `b` bit(1) NOT NULL DEFAULT b'0',
  PRIMARY KEY (`id`),
  UNIQUE KEY `u` (`g`),
  KEY `k` (`t`,`b`) USING BTREE COMMENT 'x',
  CONSTRAINT `f` FOREIGN KEY (`id`) REFERENCES `z` (`id`) ON DELETE CASCADE ON UPDATE CASCADE,
  CONSTRAINT `c` CHECK (json_valid(`j`))
) ENGINE=InnoDB AUTO_INCREMENT=5 DEFAULT CHARSET=utf8mb4 COMMENT='tab''le'
/*!50100 PARTITION BY HASH (id) PARTITIONS 4 */;
""",
        "mysql",
    )
    (table,) = schema.tables
    assert names(table) == ["id", "j", "g", "t", "b"]
    assert table.columns[0].comment == "k, (x" and table.columns[4].default == "b'0'"
    assert [i.columns for i in table.indexes] == [("t", "b")]
    assert [u.columns for u in table.unique_constraints] == [("g",)]
    assert [(c.name, c.columns) for c in table.checks] == [("c", ("j",))]
    assert table.comment == "tab'le"
    assert table.foreign_keys[0].on_update == "CASCADE"


def test_clickhouse_and_doris() -> None:
    (table,) = read(
        """CREATE TABLE db.t (`a` UInt32, `b` Nullable(String) DEFAULT 'x' CODEC(ZSTD(1)),
 `m` Map(String, Array(UInt8)), INDEX ix b TYPE minmax GRANULARITY 1)
ENGINE = MergeTree PARTITION BY toYYYYMM(a) PRIMARY KEY (a) ORDER BY (a, b);""",
        "generic",
    ).tables
    assert names(table) == ["a", "b", "m"]
    assert [i.name for i in table.indexes] == ["ix"]


def test_hive_and_teradata() -> None:
    (hive,) = read(
        """CREATE EXTERNAL TABLE IF NOT EXISTS db.t (a int COMMENT 'x', s struct<a:int,b:string>)
COMMENT 'c' PARTITIONED BY (dt string, h int) ROW FORMAT DELIMITED FIELDS TERMINATED BY ','
STORED AS ORC LOCATION '/x' TBLPROPERTIES ('a'='b');""",
        "generic",
    ).tables
    assert names(hive) == ["a", "s", "dt", "h"] and hive.comment == "c"
    (teradata,) = read(
        """CREATE MULTISET TABLE db.t ,NO FALLBACK , CHECKSUM = DEFAULT
 ( a INTEGER TITLE 'x' NOT NULL, b DATE FORMAT 'YYYY-MM-DD' DEFAULT DATE '2020-01-01' NOT NULL)
UNIQUE PRIMARY INDEX upi (a);""",
        "generic",
    ).tables
    assert [(c.name, c.type, c.nullable) for c in teradata.columns] == [
        ("a", "INTEGER", False), ("b", "DATE", False)
    ]  # fmt: skip


def test_h2_cockroach_and_sql_anywhere() -> None:
    (h2,) = read(
        """CREATE CACHED TABLE PUBLIC.T(ID BIGINT NOT NULL, N VARCHAR(255));
ALTER TABLE PUBLIC.T ADD CONSTRAINT PUBLIC.C1 PRIMARY KEY(ID);""",
        "generic",
    ).tables
    assert h2.primary_key == ("ID",) and h2.primary_key_name == "C1"
    (roach,) = read(
        """CREATE TABLE t (id UUID NOT NULL DEFAULT gen_random_uuid(), a INT8,
 CONSTRAINT "primary" PRIMARY KEY (id ASC), UNIQUE INDEX u (a ASC), INDEX i (a DESC) STORING (id),
 FAMILY "primary" (id, a));""",
        "cockroachdb",
    ).tables
    assert names(roach) == ["id", "a"] and roach.primary_key == ("id",)
    assert len(roach.indexes) + len(roach.unique_constraints) == 2
    (anywhere,) = read(
        'CREATE TABLE "DBA"."t" ("id" integer NOT NULL DEFAULT AUTOINCREMENT, PRIMARY KEY ("id"));',
        "generic",
    ).tables
    assert anywhere.columns[0].identity


def test_constraints_from_indexes() -> None:
    (table,) = read(
        "CREATE TABLE t (a int, b int); CREATE UNIQUE INDEX i ON t (a); "
        "CREATE UNIQUE INDEX j ON t (b); ALTER TABLE t ADD CONSTRAINT p PRIMARY KEY USING INDEX i;"
        "ALTER TABLE t ADD UNIQUE USING INDEX j;",
        "postgresql",
    ).tables
    assert (table.primary_key, table.primary_key_name, table.indexes) == (("a",), "p", ())
    assert [u.columns for u in table.unique_constraints] == [("b",)]


def test_the_short_way_and_the_long_way_agree() -> None:
    """A comment in front of the verb changes nothing but the way a statement is read."""
    sql = """CREATE TABLE p (x int PRIMARY KEY);
CREATE TABLE t (
  a integer   NOT NULL DEFAULT 1, -- one
  b varchar(10) DEFAULT 'x,y', /* two */
  "C" numeric(5, 2) CHECK ("C" > 0 AND b <> ')'),
  d int REFERENCES p (x) ON DELETE SET NULL,
  CONSTRAINT t_pk PRIMARY KEY (a, b), UNIQUE (d), CONSTRAINT ck CHECK ( a < d ),
  FOREIGN KEY (d) REFERENCES p (x) ON DELETE CASCADE ON UPDATE NO ACTION
) WITH (fillfactor=70);
ALTER TABLE ONLY t ADD CONSTRAINT u UNIQUE (b);
ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES p (x) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY t ALTER COLUMN a SET DEFAULT nextval('s'::regclass);
CREATE UNIQUE INDEX i ON t USING btree (a DESC, "C");
COMMENT ON COLUMN t.a IS 'it''s';
CREATE SEQUENCE s START WITH 3 INCREMENT BY 2 NO MAXVALUE CACHE 1;
ALTER TABLE t OWNER TO me;
"""
    quick = read(sql, "postgresql")
    for verb in ("CREATE", "ALTER", "COMMENT"):
        sql = sql.replace(f"\n{verb} ", f"\n{verb} /* long */ ")
    slow = read(sql.replace("CREATE TABLE p", "CREATE /* long */ TABLE p"), "postgresql")
    assert quick.tables == slow.tables
    assert quick.sequences == slow.sequences
    assert [(s.kind, s.line, s.status) for s in quick.statements] == [
        (s.kind, s.line, s.status) for s in slow.statements
    ]
