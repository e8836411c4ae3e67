"""The entries of keys and indexes: lists of columns, and the condition behind them."""

from __future__ import annotations

from stageline.schema.tokens import Tokens, unquote


def entries(tokens: Tokens, opening: int) -> list[tuple[int, int]]:
    """The spans of a list's entries; a period that is not to overlap is no column (Db2)."""
    return [
        (begin, end)
        for begin, end in tokens.elements(opening)
        if tokens.upper[begin : begin + 2] != ["BUSINESS_TIME", "WITHOUT"]
    ]


def read_columns(tokens: Tokens, opening: int) -> list[str]:
    """The column names of a parenthesised list: without order, length or operator class."""
    return [column_entry(tokens, begin, end) for begin, end in entries(tokens, opening)]


def column_entry(tokens: Tokens, begin: int, end: int) -> str:
    """A column name, or an expression as written without its outer parentheses."""
    words = tokens.words
    if tokens.upper[begin] == "PERIOD" and end - begin == 2:  # PERIOD column (PostgreSQL)
        begin += 1
    follower = words[begin + 1] if begin + 1 < end else ""
    if tokens.is_name(begin) and not (tokens.upper[begin] == "CASE" and end - begin > 2):
        prefix = follower == "(" and words[begin + 2].isdigit() and words[begin + 3] == ")"
        if not follower or prefix or tokens.is_name(begin + 1):
            return unquote(words[begin])
    if words[begin] == "(":
        closing = tokens.pairs[begin]
        if closing - begin == 2:
            return unquote(words[begin + 1])
        if closing == end - 1 or tokens.upper[closing + 1] in ("ASC", "DESC"):
            return tokens.squeeze(begin + 1, closing)
    return tokens.squeeze(begin, end)


def read_where(tokens: Tokens, at: int, end: int) -> str | None:
    """The condition behind WHERE, of an index of some rows."""
    where = tokens.find(at, end, "WHERE")
    if where >= end:
        return None
    return tokens.slice(where + 1, tokens.find(where, end, "WITH", "TABLESPACE"))
