"""What tells routines of one name apart: the types of the parameters that are handed in."""

from __future__ import annotations

from stageline.schema.tokens import Tokens, keywords

_MODES = keywords("IN INOUT VARIADIC")
_UNTIL = keywords("DEFAULT = :=")
# Types of more than one word; what follows any other word is a type, and the word a name.
_SEVERAL = {
    "DOUBLE": keywords("PRECISION"),
    "CHARACTER": keywords("VARYING LARGE"),
    "CHAR": keywords("VARYING LARGE"),
    "BIT": keywords("VARYING"),
    "NATIONAL": keywords("CHARACTER CHAR VARCHAR"),
    "TIMESTAMP": keywords("WITH WITHOUT"),
    "TIME": keywords("WITH WITHOUT"),
    "LONG": keywords("VARCHAR RAW"),
    "DATETIME": keywords("YEAR MONTH DAY HOUR MINUTE SECOND FRACTION"),
    "INTERVAL": keywords("YEAR MONTH DAY HOUR MINUTE SECOND FRACTION"),
}
# Spellings of one type. https://www.postgresql.org/docs/current/datatype.html
_SAME = {
    "int": "integer", "int4": "integer", "int8": "bigint", "int2": "smallint",
    "float8": "double precision", "float": "double precision", "float4": "real",
    "bool": "boolean", "varchar": "character varying", "char": "character",
    "bpchar": "character", "decimal": "numeric", "varbit": "bit varying",
    "timestamptz": "timestamp with time zone", "timestamp": "timestamp without time zone",
    "timetz": "time with time zone", "time": "time without time zone",
}  # fmt: skip


def read_signature(tokens: Tokens, opening: int) -> str:
    """The types between the parentheses, without names, lengths, defaults and OUT parameters."""
    types = (_type(tokens, begin, end) for begin, end in tokens.elements(opening))
    return ", ".join(type_ for type_ in types if type_)


def _type(tokens: Tokens, begin: int, end: int) -> str:
    """The type of one parameter in one spelling; empty for one that is only handed out."""
    upper = tokens.upper
    end = min(end, tokens.find(begin, end, *_UNTIL))
    for _ in range(2):  # the mode stands before the name, or behind it
        if upper[begin] == "OUT" and end - begin > 1:
            return ""
        leads = upper[begin] in _MODES and end - begin > 1
        if leads or (end - begin > 2 and upper[begin + 1] in _MODES | {"OUT"}):
            begin += 1
    if _is_named(tokens, begin, end):
        begin += 1
    words = []
    while begin < end:
        if tokens.words[begin] == "(":  # the length of a type does not tell routines apart
            begin = tokens.after(begin)
            continue
        words.append(tokens.words[begin].casefold())
        begin += 1
    bare = " ".join(word for word in words if word not in "[]")
    dimensions = "[]" * ("[" in words)
    return _SAME.get(bare, bare) + dimensions


def _is_named(tokens: Tokens, begin: int, end: int) -> bool:
    """Whether the parameter starts with a name: something follows that cannot be of its type."""
    if end - begin < 2 or not tokens.is_name(begin + 1):
        return False
    return tokens.upper[begin + 1] not in _SEVERAL.get(tokens.upper[begin], frozenset())
