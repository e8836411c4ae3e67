"""What gives PostgreSQL away."""

from stageline.schema.mark import Mark

CODE = (
    Mark("PG_CATALOG", 4, "pg_catalog"),
    Mark(
        "SERIAL",
        1.5,
        "serial columns",
        r"SERIAL\b(?:(?<=\bSERIAL)|(?<=\bBIGSERIAL)|(?<=\bSMALLSERIAL))(?!\s*\()",
    ),
    Mark("BIGSERIAL", 2, "bigserial columns"),
    Mark("CHARACTER VARYING", 1, "character varying"),
    Mark("WITHOUT TIME ZONE", 2, "timestamp without time zone"),
    Mark("TIMESTAMPTZ", 2, "timestamptz"),
    Mark("::", 3, "casts with ::", '[\'\\w)\\]\\"]::\\"?[A-Z]'),
    Mark("NEXTVAL(", 2, "nextval('...')", r"\bNEXTVAL\s*\(\s*''"),
    Mark("JSONB", 3, "jsonb"),
    Mark("BYTEA", 3, "bytea"),
    Mark("INET", 3, "inet columns", r"^\s*+\S++\s++(?:INET|CIDR|MACADDR)\b"),
    Mark("TSVECTOR", 4, "tsvector"),
    Mark("PLPGSQL", 4, "PL/pgSQL"),
    Mark("FROM STDIN", 4, "COPY ... FROM stdin"),
    Mark("OWNER TO", 4, "OWNER TO"),
    Mark("ALTER TABLE ONLY", 4, "ALTER TABLE ONLY"),
    Mark("$$", 2, "dollar-quoted bodies", r"\bAS\s+\$\w*\$"),
    Mark("USING GIN", 4, "GIN or GiST indexes", r"\bUSING\s+(?:GIN|GIST|BRIN|SPGIST)\b"),
    Mark("USING GIST", 4, "GIN or GiST indexes"),
    Mark("USING BTREE", 1, "CREATE INDEX ... USING btree", r"\bON\b[^;]*\bUSING\s+BTREE\s*\("),
    Mark("CREATE EXTENSION", 4, "CREATE EXTENSION"),
    Mark(
        "EXECUTE PROCEDURE",
        1,
        "triggers that call a function",
        r"\bFOR\s+EACH\s+(?:ROW|STATEMENT)\s+EXECUTE\s+(?:PROCEDURE|FUNCTION)\b",
    ),
    Mark("STANDARD_CONFORMING_STRINGS", 4, "standard_conforming_strings"),
    Mark("SEARCH_PATH", 3, "search_path"),
    Mark(
        "[]", 2, "array types", r"\b(?:INTEGER|INT|TEXT|VARCHAR|CHARACTER VARYING)(?:\(\d+\))?\[\]"
    ),
    Mark("REGCLASS", 3, "regclass"),
    Mark("AS ENUM", 3, "CREATE TYPE ... AS ENUM", r"\bAS\s+ENUM\s*\("),
    Mark(r"\CONNECT", 3, "psql commands", r"^\\(?:CONNECT|SET|C|ECHO|I|UNRESTRICT|RESTRICT)\b"),
    Mark(r"\SET", 3, "psql commands", r"^\\SET\b"),
    Mark(r"\C ", 3, "psql commands", r"^\\C\s"),
    Mark("CITEXT", 3, "citext"),
    Mark("CLUSTER ", 1, "CLUSTER ... USING", r"^CLUSTER\s+\S+\s+USING\s"),
    Mark("SETVAL(", 3, "setval()"),
    Mark("UUID", 1, "uuid columns", r"^\s*+\S++\s++UUID\b"),
    Mark("BOOLEAN", 0.5, "boolean columns"),
)

HEADER = (
    Mark("POSTGRESQL DATABASE DUMP", 6, "a header comment says PostgreSQL database dump"),
    Mark("PG_DUMP", 3, "a header comment says pg_dump"),
    Mark("POSTGRESQL", 2, "a header comment says PostgreSQL"),
    Mark("POSTGRES", 2, "a header comment says Postgres"),
    Mark("PGMODELER", 3, "a header comment says pgModeler"),
)
