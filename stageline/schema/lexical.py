"""What the lexical level of each dialect needs, as data: quotes, comments, terminators, bodies.

The splitter works from these values alone. Every regular expression here is matched without
regard to case, on bytes; a blank in ``Body.head`` and ``client`` stands for white space.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Body:
    """Statements whose text holds semicolons that do not end them.

    ``head`` matches the start of such a statement. Where it ends, by ``end``:

    - ``block``: at the semicolon behind the ``END`` that closes the first block, or at the first
      semicolon outside a block when no block begins;
    - ``unit``: as block, but semicolons before the first block belong to declarations;
    - ``plsql``: as unit, and what follows a block decides whether it was the last one, for
      packages hold many;
    - ``closer``: at the terminator behind the words of ``closer`` (``END PROCEDURE``);
    - ``batch``: at the line that ends the batch, or where another module begins (T-SQL);
    - ``line``: at a terminator line alone (Java sources, wrapped code); quotes mean nothing;
    - ``parentheses``: at the first semicolon outside parentheses.
    """

    head: str
    end: Literal["block", "unit", "plsql", "closer", "batch", "line", "parentheses"] = "block"
    begin: str = r"BEGIN(?!\s*(?:;|TRAN\b|TRANSACTION\b|WORK\b))|CASE"
    closer: str = ""


@dataclass(frozen=True, slots=True)
class Lexis:
    """The lexical level of one dialect.

    - ``line_comments``: regular expressions of what starts a comment up to the end of the line.
    - ``nested_comments``: ``/* /* */ */`` is one comment.
    - ``conditional_comments``: ``/*! ... */`` is code (MySQL).
    - ``brace_comments``: ``{ ... }`` is a comment (Informix).
    - ``quotes``: characters that enclose strings and names; doubled inside, they stand for
      themselves.
    - ``backslash``: those of ``quotes`` within which a backslash escapes the next character.
    - ``guessed_backslash``: a backslash escapes a single quote if a word follows it, for no string
      ends in front of a word.
    - ``brackets``: ``[name]`` encloses a name, ``]]`` inside stands for ``]``.
    - ``dollar_quotes``: ``none``; ``plain`` is ``$$ ... $$`` only; ``tagged`` adds ``$tag$``.
    - ``q_quotes``: ``q'[ ... ]'`` (Oracle). ``escape_strings``: ``E'...'`` knows the backslash.
    - ``triple_quotes``: three quotes enclose a string that may hold single ones (BigQuery).
    - ``terminator``: what ends a statement at the start of a dump.
    - ``set_terminator``: commands whose group 1 is a new terminator.
    - ``line_ends``: whole lines that end a statement (``GO``, ``/``).
    - ``line_tail``: a mark that ends a statement when it is the last one of its line (``@``).
    - ``client``: lines for a client program, where a statement could begin.
    - ``bodies``: statements with inner semicolons; the first match counts.
    - ``semicolon_free``: statements need no terminator; one ends where a line starts another.
    - ``variables``: ``:name``, ``:"name"`` and ``:'name'`` stand for what psql's variables hold.
    - ``copy``: ``COPY ... FROM stdin`` is followed by rows up to ``\\.``.
    """

    name: str
    line_comments: tuple[str, ...] = ("--",)
    nested_comments: bool = False
    conditional_comments: bool = False
    brace_comments: bool = False
    quotes: str = "'\""
    backslash: str = ""
    guessed_backslash: bool = False
    brackets: bool = False
    dollar_quotes: Literal["none", "plain", "tagged"] = "none"
    q_quotes: bool = False
    escape_strings: bool = False
    triple_quotes: bool = False
    terminator: str = ";"
    set_terminator: tuple[str, ...] = ()
    line_ends: tuple[str, ...] = ()
    line_tail: str = ""
    client: tuple[str, ...] = ()
    bodies: tuple[Body, ...] = ()
    semicolon_free: bool = False
    variables: bool = False
    copy: bool = False


_CREATE = r"(?:CREATE|ALTER|RECREATE|REPLACE)\s+(?:OR\s+(?:REPLACE|ALTER)\s+)?"
_ROUTINE = r"(?:PROCEDURE|PROC|FUNCTION|TRIGGER|EVENT)\b"

# psql prints what follows a backslash at the start of a line to itself, not to the server.
_PSQL = r"\\(?:[A-Za-z]\w*|[!?])[^\n]*"
# COPY's DELIMITER may have a line of its own, and stands before a string.
_DELIMITER = r"DELIMITER[ \t]+(?!'|AS\b)(\S+)[^\n]*"

GENERIC = Lexis(
    name="generic",
    line_comments=("--", r"(?<![^\n])\#(?=[\s#])"),
    quotes="'\"`",
    guessed_backslash=True,
    dollar_quotes="tagged",
    set_terminator=(_DELIMITER, r"SET\s+TERM\s+(\S+)[^\n]*", r"--#SET\s+TERMINATOR\s+(\S+)[^\n]*"),
    line_ends=("GO(?:[ \t]+[0-9]+)?[ \t]*;?", "/", r"\\p?\\?g"),
    line_tail="@",
    client=(_PSQL, r"(?:PROMPT|REM|SPOOL|WHENEVER)\b[^\n]*", r"\.[A-Za-z]\w*\b[^\n]*"),
    bodies=(
        Body(_CREATE + r"(?:\w+\s+){0,3}?(?:PACKAGE|TYPE\s+BODY)\b", "plsql"),
        Body(_CREATE + r"(?:\w+\s+){0,3}?" + _ROUTINE, "plsql"),
        Body(r"EXECUTE\s+BLOCK\b", "unit"),
        Body(_CREATE + r"MACRO\b", "parentheses"),
        Body(_CREATE + r"(?:\w+\s+){1,3}?SCRIPT\b", "line"),
    ),
    copy=True,
)

MYSQL = Lexis(
    name="mysql",
    line_comments=(r"--(?=[\s\x00-\x1f]|\Z)", "#"),
    conditional_comments=True,
    quotes="'\"`",
    backslash="'\"",
    set_terminator=(_DELIMITER,),
    # mariadb-dump starts with a comment that switches the client's sandbox mode on
    client=(r"/\*M!999999\\-[^\n]*?\*/", r"(?:SOURCE[ \t]|\\[.!uGg#])[^\n]*"),
    bodies=(
        Body(
            r"CREATE\s+(?:OR\s+REPLACE\s+)?(?:DEFINER\s*=\s*[^\s@]+(?:\s*@\s*\S+)?\s+|AGGREGATE\s+)*"
            + _ROUTINE,
        ),
    ),
)

POSTGRESQL = Lexis(
    name="postgresql",
    nested_comments=True,
    dollar_quotes="tagged",
    escape_strings=True,
    client=(_PSQL,),
    bodies=(
        Body(_CREATE + r"(?:FUNCTION|PROCEDURE)\b", begin=r"BEGIN\s+ATOMIC|CASE"),
        Body(r"CREATE\s+(?:OR\s+REPLACE\s+)?RULE\b", "parentheses"),
    ),
    variables=True,
    copy=True,
)

REDSHIFT = Lexis(
    name="redshift",
    nested_comments=True,
    dollar_quotes="tagged",
    escape_strings=True,
    client=(_PSQL,),
    variables=True,
)

ORACLE = Lexis(
    name="oracle",
    q_quotes=True,
    line_ends=("/",),
    client=(
        r"(?:PROMPT|REM|REMARK|SPOOL|WHENEVER|DEFINE|UNDEFINE|UNDEF|ACCEPT|PAUSE|EXIT|QUIT|HOST"
        r"|COLUMN|COL|BREAK|TTITLE|BTITLE|CLEAR|STORE|START|EXEC|EXECUTE|VARIABLE|VAR|CONN|CONNECT"
        r"|DISC|DISCONNECT|SHOW|SHO|TIMING|@@?)(?![\w(])[^\n]*",
        r"@@?[^\s][^\n]*",
        r"SET\s+(?!ROLE\b|CONSTRAINTS?\b|TRANSACTION\b)[^\n]*",
        r"DESC(?:RIBE)?\s[^\n]*",
        r"!\w[^\n]*",
    ),
    bodies=(
        Body(r"CREATE\s+(?:OR\s+REPLACE\s+)?(?:AND\s+\w+\s+)?(?:NOFORCE\s+)?JAVA\b", "line"),
        Body(r"CREATE\s+(?:[A-Z]+\s+){1,4}?[\w.\"$#]+\s+WRAPPED\b", "line"),
        Body(
            r"CREATE\s+(?:OR\s+REPLACE\s+)?(?:(?:NON)?EDITIONABLE\s+)?"
            r"(?:PROCEDURE|FUNCTION|TRIGGER|PACKAGE|TYPE\s+BODY)\b",
            "plsql",
        ),
        Body(r"(?:<<\w+>>\s*)?(?:DECLARE|BEGIN)\b", "plsql"),
    ),
)

MSSQL = Lexis(
    name="mssql",
    nested_comments=True,
    brackets=True,
    line_ends=("GO(?:[ \t]+[0-9]+)?[ \t]*;?",),
    client=(r":(?:setvar|r|on\s+error|connect|out|error|!!|exit|quit|listvar)\b[^\n]*",),
    bodies=(Body(_CREATE + r"(?:PROCEDURE|PROC|FUNCTION|TRIGGER)\b", "batch"),),
    semicolon_free=True,
)

SQLITE = Lexis(
    name="sqlite",
    quotes="'\"`",
    brackets=True,
    client=(r"\.[a-z]+\b[^\n]*",),
    bodies=(Body(r"CREATE\s+(?:TEMP\s+|TEMPORARY\s+)?TRIGGER\b"),),
)

INFORMIX = Lexis(
    name="informix",
    brace_comments=True,
    client=(
        r"!\s*\w[^\n]*",  # a command of the shell
        r"DBSCHEMA\s+Schema\s+Utility\b[^\n]*",
        r"(?:Copyright\s|Software\s+Serial\s)[^\n]*",
    ),
    bodies=(
        Body(
            r"CREATE\s+(?:OR\s+REPLACE\s+)?(?:DBA\s+)?(?:PROCEDURE|FUNCTION)\b(?!\s+FROM\b)",
            "closer",
            closer=r"END\s+(?:PROCEDURE|FUNCTION)",
        ),
    ),
)

DB2 = Lexis(
    name="db2",
    nested_comments=True,
    set_terminator=(r"--#SET\s+TERMINATOR\s+(\S+)[^\n]*",),
    line_tail="@",
    client=(
        r"!\w[^\n]*",
        r"(?:ECHO|QUIT)\b[^\n;@]*",
        r"//[^\n]*",  # a job around the statements (z/OS), and what ends its input
        r"/\*[ \t\r]*(?=\n//)",
    ),
    bodies=(
        Body(_CREATE + r"(?:\w+\s+){0,2}?(?:PROCEDURE|FUNCTION|TRIGGER|MODULE)\b"),
        Body(r"BEGIN\s+(?:NOT\s+)?ATOMIC\b|BEGIN\s+DECLARE\b"),
    ),
)

SNOWFLAKE = Lexis(
    name="snowflake",
    line_comments=("--", "//"),
    dollar_quotes="plain",
    backslash="'",
    client=(r"!(?:set|source|define|print|exit|quit|spool|options)\b[^\n]*",),
    bodies=(
        Body(r"CREATE\s+(?:OR\s+(?:REPLACE|ALTER)\s+)?(?:SECURE\s+)?PROCEDURE\b", "unit"),
        Body(
            r"CREATE\s+(?:OR\s+(?:REPLACE|ALTER)\s+)?TASK\b(?=[^;]*?\bAS\s+(?:BEGIN|DECLARE)\b)",
            "unit",
        ),
        Body(r"(?:DECLARE|BEGIN(?!\s*(?:;|TRANSACTION\b|WORK\b|NAME\b)))\b", "unit"),
    ),
)

BIGQUERY = Lexis(
    name="bigquery",
    line_comments=("--", "#"),
    quotes="'\"`",
    backslash="'\"`",
    triple_quotes=True,
    bodies=(
        Body(r"CREATE\s+(?:OR\s+REPLACE\s+)?PROCEDURE\b"),
        Body(r"BEGIN(?!\s*(?:;|TRANSACTION\b))\b"),
    ),
)

DUCKDB = Lexis(
    name="duckdb",
    nested_comments=True,
    dollar_quotes="tagged",
    escape_strings=True,
    client=(r"\.[a-z]+\b[^\n]*",),
)

FIREBIRD = Lexis(
    name="firebird",
    q_quotes=True,
    set_terminator=(  # up to the old terminator if words follow it, else up to the line's end
        r"SET\s+TERM(?:INATOR)?\s+([^\s;]+|;)(?:[ \t]*[!-/:-@\[-`{-~]+(?=[ \t]+\w)|[^\n]*)",
    ),
    client=(
        r"(?:SHELL|SHOW|INPUT|INPUT|OUTPUT|OUT|EDIT|HELP|EXIT|QUIT)\b[^\n;^!]*",
        r"SET\s+(?:ECHO|STATS?|PLAN|COUNT|LIST|HEADING|AUTO(?:DDL)?|BLOB\w*|BAIL|WIDTH|TIME|WARNINGS?)\b[^\n;^!]*",
    ),
    bodies=(
        Body(_CREATE + r"(?:PROCEDURE|FUNCTION|TRIGGER|PACKAGE(?:\s+BODY)?)\b", "unit"),
        Body(r"EXECUTE\s+BLOCK\b", "unit"),
    ),
)
