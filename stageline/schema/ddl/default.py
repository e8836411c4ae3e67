"""Where the expression of a column's default ends."""

from __future__ import annotations

from stageline.schema.tokens import Tokens, keywords

# A default ends before one of these, outside parentheses.
AFTER_DEFAULT = keywords(
    "NOT NULL CHECK CONSTRAINT PRIMARY UNIQUE REFERENCES COMMENT ON GENERATED KEY FOREIGN "
    "AFTER TITLE FORMAT CASESPECIFIC "
    "AUTO_INCREMENT AUTOINCREMENT IDENTITY ENCODE ENABLE DISABLE VISIBLE INVISIBLE OPTIONS FIRST "
    "DISTKEY SORTKEY STORAGE COLUMN_FORMAT VIRTUAL STORED ROWGUIDCOL WITH COMPRESS CODEC TTL "
    "DEFERRABLE INITIALLY USING HIDDEN COLLATE SPARSE CHARSET "
    "ACCESSRANK ENCODING BLOCK_SIZE COMPRESSION ANNOTATIONS"
)


def end_of_default(tokens: Tokens, begin: int, end: int) -> int:
    """The index behind a default's expression."""
    index = tokens.after(begin) if begin < end else end
    while index < end and tokens.upper[index] not in AFTER_DEFAULT:
        if tokens.upper[index] == "CHARACTER" and tokens.upper[index + 1] == "SET":
            break
        index = tokens.after(index)
    index = min(index, end)
    return index - (index > begin + 1 and tokens.words[index - 1] == "/")  # ends the statement
