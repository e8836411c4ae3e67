"""Column names as words, and what a word says about the values."""

from __future__ import annotations

import re
from functools import lru_cache

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_]+")


def word_set(words: str) -> frozenset[str]:
    return frozenset(words.split())


MONEY = word_set(
    "amount amt price cost fee fees salary balance revenue payment charge debit credit "
    "wage wages income tax budget turnover commission deposit refund"
)
NOT_MONEY = word_set(
    "rate ratio percent percentage pct count number num no qty quantity id type code status date "
    "time limit class name card factor weight score days hours at by is has method filename "
    "file desc descr description level term terms text comment note reason frequency cycle user "
    "form account currency cd ctr grp group ref cat category center centre zone model period"
)
DATE = frozenset(
    {"date", "dt", "datetime", "timestamp", "dob", "birthday", "birthdate", "tstamp", "ts"}
)
TIME_OF = frozenset({"at", "on"})
DONE = word_set(
    "created updated modified deleted changed closed opened started ended expired shipped paid "
    "issued received sent approved cancelled canceled posted registered activated"
)
FLAG_FIRST = frozenset({"is", "has", "can", "allow", "allows", "enable", "enabled"})
FLAG_LAST = frozenset({"flag", "flg", "yn", "ind", "indicator", "enabled", "disabled", "active"})
SHORT = word_set(
    "code status gender sex country currency zip zipcode postcode phone fax flag locale language "
    "lang initials state stat cd"
)
PROSE = word_set(
    "xml json html raw text body comment comments note notes description content message document "
    "data payload log trace sql query remark remarks memo"
)
IDENTIFIER = frozenset({"id", "key", "oid", "uid"})
COMMON = word_set(
    "id name type code status value description title comment comments note notes date data key "
    "label text state position order sort level number flag kind content message url path size "
    "count active version created updated modified"
)


@lru_cache(maxsize=65_536)
def words_of(name: str) -> tuple[str, ...]:
    """``OrderDate``, ``order_date`` and ``ORDER-DATE`` are all ``("order", "date")``."""
    return tuple(word.casefold() for word in _WORD.findall(name[:1_000]))


def means_money(name: str) -> bool:
    words = words_of(name)
    return not MONEY.isdisjoint(words) and NOT_MONEY.isdisjoint(words)


def means_date(name: str) -> bool:
    """The last word says date, or the name tells when something was done."""
    words = words_of(name)
    if not words or words[0] in FLAG_FIRST:
        return False
    done = len(words) > 1 and words[-1] in TIME_OF and words[-2] in DONE
    since = len(words) > 1 and words[0] == "date" and words[1] in DONE
    return words[-1] in DATE or done or since


def means_flag(name: str) -> bool:
    words = words_of(name)
    return len(words) > 1 and (words[0] in FLAG_FIRST or words[-1] in FLAG_LAST)


def means_short(name: str) -> bool:
    words = words_of(name)
    return bool(words) and words[-1] in SHORT


def means_prose(name: str) -> bool:
    """Long by nature: documents, markup and remarks."""
    return not PROSE.isdisjoint(words_of(name))


def means_identifier(name: str) -> bool:
    words = words_of(name)
    return bool(words) and words[-1] in IDENTIFIER
