"""What gives systems away that have no dialect of their own: the tolerant one reads them best."""

from stageline.schema.mark import Mark

CODE = (
    # Teradata
    Mark(
        "SET TABLE",
        6,
        "SET and MULTISET tables (Teradata)",
        r"\bCREATE\s+(?:GLOBAL\s+TEMPORARY\s+|VOLATILE\s+)?(?:MULTI)?SET\s+TABLE\b",
    ),
    Mark("FALLBACK", 6, "FALLBACK (Teradata)", r",\s*(?:NO\s+)?FALLBACK\b"),
    Mark("CASESPECIFIC", 6, "CASESPECIFIC (Teradata)"),
    Mark("PRIMARY INDEX", 6, "primary indexes (Teradata)"),
    Mark("BYTEINT", 1.5, "BYTEINT (Teradata, Netezza)"),
    # Hive, Impala, Spark, Databricks
    Mark("ROW FORMAT", 6, "ROW FORMAT (Hive)", r"\bROW\s+FORMAT\s+(?:SERDE|DELIMITED)\b"),
    Mark("STORED AS", 4, "STORED AS (Hive)", r"\bSTORED\s+(?:AS|BY)\s+['\w]"),
    Mark("TBLPROPERTIES", 8, "TBLPROPERTIES (Hive)", r"\bTBLPROPERTIES\s*\("),
    Mark(
        "USING ",
        8,
        "USING DELTA (Spark)",
        r"\bUSING\s+(?:DELTA|PARQUET|ICEBERG|ORC|CSV|JSON|HUDI|AVRO)\b(?!\s*\()",
    ),
    # ClickHouse
    Mark("MERGETREE", 12, "MergeTree engines (ClickHouse)", r"\bENGINE\s*=\s*\w*MERGETREE\b"),
    Mark("LOWCARDINALITY(", 8, "LowCardinality (ClickHouse)", r"\bLOWCARDINALITY\s*\("),
    Mark("UINT", 4, "UInt types (ClickHouse)", r"\s(?:NULLABLE\()?UINT(?:8|16|32|64)\b"),
    Mark(
        "ON CLUSTER",
        6,
        "ON CLUSTER (ClickHouse)",
        r"\b(?:TABLE|VIEW|EXISTS|DATABASE)\s+\S+\s+ON\s+CLUSTER\s",
    ),
    # SAP HANA
    Mark("COLUMN TABLE", 8, "column tables (SAP HANA)", r"\bCREATE\s+(?:\w+\s+)?COLUMN\s+TABLE\b"),
    Mark("SQLSCRIPT", 6, "SQLScript (SAP HANA)", r"\bLANGUAGE\s+SQLSCRIPT\b"),
    # Netezza, Vertica, Exasol
    Mark("DISTRIBUTE ON", 8, "DISTRIBUTE ON (Netezza)", r"\bDISTRIBUTE\s+ON\s*(?:\(|RANDOM\b)"),
    Mark("NZPLSQL", 8, "NZPLSQL (Netezza)"),
    Mark("SEGMENTED BY", 8, "SEGMENTED BY (Vertica)"),
    Mark("CREATE PROJECTION", 8, "projections (Vertica)"),
    Mark("KSAFE", 6, "KSAFE (Vertica)"),
    Mark("DISTRIBUTE BY", 6, "DISTRIBUTE BY (Exasol)", r",\s*DISTRIBUTE\s+BY\s+\w"),
    Mark("OPEN SCHEMA", 6, "OPEN SCHEMA (Exasol)", r"^\s*OPEN\s+SCHEMA\s"),
    Mark("HASHTYPE", 6, "HASHTYPE (Exasol)", r"\bHASHTYPE\s*[(,)]"),
    # SQL Anywhere
    Mark(
        "AUTOINCREMENT",
        6,
        "DEFAULT AUTOINCREMENT (SQL Anywhere)",
        r"\bDEFAULT\s+(?:GLOBAL\s+)?AUTOINCREMENT\b",
    ),
    Mark('"DBA".', 3, 'the owner "DBA" (SQL Anywhere)'),
    # MonetDB, Ingres
    Mark("RECORDS INTO", 8, "COPY RECORDS (MonetDB)", r"^COPY\s+\d+\s+RECORDS\s+INTO\b"),
    Mark("HUGEINT", 1, "HUGEINT (MonetDB, DuckDB)"),
    Mark(r"\G", 8, r"\p\g lines (Ingres)", r"^\\P?\\?G[ \t]*$"),
    # H2, HSQLDB
    Mark("CACHED TABLE", 8, "cached tables (H2)"),
    Mark("MEMORY TABLE", 8, "memory tables (H2)"),
    Mark("VARCHAR_IGNORECASE", 6, "VARCHAR_IGNORECASE (H2)"),
    Mark("SELECTIVITY", 4, "SELECTIVITY (H2)", r"\bSELECTIVITY\s+\d"),
)

HEADER = (
    Mark("APACHE DERBY", 3, "a header comment says Apache Derby"),
    Mark("JDBC:DERBY", 4, "a header comment has a URL of Derby (dblook)"),
    Mark("HSQLDB", 2, "a header comment says HSQLDB"),
    Mark("H2", 4, "a header comment says H2 and its version", r"^\s*H2\s+\d+\.\d"),
    Mark("TERADATA", 2, "a header comment says Teradata"),
    Mark("CLICKHOUSE", 2, "a header comment says ClickHouse"),
    Mark("HIVE", 2, "a header comment says Hive"),
    Mark("NETEZZA", 2, "a header comment says Netezza"),
    Mark("VERTICA", 2, "a header comment says Vertica"),
)
