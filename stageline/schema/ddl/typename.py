"""Where the type of a column ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stageline.schema.tokens import ANGLED, Tokens, keywords

if TYPE_CHECKING:
    from stageline.schema.ddl.session import Session

# Words that may follow the first word of a type, in any dialect.
FOLLOWERS = keywords(
    "PRECISION VARYING LARGE OBJECT UNSIGNED SIGNED ZEROFILL BYTE CHAR CHARACTER VARCHAR BINARY "
    "RAW TIME ZONE LOCAL YEAR MONTH DAY HOUR MINUTE SECOND FRACTION TO ARRAY INT INTEGER BIG "
    "SMALLINT BIGINT TINYINT VARBINARY GRAPHIC VARGRAPHIC LONG TEXT UNICODE ASCII NCHAR"
)
# A type of several words that holds words of its own: the first, then what must come next.
PHRASES = {
    "FOR": ("BIT", "SBCS", "MIXED"),
    "WITH": ("TIME", "LOCAL", "TIMEZONE"),
    "WITHOUT": ("TIME",),
    "SUB_TYPE": (),
    "SEGMENT": ("SIZE",),
    "IN": ("TABLE",),
    "NOT": ("LOGGED",),
}
# What ends a type where any word may be part of it.
CLAUSE_WORDS = keywords(
    "NOT NULL DEFAULT PRIMARY UNIQUE REFERENCES CHECK CONSTRAINT COMMENT COLLATE GENERATED AS ON "
    "KEY AUTO_INCREMENT AUTOINCREMENT IDENTITY FOREIGN DEFERRABLE INITIALLY"
)
NO_TYPE = CLAUSE_WORDS | {"COMPUTED", "ALIAS", "MATERIALIZED", "WITH", "OPTIONS", "ENCODE"}
_LEADS = frozenset({"REF", "DOMAIN", "TYPE"})
_PHRASE_LENGTH = {"FOR": 3, "WITH": 3, "WITHOUT": 3, "SUB_TYPE": 2, "SEGMENT": 3, "IN": 2, "NOT": 2}


def end_of_type(tokens: Tokens, begin: int, end: int, session: Session) -> int:
    """The index behind the type that starts at ``begin``; ``begin`` if there is none."""
    upper, words = tokens.upper, tokens.words
    if begin >= end or _starts_clause(tokens, begin, end):
        return begin
    index = begin + 1
    if upper[begin] in _LEADS and index < end:
        index = _behind_lead(tokens, begin)
    while index < end and words[index] in (".", ":") and words[index + 1]:
        index += 2
    while index < end:
        word = upper[index]
        if word in ("(", "["):
            index = tokens.after(index)
        elif word == "<" and upper[index - 1] in ANGLED:
            index = _after_angle(tokens, index, end)
        elif word in PHRASES and _is_phrase(tokens, index):
            index += _PHRASE_LENGTH[word] if upper[index + 1] != "LOCAL" else 4
        elif (word in FOLLOWERS and not _is_name_of_set(tokens, index)) or (
            session.dialect.any_type_words and word not in CLAUSE_WORDS and tokens.is_name(index)
        ):
            index += 1
        elif (word == "%" and upper[index + 1] in ("TYPE", "ROWTYPE")) or (
            word == "." and words[index + 1]
        ):
            index += 2
        else:
            break
    return min(index, end)


def _behind_lead(tokens: Tokens, begin: int) -> int:
    """The index behind the name in REF t, DOMAIN d (Oracle) or TYPE OF [COLUMN] x (Firebird)."""
    upper, index = tokens.upper, begin + 1
    if upper[begin] == "TYPE":
        if upper[index] != "OF":
            return index
        index += 2 if upper[index + 1] == "COLUMN" else 1
    return index + 1 if tokens.is_name(index) and upper[index] not in CLAUSE_WORDS else begin + 1


def _starts_clause(tokens: Tokens, index: int, end: int) -> bool:
    word = tokens.upper[index]
    if word not in NO_TYPE:
        return not tokens.is_name(index)
    return not (word == "IDENTITY" and index + 1 < end and tokens.upper[index + 1] == "NAME")


def _is_phrase(tokens: Tokens, index: int) -> bool:
    allowed = PHRASES[tokens.upper[index]]
    return not allowed or tokens.upper[index + 1] in allowed


def _is_name_of_set(tokens: Tokens, index: int) -> bool:
    """``CHARACTER SET latin1`` is a clause, ``CHARACTER VARYING`` a type."""
    return tokens.upper[index] in ("CHARACTER", "CHAR") and tokens.upper[index + 1] == "SET"


def _after_angle(tokens: Tokens, index: int, end: int) -> int:
    depth = 0
    while index < end:
        if tokens.words[index] == "<":
            depth += 1
        elif tokens.words[index] == ">":
            depth -= 1
            if depth == 0:
                return index + 1
        index += 1
    return end
