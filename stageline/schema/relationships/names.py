"""Identifiers taken apart: tokens, number-free stems, markers, copies.

Two names are compared by their *glue*: the folded tokens written together, so that
``OrderLines``, ``order_line`` and ``ORDERLINE`` agree.
"""

from __future__ import annotations

import re
from functools import lru_cache

Tokens = tuple[str, ...]

LONGEST = 128  # characters of a name that are looked at; nothing real is longer

_TOKEN = re.compile(r"[A-Z]+(?![a-z])[0-9]*|[A-Z]?[^\W\d_A-Z]+[0-9]*|[0-9]+", re.UNICODE)
_ORDINAL = re.compile(r"(?<=[^\W\d_])[0-9]$")
_IRREGULAR = {
    "people": "person", "persons": "person", "children": "child", "men": "man",
    "women": "woman", "indices": "index", "matrices": "matrix", "criteria": "criterion",
    "mice": "mouse", "feet": "foot", "teeth": "tooth", "geese": "goose",
}  # fmt: skip


def words(text: str) -> frozenset[str]:
    """The words of a text as a set."""
    return frozenset(text.split())


MARKERS = words(
    "id ids no nr nbr num number code cd key fk sk ref uid guid uuid oid rid rk pk recid"
)
LEADING_MARKERS = words("id fk cod cd ref")
GLUED_MARKERS = ("uuid", "guid", "code", "key", "id", "no", "nr", "cd", "fk", "sk")

# Column names that identify a row of their own table, and say nothing about another one.
GENERIC = words(
    "id uid uuid guid oid rid pk key code name no nr number num nbr seq sequence version row rowid"
    " value type status date rank position line label title description"
)

# Words of columns that hold a measure of their own far more often than a reference, and those
# that do so when they stand alone (a bare ``type``, but hardly an ``order_type``).
MEASURES = words(
    "version level position sequence seq order date time timestamp source rank sent size len length"
    " count amount price number value text description label active enabled weight score"
)
ALONE = words("type status state name title domain priority mode flag")

COPY_TOKENS = words(
    "bak backup bck bkp old tmp temp copy copia hist history historic archive archived arch audit"
    " aud log save saved staging stg deleted shadow snapshot snap prev wrk jn delta hst"
)
LINK_TOKENS = words("to xref ref rel relation map mapping link assoc bridge x")
_DATE = re.compile(r"(?:19|20)\d{2}(?:[01]\d(?:[0-3]\d)?)?")


@lru_cache(maxsize=65536)
def tokenise(name: str) -> Tokens:
    """The lower-case words of an identifier; a number stays with the word before it."""
    return tuple(word.lower() for word in _TOKEN.findall(name[:LONGEST]))


@lru_cache(maxsize=65536)
def fold(word: str) -> str:
    """A form that singular and plural share (``categories`` and ``category``: ``categori``)."""
    word = _IRREGULAR.get(word, word)
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    if len(word) > 3 and word.endswith("e"):
        word = word[:-1]
    return word[:-1] + "i" if len(word) > 3 and word.endswith("y") else word


def glue(tokens: Tokens) -> str:
    """Tokens folded and written together."""
    return "".join(map(fold, tokens))


def drop_ordinal(tokens: Tokens) -> Tokens:
    """Without a counting digit at the end: ``concept_id_1``, ``address2``."""
    if len(tokens) > 1 and tokens[-1].isdigit():
        return tokens[:-1]
    if tokens and len(tokens[-1]) > 2 and _ORDINAL.search(tokens[-1]):
        return (*tokens[:-1], tokens[-1][:-1])
    return tokens


def split_marker(word: str) -> Tokens:
    """``userid`` as ``user, id``: the marker taken off a word that has no separator."""
    for marker in GLUED_MARKERS:
        if word.endswith(marker) and len(word) >= len(marker) + 3:
            return (word[: -len(marker)], marker)
    return (word,)


def stem(tokens: Tokens) -> Tokens:
    """What is left without the markers at either end; empty when nothing else is there."""
    while tokens and tokens[-1] in MARKERS:
        tokens = tokens[:-1]
    if len(tokens) > 1 and tokens[0] in LEADING_MARKERS:
        tokens = tokens[1:]
    return tokens


def has_marker(tokens: Tokens) -> bool:
    """Whether a name says of itself that it identifies something."""
    if not tokens:
        return False
    return tokens[-1] in MARKERS or (len(tokens) > 1 and tokens[0] in LEADING_MARKERS)


def is_generic(tokens: Tokens) -> bool:
    """Whether a key column's name says nothing about its table (``id``, ``code``, ``row_id``)."""
    if len(tokens) == 1:
        return tokens[0] in GENERIC
    return all(word in MARKERS or word == "row" for word in tokens)


def is_attribute(tokens: Tokens) -> bool:
    """Whether a name without a marker is that of a plain attribute (``positions``, ``type``)."""
    last = tokens[-1] if tokens else ""
    plain = MEASURES if len(tokens) > 1 else MEASURES | ALONE
    return not has_marker(tokens) and bool({last, last.removesuffix("s")} & plain)


def is_copy(tokens: Tokens) -> bool:
    """Whether a table's name says that it holds a copy: backup, temporary, history, dated."""
    return any(token in COPY_TOKENS for token in tokens) or any(
        _DATE.fullmatch(token) or _DATE.fullmatch(token.lstrip("abcdefghijklmnopqrstuvwxyz"))
        for token in tokens
    )


def is_link(name: str) -> bool:
    """Whether a table's name says that it ties others together (``a_to_b``, ``sale_line-tax``)."""
    tokens = tokenise(name)
    return ("-" in name and "_" in name) or any(token in LINK_TOKENS for token in tokens[1:])


@lru_cache(maxsize=65536)
def abbreviates(short: str, long: str) -> bool:
    """Whether ``short`` may stand for ``long``: a beginning, or its letters in order.

    ``cust`` and ``dept`` qualify for customer and department; two letters never do.
    """
    if not 3 <= len(short) <= 5 or len(long) < len(short) + 2 or short[0] != long[0]:
        return False
    if long.startswith(short):
        return True
    letters = iter(long)
    in_order = all(letter in letters for letter in short)
    ends_alike = short[-1] == long[-1] or not set("aeiou") & set(short[1:])
    return in_order and ends_alike and len(set(short[1:]) - set("aeiou")) >= 2
