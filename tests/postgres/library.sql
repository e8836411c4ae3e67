-- A lending library, written to exercise what PostgreSQL's catalog can tell about a dump.
SET client_encoding = 'UTF8';
CREATE SCHEMA loans;

CREATE TYPE medium AS ENUM ('book', 'disc; boxed', 'map');
CREATE DOMAIN isbn AS text CHECK (VALUE ~ '^[0-9X-]{10,17}$');

CREATE TABLE branch (
    code char(4) PRIMARY KEY,
    "Opening Hours" text NOT NULL DEFAULT 'Mon-Fri; 9-17', -- a ; in a string and ' here
    head_of_branch integer
);

CREATE TABLE member (
    id serial PRIMARY KEY,
    name varchar(80) NOT NULL,
    email text UNIQUE,
    branch_code char(4) REFERENCES branch ON DELETE SET NULL,
    referred_by integer,
    CONSTRAINT member_name_branch UNIQUE (name, branch_code)
);
ALTER TABLE ONLY branch
    ADD CONSTRAINT branch_head FOREIGN KEY (head_of_branch) REFERENCES member(id) DEFERRABLE INITIALLY DEFERRED,
    ALTER COLUMN head_of_branch SET DEFAULT NULL;
ALTER TABLE member ADD FOREIGN KEY (referred_by) REFERENCES member;

CREATE TABLE title (
    isbn isbn NOT NULL,
    volume smallint DEFAULT 1 NOT NULL,
    kind medium,
    /* a block /* nested */ comment; with a semicolon */
    name text,
    obsolete_note text,
    PRIMARY KEY (isbn, volume)
);
ALTER TABLE title DROP COLUMN obsolete_note, ADD COLUMN added_on date NOT NULL DEFAULT now();
ALTER TABLE title RENAME COLUMN name TO label;

CREATE TABLE loans.copy (
    barcode bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    isbn isbn, volume smallint,
    price numeric(8,2) CHECK (price >= 0),
    FOREIGN KEY (isbn, volume) REFERENCES public.title (isbn, volume) ON DELETE RESTRICT ON UPDATE CASCADE
);

CREATE TABLE loans.loan (
    copy bigint NOT NULL REFERENCES loans.copy ON DELETE CASCADE,
    member integer NOT NULL REFERENCES member,
    since timestamptz NOT NULL,
    until timestamptz,
    CHECK (until IS NULL OR until > since)
) PARTITION BY RANGE (since);
CREATE TABLE loans.loan_2020 PARTITION OF loans.loan FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');

CREATE TABLE scratch (x int);
DROP TABLE scratch;
CREATE TABLE member_archive (LIKE member INCLUDING DEFAULTS);
CREATE TABLE life_member (badge text NOT NULL) INHERITS (member);

CREATE UNIQUE INDEX copy_per_title ON loans.copy (isbn, volume) WHERE price IS NOT NULL;
CREATE INDEX ON title (lower(label));

CREATE VIEW overdue AS SELECT l.member, c.isbn FROM loans.loan l JOIN loans.copy c ON c.barcode = l.copy WHERE l.until < now();
CREATE MATERIALIZED VIEW popular AS SELECT isbn, count(*) AS n FROM loans.copy GROUP BY isbn;

CREATE FUNCTION loans.refuse_sixth() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF (SELECT count(*) FROM loans.loan WHERE member = NEW.member AND until IS NULL) > 5 THEN
        RAISE EXCEPTION 'member % has five loans; $$ is money', NEW.member;
    END IF;
    RETURN NEW;
END;
$body$;
CREATE TRIGGER five_loans BEFORE INSERT ON loans.copy FOR EACH ROW EXECUTE FUNCTION loans.refuse_sixth();
CREATE SEQUENCE receipt_number START 1000;

INSERT INTO branch (code) VALUES ('HQ01'), ('it''s');
COPY branch (code, "Opening Hours") FROM stdin;
WEST	it's; open
EAST	never \\;
\.
